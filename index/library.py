"""Libraries: articles kept on disk under a name, that come and go and are asked together.

    with Library("science") as library:
        library.add(["papers/", "https://example.org/report"])
        for entry in library.entries():
            print(entry.id, entry.title)

What is asked is ``library.store``. An article is known by where it was read from: read again it is
replaced when it has changed, and the same content from elsewhere is not taken in twice.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Self

from langchain_core.embeddings import Embeddings

from index.database import Database
from index.dense import index_file
from index.embedding import MiniLMEmbeddings, for_many
from index.errors import LibraryError, OnError
from index.intake import (
    Reading,
    absolute,
    is_placed,
    read_again,
    read_in_groups,
    read_new,
    readable,
)
from index.naming import DEFAULT, find_entries, is_named, library_path
from index.placing import Status, by_source
from index.reading import list_files
from index.rebuild import rebuild
from index.store import ArticleStore, ProgressCallback
from index.types import Article, Entry

# From so many on, in one call, an encoder that takes seconds to load is the faster one.
_MANY_CHARACTERS = 200_000
_MANY_CHUNKS = 600


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an article that was added or updated.

    Attributes:
        id: The article in the library; for a duplicate, the one that was in before.
        title: Title, or "".
        source: Where it was read from.
        status: "added", "updated", "unchanged" (in already) or "duplicate" (in, from elsewhere).
        notes: What reading it missed, as `Article.notes`.
    """

    id: str
    title: str
    source: str
    status: Status
    notes: tuple[str, ...] = ()


