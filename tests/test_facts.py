"""bot.facts: title, author, date, source and length, cited where the text says them."""

import pytest

from bot.facts import fact
from bot.language import say
from index.reading import read_text
from index.sentences import split_sentences
from index.types import Article, Heading

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


def test_metadata_are_cited_only_where_they_stand_as_such():
    assert ask("author", "The Annual report.", metadata={"author": "Ann"}).span is None
    assert ask("title", "Article one.\n\nThe Art of rain is old.", title="Art").span is None
    wrapped = "— The ferry\nof Ravensey —\n\nIt left."
    assert ask("title", wrapped, title="The ferry of Ravensey").span == (2, 23)


def test_metadata_claim_nothing_of_the_text():
    text = "It rained.\n" * 9 + "Published on 3 June 2024 by the Gazette."
    metadata = {"date": "2024-06-03", "site": "Gazette"}
    for kind, value in (("date", "2024-06-03"), ("source", "Gazette")):
        assert ask(kind, text, metadata=metadata).text == f"{value}, by the article's metadata."


def test_a_language_told_by_the_text_is_no_metadata():
    german = "Der Zug fährt am Montag nach Graz, und alle Leute freuen sich sehr darüber."
    guessed = read_text(german)
    found = fact("language", guessed, [])
    assert (found.text, found.value) == (say("recognised", "en", fact="German"), "German")
    told = ask("language", german, metadata={"language": "nds"})
    assert told.text == say("by_metadata", "en", fact="nds")


@pytest.mark.parametrize(
    "line",
    ["By Ada Holm", "by Ada Holm and Jan van Dyck", "BY ADA HOLM", "Text by Ada Holm, Jr., Oslo",
     "By Ada Holm, chief science editor", "By the Associated Press", "Author: the crew of Selkie"],
)  # fmt: skip
def test_bylines(line):
    found = ask("author", f"Moon news\n\n{line}.\n\nThe probe is back.")
    assert line.endswith(found.value)
    assert found.value[:3] in ("Ada", "ADA", "the")


@pytest.mark.parametrize(
    "line",
    ["By the end of 2020 the Chinese probe had returned to Earth with rocks.", "By then it rained.",
     "By 2020, Ada Holm had left.", "By Ada Holm we mean the ferry.", "by the sea"],
)  # fmt: skip
def test_a_sentence_is_no_byline(line):
    assert ask("author", f"Moon news\n\n{line}\n\nThe probe is back.") is None


def test_a_heading_is_no_byline():
    text = "Rain\n\nBy The Numbers\n\nIt rained for nine days."
    assert ask("author", text).value == "The Numbers"
    assert ask("author", text, headings=(Heading(6, 20, 2),)) is None


def test_length_counts():
    found = ask("length", metadata={"pages": "3"})
    assert found.value == "19 words"
    assert "5 sentences, 3 pages" in found.text
    assert "characters" in ask("length", "月球很远。" * 9).text


def test_source_shows_no_folder():
    assert ask("source", source="/home/ada/secret/rain.txt").value == "rain.txt"
    assert ask("source", source="upload:rain.txt").value == "rain.txt"
    assert ask("source", source="https://example.org/rain").value == "https://example.org/rain"


def test_a_date_inside_a_sentence_is_not_the_article_s():
    assert ask("date", "On 3 June 2024 the ferry sank.\n\nIt was 2 May 2023 before.") is None


@pytest.mark.parametrize(
    "line",
    ["By Ada Holm, 14 March 2023", "By Ada Holm | 14 March 2023.", "By Ada Holm - 14 March 2023"],
)
def test_a_byline_with_a_date_tells_both(line):
    article = Article("ferry", f"The ferry\n\n{line}\n\nThe ferry left at nine.", "The ferry")
    author, date = (fact(kind, article, ()) for kind in ("author", "date"))
    assert (author.value, date.value) == ("Ada Holm", "14 March 2023")
    assert article.text[author.span.start : author.span.end] == "Ada Holm"
    assert article.text[date.span.start : date.span.end] == "14 March 2023"
