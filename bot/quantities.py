"""The dates and numbers that an English text holds."""

import re
from collections.abc import Iterator

from bot.calendar_words import MONTHS
from index.lexical import STOP_WORDS

_MONTH = (
    rf"(?:{'|'.join(MONTHS)}"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_DAY = r"(?:3[01]|[12]?\d)(?:st|nd|rd|th)?"
_UNIT = (
    r"(?:people|persons|men|women|children|metres?|meters?|m|km|kilometres?|kilometers?|miles?|feet"
    r"|ft|years?|days?|hours?|minutes?|seconds?|tons?|tonnes?|kg|students|soldiers|troops|members"
    r"|words|pages|euros?|dollars?|pounds?|percent|per cent|cases|patients|samples|genes|species"
    r"|units|homes|houses|inhabitants|residents)"
)
_FULL_DATE = re.compile(
    rf"\b\d{{4}}-\d\d-\d\d\b"
    rf"|\b{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?(?!\w)"
    rf"|\b{_MONTH} {_DAY}(?:,? {_YEAR}\b)?(?!\d)"
    rf"|\b{_MONTH},? (?:of )?{_YEAR}\b"
    rf"|\b{_YEAR}\s?[–-]\s?(?:{_YEAR}|\d\d)\b(?! ?{_UNIT}\b)"
    rf"|\b{_YEAR}s\b"
)
_LONE_MONTH = re.compile(rf"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Ll]ast|[Tt]his) ({_MONTH})(?! \d)")
# A bare year needs a word before it that years go with.
_LONE_YEAR = re.compile(
    rf"(?:\b(?:in|of|by|to|and|from|since|until|till|before|after|during|around|about|circa|c\."
    rf"|early|mid|late|year|between|a|an|the|its|their|spring|summer|autumn|fall|winter)[ -]"
    rf"|[(–])({_YEAR})\b(?![\d%]|[.,:]\d| ?{_UNIT}\b)",
    re.IGNORECASE,
)
_SCALE = r"(?:hundred|thousand|million|billion|trillion|percent|per cent|percentage points)"
_COUNT = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:-\w+)?"
)
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:(?:US)?[$€£] ?)?\d+(?:,\d{{3}})*(?:\.\d+)?%?(?: {_SCALE}\b)?"
    rf"(?: (?:{_UNIT})\b)?(?![\w-]|\.\d|,\d)"
    rf"|\b{_COUNT}(?: {_SCALE})?"
    rf"(?: (?!(?:and|or|of|in|to|were|was|are|is|the|by|as|at|on|that)\b)(?-i:[a-z])[\w-]*)?\b",
    re.IGNORECASE,
)
# A number after a capitalised word belongs to a name: "Chang'e 5", "Apollo 11".
_IN_A_NAME = re.compile(r"\b([A-ZÀ-ÖØ-Þ][\w'’]*)[ -]$")


def dates(sentence: str) -> Iterator[tuple[int, str]]:
    """(where it begins, date) for full dates, months, years, decades and ranges of years."""
    taken: list[tuple[int, int]] = []
    for match in _FULL_DATE.finditer(sentence):
        taken.append(match.span())
        yield match.start(), match.group()
    for pattern in (_LONE_MONTH, _LONE_YEAR):
        for match in pattern.finditer(sentence):
            start = match.start(1)
            if not any(begin <= start < end for begin, end in taken):
                yield start, match[1]


def numbers(sentence: str) -> Iterator[tuple[int, str]]:
    """(where it begins, number and unit) for numbers that are no date and no part of a name."""
    dated = [(start, start + len(date)) for start, date in dates(sentence)]
    for match in _NUMBER.finditer(sentence):
        start = match.start()
        in_date = any(begin <= start < end for begin, end in dated)
        before = _IN_A_NAME.search(sentence, 0, start)
        named = before and match.group().isdecimal() and before[1].lower() not in STOP_WORDS
        if not in_date and not named:
            yield start, match.group()
