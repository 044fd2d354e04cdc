"""A question that leans on the one before -> one that stands alone, by rules for English.

The rules know no grammar. They look at function words, capitals and the order of words, and leave
a question alone when they see nothing in it that leans. ``bot.followup`` applies them turn by turn.
"""

import re
from collections.abc import Sequence

from bot.listed import item_meant, points_at_item
from bot.phrases import (
    ADVERB,
    AUXILIARY,
    BE,
    DETERMINER,
    NAME,
    PREPOSITION,
    SHORT,
    WH,
    any_case,
    capitalised,
    is_full,
    names_in,
    topic,
    unmarked,
    without,
)
from bot.pronouns import LAST_POINTER, POINTER, THERE, leaning_pronoun, resolve
from bot.substitution import NOUNS, ORDINAL, YEAR, substituted
from index.lexical import STOP_WORDS, stem, words

# What a turn may open with and does not ask with.
_OPENING = any_case(
    r"(?:(?:ok(?:ay)?|thanks?(?: you)?(?: (?:very|so) much)?|great|nice|good|cool|wow|interesting"
    r"|i see|got it|right|hm+|ah+|oh|well|sorry|please|hi|hello)\b(?!['’])\s*[,.!:;…-]+\s*)+"
)
_NEW_TOPIC = any_case(
    r"(?:by the way|btw|another (?:question|topic)|new (?:question|topic)|something else|next"
    r" question|(?:changing|different) (?:the )?(?:subject|topic))\b\s*[,.!:;…-]*\s*"
)
_CONTINUES = any_case(r"(?:and|but|so|or|then|also)\b[\s,]*")
_MORE = any_case(
    r"(?:(?:please|can you|could you) )*(?:(?:tell|give|show) me (?:(?:some|a bit) )?more"
    r"(?: details?| information)?|(?:say )?more(?: details?| information)?|go on|continue"
    r"|elaborate|explain(?: more| further)?|(?:what|anything) else|details)"
    r"(?: (?:about|on) (?:it|that|this|them))?(?: please)?"
)
_ASSENT = any_case(r"(?:yes|yeah|yep|sure|please do|ok(?:ay)?|of course|go ahead)(?:,? please)?")
_DOUBTS = any_case(
    r"(?:are you|you) (?:really |quite |very |absolutely |100 ?% )?(?:sure|certain|serious)"
    r"(?: (?:about|of) (?:that|this|it))?|(?:oh )?really(?: now)?|seriously|for real|honestly"
    r"|is (?:that|this|it) (?:really |actually )?(?:true|right|correct|so|certain)"
    r"|how (?:do you know(?: that| this| it)?|sure are you)|how can you be (?:so )?sure|says who"
)
_BARE = any_case(
    rf"({WH}|why not|how come|since when|by whom|which ones?)(?: {BE} (?:that|this|so))?"
)
_WHY = any_case(rf"(?:why|why not|how come)(?: {BE} (?:that|this|so))?")
_CORRECTS = any_case(
    r"(?:(?:no|nope|sorry|actually|wait)\b[\s,.:;!-]*)*(?:i (?:mean|meant|was asking|am asking|was"
    r" talking|am talking|was referring|am referring)|i['’]m (?:asking|talking|referring))"
    r"(?: to say)?\b[\s,:]*(?:(?:about|for|to)\b )?"
)
_REFUSES = any_case(r"(?:no|nope|actually|wait|sorry)\b[\s,.:;!-]+")
_NOT_THAT = any_case(r"(?:,| and| but)? not (?:about )?(?P<wrong>[^,]*)$")
_WHAT_ABOUT = any_case(r"(?:what|how) about\b\s*")
_PLACED = any_case(rf"({PREPOSITION})\s+\S")
_LONGEST_PHRASE = 6
# Of a question that is repeated before a fragment, so that chains of fragments do not grow.
_JOINED_WORDS = 30
# "Who invented the engine": in "When was the engine invented" the verb stays as it is.
_WHO_DID = any_case(r"who (?P<verb>\w+ed|built|found|made|won|led|held) (?P<what>(?:the|an?) .+)")
# What an earlier "why?" has left at the end of a question.
_AND_ASKED = any_case(rf", and (?:{WH}|why not|how come)\??$")
_DEFINES = any_case(rf"(?:what|who) {BE} (?!(?:the|my|your|our|this|that|these|those)\b)")


