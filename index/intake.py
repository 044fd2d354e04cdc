"""What a library takes in: sources read for the first time or again, a few articles at a time.

A reading is what is read of one file or address. It yields its articles, hands ``on_error`` what
cannot be read in it, and raises where nothing of it can be read.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import OnError, ReadError, handed_to
from index.reading import read_all
from index.types import Article, Entry

Reading = Callable[[OnError | None], Iterator[Article]]

# Articles of about this many characters make a group.
_GROUP_CHARACTERS = 60_000
_URL = re.compile(r"https?://", re.IGNORECASE)

UPLOAD = "upload:"
"""Stands before the name of an uploaded file, where an article says what it was read from."""


def read_in_groups(
    readings: Sequence[Reading],
    on_error: OnError | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[list[Article]]:
    """The articles of all readings, in order, in groups to embed and commit together.

    Args:
        readings: What is to be read.
        on_error: Called with each error; the other readings go on. Without it the first is
            raised, after the group of what was read before it.
        progress: Called before each reading with (readings done, readings in all).

    Raises:
        ReadError: A reading failed, without ``on_error``.
    """
    group: list[Article] = []
    try:
        for article in _read_each(readings, on_error, progress):
            group.append(article)
            if sum(len(member.text) for member in group) >= _GROUP_CHARACTERS:
                yield group
                group = []
    except ReadError:
        if group:
            yield group
        raise
    if group:
        yield group


def _read_each(
    readings: Sequence[Reading],
    on_error: OnError | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Article]:
    for done, reading in enumerate(readings):
        if progress is not None:
            progress(done, len(readings))
        with handed_to(on_error):
            yield from reading(on_error)


def read_new(file: str | Path, allow_private: bool, on_error: OnError | None) -> Iterator[Article]:
    """The articles of a file, an address, the standard input ("-") or text itself.

    Raises:
        ReadError: It cannot be read, or holds none.
    """
    for article in read_all(file, allow_private=allow_private, on_error=on_error):
        yield replace(article, source="") if file == "-" else article


def read_again(
    file: str, entries: Sequence[Entry], allow_private: bool, on_error: OnError | None
) -> Iterator[Article]:
    """What the articles of a file or address are now.

    Raises:
        ReadError: It is gone or cannot be read.
    """
    kept = ", ".join(entry.id for entry in entries)
    if readable(file) is None:
        placed = is_placed(file)
        where = f"{file!r} is gone" if placed else "it was not read from a file or address"
        raise ReadError(f"{kept}: kept as it is, {where}")
    try:
        articles = list(read_all(file, allow_private=allow_private, on_error=on_error))
    except ReadError as error:
        raise ReadError(f"{kept}: kept as it is, {error}") from error
    places = {(absolute(article.source), article.id): article for article in articles}
    for entry in entries:
        now = places.get((entry.source, entry.source_id))
        if now is None and len(entries) == len(articles) == 1:
            now = articles[0]  # a page whose name went with its title
        if now is not None:
            yield replace(now, id=entry.source_id, source=entry.source)
        elif on_error is not None:
            on_error(ReadError(f"{entry.id}: kept as it is, {file!r} no longer holds it"))


def is_placed(source: str) -> bool:
    """Whether a source names a file or an address, which can be read again while it is there."""
    return source != "" and not source.startswith(UPLOAD)


def readable(source: str) -> str | None:
    """What to read for the article of a source: an address, or the file or zip that holds it."""
    if _URL.match(source):
        return source
    path = Path(source)
    holders = [path, *path.parents] if source else []
    try:
        return next((str(holder) for holder in holders if holder.is_file()), None)
    except (OSError, ValueError):
        return None


def absolute(source: str) -> str:
    """The source as it can be read from any folder."""
    if _URL.match(source) or readable(source) is None:
        return source
    return os.path.abspath(source)
