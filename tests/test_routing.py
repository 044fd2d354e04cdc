"""bot.routing: questions about the whole article are told by their wording, others let be."""

import pytest
from conftest import shared_rows

from bot.routing import Whole, asked_of_whole, points_wanted

WHOLE = {
    "summary": (
        "Summarise the article|Summarize this article in three sentences.|TL;DR|Summary"
        "|Can you please summarise it?|Give me a short summary|What are the key points?"
        "|What are the main points of the article?|List the key takeaways"
        "|What does the article say?"
        "|Give me three key points|top 5 takeaways|3 main ideas please|What are the top 3 points?"
        "|What are the 4 most important points?|List 3 things from the article|five bullet points"
        "|Write a brief summary of this report|Could you give me the main ideas of this text?"
    ),
    "about": (
        "What is this about?|What's this article about?|What is the article about?"
        "|What is the main topic of the article?|Tell me what this is about|what is it about"
    ),
    "topics": (
        "What are the main topics?|What topics are covered?|Which topics does the article discuss?"
    ),
    "people": (
        "Who is mentioned?|Who is mentioned in the article?|Which people are mentioned?"
        "|List all the people mentioned in the text.|Who are the people mentioned in this article?"
        "|Who does the article mention?|List the people|Please list everyone mentioned"
    ),
    "dates": (
        "List the dates|What dates are mentioned?|Which years are mentioned in the text?"
        "|Make a list of all dates|Give me a timeline of the article"
    ),
    "numbers": (
        "List the numbers|What numbers are mentioned?|What figures are given in the article?"
    ),
    "places": "List all places|Which places are mentioned?",
    "countries": "Which countries are mentioned in the article?|List the countries",
    "title": "What is the title?|What's the title of this article?|What is the article called?",
    "author": (
        "Who wrote this?|Who wrote it?|Who wrote this article?|Who is the author?"
        "|Who is the author of the text?"
    ),
    "date": (
        "When was this published?|When was it written?|When was the article written?"
        "|What is the date of the article?"
    ),
    "source": "Where is this article from?|What is the source of the article?",
    "length": (
        "How long is the article?|How long is it?|How many words does it have?|How many words?"
        "|How many words does the article have?|How long does it take to read it?"
        "|How many pages does this document have?|What is the word count?"
        "|How long does it take to read the article?"
    ),
    "language": "What language is the article in?",
}

ORDINARY = """
Who is mentioned as the founder?
Who is mentioned as the first governor of the colony?
Which people are mentioned as victims of the flood?
What people lived in the valley before 1600?
Who are the people of the north called?
List the people who signed the treaty
List the countries that left the union
Which countries are negotiating about the agreement?
Name the places where oil was found
Which places did the expedition visit?
What dates are best for planting?
Which years were the driest?
What date was the treaty signed?
When was the book published?
When was the first article of the series published in Nature?
When was this law passed?
Who wrote the report on the accident?
Who wrote the novel Middlemarch?
Who wrote this about the king?
Who is the author of the novel?
Who is the author of the report on water?
Who was the author's wife?
Who published the first map of the island?
What is the title of the novel?
What is the title of the head of state?
What was the name of the ship?
What is the name of the river?
How long is the river?
How long is the bridge?
How long was the war?
How long does it take to get there?
How many words did he speak?
How many pages did the report have?
How many people are mentioned in the census?
How many sections does the wall have?
How many words does the dictionary contain?
What is the length of the day?
What is its size?
What is the report about?
What is the film about?
What is the story of the first flight?
What is the law about?
What is chapter 3 of the treaty about?
What is it about cats that he dislikes?
What does it say about NASA?
What does the law say?
What does article 12 say?
What does the article say about the budget?
What are the main findings?
Give me three key points of the treaty
Name two things that sank
What are the three points of the triangle?
What are the top 5 cities?
Who made three points?
What are the main arguments against the dam?
What are the main points of the agreement?
What are the key points of the plan for the harbour?
What are the main topics of the treaty?
What are the important dates in the life of Bach?
What is the main idea behind the engine?
What is the main source of income?
What is the source of the Nile?
What is the subject of the dispute?
What is the summary judgment rule?
What is an abstract class?
What is a summary offence?
Summarise the arguments of the opposition
Summarize the life of the king
Give me the names of the astronauts
Give me an example
Give me the date of the landing
List the numbers of the bus lines that stop there
What numbers are prime?
What figures stand on the portal?
What language is spoken in the north?
What language is the inscription in?
Where is the river from?
Where was the article of clothing found?
Where was the report published?
Explain the second law
Outline the route of the canal
Who named the river?
Who mentioned the plan first?
What is the theme of the poem?
What is the headline figure for growth?
Which website sold the tickets?
""".strip().splitlines()


