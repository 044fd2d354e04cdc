"""bot.collection: which articles there are, and which of them mention something."""

import pytest
from conftest import shared_rows

from bot.collection import asked_of_collection
from bot.language import say
from bot.topics import asked_date
from bot.types import NOT_IN_ARTICLE
from index.types import Article

FERRY = Article("ferry", "The ferry left in 2021. Mayor Ida Colm saw NASA on board.", "The Ferry")
BRIDGE = Article("bridge", "NASA paid. NASA built the bridge over a river in 2019.", "The Bridge")
TULIPS = Article("tulips", "Tulips grew by two rivers in 2021. They were red.", "Tulips")


@pytest.fixture
def three(bot):
    opened = bot.with_articles([FERRY, BRIDGE, TULIPS])
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("How many articles are there?", "articles", ""),
        ("What articles do you have?", "articles", ""),
        ("list all articles", "articles", ""),
        ("Which documents are in the library?", "articles", ""),
        ("What are the titles of the articles?", "articles", ""),
        ("Which article mentions NASA?", "mentioning", "NASA"),
        ("Which of the articles mention Ida Colm?", "mentioning", "Ida Colm"),
        ("Which articles are about rivers?", "mentioning", "rivers"),
        ("In which article is NASA mentioned?", "mentioning", "NASA"),
        ("Is NASA mentioned in any of the articles?", "mentioning", "NASA"),
        ("Show me articles about rivers", "mentioning", "rivers"),
        ("How many articles mention the ferry?", "mentioning", "the ferry"),
        ("¿Cuántos artículos hay?", "articles", ""),
        ("Welche Artikel erwähnen NASA?", "mentioning", "NASA"),
        ("Quels articles parlent de NASA ?", "mentioning", "NASA"),
        ("Сколько статей есть?", "articles", ""),
        ("有多少篇文章？", "articles", ""),
        ("哪些文章提到河流？", "mentioning", "河流"),
    ],
)
def test_questions_about_the_collection(question, kind, topic):
    found = asked_of_collection(question)
    assert (found.kind, found.topic) == (kind, topic)


@pytest.mark.parametrize(
    "question",
    ["Which articles mention NASA? Who is the mayor?",
     "Which article of the constitution mentions speech?", "How many articles did she write?",
     "Which article mentions it?", "What do the articles say about rivers?",
     "Which articles were banned in 1900?", "Who wrote the articles?"],
)  # fmt: skip
def test_other_questions(question):
    assert asked_of_collection(question) is None


@pytest.mark.parametrize("name", ["squad2_dev_articles", "covidqa"])
def test_no_question_of_an_evaluation_set_is_captured(name):
    rows = shared_rows(f"{name}.public.jsonl")
    questions = [row["question"] for article in rows for row in article["questions"]]
    assert [q for q in questions if asked_of_collection(q)] == []


def test_articles_are_listed_from_the_library(three):
    answer = three.ask("How many articles are there?")
    assert (answer.status, answer.short, answer.citations) == ("answered", "3", ())
    assert answer.text == say("articles", "en", count=3) + (
        "\n\n- The Bridge\n- The Ferry\n- Tulips"
    )
    two = three.ask("What articles do you have?", article_ids=["ferry", "tulips"])
    assert (two.short, "Bridge" in two.text) == ("2", False)


def test_articles_that_mention_something_are_named_with_a_sentence(three):
    answer = three.ask("Which articles mention NASA?")
    assert answer.text == (
        "- The Bridge: NASA paid. [1]\n- The Ferry: Mayor Ida Colm saw NASA on board. [2]\n\n"
        + say("mentioning", "en", topic="NASA", count=2, total=3)
    )
    assert three.ask("Which article mentions Ida Colm?").short == "The Ferry"
    rivers = three.ask("Which articles are about rivers?")
    assert {c.article_id for c in rivers.citations} == {"bridge", "tulips"}
    assert three.ask("Which article mentions Paris?").text == NOT_IN_ARTICLE


def test_one_article_may_speak_of_articles(bot):
    law = bot.with_articles(
        [Article("law", "The law has twelve articles. Article 3 names rivers.")]
    )
    assert law.ask("What articles do you have?").short == "1"
    told = law.ask("How many articles are there?")
    assert (told.short, bool(told.citations)) == ("twelve", True)
    law.close()


def test_what_happened_in_a_year_is_told_from_all_articles(three):
    answer = three.ask("What happened in 2021?")
    assert "- The Ferry: The ferry left in 2021." in answer.text
    assert "- Tulips: Tulips grew by two rivers in 2021." in answer.text
    assert "bridge" not in {c.article_id for c in answer.citations}


@pytest.mark.parametrize("when", ["2021", "May 2021", "the 1990s", "Paris", "the war"])
def test_only_dates_are_looked_up_so(when):
    found = asked_date(f"What happened in {when}?")
    assert bool(found) == (when in {"2021", "May 2021"})


def test_a_text_that_is_no_english_keeps_no_list_from_the_others(bot):
    table = Article("lakes", "name: Sill; depth: 8\nname: Iru; depth: 9")
    mixed = bot.with_articles([FERRY, table])
    answer = mixed.ask("List the people")
    assert "Ida Colm" in answer.text
    assert say("not_english", "en", names="lakes") in answer.text
    assert say("silent", "en", names="lakes") not in answer.text
    mixed.close()
