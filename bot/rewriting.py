"""A question that leans on the one before -> one that stands alone, by rules for English.

The rules know no grammar. They look at function words, capitals and the order of words, and leave
a question alone when they see nothing in it that leans. ``bot.followup`` applies them turn by turn.
"""

import re

from index.lexical import STOP_WORDS, stem, words

_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't)"
)
_BE = r"(?:is|are|was|were|isn't|aren't|wasn't|weren't)"
_ADVERB = r"(?:why|when|where|how(?: (?:long|often|far|much|many|old|big|large|tall|high|fast))?)"
_WH = rf"(?:{_ADVERB}|whom?|whose|what|which)"
_DETERMINER = r"(?:the|a|an|my|your|our|this|that|these|those)"
_CAPITAL = "A-ZÀ-ÖØ-Þ"
_WORD = r"[\w'’&-]+"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# What a turn may open with and does not ask with.
_OPENING = _pattern(
    r"(?:(?:ok(?:ay)?|thanks?(?: you)?(?: (?:very|so) much)?|great|nice|good|cool|wow|interesting"
    r"|i see|got it|right|hm+|ah+|oh|well|sorry|please|hi|hello)\b(?!['’])\s*[,.!:;…-]+\s*)+"
)
_SMALL_TALK = _pattern(
    r"(?:(?:ok(?:ay)?|thanks?(?: you)?(?: (?:very|so) much)?|great|nice|good|cool|wow|bye"
    r"|interesting|i see|got it|right|really|no|nope|hi|hello|hey|good (?:morning|evening)"
    r"|that(?: i|['’])s (?:ok|fine|great))\b[\s,.!?:;…-]*)+"
)
_NEW_TOPIC = _pattern(
    r"(?:by the way|btw|another (?:question|topic)|new (?:question|topic)|something else|next"
    r" question|(?:changing|different) (?:the )?(?:subject|topic))\b\s*[,.!:;…-]*\s*"
)
_CONTINUES = _pattern(r"(?:and|but|so|or|then|also)\b[\s,]*")
_MORE = _pattern(
    r"(?:(?:please|can you|could you) )*(?:(?:tell|give|show) me (?:(?:some|a bit) )?more"
    r"(?: details?| information)?|(?:say )?more(?: details?| information)?|go on|continue"
    r"|elaborate|explain(?: more| further)?|(?:what|anything) else|details)"
    r"(?: (?:about|on) (?:it|that|this|them))?(?: please)?"
)
_ASSENT = _pattern(r"(?:yes|yeah|yep|sure|please do|ok(?:ay)?|of course|go ahead)(?:,? please)?")
_BARE = _pattern(
    rf"({_WH}|why not|how come|since when|by whom|which ones?)(?: {_BE} (?:that|this|so))?"
)
_CORRECTS = _pattern(
    r"(?:(?:no|nope|sorry|actually|wait)\b[\s,.:;!-]*)*(?:i (?:mean|meant|was asking|am asking|was"
    r" talking|am talking|was referring|am referring)|i['’]m (?:asking|talking|referring))"
    r"(?: to say)?\b[\s,:]*(?:(?:about|for|to)\b )?"
)
_REFUSES = _pattern(r"(?:no|nope|actually|wait|sorry)\b[\s,.:;!-]+")
_NOT_THAT = _pattern(r"(?:,| and| but)? not (?:about )?(?P<wrong>[^,]*)$")
_WHAT_ABOUT = _pattern(r"(?:what|how) about\b\s*")
_PREPOSITION = r"(?:in|on|at|for|from|to|with|by|of|during|after|before|since|under)"
_PLACED = _pattern(rf"({_PREPOSITION})\s+\S")
_PLACED_BEFORE = _pattern(rf"\b{_PREPOSITION}(?: the)? $")
_ASKS = _pattern(rf"(?:(?:in|on|at|for|from|to|with|by|of|under|since) )?(?:{_WH}|{_AUXILIARY})\b")

