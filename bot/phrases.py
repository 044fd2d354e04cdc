"""The noun phrases and names of a question, as far as the order of its words tells."""

import re

from bot.calendar_words import MONTHS
from index.lexical import STOP_WORDS, words

AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't)"
)
BE = r"(?:is|are|was|were|isn't|aren't|wasn't|weren't)"
ADVERB = r"(?:why|when|where|how(?: (?:long|often|far|much|many|old|big|large|tall|high|fast))?)"
WH = rf"(?:{ADVERB}|whom?|whose|what|which)"
DETERMINER = r"(?:the|a|an|my|your|our|this|that|these|those)"
CAPITAL = "A-ZÀ-ÖØ-Þ"
WORD = r"[\w'’&-]+"


def any_case(text: str) -> re.Pattern[str]:
    """A pattern that minds no capitals, unless it says so inside."""
    return re.compile(text, re.IGNORECASE)


PREPOSITION = r"(?:in|on|at|for|from|to|with|by|of|during|after|before|since|under)"
_PLACED_BEFORE = any_case(rf"\b{PREPOSITION}(?: the)? $")
_ASKS = any_case(rf"(?:(?:in|on|at|for|from|to|with|by|of|under|since) )?(?:{WH}|{AUXILIARY})\b")
NAME = re.compile(
    rf"(?<![\w'’])[{CAPITAL}][\w'’&-]*(?:(?: (?:of|for|and|the|de|van|von))* "
    rf"(?:[{CAPITAL}][\w'’&.-]*\w|[{CAPITAL}]\b|\d+\b))*"
)
# Words that open a sentence with a capital and are no name, beside question and stop words.
_OPENERS = frozenset(
    [
        *("name", "list", "describe", "explain", "give", "show", "tell", "compare", "define"),
        *("may", "might", "must", "shall", "would", "yes", "according", "however"),
    ]
)
_MONTHS = frozenset(month.lower() for month in MONTHS if month != "May")
_PARTICIPLE = any_case(r"(?:\w(?:ed|ing|wn)|built|held|kept|lost|made|left|open|away|gone|ill)$")
_NO_TOPIC = {"i", "you", "we", "people", "there"}
SHORT = 2


def topic(question: str, answer: str = "") -> str | None:
    """What a question is about, in its own words: a name, or else its subject.

    Args:
        question: The question, standing alone.
        answer: What was answered; a word that follows the name there too belongs to it.
    """
    names = names_in(question)
    free = [n for n in names if not _PLACED_BEFORE.search(question[: n.start()])]
    if free:
        return _whole(free[0], question, answer)
    return subject_of(question) or (_whole(names[0], question, answer) if names else None)


def names_in(text: str) -> list[re.Match[str]]:
    """Capitalised names; the first word of a sentence is none unless another name follows it."""
    found = []
    for match in NAME.finditer(text):
        first = match.group().split()[0].lower()
        opens = not text[: match.start()].strip(" \"'“‘(") or re.search(
            r"[.?!:]\W*$", text[: match.start()]
        )
        if first in STOP_WORDS or _ASKS.fullmatch(first) or first in _OPENERS:
            inner = NAME.search(text, match.start() + len(first))
            if inner and inner.end() <= match.end():
                found.append(inner)
        elif not opens or " " in match.group() or match.group().isupper():
            found.append(match)
    # A letter and a full stop are part of "U.S.".
    return [name for name in found if len(name.group()) > 1 or text[name.end() :][:1] != "."]


def first_name(text: str, besides: str = "") -> str | None:
    """The first name in a text, with its article.

    Args:
        text: Where to look.
        besides: The question that the text answers: a name that stands in it is not what was asked
            for, and neither is a date; one that shares a word with it only if there is no other.
    """
    names = names_in(text)
    if besides:
        told = set(words(besides)) - STOP_WORDS
        said = {name: set(words(name.group())) for name in names}
        names = [n for n in names if not (said[n] <= told or said[n] & _MONTHS)]
        names.sort(key=lambda name: bool(said[name] & told))
    return _whole(names[0], text, "") if names else None


def _whole(name: re.Match[str], text: str, answer: str) -> str:
    """A name with its article, and with the word after it where ``answer`` has the two too."""
    article = "the " if re.search(r"\bthe $", text[: name.start()], re.IGNORECASE) else ""
    words_of_it = name.group().removesuffix("'s").removesuffix("’s")
    following = re.match(rf" {WORD}", text[name.end() :])
    if following and following.group().strip().lower() not in STOP_WORDS:
        longer = words_of_it + following.group()
        if longer.lower() in answer.lower():
            words_of_it = longer
    return article + words_of_it


def subject_of(question: str) -> str | None:
    """The noun phrase that a question without names is about, as far as word order tells."""
    plain = unmarked(question)
    about = any_case(
        rf"what (?:else )?is said about |(?:what|who) {BE} "
        r"|(?:tell me |what do you know )?about |define |what does (?=.* mean$)"
    ).match(plain)
    if about:
        return re.sub(r" (?:(?:mean|about|like|for|\w+ed)\b.*)$", "", plain[about.end() :]) or None
    asked = any_case(rf"(?:.*?\b{WH} )?(?:{WORD} ){{0,2}}?({AUXILIARY}) ").match(plain)
    if asked:
        # "How long is the main span" ends with a noun, "How long was the span closed" does not.
        measured = re.fullmatch(rf"how \w+ {BE} ", asked.group(), re.IGNORECASE)
        return _run(
            plain[asked.end() :], verb_follows=not measured or bool(_PARTICIPLE.search(plain))
        )
    noun = any_case(rf"\b{DETERMINER} .*").search(plain)
    if noun:
        return _run(noun.group(), verb_follows=False)
    return plain if len(plain.split()) <= 4 and not is_full(plain) else None


def _run(text: str, *, verb_follows: bool) -> str | None:
    """The noun phrase at the start of ``text``: its determiner and the content words after it."""
    found = text.split()
    length = 1 if re.fullmatch(DETERMINER, found[0], re.IGNORECASE) else 0
    first, verb_read = length, False
    while length < len(found) and re.sub(r"\W", "", found[length]).lower() not in STOP_WORDS:
        length += 1
        if found[length - 1].endswith((",", ";")):
            break
    joins = length < len(found) and found[length].lower() in ("of", "and", "or")
    if verb_follows and length - first > 1 and not joins:
        length -= 1
        verb_read = True
    after = any_case(rf" (?:of|in|at|on) (?-i:(?:the )?{NAME.pattern})").match(
        " " + " ".join(found[length:])
    )
    if after and length - first == 1 and not verb_read:
        return " ".join(found[:length]) + after.group()
    # A run may also begin with a mere sign, which is no word.
    if length == first or (words(found[first]) or ["i"])[0] in _NO_TOPIC:
        return None
    return " ".join(found[:length]).rstrip(",;")


def is_full(text: str) -> bool:
    """Whether the text asks by itself: a question word or verb, and more."""
    return bool(_ASKS.match(text)) and len(text.split()) > SHORT


def without(opening: re.Pattern[str], text: str) -> str:
    """``text`` without what it opens with."""
    found = opening.match(text)
    return text[found.end() :] if found else text


def unmarked(text: str) -> str:
    """The text without the mark at its end."""
    return text.strip().rstrip("?.!… ").strip()


def capitalised(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]
