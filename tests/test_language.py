"""index.language and bot.language: what language a text is in, and what is answered in it."""

import re
import subprocess
import sys

import pytest

from bot.language import NOT_IN_ARTICLE_IN, SAYINGS, not_in_article, say
from bot.types import NOT_IN_ARTICLE
from index.language import (
    QUESTION_LANGUAGES,
    language_shares,
    question_language,
    text_language,
)
from index.reading import read_bytes, read_text
from index.types import Article

TEXTS = {
    "en": "The lighthouse on the northern cape was built of granite in 1874 and is lit by oil.",
    "es": "El faro del cabo norte fue construido de granito en 1874 y todavía se alumbra con óleo.",
    "de": "Der Leuchtturm am Nordkap wurde 1874 aus Granit gebaut und wird noch mit Öl befeuert.",
    "fr": "Le phare du cap nord a été bâti en granit en 1874 et il est encore éclairé à l'huile.",
    "ru": "Маяк на северном мысе был построен из гранита в 1874 году и до сих пор горит на масле.",
    "ar": "بنيت المنارة على الرأس الشمالي من الجرانيت عام 1874 ولا تزال تضاء بالزيت حتى اليوم.",
    "zh": "北角的灯塔于1874年用花岗岩建成，至今仍用油灯照明，守塔人每天晚上都要爬上去。",
    "it": "Il faro del capo nord fu costruito in granito nel 1874 e viene ancora acceso a olio.",
}
QUESTIONS = {
    "en": ("When was the lighthouse built?", "Who wrote Faust?", "lighthouse granite", "Name it."),
    "es": ("¿Cuándo se construyó el faro?", "¿Quién es el guardián de The Tower?"),
    "de": ("Wann wurde der Leuchtturm gebaut?", "In welchem Jahr starb der Wärter?"),
    "fr": ("Quand le phare a-t-il été construit ?", "Combien de marches y a-t-il ?"),
    "ru": ("Когда построили маяк?", "Где?", "Кто снял фильм The Lighthouse?"),
    "ar": ("متى بنيت المنارة؟", "من كتب كتاب The Lighthouse؟"),
    "zh": ("灯塔建于哪一年？", "Cape Lighthouse 在哪里？"),
}
# English when it is not one of the seven, or not clear.
UNSURE = (
    "Quando?", "42", "?", "Dove è nato Nelson?", "Wanneer is de vuurtoren gebouwd?",
    "東京はどこですか", "Де побудовано маяк і хто його збудував?", "تهران کجاست؟", "Πού είναι;",
    "Who is Путин?",
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "question"), [(code, q) for code, asked in QUESTIONS.items() for q in asked]
)
def test_language_of_a_question(language, question):
    assert question_language(question) == language


@pytest.mark.parametrize("question", UNSURE)
def test_a_question_is_english_when_that_is_not_clear(question):
    assert question_language(question) == "en"


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_language_of_a_text(language, text):
    assert text_language(text) == language
    assert read_text(text).metadata["language"] == language


def test_a_short_text_has_no_language():
    for text in ("", "1, 2, 3", "Ja.", "lighthouse"):
        assert text_language(text) == ""
    assert "language" not in read_text("1, 2, 3").metadata


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.csv", "a.jsonl"])
def test_files_have_their_language(name):
    row = f'{{"id": "x", "title": "", "text": "{TEXTS["de"]}"}}'
    data = {"a.csv": f'id,text\nx,"{TEXTS["de"]}"', "a.jsonl": row}.get(name, TEXTS["de"])
    (article,) = read_bytes(data.encode(), name)
    assert article.metadata["language"] == "de"


def test_what_the_source_says_is_kept():
    (article,) = read_bytes(f"---\nlang: nds\n---\n\n{TEXTS['de']}".encode(), "a.md")
    assert article.metadata["language"] == "nds"


def test_fixed_sentences():
    assert set(NOT_IN_ARTICLE_IN) == set(QUESTION_LANGUAGES)
    assert len(set(NOT_IN_ARTICLE_IN.values())) == len(QUESTION_LANGUAGES)
    assert NOT_IN_ARTICLE_IN["en"] == NOT_IN_ARTICLE
    assert not_in_article("Wann wurde der Turm gebaut?") == "Das steht nicht im Artikel."


def test_every_saying_exists_in_every_language():
    assert set(SAYINGS) == set(QUESTION_LANGUAGES)
    fields = [
        {name: sorted(re.findall(r"{(\w+)}", text)) for name, text in sayings.items()}
        for sayings in SAYINGS.values()
    ]
    assert all(found == fields[0] for found in fields)
    assert say("read_all", "en", sentences=1234) == "From all 1,234 sentences of the article."
    assert say("read_all", "de", sentences=1234) == "Aus allen 1234 Sätzen des Artikels."


@pytest.mark.parametrize("language", [code for code in QUESTIONS if code != "en"])
def test_question_and_article_in_one_language(bot, language):
    other = bot.with_articles([Article("lighthouse", TEXTS[language])])
    answer = other.ask(QUESTIONS[language][0])
    assert answer.status == "answered"
    assert "1874" in answer.citations[0].quote
    elsewhere = bot.ask(QUESTIONS[language][0])
    assert (elsewhere.status, elsewhere.text) == ("not_in_article", NOT_IN_ARTICLE_IN[language])
    other.close()


def test_english_loads_no_model():
    code = (
        "import sys; from index.language import question_language, text_language;"
        "assert question_language('Who is in charge of it?') == 'en';"
        f"assert text_language({TEXTS['en']!r}) == 'en';"
        "assert question_language('Где маяк?') == 'ru';"
        "assert 'py3langid' not in sys.modules and 'numpy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_shares_of_languages_favour_the_right_one() -> None:
    shares = language_shares("the train arrives at the harbour in the morning")
    assert max(shares, key=shares.__getitem__) == "en"
    assert shares["en"] > shares["de"]
    nothing_known = language_shares("").values()
    assert max(nothing_known) - min(nothing_known) < 1