_NAME = re.compile(
    rf"(?<![\w'’])[{_CAPITAL}][\w'’&-]*(?:(?: (?:of|for|and|the|de|van|von))* "
    rf"(?:[{_CAPITAL}][\w'’&.-]*\w|[{_CAPITAL}]\b|\d+\b))*"
)
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_PRONOUN = _pattern(r"\b(?:it|its|they|them|their|he|him|his|she|her)\b")
# "it" that stands for nothing.
_EMPTY_IT = _pattern(
    r"\bit (?:true|possible|likely|legal|necessary|safe|worth|important|hard|easy|difficult|ok|okay"
    r"|better|best|safer|easier|harder|cheaper|wise|time|takes?|matters?|seems?|rains?|snows?)\b"
)
# "that" and its like point back here, and begin a clause or a phrase elsewhere.
_POINTER = _pattern(
    rf"(?<=\b)(?P<before>{_AUXILIARY}|about|of|for|from|after|before|to|in|on|with|by|like|than|why"
    r"|how|which) (?P<pointer>that|this|these|those|then|(?:the )?(?:same|other|first|second|third"
    r"|last|latter|former) ones?|(?:(?:this|that|the same) )?one)"
    rf"(?=\s*[?.!,;]|\s*$| (?:{_AUXILIARY}|mean|happen|work|about|in|on|at|for|from|to|with|by|so"
    r"|not|also|still|often|calculated|called|made|done|used|and|or)\b)"
)
_LAST_POINTER = _pattern(r"\w (?P<pointer>that|this|these|those)\s*[?.!]*$")
# "there" that is a place: not that of "are there any".
_THERE = _pattern(r"(?<!\bis)(?<!\bare)(?<!\bwas)(?<!\bwere) (?P<pointer>there)(?=\s*[?.!,]|\s*$)")
_MOVES = _pattern(
    r"\b(?:go|goes|gone|went|get|gets|come|travel|fly|flew|return|move|drive|walk)(?:s|ed)? $"
)
# A clause before the comma, in which a pronoun may have its noun.
_CLAUSE = _pattern(r"\s*(?:if|when|since|because|although|though|while|as|after|before|once)\b.*,")
_PERSON = {"he", "him", "his", "she", "her"}
_POSSESSIVE = {"its", "their", "his"}
# Words that open a sentence with a capital and are no name, beside question and stop words.
_OPENERS = frozenset(
    [
        *("name", "list", "describe", "explain", "give", "show", "tell", "compare", "define"),
        *("may", "might", "must", "shall", "would", "yes", "according", "however"),
    ]
)
_NO_TOPIC = {"i", "you", "we", "people", "there"}
_SHORT = 2
_LONGEST_PHRASE = 6
_ORDINAL = _pattern(
    r"\b(?:first|second|third|fourth|fifth|sixth|last|latest|next|other|previous|former|latter"
    r"|\w+(?<=[a-z]{2}est))\b"
)
# Of a question that is repeated before a fragment, so that chains of fragments do not grow.
_JOINED_WORDS = 30
_DEFINES = _pattern(rf"(?:what|who) {_BE} (?!{_DETERMINER}\b)")


def leans(question: str) -> bool:
    """Whether a question leans on the conversation before it."""
    asked = _stripped(question)
    return bool(
        _NEW_TOPIC.match(asked) is None
        and (
            _MORE.fullmatch(_bare(asked))
            or _ASSENT.fullmatch(_bare(asked))
            or _BARE.fullmatch(_bare(asked))
            or _CORRECTS.match(asked)
            or (_NOT_THAT.search(asked) and not _is_full(asked))
            or (_REFUSES.match(asked) and not _is_full(_drop(_REFUSES, asked)))
            or _CONTINUES.match(asked)
            or _WHAT_ABOUT.match(asked)
            or _pronoun(asked)
            or _POINTER.search(asked)
            or _LAST_POINTER.search(asked)
            or _THERE.search(asked)
            or _is_fragment(asked)
        )
    )


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


def is_small_talk(turn: str) -> bool:
    """Whether a turn only greets or thanks."""
    return _SMALL_TALK.fullmatch(turn.strip()) is not None


