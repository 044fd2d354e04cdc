"""From blocks to an article: characters are cleaned and offsets kept exact in one place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.types import Article, Heading

# Every line break of Unicode becomes "\n"; the other control characters become spaces.
_NEWLINE = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What nobody sees: soft hyphens, characters without width, and the tag characters that spell out
# text in secret (after a black flag they make the flags of England, Scotland and Wales).
_UNSEEN = re.compile(
    "[\xad\u180e\u200b\u2060-\u2064\ufeff]"
    "|(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]+"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile("[ \t\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_PARAGRAPH_BREAK = "\n\n"
_LINE_BREAK = "\n"


def clean(text: str) -> str:
    """Unify line breaks, drop what is not seen, replace what cannot be shown; nothing else."""
    text = _UNSEEN.sub("", _NEWLINE.sub("\n", text))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def has_words(text: str) -> bool:
    """Whether a text holds any letter or digit, in Braille too."""
    return any(char.isalnum() or "\u2801" <= char <= "\u28ff" for char in text)


def one_line(text: str) -> str:
    """``text`` cleaned, with every run of white space as one space."""
    return _SPACES.sub(" ", clean(text)).strip()


@dataclass(slots=True)
class Document:
    """An article while it is read: blocks are added in reading order.

    Every block is cleaned and stripped; empty ones are left out. Blocks are separated by a
    blank line, neighbouring list items or table rows by a single line break.
    """

    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _last_start: int = 0
    _group: str = ""
    _headings: list[Heading] = field(default_factory=list)
    _page_starts: list[int] = field(default_factory=list)
    _open_pages: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no word has been added."""
        return not any(map(has_words, self._parts))

    @property
    def first_heading(self) -> str:
        """Words of the first heading, "" when there is none."""
        if not self._headings:
            return ""
        heading = self._headings[0]
        return "".join(self._parts)[heading.start : heading.end]

    def paragraph(self, text: str) -> None:
        """Add a paragraph. Line breaks inside it are kept, so they must end a sentence."""
        self._add(_BLANK_LINES.sub(_PARAGRAPH_BREAK, clean(text).strip()))

    def line(self, text: str) -> None:
        """Add a list item, which follows another one on the next line."""
        self._add(one_line(text), group="list")

    def row(self, cells: Iterable[str]) -> None:
        """Add a table row, which follows another one on the next line.

        An empty cell keeps its place, so that every cell stands under the name of its column; a
        row with one filled cell is that cell.
        """
        words = [one_line(cell) for cell in cells]
        filled = [word for word in words if word]
        self._add(" | ".join(words if len(filled) > 1 else filled).strip(), group="table")

    def heading(self, text: str, level: int) -> None:
        """Add a heading line; ``level`` is held between 1 and 6."""
        words = one_line(text)
        if words:
            self._add(words)
            start = self._length - len(words)
            self._headings.append(Heading(start, self._length, min(max(level, 1), 6)))

    def page(self, within: int | None = None) -> None:
        """Begin a page: at the next block, or ``within`` characters into the last one."""
        if within is None:
            self._open_pages += 1
        else:
            self._page_starts.append(self._last_start + within)

    def describe(self, **values: str | None) -> None:
        """Keep what is known of author, date, site and so on, as one line each."""
        for name, value in values.items():
            if value and (line := one_line(value)):
                self.metadata[name] = line

    def article(self) -> Article:
        """The finished article; the caller names it (id and source)."""
        self._begin_pages(self._length)
        return Article(
            id="",
            text="".join(self._parts),
            title=one_line(self.title),
            metadata=dict(self.metadata),
            headings=tuple(self._headings),
            page_starts=tuple(self._page_starts),
        )

    def _add(self, text: str, group: str = "") -> None:
        if not text:
            return
        if self._parts:
            self._put(_LINE_BREAK if group and group == self._group else _PARAGRAPH_BREAK)
        self._begin_pages(self._length)
        self._last_start = self._length
        self._put(text)
        self._group = group

    def _begin_pages(self, offset: int) -> None:
        self._page_starts += [offset] * self._open_pages
        self._open_pages = 0

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def plain_metadata(values: Mapping[str, object]) -> dict[str, str]:
    """The entries of a loosely typed mapping that say something, as one line each."""
    lines = {name: one_line(str(value)) for name, value in values.items() if value is not None}
    return {name: line for name, line in lines.items() if line}
