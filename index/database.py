"""The SQLite half of the store: articles, chunks, their vectors and the full-text index.

The file is the truth; what else exists (the FAISS index) is derived from it. ``generation``
counts committed changes, so that a derived file knows whether it is current.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.lexical import match_query, spaced
from index.types import Article, Heading

FORMAT_VERSION = 1


class ChunkRow(NamedTuple):
    """A stored chunk. ``article_id`` is None for a document that belongs to no article."""

    id: str
    article_id: str | None
    start: int
    end: int
    text: str
    metadata: str  # JSON object


_COLUMNS = 'id, article_id, start, "end", text, metadata'


class Database:
    """One SQLite file, shared by threads under ``lock``."""

    def __init__(self, path: Path | None, model_id: str) -> None:
        """Open the file, creating it when it does not exist; None is a database in memory.

        Raises:
            LibraryError: No such folder, no library, another format or another embedding model.
        """
        self.path = path
        self.lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                path or ":memory:", isolation_level=None, check_same_thread=False
            )
            self._create_or_check(model_id)
        except sqlite3.Error as error:
            raise LibraryError(f"the library {str(path)!r} cannot be opened: {error}") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _create_or_check(self, model_id: str) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            if self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise LibraryError(
                    f"{str(self.path)!r} is another program's database, not a library"
                )
            schema = resources.files("index").joinpath("schema.sql").read_text(encoding="utf-8")
            self._connection.executescript(
                f"BEGIN; {schema} INSERT INTO meta VALUES ('generation', '0'); "
                f"PRAGMA user_version = {FORMAT_VERSION}; COMMIT;"
            )
            self.set_meta("embedding", model_id)
        elif version != FORMAT_VERSION:
            raise LibraryError(
                f"the library {str(self.path)!r} has format {version}, this program writes format "
                f"{FORMAT_VERSION}: delete the file and add the articles again"
            )
        elif (stored := self.meta("embedding")) != model_id:
            raise LibraryError(
                f"the library {str(self.path)!r} was made with the embedding model {stored!r}, not "
                f"{model_id!r}: name the former, or delete the file and add the articles again"
            )

    # ----------------------------------------------------------------------- meta
    def meta(self, key: str) -> str | None:
        """A value of the table ``meta``."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Set a value of the table ``meta``."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # -------------------------------------------------------------------- writing
    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing.

        Raises:
            LibraryError: SQLite refused (disk full, read-only file …); nothing was changed.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise LibraryError(
                    f"the library {str(self.path)!r} was not changed: {error}"
                ) from error
            raise

    def put_article(self, article: Article) -> None:
        """Insert or replace the row of an article; its chunks are not touched."""
        extra = {
            "metadata": dict(article.metadata),
            "headings": [asdict(heading) for heading in article.headings],
            "page_starts": article.page_starts,
        }
        self._connection.execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.title,
                article.source,
                article.text,
                article.content_hash,
                json.dumps(extra),
            ),
        )

    def delete_article(self, article_id: str) -> bool:
        """Delete the row of an article; its chunks are not touched."""
        cursor = self._connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
        return cursor.rowcount > 0

    def insert_chunks(self, rows: Iterable[ChunkRow], vectors: NDArray[np.float32]) -> list[int]:
        """Insert chunks with their vectors (n, d); returns their keys."""
        keys = []
        for row, vector in zip(rows, vectors, strict=True):
            cursor = self._connection.execute(
                f"INSERT INTO chunk ({_COLUMNS}, embedding) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, vector.astype("<f4").tobytes()),
            )
            assert cursor.lastrowid is not None
            keys.append(cursor.lastrowid)
            self._connection.execute(
                "INSERT INTO chunk_terms (rowid, terms) VALUES (?, ?)",
                (cursor.lastrowid, spaced(row.text)),
            )
        return keys

    def delete_chunks(
        self, *, article_id: str | None = None, chunk_id: str | None = None
    ) -> list[int]:
        """Delete the chunks of an article, or the one with an id; returns the keys they had."""
        keys = [
            key
            for (key,) in self._connection.execute(
                "SELECT key FROM chunk WHERE article_id = ? OR id = ?", (article_id, chunk_id)
            )
        ]
        self._connection.executemany(
            "DELETE FROM chunk_terms WHERE rowid = ?", [(k,) for k in keys]
        )
        self._connection.executemany("DELETE FROM chunk WHERE key = ?", [(k,) for k in keys])
        return keys

    # -------------------------------------------------------------------- reading
    def _rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query.

        Raises:
            LibraryError: SQLite refused (damaged file, locked by another program …).
        """
        try:
            return self._connection.execute(sql, arguments).fetchall()
        except sqlite3.Error as error:
            raise LibraryError(f"the library {str(self.path)!r} cannot be read: {error}") from error

    def content_hash(self, article_id: str) -> str | None:
        """Content hash of the article with this id; None when there is none."""
        rows = self._rows("SELECT content_hash FROM article WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def article(self, article_id: str) -> Article | None:
        """The article with this id."""
        rows = self._rows(
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
        return [row[0] for row in self._rows("SELECT id FROM article ORDER BY id")]

    def chunk(self, key: int) -> ChunkRow | None:
        """The chunk with this key; None when it has been removed meanwhile."""
        sql = f"SELECT {_COLUMNS} FROM chunk WHERE key = ?"
        rows = self._rows(sql, (key,))
        return ChunkRow(*rows[0]) if rows else None

    def chunk_by_id(self, chunk_id: str) -> ChunkRow | None:
        """The chunk with this id."""
        sql = f"SELECT {_COLUMNS} FROM chunk WHERE id = ?"
        rows = self._rows(sql, (chunk_id,))
        return ChunkRow(*rows[0]) if rows else None

    def chunk_keys(self, article_ids: Sequence[str]) -> list[int]:
        """Keys of all chunks of these articles."""
        sql = "SELECT key FROM chunk WHERE article_id IN (SELECT value FROM json_each(?))"
        return [key for (key,) in self._rows(sql, (json.dumps(list(article_ids)),))]

    def vectors(self) -> tuple[list[int], NDArray[np.float32]]:
        """Keys (n) and vectors (n, d) of all chunks; d is 0 when there are none."""
        rows = self._rows("SELECT key, embedding FROM chunk")
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
        rows = self._rows(
            f"{sql} WHERE {where} ORDER BY bm25(chunk_terms), chunk_terms.rowid LIMIT ?",
            (*arguments, k),
        )
        return [(key, score) for key, score in rows]
