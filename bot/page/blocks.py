"""Cuts an article's text into what the page sets as headings, paragraphs and list items."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.types import Article, Heading

_ITEM = re.compile(r"\s*(?:[-*•‣–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")


class Block(NamedTuple):
    """A stretch of ``Article.text`` and how to set it.

    ``kind`` is "h1" … "h6", "p", "lines" (a paragraph whose line breaks count) or "li".
    """

    kind: str
    start: int
    end: int


def blocks(article: Article) -> list[Block]:
    """The blocks of an article, in order; between two of them there is only white space."""
    found: list[Block] = []
    position = 0
    for heading in _headings(article):
        found.extend(_paragraphs(article.text, position, heading.start))
        found.append(Block(f"h{min(max(heading.level, 1), 6)}", heading.start, heading.end))
        position = heading.end
    found.extend(_paragraphs(article.text, position, len(article.text)))
    return found


def _headings(article: Article) -> Iterator[Heading]:
    """Headings that lie inside the text and do not overlap: offsets are trusted no further."""
    position = 0
    for heading in sorted(article.headings, key=lambda heading: heading.start):
        if position <= heading.start < heading.end <= len(article.text):
            yield heading
            position = heading.end


def _paragraphs(text: str, start: int, end: int) -> Iterator[Block]:
    """Runs of lines that are not blank, in ``text[start:end]``."""
    run: list[tuple[int, int]] = []
    position = start
    while position < end:
        newline = text.find("\n", position, end)
        line_end = end if newline < 0 else newline
        if text[position:line_end].strip():
            run.append((position, line_end))
        else:
            yield from _split_run(text, run)
            run = []
        position = line_end + 1
    yield from _split_run(text, run)


def _split_run(text: str, run: list[tuple[int, int]]) -> Iterator[Block]:
    """One block for a run of lines, or one for each item when the run is a list."""
    if not run:
        return
    if all(_ITEM.match(text, *line) for line in run):
        yield from (Block("li", *_trim(text, *line)) for line in run)
    else:
        kind = "p" if len(run) == 1 else "lines"
        yield Block(kind, *_trim(text, run[0][0], run[-1][1]))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at either end."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
