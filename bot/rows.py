"""Rows of a table in a passage that a question does not name, where it names another."""

import re

from index.lexical import content_stems
from index.tables import Row, find_tables
from index.types import Span

# The row named is not the one that answers: "Who was mayor after Ada Holm?"
_BESIDE = re.compile(
    r"\b(?:after|before|besides?|except|next|than|apart from|following|other)\b", re.IGNORECASE
)


def other_rows(question: str, text: str) -> list[Span]:
    """Rows that are no evidence: of their table the question names another.

    It names the row with most cells whose words all stand in it: "How much did the Vale family
    give?" is answered by the row of the Vale family, whichever amount looks most like one.

    Args:
        question: An English question.
        text: The text of a passage.
    """
    if _BESIDE.search(question):
        return []
    asked = content_stems(question)
    others: list[Span] = []
    for table in find_tables(text):
        named = {row.span: _named(row, text, asked) for row in table.rows}
        most = max(named.values())
        others += [span for span, count in named.items() if count < most]
    return others


def _named(row: Row, text: str, asked: set[str]) -> int:
    """How many cells of a row consist of words of the question."""
    cells = [content_stems(text[slice(*cell)]) for cell in row.cells]
    return sum(bool(cell) and cell <= asked for cell in cells)
