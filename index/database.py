"""The SQLite half of the store: articles, chunks, their vectors and the full-text index.

The file is the truth; what else exists (the FAISS index) is derived from it. ``generation``
counts committed changes, so that a derived file knows whether it is current.
"""

import json
import shlex
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.lexical import index_terms, match_query
from index.sqlite import SqliteFile
from index.types import Article, Entry, Heading

FORMAT_VERSION = 2


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
    "(SELECT count(*) FROM chunk WHERE article_id = article.id), added FROM article"
)


class Database(SqliteFile):
    """The tables of one library."""

    def __init__(self, path: Path | None, model_id: str | None) -> None:
        """Open the file, creating it when it does not exist; None is a database in memory.

        Args:
            path: SQLite file.
            model_id: Embedding model that the vectors must be of; None takes any, and creates
                nothing.

        Raises:
            LibraryError: No such folder, no library, another format or another embedding model.
        """
        if model_id is None and path is not None and not path.is_file():
            raise _no_library(path)
        super().__init__(path)
        try:
            self._create_or_check(model_id)
        except sqlite3.Error as error:
            self.close()
            raise self._failure("cannot be opened", error) from error
        except LibraryError:
            self.close()
            raise

    def _create_or_check(self, model_id: str | None) -> None:
        version, tables = self._connection.execute(
            "SELECT user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_user_version"
        ).fetchone()
        if version == 0:
            if tables:
                raise LibraryError(
                    f"{str(self.path)!r} is another program's database, not a library"
                )
            if model_id is None:
                raise _no_library(self.path)
            self._create(model_id)
        elif version != FORMAT_VERSION:
            raise LibraryError(
                f"the library {str(self.path)!r} has format {version}, this program writes format "
                f"{FORMAT_VERSION}: delete the file and add the articles again"
            )
        if model_id is not None:
            self.check_model(model_id)

    def _create(self, model_id: str) -> None:
        """Make the tables; harmless when another process does so at the same time."""
        schema = resources.files("index").joinpath("schema.sql").read_text(encoding="utf-8")
        quoted = model_id.replace("'", "''")
        self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if self.path is not None:
            self._rows("PRAGMA journal_mode = WAL")
        try:
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {schema} INSERT OR IGNORE INTO meta VALUES ('generation', '0'), "
                f"('embedding', '{quoted}'); PRAGMA user_version = {FORMAT_VERSION}; COMMIT;"
            )
        except sqlite3.Error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def check_model(self, model_id: str) -> None:
        """Check that the vectors are of this embedding model.

        Raises:
            LibraryError: They are of another; the message names both and what to do.
        """
        stored = self.meta("embedding")
        if stored != model_id:
            where = shlex.quote(str(self.path))
            raise LibraryError(
                f"the library {str(self.path)!r} was made with the embedding model {stored!r}, not "
                f"{model_id!r}: name the former, or run article-bot library rebuild --library "
                f"{where}"
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
        """A change of what can be found, all or nothing.

        Raises:
            LibraryError: As `exclusive`.
        """
        with self.exclusive():
            yield
            self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")

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
        self._connection.execute(
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
            self._connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
        self.compact()
        return keys

    def compact(self) -> None:
        """Take what was deleted out of the full-text index and the file."""
        self._connection.execute("INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')")
        self.shrink()

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
                (cursor.lastrowid, index_terms(row.text)),
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
    def content_hash(self, article_id: str) -> str | None:
        """Content hash of the article with this id; None when there is none."""
        rows = self._rows("SELECT content_hash FROM article WHERE id = ?", (article_id,))
        return rows[0][0] if rows else None

    def stored_from(self, source: str, source_id: str) -> Stored | None:
        """The article that was read from this place."""
        rows = self._rows(
            "SELECT id, content_hash FROM article WHERE source = ? AND source_id = ?",
            (source, source_id),
        )
        return Stored(*rows[0]) if rows else None

    def stored_as(self, content_hash: str) -> Stored | None:
        """An article with this content."""
        rows = self._rows(
            "SELECT id, content_hash FROM article WHERE content_hash = ? ORDER BY id",
            (content_hash,),
        )
        return Stored(*rows[0]) if rows else None

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

    def entries(self) -> list[Entry]:
        """All articles without their texts, ordered by id."""
        return [Entry(*row) for row in self._rows(f"{_ENTRY} ORDER BY id")]

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

    # ------------------------------------------------------------------- rebuilding
    def begin_rebuild(self, model_id: str) -> int:
        """Start a rebuild, or go on with one of this model; returns how many chunks are done."""
        with self.exclusive():
            if self.meta("rebuild") != model_id:
                self._connection.execute("DELETE FROM rebuilt")
                self.set_meta("rebuild", model_id)
            return int(self._rows("SELECT count(*) FROM rebuilt")[0][0])

    def count_chunks(self) -> int:
        """How many chunks there are."""
        return int(self._rows("SELECT count(*) FROM chunk")[0][0])

    def to_rebuild(self, limit: int) -> list[tuple[int, str]]:
        """Keys and texts of chunks whose new vector is still to be made."""
        sql = "SELECT key, text FROM chunk WHERE key NOT IN (SELECT key FROM rebuilt) LIMIT ?"
        return [(key, text) for key, text in self._rows(sql, (limit,))]

    def put_rebuilt(self, model_id: str, keys: list[int], vectors: NDArray[np.float32]) -> None:
        """Keep new vectors (n, d) until all are there.

        Raises:
            LibraryError: Another process ended or restarted the rebuild.
        """
        with self.exclusive():
            self._check_rebuild(model_id)
            self._connection.executemany(
                "INSERT OR REPLACE INTO rebuilt VALUES (?, ?)",
                [(k, v.astype("<f4").tobytes()) for k, v in zip(keys, vectors, strict=True)],
            )

    def finish_rebuild(self, model_id: str) -> bool:
        """Put the new vectors in place of the old; False when chunks were added meanwhile.

        Raises:
            LibraryError: Another process ended or restarted the rebuild.
        """
        with self.transaction():
            self._check_rebuild(model_id)
            if self.to_rebuild(1):
                return False
            self._connection.execute(
                "UPDATE chunk SET embedding = "
                "(SELECT embedding FROM rebuilt WHERE rebuilt.key = chunk.key)"
            )
            self._connection.execute("DELETE FROM rebuilt")
            self._connection.execute("DELETE FROM meta WHERE key = 'rebuild'")
            self._connection.execute("INSERT INTO chunk_terms (chunk_terms) VALUES ('rebuild')")
            self.set_meta("embedding", model_id)
            self.compact()
        return True

    def _check_rebuild(self, model_id: str) -> None:
        if self.meta("rebuild") != model_id:
            raise LibraryError(
                f"the library {str(self.path)!r} is rebuilt by another process too: this one stops"
            )


def _no_library(path: Path | None) -> LibraryError:
    return LibraryError(
        f"there is no library {str(path)!r} yet: article-bot library add FILE makes one"
    )
