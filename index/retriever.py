"""Hybrid retrieval: BM25 and dense rankings fused by rank.

Reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009) with a weight per ranking.
The weights are chosen from ``benchmarks/fusion.py``: more often right among the first five than
either ranking alone, and first about as often as BM25 alone, the better of the two.
"""

from collections import defaultdict
from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.lexical import is_latin
from index.store import ArticleStore, Ranking
from index.types import Passage

CANDIDATES = 50
_RRF_K = 10
_WEIGHT_LEXICAL = 2.0
_WEIGHT_DENSE = 1.0


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
    store: ArticleStore, question: str, top_k: int, article_ids: Sequence[str] | None = None
) -> list[Passage]:
    """The ``top_k`` passages that fit a question best, best first.

    A question in a script that the embedding model was not trained on is searched by words
    alone: fusing its meaningless vectors in was measured to hurt.

    Args:
        store: Where to look.
        question: The question; without any word in it, nothing is found.
        top_k: How many passages at most.
        article_ids: Look in these articles only; None looks in all.
    """
    return store.passages(rank(store, question, top_k, article_ids))


def rank(
    store: ArticleStore, question: str, top_k: int, article_ids: Sequence[str] | None = None
) -> Ranking:
    """Keys and fused scores of the chunks behind ``retrieve``."""
    candidates = max(top_k, CANDIDATES)
    with store.lock:
        lexical = store.rank_lexical(question, candidates, article_ids)
        dense = store.rank_dense(question, candidates, article_ids) if is_latin(question) else []
    return fuse(lexical, dense)[:top_k]


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
