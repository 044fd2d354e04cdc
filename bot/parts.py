"""Several questions in one message -> the questions, each to be answered by itself."""

import re

from bot.routing import asked_of_whole

_WH = r"(?:who|whom|whose|what|when|where|which|why|how)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_ASKS = re.compile(rf"(?:(?:and|but|also|then|so),? )*(?:{_WH}|{_AUXILIARY})\b", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[?;])\s+")
# After a comma alone stands what cannot be a relative clause: a question word with the verb before
# its subject or with nothing, or a subject in a list of questions.
_INVERTED = (
    rf"(?:when|where|why) {_AUXILIARY}\b|(?:what|how)(?: \w+){{0,3}} {_AUXILIARY}\b"
    rf"|which(?: \w+){{1,3}} {_AUXILIARY}\b|(?:when|where|why|how|who)\s*[,?]"
    rf"|(?:who|(?:what|which) (?!{_AUXILIARY}\b)\w+) [^,?]+?(?:,| and| but| or)+ {_WH}\b"
)
_JOINS = re.compile(
    rf",? (?:and|but)(?: also)? (?={_WH}\b|{_AUXILIARY} (?:it|they|he|she|there|this|that)\b)"
    rf"|, (?={_INVERTED})",
    re.IGNORECASE,
)
# "When, if ever" asks nothing by itself, and neither does "Where in the town".
_WHOLE = re.compile(
    rf"(?:who|whom|whose|what|which)\b|{_AUXILIARY}\b|.*\b{_AUXILIARY}\b", re.IGNORECASE
)
_INNER = re.compile(rf"\S\s.*\b{_WH}\b", re.IGNORECASE)
# "And trucks?" after a question asks the same of trucks, "Really?" asks it again.
_FRAGMENT = re.compile(r"(?:(?:and|or|but)\b.{1,60}|(?:oh )?(?:really|seriously))\?", re.IGNORECASE)
_LEADS = re.compile(r"^(?:(?:and|but|also|then|so),? )+", re.IGNORECASE)
MOST_PARTS = 8
"""A message of more questions than this is read as one."""
_FEWEST_WORDS = 3


def parts_of(message: str) -> list[str]:
    """The questions of a message in English; one, the message itself, when it cannot be parted.

    It is parted after a question mark or semicolon, and where a question word follows "and" or a
    comma: "When did it land, how far did it go and who paid for it?". A message with a sentence
    that asks nothing is left whole, as that sentence may be what the question is about.
    """
    parts = [
        part
        for question in _ENDS.split(" ".join(message.split()))
        if question
        for part in _joined(question)
    ]
    if not 1 < len(parts) <= MOST_PARTS or not _asks(parts[0]):
        return [message]
    if not all(_asks(part) or _FRAGMENT.fullmatch(part) for part in parts[1:]):
        return [message]
    return [_as_question(part) for part in parts]


def _joined(question: str) -> list[str]:
    first, *others = _JOINS.split(question)
    # "What is known about how it works and why?" asks one thing, and so does "When and where …?".
    if len(first.split()) < _FEWEST_WORDS or _INNER.search(first) or not _asks_whole(first):
        return [question]
    return [first, *others]


def _asks_whole(first: str) -> bool:
    return bool(_ASKS.match(first) and _WHOLE.match(_LEADS.sub("", first)))


def _asks(part: str) -> bool:
    return bool(_ASKS.match(part) or asked_of_whole(part))


def _as_question(part: str) -> str:
    # "And" stays with what asks nothing without it.
    plain = (_LEADS.sub("", part) if _asks(part) else part).rstrip(" ?;,.")
    return f"{plain[:1].upper()}{plain[1:]}?"
