"""Adds articles to a shelf on a thread, tells how far it is, and stops when nobody waits."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Generator, Sequence

from bot.page.shelf import Shelf
from index.library import Change
from index.types import Article

_log = logging.getLogger(__name__)


class _Cancelled(Exception):
    """Nobody waits for these articles any more; stops the indexing from inside."""


class Indexing:
    """One addition of articles: all of them are in at its end, or none."""

    def __init__(self, shelf: Shelf, articles: Sequence[Article]) -> None:
        """Prepare to add articles to a shelf."""
        self._shelf = shelf
        self._articles = articles
        self._steps: queue.Queue[tuple[int, int] | None] = queue.Queue()
        self._cancelled = threading.Event()
        self._result: list[Change] | Exception | None = None
        self._ending = threading.Lock()

    def progress(self) -> Generator[tuple[int, int], None, None]:
        """(Done, total) passages as indexing goes; closing this iterator stops the indexing."""
        threading.Thread(target=self._run, name="indexing", daemon=True).start()
        step: tuple[int, int] | None = (0, 0)  # None: it has run to its end
        try:
            while (step := self._steps.get()) is not None:
                yield step
        finally:
            with self._ending:
                self._cancelled.set()
                too_late = step is not None and isinstance(self._result, list)
            if too_late:
                self._take_back_or_log()

    @property
    def changes(self) -> list[Change]:
        """What became of the articles; raises what went wrong."""
        if isinstance(self._result, Exception):
            raise self._result
        assert self._result is not None, "progress() has not run to its end"
        return self._result

    def take_back(self) -> None:
        """Remove what was added; raises what went wrong."""
        self._shelf.remove(change.id for change in self.changes if change.status == "added")

    def _take_back_or_log(self) -> None:
        try:
            self.take_back()
        except Exception as error:  # nobody waits for these articles any more
            _log.error("A cancelled addition could not be taken back: %s", error)

    def _run(self) -> None:
        try:
            changes = self._shelf.add(self._articles, self._step)
            with self._ending:
                self._result = changes
                unwanted = self._cancelled.is_set()
            if unwanted:  # after the last step, before anyone was told
                self._take_back_or_log()
        except Exception as error:  # carried over to the visitor's thread, raised by `changes`
            self._result = error
        finally:
            self._steps.put(None)

    def _step(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _Cancelled
        self._steps.put((done, total))
