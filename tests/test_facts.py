"""bot.facts: title, author, date, source and length, cited where the text says them."""

import pytest

from bot.facts import fact
from index.sentences import split_sentences
from index.types import Article

TEXT = "The ferry\n\nBy Ada Holm and Jan Vik\n\n3 June 2024\n\nThe ferry left at nine. It was late."


def ask(kind: str, text: str = TEXT, **article: object):
    return fact(kind, Article("a", text, **article), split_sentences(text))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("title", "The ferry"), ("author", "Ada Holm and Jan Vik"), ("date", "3 June 2024")],
)
def test_what_the_text_says_is_cited(kind, value):
    found = ask(kind)
    assert (found.text, found.value) == (value, value)
    assert TEXT[found.span.start : found.span.end] == value


@pytest.mark.parametrize("kind", ["author", "date", "title", "language", "source"])
def test_unknown(kind):
    assert ask(kind, "It rained all day long.") is None


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        ("title", {"title": "Rain"}),
        ("author", {"metadata": {"author": "Ada Holm"}}),
        ("date", {"metadata": {"date": "2024-06-03"}}),
        ("language", {"metadata": {"language": "en"}}),
    ],
)
def test_metadata_are_named_as_such(kind, article):
    found = ask(kind, "It rained all day long.", **article)
    assert found.span is None
    assert "metadata" in found.text
    assert found.value in found.text


def test_author_of_the_metadata_is_cited_where_it_stands():
    text = "Rain fell. Ada Holm saw it."
    found = ask("author", text, metadata={"author": "Ada Holm"})
    assert text[found.span.start : found.span.end] == "Ada Holm"


def test_length_counts():
    found = ask("length", metadata={"pages": "3"})
    assert found.value == "19 words"
    assert "5 sentences, 3 pages" in found.text
    assert "characters" in ask("length", "月球很远。" * 9).text


def test_source_shows_no_folder():
    assert ask("source", source="/home/ada/secret/rain.txt").value == "rain.txt"
    assert ask("source", source="https://example.org/rain").value == "https://example.org/rain"


def test_a_date_inside_a_sentence_is_not_the_article_s():
    assert ask("date", "On 3 June 2024 the ferry sank.\n\nIt was 2 May 2023 before.") is None
