"""index.lexical: words, queries that FTS5 accepts, stems, scripts."""

import sqlite3

import pytest
from conftest import hostile_texts

from index.lexical import STOP_WORDS, content_words, is_latin, match_query, spaced, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("When did Chang'e 5 return?", ["when", "did", "chang'e", "5", "return"]),
        ("Chang’e-6", ["chang'e", "6"]),
        ("snake_case x--y", ["snake", "case", "x", "y"]),
        ("月球 rock", ["月", "球", "rock"]),
        ("ÉCOLE Straße", ["école", "straße"]),
        ("?! … 😀", []),
        ("", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_content_words_keep_something():
    assert content_words("Where did the probe land?") == ["probe", "land"]
    assert content_words("Who is it?") == ["who", "is", "it"]
    assert "not" in STOP_WORDS


def test_match_query():
    assert match_query("Who opened the Library, the library?") == '"opened" OR "library"'
    assert match_query("Chang'e") == '"chang e"'
    assert match_query("?!") == ""


def test_match_query_is_always_valid_fts5():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5 (terms)")
    database.execute("INSERT INTO t VALUES ('probe near and or not column')")
    hostile = ['"', "a AND b", "NEAR(probe, 2)", "terms : probe", "probe*", "^probe", "-- '", "()"]
    queries = [match_query(text) for text in hostile_texts(200, seed=2) + hostile]
    for query in filter(None, queries):
        database.execute("SELECT rowid FROM t WHERE t MATCH ?", (query,)).fetchall()
    assert sum(map(bool, queries)) > 150
    database.close()


def test_spaced_separates_wide_scripts_only():
    assert spaced("月球ab") == " 月  球 ab"
    assert spaced("Chang'e 5") == "Chang'e 5"


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("the moon", True),
        ("Größe", True),
        ("12 ?", True),
        ("луна", False),
        ("月球", False),
        ("القمر", False),
    ],
)
def test_is_latin(text, latin):
    assert is_latin(text) is latin


def test_stem():
    assert stem("returned") == stem("returning") == stem("return")
    assert stem("nasa's") == stem("nasa")
