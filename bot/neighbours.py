"""What a sentence needs of those around it, to be understood when it is quoted."""

import re
from collections.abc import Sequence
from itertools import groupby

from bot.people import PEOPLE, may_be_person
from bot.phrases import names_in
from index.lexical import content_stems, words
from index.lists import is_item
from index.types import Span

_MOST_ITEMS = 12
# How far back the one is looked for whom "he" stands for.
_MOST_BACK = 3
# A sentence that opens so leans on the one before it; "it" may also stand for nothing.
_LEANS = re.compile(
    r"[\W_]*(?:(?:and|but|so|then|later|today|now|however),? )?"
    r"(?!it (?:(?:is|was) (?:\w+ly )?(?:\w+ed|clear|hard|known|likely|not|possible|said|true)"
    r" (?:that|whether|to)|appears|rained|seems|snowed|takes|took)\b)"
    r"(?:it|its|they|their|he|his|she|her|(?:this|that|these|those)(?= (?:is|are|was|were|has|have"
    r"|had|can|could|will|would|may|might|must|did|does|led|made|came|means|meant|happened)\b))\b",
    re.IGNORECASE,
)
_OF_PERSON = re.compile(r"\b(?:he|his|she|her)$", re.IGNORECASE)


def with_lists(text: str, spans: Sequence[Span], chosen: set[Span]) -> set[Span]:
    """The sentences chosen, and what they need of the lists that they stand in.

    A line that leads in to a list needs its items, and so do two items the others; an item that is
    no full sentence needs the line that leads in.
    """
    found = set(chosen)
    before: Span | None = None
    for listed, group in groupby(spans, key=lambda span: is_item(text[slice(*span)])):
        together = list(group)
        if not listed:
            before = together[-1] if text[together[-1].end - 1] == ":" else None
            continue
        picked = found.intersection(together)
        if before in found or len(picked) > 1:
            found.update(together[:_MOST_ITEMS])
        if before is not None and any(text[item.end - 1] not in ".!?" for item in picked):
            found.add(before)
    return found


def with_leads(chosen: set[Span], told: Sequence[Span], text: str, question: str) -> list[Span]:
    """The chosen sentences, in order, and before one that leans on another that other one.

    That is the one before it; for "he" and "she" the nearest that speaks of somebody, if any does.

    Where the other one speaks of what is asked there is nothing to mistake, and it is left out.

    Args:
        chosen: Some of the sentences, and perhaps a heading.
        told: All sentences, in order.
        text: The text of the passage.
        question: The question.
    """
    kept = {*chosen}
    for at, span in enumerate(told):
        leans = _LEANS.match(text, *span) if span in chosen else None
        near = told[max(at - _MOST_BACK, 0) : at]
        back = [s for s in near if "\n" not in text[s.end : span.start]] if leans else []
        if leans and back:
            of_person = _OF_PERSON.search(leans.group())
            tell = (s for s in reversed(back) if of_person and _of_somebody(text[slice(*s)]))
            lead = next(tell, back[-1])
            lacking = content_stems(question) - content_stems(text[slice(*span)])
            named = lacking & content_stems(text[slice(*lead)])
            if not named or len(named) < len(lacking) / 2:
                kept.add(lead)
    return sorted(kept)


def _of_somebody(sentence: str) -> bool:
    named = any(may_be_person(name.group()) for name in names_in(sentence))
    return named or not PEOPLE.isdisjoint(words(sentence))