def kind_of(question, *, first=True):
    found = asked_of_whole(question, first=first)
    return found and found.kind


@pytest.mark.parametrize(("kind", "questions"), WHOLE.items())
def test_questions_about_the_whole_article(kind, questions):
    assert {q: kind_of(q) for q in questions.split("|")} == dict.fromkeys(
        questions.split("|"), kind
    )


def test_ordinary_questions_are_not_captured():
    assert len(ORDINARY) >= 60
    assert {q: kind_of(q) for q in ORDINARY if kind_of(q)} == {}


@pytest.mark.parametrize("name", ["squad2_dev_articles", "covidqa"])
def test_no_question_of_an_evaluation_set_is_captured(name):
    rows = shared_rows(f"{name}.public.jsonl")
    questions = [row["question"] for article in rows for row in article["questions"]]
    assert len(questions) > 200
    assert [q for q in questions if kind_of(q)] == []


def test_no_question_about_the_moon_rocks_is_captured():
    assert [
        r["question"] for r in shared_rows("moonrocks.public.jsonl") if kind_of(r["question"])
    ] == []


def test_what_leans_on_an_answer_is_left_to_follow_ups():
    assert kind_of("What is this about?", first=False) is None
    assert kind_of("Who wrote this?", first=False) is None
    for question in ("Who wrote it?", "When was it written?", "How long is it?"):
        assert kind_of(question, first=False) is None
    assert kind_of("Who wrote this article?", first=False) == "author"
    assert kind_of("Who is mentioned?", first=False) == "people"
    assert kind_of("Summarise it", first=False) == "summary"


