"""bot.lexical_reader, bot.answer_kinds: sentences found by words, in seven languages."""

import pytest

from bot.answer_kinds import asked, exact_answer
from bot.answer_words import ANSWER_WORDS
from bot.lexical_reader import WEIGHTS, LexicalReader, candidates
from index.function_words import FUNCTION_WORDS, written_in
from index.language import QUESTION_LANGUAGES
from index.lexical import words
from index.sentences import split_sentences
from training.tune_other_languages import load_sources

READER = LexicalReader()


def best(question, text):
    """(span, the sentence it lies in) of the best reading of one passage."""
    reading = READER.read(question, [text])[0]
    sentence = next(s for s in split_sentences(text) if s.start <= reading.start < s.end)
    return text[reading.start : reading.end], text[sentence.start : sentence.end]


def test_every_language_of_questions_has_its_words():
    assert set(QUESTION_LANGUAGES) == set(ANSWER_WORDS) == set(FUNCTION_WORDS)


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("When did she leave?", "en", "when"),
        ("How long is the bridge?", "en", "measure"),
        ("Who was king when the war began?", "en", "who"),
        ("In welchem Jahr kam er?", "de", "when"),
        ("Wie viele Boote gibt es?", "de", "count"),
        ("Wie alt ist die Eiche?", "de", "measure"),
        ("Weshalb ging sie?", "de", "why"),
        ("¿Cuántas casas ardieron?", "es", "count"),
        ("¿Cuánto pesa?", "es", "measure"),
        ("¿Para qué sirve?", "es", "why"),
        ("Combien d'élèves y a-t-il ?", "fr", "count"),
        ("Combien de temps faut-il ?", "fr", "measure"),
        ("Qu'est-ce qui brûle ?", "fr", None),
        ("D'où vient-il ?", "fr", "where"),
        ("В каком году это было?", "ru", "when"),
        ("Сколько стоит билет?", "ru", "measure"),
        ("В каком городе он жил?", "ru", "where"),
        ("متى وصل؟", "ar", "when"),
        ("من أين جاء؟", "ar", "where"),
        ("من كتبها؟", "ar", "who"),
        ("كم يبلغ طوله؟", "ar", "measure"),
        ("他是什么时候来的？", "zh", "when"),
        ("为什么关门？", "zh", "why"),
        ("有多少人？", "zh", "count"),
        ("In che anno nacque?", "it", None),
    ],
)
def test_what_a_question_asks_for(question, language, kind):
    assert asked(question, language).kind == kind


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "language", "exact"),
    [
        ("when", "Wann?", "Am 9. August 2014 gab man sie frei.", "de", "9. August 2014"),
        ("when", "Wann?", "Den Grundstein legte 1887 der Müller.", "de", "1887"),
        # Four digits that count something are no year.
        ("when", "Wann?", "Damals lebten dort 1500 Menschen.", "de", None),
        ("when", "Wann?", "Sie blieb von Mitte März bis Ende Mai zu.", "de", None),
        ("when", "¿Cuándo?", "Abrió el 14 de mayo de 1903.", "es", "14 de mayo de 1903"),
        ("when", "Quand ?", "Il fut bâti en 1826 par deux frères.", "fr", "1826"),
        ("when", "Когда?", "Музей открыли 12 июня 1994 года.", "ru", "12 июня 1994 года"),
        ("when", "متى؟", "افتتحت يوم 7 أبريل 1932 هناك.", "ar", "7 أبريل 1932"),
        ("when", "哪年？", "桥建于1625年，很长。", "zh", "1625年"),
        # A duration is no date.
        ("when", "何时？", "修复历时十五个月。", "zh", None),
        ("count", "Wie viele?", "Der Ofen fasst 90 Laibe.", "de", "90"),
        ("count", "Wie viele 2014?", "Im Jahr 2014 kamen 35 Gäste.", "de", "35"),
        ("count", "¿Cuántos?", "Trabajan allí veintitrés personas.", "es", "veintitrés"),
        ("count", "Combien ?", "Il a fouillé quatre-vingts tombes.", "fr", "quatre-vingts"),
        ("count", "Сколько?", "Вышли тридцать шесть певцов.", "ru", "тридцать шесть"),
        ("count", "Wie viele 2003?", "Im Sommer 2003 kamen 74 000 Gäste.", "de", "74 000"),
        ("when", "Когда?", "Летом 1984 года дом сгорел.", "ru", "1984"),
        # Two numbers: which of them is asked for is not certain.
        ("count", "Wie viele?", "Es gibt 12 Boote und 40 Ruder.", "de", None),
        ("measure", "Wie lang?", "Sie misst 214 Meter.", "de", "214 Meter"),
        ("measure", "¿Cuánto?", "Costó nueve millones de euros.", "es", None),
        ("measure", "Какой длины?", "Длина 134 метра.", "ru", "134 метра"),
        ("measure", "Wie schwer?", "Man zählte zwei Brutpaare.", "de", None),
        ("measure", "多长？", "桥身长41.7米，没有铁钉。", "zh", "41.7米"),
        ("why", "Warum?", "Es war 1912, weil er 3 Tage fehlte.", "de", None),
    ],
)
def test_exact_answer(kind, question, sentence, language, exact):
    span = exact_answer(kind, question, sentence, language)
    assert (sentence[slice(*span)] if span else None) == exact


