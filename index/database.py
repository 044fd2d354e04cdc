"""The SQLite half of the store: articles, chunks, their vectors and the full-text index.

The file is the truth; what else exists (the FAISS index) is derived from it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.lexical import index_terms, match_query
from index.library_file import LibraryFile
from index.types import Article, Entry, Heading


class ChunkRow(NamedTuple):
    """A stored chunk. ``article_id`` is None for a document that belongs to no article."""

    id: str
    article_id: str | None
    start: int
    end: int
    text: str
    metadata: str  # JSON object


class Stored(NamedTuple):
    """Which article is in, and with what content."""

    id: str
    content_hash: str


_COLUMNS = 'id, article_id, start, "end", text, metadata'
_ENTRY = (
    "SELECT id, source_id, title, source, characters, "
    "(SELECT count(*) FROM chunk WHERE article_id = article.id), added, content_hash "
    "FROM article"
)


class Database(LibraryFile):
    """Articles and their chunks, found by key, by source and by words."""

    # -------------------------------------------------------------------- writing
    def put_article(self, article: Article, source_id: str | None = None) -> None:
        """Insert or replace the row of an article; its chunks are not touched.

        Args:
            article: The article.
            source_id: What its source calls it, where that is not its id.

        Raises:
            LibraryError: It holds lone surrogates, which no reader of this package leaves in.
        """
        try:
            "".join((article.id, article.title, article.source, article.text)).encode("utf-8")
        except UnicodeEncodeError:
            raise LibraryError(
                f"the article {article.id!a:.80} holds lone surrogates: replace them, as "
                "text.encode('utf-8', 'replace').decode() does"
            ) from None
        extra = {
            "metadata": dict(article.metadata),
            "headings": [asdict(heading) for heading in article.headings],
            "page_starts": article.page_starts,
        }
        self.connection.execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.id if source_id is None else source_id,
                article.title,
                article.source,
                article.text,
                len(article.text),
                article.content_hash,
                datetime.now(UTC).isoformat(timespec="seconds"),
                json.dumps(extra),
            ),
        )

    def remove_articles(self, article_ids: Iterable[str]) -> list[int]:
        """Delete articles so that no trace of them stays; returns the keys of their chunks."""
        keys: list[int] = []
        for article_id in article_ids:
            keys += self.delete_chunks(article_id=article_id)
            self.connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
        self.compact()
        return keys

    def compact(self) -> None:
        """Take what was deleted out of the full-text index and the file."""
        self.connection.execute("INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')")
        self.shrink()

    def insert_chunks(self, rows: Iterable[ChunkRow], vectors: NDArray[np.float32]) -> list[int]:
        """Insert chunks with their vectors (n, d); returns their keys."""
        keys = []
        for row, vector in zip(rows, vectors, strict=True):
            cursor = self.connection.execute(
                f"INSERT INTO chunk ({_COLUMNS}, embedding) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, as_blob(vector)),
            )
            assert cursor.lastrowid is not None
            keys.append(cursor.lastrowid)
            self.connection.execute(
                "INSERT INTO chunk_terms (rowid, terms) VALUES (?, ?)",
                (cursor.lastrowid, index_terms(row.text)),
            )
        return keys

    def delete_chunks(
        self, *, article_id: str | None = None, chunk_id: str | None = None
    ) -> list[int]:
        """Delete the chunks of an article, or the one with an id; returns the keys they had."""
        keys = [
            key
            for (key,) in self.connection.execute(
                "SELECT key FROM chunk WHERE article_id = ? OR id = ?", (article_id, chunk_id)
            )
        ]
        self.connection.executemany("DELETE FROM chunk_terms WHERE rowid = ?", [(k,) for k in keys])
        self.connection.executemany("DELETE FROM chunk WHERE key = ?", [(k,) for k in keys])
        return keys

    # -------------------------------------------------------------------- reading
    def content_hash(self, article_id: str) -> str | None:
        """Content hash of the article with this id; None when there is none."""
        rows = self.rows("SELECT content_hash FROM article WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def stored_from(self, source: str, source_id: str) -> Stored | None:
        """The article that was read from this place."""
        rows = self.rows(
            "SELECT id, content_hash FROM article WHERE source = ? AND source_id = ?",
            (source, source_id),
        )
        return Stored(*rows[0]) if rows else None

    def stored_as(self, content_hash: str) -> Stored | None:
        """An article with this content."""
        rows = self.rows(
            "SELECT id, content_hash FROM article WHERE content_hash = ? ORDER BY id",
            (content_hash,),
        )
        return Stored(*rows[0]) if rows else None

    def article(self, article_id: str) -> Article | None:
        """The article with this id."""
        rows = self.rows(
            "SELECT id, text, title, source, extra FROM article WHERE id = ?", (article_id,)
        )
        if not rows:
            return None
        (row,) = rows
        extra = json.loads(row[4])
        return Article(
            id=row[0],
            text=row[1],
            title=row[2],
            source=row[3],
            metadata=extra["metadata"],
            headings=tuple(Heading(**heading) for heading in extra["headings"]),
            page_starts=tuple(extra["page_starts"]),
        )

    def article_ids(self) -> list[str]:
        """Ids of all articles, sorted."""
        return [row[0] for row in self.rows("SELECT id FROM article ORDER BY id")]

    def entries(self) -> list[Entry]:
        """All articles without their texts, ordered by id."""
        return [Entry(*row) for row in self.rows(f"{_ENTRY} ORDER BY id")]

    def chunk(self, key: int) -> ChunkRow | None:
        """The chunk with this key; None when it has been removed meanwhile."""
        sql = f"SELECT {_COLUMNS} FROM chunk WHERE key = ?"
        rows = self.rows(sql, (key,))
        return ChunkRow(*rows[0]) if rows else None

    def chunk_by_id(self, chunk_id: str) -> ChunkRow | None:
        """The chunk with this id."""
        sql = f"SELECT {_COLUMNS} FROM chunk WHERE id = ?"
        rows = self.rows(sql, (chunk_id,))
        return ChunkRow(*rows[0]) if rows else None

    def count_chunks(self) -> int:
        """How many chunks there are."""
        return int(self.rows("SELECT count(*) FROM chunk")[0][0])

    def chunks_of(self, article_id: str) -> tuple[list[ChunkRow], NDArray[np.float32]]:
        """The chunks (n) of an article and their vectors (n, d); d is 0 when there are none."""
        sql = f"SELECT {_COLUMNS}, embedding FROM chunk WHERE article_id = ? ORDER BY key"
        rows = self.rows(sql, (article_id,))
        flat = np.frombuffer(b"".join(row[-1] for row in rows), dtype="<f4")
        return [ChunkRow(*row[:-1]) for row in rows], flat.reshape(len(rows), -1 if rows else 0)

    def chunk_keys(self, article_ids: Sequence[str]) -> list[int]:
        """Keys of all chunks of these articles."""
        sql = "SELECT key FROM chunk WHERE article_id IN (SELECT value FROM json_each(?))"
        return [key for (key,) in self.rows(sql, (json.dumps(list(article_ids)),))]

    def vectors(self) -> tuple[list[int], NDArray[np.float32]]:
        """Keys (n) and vectors (n, d) of all chunks; d is 0 when there are none."""
        rows = self.rows("SELECT key, embedding FROM chunk")
        flat = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
        return [row[0] for row in rows], flat.reshape(len(rows), -1 if rows else 0)

    def rank_lexical(
        self, question: str, k: int, article_ids: Sequence[str] | None
    ) -> list[tuple[int, float]]:
        """(chunk key, BM25) of the ``k`` chunks that match best, best first; see FTS5's bm25()."""
        query = match_query(question)
        if not query:
            return []
        sql = "SELECT chunk_terms.rowid, -bm25(chunk_terms) FROM chunk_terms"
        where, arguments = "chunk_terms MATCH ?", [query]
        if article_ids is not None:
            sql += " JOIN chunk ON chunk.key = chunk_terms.rowid"
            where += " AND chunk.article_id IN (SELECT value FROM json_each(?))"
            arguments.append(json.dumps(list(article_ids)))
        rows = self.rows(
            f"{sql} WHERE {where} ORDER BY bm25(chunk_terms), chunk_terms.rowid LIMIT ?",
            (*arguments, k),
        )
        return [(key, score) for key, score in rows]


def as_blob(vector: NDArray[np.float32]) -> bytes:
    """A vector (d,) as the database holds it."""
    return vector.astype("<f4").tobytes()
