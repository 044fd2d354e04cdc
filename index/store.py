"""The article store: SQLite as the truth, FAISS derived from it, behind LangChain's VectorStore.

Scores of vector search are cosine similarities: vectors are L2-normalised on their way in and
searched by inner product, so higher is better and 1.0 is the same direction.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance
from numpy.typing import NDArray

from index.chunking import split
from index.database import ChunkRow, Database
from index.errors import LibraryError
from index.types import Article, Passage

# Small enough for smooth progress; the encoder's own batches are no larger.
_EMBED_BATCH = 32

ProgressCallback = Callable[[int, int], None]
"""Called with (chunks embedded, chunks in all) while articles are added."""

Ranking = list[tuple[int, float]]
"""(chunk key, score), best first."""


class ArticleStore(VectorStore):
    """Articles, their chunks and their vectors. One instance may be shared by threads."""

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
        model_id = getattr(embedding, "model_id", type(embedding).__name__)
        self._database = Database(path, str(model_id))
        self.lock = self._database.lock
        """Hold it to see several rankings of one state."""
        self._index = self._load_index()
        self._generation = self._database.meta("generation")

    # ------------------------------------------------------------------ articles
    def add_articles(
        self, articles: Iterable[Article], progress: ProgressCallback | None = None
    ) -> list[str]:
        """Index articles; those already in with the same content are left alone.

        An article whose id is in with other content replaces it. The call is one transaction:
        either every article is in afterwards, or none.

        Returns:
            Ids of the articles that were new or changed.
        """
        with self.lock:
            wanted = {article.id: article for article in articles}
            fresh = [
                a for a in wanted.values() if self._database.content_hash(a.id) != a.content_hash
            ]
            if not fresh:
                return []
            rows = [
                ChunkRow(
                    f"{c.article_id}:{c.start}-{c.end}", c.article_id, c.start, c.end, c.text, "{}"
                )
                for article in fresh
                for c in split(article)
            ]
            vectors = self._embed([row.text for row in rows], progress)
            with self._transaction():
                for article in fresh:
                    self._forget(self._database.delete_chunks(article_id=article.id))
                    self._database.put_article(article)
                self._insert(rows, vectors)
        return [article.id for article in fresh]

    def remove_article(self, article_id: str) -> bool:
        """Remove an article and all its chunks; False when there is no such article."""
        with self.lock, self._transaction():
            self._forget(self._database.delete_chunks(article_id=article_id))
            return self._database.delete_article(article_id)

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            LibraryError: There is none.
        """
        with self.lock:
            article = self._database.article(article_id)
        if article is None:
            raise LibraryError(f"there is no article {article_id!r} in the library")
        return article

    def article_ids(self) -> list[str]:
        """Ids of all articles, sorted."""
        with self.lock:
            return self._database.article_ids()

    # -------------------------------------------------------------------- search
    def rank_dense(
        self, question: str, k: int, article_ids: Sequence[str] | None = None
    ) -> Ranking:
        """Keys and cosines of the ``k`` chunks nearest to the question, best first."""
        return self._nearest(self._unit([self._embedding.embed_query(question)]), k, article_ids)

    def rank_lexical(
        self, question: str, k: int, article_ids: Sequence[str] | None = None
    ) -> Ranking:
        """Keys and BM25 scores of the ``k`` chunks that match the words best, best first."""
        with self.lock:
            return self._database.rank_lexical(question, k, article_ids)

    def passages(self, ranking: Ranking) -> list[Passage]:
        """The chunks of a ranking as passages, in its order, with its scores.

        Documents that belong to no article are left out: a passage is part of an article.
        """
        with self.lock:
            rows = [(self._database.chunk(key), score) for key, score in ranking]
        return [
            Passage(row.article_id, row.start, row.end, row.text, score)
            for row, score in rows
            if row is not None and row.article_id is not None
        ]

    def _nearest(
        self, query: NDArray[np.float32], k: int, article_ids: Sequence[str] | None
    ) -> Ranking:
        with self.lock:
            self._refresh()
            if self._index is None or self._index.ntotal == 0:
                return []
            self._check_dimension(query.shape[1], self._index.d)
            parameters = None
            if article_ids is not None:
                allowed = np.array(self._database.chunk_keys(article_ids), dtype=np.int64)
                parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))
            k = min(k, self._index.ntotal)
            scores, keys = self._index.search(query, k, params=parameters)
        return [(int(key), float(s)) for key, s in zip(keys[0], scores[0], strict=True) if key >= 0]

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
        with self.lock:
            vectors = self._embed([row.text for row in rows.values()], None)
            with self._transaction():
                for name in rows:
                    self._forget(self._database.delete_chunks(chunk_id=name))
                self._insert(list(rows.values()), vectors)
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """Delete documents by id; ids that are not in are passed over.

        Raises:
            ValueError: ``ids`` is None: emptying a store is not done by leaving out an argument.
        """
        if ids is None:
            raise ValueError("delete needs the ids of the documents to delete")
        with self.lock, self._transaction():
            for name in ids:
                self._forget(self._database.delete_chunks(chunk_id=name))
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents with these ids; ids that are not in are passed over."""
        with self.lock:
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
        found = self.documents(self._nearest(self._unit([embedding]), k, article_ids))
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
        vector = self._unit([self._embedding.embed_query(query)])
        with self.lock:
            ranking = self._nearest(vector, fetch_k, article_ids)
            candidates = [self._index.reconstruct(key) for key, _ in ranking] if self._index else []
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

    def documents(self, ranking: Ranking) -> list[tuple[Document, float]]:
        """The chunks of a ranking as LangChain documents, in its order, with its scores."""
        with self.lock:
            rows = [(self._database.chunk(key), score) for key, score in ranking]
        return [(_document(row), score) for row, score in rows if row is not None]

    # ------------------------------------------------------------ life of the file
    def close(self) -> None:
        """Write the FAISS index beside the database, when there is one, and close both."""
        with self.lock:
            self._refresh()
            if self._database.path is not None and self._index is not None:
                written = faiss.serialize_index(self._index).tobytes()
                target = _index_file(self._database.path)
                scratch = target.with_name(f"{target.name}.{uuid.uuid4().hex}.tmp")
                scratch.write_bytes(written)
                scratch.replace(target)
                digest = hashlib.sha256(written).hexdigest()
                self._database.set_meta("faiss", f"{self._generation}:{digest}")
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _load_index(self) -> "faiss.IndexIDMap2 | None":
        """The FAISS index: read when the file beside the database is current, else rebuilt."""
        path, stamp = self._database.path, self._database.meta("faiss")
        if path is not None and stamp is not None:
            generation, digest = stamp.split(":")
            # A missing file is no failure: it is derived, and is rebuilt below.
            written = _index_file(path).read_bytes() if _index_file(path).is_file() else b""
            current = generation == self._database.meta("generation")
            if current and hashlib.sha256(written).hexdigest() == digest:
                return faiss.deserialize_index(np.frombuffer(written, dtype=np.uint8))
        keys, vectors = self._database.vectors()
        if not keys:
            return None
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(vectors, np.array(keys, dtype=np.int64))
        return index

    # -------------------------------------------------------------------- writing
    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, in SQLite and in FAISS alike; a failure leaves both as they were."""
        try:
            with self._database.transaction():
                self._refresh()
                yield
        except BaseException:
            self._index = self._load_index()
            raise
        self._generation = self._database.meta("generation")

    def _refresh(self) -> None:
        """Load the index anew when another process has changed the file."""
        generation = self._database.meta("generation")
        if generation != self._generation:
            self._index, self._generation = self._load_index(), generation

    def _embed(self, texts: list[str], progress: ProgressCallback | None) -> NDArray[np.float32]:
        """L2-normalised vectors (n, d) of ``texts``."""
        batches = []
        for first in range(0, len(texts), _EMBED_BATCH):
            batches.append(
                self._unit(self._embedding.embed_documents(texts[first : first + _EMBED_BATCH]))
            )
            if progress is not None:
                progress(min(first + _EMBED_BATCH, len(texts)), len(texts))
        return np.concatenate(batches) if batches else np.empty((0, 0), dtype=np.float32)

    @staticmethod
    def _unit(vectors: list[list[float]]) -> NDArray[np.float32]:
        rows = np.asarray(vectors, dtype=np.float32)
        unit: NDArray[np.float32] = rows / np.maximum(
            np.linalg.norm(rows, axis=1, keepdims=True), 1e-12
        )
        return unit

    def _check_dimension(self, found: int, stored: int) -> None:
        if found != stored:
            raise LibraryError(
                f"the embedding model gives vectors of {found} numbers, the library "
                f"{str(self._database.path)!r} holds {stored}: it was made with another model"
            )

    def _insert(self, rows: list[ChunkRow], vectors: NDArray[np.float32]) -> None:
        if not rows:
            return
        if self._index is None:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        self._check_dimension(vectors.shape[1], self._index.d)
        keys = self._database.insert_chunks(rows, vectors)
        self._index.add_with_ids(vectors, np.array(keys, dtype=np.int64))

    def _forget(self, keys: list[int]) -> None:
        if keys and self._index is not None:
            self._index.remove_ids(np.array(keys, dtype=np.int64))


def _index_file(path: Path) -> Path:
    return path.with_name(path.name + ".faiss")


def _document(row: ChunkRow) -> Document:
    """A LangChain document; a chunk of an article carries its id and its offsets."""
    place: dict[str, Any] = {}
    if row.article_id is not None:
        place = {"article_id": row.article_id, "start": row.start, "end": row.end}
    return Document(
        id=row.id, page_content=row.text, metadata={**json.loads(row.metadata), **place}
    )
