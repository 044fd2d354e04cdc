"""Who is on the page: one visitor's state, and all visitors until they have left."""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from bot.page.choices import Choices
from bot.page.shelf import Row, Shelf
from index.errors import ArticleBotError, LibraryError
from index.types import Article

if TYPE_CHECKING:
    from bot.chat import Bot

_log = logging.getLogger(__name__)

_CANCELLED_KEPT = 100


class Visit:
    """What one visitor holds. May be shared by threads.

    Attributes:
        served: The bot the page was started with.
        choices: What visitors may choose for a question; shared, and nothing of theirs is in it.
        shelf: The articles at hand.
        token: Told to this browser alone, which shows it to come back to the visit.
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
        self.token = secrets.token_urlsafe(32)
        self._leaving: str | None = None
        self._cancelled = deque[str](maxlen=_CANCELLED_KEPT)
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

    def known(self, article_id: str) -> dict[str, str]:
        """Title and key (hash of the content) of an article; none when it is not at hand."""
        for row in self.rows():
            if row.entry.id == article_id:
                return {"title": self.shelf.title(row.entry), "key": row.entry.content_hash}
        return {}

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

    # ------------------------------------------------------------------------ adding
    def cancel(self, addition: str) -> None:
        """Give up an addition, by the browser's name for it; it may not have begun yet."""
        self._cancelled.append(addition)

    def has_cancelled(self, addition: str) -> bool:
        """Whether the visitor has given this addition up."""
        return addition in self._cancelled

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


@dataclass(slots=True)
class _Stay:
    """A visit in one session, and when it is over there (as ``time.monotonic`` counts seconds)."""

    visit: Visit
    over: float


class Visits:
    """The visitors of a page by browser session. May be shared by threads.

    A visit lasts while its page is open, and some time longer: a laptop sleeps, a phone loses its
    network. A page that is loaded anew is another session, which goes on with the visit.
    """

    def __init__(
        self,
        begin: Callable[[bool], Visit],
        forget: Callable[[str], None] | None = None,
        *,
        left_seconds: float = 600,
        idle_seconds: float = 3600,
    ) -> None:
        """Keep visits.

        Args:
            begin: Makes the visit of a new session; told whether its browser is on this machine.
            forget: Called with each session whose visit is over.
            left_seconds: How long a session that has left may still come back.
            idle_seconds: How long one lasts after it has done something without an open page.
        """
        self._begin = begin
        self._forget = forget
        self._left_seconds = left_seconds
        self._idle_seconds = idle_seconds
        self._stays: dict[tuple[str, bool], _Stay] = {}
        self._open = Counter[str]()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._sweeper: threading.Thread | None = None

    def of(self, session: str | None, here: bool, token: str = "") -> Visit:
        """The visit of a session.

        Args:
            session: Its name.
            here: Whether what it does now comes from this machine; a session that does things from
                elsewhere too has another visit for them.
            token: Of the visit that a new session goes on with, if that is not over.
        """
        name = session or ""
        with self._lock:
            if (name, here) not in self._stays:
                visit = self._with_token(token, here) or self._begin(here)
                self._stays[name, here] = _Stay(visit, inf)
            stay = self._stays[name, here]
            stay.over = inf if self._open[name] else time.monotonic() + self._idle_seconds
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, name="visits", daemon=True)
                self._sweeper.start()
            return stay.visit

    def opened(self, session: str) -> None:
        """A session has opened its page, or come back to it."""
        with self._lock:
            self._open[session] += 1
            for stay in self._of_session(session):
                stay.over = inf

    def left(self, session: str) -> None:
        """A session has closed its page: unless it comes back, what it had is forgotten.

        What it has removed is gone at once.
        """
        with self._lock:
            self._open[session] -= 1
            if self._open[session] > 0:  # a new connection came before the old one had ended
                return
            del self._open[session]
            stays = self._of_session(session)
            for stay in stays:
                stay.over = time.monotonic() + self._left_seconds
        for stay in stays:
            stay.visit.settle_or_log()

    def close(self) -> None:
        """End all visits."""
        self._closed.set()
        self._end(inf)

    def _with_token(self, token: str, here: bool) -> Visit | None:
        """The visit with this token; one from this machine is not for who comes from elsewhere."""
        given = token.encode("utf-8", "replace")
        for (_, from_here), stay in self._stays.items():
            known = stay.visit.token.encode()
            if from_here == here and hmac.compare_digest(known, given):
                return stay.visit
        return None

    def _of_session(self, session: str) -> list[_Stay]:
        return [stay for (name, _), stay in self._stays.items() if name == session]

    def _sweep(self) -> None:
        """End visits when they are over, until all are ended."""
        while not self._closed.wait(min(1, self._left_seconds, self._idle_seconds)):
            self._end(time.monotonic())

    def _end(self, now: float) -> None:
        """End the visits that are over by then."""
        with self._lock:
            over = [key for key, stay in self._stays.items() if stay.over <= now]
            ended = {key: self._stays.pop(key).visit for key in over}
            lasting = {id(stay.visit) for stay in self._stays.values()}
        for (name, _), visit in ended.items():
            try:
                if id(visit) not in lasting:  # in no other session, and closed once
                    lasting.add(id(visit))
                    visit.close()
                if self._forget is not None:
                    self._forget(name)
            except Exception:  # nobody is there to be told, and the others are still to be ended
                _log.exception("A visit could not be ended.")
