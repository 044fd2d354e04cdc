"""Errors of reading and indexing; the root of every error this project raises on purpose.

ArticleBotError          safe to show: says what failed, on which value, and what to do
├── ReadError            a source could not be turned into an article
├── LibraryError         the stored index does not fit what was asked of it
└── (bot.errors)         language-model, configuration and overload errors
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class ArticleBotError(Exception):
    """Base of every expected failure. Its message is one line, safe to show to a user."""


class ReadError(ArticleBotError):
    """A file, URL or text could not be read as an article."""


class LibraryError(ArticleBotError):
    """A stored index cannot be used: wrong version, other embedding model, damaged file."""


OnError = Callable[[ReadError], None]
"""Called with each error while the rest is still read."""


@contextmanager
def handed_to(on_error: OnError | None) -> Iterator[None]:
    """Hand a ReadError to ``on_error`` and go on after the block; None lets it be raised."""
    try:
        yield
    except ReadError as error:
        if on_error is None:
            raise
        on_error(error)