def leans(question: str) -> bool:
    """Whether a question leans on the conversation before it."""
    asked = _stripped(question)
    return bool(
        _NEW_TOPIC.match(asked) is None
        and (
            _MORE.fullmatch(unmarked(asked))
            or _ASSENT.fullmatch(unmarked(asked))
            or _BARE.fullmatch(unmarked(asked))
            or asks_again(asked)
            or points_at_item(asked)
            or _CORRECTS.match(asked)
            or (_NOT_THAT.search(asked) and not is_full(asked))
            or (_REFUSES.match(asked) and not is_full(without(_REFUSES, asked)))
            or _CONTINUES.match(asked)
            or _WHAT_ABOUT.match(asked)
            or leaning_pronoun(asked)
            or POINTER.search(asked)
            or LAST_POINTER.search(asked)
            or THERE.search(asked)
            or _is_fragment(asked)
        )
    )


def asks_again(question: str) -> bool:
    """Whether a turn only doubts the answer: "Are you sure?"."""
    asked = without(_CONTINUES, without(_REFUSES, _stripped(question)))
    return bool(_DOUBTS.fullmatch(unmarked(asked)))


def asks_why(question: str) -> bool:
    """Whether a turn asks no more than why."""
    return bool(_WHY.fullmatch(unmarked(without(_CONTINUES, _stripped(question)))))


def changes_topic(question: str, earlier: str) -> bool:
    """Whether a question leaves what was spoken of: it says so, or shares no word with it.

    Args:
        question: A turn of the user.
        earlier: What was said before, by both sides.
    """
    if _NEW_TOPIC.match(_stripped(question)):
        return True
    known = {stem(word) for word in words(earlier)}
    content = {stem(word) for word in words(question) if word not in STOP_WORDS}
    return not leans(question) and not content & known


def rewrite(question: str, previous: str, answer: str = "", listed: Sequence[str] = ()) -> str:
    """The question with what it leans on put in; as it was when it leans on nothing.

    Args:
        question: A turn of the user.
        previous: The question before it, standing alone.
        answer: What was answered to that.
        listed: The items that the latest answer with a list has.
    """
    if not leans(question):
        asked = without(_NEW_TOPIC, _stripped(question))
        return capitalised(asked) if asked != question.strip() and is_full(asked) else question
    asked = _stripped(question)
    if said := _about_answer(asked, previous, answer, listed):
        return said
    if any(p.match(asked) for p in (_CORRECTS, _REFUSES)) or (
        _NOT_THAT.search(asked) and not is_full(asked)
    ):
        return _corrected(without(_REFUSES, without(_CORRECTS, asked)), previous)
    if _WHAT_ABOUT.match(asked):
        return _moved(without(_WHAT_ABOUT, asked), previous, asked)
    continued = without(_CONTINUES, asked)
    if bare := _BARE.fullmatch(unmarked(continued)):
        return _asked_again(bare[1].lower(), previous)
    if continued != asked and not is_full(continued):
        return _moved(continued, previous, asked)
    resolved = resolve(continued, previous, answer)
    if resolved is not None:
        return capitalised(resolved)
    if resolved is None and continued != asked and not _is_fragment(continued):
        return capitalised(continued)
    return _joined(previous, asked)


# -------------------------------------------------------------------- kinds of follow-up
def _about_answer(asked: str, previous: str, answer: str, listed: Sequence[str]) -> str | None:
    """What a turn asks that takes up the answer: doubts it, picks an item, agrees, wants more."""
    if asks_again(asked):
        return previous
    if not ORDINAL.search(previous) and (meant := item_meant(asked, listed)):
        return _about_item(asked, *meant, previous, listed)
    if _ASSENT.fullmatch(unmarked(asked)):
        return _offered(answer) or _more(previous)
    if _MORE.fullmatch(unmarked(asked)):
        return _more(previous)
    return None


def _more(previous: str) -> str:
    about = topic(previous)
    return f"What else is said about {about}?" if about else previous


