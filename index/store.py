"""The article store: articles, their chunks and the vectors of these, in one file.

    source -> Article -> Chunk -> vector -> SQLite and FAISS -> ranking -> Passage

What only LangChain asks of a vector store is in ``index.documents``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.chunking import split
from index.database import ChunkRow, Database
from index.dense import Ranking
from index.documents import DocumentStore
from index.embedding import embed_unit
from index.errors import LibraryError
from index.placing import Place, Placed, by_id
from index.types import Article, Chunk, Entry, Passage

ProgressCallback = Callable[[int, int], None]
"""Called with (chunks embedded, chunks in all) while articles are added."""


class ArticleStore(DocumentStore):
    """Articles, their chunks and their vectors. One instance may be shared by threads."""

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
        self,
        articles: Sequence[Article],
        place: Place,
        progress: ProgressCallback | None = None,
        embedding: Embeddings | None = None,
    ) -> list[Placed]:
        """Index articles where ``place`` says, in one transaction.

        ``place`` is asked twice: before anything is embedded, and with the file locked, when its
        word counts. Others may read and write while the articles are embedded.

        Args:
            articles: What to index.
            place: Says what becomes of each.
            progress: Called with (chunks embedded, chunks in all).
            embedding: Another encoder of the store's model.

        Returns:
            What became of each article, in their order.
        """
        encoder = embedding or self._embedding
        with self._database.snapshot():
            placed = [place(self._database, article) for article in articles]
        fresh = [a for a, known in zip(articles, placed, strict=True) if known.is_new]
        if not fresh:
            return placed
        ready = _embedded(encoder, fresh, progress)
        placed = []
        with self._transaction():
            for article in articles:
                known = place(self._database, article)
                placed.append(known)
                if not known.is_new:
                    continue
                if article.content_hash not in ready:  # removed by another since the first look
                    ready |= _embedded(encoder, [article], None)
                chunks, vectors = ready[article.content_hash]
                self._dense.remove(self._database.delete_chunks(article_id=known.id))
                self._database.put_article(_renamed(article, known.id), article.id)
                self._insert([_row(known.id, chunk) for chunk in chunks], vectors)
        return placed

    def take_articles(self, other: "ArticleStore", article_ids: Sequence[str]) -> None:
        """Take articles over from a store of the same encoder, without embedding them again.

        Those already in with the same content are left alone. One transaction, as `add_articles`.

        Raises:
            LibraryError: The other store has no such article.
        """
        with other.snapshot():
            ready = [(other.article(a), *other.database.chunks_of(a)) for a in article_ids]
        with self._transaction():
            for article, rows, vectors in ready:
                if by_id(self._database, article).is_new:
                    self._dense.remove(self._database.delete_chunks(article_id=article.id))
                    self._database.put_article(article)
                    self._insert(rows, vectors)

    def remove_article(self, article_id: str) -> bool:
        """Remove an article and all its chunks; False when there is no such article."""
        with self._transaction():
            known = self._database.content_hash(article_id) is not None
            self._dense.remove(self._database.remove_articles([article_id]))
        return known

    @property
    def database(self) -> Database:
        """The tables; the store follows whatever is written there."""
        return self._database

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

    def passages(self, ranking: Ranking) -> list[Passage]:
        """The chunks of a ranking as passages, in its order, with its scores.

        Documents that belong to no article are left out: a passage is part of an article.
        """
        return [
            Passage(row.article_id, row.start, row.end, row.text, score)
            for row, score in self._rows(ranking)
            if row.article_id is not None
        ]


def _embedded(
    embedding: Embeddings, articles: Sequence[Article], progress: ProgressCallback | None
) -> dict[str, tuple[list[Chunk], NDArray[np.float32]]]:
    """Chunks and their vectors (n, d) by content hash."""
    chunks = [split(article) for article in articles]
    texts = [chunk.text for of_one in chunks for chunk in of_one]
    vectors = embed_unit(embedding, texts, progress)
    found, first = {}, 0
    for article, of_one in zip(articles, chunks, strict=True):
        found[article.content_hash] = (of_one, vectors[first : first + len(of_one)])
        first += len(of_one)
    return found


def _renamed(article: Article, article_id: str) -> Article:
    return article if article.id == article_id else replace(article, id=article_id)


def _row(article_id: str, chunk: Chunk) -> ChunkRow:
    name = f"{article_id}:{chunk.start}-{chunk.end}"
    return ChunkRow(name, article_id, chunk.start, chunk.end, chunk.text, "{}")
