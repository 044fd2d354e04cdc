"""Tables inside clean text, found by the form that the readers give them, with exact offsets.

A row is a line. Either a first line names the columns (``Lake | Depth``, then ``Aral | 42``), or
every row does (``lake: Aral; depth: 42``). A table whose rows do not fit its columns is none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from index.types import Span

_LINE = re.compile(r"[^\n]+")
_KEY = re.compile(r"(?:^|(?<=\n)|(?<=; ))([^\s:;|][^:;|\n]{0,59}): (?=\S)")
_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")
_NUMERIC = re.compile(r"\W*\d[\d.,\s]*\W*")
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_FEWEST_ROWS = 2


class Row(NamedTuple):
    """A row: its line, and its cells, one a column (an empty span where nothing stands)."""

    span: Span
    cells: tuple[Span, ...]


class Table(NamedTuple):
    """A table.

    Attributes:
        columns: The names of its columns.
        header: The line that names them; None where every row does.
        rows: Its rows, in order; at least two.
    """

    columns: tuple[str, ...]
    header: Span | None
    rows: tuple[Row, ...]

    @property
    def start(self) -> int:
        """Where it begins in the text, in characters."""
        return self.header.start if self.header else self.rows[0].span.start


def find_tables(text: str) -> list[Table]:
    """The tables of a text, in order."""
    if " | " not in text and "; " not in text:
        return []
    return [table for lines in _groups(text) if (table := _table(text, lines)) is not None]


def _groups(text: str) -> Iterator[list[Span]]:
    """Neighbouring lines that may be rows: those between blank lines, from the first such line."""
    group: list[Span] = []
    for match in _LINE.finditer(text):
        if match[0].isspace():
            continue
        line = Span(*match.span())
        if group and line.start != group[-1].end + 1:
            yield group
            group = []
        if group or "|" in match[0] or "; " in match[0]:
            group.append(line)
    yield group


def _table(text: str, lines: Sequence[Span]) -> Table | None:
    if len(lines) < _FEWEST_ROWS:
        return None
    return _headed(text, lines) if "|" in text[slice(*lines[0])] else _keyed(text, lines)


# ------------------------------------------------------------- a first line with the names
def _headed(text: str, lines: Sequence[Span]) -> Table | None:
    rows = [_piped(text, line) for line in lines if not _RULE.fullmatch(text, *line)]
    names = [text[slice(*cell)] for cell in rows[0].cells] if rows else []
    fits = (
        len(rows) > _FEWEST_ROWS
        and len(names) > 1
        and all(names[1:])
        and len({name.casefold() for name in names}) == len(names)
        and not any(map(_is_number, names))
        and all(len(row.cells) == len(names) for row in rows)
    )
    return Table(tuple(names), rows[0].span, tuple(rows[1:])) if fits else None


def _piped(text: str, line: Span) -> Row:
    start, end = _stripped(text, line)
    bordered = text[start] == "|" and text[end - 1] == "|" and end - start > 1
    inner = Span(start + 1, end - 1) if bordered else Span(start, end)
    cells, first = [], inner.start
    for part in text[slice(*inner)].split("|"):
        cells.append(_stripped(text, Span(first, first + len(part))))
        first += len(part) + 1
    return Row(Span(start, end), tuple(cells))


def _is_number(name: str) -> bool:
    return _NUMERIC.fullmatch(name) is not None and not _YEAR.fullmatch(name)


# --------------------------------------------------------------------- names in every row
def _keyed(text: str, lines: Sequence[Span]) -> Table | None:
    found = [list(_KEY.finditer(text, *_stripped(text, line))) for line in lines]
    # What only looks like a name, inside the cell of one row, is part of that cell.
    counts = Counter(name for keys in found for name in {key[1] for key in keys})
    columns = _in_order([[key[1] for key in keys if counts[key[1]] > 1] for keys in found])
    if len(columns) < 2:
        return None
    rows = []
    for line, keys in zip(lines, found, strict=True):
        start, end = _stripped(text, line)
        named = [key for key in keys if key[1] in columns]
        names = [key[1] for key in named]
        if not named or named[0].start() != start or len(set(names)) < len(names):
            return None
        ends = [key.start() - len("; ") for key in named[1:]] + [end]
        cells = {key[1]: Span(key.end(), stop) for key, stop in zip(named, ends, strict=True)}
        rows.append(Row(Span(start, end), tuple(cells.get(c, Span(end, end)) for c in columns)))
    return Table(tuple(columns), None, tuple(rows))


def _in_order(rows: Sequence[Sequence[str]]) -> list[str]:
    """All names, a name that only some rows have after the one that it follows there."""
    order: list[str] = []
    for names, _ in groupby(rows):
        place = 0
        for name in names:
            if name not in order:
                order.insert(place, name)
            place = order.index(name) + 1
    return order


def _stripped(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