def _about_item(asked: str, pointer: str, item: str, previous: str, listed: Sequence[str]) -> str:
    """A turn with an item for what points at it; a pointer alone asks what was asked of another."""
    for opening in (_CORRECTS, _REFUSES, _CONTINUES, _WHAT_ABOUT):
        asked = without(opening, asked)
    if unmarked(asked) != pointer:
        return capitalised(asked.replace(pointer, item))
    other = next((other for other in listed if other in previous), None)
    return previous.replace(other, item) if other else f"What is said about {item}?"


def _offered(answer: str) -> str | None:
    """The question that an answer ends with: "yes" says yes to it."""
    asked = re.search(r"[^.?!\n]+\?\s*$", answer)
    return asked.group().strip() if asked else None


def _corrected(meant: str, previous: str) -> str:
    """The question before with the right words in place of the wrong ones."""
    excluded = _NOT_THAT.search(meant)
    right = unmarked(meant[: excluded.start()] if excluded else meant)
    if is_full(right) or len(right.split()) > _LONGEST_PHRASE:
        return capitalised(f"{right}?")
    wrong = unmarked(excluded["wrong"]) if excluded else ""
    if wrong and wrong.lower() in previous.lower():
        at = previous.lower().index(wrong.lower())
        if not _PLACED.match(wrong):
            right = re.sub(rf"^{PREPOSITION} ", "", right, flags=re.IGNORECASE)
        return previous[:at] + right + previous[at + len(wrong) :]
    return substituted(right, previous) or _joined(previous, f"{right}?")


def _moved(fragment: str, previous: str, asked: str) -> str:
    """The question before, asked about something else: "and in 2019?", "what about X?"."""
    previous = _without_fragments(_AND_ASKED.sub("?", previous))
    new = unmarked(resolve(fragment, previous, "") or fragment)
    placed = _PLACED.match(new)
    if placed and (year := YEAR.search(new)) and YEAR.search(previous):
        return YEAR.sub(year.group(), previous, count=1)
    if placed:
        old = re.search(rf"\b{placed[1]} (?:the )?{NAME.pattern}|\b{placed[1]} \d+\b", previous)
        if old is None and not names_in(new):
            old = any_case(rf"\b{placed[1]} (?:{DETERMINER} )?{NOUNS}(?=\W*$)").search(previous)
        start, end = old.span() if old else (len(unmarked(previous)),) * 2
        before = previous[:start].rstrip()
        return f"{before} {new}{previous[end:] if old else '?'}"
    return substituted(new, previous) or _joined(previous, asked)


def _asked_again(ask: str, previous: str) -> str:
    """The question before with another question word: "why?"."""
    rest = unmarked(_AND_ASKED.sub("", unmarked(previous)))
    if ask in ("why", "when", "where", "how", "how come") and not ask.endswith("come"):
        if re.match(rf"{AUXILIARY}\b", rest, re.IGNORECASE):
            return f"{capitalised(ask)} {rest[0].lower()}{rest[1:]}?"
        known = any_case(rf"{ADVERB} (?={AUXILIARY} )").match(rest)
        if known:
            return f"{capitalised(ask)} {rest[known.end() :]}?"
        if done := _WHO_DID.fullmatch(rest):
            was = "were" if done["what"].lower().endswith("s") else "was"
            return f"{capitalised(ask)} {was} {done['what']} {done['verb']}?"
    return f"{rest}, and {ask}?" if is_full(rest) else _joined(previous, f"{ask}?")


def _without_fragments(previous: str) -> str:
    """A question without the earlier "What about X?" that could only be put behind it."""
    first, *others = re.split(r"(?<=\?) ", previous)
    kept = [o for o in others if not (_WHAT_ABOUT.match(o) or _CONTINUES.match(o))]
    return " ".join((first, *kept))


def _joined(previous: str, asked: str) -> str:
    kept = previous.split()[-_JOINED_WORDS:]
    return f"{' '.join(kept)} {asked.strip()}"


def _is_fragment(asked: str) -> bool:
    """Whether a turn names nothing and has at most one content word: "named after?"."""
    if names_in(asked) or any(char.isdigit() for char in asked):
        return False
    if (defines := _DEFINES.match(asked)) and set(words(asked[defines.end() :])) - STOP_WORDS:
        return False
    return sum(word not in STOP_WORDS for word in words(asked)) < SHORT


def _stripped(question: str) -> str:
    return without(_OPENING, question.strip()) or question.strip()
