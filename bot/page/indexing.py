"""Adds articles to a shelf on a thread, tells how far it is, and stops when nobody waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from bot.page.shelf import Shelf
from index.library import Change
from index.types import Article


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

    def progress(self) -> Iterator[tuple[int, int]]:
        """(Done, total) passages as indexing goes; closing this iterator stops the indexing."""
        threading.Thread(target=self._run, name="indexing", daemon=True).start()
        try:
            while (step := self._steps.get()) is not None:
                yield step
        finally:
            self._cancelled.set()

    @property
    def changes(self) -> list[Change]:
        """What became of the articles; raises what went wrong."""
        if isinstance(self._result, Exception):
            raise self._result
        assert self._result is not None, "progress() has not run to its end"
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._shelf.add(self._articles, self._step)
            if self._cancelled.is_set():  # after the last step, before anyone was told
                self._shelf.remove(c.id for c in self._result if c.status == "added")
        except Exception as error:  # carried over to the visitor's thread, raised by `changes`
            self._result = error
        finally:
            self._steps.put(None)

    def _step(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _Cancelled
        self._steps.put((done, total))
