"""The rows of a table that answer a question, quoted, and what was compared or counted."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.citations import CitedText
from bot.evidence import Clock
from bot.instructions import quotable
from bot.language import say
from bot.tables.question import Asked, asked_of_table
from bot.tables.vocabulary import UNTELLING
from bot.types import Answer, Citation, Delta, Event
from bot.wording import PARAGRAPH
from index.lexical import words
from index.tables import Table, find_tables
from index.types import Article, Span

_BULLET = "\n- "
_MOST_ROWS = 10


def look_in_tables(question: str, articles: Sequence[Article]) -> "TableAnswer | None":
    """The answer that the rows of a table give; None where none or more than one does.

    Args:
        question: The question, standing alone.
        articles: The articles whose tables are looked at.
    """
    found = []
    for article in articles:
        for table in find_tables(article.text):
            asked = asked_of_table(question, article.text, table, _kind_words(article, table))
            if asked is not None:
                found.append(TableAnswer(asked, table, article, len(articles) > 1))
    if len(found) != 1:
        return None
    # A row that speaks to whoever answers is no evidence.
    quotes = "\n".join(citation.quote for citation in found[0].quotes)
    return found[0] if quotable(quotes, question) == quotes else None


def _kind_words(article: Article, table: Table) -> Collection[str] | None:
    """Words of the names over a table; None where all of them tell nothing."""
    above = [heading for heading in article.headings if heading.start < table.start][-1:]
    names = [article.title, article.id, *(article.text[h.start : h.end] for h in above)]
    telling = {word for name in names for word in words(name) if not word.isdecimal()} - UNTELLING
    return telling or None


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What a table answers.

    Attributes:
        asked: What is asked of it.
        table: The table.
        article: The article that it stands in.
        several: Whether other articles were asked as well.
    """

    asked: Asked
    table: Table
    article: Article
    several: bool

    @property
    def quotes(self) -> list[Citation]:
        """The first rows that answer, under the line that names their columns, where one does."""
        lines = [self.table.rows[row].span for row in self.asked.rows[:_MOST_ROWS]]
        return [self._cite(line) for line in (self.table.header, *lines) if line is not None]

    def stream(self, cited: CitedText) -> Iterator[Event]:
        """The answer, added to ``cited``, then the Answer."""
        clock, quotes = Clock(), self.quotes
        clock.mark("first_text")
        label = self.article.name if self.several else ""
        for quote in quotes:
            yield Delta(cited.quote(quote, label, _BULLET if len(quotes) > 1 else " "))
            label = ""
        lead = PARAGRAPH
        for note in self._notes():
            yield Delta(cited.note(note, lead))
            lead = " "
        clock.lap("table")
        span = self._span()
        counted = str(len(self.asked.rows)) if self.asked.kind == "count" else None
        yield Answer(
            text=cited.text,
            short=span.quote if span else counted,
            status="answered",
            confidence=1.0,
            span=span,
            citations=tuple(cited.citations),
            sentences=tuple(cited.sentences),
            timings=clock.seconds(),
        )

    def _notes(self) -> Iterator[str]:
        """What was compared or counted."""
        asked, columns = self.asked, self.table.columns
        held = [(columns[c], self._cite(self._cell(c)).quote) for c, _ in asked.conditions]
        of = f" ({'; '.join(f'{name}: {value}' for name, value in held)})" if held else ""
        if asked.by is not None:
            column, (count, total) = columns[asked.by], asked.compared
            yield say("compared", "en", column=column, count=count, total=total, where=of)
        elif asked.kind != "cell":
            total = len(self.table.rows)
            yield say("rows", "en", count=len(asked.rows), total=total, where=of)
        if len(asked.rows) > _MOST_ROWS:
            yield say("first_rows", "en", shown=_MOST_ROWS)

    def _span(self) -> Citation | None:
        """The cell that answers, where it is one."""
        if self.asked.kind == "count" or len(self.asked.rows) > 1:
            return None
        cell = self._cell(self.asked.column)
        return self._cite(cell) if cell.start < cell.end else None

    def _cell(self, column: int) -> Span:
        return self.table.rows[self.asked.rows[0]].cells[column]

    def _cite(self, span: Span) -> Citation:
        return Citation(self.article.id, *span, self.article.text[slice(*span)])
