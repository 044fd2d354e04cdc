"""Sentence boundaries with exact offsets.

syntok segments languages that use Latin-style punctuation; scripts that end sentences
with other marks (Chinese, Japanese, Arabic, Hindi …) are split on those marks afterwards.
"""

import re
from collections.abc import Container, Iterator
from itertools import pairwise

from index.lists import inline_items
from index.tables import find_tables
from index.types import Span

# Ends of sentences that syntok does not know, with closing quotes and brackets after them.
_FOREIGN_END = re.compile(r"(?<=[。！？｡؟۔।])[”’」』）\"')]*\s*")
# A day of the month, which syntok takes for the end of a sentence before a German month.
_DAY = re.compile(
    r"(?<!\w)\d{1,2}\.\s+(?=(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September"
    r"|Oktober|November|Dezember)\b)"
)
_BLOCK = re.compile(r"[^\n]+")
# A line longer than this is segmented in parts so that time stays linear on hostile input.
_MAX_BLOCK = 20_000
# A row that is longer has a text in one of its cells, which is segmented like any other.
_MAX_ROW = 500


def split_sentences(text: str, without: Container[int] = ()) -> list[Span]:
    """Sentences of ``text`` in order, without the white space around them.

    A line break always ends a sentence: the readers of this package put one only at the
    end of a paragraph, heading, list item or table row. A row is one sentence, unless it is long;
    so is an item that follows others on a line.

    Args:
        text: Any text.
        without: Offsets of sentences to leave out, such as ``Article.heading_starts``.

    Returns:
        Non-overlapping, non-empty spans; every character outside them is white space or left out.
    """
    rows = {row.span for table in find_tables(text) for row in table.rows}
    whole = {row for row in rows if row.end - row.start <= _MAX_ROW}
    return [
        sentence
        for block in _blocks(text)
        for sentence in ([block] if block in whole else _split_block(text, block))
        if sentence.start not in without
    ]


def _blocks(text: str) -> Iterator[Span]:
    for match in _BLOCK.finditer(text):
        start, stop = match.span()
        while stop - start > _MAX_BLOCK:
            cut = text.rfind(" ", start + 1, start + _MAX_BLOCK)
            cut = cut if cut > start else start + _MAX_BLOCK
            yield Span(start, cut)
            start = cut
        yield Span(start, stop)


def _split_block(text: str, block: Span) -> Iterator[Span]:
    import syntok.segmenter as segmenter

    line = text[block.start : block.end]
    starts = [
        sentence[0].offset
        for paragraph in segmenter.analyze(line)
        for sentence in paragraph
        if sentence
    ]
    starts += [match.end() for match in _FOREIGN_END.finditer(line)]
    starts += inline_items(line)
    days = {match.end() for match in _DAY.finditer(line)}
    bounds = sorted({0, *starts, len(line)} - days)
    for start, end in pairwise(bounds):
        piece = line[start:end]
        lead = len(piece) - len(piece.lstrip())
        if stripped := piece.strip():
            yield Span(block.start + start + lead, block.start + start + lead + len(stripped))
