"""Yes or no, where the words of one sentence settle it; otherwise the sentence speaks for itself.

Without understanding, "Yes" is only said of a sentence that is the question turned round: all words
of the question, prepositions and quantifiers included, stand in it in the same order, in one clause
that begins with them, and nothing hedges, limits or denies it. "No" is only said where question and
sentence differ by exactly a "not". Everything else is left to the reader of the quote.
"""

import re
from typing import Literal

from index.lexical import looks_english, stem, words

Verdict = Literal["Yes", "No"]

_ASKS = re.compile(
    r"(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|must|may|might)\b",
    re.IGNORECASE,
)
# A question that begins like one for yes or no and asks for something else.
_ASKS_MORE = re.compile(
    r"\b(?:or|who|whom|whose|what|when|where|which|why|how|you|we|i|me|not|never|no)\b|n['’]t\b",
    re.IGNORECASE,
)
_LISTS = """
a an the do does did there ever really actually so also
is are was were has have had
can could will would should must may might
of by with for from to in on at about after before between into over through under
"""
_BARE = frozenset({"did", "does"})
# Words that a question and the sentence that answers it need not share; forms of "be" and "have";
# modal verbs; prepositions.
_LIGHT, _COPULAS, _MODALS, _PREPOSITIONS = (
    frozenset(line.split()) for line in _LISTS.strip().splitlines()
)
# Stems of words that limit, deny or only announce what a sentence says.
_HEDGES = """
if unless whether could would should may might can will must shall expect plan hope claim alleg
reportedli report rumour rumor suppos suggest propos intend like possibl perhap probabl believ think
thought appear seem almost near hard bare scarc rare seldom onli mere part partial some few littl
less fewer least except fail refus reject deni declin avoid prevent stop ceas abandon cancel lack
without nobodi none nor neither nothing fals myth unabl imposs former formerli longer instead rather
until still but although though however allow attempt tri want threaten agre promis ask urg far
"""
_HEDGING = frozenset(_HEDGES.split())
_DENYING = frozenset({"not", "never", "cannot"})
_CLAUSE = re.compile(
    r"[,;:()—–]|\b(?:and|but|or|which|who|whom|whose|that|because|while|although|said|says|when|where|as)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_IRREGULAR = """
begin began begun|bring brought|build built|buy bought|catch caught|choose chose chosen|
come came|draw drew drawn|fall fell fallen|fight fought|find found|fly flew flown|get got|
give gave given|go went gone|grow grew grown|hold held|keep kept|know knew known|lead led|
leave left|lose lost|make made|meet met|pay paid|rise rose risen|run ran|see saw seen|
sell sold|send sent|show shown|speak spoke spoken|spend spent|stand stood|strike struck|
take took taken|teach taught|tell told|win won|write wrote written
"""
_BASE = {
    form: group.split()[0]
    for group in _IRREGULAR.replace("\n", "").split("|")
    for form in group.split()
}


def verdict(question: str, sentence: str) -> Verdict | None:
    """What ``sentence`` answers to a question for yes or no; None when its words do not settle it.

    Args:
        question: An English question, standing alone.
        sentence: The sentence that was found to answer it.
    """
    begins = _ASKS.match(question)
    if begins is None or _ASKS_MORE.search(question) or not looks_english(f"{question} {sentence}"):
        return None
    auxiliary = begins.group().lower()
    asked = [word for word in words(question)[1:] if word not in _LIGHT]
    said = [word for word in words(sentence) if word not in _LIGHT]
    denied = [word for word in said if word in _DENYING or word.endswith("n't")]
    if len(asked) < 2 or any(word.endswith("n't") for word in asked):
        return None
    if denied:
        settled = len(denied) == 1 and _is_denial(auxiliary, denied[0], asked, said)
        return "No" if settled else None
    affirmed = any(_affirms(auxiliary, asked, clause) for clause in _CLAUSE.split(sentence))
    return "Yes" if affirmed and not _hedged(sentence, question) else None


def _base(word: str) -> str:
    """The stem, irregular verbs included; a possessive is another word than its owner."""
    return stem(_BASE.get(word, word)) + ("'s" if word.endswith("'s") else "")


def _hedged(sentence: str, question: str) -> bool:
    """Whether the sentence has a word that limits what it says and that was not asked for."""
    allowed = {_base(word) for word in words(question)}
    return any(_base(word) in _HEDGING and _base(word) not in allowed for word in words(sentence))


def _affirms(auxiliary: str, asked: list[str], clause: str) -> bool:
    """Whether a clause says what was asked, in its order and with nothing telling in between."""
    tokens = [token.replace("’", "'") for token in _TOKEN.findall(clause)]
    places: list[int] = []
    for word in asked:
        after = places[-1] + 1 if places else 0
        place = next(
            (i for i in range(after, len(tokens)) if _base(tokens[i].lower()) == _base(word)), None
        )
        if place is None:
            return False
        places.append(place)
    first, last = places[0], places[-1]
    before = {token.lower() for token in tokens[:first]}
    between = {tokens[i].lower() for i in range(first, last) if i not in places}
    following = {token.lower() for token in tokens[last + 1 : last + 2]}
    needed = {auxiliary} & (_COPULAS | _MODALS)
    if before & _PREPOSITIONS or not needed <= between or (auxiliary == "do" and before - _LIGHT):
        return False
    if not all(word in _LIGHT or word.endswith("ly") for word in between - needed):
        return False
    if not all(word in _LIGHT | _PREPOSITIONS or word.endswith("ly") for word in following):
        return False
    # After "did" and "does" the verb of the question is bare; that of the sentence is not.
    bends = any(tokens[i].lower() != word for i, word in zip(places, asked, strict=True))
    return bends or auxiliary not in _BARE


def _is_denial(auxiliary: str, denial: str, asked: list[str], said: list[str]) -> bool:
    """Whether what was said is what was asked with one denial and nothing else added."""
    if denial.endswith("n't") and denial != f"{auxiliary.removesuffix('n')}n't":
        return False
    if denial == "cannot" and auxiliary != "can":
        return False
    plain = [_base(word) for word in said if word not in (denial, auxiliary)]
    stands = auxiliary in said or auxiliary in _LIGHT or denial not in ("not", "never")
    return stands and plain == [_base(word) for word in asked]