def rewrite(question: str, previous: str, answer: str = "") -> str:
    """The question with what it leans on put in; as it was when it leans on nothing.

    Args:
        question: A turn of the user.
        previous: The question before it, standing alone.
        answer: What was answered to that.
    """
    if not leans(question):
        asked = _drop(_NEW_TOPIC, _stripped(question))
        return _capital(asked) if asked != question.strip() and _is_full(asked) else question
    asked = _stripped(question)
    if _ASSENT.fullmatch(_bare(asked)):
        return _offered(answer) or _more(previous)
    if _MORE.fullmatch(_bare(asked)):
        return _more(previous)
    if any(p.match(asked) for p in (_CORRECTS, _REFUSES)) or (
        _NOT_THAT.search(asked) and not _is_full(asked)
    ):
        return _corrected(_drop(_REFUSES, _drop(_CORRECTS, asked)), previous)
    if _WHAT_ABOUT.match(asked):
        return _moved(_drop(_WHAT_ABOUT, asked), previous, asked)
    continued = _drop(_CONTINUES, asked)
    if bare := _BARE.fullmatch(_bare(continued)):
        return _asked_again(bare[1].lower(), previous)
    if continued != asked and not _is_full(continued):
        return _moved(continued, previous, asked)
    resolved = _resolved(continued, previous, answer)
    if resolved is not None:
        return _capital(resolved)
    if resolved is None and continued != asked and not _is_fragment(continued):
        return _capital(continued)
    return _joined(previous, asked)


def topic(question: str, answer: str = "") -> str | None:
    """What a question is about, in its own words: a name, or else its subject.

    Args:
        question: The question, standing alone.
        answer: What was answered; a word that follows the name there too belongs to it.
    """
    names = _names(question)
    free = [n for n in names if not _PLACED_BEFORE.search(question[: n.start()])]
    if free:
        return _whole(free[0], question, answer)
    return _subject(question) or (_whole(names[0], question, answer) if names else None)


# -------------------------------------------------------------------- kinds of follow-up
def _more(previous: str) -> str:
    about = topic(previous)
    return f"What else is said about {about}?" if about else previous


def _offered(answer: str) -> str | None:
    """The question that an answer ends with: "yes" says yes to it."""
    asked = re.search(r"[^.?!\n]+\?\s*$", answer)
    return asked.group().strip() if asked else None


def _corrected(meant: str, previous: str) -> str:
    """The question before with the right words in place of the wrong ones."""
    excluded = _NOT_THAT.search(meant)
    right = _bare(meant[: excluded.start()] if excluded else meant)
    if _is_full(right) or len(right.split()) > _LONGEST_PHRASE:
        return _capital(f"{right}?")
    wrong = _bare(excluded["wrong"]) if excluded else ""
    if wrong and wrong.lower() in previous.lower():
        at = previous.lower().index(wrong.lower())
        if not _PLACED.match(wrong):
            right = re.sub(rf"^{_PREPOSITION} ", "", right, flags=re.IGNORECASE)
        return previous[:at] + right + previous[at + len(wrong) :]
    return _substituted(right, previous) or _joined(previous, f"{right}?")


def _moved(fragment: str, previous: str, asked: str) -> str:
    """The question before, asked about something else: "and in 2019?", "what about X?"."""
    new = _bare(_resolved(fragment, previous, "") or fragment)
    placed = _PLACED.match(new)
    if placed and (year := _YEAR.search(new)) and _YEAR.search(previous):
        return _YEAR.sub(year.group(), previous, count=1)
    if placed:
        old = re.search(rf"\b{placed[1]} (?:the )?{_NAME.pattern}|\b{placed[1]} \d+\b", previous)
        start, end = old.span() if old else (len(_bare(previous)),) * 2
        before = previous[:start].rstrip()
        return f"{before} {new}{previous[end:] if old else '?'}"
    return _substituted(new, previous) or _joined(previous, asked)


def _asked_again(ask: str, previous: str) -> str:
    """The question before with another question word: "why?"."""
    rest = _bare(previous)
    if ask in ("why", "when", "where", "how", "how come") and not ask.endswith("come"):
        if re.match(rf"{_AUXILIARY}\b", rest, re.IGNORECASE):
            return f"{_capital(ask)} {rest[0].lower()}{rest[1:]}?"
        known = _pattern(rf"{_ADVERB} (?={_AUXILIARY} )").match(rest)
        if known:
            return f"{_capital(ask)} {rest[known.end() :]}?"
    return f"{rest}, and {ask}?" if _is_full(rest) else _joined(previous, f"{ask}?")


