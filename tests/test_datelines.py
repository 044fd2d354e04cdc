"""bot.datelines: when an article was written is no evidence for when something happened."""

import pytest
from conftest import hostile_texts

from bot.datelines import asks_when, asks_who, datelines, passed_over
from index.types import Article

NEWS = """Harbour Wall Gives Way in Tarn

By Jane Doe, March 3, 2021

A part of the harbour wall has given way. Nobody was hurt, the harbour master Otto Graf said. The
wall was built by convicts in 1842. A commission will look into the cause."""
WIRE = """TARN, June 4, 2020 (Coast News) — A part of the harbour wall has given way. The wall was
built by convicts in 1842."""


def told(text: str) -> list[str]:
    return [text[start:end] for start, end in datelines(Article("a", text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (NEWS, ["By Jane Doe, March 3, 2021"]),
        (WIRE, ["TARN, June 4, 2020 (Coast News) — "]),
        ("Wall\n\nPublished on 4 June 2020 by Ada Holm\n\nText.", ["Published on 4 June 2020"]),
        ("Wall\n\nJune 4, 2020\n\nIt fell.", ["June 4, 2020"]),
        ("Concert\n\nDate: 4 June 2020\n\nFree entry.", []),
        ("The wall fell on June 4, 2020. In Tarn, June 5 was a day of mourning.", []),
    ],
)
def test_what_tells_when_an_article_was_written(text, found):
    assert told(text) == found


def test_questions_for_when_something_happened():
    assert asks_when("When did the wall fall?")
    assert asks_when("In which year did it open?")
    assert not asks_when("When was the article published?")
    assert not asks_when("When did Ada Holm write this?")
    assert not asks_when("Who wrote it?")
    assert not asks_who("What did the mayor say of who wrote it?")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who designed the wall?", ["By Jane Doe"]),
        ("By whom was the wall built?", ["By Jane Doe"]),
        ("When was the wall built?", ["By Jane Doe, March 3, 2021"]),
        ("When was the journalist arrested?", ["By Jane Doe, March 3, 2021"]),
        ("Who was there when it fell?", ["By Jane Doe, March 3, 2021", "By Jane Doe"]),
        ("Who wrote this?", []),
        ("Who is this by?", []),
        ("Who reported that the wall fell?", []),
        ("Who is the reporter, and who the harbour master?", []),
        ("Who is Jane Doe?", []),
        ("What did Jane Doe see?", []),
    ],
)
def test_what_is_no_evidence_for_a_question(question, found):
    spans = passed_over(question, Article("a", NEWS))
    assert [NEWS[start:end] for start, end in spans] == found


@pytest.mark.parametrize(
    "line", ["By Ada Holm of the Harbour Gazette", "Author: Ada Holm", "Text by Ada Holm"]
)
def test_names_of_a_writer_count_and_no_other_words_of_the_line(line):
    article = Article("wall", f"Harbour Wall Falls\n\n{line}\n\nThe harbour wall fell in a storm.")
    ((start, end),) = passed_over("Who designed the harbour wall?", article)
    assert article.text[start:end] == line.split(" of ")[0]
    assert passed_over("Whom did Ada Holm meet at the wall?", article) == []


def test_writer_of_an_article_did_nothing_else(bot):
    text = (
        "Harbour Wall Gives Way in Tarn\n\nBy Jane Doe\n\n"
        "The harbour wall of Tarn fell in a storm. The wall held for ninety years."
    )
    other = bot.with_articles([Article("wall", text)])
    assert other.ask("Who designed the harbour wall of Tarn?").status == "not_in_article"
    assert "Jane Doe" in other.ask("Who wrote it?").text
    other.close()


def test_hostile_texts_are_read():
    for text in [*hostile_texts(60, seed=4), "A, " * 900, "Aa Bb, " * 600]:
        datelines(Article("a", text))


@pytest.mark.parametrize("text", [NEWS, WIRE])
def test_date_of_an_article_is_no_date_of_an_event(bot, text):
    other = bot.with_articles([Article("wall", text)])
    assert other.ask("When was the wall built?").short == "1842"
    for question in ("When did the wall give way?", "What day did the wall give way?"):
        answer = other.ask(question)
        assert "20" not in answer.text
    other.close()


def test_date_of_an_article_is_told_where_it_is_asked_for(bot):
    other = bot.with_articles([Article("wall", NEWS)])
    assert other.ask("When was the article published?").short == "March 3, 2021"
    assert "Jane Doe" in other.ask("Who wrote the article?").text
    other.close()
