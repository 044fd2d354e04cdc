"""The file of a library as a whole: its format, its embedding model and its generation.

``generation`` counts committed changes, so that a derived file knows whether it is current.
"""

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from index.errors import LibraryError
from index.sqlite import SqliteFile

FORMAT_VERSION = 2


class LibraryFile(SqliteFile):
    """A SQLite file with the tables of a library; what they hold is no matter here."""

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
        version, tables = self.connection.execute(
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
        self.connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        if self.path is not None:
            self.rows("PRAGMA journal_mode = WAL")
        try:
            self.connection.executescript(
                f"BEGIN IMMEDIATE; {schema} INSERT OR IGNORE INTO meta VALUES ('generation', '0'), "
                f"('embedding', '{quoted}'); PRAGMA user_version = {FORMAT_VERSION}; COMMIT;"
            )
        except sqlite3.Error:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
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

    def meta(self, key: str) -> str | None:
        """A value of the table ``meta``."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Set a value of the table ``meta``."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A change of what can be found, all or nothing.

        Raises:
            LibraryError: As `exclusive`.
        """
        with self.exclusive():
            yield
            self.connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def _no_library(path: Path | None) -> LibraryError:
    return LibraryError(
        f"there is no library {str(path)!r} yet: article-bot library add FILE makes one"
    )
