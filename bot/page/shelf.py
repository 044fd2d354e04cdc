"""The articles at hand on the page: those that can be added and removed, and the served ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bot.page.payload import display_title
from index.errors import LibraryError
from index.library import Change, Library
from index.types import Article, Entry

if TYPE_CHECKING:
    from bot.chat import Bot

MOST_CHARACTERS = 10_000_000
"""Most that is held in memory for one visitor; about 60 MB with vectors and full-text index."""


class Row(NamedTuple):
    """An article as it is listed, and whether it can be removed."""

    entry: Entry
    own: bool


class Shelf:
    """A library that can be changed, and beside it the served articles, which cannot.

    Where the library is kept on disk it is all there is, and shared by all visitors; otherwise it
    is one visitor's, in memory. May be shared by threads.
    """

    def __init__(self, served: Bot, library: Library | None = None) -> None:
        """Put a shelf up.

        Args:
            served: Answers questions about the served articles, or about the library given.
            library: Kept on disk; None keeps in memory what is added.
        """
        self.is_kept = library is not None
        self._served = served
        self._library = library or Library(None, served.store.embeddings)
        self._own: set[str] = set()  # in memory only: the library also holds copies of served ones
        self._coming = 0  # characters that are being added
        self._titles: dict[Entry, str] = {}
        self._own_bot: Bot | None = None
        self._lock = threading.RLock()

    # ---------------------------------------------------------------------- looking
    def rows(self) -> list[Row]:
        """All articles: those that can be removed first, each kind by title."""
        own = [Row(entry, True) for entry in self._own_entries()]
        taken = {row.entry.id for row in own}
        served = [] if self.is_kept else self._served_entries()
        shared = [Row(entry, False) for entry in served if entry.id not in taken]
        return sorted(own, key=self._by_title) + sorted(shared, key=self._by_title)

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            LibraryError: There is none here.
        """
        return self.bot_of(article_id).article(article_id)

    def bot_of(self, article_id: str) -> Bot:
        """The bot over the articles among which the one with this id is.

        Raises:
            LibraryError: There is none here.
        """
        if self.is_kept or article_id in {entry.id for entry in self._own_entries()}:
            return self._library_bot()
        if article_id not in self._served.article_ids():
            raise LibraryError(f"there is no article {article_id!r:.80} here any more")
        return self._served

    def title(self, entry: Entry) -> str:
        """What an article is called on the page."""
        if entry.title.strip():
            return entry.title.strip()
        if entry not in self._titles:
            self._titles[entry] = display_title(self.article(entry.id))
        return self._titles[entry]

    def first_picked(self) -> list[str]:
        """Ids of the articles that are asked before anything is picked."""
        at_hand = {row.entry.id for row in self.rows()}
        return [name for name in self._served.article_ids() if name in at_hand]

    # ----------------------------------------------------------------------- asking
    def asked(self, article_ids: Sequence[str]) -> Bot:
        """The bot that can answer from these articles, wherever they lie.

        Raises:
            LibraryError: One of them is not here, or together they are too much.
        """
        if self.is_kept:
            return self._library_bot()
        mine = {entry.id for entry in self._own_entries()}
        shared = [name for name in article_ids if name not in mine]
        if len(shared) == len(article_ids):
            return self._served
        self._take(shared)
        return self._library_bot()

    def _library_bot(self) -> Bot:
        """The one that knows which questions the library answers; as long as nothing is removed."""
        with self._lock:
            if self._own_bot is None:
                self._own_bot = self._served.over(self._library.store)
            return self._own_bot

    def _take(self, served_ids: Sequence[str]) -> None:
        """Copy served articles into the visitor's library, so that both are ranked together."""
        with self._lock:
            wanted = [entry for entry in self._served_entries() if entry.id in served_ids]
            self._check_room(sum(entry.characters for entry in wanted))
            store = self._library.store
            held = [entry for entry in store.entries() if entry.id not in self._own]
            if sum(entry.characters for entry in held) > MOST_CHARACTERS:
                for entry in held:
                    store.remove_article(entry.id)
            store.take_articles(self._served.store, served_ids)

    # --------------------------------------------------------------------- changing
    def add(
        self, articles: Sequence[Article], progress: Callable[[int, int], None] | None = None
    ) -> list[Change]:
        """Add articles, under other ids where theirs are taken.

        Raises:
            LibraryError: They are too much for one visitor, or the library cannot be written.
        """
        coming = sum(len(article.text) for article in articles)
        with self._lock:
            if not self.is_kept:
                self._check_room(coming)
            self._coming += coming
        try:
            changes = self._library.add_articles(self._named(articles), progress)
            with self._lock:
                self._own.update(c.id for c in changes if c.status in ("added", "updated"))
            return changes
        finally:
            with self._lock:
                self._coming -= coming

    def remove(self, article_ids: Iterable[str]) -> None:
        """Remove articles without a trace; those that are gone already are passed over.

        Raises:
            LibraryError: The library cannot be written.
        """
        mine = {entry.id for entry in self._own_entries()}
        gone = [name for name in article_ids if name in mine]
        if gone:
            self._library.remove(gone)
        with self._lock:
            self._own.difference_update(gone)
            self._own_bot = None
            self._titles.clear()

    def close(self) -> None:
        """Close the library: what is in memory is gone."""
        self._own_bot = None
        self._library.close()

    # ---------------------------------------------------------------------- helpers
    def _own_entries(self) -> list[Entry]:
        if self.is_kept:
            return self._library.store.entries()
        with self._lock:
            if not self._own:  # most visitors never add anything: spare them a database
                return []
            return [entry for entry in self._library.store.entries() if entry.id in self._own]

    def _served_entries(self) -> list[Entry]:
        served = set(self._served.article_ids())
        return [entry for entry in self._served.store.entries() if entry.id in served]

    def _by_title(self, row: Row) -> tuple[str, str]:
        return self.title(row.entry).casefold(), row.entry.id

    def _named(self, articles: Sequence[Article]) -> list[Article]:
        """The articles, none under the id of another one here.

        What was read from a web address may replace its earlier reading; a file is known by its
        name alone, and two files of one name are two articles.
        """
        served = set() if self.is_kept else {entry.id for entry in self._served_entries()}
        mine = {entry.id for entry in self._own_entries()}
        named = []
        for article in articles:
            taken = served if "://" in article.source else served | mine
            named.append(replace(article, id=_free(article.id, taken)))
            served.add(named[-1].id)
        return named

    def _check_room(self, more: int) -> None:
        held = sum(entry.characters for entry in self._own_entries())
        characters = held + self._coming + more
        if characters > MOST_CHARACTERS:
            raise LibraryError(
                f"these articles together have {characters:,} characters, at most "
                f"{MOST_CHARACTERS:,} fit here: take fewer at once or remove some"
            )


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
