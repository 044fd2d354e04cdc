"""index.retriever: fusion by rank, filters, and LangChain's standard suite."""

import pytest
from conftest import hostile_texts
from langchain_tests.integration_tests.retrievers import RetrieversIntegrationTests

from index.retriever import HybridRetriever, fuse, retrieve
from index.store import ArticleStore
from index.types import Article


@pytest.fixture(scope="module")
def library(embedding, moon):
    with ArticleStore(embedding) as opened:
        cats = "Cats sleep for most of the day.\n\nThe moon makes cats restless."
        opened.add_articles(
            [moon, Article("cats", cats), Article("wide", "月球上有岩石。\n\n猫在睡觉。")]
        )
        opened.add_articles([Article("cold", "В марте идёт снег. Луна светит ночью.")])
        yield opened


class TestStandard(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _use(self, library):
        self.library = library

    @property
    def retriever_constructor(self):
        return HybridRetriever

    @property
    def retriever_constructor_params(self):
        return {"store": self.library}

    @property
    def retriever_query_example(self):
        return "Where did Chang'e 6 land on the moon?"


def test_documents_say_where_they_stand(library, moon):
    documents = HybridRetriever(store=library, k=2).invoke("What is the Wolf Amendment?")
    assert [d.metadata["score"] for d in documents] == sorted(
        (d.metadata["score"] for d in documents), reverse=True
    )
    place = documents[0].metadata
    assert place["article_id"] == moon.id
    assert moon.text[place["start"] : place["end"]] == documents[0].page_content
    assert "Wolf Amendment" in documents[0].page_content


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When did Chang'e 5 return to Earth?", "Mons Rümker"),
        ("Who is the Wolf Amendment named after?", "Frank Wolf"),
        ("What does Elon Musk own?", "SpaceX"),
        ("felines and lunar nights", "cats restless"),
        ("月球上有什么?", "月球上有岩石"),
        ("Когда идёт снег?", "снег"),
    ],
)
def test_best_passage(library, question, words):
    assert words in retrieve(library, question, 3)[0].text


def test_fuse_by_hand():
    fused = fuse([(1, 9.0), (2, 8.0)], [(2, 0.9), (3, 0.8)], 2.0, 1.0, 10)
    assert [key for key, _ in fused] == [2, 1, 3]
    assert dict(fused) == pytest.approx({1: 2 / 11, 2: 2 / 12 + 1 / 11, 3: 1 / 12})
    assert fuse([], []) == []
    assert [key for key, _ in fuse([(7, 1.0)], [(5, 1.0)], 1.0, 1.0)] == [5, 7]


def test_filter_by_article(library):
    everywhere = retrieve(library, "the moon", 20)
    assert len({p.article_id for p in everywhere}) > 1
    assert {p.article_id for p in retrieve(library, "the moon", 20, ["cats"])} == {"cats"}
    assert {p.article_id for p in retrieve(library, "the moon", 20, ["cats", "wide"])} == {
        "cats",
        "wide",
    }
    assert retrieve(library, "the moon", 20, []) == []
    assert retrieve(library, "the moon", 20, ["no such article"]) == []


def test_number_of_passages(library):
    assert len(retrieve(library, "the moon and China", 1)) == 1
    found = retrieve(library, "the moon and China", 1000)
    assert len(found) == len(set(found)) > 4
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_empty_store(store):
    assert retrieve(store, "anything", 5) == []


def test_hostile_questions(library):
    for text in hostile_texts(80, seed=10):
        for passage in retrieve(library, text[:2000], 3):
            article = library.article(passage.article_id)
            assert article.text[passage.start : passage.end] == passage.text
