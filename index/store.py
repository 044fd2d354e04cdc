"""The article store: SQLite as the truth, FAISS derived from it, behind LangChain's VectorStore.

Scores of vector search are cosine similarities: vectors are L2-normalised on their way in and
searched by inner product, so higher is better and 1.0 is the same direction.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_core.vectorstores.utils import maximal_marginal_relevance
from numpy.typing import NDArray

from index.chunking import split
from index.database import ChunkRow, Database
from index.dense import DenseIndex, Ranking
from index.embedding import embed_unit, name_of, unit
from index.errors import LibraryError
from index.types import Article, Chunk, Entry, Passage

ProgressCallback = Callable[[int, int], None]
"""Called with (chunks embedded, chunks in all) while articles are added."""

Status = Literal["added", "updated", "unchanged", "duplicate"]


class Placed(NamedTuple):
    """What becomes of an article that is added, and under which id it is then in."""

    id: str
    status: Status

    @property
    def is_new(self) -> bool:
        """Whether there is anything to write."""
        return self.status in ("added", "updated")


Place = Callable[[Database, Article], Placed]
"""Decides what becomes of an article, from what the database holds."""


def by_id(database: Database, article: Article) -> Placed:
    """An article replaces the one with its id, unless that has the same content."""
    stored = database.content_hash(article.id)
    if stored is None:
        return Placed(article.id, "added")
    return Placed(article.id, "unchanged" if stored == article.content_hash else "updated")


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
        wanted = {article.id: article for article in articles}
        return [
            p.id for p in self.place_articles(list(wanted.values()), by_id, progress) if p.is_new
        ]

    def place_articles(
        self, articles: Sequence[Article], place: Place, progress: ProgressCallback | None = None
    ) -> list[Placed]:
        """Index articles where ``place`` says, in one transaction.

        ``place`` is asked twice: before anything is embedded, and with the file locked, when its
        word counts. Others may read and write while the articles are embedded.

        Returns:
            What became of each article, in their order.
        """
        with self._database.snapshot():
            placed = [place(self._database, article) for article in articles]
        fresh = [a for a, known in zip(articles, placed, strict=True) if known.is_new]
        if not fresh:
            return placed
        ready = self._embedded(fresh, progress)
        placed = []
        with self._transaction():
            for article in articles:
                known = place(self._database, article)
                placed.append(known)
                if not known.is_new:
                    continue
                if article.content_hash not in ready:  # removed by another since the first look
                    ready |= self._embedded([article], None)
                chunks, vectors = ready[article.content_hash]
                self._forget(self._database.delete_chunks(article_id=known.id))
                self._database.put_article(_renamed(article, known.id), article.id)
                self._insert([_row(known.id, chunk) for chunk in chunks], vectors)
        return placed

    def remove_article(self, article_id: str) -> bool:
        """Remove an article and all its chunks; False when there is no such article."""
        with self._transaction():
            known = self._database.content_hash(article_id) is not None
            self._forget(self._database.remove_articles([article_id]))
        return known

    def entries(self) -> list[Entry]:
        """All articles without their texts, ordered by id."""
        with self._lock:
            return self._database.entries()

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            LibraryError: There is none.
        """
        with self._lock:
            article = self._database.article(article_id)
        if article is None:
            raise LibraryError(f"there is no article {article_id!r} in the library")
        return article

    def article_ids(self) -> list[str]:
        """Ids of all articles, sorted."""
        with self._lock:
            return self._database.article_ids()

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

    def passages(self, ranking: Ranking) -> list[Passage]:
        """The chunks of a ranking as passages, in its order, with its scores.

        Documents that belong to no article are left out: a passage is part of an article.
        """
        with self._lock:
            rows = [(self._database.chunk(key), score) for key, score in ranking]
        return [
            Passage(row.article_id, row.start, row.end, row.text, score)
            for row, score in rows
            if row is not None and row.article_id is not None
        ]

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
        with self._transaction():
            for name in ids:
                self._forget(self._database.delete_chunks(chunk_id=name))
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

    def documents(self, ranking: Ranking) -> list[tuple[Document, float]]:
        """The chunks of a ranking as LangChain documents, in its order, with its scores."""
        with self._lock:
            rows = [(self._database.chunk(key), score) for key, score in ranking]
        return [(_document(row), score) for row, score in rows if row is not None]

    # ------------------------------------------------------------ life of the file
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

    def _embedded(
        self, articles: Sequence[Article], progress: ProgressCallback | None
    ) -> dict[str, tuple[list[Chunk], NDArray[np.float32]]]:
        """Chunks and their vectors (n, d) by content hash."""
        chunks = [split(article) for article in articles]
        texts = [chunk.text for of_one in chunks for chunk in of_one]
        vectors = embed_unit(self._embedding, texts, progress)
        found, first = {}, 0
        for article, of_one in zip(articles, chunks, strict=True):
            found[article.content_hash] = (of_one, vectors[first : first + len(of_one)])
            first += len(of_one)
        return found

    def _query(self, question: str) -> NDArray[np.float32]:
        return unit([self._embedding.embed_query(question)])

    def _insert(self, rows: list[ChunkRow], vectors: NDArray[np.float32]) -> None:
        if rows:
            self._dense.add(self._database.insert_chunks(rows, vectors), vectors)

    def _forget(self, keys: list[int]) -> None:
        self._dense.remove(keys)


def _renamed(article: Article, article_id: str) -> Article:
    return article if article.id == article_id else replace(article, id=article_id)


def _row(article_id: str, chunk: Chunk) -> ChunkRow:
    name = f"{article_id}:{chunk.start}-{chunk.end}"
    return ChunkRow(name, article_id, chunk.start, chunk.end, chunk.text, "{}")


def _document(row: ChunkRow) -> Document:
    """A LangChain document; a chunk of an article carries its id and its offsets."""
    place: dict[str, Any] = {}
    if row.article_id is not None:
        place = {"article_id": row.article_id, "start": row.start, "end": row.end}
    return Document(
        id=row.id, page_content=row.text, metadata={**json.loads(row.metadata), **place}
    )
