"""A SQLite file that threads and processes share: opening, snapshots, transactions, clear errors.

The file is in write-ahead mode: a process killed at any moment loses no committed change, readers
go on seeing the state at which they began, and one process writes at a time.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import LibraryError

BUSY_SECONDS = 10.0
"""How long a writer waits for another process to finish writing."""

_REASONS = {
    "SQLITE_BUSY": f"another process is writing to it and was not done within {BUSY_SECONDS:.0f} "
    "seconds: try again",
    "SQLITE_FULL": "the disk is full: free some space and try again",
    "SQLITE_READONLY": "it is read-only: check the permissions of the file and of its folder",
    "SQLITE_CANTOPEN": "unable to open the file: check that its folder exists and may be written",
}
# What SQLite says where it may not, or cannot, make its files beside the database.
_CANNOT_WRITE = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR")


class SqliteFile:
    """One SQLite connection, shared by threads under ``lock``."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, creating it when it does not exist; None is a database in memory.

        Where the folder cannot be written the file is opened for reading alone.

        Raises:
            LibraryError: The file cannot be opened.
        """
        self.path = path
        self.lock = threading.RLock()
        try:
            self.connection = _open(path)
        except sqlite3.Error as error:
            raise self._failure("cannot be opened", error) from error

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see one state of the file, whatever others write meanwhile.

        Raises:
            LibraryError: The file cannot be read.
        """
        with self.lock:
            if self.connection.in_transaction:
                yield
                return
            self.rows("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """The only writer, all or nothing.

        Raises:
            LibraryError: SQLite refused (another writer, disk full, read-only file …); nothing
                was changed.
        """
        with self.lock:
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield
                self.connection.execute("COMMIT")
            except BaseException as error:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise self._failure("was not changed", error) from error
                raise

    def shrink(self) -> None:
        """Give free pages back to the file system; call it inside ``exclusive``."""
        (free,) = self.connection.execute("PRAGMA freelist_count").fetchone()
        for _ in range(free):  # one page a call, whatever number is asked of Python's driver
            self.connection.execute("PRAGMA incremental_vacuum(1)")

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it; a reader may put that off."""
        with self.lock:
            ((patience,),) = self.rows("PRAGMA busy_timeout")
            self.rows("PRAGMA busy_timeout = 500")
            try:
                self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                self.rows(f"PRAGMA busy_timeout = {patience}")

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query.

        Raises:
            LibraryError: SQLite refused (damaged file, locked by another program …).
        """
        try:
            return self.connection.execute(sql, arguments).fetchall()
        except sqlite3.Error as error:
            raise self._failure("cannot be read", error) from error

    def _failure(self, what: str, error: sqlite3.Error) -> LibraryError:
        code = getattr(error, "sqlite_errorname", "")
        reason = next((line for name, line in _REASONS.items() if code.startswith(name)), error)
        return LibraryError(f"the library {str(self.path)!r} {what}: {reason}")


def _open(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return _connect(":memory:")
    try:
        return _connect(str(path))
    except sqlite3.OperationalError as error:
        log = path.with_name(path.name + "-wal")
        if not error.sqlite_errorname.startswith(_CANNOT_WRITE) or not path.is_file():
            raise
        # Without a log beside it the file is whole and nobody writes to it.
        if log.exists() and log.stat().st_size:
            raise
        return _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        name,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=name.startswith("file:"),
    )
    try:
        # What is removed is overwritten; pages that become free are cut off by `shrink`.
        connection.execute("PRAGMA secure_delete = FAST")
        connection.execute("SELECT count(*) FROM sqlite_master")
    except BaseException:
        connection.close()
        raise
    return connection