class Library:
    """One library. Adding makes it when it does not exist; everything else wants it to."""

    def __init__(
        self, where: str | Path | None = DEFAULT, embedding: Embeddings | None = None
    ) -> None:
        """Name a library; the file is opened when it is first used.

        Args:
            where: Name (letters, digits, ``-`` and ``_``) of a library in the user's data folder,
                or the path of a file. None keeps the library in memory until it is closed.
            embedding: Encoder of passages and questions; None is the one that is shipped.
        """
        self.path = None if where is None else library_path(where)
        self._embedding = embedding

    @cached_property
    def store(self) -> ArticleStore:
        """The articles as they are asked; made when there are none yet.

        Raises:
            LibraryError: The file is no library, or was made with another embedding model.
        """
        if self.path is not None and is_named(self.path):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise LibraryError(
                    f"the folder {str(self.path.parent)!r} cannot be made ({error.strerror}): "
                    "name a file with --library"
                ) from error
        return ArticleStore(self._encoder, self.path)

    @cached_property
    def _encoder(self) -> Embeddings:
        return MiniLMEmbeddings() if self._embedding is None else self._embedding

    @cached_property
    def _database(self) -> Database:
        """The file itself: for what needs no encoder, whatever model it was made with."""
        return self.store.database if self.path is None else Database(self.path, None)

    def close(self) -> None:
        """Close the file."""
        for opened in ("store", "_database"):
            if opened in self.__dict__:
                self.__dict__.pop(opened).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    # ---------------------------------------------------------------------- looking
    def entries(self, names: Iterable[str] | None = None) -> list[Entry]:
        """Articles without their texts: all, ordered by id, or those that ``names`` mean.

        Raises:
            LibraryError: There is no library, or a name means no article or several.
        """
        with self._database.lock:
            entries = self._database.entries()
        return entries if names is None else find_entries(entries, names)

    def article(self, name: str) -> Article:
        """The article with this id or title.

        Raises:
            LibraryError: There is none.
        """
        (entry,) = self.entries([name])
        with self._database.lock:
            article = self._database.article(entry.id)
        assert article is not None, "an article that is listed is there"
        return article

    def articles(self) -> Iterator[Article]:
        """All articles, ordered by id; one that is removed meanwhile is left out."""
        for entry in self.entries():
            with self._database.lock:
                article = self._database.article(entry.id)
            if article is not None:
                yield article

    # --------------------------------------------------------------------- changing
    def add(
        self,
        sources: Iterable[str | Path],
        *,
        allow_private: bool = False,
        on_error: OnError | None = None,
        on_change: Callable[[Change], None] | None = None,
        progress: ProgressCallback | None = None,
    ) -> list[Change]:
        """Read sources and keep their articles, a few in one transaction.

        Args:
            sources: As `index.reading.read_all` takes them.
            allow_private: Also fetch URLs that lead to private addresses.
            on_error: Called with the error of each file or row that cannot be read; the others
                are still added. Without it the first error is raised.
            on_change: Called for each article once it is safely in.
            progress: Called with (files read, files in all).

        Returns:
            What became of each article, in order.

        Raises:
            ReadError: A source cannot be read, without ``on_error``.
            LibraryError: The library cannot be written.
        """
        files = [file for source in sources for file in list_files(source) or [source]]
        readings = [partial(read_new, file, allow_private) for file in files]
        return self._take_in(readings, on_error, on_change, progress)

    def add_articles(
        self, articles: Iterable[Article], progress: ProgressCallback | None = None
    ) -> list[Change]:
        """Keep articles that have been read, in one transaction.

        An article replaces the one that was read from the same place under the same id. One
        whose content is in already is a duplicate. Any other is added, under its own id or,
        where that is taken, with "-2", "-3" and so on after it.
        """
        return self._add(articles, progress, None)

    def _add(
        self,
        articles: Iterable[Article],
        progress: ProgressCallback | None,
        embedding: Embeddings | None,
    ) -> list[Change]:
        settled = [replace(a, source=absolute(a.source)) for a in articles]
        placed = self.store.place_articles(settled, by_source, progress, embedding)
        return [
            Change(known.id, article.title, article.source, known.status, article.notes)
            for article, known in zip(settled, placed, strict=True)
        ]

    def remove(self, names: Iterable[str]) -> list[Entry]:
        """Remove articles by id or title, so that no trace of them stays in the files.

        Returns:
            What was removed.

        Raises:
            LibraryError: A name means no article or several, and nothing was removed; or the
                library cannot be written.
        """
        entries = self.entries(names)
        with self._database.transaction():
            self._database.remove_articles(entry.id for entry in entries)
        self._compacted()
        return entries

    def update(
        self,
        names: Iterable[str] | None = None,
        *,
        allow_private: bool = False,
        on_error: OnError | None = None,
        on_change: Callable[[Change], None] | None = None,
        progress: ProgressCallback | None = None,
    ) -> list[Change]:
        """Read the sources of articles again and index anew those that have changed.

        Args:
            names: Ids or titles; None is every article that came from a file or an address.
            allow_private: As in `add`.
            on_error: As in `add`; an article whose source is gone or unreadable stays as it is.
            on_change: As in `add`.
            progress: Called with (sources read, sources in all).

        Raises:
            ReadError: A source cannot be read, without ``on_error``.
            LibraryError: A name means no article, or the library cannot be written.
        """
        self.store.entries()  # another embedding model is told before anything is read
        chosen = self.entries(names)
        if names is None:
            chosen = [entry for entry in chosen if is_placed(entry.source)]
        by_file: dict[str, list[Entry]] = defaultdict(list)
        for entry in chosen:
            by_file[readable(entry.source) or entry.source].append(entry)
        readings = [
            partial(read_again, file, entries, allow_private) for file, entries in by_file.items()
        ]
        changes = self._take_in(readings, on_error, on_change, progress)
        if any(change.status == "updated" for change in changes):
            with self._database.exclusive():
                self._database.compact()
            self._compacted()
        return changes

    def _take_in(
        self,
        readings: Sequence[Reading],
        on_error: OnError | None,
        on_change: Callable[[Change], None] | None,
        progress: ProgressCallback | None,
    ) -> list[Change]:
        """Add what is read, a few articles in one transaction."""
        changes: list[Change] = []
        embedding: Embeddings | None = None
        characters = 0
        for group in read_in_groups(readings, on_error, progress):
            if embedding is None and characters > _MANY_CHARACTERS:
                embedding = for_many(self._encoder)
            added = self._add(group, None, embedding)
            changes += added
            fresh = [c.status in ("added", "updated") for c in added]
            characters += sum(len(a.text) for a in itertools.compress(group, fresh))
            if on_change is not None:
                for change in added:
                    on_change(change)
        if progress is not None:
            progress(len(readings), len(readings))
        return changes

    def rebuild(self, progress: ProgressCallback | None = None) -> int:
        """Make all vectors anew with this library's encoder; killed, it goes on where it was.

        Until the last is made the library answers with the old ones, from this model or another.

        Args:
            progress: Called with (passages done, passages in all).

        Returns:
            How many passages there are.

        Raises:
            LibraryError: There is no library, it is in memory, or it cannot be written.
        """
        if self.path is None:
            raise LibraryError("a library in memory cannot be rebuilt: add its articles anew")
        database = self._database  # first: without a library there is nothing to rebuild
        if "store" in self.__dict__:
            self.__dict__.pop("store").close()
        many = database.count_chunks() > _MANY_CHUNKS
        total = rebuild(database, for_many(self._encoder) if many else self._encoder, progress)
        self._compacted()
        return total

    def _compacted(self) -> None:
        """Nothing of what was taken out stays in the files beside the database."""
        if self.path is None:
            return
        index_file(self.path).unlink(missing_ok=True)
        self._database.checkpoint()