def _substituted(new: str, previous: str) -> str | None:
    """``previous`` with ``new`` in place of the phrase that is most like it; None without one."""
    if _YEAR.fullmatch(new) and _YEAR.search(previous):
        return _YEAR.sub(new, previous, count=1)
    if re.search(r" ones?$", new) and (ordinal := _ORDINAL.search(new)):
        old = _ORDINAL.search(previous)
        return previous[: old.start()] + ordinal.group() + previous[old.end() :] if old else None
    if not words(new):
        return None
    head = new.split()[-1].lower()
    alike = not re.search(rf"\b{_PREPOSITION}\b", new, re.IGNORECASE) and _pattern(
        rf"\b(?:{_DETERMINER} (?:{_WORD} ){{0,2}}?|(?:first|second|third|last|next|other) )"
        rf"{re.escape(head)}(?!\w)"
    ).search(previous)
    if alike:
        return previous[: alike.start()] + new + previous[alike.end() :]
    names = _names(previous)
    if names and _NAME.search(new):
        shared = [n for n in names if set(words(n.group())) & (set(words(new)) - STOP_WORDS)]
        old = (shared or names)[0]
        return previous[: old.start()] + new + previous[old.end() :]
    subject = _subject(previous)
    if subject and re.match(rf"{_DETERMINER}\b", new, re.IGNORECASE):
        return previous.replace(subject, new, 1)
    return None


def _joined(previous: str, asked: str) -> str:
    kept = previous.split()[-_JOINED_WORDS:]
    return f"{' '.join(kept)} {asked.strip()}"


# -------------------------------------------------------------------- pronouns
def _pronoun(asked: str) -> re.Match[str] | None:
    """The first pronoun that stands for nothing in the question itself."""
    for match in _PRONOUN.finditer(asked):
        word, before = match.group().lower(), asked[: match.start()]
        if _EMPTY_IT.match(asked, match.start()) or _empty_did(asked, match):
            continue
        if _CLAUSE.match(before) or re.search(r"[.?!]\s", before):
            continue
        named = bool(_names(before)) or bool(_pattern(rf"\b{_DETERMINER} {_WORD}").search(before))
        # The object of a verb is not its subject: in "Did the board approve it?" it is another.
        subject = _pattern(rf"\b(?:{_AUXILIARY}|that|if|when|because|and|or|but|so|,|what|who)\W+$")
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


def _resolved(asked: str, previous: str, answer: str) -> str | None:
    """The question with its first pronoun or pointer replaced; None when nothing stands for it."""
    match = _pronoun(asked)
    if match is not None:
        word = match.group().lower()
        meant = _person(previous, answer) if word in _PERSON else topic(previous, answer)
        if meant is None:
            return None if not answer else _with(asked, match.span(), word, _first_name(answer))
        return _with(asked, match.span(), word, meant)
    pointer = _THERE.search(asked)
    if pointer:
        place = _place(previous, answer)
        to = "to" if _MOVES.search(asked[: pointer.start()] + " ") else "in"
        return _with(asked, pointer.span("pointer"), "it", place and f"{to} {place}")
    pointer = _POINTER.search(asked) or _LAST_POINTER.search(asked)
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
    asked_about = _first_name(previous)
    open_question = who and not re.match(rf"\W*who {_BE} [{_CAPITAL}]", previous, re.IGNORECASE)
    if open_question or not asked_about:
        return _first_name(answer) or asked_about or _subject(previous)
    return asked_about


def _place(previous: str, answer: str) -> str | None:
    """What "there" stands for: a name after "in" or "to", of the question or else the answer."""
    if re.match(rf"\s*where {_BE}\b", previous, re.IGNORECASE):
        return topic(previous)
    for text in (previous, answer):
        found = re.findall(rf"\b(?:in|to|at|on|near|from) (?:the )?({_NAME.pattern})", text)
        if found:
            return str(found[0])
    return topic(previous)


