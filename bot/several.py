"""Several articles at once: which other article answers too, and says something else."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.evidence import Evidence, Found, evidence_of
from index.lexical import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from bot.reader import Reader

# Both articles have to answer this surely before their difference is more than a misreading.
_SURE = 0.4
# Share of the question's content words that both sentences have to hold: else they may be about
# different things.
_SAME_SUBJECT = 0.6
_NUMERIC = re.compile(
    r"\b(?:when|how (?:many|much|long|old|far|tall|large|big|often|high|deep|fast)"
    r"|(?:what|which) (?:year|date|month|day|century|decade|percent\w*|number|amount"
    r"|population))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?:who|whom|whose|where|(?:what|which) (?:city|country|state|place|town|region))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def disagreements(
    reader: "Reader", question: str, found: Sequence[Found], evidence: Evidence
) -> list[Evidence]:
    """What other articles answer where it differs from `evidence`, best first.

    Only questions for one fact (a date, a number, a name, a place) are compared: of other answers
    words alone cannot tell whether they differ or tell two parts of one story.

    Args:
        reader: Read the passages.
        question: The question, standing alone.
        found: All passages that were read, best first.
        evidence: What the best of them says.
    """
    if evidence.confidence < _SURE or not _on_subject(question, evidence):
        return []
    seen, differing = {evidence.span.article_id}, []
    for item in found:
        if item.passage.article_id in seen:
            continue
        seen.add(item.passage.article_id)
        if reader.confidence(item.reading.score) < _SURE:
            continue
        other = evidence_of(reader, question, [item])
        if (
            other is not None
            and _on_subject(question, other)
            and differ(question, evidence.span.quote, other.span.quote)
        ):
            differing.append(other)
    return differing


def differ(question: str, one: str, other: str) -> bool:
    """Whether two answers to a question for one fact exclude each other, as far as words tell."""
    if _NUMERIC.search(question):
        numbers = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
        return all(numbers) and not numbers[0] & numbers[1]
    if _NAMED.search(question):
        stems = _stems(one), _stems(other)
        return all(stems) and not stems[0] & stems[1]
    return False


def _on_subject(question: str, evidence: Evidence) -> bool:
    asked = _stems(question)
    held = asked & _stems(evidence.sentence.quote)
    return bool(asked) and len(held) >= _SAME_SUBJECT * len(asked)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}
