"""A LangChain VectorStore: SQLite as the truth, FAISS derived from it, kept in step.

Scores of vector search are cosine similarities: vectors are L2-normalised on their way in and
searched by inner product, so higher is better and 1.0 is the same direction.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance
from numpy.typing import NDArray

from index.database import ChunkRow, Database
from index.dense import DenseIndex, Ranking
from index.embedding import embed_unit, name_of, unit


class DocumentStore(VectorStore):
    """Chunks and their vectors as documents, ranked by words or by meaning."""

    def __init__(self, embedding: Embeddings, path: Path | None = None) -> None:
        """Open a store, creating it when it does not exist.

        Args:
            embedding: Encoder of chunks and questions.
            path: SQLite file; the FAISS index is kept beside it as ``<path>.faiss``.
                None keeps everything in memory.

        Raises:
            LibraryError: The file is no store, or was made by another version or embedding model.
        """
        self._embedding = embedding
        self._database = Database(path, name_of(embedding))
        self._lock = self._database.lock
        try:
            self._dense = DenseIndex(self._database)
        except BaseException:
            self._database.close()
            raise

    def snapshot(self) -> AbstractContextManager[None]:
        """Hold it to see one state in several calls, whatever others write meanwhile."""
        return self._database.snapshot()

    def close(self) -> None:
        """Keep the FAISS index beside the database, when there is one, and close both."""
        with self._lock:
            try:
                self._dense.save()
            finally:
                self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    # -------------------------------------------------------------------- search
    def rank_dense(
        self, question: str, k: int, article_ids: Sequence[str] | None = None
    ) -> Ranking:
        """Keys and cosines of the ``k`` chunks nearest to the question, best first."""
        return self._nearest(self._query(question), k, article_ids)

    def rank_lexical(
        self, question: str, k: int, article_ids: Sequence[str] | None = None
    ) -> Ranking:
        """Keys and BM25 scores of the ``k`` chunks that match the words best, best first."""
        with self._lock:
            return self._database.rank_lexical(question, k, article_ids)

    def documents(self, ranking: Ranking) -> list[tuple[Document, float]]:
        """The chunks of a ranking as LangChain documents, in its order, with its scores."""
        return [(_document(row), score) for row, score in self._rows(ranking)]

    def _rows(self, ranking: Ranking) -> list[tuple[ChunkRow, float]]:
        """The chunks of a ranking, without those that were removed meanwhile."""
        with self._lock:
            rows = [(self._database.chunk(key), score) for key, score in ranking]
        return [(row, score) for row, score in rows if row is not None]

    def _nearest(
        self, query: NDArray[np.float32], k: int, article_ids: Sequence[str] | None
    ) -> Ranking:
        with self._database.snapshot():
            self._refresh()
            allowed = None if article_ids is None else self._database.chunk_keys(article_ids)
            return self._dense.nearest(query, k, allowed)

    # ------------------------------------------------------- LangChain VectorStore
    @property
    def embeddings(self) -> Embeddings:
        """The encoder."""
        return self._embedding

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        """Add texts that belong to no article; an id already in is replaced.

        Returns:
            Ids of the texts, made up where none was given.

        Raises:
            ValueError: ``metadatas`` or ``ids`` has another length than ``texts``.
        """
        contents = list(texts)
        given: Sequence[str | None] = ids if ids is not None else [None] * len(contents)
        names = [str(name) if name else str(uuid.uuid4()) for name in given]
        metas = metadatas if metadatas is not None else [{} for _ in contents]
        if not len(contents) == len(names) == len(metas):
            raise ValueError(
                f"got {len(contents)} texts, {len(metas)} metadatas and {len(names)} ids; "
                "the numbers must agree"
            )
        # The last of several rows with one id wins, as it would if they came one after the other.
        rows = {
            name: ChunkRow(name, None, 0, len(content), content, json.dumps(meta))
            for name, content, meta in zip(names, contents, metas, strict=True)
        }
        vectors = embed_unit(self._embedding, [row.text for row in rows.values()])
        with self._transaction():
            for name in rows:
                self._dense.remove(self._database.delete_chunks(chunk_id=name))
            self._insert(list(rows.values()), vectors)
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Delete documents by id; ids that are not in are passed over.

        Raises:
            ValueError: ``ids`` is None: emptying a store is not done by leaving out an argument.
        """
        if ids is None:
            raise ValueError("delete needs the ids of the documents to delete")
        with self._transaction():
            for name in ids:
                self._dense.remove(self._database.delete_chunks(chunk_id=name))
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents with these ids; ids that are not in are passed over."""
        with self._lock:
            rows = [self._database.chunk_by_id(name) for name in ids]
        return [_document(row) for row in rows if row is not None]

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        """The ``k`` documents nearest to ``query``; ``article_ids=[…]`` limits it to those."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, *, article_ids: Sequence[str] | None = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """As ``similarity_search``, each document with its cosine similarity."""
        return self.documents(self.rank_dense(query, k, article_ids))

    def similarity_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        *,
        article_ids: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """The ``k`` documents nearest to a vector."""
        found = self.documents(self._nearest(unit([embedding]), k, article_ids))
        return [document for document, _ in found]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        article_ids: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        """``k`` of the ``fetch_k`` nearest documents, chosen for relevance and variety (MMR)."""
        vector = self._query(query)
        with self._database.snapshot():
            ranking = self._nearest(vector, fetch_k, article_ids)
            candidates = [self._dense.vector(key).tolist() for key, _ in ranking]
        chosen = maximal_marginal_relevance(vector[0], candidates, lambda_mult=lambda_mult, k=k)
        return [document for document, _ in self.documents([ranking[i] for i in chosen])]

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> Self:
        """A new store with these texts; ``path=`` puts it on disk."""
        store = cls(embedding, **kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: (1.0 + cosine) / 2.0

    # -------------------------------------------------------------------- writing
    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, in SQLite and in FAISS alike; a failure leaves both as they were."""
        with self._lock:
            try:
                with self._database.transaction():
                    self._refresh()
                    yield
            except BaseException:
                self._dense.load()
                raise
            self._dense.committed()

    def _refresh(self) -> None:
        """Follow what another process has written.

        Raises:
            LibraryError: It has rebuilt the library with another embedding model.
        """
        if not self._dense.is_current:
            self._database.check_model(name_of(self._embedding))
            self._dense.load()

    def _query(self, question: str) -> NDArray[np.float32]:
        return unit([self._embedding.embed_query(question)])

    def _insert(self, rows: list[ChunkRow], vectors: NDArray[np.float32]) -> None:
        if rows:
            self._dense.add(self._database.insert_chunks(rows, vectors), vectors)


def _document(row: ChunkRow) -> Document:
    """A LangChain document; a chunk of an article carries its id and its offsets."""
    place: dict[str, Any] = {}
    if row.article_id is not None:
        place = {"article_id": row.article_id, "start": row.start, "end": row.end}
    return Document(
        id=row.id, page_content=row.text, metadata={**json.loads(row.metadata), **place}
    )
