"""Names in a question that the article does not hold: what it asks about is not there.

A reader that finds the nearest words answers "When did Chang'e 7 return?" with what is said about
Chang'e 5. Four kinds of names are safe to look up before it is trusted: a name with a number, a
proper name of several words, one of a single word inside a question, and a year.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from bot.calendar_words import MONTHS_OR_DAYS
from bot.phrases import is_full
from index.lexical import STOP_WORDS, stem, words

_CAPITAL = "A-ZÀ-ÖØ-Þ"
_WORD = rf"[{_CAPITAL}][\w'’-]*"
_ROMAN = r"(?:[IVXLC]{2,7}|[VX])"
_NUMBERED = re.compile(rf"\b({_WORD}?)(?: |-)(\d{{1,3}}|{_ROMAN})\b(?![.,:]\d|[-–]\w|%|['’]s)")
_PROPER = re.compile(rf"(?<=[\w,;“\"(] )({_WORD}(?: (?:(?:of|the|de|van|von) )?{_WORD})+)")
_SINGLE = re.compile(
    rf"(?<=[\w,;“\"(] )([{_CAPITAL}][a-zß-ÿ'’-]{{2,}}[a-zß-ÿ])\b"
    rf"(?!['’-]?\w)(?! (?:[{_CAPITAL}]|\d))"
)
# "British", "German", "Catholic": the article may well say it in another word.
_ADJECTIVE = re.compile(r"(?:ish|ese|[ei]an|can|man|ch|ek|ic|ino|[lnq]i)s?$")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b(?!['’]?s|[.,:]\d)")
_YEAR_RANGE = re.compile(r"\b(\d{4})\s?(?:[-–/]|to|through|and)\s?(\d{4}|\d{2})\b")
_NUMBER = rf"(?:\d{{1,3}}|{_ROMAN})\b"
_LIST = rf"{_NUMBER}(?:(?:\s?[-–]\s?|, (?:and |or )?| (?:and|or|to|through) ){_NUMBER})*"
_SEASONS = {"spring", "summer", "autumn", "fall", "winter"}
# Words before a number that make no name of it.
_NO_NAMES = MONTHS_OR_DAYS | _SEASONS | STOP_WORDS | {"around", "since", "within", "without"}
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
# Shorter beginnings than this are shared by words of different meaning.
_SAME_BEGINNING = 5
_LIKENESS = 0.8


def names_something(question: str) -> bool:
    """Whether a question holds anything that ``missing_name`` looks up."""
    return any(pattern.search(question) for pattern in (_NUMBERED, _PROPER, _SINGLE, _YEAR))


def missing_name(question: str, text: str) -> str | None:
    """The first name of an English question that ``text`` does not hold; None when it holds all.

    Looked at are a name with a number (``Chang'e 7``) that the text has with other numbers only or
    not at all; a proper name whose last word the text lacks (of three words or more: any); a name
    of one word that is no adjective; and a year that stands neither alone nor inside a range. The
    first word of a question counts as no name, and neither does one written without capitals; a
    word of the text that begins alike or is spelled much the same will do.

    Args:
        question: The question, standing alone.
        text: Everything the answer may come from, titles and other details of articles included.
    """
    return next((name for name in _names(question, text) if name), None)


def is_chatter(question: str, passages: Iterable[str]) -> bool:
    """Whether an English turn asks nothing and has no content word of what was found for it.

    A whole question may well be put in other words than the article's.
    """
    asked = {stem(word) for word in words(question) if word not in STOP_WORDS}
    if asked and is_full(question):
        return False
    return not any(stem(word) in asked for text in passages for word in words(text))


def _names(question: str, text: str) -> Iterator[str | None]:
    for match in _NUMBERED.finditer(question):
        yield match.group() if _lacks_number(match[1], match[2], text) else None
    for match in _PROPER.finditer(question):
        name = match.group()
        parts = re.findall(rf"\b[{_CAPITAL}][\w'’]*", name)
        # A forename or an adjective may be missing where the text is brief: "Bill Nelson".
        telling = parts if len(parts) > 2 else parts[-1:]
        lacks = any(not _knows(word, text) for word in telling)
        yield name if lacks else None
    for match in _SINGLE.finditer(question):
        word = match[1]
        plain = word.lower() in MONTHS_OR_DAYS or bool(_ADJECTIVE.search(word))
        yield None if plain or _knows(word, text) else word
    for year in _YEAR.findall(question):
        yield year if _lacks_year(int(year), text) else None


def _lacks_number(name: str, number: str, text: str) -> bool:
    if name.lower() in _NO_NAMES or name.endswith(("'s", "’s")):
        return False
    written = re.sub("['’]", "['’]", re.escape(name))
    mentions = re.findall(rf"\b{written}s?[ -]({_LIST})", text, re.IGNORECASE)
    mentions += re.findall(rf"\b(\d{{1,3}})(?:st|nd|rd|th) {written}", text, re.IGNORECASE)
    if not mentions:
        return not _knows(name, text)
    return not any(_value(number) in _numbers(mention) for mention in mentions)


def _numbers(mention: str) -> set[int]:
    """The numbers of a list such as ``11, 12 and 14`` or ``7–10``."""
    found = {_value(number) for number in re.findall(_NUMBER, mention.upper())}
    for first, last in re.findall(r"(\d+)\s?(?:[-–]|to|through)\s?(\d+)", mention):
        found.update(range(int(first), int(last) + 1))
    return found


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    digits = [_ROMAN_DIGITS[letter] for letter in number.upper()]
    following = [*digits[1:], 0]
    return sum(-d if d < after else d for d, after in zip(digits, following, strict=True))


def _lacks_year(year: int, text: str) -> bool:
    if re.search(rf"\b{year}(?!\d)|\b{year // 10}0s", text):
        return False
    for first, last in _YEAR_RANGE.findall(text):
        if int(first) <= year <= int(first[: 4 - len(last)] + last):
            return False
    return True


def _knows(word: str, text: str) -> bool:
    """Whether a word of ``text`` begins like ``word``, or is spelled much the same."""
    plain = word.replace("’", "'").removesuffix("'s").lower()
    if len(plain) < 3 or plain in STOP_WORDS:
        return True
    begins = re.escape(plain[:_SAME_BEGINNING]) + ("" if len(plain) >= _SAME_BEGINNING else r"\b")
    if re.search(rf"\b{begins}".replace("'", "['’]"), text, re.IGNORECASE):
        return True
    folded = _fold(plain)
    alike = {_fold(known) for known in set(words(text)) if abs(len(known) - len(plain)) <= 2}
    return bool(get_close_matches(folded, alike, 1, _LIKENESS))


def _fold(word: str) -> str:
    """``word`` without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
