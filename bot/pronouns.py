"""Pronouns and pointers of a question -> what they stand for in the conversation before it."""

import re

from bot.people import PEOPLE, may_be_person
from bot.phrases import (
    AUXILIARY,
    BE,
    CAPITAL,
    DETERMINER,
    NAME,
    WORD,
    any_case,
    first_name,
    names_in,
    subject_of,
    topic,
)
from index.lexical import STOP_WORDS, words

_PRONOUN = any_case(r"\b(?:it|its|they|them|their|he|him|his|she|her)\b")
# "it" that stands for nothing.
_EMPTY_IT = any_case(
    r"\bit (?:true|possible|likely|legal|necessary|safe|worth|important|hard|easy|difficult|ok|okay"
    r"|better|best|safer|easier|harder|cheaper|wise|time|takes?|matters?|seems?|rains?|snows?)\b"
)
# "that" and its like point back here, and begin a clause or a phrase elsewhere.
POINTER = any_case(
    rf"(?<=\b)(?P<before>{AUXILIARY}|about|of|for|from|after|before|to|in|on|with|by|like|than|why"
    r"|how|which) (?P<pointer>that|this|these|those|then|(?:the )?(?:same|other|first|second|third"
    r"|last|latter|former) ones?|(?:(?:this|that|the same) )?one)"
    rf"(?=\s*[?.!,;]|\s*$| (?:{AUXILIARY}|mean|happen|work|about|in|on|at|for|from|to|with|by|so"
    r"|not|also|still|often|calculated|called|made|done|used|and|or)\b)"
)
LAST_POINTER = any_case(r"\w (?P<pointer>that|this|these|those)\s*[?.!]*$")
# "there" that is a place: not that of "are there any".
THERE = any_case(r"(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bwere) (?P<pointer>there)(?=\s*[?.!,]|\s*$)")
_MOVES = any_case(
    r"\b(?:go|goes|gone|went|get|gets|come|travel|fly|flew|return|move|drive|walk)(?:s|ed)? $"
)
# A clause before the comma, in which a pronoun may have its noun.
_CLAUSE = any_case(r"\s*(?:if|when|since|because|although|though|while|as|after|before|once)\b.*,")
_PERSON = ("he", "him", "his", "she", "her")
# Where it stands, what is asked about is somebody.
_HIS = any_case(rf"\b(?:{'|'.join(_PERSON)})\b")
_POSSESSIVE = {"its", "their", "his"}


def leaning_pronoun(asked: str) -> re.Match[str] | None:
    """The first pronoun that stands for nothing in the question itself."""
    for match in _PRONOUN.finditer(asked):
        word, before = match.group().lower(), asked[: match.start()]
        if _EMPTY_IT.match(asked, match.start()) or _empty_did(asked, match):
            continue
        if _CLAUSE.match(before) or re.search(r"[.?!]\s", before):
            continue
        named = bool(names_in(before)) or bool(any_case(rf"\b{DETERMINER} {WORD}").search(before))
        # The object of a verb is not its subject: in "Did the board approve it?" it is another.
        subject = any_case(rf"\b(?:{AUXILIARY}|that|if|when|because|and|or|but|so|,|what|who)\W+$")
        as_object = word in ("him", "them") or (word == "it" and not subject.search(before))
        own = named and not as_object
        if not own:
            return match
    return None


def _empty_did(asked: str, match: re.Match[str]) -> bool:
    """Whether this is the "it" of "how long does it take to …"."""
    return match.group().lower() == "it" and bool(
        re.match(r"it (?:take|cost|mean|rain|snow|make sense|matter)\b.* (?:to|that|if)\b",
                 asked[match.start() :], re.IGNORECASE)
    )  # fmt: skip


def resolve(asked: str, previous: str, answer: str) -> str | None:
    """The question with its first pronoun or pointer replaced; None when nothing stands for it."""
    match = leaning_pronoun(asked)
    if match is not None:
        word = match.group().lower()
        meant = _person(previous, answer) if word in _PERSON else topic(previous, answer)
        of_person = meant in [name.group() for name in names_in(previous)] and _HIS.search(previous)
        if (meant is None and word in _PERSON) or (word in ("it", "its") and of_person):
            return None
        if meant is None and leaning_pronoun(previous):
            return asked  # what "it" was in the question before is not known either
        if meant is None:
            return None if not answer else _with(asked, match.span(), word, first_name(answer))
        return _with(asked, match.span(), word, meant)
    pointer = THERE.search(asked)
    if pointer:
        place = _place(previous, answer)
        to = "to" if _MOVES.search(asked[: pointer.start()] + " ") else "in"
        return _with(asked, pointer.span("pointer"), "it", place and f"{to} {place}")
    pointer = POINTER.search(asked) or LAST_POINTER.search(asked)
    if pointer and pointer["pointer"].lower() in ("that", "this", "these", "those"):
        return _with(asked, pointer.span("pointer"), "it", topic(previous, answer))
    return None


def _with(asked: str, span: tuple[int, int], pronoun: str, meant: str | None) -> str | None:
    if meant is None:
        return None
    start, end = span
    following = asked[end:].lstrip()
    of = pronoun in _POSSESSIVE or (pronoun == "her" and following[:1].isalpha()
                                    and words(following)[0] not in STOP_WORDS)  # fmt: skip
    owned = f"{meant}'" if meant.endswith("s") else f"{meant}'s"
    return asked[:start] + (owned if of else meant) + asked[end:]


def _person(previous: str, answer: str) -> str | None:
    """Whom "he" stands for: the name that answered a who-question, else one asked about."""
    who = re.match(r"\W*(?:who|whom|whose|which|what)\b", previous, re.IGNORECASE)
    asked_about = first_name(previous)
    open_question = who and not re.match(rf"\W*[Ww]ho {BE} [{CAPITAL}]", previous)
    names = [first_name(answer, besides=previous), first_name(answer)]
    names.insert(2 if open_question else 0, asked_about)
    person = next((name for name in names if name and may_be_person(name)), None)
    subject = subject_of(previous) or ""
    return person or (subject if PEOPLE.intersection(words(subject)) else None)


def _place(previous: str, answer: str) -> str | None:
    """What "there" stands for: a name after "in" or "to", of the question or else the answer."""
    if re.match(rf"\s*where {BE}\b", previous, re.IGNORECASE):
        return topic(previous)
    for text in (previous, answer):
        found = re.findall(rf"\b(?:in|to|at|on|near|from) (?:the )?({NAME.pattern})", text)
        if found:
            return str(found[0])
    return topic(previous)
