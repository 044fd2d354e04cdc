"""index.store: SQLite and FAISS say the same at all times, whatever happens to either."""

import os
import random
import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest
from conftest import hostile_texts, shared_rows
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests.vectorstores import VectorStoreIntegrationTests

from index.embedding import MiniLMEmbeddings
from index.errors import LibraryError
from index.retriever import retrieve
from index.store import ArticleStore
from index.types import Article

CATS = Article("cats", "Cats sleep for most of the day.\n\nA cat can jump very high.", "Cats")
TAX = Article("tax", "The tax office opens on Monday.\n\nForms are due in April.", "Tax")


def assert_consistent(store: ArticleStore) -> None:
    """Every chunk in SQLite is in FAISS under its key with its vector, and nothing else is."""
    keys, vectors = store._database.vectors()
    assert sorted(store._dense.keys()) == sorted(keys)
    for key, vector in zip(keys, vectors, strict=True):
        assert np.array_equal(store._dense.vector(key), vector)
    terms = store._database.connection.execute("SELECT rowid FROM chunk_terms ORDER BY rowid")
    assert [key for (key,) in terms] == sorted(keys)
    for name in store.article_ids():
        article = store.article(name)
        for passage in store.passages([(k, 0.0) for k in store._database.chunk_keys([name])]):
            assert article.text[passage.start : passage.end] == passage.text


class TestStandard(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path):
        with ArticleStore(self.get_embeddings(), tmp_path / "library.db") as opened:
            yield opened
            assert_consistent(opened)


def test_add_twice_is_nothing_new(store):
    assert store.add_articles([CATS, TAX]) == ["cats", "tax"]
    before = store._database.meta("generation"), store._database.vectors()[0]
    calls: list[tuple[int, int]] = []
    assert store.add_articles([CATS, TAX], lambda *n: calls.append(n)) == []
    assert store._database.vectors()[0] == before[1]
    assert calls == []
    assert_consistent(store)


def test_changed_article_replaces_its_chunks(store):
    store.add_articles([CATS, TAX])
    changed = Article("cats", "Dogs bark at night.", "Dogs")
    assert store.add_articles([changed, TAX]) == ["cats"]
    assert store.article("cats") == changed
    assert [p.text for p in retrieve(store, "cats jump high", 9, ["cats"])] == [changed.text]
    assert store.rank_lexical("cats jump", 9) == []
    assert_consistent(store)


def test_last_of_two_with_one_id_wins(store):
    assert store.add_articles([CATS, Article("cats", "Other text.")]) == ["cats"]
    assert store.article("cats").text == "Other text."
    assert_consistent(store)


def test_removed_article_is_not_found(store):
    store.add_articles([CATS, TAX])
    assert store.remove_article("cats")
    assert not store.remove_article("cats")
    assert store.article_ids() == ["tax"]
    assert {p.article_id for p in retrieve(store, "How high can a cat jump?", 9)} == {"tax"}
    assert retrieve(store, "How high can a cat jump?", 9, ["cats"]) == []
    assert store.get_by_ids(["cats:0-31"]) == []
    with pytest.raises(LibraryError, match="there is no article 'cats' in the library"):
        store.article("cats")
    store.remove_article("tax")
    assert retrieve(store, "tax office", 9) == []
    assert_consistent(store)


def test_progress_and_article_without_text(store):
    calls: list[tuple[int, int]] = []
    assert store.add_articles([Article("empty", ""), CATS], lambda *n: calls.append(n)) == [
        "empty",
        "cats",
    ]
    assert calls == [(1, 1)]
    assert store.article("empty").text == ""
    assert store.add_articles([]) == []
    assert_consistent(store)


def test_search_scores_are_cosines(store, embedding):
    store.add_texts(["Cats sleep a lot.", "The tax office opens."], ids=["c", "t"])
    (first, score), (second, lower) = store.similarity_search_with_score("Cats sleep a lot.", 5)
    assert (first.id, second.id) == ("c", "t")
    assert score == pytest.approx(1, abs=1e-5)
    expected = np.dot(*embedding.embed_documents(["Cats sleep a lot.", "The tax office opens."]))
    assert lower == pytest.approx(expected, abs=1e-4)
    relevance = store.similarity_search_with_relevance_scores("Cats sleep a lot.", 1)
    assert relevance[0][1] == pytest.approx(1, abs=1e-5)
    vector = embedding.embed_query("tax")
    assert store.similarity_search_by_vector(vector, 1)[0].id == "t"
    assert [d.id for d in store.max_marginal_relevance_search("tax", 2)] == ["t", "c"]
    assert store.similarity_search("tax", 1, article_ids=["cats"]) == []


def test_documents_of_articles_say_where_they_stand(store):
    store.add_articles([CATS])
    (document,) = store.similarity_search("cat", 1)
    assert document.metadata == {"article_id": "cats", "start": 0, "end": len(CATS.text)}
    assert document.page_content == CATS.text


