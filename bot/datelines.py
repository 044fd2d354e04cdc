"""When an article was written: what tells so is no evidence for when something happened."""

import re

from bot.facts import fact
from index.types import Article, Span

_ASKS_WHEN = re.compile(
    r"\b(?:when|how long ago|(?:what|which) (?:exact )?(?:date|day|month|year))\b", re.IGNORECASE
)
_OF_WRITING = re.compile(
    r"\b(?:article|report|story|text|piece|post|page|publish\w*|publication|writ(?:e|es|ing|ten)"
    r"|wrote|posted|updated|dated)\b",
    re.IGNORECASE,
)
# "Date: 4 June" may well be that of what the article announces.
_LABELLED = re.compile(r"\W*date\b", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
# "PARIS, March 3 (Reuters) —" before the first sentence.
_WIRE = re.compile(
    rf"^[ \t]*[A-ZÀ-ÖØ-Þ][\w.'’-]+(?: [\w.'’-]+){{0,3}}(?:, [\w. ]{{2,20}})?, {_MONTH} \d{{1,2}}"
    rf"(?:, \d{{4}})?(?: \([^)\n]{{1,30}}\))? ?(?:--?|[–—]) ",
    re.MULTILINE,
)
_TOP = 1_500
"""Characters in which a dateline is looked for."""


def asks_when(question: str) -> bool:
    """Whether an English question asks when something happened, and not when it was written of."""
    return bool(_ASKS_WHEN.search(question)) and not _OF_WRITING.search(question)


def datelines(article: Article) -> list[Span]:
    """What tells at the top of an article when it was written, from the start of its line on.

    The date of a byline or of a line by itself, and the place and date before the first sentence.
    """
    text, found = article.text, []
    known = fact("date", article, ())
    if known and known.span:
        line = text.rfind("\n", 0, known.span.start) + 1
        if not _LABELLED.match(text, line):
            found.append(Span(line, known.span.end))
    if wire := _WIRE.search(text, 0, _TOP):
        found.append(Span(*wire.span()))
    return found
