"""A question -> what it asks of a table. Only one that the table explains word by word asks it.

"Which lake in Finland is deepest?" does where the rows are lakes and columns tell country and
depth: "lake" is what the rows are, "Finland" a cell, "deepest" the end of a column, and no word is
left.
"""

from collections.abc import Collection
from typing import Literal, NamedTuple

from bot.tables.grid import Grid
from bot.tables.terms import Condition, Superlative, Terms
from bot.tables.vocabulary import AFTER_HOW, AGES, OPENERS, PLACES, POLITE, QUALITIES, TIMES
from index.lexical import words
from index.tables import Table

_LONGEST_QUESTION = 30


class Asked(NamedTuple):
    """What a question asks of a table.

    Attributes:
        kind: One cell; the rows that meet the conditions, to be listed or to be counted; or those
            of them that have the most (or the least) in a column.
        rows: The numbers of the rows that answer, from 0.
        column: The column of the words that answer.
        conditions: What is asked of the rows.
        by: The column that was compared.
        compared: How many rows were, and how many meet the conditions.
    """

    kind: Literal["cell", "rows", "count", "most"]
    rows: tuple[int, ...]
    column: int
    conditions: tuple[Condition, ...] = ()
    by: int | None = None
    compared: tuple[int, int] = (0, 0)


def asks_a_table(question: str) -> bool:
    """Whether one question may ask for rows or cells, by its first words."""
    said = _said(question)
    alone = "?" not in question.rstrip(" ?!.")
    return alone and 1 < len(said) <= _LONGEST_QUESTION and said[0] in OPENERS


def asked_of_table(
    question: str, text: str, table: Table, kinds: Collection[str] | None
) -> Asked | None:
    """What a question asks of a table; None where it asks something else, or may do so.

    Args:
        question: In English, standing alone, one that may ask a table.
        text: The text that the table stands in.
        table: The table.
        kinds: Words that tell what its rows are, where no column's name does; None where nothing
            tells, and the question is believed.
    """
    grid = Grid(table, text)
    terms = Terms(_said(question), grid, kinds)
    held = [condition.column for condition in terms.conditions]
    if not terms.complete or len(set(held)) < len(held):
        return None
    rows = [
        number
        for number, row in enumerate(grid.keys)
        if all(row[column] == value for column, value in terms.conditions)
    ]
    named = [column for column in terms.named if column not in held]
    if not rows:
        return None
    if terms.superlatives:
        return _most(terms, grid, named, rows)
    if terms.how == "many":
        counts = [c for c in named if c != grid.subject and grid.whole[c]]
        return _cells(terms, grid, counts, rows) if counts else _count(terms, grid, named, rows)
    if terms.how or terms.opener == "where":
        named = [c for c in named or _implied(terms, grid) if c not in held]
        return _cells(terms, grid, named, rows) if named else None
    return _cells(terms, grid, named, rows)


def _most(terms: Terms, grid: Grid, named: list[int], rows: list[int]) -> Asked | None:
    """The rows at one end of the column that the superlative goes with or implies."""
    if len(terms.superlatives) > 1:
        return None
    superlative = terms.superlatives[0]
    by = _compared(superlative, terms, grid, named, rows)
    measured = None if by is None else grid.measured(by, rows)
    others = [column for column in named if column != by]
    if terms.how or terms.opener == "where":
        others = others or _implied(terms, grid)
        if not others:
            return None
    if by is None or measured is None or len(others) > 1:
        return None
    if by not in named and others not in ([], [by]) and not terms.noun:
        return None  # "Which mayor is oldest?" asks for no city's age
    values = [value for value in measured.values if value is not None]
    end = max(values) if _is_greatest(superlative, measured.dated) else min(values)
    winners = [row for row, value in zip(rows, measured.values, strict=True) if value == end]
    value_asked = by in named and not terms.noun and terms.opener == "what"
    column = others[0] if others else by if value_asked else grid.subject
    compared = len(values), len(rows)
    return Asked("most", tuple(winners), column, tuple(terms.conditions), by, compared)


def _compared(
    superlative: Superlative, terms: Terms, grid: Grid, named: list[int], rows: list[int]
) -> int | None:
    """The column that is compared; None where it may be more than one."""
    quality = QUALITIES.get(superlative.adjective)
    implied = [c for c in grid.like(quality.names if quality else ()) if grid.measured(c, rows)]
    fitting = []
    for column in named:
        measured = grid.measured(column, rows)
        timed = measured and measured.dated and superlative.adjective in TIMES
        if measured and (superlative.greatest is not None or timed or column in implied):
            fitting.append(column)
    following = terms.starts.get(superlative.following)
    if following in fitting:
        return following
    if len(fitting) > 1:
        # "In which year was the population highest?" asks for the year.
        fitting = [column for column in fitting if column != terms.starts.get(1)]
    candidates = implied or fitting
    return candidates[0] if len(candidates) == 1 else None


def _is_greatest(superlative: Superlative, dated: bool) -> bool:
    if superlative.greatest is not None:
        return superlative.greatest
    reversed_ = (dated and superlative.adjective in AGES) != superlative.turned
    return QUALITIES[superlative.adjective].most != reversed_


def _count(terms: Terms, grid: Grid, named: list[int], rows: list[int]) -> Asked | None:
    """The number of rows, where what is counted is what the rows are."""
    distinct = all(len({grid.keys[row][c] for row in rows}) == len(rows) for c in named)
    if not (terms.noun or named) or len(named) > 1 or not distinct:
        return None
    return Asked("count", tuple(rows), grid.subject, tuple(terms.conditions))


def _cells(terms: Terms, grid: Grid, wanted: list[int], rows: list[int]) -> Asked | None:
    """The cell that is asked for, or the rows where what they are about is asked for."""
    column = wanted[0] if wanted else grid.subject
    about = column == grid.subject and (terms.noun or bool(wanted) or terms.opener == "who")
    if len(wanted) > 1 or not (wanted or about):
        return None
    if any(condition.column == column for condition in terms.conditions):
        return None
    if not terms.conditions and not (about and terms.lists):
        return None
    rows = [row for row in rows if grid.cells[row][column]]
    measured = grid.whole[column]
    if not rows or (terms.opener == "who" and measured):
        return None
    if terms.opener == "when" and not (measured and measured.dated):
        return None
    kind: Literal["cell", "rows"] = "cell" if len(rows) == 1 and not about else "rows"
    return Asked(kind, tuple(rows), column, tuple(terms.conditions))


def _implied(terms: Terms, grid: Grid) -> list[int]:
    """Columns that "where", or the word after "how", asks for."""
    if terms.opener == "where":
        return grid.like(PLACES)
    quality = QUALITIES.get(terms.how)
    return grid.like(AFTER_HOW.get(terms.how, quality.names if quality else frozenset()))


def _said(question: str) -> list[str]:
    """The words of a question from the one that opens it, possessive endings removed."""
    said = [word if word in OPENERS else word.removesuffix("'s") for word in words(question)]
    while said and said[0] in POLITE:
        said.pop(0)
    return said