def test_numbers_of_texts_ids_and_metadatas_must_agree(store):
    with pytest.raises(ValueError, match="got 2 texts, 2 metadatas and 1 ids"):
        store.add_texts(["a", "b"], ids=["1"])
    with pytest.raises(ValueError, match="got 1 texts, 2 metadatas"):
        store.add_texts(["a"], [{}, {}])
    with pytest.raises(ValueError, match="delete needs the ids"):
        store.delete()


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


def test_reopened_from_disk(tmp_path, embedding):
    path = tmp_path / "library.db"
    with ArticleStore(embedding, path) as store:
        store.add_articles([CATS, TAX])
        expected = retrieve(store, "How high can a cat jump?", 5)
    assert {file.name for file in tmp_path.iterdir()} == {"library.db", "library.db.faiss"}
    written = (tmp_path / "library.db.faiss").read_bytes()
    with ArticleStore(embedding, path) as store:
        assert retrieve(store, "How high can a cat jump?", 5) == expected
        assert store.add_articles([CATS, TAX]) == []
        assert store.article("tax") == TAX
        assert_consistent(store)
    assert (tmp_path / "library.db.faiss").read_bytes() == written


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


def test_hostile_articles_keep_exact_offsets(store):
    articles = [Article(f"{n}/é'\"", t, title=t[:50]) for n, t in enumerate(hostile_texts(60, 8))]
    assert store.add_articles(articles) == [article.id for article in articles]
    assert_consistent(store)
    assert [store.article(a.id) for a in articles] == articles
    for passage in retrieve(store, "Did the probe send 3.5 kg back?", 20):
        text = store.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text


def test_random_changes_stay_consistent(store):
    chosen = random.Random(9)
    texts = hostile_texts(40, seed=9)
    for _ in range(40):
        name = f"article {chosen.randrange(6)}"
        if chosen.random() < 0.3:
            store.remove_article(name)
        else:
            store.add_articles([Article(name, chosen.choice(texts)[:2000])])
    assert_consistent(store)


def test_threads_share_one_store(store):
    store.add_articles([CATS, TAX])
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(8):
                name = f"own {number}"
                store.add_articles([Article(name, f"Thread {number} wrote turn {turn}.")])
                found = retrieve(store, "How high can a cat jump?", 3, ["cats"])
                assert found[0].text == CATS.text
                assert retrieve(store, f"Thread {number}", 9, [name])[0].text.endswith(f"{turn}.")
                if turn % 3 == 0:
                    store.remove_article(name)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert len(store.article_ids()) == 8
    assert_consistent(store)


def test_naughty_strings_as_articles(store):
    rows = shared_rows("naughty_strings.jsonl")
    articles = [Article(row["id"], row["text"]) for row in rows]
    assert len(articles) == 746
    store.add_articles(articles)
    assert_consistent(store)
    assert [store.article(article.id) for article in articles] == articles


def test_two_stores_on_one_file_see_each_other(embedding, tmp_path):
    path = tmp_path / "library.db"
    first, second = ArticleStore(embedding, path), ArticleStore(embedding, path)
    second.add_articles([Article("b", "The ferry leaves at noon.")])
    assert [key for key, _ in first.rank_dense("When does the ferry leave?", 5)]
    second.close()
    first.close()
    with ArticleStore(embedding, path) as third:
        assert third.passages(third.rank_dense("ferry", 5))[0].article_id == "b"
        third.remove_article("b")
        assert third.passages([(1, 0.5)]) == []


def test_adding_nothing_new_writes_nothing(embedding, tmp_path):
    with ArticleStore(embedding, tmp_path / "library.db") as store:
        article = Article("a", "The ferry leaves at noon.")
        assert store.add_articles([article]) == ["a"]
        before = (tmp_path / "library.db").read_bytes()
        assert store.add_articles([article]) == []
        assert (tmp_path / "library.db").read_bytes() == before


def test_articles_are_taken_over_with_their_vectors(embedding, monkeypatch):
    with ArticleStore(embedding) as one, ArticleStore(embedding) as other:
        other.add_articles([CATS, TAX])
        one.add_articles([Article("cats", "An older text about cats.", "Cats")])
        for _ in range(2):  # the second time nothing is new
            with monkeypatch.context() as patched:
                patched.setattr(type(embedding), "embed_documents", None)
                one.take_articles(other, ["cats"])
            assert_consistent(one)
            assert [one.article(name) for name in one.article_ids()] == [CATS]
        question = "How high can a cat jump?"
        assert one.rank_dense(question, 1)[0][1] == pytest.approx(
            other.rank_dense(question, 1)[0][1]
        )
        with pytest.raises(LibraryError, match="no article 'dogs'"):
            one.take_articles(other, ["tax", "dogs"])
        assert one.article_ids() == ["cats"]
