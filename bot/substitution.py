"""A phrase put in place of the one most like it in the question before: "and the harbour?"."""

import re

from bot.phrases import (
    BE,
    DETERMINER,
    NAME,
    PREPOSITION,
    WORD,
    any_case,
    names_in,
    subject_of,
    unmarked,
)
from index.lexical import STOP_WORDS, words

NOUNS = r"[a-zß-ÿ][\w'’-]*(?: [a-zß-ÿ][\w'’-]*){0,2}"
"""One to three words in small letters."""
YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
ORDINAL = any_case(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|latest|next|other|previous|former|latter"
    r"|\w+(?<=[a-z]{2}est))\b"
)
# What a question about a measure can be asked of as well: "How much is the toll" for buses.
_MEASURES = any_case(rf"how (?:much|many|often) |what {BE} the ")


def substituted(new: str, previous: str) -> str | None:
    """``previous`` with ``new`` in place of the phrase that is most like it; None without one."""
    if YEAR.fullmatch(new) and YEAR.search(previous):
        return YEAR.sub(new, previous, count=1)
    if re.search(r" ones?$", new) and (ordinal := ORDINAL.search(new)):
        old = ORDINAL.search(previous)
        return previous[: old.start()] + ordinal.group() + previous[old.end() :] if old else None
    if not words(new):
        return None
    head = new.split()[-1].lower()
    alike = not re.search(rf"\b{PREPOSITION}\b", new, re.IGNORECASE) and any_case(
        rf"\b(?:{DETERMINER} (?:{WORD} ){{0,2}}?|(?:first|second|third|last|next|other) )"
        rf"{re.escape(head)}(?!\w)"
    ).search(previous)
    if alike:
        return previous[: alike.start()] + new + previous[alike.end() :]
    names = names_in(previous)
    if names and NAME.search(new):
        shared = [n for n in names if set(words(n.group())) & (set(words(new)) - STOP_WORDS)]
        old = (shared or names)[0]
        before = previous[: old.start()]
        if re.match(rf"{DETERMINER}\b", new, re.IGNORECASE):
            before = re.sub(rf"\b{DETERMINER} $", "", before)
        return before + new + previous[old.end() :]
    subject = subject_of(previous)
    if subject and re.match(rf"{DETERMINER}\b", new, re.IGNORECASE):
        return previous.replace(subject, new, 1)
    return _with_nouns(new, previous, subject) if re.fullmatch(NOUNS, new) else None


def _with_nouns(new: str, previous: str, subject: str | None) -> str | None:
    """``previous`` asked of other things, named without an article: "and trucks?"."""
    if {*words(new)} & STOP_WORDS:
        return None
    # "To" is followed by a verb as well, but then hardly by a plural.
    placed = re.search(
        rf".*\b(?:(?!to\b){PREPOSITION}|to(?= [\w ]+s\W*$)) ({NOUNS})(?=\W*$)", previous
    )
    if placed:
        return previous[: placed.start(1)] + new + previous[placed.end(1) :]
    if subject and re.fullmatch(rf"(?!{DETERMINER}\b){NOUNS}", subject):
        return re.sub(rf"\b{re.escape(subject)}\b", lambda _: new, previous, count=1)
    return f"{unmarked(previous)} for {new}?" if _MEASURES.match(previous) else None
