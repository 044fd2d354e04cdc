"""Lines of printed pages as paragraphs and headings; running heads and hyphens mended."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.lists import BULLETS
from index.reading.document import Document
from index.reading.text import join_lines

_SENTENCE_END = re.compile(r"[.!?:;。！？؟۔।][”’\"')\]]*(?:\s?\d{1,3})?$")
_LIST_MARK = re.compile(rf"(?:[{BULLETS}·–—*-]|\(?(?:\d{{1,2}}|[a-z]|[ivx]+)[.)])\s+\S")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z](?:\.\d{1,2})*\.?|[IVX]+\.)\s+[A-Z]")
_BROKEN_WORD = re.compile(r"\S*[^\W\d_]-$")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
_CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|tab(?:le|\.)?|abb(?:ildung|\.)?|tabelle|algorithm)\s*\d", re.IGNORECASE
)
_CONTENTS = re.compile(r"(?:table of )?contents|inhalt(?:sverzeichnis)?|index", re.IGNORECASE)
_MARGIN_LINES = 3
_MAX_WORD = 80
_MAX_HEADING = 120
_MAX_HEADING_LINES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its page (from 0), words, letter size, boldness and place."""

    page: int
    text: str
    size: float
    bold: bool
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in a document: letter size, line length, line distance, words."""

    size: float
    width: int
    leading: float
    bold: bool
    words: Counter[str]

    def is_heading(self, line: Line) -> bool:
        """Whether a line stands out like a heading: larger, or bold and short or numbered."""
        letters = sum(character.isalpha() for character in line.text)
        numbered = _NUMBERED.match(line.text) is not None
        if len(line.text) > _MAX_HEADING or letters < max(3, 0.5 * len(line.text)):
            return False
        if not numbered and not (line.text[0].isupper() or _WIDE.match(line.text)):
            return False
        if line.text[-1] in ".,;" or _CAPTION.match(line.text):
            return False
        if line.size > 1.15 * self.size:
            return True
        if not line.bold or self.bold or line.size < 0.95 * self.size:
            return False
        return numbered or (len(line.text) < 0.75 * self.width and line.text.count(",") < 2)


def add_lines(document: Document, lines: Sequence[Line], pages: int) -> None:
    """Add the blocks of all ``lines``; every page start is kept, also inside a paragraph."""
    lines = without_margins(lines, pages)
    if not lines:
        return
    style = _usual(lines)
    title, rank = _title(lines, style)
    levels = _levels(lines, style, rank)
    page = -1
    for block in _blocks(lines, style):
        for _ in range(block[0].page - page):
            document.page()
        page = block[0].page
        text, turns = _join(block, style)
        level = levels.get(_rank(block[0])) if style.is_heading(block[0]) else None
        if level and len(block) <= _MAX_HEADING_LINES:
            document.heading(text, level)
        elif len(block) == 1 and _is_row(block[0], 0.5):
            document.row([text])
        elif _LIST_MARK.match(text) or (len(block) == 1 and not _SENTENCE_END.search(text)):
            document.line(text)
        else:
            document.paragraph(text)
        for turn, count in turns:
            page += count
            for _ in range(count):
                document.page(within=turn)
    for _ in range(pages - 1 - page):
        document.page()
    document.title = title


def without_margins(lines: Sequence[Line], pages: int) -> list[Line]:
    """Leave out running heads, running feet and page numbers: margin lines that come back."""
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    margins = {page: _margin(there) for page, there in by_page.items()}
    seen = Counter(key for there in margins.values() for key in {_key(line) for line in there})
    needed = max(3, min(5, round(0.4 * pages)))
    repeated = {key for key, count in seen.items() if count >= needed}
    usual = median(line.size for line in lines) if lines else 0.0
    kept = []
    for page, there in by_page.items():
        drop = {id(line) for line in margins[page] if _key(line) in repeated}
        kept += [x for x in there if id(x) not in drop or (page == 0 and x.size > 1.2 * usual)]
    return kept or list(lines)


def _margin(lines: list[Line]) -> list[Line]:
    """The lines that come first and last on a page, in its file and on paper."""
    by_height = sorted(lines, key=lambda line: line.y)
    ends = (lines, by_height)
    return [x for end in ends for x in (*end[:_MARGIN_LINES], *end[-_MARGIN_LINES:])]


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text.casefold())


def _usual(lines: Sequence[Line]) -> _Style:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - size) <= 0.15]
    lengths = sorted(len(line.text) for line in body)
    gaps = [
        a.y - b.y for a, b in pairwise(body)
        if a.page == b.page and 0 < a.y - b.y < 4 * size
    ]  # fmt: skip
    words = Counter(word.casefold() for line in lines for word in _WORD.findall(line.text))
    return _Style(
        size=size,
        width=lengths[int(0.9 * (len(lengths) - 1))],
        leading=median(gaps) if gaps else 1.2 * size,
        bold=sum(line.bold for line in body) > 0.5 * len(body),
        words=words,
    )


def _blocks(lines: Sequence[Line], style: _Style) -> Iterator[list[Line]]:
    block = [lines[0]]
    for last, line in pairwise(lines):
        if _go_together(last, line, style):
            block.append(line)
        else:
            yield block
            block = [line]
    yield block


def _go_together(last: Line, line: Line, style: _Style) -> bool:
    """Whether ``line`` goes on with the paragraph or heading that ``last`` belongs to."""
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size):
        return False
    gap = last.y - line.y
    turned = last.page != line.page or not -0.5 * style.size < gap < 12 * style.leading
    heading = style.is_heading(last)
    if heading or style.is_heading(line):
        near = not turned and gap < 1.8 * max(style.leading, last.size)
        alike = last.bold == line.bold and not _NUMBERED.match(line.text)
        return heading and near and alike
    if _broken_word(last.text) and line.text[0].islower():
        return True
    if _LIST_MARK.match(line.text) or _is_row(line, 0.7):
        return False
    if _is_row(last, 0.5) and (_is_row(line, 0.5) or turned):
        return False
    ended = _SENTENCE_END.search(last.text) is not None
    runs_on = line.text[0].islower()
    if turned:
        return not ended and (runs_on or len(last.text) > 0.6 * style.width)
    if gap > 1.5 * style.leading and (ended or not runs_on):
        return False
    indent = line.x - last.x
    if ended and (len(last.text) < 0.8 * style.width or 0.8 * style.size < indent < 5 * style.size):
        return False
    return runs_on or ended or len(last.text) >= 0.6 * style.width


def _is_row(line: Line, share: float) -> bool:
    """Whether the line looks like a row of a table: this share of it is numbers."""
    tokens = line.text.split()
    numbers = sum(token[-1].isdigit() or token in "–-—" for token in tokens)
    return len(tokens) > 2 and numbers >= share * len(tokens)


def _join(block: Sequence[Line], style: _Style) -> tuple[str, list[tuple[int, int]]]:
    """The words of a block, and where in it pages turn: (offset, how many)."""
    text = block[0].text
    turns = []
    for last, line in pairwise(block):
        text = _mend(text, line.text, style.words)
        if line.page > last.page:
            turns.append((len(text) - len(line.text), line.page - last.page))
    return text, turns


def _mend(text: str, line: str, words: Counter[str]) -> str:
    """Join two lines; a hyphen goes when the document does not use it within the line."""
    broken = _broken_word(text)
    rest = _WORD.match(line)
    if not broken or not rest:
        return join_lines(text, line)
    compound = (broken + rest[0]).casefold().lstrip("(\"'“‘[")
    parts, merged = words[compound], words[compound.replace("-", "")]
    if line[0].islower() and "-" not in compound.removesuffix(rest[0].casefold())[:-1]:
        return text[:-1] + line if merged >= parts else text + line
    return text[:-1] + line if merged > parts else text + line


def _broken_word(text: str) -> str:
    """The last word of ``text`` with the hyphen it ends in, "" when there is none."""
    match = _BROKEN_WORD.search(text[-_MAX_WORD:]) if text.endswith("-") else None
    return match[0] if match else ""


def _rank(line: Line) -> float:
    return round(2 * line.size) / 2 + (0.25 if line.bold else 0.0)


def _levels(lines: Sequence[Line], style: _Style, largest: float) -> dict[float, int]:
    """Level of a heading by its size and boldness; what outgrows the title is decoration."""
    ranks = {_rank(line) for line in lines if style.is_heading(line)}
    ranks = {rank for rank in ranks if rank <= largest or not largest}
    return {rank: level for level, rank in enumerate(sorted(ranks, reverse=True), start=1)}


def _title(lines: Sequence[Line], style: _Style) -> tuple[str, float]:
    """The largest heading of the first page and its rank; "" and 0 when none stands out."""
    first = [line for line in lines if line.page == lines[0].page]
    large = [x for x in first if x.size > 1.2 * style.size and style.is_heading(x)]
    large = [line for line in large if not _CONTENTS.fullmatch(line.text)]
    if not large:
        return "", 0.0
    top = max(large, key=lambda line: line.size)
    block = next(_blocks(first[first.index(top) :], style))
    return _join(block[:_MAX_HEADING_LINES], style)[0], _rank(top)
