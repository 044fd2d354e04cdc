"""Libraries: articles kept on disk under a name, that come and go and are asked together.

    with Library("science") as library:
        library.add(["papers/", "https://example.org/report"])
        for entry in library.entries():
            print(entry.id, entry.title)

What is asked is ``library.store``. An article is known by where it was read from: read again it is
replaced when it has changed, and the same content from elsewhere is not taken in twice.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.database import Database
from index.dense import index_file
from index.errors import LibraryError, ReadError
from index.naming import DEFAULT, find_entries, is_named, library_path
from index.store import ArticleStore, Placed, ProgressCallback, Status
from index.types import Article, Entry

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

# Articles of about this many characters are embedded and committed together.
_GROUP_CHARACTERS = 60_000
_REBUILD_BATCH = 64
_URL = re.compile(r"https?://", re.IGNORECASE)

OnError = Callable[[ReadError], None]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an article that was added or updated.

    Attributes:
        id: The article in the library; for a duplicate, the one that was in before.
        title: Title, or "".
        source: Where it was read from.
        status: "added", "updated", "unchanged" (in already) or "duplicate" (in, from elsewhere).
    """

    id: str
    title: str
    source: str
    status: Status


class Library:
    """One library. Adding makes it when it does not exist; everything else wants it to."""

    def __init__(self, where: str | Path = DEFAULT, embedding: "Embeddings | None" = None) -> None:
        """Name a library; the file is opened when it is first used.

        Args:
            where: Name (letters, digits, ``-`` and ``_``) of a library in the user's data folder,
                or the path of a file.
            embedding: Encoder of passages and questions; None is the one that is shipped.
        """
        self.path = library_path(where)
        self._embedding = embedding

    @cached_property
    def store(self) -> ArticleStore:
        """The articles as they are asked; made when there are none yet.

        Raises:
            LibraryError: The file is no library, or was made with another embedding model.
        """
        if is_named(self.path):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise LibraryError(
                    f"the folder {str(self.path.parent)!r} cannot be made ({error.strerror}): "
                    "name a file with --library"
                ) from error
        return ArticleStore(self._encoder, self.path)

    @cached_property
    def _encoder(self) -> "Embeddings":
        from index.embedding import MiniLMEmbeddings

        return MiniLMEmbeddings() if self._embedding is None else self._embedding

    @cached_property
    def _database(self) -> Database:
        """The file itself: for what needs no encoder, whatever model it was made with."""
        return Database(self.path, None)

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
        from index.reading import list_files

        adding = _Group(self, on_change)
        files = [file for source in sources for file in list_files(source) or [source]]
        for done, file in enumerate(files):
            if progress is not None:
                progress(done, len(files))
            try:
                adding.read(file, allow_private, on_error)
            except ReadError as error:
                if on_error is None:
                    adding.flush()
                    raise
                on_error(error)
        adding.flush()
        if progress is not None:
            progress(len(files), len(files))
        return adding.changes

    def add_articles(
        self, articles: Iterable[Article], progress: ProgressCallback | None = None
    ) -> list[Change]:
        """Keep articles that have been read, in one transaction.

        An article replaces the one that was read from the same place under the same id. One
        whose content is in already is a duplicate. Any other is added, under its own id or,
        where that is taken, with "-2", "-3" and so on after it.
        """
        settled = [replace(a, source=_absolute(a.source)) for a in articles]
        placed = self.store.place_articles(settled, _by_source, progress)
        return [
            Change(known.id, article.title, article.source, known.status)
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
            chosen = [entry for entry in chosen if entry.source]
        by_file: dict[str, list[Entry]] = defaultdict(list)
        for entry in chosen:
            by_file[_readable(entry.source) or entry.source].append(entry)
        updating = _Group(self, on_change)
        for done, (file, entries) in enumerate(by_file.items()):
            if progress is not None:
                progress(done, len(by_file))
            try:
                for article in _read_again(file, entries, allow_private, on_error):
                    updating.put(article)
            except ReadError as error:
                if on_error is None:
                    updating.flush()
                    raise
                on_error(error)
        updating.flush()
        if progress is not None:
            progress(len(by_file), len(by_file))
        if any(change.status == "updated" for change in updating.changes):
            with self._database.exclusive():
                self._database.compact()
            self._compacted()
        return updating.changes

    def rebuild(self, progress: ProgressCallback | None = None) -> int:
        """Make all vectors anew with this library's encoder; killed, it goes on where it was.

        Until the last is made the library answers with the old ones, from this model or another.

        Args:
            progress: Called with (passages done, passages in all).

        Returns:
            How many passages there are.

        Raises:
            LibraryError: There is no library, or it cannot be written.
        """
        from index.embedding import embed_unit, name_of

        database, model = self._database, name_of(self._encoder)
        if "store" in self.__dict__:
            self.__dict__.pop("store").close()
        done = database.begin_rebuild(model)
        while True:
            total = database.count_chunks()
            if progress is not None:
                progress(done, total)
            batch = database.to_rebuild(_REBUILD_BATCH)
            if not batch and database.finish_rebuild(model):
                break
            if batch:
                keys, texts = zip(*batch, strict=True)
                database.put_rebuilt(model, list(keys), embed_unit(self._encoder, list(texts)))
                done += len(batch)
        self._compacted()
        return total

    def _compacted(self) -> None:
        """Nothing of what was taken out stays in the files beside the database."""
        index_file(self.path).unlink(missing_ok=True)
        self._database.checkpoint()


class _Group:
    """Collects articles and adds them a few at a time."""

    def __init__(self, library: Library, on_change: Callable[[Change], None] | None) -> None:
        self.changes: list[Change] = []
        self._library = library
        self._on_change = on_change
        self._waiting: list[Article] = []

    def put(self, article: Article) -> None:
        self._waiting.append(article)
        if sum(len(waiting.text) for waiting in self._waiting) >= _GROUP_CHARACTERS:
            self.flush()

    def read(self, file: str | Path, allow_private: bool, on_error: OnError | None) -> None:
        """Put every article of a file.

        Raises:
            ReadError: It cannot be read, or holds none and no error said why.
        """
        from index.reading import read_all

        errors: list[ReadError] = []

        def collect(error: ReadError) -> None:
            assert on_error is not None
            errors.append(error)
            on_error(error)

        found = False
        collecting = None if on_error is None else collect
        for article in read_all(file, allow_private=allow_private, on_error=collecting):
            found = True
            self.put(replace(article, source="") if file == "-" else article)
        if not found and not errors:
            raise ReadError(f"{str(file)!r} holds no article: check what is in it")

    def flush(self) -> None:
        if self._waiting:
            changes = self._library.add_articles(self._waiting)
            self._waiting = []
            self.changes += changes
            if self._on_change is not None:
                for change in changes:
                    self._on_change(change)


def _by_source(database: Database, article: Article) -> Placed:
    """An article is known by its source and the id it has there, and else by its content."""
    if article.source:
        known = database.stored_from(article.source, article.id)
        if known is not None:
            same = known.content_hash == article.content_hash
            return Placed(known.id, "unchanged" if same else "updated")
    twin = database.stored_as(article.content_hash)
    if twin is not None:
        return Placed(twin.id, "unchanged" if not article.source else "duplicate")
    free, number = article.id, 1
    while database.content_hash(free) is not None:
        number += 1
        free = f"{article.id}-{number}"
    return Placed(free, "added")


def _read_again(
    file: str, entries: Sequence[Entry], allow_private: bool, on_error: OnError | None
) -> Iterator[Article]:
    """What the articles of a file or address are now."""
    from index.reading import read_all

    if _readable(file) is None:
        kept = ", ".join(entry.id for entry in entries)
        where = f"{file!r} is gone" if file else "it was not read from a file or address"
        raise ReadError(f"{kept}: kept as it is, {where}")
    articles = list(read_all(file, allow_private=allow_private, on_error=on_error))
    places = {(_absolute(article.source), article.id): article for article in articles}
    for entry in entries:
        now = places.get((entry.source, entry.source_id))
        if now is None and len(entries) == len(articles) == 1:
            now = articles[0]  # a page whose name went with its title
        if now is not None:
            yield replace(now, id=entry.source_id, source=entry.source)
        elif on_error is not None:
            on_error(ReadError(f"{entry.id}: kept as it is, {file!r} no longer holds it"))


def _readable(source: str) -> str | None:
    """What to read for the article of a source: an address, or the file or zip that holds it."""
    if _URL.match(source):
        return source
    path = Path(source)
    holders = [path, *path.parents] if source else []
    try:
        return next((str(holder) for holder in holders if holder.is_file()), None)
    except (OSError, ValueError):
        return None


def _absolute(source: str) -> str:
    """The source as it can be read from any folder."""
    if _URL.match(source) or _readable(source) is None:
        return source
    return os.path.abspath(source)
