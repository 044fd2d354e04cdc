"""index.store: SQLite and FAISS say the same at all times, whatever happens to either."""

import random
import threading

import numpy as np
import pytest
from conftest import hostile_texts, shared_rows
from consistency import CATS, TAX, assert_consistent
from langchain_tests.integration_tests.vectorstores import VectorStoreIntegrationTests

from index.errors import LibraryError
from index.retriever import retrieve
from index.store import ArticleStore
from index.types import Article


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
