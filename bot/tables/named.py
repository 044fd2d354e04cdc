"""Rows of a table in a passage that a question does not name, where it names another."""

from index.lexical import content_stems
from index.tables import find_tables
from index.types import Span


def other_rows(question: str, text: str, read: Span) -> list[Span]:
    """Rows that are no evidence, as a row beside them shares more words with the question.

    Empty unless what was read stands in the table: "How much did the Vales give?" is answered by
    the row of the Vales, whichever amount looks most like one.

    Args:
        question: The question.
        text: The text of a passage.
        read: What was read in it, in characters.
    """
    asked = content_stems(question)
    for table in find_tables(text):
        shared = {row.span: len(asked & _stems(text, row.cells)) for row in table.rows}
        most = max(shared.values())
        if any(span.start <= read.start < span.end for span in shared):
            return [span for span, count in shared.items() if count < most]
    return []


def _stems(text: str, cells: tuple[Span, ...]) -> set[str]:
    return content_stems("\n".join(text[slice(*cell)] for cell in cells))
