"""Hybrid retrieval: BM25 and dense rankings fused by rank.

Reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009) with a weight per ranking.
The weights are chosen from ``benchmarks/fusion.py``: more often right among the first five than
either ranking alone, and first about as often as BM25 alone, the better of the two. The embedding
model knows English: in other languages its ranking only decides where the words hardly do
(``benchmarks/languages.py``).
"""

from collections import defaultdict
from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.dense import Ranking
from index.lexical import is_latin, looks_english
from index.store import ArticleStore
from index.types import Passage

CANDIDATES = 50
_RRF_K = 10
_WEIGHT_LEXICAL = 2.0
_WEIGHT_DENSE = 1.0
_WEIGHT_DENSE_FOREIGN = 0.2
# Passages that tell the language of what is searched.
_TELLING = 6


def fuse(
    lexical: Ranking,
    dense: Ranking,
    weight_lexical: float = _WEIGHT_LEXICAL,
    weight_dense: float = _WEIGHT_DENSE,
    rrf_k: int = _RRF_K,
) -> Ranking:
    """Fuse two rankings by rank: the score of a chunk is the sum of ``weight / (rrf_k + rank)``."""
    scores: dict[int, float] = defaultdict(float)
    for weight, ranking in ((weight_lexical, lexical), (weight_dense, dense)):
        for rank, (key, _) in enumerate(ranking, start=1):
            scores[key] += weight / (rrf_k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def retrieve(
    store: ArticleStore,
    question: str,
    top_k: int,
    article_ids: Sequence[str] | None = None,
    variants: Sequence[tuple[str, float]] = (),
) -> list[Passage]:
    """The ``top_k`` passages that fit a question best, best first.

    A question in a script that the embedding model was not trained on is searched by words
    alone: fusing its meaningless vectors in was measured to hurt. Where the words lead to
    passages in a language other than English, meaning counts less.

    Args:
        store: Where to look.
        question: The question; without any word in it, nothing is found.
        top_k: How many passages at most.
        article_ids: Look in these articles only; None looks in all.
        variants: Other wordings of the question, each with its weight; their rankings are fused
            with that of the question, which has weight 1.
    """
    with store.snapshot():
        scores: dict[int, float] = defaultdict(float)
        for wording, weight in ((question, 1.0), *variants):
            for key, score in _fused(store, wording, top_k, article_ids):
                scores[key] += weight * score
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return store.passages(best[:top_k])


def rank(
    store: ArticleStore, question: str, top_k: int, article_ids: Sequence[str] | None = None
) -> Ranking:
    """Keys and fused scores of the chunks behind ``retrieve``."""
    return _fused(store, question, top_k, article_ids)[:top_k]


def _fused(
    store: ArticleStore, question: str, top_k: int, article_ids: Sequence[str] | None
) -> Ranking:
    """All chunks that either half has among its candidates."""
    candidates = max(top_k, CANDIDATES)
    with store.snapshot():
        lexical = store.rank_lexical(question, candidates, article_ids)
        if not is_latin(question):
            return fuse(lexical, [])
        dense = store.rank_dense(question, candidates, article_ids)
        telling = store.documents(lexical[:_TELLING])
        english = looks_english(" ".join(document.page_content for document, _ in telling))
    weight = _WEIGHT_DENSE if english else _WEIGHT_DENSE_FOREIGN
    return fuse(lexical, dense, weight_dense=weight)


class HybridRetriever(BaseRetriever):
    """``retrieve`` as a LangChain retriever; documents carry their score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    store: ArticleStore
    k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        found = self.store.documents(rank(self.store, query, self.k if k is None else k))
        for document, score in found:
            document.metadata["score"] = score
        return [document for document, _ in found]
