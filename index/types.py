"""The nouns of indexing: what a source becomes on its way to a passage."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# What a text without a title is called in a library: "pasted", "pasted-2".
_PASTED = re.compile(r"pasted(?:-(\d+))?")


class Span(NamedTuple):
    """A half-open range of characters, as Python slices count them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line inside ``Article.text``: ``text[start:end]``, level 1 (largest) to 6."""

    start: int
    end: int
    level: int


# The entries of an article's metadata that tell what reading it missed.
_NOTES = ("notice", "encoding_note")


@dataclass(frozen=True, slots=True)
class Article:
    """A document as clean text. Every offset anywhere in the project points into ``text``.

    Attributes:
        id: Name that is unique within a collection.
        text: Clean text; paragraphs are separated by blank lines.
        title: Title, or "" when the source has none.
        source: Path or URL it was read from, or "" for pasted text.
        metadata: What else the source tells (author, date, site, language), when it does.
        headings: Heading lines inside ``text``, in order.
        page_starts: For paged sources (PDF), the offset in ``text`` at which page 1, 2, … begins.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    page_starts: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """What an answer calls it beside others."""
        return _name(self.title, self.id, self.source)

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over title and text: equal for two readings of the same content."""
        return hashlib.sha256(
            f"{self.title}\0{self.text}".encode("utf-8", "surrogatepass")
        ).hexdigest()

    @property
    def heading_starts(self) -> frozenset[int]:
        """Offsets in ``text`` at which its headings begin."""
        return frozenset(heading.start for heading in self.headings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of how it was read: what was left out, or was a guess."""
        return tuple(self.metadata[key] for key in _NOTES if key in self.metadata)

    def page(self, offset: int) -> int | None:
        """Page number (from 1) that holds the character at ``offset``; None without pages."""
        return sum(start <= offset for start in self.page_starts) or None


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a library without its text.

    Attributes:
        id: Its name in the library.
        source_id: What its source calls it; differs from ``id`` where another had that name.
        title: Title, or "".
        source: Path or URL it was read from, or "".
        characters: Length of its text.
        passages: How many chunks it was cut into.
        added: When it was indexed, ISO 8601, UTC.
        content_hash: As ``Article.content_hash``.
    """

    id: str
    source_id: str
    title: str
    source: str
    characters: int
    passages: int
    added: str
    content_hash: str

    @property
    def name(self) -> str:
        """What an answer calls it beside others."""
        return _name(self.title, self.id, self.source)


def _name(title: str, identifier: str, source: str) -> str:
    pasted = None if source else _PASTED.fullmatch(identifier)
    return title.strip() or (f"Pasted text {pasted[1] or ''}".rstrip() if pasted else identifier)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is embedded and indexed: ``article.text[start:end] == text``."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as found for one question.

    ``score`` orders the passages of one question, higher is better. Scores of different
    questions are not comparable.
    """

    article_id: str
    start: int
    end: int
    text: str
    score: float
