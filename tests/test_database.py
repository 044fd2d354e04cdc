"""index.database: SQLite alone; what goes wrong with its file is one clear line."""

import sqlite3

import numpy as np
import pytest
from conftest import hostile_texts

from index.database import ChunkRow, Database
from index.errors import LibraryError
from index.library_file import FORMAT_VERSION
from index.types import Article, Heading


@pytest.fixture
def database():
    opened = Database(None, "model")
    yield opened
    opened.close()


def row(number: int, text: str, article_id: str | None = "a") -> ChunkRow:
    return ChunkRow(f"c{number}", article_id, 0, len(text), text, "{}")


def vectors(count: int) -> np.ndarray:
    return np.arange(count * 3, dtype=np.float32).reshape(count, 3)


def test_article_comes_back_whole(database):
    article = Article(
        "é/1",
        "Text\u2028\n\nof 😀",
        "Title",
        "https://x",
        {"author": "A"},
        (Heading(0, 4, 1),),
        (0, 4),
    )
    with database.transaction():
        database.put_article(article)
    assert database.article("é/1") == article
    assert database.content_hash("é/1") == article.content_hash
    assert database.article("other") is None
    assert database.content_hash("other") is None
    assert database.article_ids() == ["é/1"]


def test_hostile_texts_come_back_to_the_letter(database):
    texts = hostile_texts(100, seed=7)
    with database.transaction():
        for number, text in enumerate(texts):
            database.put_article(Article(str(number), text, title=text))
        keys = database.insert_chunks([row(n, t) for n, t in enumerate(texts)], vectors(len(texts)))
    for number, text in enumerate(texts):
        assert database.article(str(number)) == Article(str(number), text, title=text)
        assert database.chunk(keys[number]).text == text


def test_vectors_come_back(database):
    assert database.vectors()[0] == []
    with database.transaction():
        keys = database.insert_chunks([row(n, "text") for n in range(4)], vectors(4))
    found, stored = database.vectors()
    assert found == keys
    assert np.array_equal(stored, vectors(4))


def test_lexical_ranking(database):
    texts = ["moon rocks and more", "rocks", "a very long text on other things, once: rocks", "sun"]
    with database.transaction():
        keys = database.insert_chunks([row(n, t) for n, t in enumerate(texts)], vectors(4))
    ranked = database.rank_lexical("Where are the moon rocks?", 10, None)
    assert [key for key, _ in ranked] == [keys[0], keys[1], keys[2]]
    assert [score for _, score in ranked] == sorted((s for _, s in ranked), reverse=True)
    assert all(score > 0 for _, score in ranked[:1])
    assert database.rank_lexical("Where are the moon rocks?", 1, None) == ranked[:1]
    assert database.rank_lexical("?!", 10, None) == []
    assert database.rank_lexical("moon", 10, ["b"]) == []
    assert database.rank_lexical("moon", 10, []) == []


def test_words_match_by_stem_accents_and_wide_characters(database):
    with database.transaction():
        keys = database.insert_chunks([row(0, "Naïve samples"), row(1, "他研究月球")], vectors(2))
    assert [key for key, _ in database.rank_lexical("naive sample", 5, None)] == [keys[0]]
    assert [key for key, _ in database.rank_lexical("月球", 5, None)] == [keys[1]]


def test_deleted_chunks_match_no_more(database):
    with database.transaction():
        keys = database.insert_chunks([row(0, "moon"), row(1, "moon", None)], vectors(2))
        assert database.delete_chunks(article_id="a") == keys[:1]
    assert [key for key, _ in database.rank_lexical("moon", 5, None)] == keys[1:]
    assert database.chunk_by_id("c0") is None
    assert database.chunk_by_id("c1") == row(1, "moon", None)
    assert database.chunk_keys(["a"]) == []


def test_failed_transaction_changes_nothing(database):
    before = database.meta("generation")

    def fail():
        with database.transaction():
            database.put_article(Article("a", "text"))
            raise KeyboardInterrupt("half way")

    with pytest.raises(KeyboardInterrupt, match="half way"):
        fail()
    assert database.article_ids() == []
    assert database.meta("generation") == before
    with database.transaction():
        database.put_article(Article("a", "text"))
    assert database.meta("generation") != before


def test_sqlite_error_is_one_line(database):
    def twice():
        with database.transaction():
            database.insert_chunks([row(0, "x"), row(0, "y")], vectors(2))

    with pytest.raises(
        LibraryError, match=r"^the library 'None' was not changed: UNIQUE constraint"
    ):
        twice()
    assert database.vectors()[0] == []


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be looked at" * 40, b"\0" * 5000]
)
def test_file_that_is_no_database(tmp_path, content):
    path = tmp_path / "library.db"
    path.write_bytes(content)
    with pytest.raises(
        LibraryError, match=r"library\.db' cannot be opened: file is not a database"
    ):
        Database(path, "model")
    assert path.read_bytes() == content


def test_database_of_another_program(tmp_path):
    path = tmp_path / "library.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.commit()
    other.close()
    with pytest.raises(LibraryError, match="is another program's database, not a library"):
        Database(path, "model")


def test_other_format(tmp_path):
    path = tmp_path / "library.db"
    Database(path, "model").close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(
        LibraryError, match=f"has format 99, this program writes format {FORMAT_VERSION}"
    ):
        Database(path, "model")


def test_other_model_names_both(tmp_path):
    path = tmp_path / "library.db"
    Database(path, "first-model").close()
    with pytest.raises(
        LibraryError, match="made with the embedding model 'first-model', not 'second'"
    ):
        Database(path, "second")


def test_folder_that_does_not_exist(tmp_path):
    with pytest.raises(LibraryError, match=r"'.*/no/library\.db' cannot be opened: unable to open"):
        Database(tmp_path / "no" / "library.db", "model")
    with pytest.raises(LibraryError, match="cannot be opened: unable to open"):
        Database(tmp_path, "model")
