"""The kind of measure that a question asks for, and the kinds that some words hold.

"How long was it closed?" asks for a time: 412 metres do not answer it. Only words that plainly hold
another kind are told apart; words without a measure ("until the thaw", "free") fit any question.
"""

import re
from typing import Literal

from bot.phrases import any_case

Kind = Literal["time", "money", "weight", "long", "wide", "high", "deep", "far"]

_BE = r"(?:is|are|was|were)"
_DO = r"(?:do|does|did|has|have|had|will|would|can|could|should|must|may|might)"
_TIME_UNIT = r"(?:second|minute|hour|day|night|week|month|year|decade|centurie|century|season)s?"
_LENGTH_UNIT = (
    r"(?:(?:kilo|centi|milli)?(?:metre|meter)s?|[kcm]m|miles?|yards?|feet|foot|ft|inch(?:es)?"
    r"|light[- ]years?)"
)
_WEIGHT_UNIT = r"(?:kg|(?:kilo|milli)?gramm?e?s?|kilos?|tons?|tonnes?|ounces?|lbs?)"
_CURRENCY = r"(?:dollars?|euros?|cents?|pence|yen|francs?|rupees?|USD|EUR|GBP)"
_LENGTHS: frozenset[Kind] = frozenset({"long", "wide", "high", "deep", "far"})
_STATE = r"(?:\w\w+ed|open|shut|away|gone|lost|held|ill)"
_COSTS = r"(?:cost|pay|paid|spend|spent|earn|charge|worth)"
_PRICE = r"(?:admission|budget|cost|entry|fare|fee|fine|loan|price|rent|salary|ticket|toll)s?"
# What each form of question takes, the first that fits: nothing but a bare number for a plain "how
# many", anything where it is None.
_FORMS: tuple[tuple[str, frozenset[Kind] | None], ...] = (
    # "How long can a snake grow?"
    (rf"how long {_DO}\b.*\b(?:be|become|grow|get|extend|stretch|measure|reach|run)\b", None),
    (rf"how long {_DO}\b|how much time\b|how many {_TIME_UNIT}\b|how old\b", frozenset({"time"})),
    (rf"how long {_BE}\b(?!.* (?:that|where|which|who) ).* {_STATE}$", frozenset({"time"})),
    (rf"how long {_BE}\b|what {_BE} the length of\b", frozenset({"time", "long"})),
    (rf"how far (?:away|from|along|into|back|up|down|above|below|{_BE})\b", None),
    (rf"how far\b|what {_BE} the distance\b", frozenset({"far"})),
    (rf"how (?:wide|broad)\b|what {_BE} the width\b", frozenset({"wide"})),
    # A price is high as well, and so is an age.
    (r"how high\b", frozenset({"high", "money", "time"})),
    (rf"how tall\b|what {_BE} the height\b", frozenset({"high"})),
    (rf"how deep\b|what {_BE} the depth\b", frozenset({"deep"})),
    (rf"how many {_LENGTH_UNIT}\b", _LENGTHS),
    (r"how heavy\b|how much\b.*\bweigh(?:ed)?\b", frozenset({"weight"})),
    (rf"how many (?:\w+ )?(?:pounds|kgs|{_CURRENCY}|{_WEIGHT_UNIT})\b",
     frozenset({"money", "weight"})),
    (rf"how much money\b|how much (?:{_DO}|{_BE})\b.*\b(?:{_COSTS}|{_PRICE})\b",
     frozenset({"money"})),
    (r"how many (?!times\b)", frozenset()),
)  # fmt: skip
_ASKED = [(any_case(form), kinds) for form, kinds in _FORMS]

_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven"
    r"|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|hundred|thousand|dozens?)"
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion|m|bn|k)"
_QUANTITY = (
    rf"(?<![\w.,])(?:\d(?:[\d.,]*\d)?[ -]?|(?:{_NUMBER_WORD}|several|a few|half an?)[ -])"
    rf"(?:{_SCALE}[ -])?(?:nautical |and a half )?"
)
_MONTHS = r"(?:January|February|March|April|June|July|August|September|October|November|December)"
_DIMENSIONS: tuple[tuple[str, Kind], ...] = (
    ("long", "long"),
    ("wide|broad|across", "wide"),
    ("high|tall|above", "high"),
    ("deep|below", "deep"),
)
# In the order in which they are taken out: "$3 m" is no length.
_HELD: tuple[tuple[re.Pattern[str], frozenset[Kind]], ...] = (
    (any_case(rf"[$€£¥] ?\d[\d.,]*(?: ?{_SCALE}\b)?|{_QUANTITY}{_CURRENCY}\b"),
     frozenset({"money"})),
    (any_case(rf"{_QUANTITY}pounds?\b"), frozenset({"money", "weight"})),
    (any_case(rf"{_QUANTITY}{_WEIGHT_UNIT}\b"), frozenset({"weight"})),
    *((any_case(rf"{_QUANTITY}(?:{_LENGTH_UNIT}|m)[ -](?:{said})\b"), frozenset({kind}))
      for said, kind in _DIMENSIONS),
    (any_case(rf"{_QUANTITY}(?:{_LENGTH_UNIT}\b|(?<= )m\b(?! [a-z]))"), _LENGTHS),
    (any_case(rf"{_QUANTITY}{_TIME_UNIT}\b"), frozenset({"time"})),
    (any_case(r"\b\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\b|o['’]clock)"), frozenset({"time"})),
    (re.compile(rf"(?:\b\d{{1,2}} )?\b(?:{_MONTHS}\b(?: \d+(?:, \d{{4}})?)?|May \d+(?:, \d{{4}})?)"
                r"|\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter) (?:May\b|(?:1\d|20)\d\d\b)"
                r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"), frozenset({"time"})),
)  # fmt: skip
_MEASURED = any_case(r"\bhow (?:much|many|long|far)\b")
_BARE_NUMBER = any_case(rf"\d|\b{_NUMBER_WORD}\b")


def kinds_asked(question: str) -> frozenset[Kind] | None:
    """The kinds of measure that an English question takes; None when it asks for none.

    No kind at all is what a plain "how many" takes: a number of things.
    """
    plain = " ".join(question.split()).rstrip(" ?.!")
    if len(_MEASURED.findall(plain)) > 1:
        return None
    return next((kinds for form, kinds in _ASKED if form.match(plain)), None)


def misfits(asked: frozenset[Kind], words: str) -> bool:
    """Whether words hold measures, and none of a kind that is asked for.

    Args:
        asked: What ``kinds_asked`` tells.
        words: English words of an article.
    """
    held: set[Kind] = set()
    rest = words
    for pattern, kinds in _HELD:
        rest, count = pattern.subn(" ", rest)
        held |= kinds if count else set()
    if not asked and _BARE_NUMBER.search(rest):
        return False
    return bool(held) and not held & asked
