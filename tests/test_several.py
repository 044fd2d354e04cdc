"""Several articles: which one says what, and where they disagree."""

import pytest

from bot.language import say
from bot.several import differ, names_in
from index.types import Article

OTHERWISE = say("otherwise", "en")
HARBOUR = (
    "The Harbour Gazette reports on the old bridge.\n\n"
    "The Ravensey Bridge was opened in 1931 by the mayor, Ida Colm. It carries two lanes."
)
RIVAL = (
    "A walk through Ravensey.\n\n"
    "The Ravensey Bridge was opened in 1934, the guide says. Visitors like its lamps."
)
FLOWERS = "Tulips need cold winters. The tulip fields of Ravensey cover nine hectares."


@pytest.mark.parametrize(
    ("question", "one", "other", "expected"),
    [
        ("When was it opened?", "1931", "in 1934", True),
        ("When was it opened?", "May 1931", "1931", False),
        ("How many lanes has it?", "two", "2", False),
        ("Who opened it?", "Ida Colm", "John Marsh", True),
        ("Who opened it?", "the mayor, Ida Colm", "Ida Colm", False),
        ("What is the population?", "14,200", "8,900", True),
        ("What was the average depth?", "42 m", "about 42 m", False),
        ("What is the capital?", "Lima", "Quito", True),
        ("Why was it built?", "to carry trains", "for the ferry's end", False),
    ],
)
def test_answers_differ_only_where_words_can_tell(question, one, other, expected):
    assert differ(question, one, other) is expected


def asked(bot, *texts):
    titles = ("Gazette", "Guide", "Gardens")
    articles = [
        Article(title.lower(), text, title) for title, text in zip(titles, texts, strict=False)
    ]
    return bot.with_articles(articles)


def test_an_answer_over_several_articles_names_its_own(bot):
    with_two = asked(bot, HARBOUR, FLOWERS)
    answer = with_two.ask("When was the Ravensey Bridge opened?")
    assert answer.text.startswith("Gazette: ")
    assert answer.citations[0].article_id == "gazette"
    assert OTHERWISE not in answer.text
    alone = asked(bot, HARBOUR).ask("When was the Ravensey Bridge opened?")
    assert not alone.text.startswith("Gazette")


def test_articles_that_disagree_are_both_quoted(bot):
    answer = asked(bot, HARBOUR, RIVAL).ask("When was the Ravensey Bridge opened?")
    assert OTHERWISE in answer.text
    assert {c.article_id for c in answer.citations} == {"gazette", "guide"}
    assert "1931" in answer.text
    assert "1934" in answer.text


BRELL = "Brell is a town.\n\nThe mayor is Hanna Volk, who was elected in 2019. Brell is old."
TARN = "Tarn is a town.\n\nThe mayor is Otto Lind, who was elected in 2021. Tarn is new."
ABROAD = "News from abroad.\n\nThe mayor of Brell is Karl Adler, it is said. He likes boats."


def towns(bot):
    titled = (("Brell", BRELL), ("Tarn", TARN), ("News", ABROAD))
    return bot.with_articles([Article(title, text, title) for title, text in titled])


def test_a_question_that_names_nothing_is_answered_for_each_article(bot):
    answer = towns(bot).ask("Who is the mayor?")
    assert OTHERWISE not in answer.text
    assert "Brell: The mayor is Hanna Volk" in answer.text
    assert "\n\nTarn: The mayor is Otto Lind" in answer.text


@pytest.mark.parametrize("question", ["Who is the mayor of Brell?", "who is the mayor of brell?"])
def test_only_articles_on_what_is_named_disagree(bot, question):
    answer = towns(bot).ask(question)
    assert answer.text.count(OTHERWISE) == 1
    assert {c.article_id for c in answer.citations} == {"Brell", "News"}


def test_other_things_are_no_answer_to_a_question_that_names_one(bot):
    answer = towns(bot).ask("When was the mayor of Tarn elected?")
    assert OTHERWISE not in answer.text
    assert {c.article_id for c in answer.citations} == {"Tarn"}


@pytest.mark.parametrize(
    ("question", "texts", "names"),
    [
        ("Who is the mayor of Brell?", [], {"brell"}),
        ("Who is the mayor?", ["Brell\nThe mayor of Brell is Ann."], set()),
        ("who runs brell?", ["All know that Ann runs Brell."], {"brell"}),
        ("When did Selene 4 land?", [], {"selen", "4"}),
        ("Brell has which mayor?", [], set()),
        ("кто мэр Брелля?", [], {"брелл"}),
    ],
)
def test_names_of_a_question(question, texts, names):
    assert names_in(question, texts) == names


def test_one_article_alone_has_nobody_to_disagree_with(bot):
    both = asked(bot, HARBOUR, RIVAL)
    answer = both.ask("When was the Ravensey Bridge opened?", article_ids=["guide"])
    assert OTHERWISE not in answer.text
    assert {c.article_id for c in answer.citations} == {"guide"}
