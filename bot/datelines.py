"""By whom and when an article was written: no evidence for who did something else, and when."""

import re

from bot.facts import byline, fact
from index.lexical import content_stems
from index.types import Article, Span

_ASKS_WHEN = re.compile(
    r"\b(?:when|how long ago|(?:what|which) (?:exact )?(?:date|day|month|year))\b", re.IGNORECASE
)
_OF_WRITING = re.compile(
    r"\b(?:article|report|story|text|piece|post|page|publish\w*|publication|writ(?:e|es|ing|ten)"
    r"|wrote|posted|updated|dated)\b",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"\W*(?:(?:by|for|from|to|with) )?(?:who|whom|whose)\b", re.IGNORECASE)
_OF_WRITER = re.compile(
    rf"{_OF_WRITING.pattern}|\b(?:authors?|byline|correspondents?|cover(?:s|ed)|journalists?|penned"
    r"|report\w*|(?:this|it) by)\b",
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


def asks_what_writers_tell(question: str) -> bool:
    """Whether ``passed_over`` may find something for a question."""
    return asks_when(question) or asks_who(question)


def passed_over(question: str, article: Article) -> list[Span]:
    """What of an article is no evidence for an English question.

    That is what tells when it was written, where it is asked when something happened, and who wrote
    it, where it is asked who did something and that writer is not named.
    """
    found = datelines(article) if asks_when(question) else []
    line = byline(article) if asks_who(question) else None
    if line and not content_stems(question) & content_stems(article.text[slice(*line)]):
        found.append(line)
    return found


def asks_when(question: str) -> bool:
    """Whether an English question asks when something happened, and not when it was written of."""
    return bool(_ASKS_WHEN.search(question)) and not _OF_WRITING.search(question)


def asks_who(question: str) -> bool:
    """Whether an English question asks who did something, and not who wrote of it."""
    return bool(_ASKS_WHO.match(question)) and not _OF_WRITER.search(question)


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
