"""Reading: whatever a person drops in becomes an article of clean text, or one clear error.

    read, read_all      a path, folder, glob, zip, URL, "-" for standard input, or text itself
    read_bytes          an upload
    read_text           pasted text
    list_files          the files behind a folder or glob, to read them one at a time

Importing this package is cheap: the library of a format is imported when it is first read.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import OnError, ReadError
from index.language import with_language
from index.reading import formats
from index.reading.sources import (
    find_articles,
    find_in_bytes,
    list_files,
    pasted,
    with_unique_ids,
)
from index.types import Article

__all__ = ["ENDINGS", "list_files", "read", "read_all", "read_bytes", "read_text"]

#: Endings of the files that can be read, for a file chooser.
ENDINGS = tuple(sorted(formats.ENDINGS))


def read(source: str | Path, *, allow_private: bool = False) -> Article:
    """Read one article.

    Args:
        source: As in `read_all`.
        allow_private: As in `read_all`.

    Raises:
        ReadError: The source cannot be read, has no text, or holds several articles.
    """
    articles = read_all(source, allow_private=allow_private)
    first = next(articles)
    if next(articles, None) is not None:
        raise ReadError(f"{str(source)!r:.200} holds several articles: use read_all")
    return first


def read_all(
    source: str | Path,
    *,
    allow_private: bool = False,
    on_error: OnError | None = None,
) -> Iterator[Article]:
    """Read every article of a source, one after the other.

    Args:
        source: A file, a folder (all known files below it, sorted), a zip of files, a ``.jsonl``
            collection, a glob, an http(s) URL, "-" for standard input, or the text itself. A
            short line that looks like a path must exist; a ``Path`` is always one.
        allow_private: Also fetch URLs that lead to private addresses, as on an intranet.
        on_error: Called with the error of each file or row that cannot be read; the others are
            still read. Without it the first error is raised.

    Yields:
        Articles whose ids are unique among them; at least one, unless ``on_error`` was called.

    Raises:
        ReadError: The source, or (without ``on_error``) something in it, cannot be read, or it
            holds no article.
    """
    yield from _at_least_one(
        lambda told: find_articles(source, allow_private, told), str(source), on_error
    )


def read_bytes(data: bytes, name: str, *, on_error: OnError | None = None) -> Iterator[Article]:
    """Read every article of an upload called ``name``, whose ending tells its format.

    Raises:
        ReadError: As in `read_all`.
    """
    yield from _at_least_one(lambda told: find_in_bytes(data, name, told), name, on_error)


def read_text(text: str, title: str = "", id: str = "pasted") -> Article:
    """Read pasted text: Markdown where several lines of it show that, else plain text.

    Raises:
        ReadError: There is no text.
    """
    return with_language(pasted(text, title, id))


def _at_least_one(
    find: Callable[[OnError | None], Iterator[Article]], name: str, on_error: OnError | None
) -> Iterator[Article]:
    """What ``find`` finds, ready for use; an error where it finds nothing and told of none."""
    errors: list[ReadError] = []

    def tell(error: ReadError) -> None:
        assert on_error is not None
        errors.append(error)
        on_error(error)

    article = None
    for article in with_unique_ids(find(None if on_error is None else tell)):
        yield with_language(article)
    if article is None and not errors:
        raise ReadError(f"{name!r:.200} holds no article: check what is in it")
