"""A bare "Why?" after an answer: what answered before is no reason, unless its words say so."""

import re
from dataclasses import replace

from bot.evidence import Evidence
from index.lexical import looks_english

# "Since" and "as" mostly tell a time, so they count only where the reader's words begin with them.
_GIVES_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|on account of|in order to|so that|so as to|therefore"
    r"|to (?:avoid|enable|ensure|help|keep|make sure|prevent|protect|reduce)"
    r"|(?:caus|motivat|prompt)(?:es?|ed|s)|reasons?|purpose|aims? (?:is|was)|in response)\b",
    re.IGNORECASE,
)
_BEGINS_REASON = re.compile(r"(?:to|for|since|as|by|from)\b", re.IGNORECASE)


def reason(evidence: Evidence, before: Evidence | None) -> Evidence | None:
    """The evidence that answers a bare "Why?"; None when it only says again what was said.

    Args:
        evidence: What was found for the question, made to stand alone.
        before: What answers the question that it was asked after.
    """
    quote, span = evidence.sentence.quote, evidence.span.quote
    if before is None or evidence.sentence not in before.sentences or not looks_english(quote):
        return evidence
    if _BEGINS_REASON.match(span) and evidence.span != before.span:
        return evidence
    given = tuple(s for s in evidence.sentences if _GIVES_REASON.search(s.quote))
    if not given:
        return None
    if evidence.sentence in given:
        return replace(evidence, sentences=given)
    return replace(evidence, span=given[0], sentence=given[0], sentences=given)
