"""bot.evidence: what a pronoun stands for is quoted with it; a heading is seldom an answer."""

from contextlib import closing

import pytest

from index.types import Article, Heading

TOWN = """The repair of the pier was paid by the county, engineer Rosa Timm said. A second pier has
been proposed to the north. Its cost has not been estimated.

The lighthouse keeper is Otto Graf. He has kept the lamp for nine years. It is possible that he will
leave in May.

Otto Graf likes to fish. The boat is of oak. His sister Ida sells nets.

She was launched in 1931."""


@pytest.fixture(scope="module")
def town(bot):
    with_town = bot.with_articles(
        [Article("town", TOWN.replace("\nbeen", " been").replace("\nleave", " leave"))]
    )
    yield with_town
    with_town.close()


def quoted(town, question):
    return [citation.quote for citation in town.ask(question).citations]


def test_pronoun_for_something_else_than_what_is_asked_about(town):
    quotes = quoted(town, "What has not been estimated?")
    at = quotes.index("Its cost has not been estimated.")
    assert quotes[at - 1] == "A second pier has been proposed to the north."


def test_pronoun_for_what_is_asked_about_needs_no_other_sentence(town):
    assert quoted(town, "How long has the lighthouse keeper kept the lamp?") == [
        "He has kept the lamp for nine years."
    ]


def test_he_is_quoted_with_the_nearest_sentence_that_speaks_of_somebody(town):
    assert quoted(town, "Who sells nets?") == [
        "Otto Graf likes to fish.",
        "His sister Ida sells nets.",
    ]


def test_sentence_before_it_is_of_the_same_paragraph(town):
    assert quoted(town, "When was the ship launched?") == ["She was launched in 1931."]


@pytest.mark.parametrize("question", ["What is the Wolf Amendment?", "what is the wolf amendment"])
def test_heading_is_no_answer_where_the_text_below_it_answers(bot, question):
    quotes = quoted(bot, question)
    assert "The law in the way" not in quotes
    assert any("a U.S. law of 2011, the Wolf Amendment" in quote for quote in quotes)


def test_heading_is_an_answer_where_nothing_below_it_answers(bot):
    text = "The harbour\n\nThe ferry sails at nine.\n\nKeeper: Ida Holm\n\nNobody may swim here."
    at = text.index("Keeper")
    heading = Heading(at, at + len("Keeper: Ida Holm"), 2)
    with closing(bot.with_articles([Article("a", text, headings=(heading,))])) as harbour:
        assert quoted(harbour, "Who is the keeper?") == ["Keeper: Ida Holm"]
