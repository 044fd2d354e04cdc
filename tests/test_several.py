"""Several articles: which one says what, and where they disagree."""

import pytest

from bot.language import say
from bot.several import differ
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


def test_one_article_alone_has_nobody_to_disagree_with(bot):
    both = asked(bot, HARBOUR, RIVAL)
    answer = both.ask("When was the Ravensey Bridge opened?", article_ids=["guide"])
    assert OTHERWISE not in answer.text
    assert {c.article_id for c in answer.citations} == {"guide"}