# -------------------------------------------------------------------- phrases
def _names(text: str) -> list[re.Match[str]]:
    """Capitalised names; the first word of a sentence is none unless another name follows it."""
    found = []
    for match in _NAME.finditer(text):
        first = match.group().split()[0].lower()
        opens = not text[: match.start()].strip(" \"'“‘(") or re.search(
            r"[.?!:]\W*$", text[: match.start()]
        )
        if first in STOP_WORDS or _ASKS.fullmatch(first) or first in _OPENERS:
            inner = _NAME.search(text, match.start() + len(first))
            if inner and inner.end() <= match.end():
                found.append(inner)
        elif not opens or " " in match.group() or match.group().isupper():
            found.append(match)
    return found


def _first_name(text: str) -> str | None:
    found = _names(text)
    return _whole(found[0], text, "") if found else None


def _whole(name: re.Match[str], text: str, answer: str) -> str:
    """A name with its article, and with the word after it where ``answer`` has the two too."""
    article = "the " if re.search(r"\bthe $", text[: name.start()], re.IGNORECASE) else ""
    words_of_it = name.group().removesuffix("'s").removesuffix("’s")
    following = re.match(rf" {_WORD}", text[name.end() :])
    if following and following.group().strip().lower() not in STOP_WORDS:
        longer = words_of_it + following.group()
        if longer.lower() in answer.lower():
            words_of_it = longer
    return article + words_of_it


def _subject(question: str) -> str | None:
    """The noun phrase that a question without names is about, as far as word order tells."""
    plain = _bare(question)
    about = _pattern(
        rf"(?:what|who) {_BE} |(?:tell me |what do you know )?about |define |what does (?=.* mean$)"
    ).match(plain)
    if about:
        return re.sub(r" (?:(?:mean|about|like|for|\w+ed)\b.*)$", "", plain[about.end() :]) or None
    asked = _pattern(rf"(?:.*?\b{_WH} )?(?:{_WORD} ){{0,2}}?({_AUXILIARY}) ").match(plain)
    if asked:
        return _run(plain[asked.end() :], verb_follows=True)
    noun = _pattern(rf"\b{_DETERMINER} .*").search(plain)
    if noun:
        return _run(noun.group(), verb_follows=False)
    return plain if len(plain.split()) <= 4 and not _is_full(plain) else None


def _run(text: str, *, verb_follows: bool) -> str | None:
    """The noun phrase at the start of ``text``: its determiner and the content words after it."""
    found = text.split()
    length = 1 if re.fullmatch(_DETERMINER, found[0], re.IGNORECASE) else 0
    first, verb_read = length, False
    while length < len(found) and re.sub(r"\W", "", found[length]).lower() not in STOP_WORDS:
        length += 1
        if found[length - 1].endswith((",", ";")):
            break
    joins = length < len(found) and found[length].lower() in ("of", "and", "or")
    if verb_follows and length - first > 1 and not joins:
        length -= 1
        verb_read = True
    after = _pattern(rf" (?:of|in|at|on) (?-i:(?:the )?{_NAME.pattern})").match(
        " " + " ".join(found[length:])
    )
    if after and length - first == 1 and not verb_read:
        return " ".join(found[:length]) + after.group()
    # A run may also begin with a mere sign, which is no word.
    if length == first or (words(found[first]) or ["i"])[0] in _NO_TOPIC:
        return None
    return " ".join(found[:length]).rstrip(",;")


def _is_full(text: str) -> bool:
    """Whether the text asks by itself: a question word or verb, and more."""
    return bool(_ASKS.match(text)) and len(text.split()) > _SHORT


def _is_fragment(asked: str) -> bool:
    """Whether a turn names nothing and has at most one content word: "named after?"."""
    if _names(asked) or any(char.isdigit() for char in asked):
        return False
    if (defines := _DEFINES.match(asked)) and set(words(asked[defines.end() :])) - STOP_WORDS:
        return False
    return sum(word not in STOP_WORDS for word in words(asked)) < _SHORT


def _stripped(question: str) -> str:
    return _drop(_OPENING, question.strip()) or question.strip()


def _drop(opening: re.Pattern[str], text: str) -> str:
    """``text`` without what it opens with."""
    found = opening.match(text)
    return text[found.end() :] if found else text


def _bare(text: str) -> str:
    return text.strip().rstrip("?.!… ").strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
