"""Who is on the page: one visitor's state, and all visitors until they have left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.page.choices import Choices
from bot.page.shelf import Row, Shelf
from index.errors import ArticleBotError, LibraryError
from index.types import Article

if TYPE_CHECKING:
    from bot.chat import Bot

_log = logging.getLogger(__name__)


class Visit:
    """What one browser session holds. May be shared by threads.

    Attributes:
        served: The bot the page was started with.
        choices: What visitors may choose for a question; shared, and nothing of theirs is in it.
        shelf: The articles at hand.
    """

    def __init__(
        self, served: Bot, choices: Choices | None = None, shelf: Shelf | None = None
    ) -> None:
        """Begin a visit.

        Args:
            served: The bot the page was started with.
            choices: What visitors may choose.
            shelf: Shared by all visitors; None makes this visitor one of their own.
        """
        self.served = served
        self.choices = choices or Choices()
        self.shelf = shelf or Shelf(served)
        self._leaving: str | None = None
        self._lock = threading.Lock()

    # ---------------------------------------------------------------------- articles
    def rows(self) -> list[Row]:
        """The articles at hand; one whose removal can still be undone is not."""
        return [row for row in self.shelf.rows() if row.entry.id != self._leaving]

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            LibraryError: It is not at hand.
        """
        if article_id == self._leaving:
            raise LibraryError(f"the article {article_id!r} has been removed")
        return self.shelf.article(article_id)

    def holds(self, article_id: str, content_hash: str) -> bool:
        """Whether exactly this article is at hand."""
        try:
            return self.article(article_id).content_hash == content_hash
        except LibraryError:
            return False

    def asked(self, article_ids: Sequence[str]) -> Bot:
        """The bot that answers from these articles.

        Raises:
            LibraryError: None is named, or one of them is not at hand.
        """
        if not article_ids:
            raise LibraryError("no article is picked: pick one to ask")
        if missing := set(article_ids) - {row.entry.id for row in self.rows()}:
            raise LibraryError(f"the article {min(missing)!r:.80} is gone: reload the page")
        return self.shelf.asked(article_ids)

    # ---------------------------------------------------------------------- removing
    def remove(self, article_id: str) -> None:
        """Take an article out of sight; ``undo`` brings it back, ``settle`` removes it.

        Raises:
            LibraryError: It cannot be removed, or the one removed before it could not be.
        """
        self.settle()
        if not any(row.own and row.entry.id == article_id for row in self.rows()):
            raise LibraryError(f"the article {article_id!r:.80} cannot be removed here")
        self._leaving = article_id

    def undo(self) -> str | None:
        """Bring back what was removed last; returns its id, None when there is nothing."""
        with self._lock:
            back, self._leaving = self._leaving, None
        return back

    def settle(self) -> None:
        """Remove for good what was removed last, without a trace.

        Raises:
            LibraryError: The library cannot be written; the article is back.
        """
        if (gone := self.undo()) is not None:
            self.shelf.remove([gone])

    def settle_or_log(self) -> None:
        """As ``settle``, when the visitor has gone and cannot be told why it failed."""
        try:
            self.settle()
        except ArticleBotError as error:
            _log.error("An article could not be removed: %s", error)

    def close(self) -> None:
        """End the visit: what only this visitor had is gone."""
        self.settle_or_log()
        if not self.shelf.is_kept:
            self.shelf.close()


class Visits:
    """The visitors of a page by browser session. May be shared by threads."""

    def __init__(self, begin: Callable[[], Visit], kept_seconds: float = 600) -> None:
        """Keep visits.

        Args:
            begin: Makes the visit of a new session.
            kept_seconds: How long a session that has left may still come back: a laptop sleeps,
                a phone loses its network.
        """
        self._begin = begin
        self._kept_seconds = kept_seconds
        self._visits: dict[str, Visit] = {}
        self._leaving: dict[str, threading.Timer] = {}
        self._lock = threading.Lock()

    def of(self, session: str | None) -> Visit:
        """The visit of a session."""
        name = session or ""
        with self._lock:
            if (timer := self._leaving.pop(name, None)) is not None:
                timer.cancel()
            if name not in self._visits:
                self._visits[name] = self._begin()
            return self._visits[name]

    def left(self, session: str | None) -> None:
        """A session has closed its page: unless it comes back, what it had is forgotten.

        What it has removed is gone at once.
        """
        name = session or ""
        with self._lock:
            if name not in self._visits or name in self._leaving:
                return
            timer = threading.Timer(self._kept_seconds, self._forget, (name,))
            timer.daemon = True
            self._leaving[name] = timer
            timer.start()
            visit = self._visits[name]
        visit.settle_or_log()

    def close(self) -> None:
        """End all visits."""
        for name in list(self._visits):
            self._forget(name)

    def _forget(self, name: str) -> None:
        with self._lock:
            if (timer := self._leaving.pop(name, None)) is not None:
                timer.cancel()
            visit = self._visits.pop(name, None)
        if visit is not None:
            visit.close()