def test_the_span_is_the_date_and_the_sentence_is_rated():
    text = (
        "Der Turm ist rot. Am 3. November 2016 wurde die Anlage in Betrieb genommen. Er steht noch."
    )
    question = "Wann nahm man die Anlage in Betrieb?"
    span, sentence = best(question, text)
    assert span == "3. November 2016"
    assert sentence == "Am 3. November 2016 wurde die Anlage in Betrieb genommen."
    rates = READER.rate(question, text, split_sentences(text))
    assert rates.index(max(rates)) == 1
    assert rates.count(0.0) == 1


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "Warum stand der Ofen im Krieg still?",
            "Im Ersten Weltkrieg blieb der Ofen kalt, denn Mehl und Kohle waren rationiert.",
            "Bekannt wurde das Haus durch sein Brot, das in Salz gebacken wird.",
        ),
        (
            "¿Cuándo se inauguró el mercado?",
            "El mercado abrió sus puertas el 14 de mayo de 1903.",
            "El mercado está en el centro de la villa.",
        ),
        (
            "Когда открылся музей?",
            "Музей открыли 12 июня 1994 года в доме купца.",
            "Музей стоит на берегу реки.",
        ),
        (
            "كم مخطوطا في المكتبة؟",
            "وفي المكتبة ثلاثون مخطوطا نادرا.",
            "المكتبة قريبة من السوق الكبير.",
        ),
    ],
)
def test_the_kind_of_answer_and_like_words_decide(question, right, wrong):
    for text in (f"{right} {wrong}", f"{wrong} {right}"):
        assert best(question, text)[1] == right


def test_a_capital_is_no_name_in_german():
    features = dict(
        zip(
            WEIGHTS,
            candidates("Wie hoch ist der Turm?", ["Die Brücke ist alt und steht im Tal."])[
                0
            ].features,
            strict=True,
        )
    )
    assert features["share of missing names"] == 0.0
    features = dict(
        zip(
            WEIGHTS,
            candidates("How high did Blum build?", ["The bridge is old and stands there."])[
                0
            ].features,
            strict=True,
        )
    )
    assert features["share of missing names"] == 1.0


def test_the_language_of_function_words():
    assert written_in(words("Who was the man in the war?")) == "en"
    assert written_in(words("Wer war der Mann im Krieg?")) == "de"
    assert written_in(words("moon rocks")) == "en"
    assert written_in([]) == "en"


def test_a_passage_without_words_is_no_answer():
    for reading in READER.read("Wann kam er?", ["…", ""]):
        assert READER.confidence(reading.score, 1) < 0.1


def test_the_development_set_is_sound():
    sources = load_sources()
    assert {s.language for s in sources} == set(QUESTION_LANGUAGES) - {"en"}
    for source in sources:
        answers = [answer for _, answer in source.questions]
        assert (len(answers), answers.count(None)) == (10, 2), source.text[:40]