OTHER_LANGUAGES = {
    "es": {
        "summary": (
            "Resume el artículo|¿Puedes resumir el texto?|Resumen"
            "|Un resumen del artículo|Haz un resumen"
        ),
        "about": ("¿De qué trata?|¿De qué trata el artículo?|¿Sobre qué habla este texto?"),
        "people": (
            "¿Quiénes se mencionan?"
            "|¿Qué personas se mencionan en el artículo?"
            "|¿Quién se menciona en el texto?"
        ),
        "dates": "Enumera las fechas|¿Qué fechas se mencionan?",
        "countries": "¿Qué países se mencionan?",
        "length": ("¿Cuántas palabras tiene el artículo?|¿Qué longitud tiene el artículo?"),
        "title": "¿Cuál es el título?",
        "author": ("¿Quién escribió esto?|¿Quién escribió el artículo?|¿Quién es el autor?"),
        "date": "¿Cuándo se publicó el artículo?",
    },
    "de": {
        "summary": (
            "Fasse den Artikel zusammen|Fass den Text bitte kurz zusammen"
            "|Zusammenfassung|Kannst du den Artikel zusammenfassen?"
        ),
        "about": ("Worum geht es?|Worum geht es in dem Artikel?|Wovon handelt der Text?"),
        "people": (
            "Wer wird erwähnt?|Wer wird im Artikel erwähnt?"
            "|Welche Personen werden erwähnt?|Nenne alle Personen"
        ),
        "dates": ("Welche Daten werden genannt?|Liste die Daten|Liste alle Daten auf"),
        "countries": "Welche Länder werden im Text genannt?",
        "length": "Wie lang ist der Artikel?|Wie viele Wörter hat der Text?",
        "title": "Wie lautet der Titel?|Wie heißt der Artikel?",
        "author": ("Wer hat den Artikel geschrieben?|Wer hat das geschrieben?|Wer ist der Autor?"),
        "date": ("Wann wurde der Artikel veröffentlicht?|Wann ist der Artikel erschienen?"),
    },
    "fr": {
        "summary": ("Résume l'article|Résumé|Peux-tu résumer le texte ?|Fais un résumé"),
        "about": ("De quoi parle l'article ?|De quoi ça parle ?|De quoi s'agit-il ?"),
        "people": (
            "Qui est mentionné ?|Quelles personnes sont mentionnées ?|Qui est cité dans l’article ?"
        ),
        "dates": "Quelles dates sont mentionnées ?|Liste les dates",
        "countries": "Quels pays sont mentionnés ?",
        "length": ("Quelle est la longueur de l'article ?|Combien de mots contient l'article ?"),
        "title": "Quel est le titre ?",
        "author": ("Qui a écrit l'article ?|Qui a écrit cet article ?|Qui est l'auteur ?"),
        "date": "Quand l'article a-t-il été publié ?",
    },
    "ru": {
        "summary": ("Перескажи статью|Кратко перескажи текст|Краткое содержание статьи|Резюме"),
        "about": (
            "О чём эта статья?|О чем статья?|О чём говорится в статье?|О чём идёт речь в статье?"
        ),
        "people": (
            "Кто упоминается в статье?|Какие люди упоминаются?|Кто упоминается?|Перечисли людей"
        ),
        "dates": "Какие даты упоминаются в статье?|Перечисли даты",
        "countries": "Какие страны упоминаются?",
        "length": "Какова длина статьи?|Сколько слов в статье?",
        "title": "Какой заголовок у статьи?|Как называется статья?",
        "author": "Кто написал эту статью?|Кто автор?",
        "date": "Когда опубликована статья?|Когда была опубликована статья?",
    },
    "ar": {
        "summary": "لخص المقال|لخص هذا المقال|ملخص|تلخيص المقال",
        "about": ("عم يتحدث المقال؟|ما موضوع المقال؟|ما هو موضوع هذا النص؟|عن ماذا يتحدث المقال؟"),
        "people": (
            "من المذكورون في المقال؟|اذكر الأشخاص المذكورين|من هم الأشخاص المذكورون في المقال؟"
        ),
        "dates": "ما التواريخ المذكورة في المقال؟|اذكر التواريخ",
        "countries": "ما الدول المذكورة؟|ما هي البلدان المذكورة في المقال؟",
        "length": "ما طول المقال؟|كم كلمة في المقال؟",
        "title": "ما عنوان المقال؟",
        "author": "من كتب المقال؟|من كتب هذا المقال؟|من هو كاتب المقال؟",
        "date": "متى نشر المقال؟",
    },
    "zh": {
        "summary": "总结这篇文章|请总结一下这篇文章|概括文章|文章摘要",
        "about": "这篇文章讲什么?|文章讲的是什么？|这篇文章的主题是什么？"
        "|这篇文章是关于什么的？|本文讲了什么",
        "people": "文章提到了谁？|文中提到了哪些人？|列出所有人物|提到了谁？",
        "dates": "列出所有日期|文章中提到了哪些日期？",
        "countries": "文中提到了哪些国家？",
        "length": "这篇文章有多长？|文章有多少字？",
        "title": "标题是什么？|文章的标题是什么？",
        "author": "作者是谁？|这篇文章是谁写的？",
        "date": "这篇文章是什么时候发表的？",
    },
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_plain_forms_of_other_languages(language):
    asked = {q: kind for kind, qs in OTHER_LANGUAGES[language].items() for q in qs.split("|")}
    assert {q: asked_of_whole(q) for q in asked} == {
        q: Whole(kind, language) for q, kind in asked.items()
    }


@pytest.mark.parametrize(
    "question",
    ["Wer hat den Roman geschrieben?", "Worum geht es in dem Roman?", "¿De qué trata la novela?",
     "¿Quién escribió la carta?", "Qui a écrit le roman ?", "Кто написал роман?",
     "О чём роман?", "من كتب الرواية؟", "这本小说讲什么?", "谁写了这本小说?"],
)  # fmt: skip
def test_ordinary_questions_of_other_languages_are_not_captured(question):
    assert asked_of_whole(question) is None


@pytest.mark.parametrize("name", ["xquad"])
def test_no_question_in_another_language_is_captured(name):
    rows = shared_rows(f"{name}.public.jsonl")
    questions = [q["question"] for row in rows for q in row.get("questions", [row])]
    assert len(questions) > 500
    assert [q for q in questions if asked_of_whole(q)] == []


def test_how_many_are_mentioned():
    assert asked_of_whole("How many countries are mentioned?") == Whole("countries", "en", True)
    assert asked_of_whole("How many countries joined?") is None


def test_english_word_is_not_taken_for_another_language():
    assert asked_of_whole("Resume") is None
    assert asked_of_whole("Por favor, resume") == Whole("summary", "es")
    assert asked_of_whole("Cite dates") == Whole("dates", "en")
    assert asked_of_whole("Cite les dates") == Whole("dates", "fr")


def test_what_it_opens_with_is_no_part_of_the_question():
    assert kind_of("And who wrote the article?") == "author"


def test_hostile_questions_take_no_time():
    assert kind_of("please " * 500 + "summarise the article") == "summary"
    assert kind_of("list all the " * 300) is None


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Summarise the article in three sentences", 3),
        ("Summarize in 5 bullet points", 5),
        ("Summarise the article", None),
        ("Give me three key points", 3),
        ("Top 10 takeaways", 10),
        ("What are the 4 most important points of the article?", 4),
        ("3 main ideas please", 3),
        ("What happened in 3 years?", None),
    ],
)
def test_points_wanted(question, count):
    assert points_wanted(question) == count
