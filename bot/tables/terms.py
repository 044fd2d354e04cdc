"""What each word of a question stands for in a table; no word may be left over."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from bot.tables.grid import Grid, is_among
from bot.tables.vocabulary import (
    FILLERS,
    LEAST,
    LISTING,
    LIVING,
    MOST,
    POPULATION,
    QUALITIES,
    ROWS,
    SUPERLATIVES,
    SYNONYMS,
)
from index.lexical import stem

_LONGEST_VALUE = 8
_YEAR = re.compile(r"(?:1\d|20)\d\d")


class Condition(NamedTuple):
    """That a column holds a value (in lower case, without punctuation)."""

    column: int
    value: str


class Superlative(NamedTuple):
    """An end that a question asks for.

    Attributes:
        adjective: Whose superlative it is.
        greatest: Whether the greatest is meant, of any number; None where the adjective tells.
        following: The place of the word after it.
        turned: Whether the other end of the adjective is meant: "least expensive".
    """

    adjective: str
    greatest: bool | None
    following: int
    turned: bool = False


class Terms:
    """The words of a question, explained by a table.

    Attributes:
        opener: Its first word.
        how: The word after "how", or "".
        conditions: The cells that it holds.
        named: The columns that it names, in the order of their finding.
        starts: The column that begins at a place, for those named in full or by one word.
        superlatives: The ends that it asks for.
        noun: Whether it says what the rows are.
        lists: Whether it wishes for all there are.
        complete: Whether no word is left over.
    """

    def __init__(self, said: list[str], grid: Grid, kinds: Collection[str] | None) -> None:
        """Explain the words.

        Args:
            said: The words, from the one that opens the question.
            grid: The table.
            kinds: Words that tell what its rows are, where no column's name does; None where
                nothing tells, and the question is believed.
        """
        self._said, self._grid = said, grid
        self._left = list(range(1, len(said)))
        self.opener = said[0].removesuffix("'s")
        self.how = said[1] if self.opener == "how" and len(said) > 1 else ""
        self.conditions: list[Condition] = []
        self.named: list[int] = []
        self.starts: dict[int, int] = {}
        self.superlatives: list[Superlative] = []
        self.noun = False
        self.lists = self.opener in LISTING or not {"there", "listed"}.isdisjoint(said)
        clear = self._take_cells()
        self._take_names()
        self._take([1] if self.how else [])
        self._take_superlatives()
        self._take_name_words()
        self._take(p for p in self._left if said[p] in LIVING and POPULATION & self._names_said())
        self._take_nouns(kinds)
        self._take(place for place in self._left if said[place] in FILLERS)
        self._take_part_of_a_subject()
        self.complete = clear and not self._left and not any(map(self._is_stray, self.conditions))

    def _take_cells(self) -> bool:
        """Cells held to the letter, longest first; False where one may be of several columns."""
        columns: dict[str, set[int]] = {}
        for row in self._grid.keys:
            for column, key in enumerate(row):
                columns.setdefault(key, set()).add(column)
        clear = True
        for phrase, places in self._phrases():
            if phrase in columns and not FILLERS.issuperset(phrase.split()):
                clear &= len(columns[phrase]) == 1
                self.conditions.append(Condition(min(columns[phrase]), phrase))
                self._take(places)
        return clear

    def _take_names(self) -> None:
        """Columns named in full."""
        full = {" ".join(map(stem, name)): c for c, name in enumerate(self._grid.names)}
        for phrase, places in self._phrases():
            column = full.get(" ".join(map(stem, phrase.split())))
            if column is not None:
                self._name(column, places)

    def _take_superlatives(self) -> None:
        for place in list(self._left):
            word, following = self._said[place], "".join(self._said[place + 1 : place + 2])
            following = following if following in QUALITIES else following.removesuffix("ly")
            if word in ("most", "least") and following in QUALITIES:
                self.superlatives.append(Superlative(following, None, place + 2, word == "least"))
                self._take([place, place + 1])
            elif word in SUPERLATIVES or word in MOST | LEAST:
                end = True if word in MOST else False if word in LEAST else None
                adjective = SUPERLATIVES.get(word, "")
                self.superlatives.append(Superlative(adjective, end, place + 1))
                self._take([place])

    def _take_name_words(self) -> None:
        """Columns named by some of their words or by another, where it means only one column."""
        for place in list(self._left):
            word = self._said[place]
            columns = self._grid.called(word) or self._grid.like(SYNONYMS.get(word, ()))
            if len(columns) == 1 and word not in FILLERS:
                self._name(columns[0], [place])

    def _take_nouns(self, kinds: Collection[str] | None) -> None:
        """What the rows are called: as their column is, or else as their table is."""
        subject = self._grid.subject
        untold = self._grid.is_generic(subject)
        self.noun = subject in self.named and not untold
        asks = self.superlatives or self.opener in ("which", "list") or self.how == "many"
        for place in list(self._left):
            word = self._said[place]
            if word in FILLERS:
                continue
            told = untold and kinds is not None and is_among(word, kinds)
            believed = untold and kinds is None and bool(asks) and not self.noun
            if word in ROWS or told or believed:
                self.noun = True
                self._take([place])

    def _take_part_of_a_subject(self) -> None:
        """The one row whose name holds all words that are left: "Ladoga" for "Lake Ladoga"."""
        rest = {self._said[place] for place in self._left}
        subject = self._grid.subject
        holding = [row[subject] for row in self._grid.keys if rest <= set(row[subject].split())]
        if rest and len(holding) == 1:
            self.conditions.append(Condition(subject, holding[0]))
            self._left.clear()

    def _names_said(self) -> set[str]:
        return {word for column in self.named for word in self._grid.names[column]}

    def _is_stray(self, condition: Condition) -> bool:
        """Whether a number of the question may mean something else than the cell that has it."""
        column, value = condition
        return value.isdecimal() and column not in self.named and not _YEAR.fullmatch(value)

    def _phrases(self) -> Iterator[tuple[str, list[int]]]:
        """Runs of words that are left, longest first, with their places."""
        for length in range(min(_LONGEST_VALUE, len(self._said)), 0, -1):
            for first in range(len(self._said) - length + 1):
                places = list(range(first, first + length))
                if set(places) <= set(self._left):
                    yield " ".join(self._said[first : first + length]), places

    def _name(self, column: int, places: list[int]) -> None:
        if column not in self.named:
            self.named.append(column)
        self.starts[places[0]] = column
        self._take(places)

    def _take(self, places: Iterable[int]) -> None:
        taken = set(places)
        self._left = [place for place in self._left if place not in taken]
