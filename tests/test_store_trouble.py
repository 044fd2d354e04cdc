"""index.store: failures, damage and locks; both halves say the same after each."""

import os
import sqlite3
import subprocess
import sys

import pytest
from consistency import CATS, TAX, assert_consistent
from langchain_core.embeddings import Embeddings

from index.embedding import MiniLMEmbeddings
from index.errors import LibraryError
from index.retriever import retrieve
from index.store import ArticleStore
from index.types import Article


class Failing(MiniLMEmbeddings):
    """Breaks in the middle, as a full GPU would."""

    fail = False

    def embed_documents(self, texts):
        if self.fail:
            raise MemoryError("out of memory")
        return super().embed_documents(texts)


class Narrow(Embeddings):
    """Says it is the same model, but gives other vectors."""

    model_id = MiniLMEmbeddings.model_id

    def embed_documents(self, texts):
        return [[1.0, 0.0, 0.0] for _ in texts]

    def embed_query(self, text):
        return [1.0, 0.0, 0.0]


def test_failure_while_embedding_changes_nothing(tmp_path):
    encoder = Failing(threads=1)
    with ArticleStore(encoder, tmp_path / "library.db") as store:
        store.add_articles([CATS])
        encoder.fail = True
        with pytest.raises(MemoryError, match="out of memory"):
            store.add_articles([TAX, Article("cats", "Changed.")])
        assert store.article("cats") == CATS
        assert store.article_ids() == ["cats"]
        assert_consistent(store)


def test_failure_while_writing_leaves_both_halves_as_they_were(tmp_path, embedding):
    path = tmp_path / "library.db"
    with ArticleStore(embedding, path) as store:
        store.add_articles([CATS, TAX])
        store._database.connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON chunk WHEN NEW.article_id = 'late' "
            "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
        changed = Article("cats", "Changed entirely.")
        with pytest.raises(LibraryError, match=r"library\.db' was not changed: disk is full"):
            store.add_articles([changed, Article("late", "Too late.")])
        assert store.article("cats") == CATS
        assert_consistent(store)
        assert retrieve(store, "How high can a cat jump?", 1)[0].text == CATS.text
        assert store.add_articles([changed]) == ["cats"]
        assert_consistent(store)


def test_vectors_of_another_size(tmp_path, embedding):
    path = tmp_path / "library.db"
    with ArticleStore(embedding, path) as store:
        store.add_articles([CATS])
    with ArticleStore(Narrow(), path) as store:
        message = "gives vectors of 3 numbers, the library .* holds 384"
        with pytest.raises(LibraryError, match=message):
            store.add_articles([TAX])
        with pytest.raises(LibraryError, match=message):
            retrieve(store, "cat", 1)
        assert store.article_ids() == ["cats"]
        assert_consistent(store)


def test_other_embedding_model_names_both(tmp_path, embedding):
    path = tmp_path / "library.db"
    ArticleStore(embedding, path).close()

    class Other(Narrow):
        model_id = "other-model"

    with pytest.raises(
        LibraryError, match="'all-MiniLM-L6-v2', not 'other-model': name the former"
    ):
        ArticleStore(Other(), path)


def _delete(path):
    path.unlink()


def _empty(path):
    path.write_bytes(b"")


def _garbage(path):
    path.write_bytes(b"garbage" * 100)


def _flipped(path):
    content = bytearray(path.read_bytes())
    content[-5] ^= 0xFF
    path.write_bytes(content)


def _cut(path):
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("damage", [_delete, _empty, _garbage, _flipped, _cut])
def test_damaged_faiss_file_is_rebuilt(tmp_path, embedding, damage):
    path, derived = tmp_path / "library.db", tmp_path / "library.db.faiss"
    with ArticleStore(embedding, path) as store:
        store.add_articles([CATS, TAX])
    good = derived.read_bytes()
    damage(derived)
    with ArticleStore(embedding, path) as store:
        assert_consistent(store)
        assert retrieve(store, "tax office", 1)[0].article_id == "tax"
    assert derived.read_bytes() == good


def test_stale_faiss_file_is_rebuilt(tmp_path, embedding):
    """A file of an earlier state, whole and valid, beside a database that went on."""
    path, derived = tmp_path / "library.db", tmp_path / "library.db.faiss"
    with ArticleStore(embedding, path) as store:
        store.add_articles([CATS])
    old = derived.read_bytes()
    with ArticleStore(embedding, path) as store:
        store.add_articles([TAX])
    derived.write_bytes(old)
    with ArticleStore(embedding, path) as store:
        assert_consistent(store)
        assert retrieve(store, "tax office", 1)[0].article_id == "tax"


def test_process_that_dies_loses_nothing_committed(tmp_path, embedding):
    path = tmp_path / "library.db"
    code = (
        "import os, sys; from pathlib import Path\n"
        "from index.embedding import MiniLMEmbeddings; from index.store import ArticleStore\n"
        "from index.types import Article\n"
        "store = ArticleStore(MiniLMEmbeddings(1), Path(sys.argv[1]))\n"
        "store.add_articles([Article('cats', 'Cats jump.')])\n"
        "store._database.connection.execute('BEGIN IMMEDIATE')\n"
        "store._database.put_article(Article('tax', 'Half a tax.'))\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=120)
    assert done.returncode == 9
    with ArticleStore(embedding, path) as store:
        assert store.article_ids() == ["cats"]
        assert_consistent(store)


def test_file_that_is_no_library(tmp_path, embedding):
    path = tmp_path / "notes.txt"
    path.write_text("These are my notes. " * 100, "utf-8")
    with pytest.raises(LibraryError, match=r"notes\.txt' cannot be opened: file is not a database"):
        ArticleStore(embedding, path)


def test_damaged_library_is_one_line(tmp_path, embedding):
    path = tmp_path / "library.db"
    with ArticleStore(embedding, path) as store:
        store.add_articles([Article(str(n), f"Number {n}. " * 300) for n in range(20)])
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    (tmp_path / "library.db.faiss").unlink()
    with pytest.raises(LibraryError, match=r"library\.db' cannot be (read|opened): ") as caught:
        ArticleStore(embedding, path)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_write_permission(tmp_path, embedding):
    tmp_path.chmod(0o500)
    with pytest.raises(LibraryError, match="cannot be opened"):
        ArticleStore(embedding, tmp_path / "library.db")


def test_library_that_cannot_be_written(tmp_path, embedding):
    """As on a read-only medium; works for root too, whom permissions do not stop."""
    path = tmp_path / "library.db"
    with ArticleStore(embedding, path) as store:
        store.add_articles([CATS])
        store._database.connection.execute("PRAGMA query_only = 1")
        with pytest.raises(LibraryError, match="was not changed: it is read-only: check the perm"):
            store.add_articles([TAX])
        assert_consistent(store)
        assert retrieve(store, "cat", 1)[0].text == CATS.text
        store._database.connection.execute("PRAGMA query_only = 0")


def test_library_locked_by_another_program(tmp_path, embedding):
    path = tmp_path / "library.db"
    with ArticleStore(embedding, path) as store:
        store._database.connection.execute("PRAGMA busy_timeout = 50")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")  # as another bot that adds articles
        assert store.article_ids() == []
        with pytest.raises(LibraryError, match="was not changed: another process is writing to"):
            store.add_articles([CATS])
        other.execute("ROLLBACK")
        other.close()
        assert store.add_articles([CATS]) == ["cats"]
        assert_consistent(store)
