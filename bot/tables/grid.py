"""A table as words and values: what its columns are called, and what its cells hold."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from bot.tables.measures import Measures, measures
from bot.tables.vocabulary import GENERIC_NAMES, UNITS
from index.lexical import stem, words
from index.tables import Table

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Words that differ only in their endings are one: "directed" and "director".
_ROOT, _ENDING = 6, 2


class Grid:
    """A table of a text.

    Attributes:
        table: The table.
        cells: The words of its cells, row by row.
        names: The words of each column's name, without its unit.
    """

    def __init__(self, table: Table, text: str) -> None:
        self.table = table
        self.cells = [[text[slice(*cell)] for cell in row.cells] for row in table.rows]
        self.names = [_name_words(name) for name in table.columns]

    @cached_property
    def keys(self) -> list[list[str]]:
        """The cells as a question would hold them: words in lower case."""
        known = {cell: key_of(cell) for row in self.cells for cell in row}
        return [[known[cell] for cell in row] for row in self.cells]

    @cached_property
    def subject(self) -> int:
        """The column that tells what a row is about: "name", or else the first one of words."""
        named = [c for c in range(len(self.names)) if self.is_generic(c)]
        worded = [c for c, values in enumerate(self.whole) if values is None]
        return (named or worded or [0])[0]

    @cached_property
    def whole(self) -> list[Measures | None]:
        """The values of each column that can be compared in all rows."""
        return [measures(column) for column in zip(*self.cells, strict=True)]

    def is_generic(self, column: int) -> bool:
        """Whether the column's name does not tell what the rows are."""
        return GENERIC_NAMES.issuperset(self.names[column])

    def measured(self, column: int, rows: Sequence[int]) -> Measures | None:
        """The values of a column in some rows, where they can be compared."""
        if len(rows) == len(self.cells):
            return self.whole[column]
        return measures([self.cells[row][column] for row in rows])

    def like(self, wanted: Collection[str]) -> list[int]:
        """Columns that have any of these words in their name."""
        return [c for c, name in enumerate(self.names) if not set(wanted).isdisjoint(name)]

    def called(self, word: str) -> list[int]:
        """Columns that have a word in their name, in any form."""
        return [column for column, name in enumerate(self.names) if is_among(word, name)]


def key_of(words_said: str) -> str:
    """Words in lower case, without punctuation."""
    return " ".join(words(words_said))


def is_among(word: str, others: Collection[str]) -> bool:
    """Whether a word is one of others, in any form."""
    return any(_alike(stem(word), stem(other)) for other in others)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    grown = len(short) >= _ROOT and len(long) - len(short) <= _ENDING
    return one == other or (grown and long.startswith(short))


def _name_words(name: str) -> list[str]:
    """The words of a column's name, without its unit: "Depth (m)", "depth_m", "depthM" alike."""
    plain = words(_HUMP.sub(" ", _BRACKETED.sub(" ", name)))
    return [word for word in plain if word not in UNITS] or plain
