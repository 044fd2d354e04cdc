"""Which kind of thing a question asks for, and where a sentence holds one, in seven languages."""

import functools
import re
from dataclasses import dataclass
from typing import Literal

from bot.answer_words import ANSWER_WORDS
from index.function_words import FUNCTION_WORDS
from index.lexical import words
from index.types import Span

Kind = Literal["when", "period", "count", "measure", "who", "where", "why"]
"""What is asked for, as in ``AnswerWords``."""

_KINDS: tuple[Kind, ...] = ("when", "period", "count", "measure", "who", "where", "why")
_DIGITS = r"\d+(?:[ \u00a0\u202f.,٬’']\d{3})*(?:[.,٫]\d+)?"
_DAY = r"\d{1,2}(?:\.|er|º|st|nd|rd|th)?"
_GAP = r"(?:[ \u00a0](?:del? |of |من )?)"
_YEAR = r"(?<![\d.,])\d{4}(?![\d%])(?![.,]\d)"
_ZH_YEAR = r"(?:\d{3,4}|[〇零一二三四五六七八九]{4})年"
_ZH_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_ZH_DIGITS = r"(?:\d+(?:[.,]\d+)*[十百千万亿]*|[一二两三四五六七八九十百千万亿零〇半]+)"
_ZH_UNIT = (
    r"(?:平方|立方)?(?:公里|千米|厘米|毫米|公斤|公顷|千克|小时|分钟|个多?月|个小时|美元|欧元"
    r"|[米吨克元年天岁度枚名个人位件座条种次卷辆艘层间盘部本栋秒周里亩斤升家所台匹头只棵块口户支倍])"
)
_FIGURES = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SYMBOL = re.compile(r"[ \u00a0\u202f]?[%°€$£]\w?")
_LATEST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    Attributes:
        kind: What; None when no question word of the language tells.
        rest: The question without the words that ask.
    """

    kind: Kind | None
    rest: str


def stop_words(language: str) -> frozenset[str]:
    """The function words of a language (ISO 639-1); none where they are not known."""
    return FUNCTION_WORDS.get(language, frozenset())


def asked(question: str, language: str) -> Asked:
    """What a question asks for, by the first of its question words."""
    if language not in ANSWER_WORDS:
        return Asked(None, question)
    first: tuple[tuple[int, int], Kind, re.Match[str]] | None = None
    for kind in _KINDS:
        match = _pattern(language, kind).search(question)
        # Of several that begin at the same place the longest: "how long" is no "how".
        if match and (first is None or (match.start(), -match.end()) < first[0]):
            first = (match.start(), -match.end()), kind, match
    if first is None:
        return Asked(None, question)
    _, kind, match = first
    return Asked(kind, f"{question[: match.start()]} {question[match.end() :]}")


def present(kind: Kind, sentence: str, language: str) -> bool | None:
    """Whether a sentence holds a date, a number or a cause; None of another kind."""
    if kind in ("when", "period"):
        return bool(_pattern(language, "date").search(sentence))
    if kind in ("count", "measure"):
        return bool(_pattern(language, "some number").search(sentence))
    if kind == "why":
        return bool(_pattern(language, "cause").search(sentence))
    return None


def exact_answer(kind: Kind | None, question: str, sentence: str, language: str) -> Span | None:
    """The one date or number of a sentence that a question can ask for.

    None when none is asked for, when the sentence holds several that are not in the question, or
    where it is not certain what a figure is.
    """
    if kind not in ("when", "count", "measure"):
        return None
    known = set(words(question))
    dates = _dates(sentence, language)
    if kind == "when":
        found = [span for span in dates if not set(words(sentence[slice(*span)])) <= known]
        return found[0] if len(found) == 1 else None
    outside = list(sentence)
    for span in dates:
        outside[slice(*span)] = "\n" * (span.end - span.start)
    rest = "".join(outside)
    numbers = [s for s in _numbers(rest, language) if not set(words(rest[slice(*s)])) <= known]
    if len(numbers) != 1:
        return None
    start, end = numbers[0]
    # Figures that are not understood as a number, of a name or an ordinal perhaps.
    if set(_FIGURES.findall(f"{rest[:start]} {rest[end:]}")) - known:
        return None
    if kind == "measure" and language != "zh":
        unit = _unit_end(rest, end, language)
        return Span(start, unit) if unit else None
    return Span(start, end)


def _dates(sentence: str, language: str) -> list[Span]:
    """Full dates, months and years, in order."""
    found = []
    for match in _pattern(language, "full date").finditer(sentence):
        year = match["year"]
        if year and not (1000 <= int(year) <= _LATEST_YEAR and _is_year(match, language)):
            continue
        found.append(Span(*(match.span("year") if year else match.span())))
    return found


def _is_year(match: re.Match[str], language: str) -> bool:
    """Whether four digits are a year: a word beside them tells, or they count nothing."""
    following = _LETTERS.match(match.string, match.end() + 1)
    if match["told"] is not None or following is None:
        return True
    word = following.group().lower()
    return word in stop_words(language) or bool(_pattern(language, "year").fullmatch(word))


def _numbers(text: str, language: str) -> list[Span]:
    return [Span(*match.span()) for match in _pattern(language, "number").finditer(text)]


def _unit_end(text: str, end: int, language: str) -> int | None:
    """Where the unit after a number ends; None when no unit follows."""
    if symbol := _SYMBOL.match(text, end):
        return symbol.end()
    match = _pattern(language, "unit").match(text, end)
    return match.end() if match else None


@functools.cache
def _pattern(language: str, name: str) -> re.Pattern[str]:
    """A pattern of a language, case ignored."""
    said = ANSWER_WORDS[language]
    if name in _KINDS:
        regex = _bounded(getattr(said, name), language)
    elif name == "date":
        regex = rf"\d|{_bounded(f'{said.months}|{said.times}', language)}"
    elif name == "some number":
        regex = rf"\d|{_bounded(f'{said.number}|{said.scale}', language)}"
    elif name == "cause":
        regex = _bounded(said.cause, language)
    elif name == "unit":
        regex = rf"[ \u00a0\u202f-]?(?:{said.unit})(?!\w)"
    elif name == "year":
        regex = said.year
    elif name == "full date":
        regex = _full_date(said.months, said.year, language)
    else:
        regex = _number(said.number, said.scale, language)
    return re.compile(regex, re.IGNORECASE)


def _bounded(regex: str, language: str) -> str:
    """A pattern for whole words, where words are told apart by spaces."""
    if language == "zh":
        return f"(?:{regex})"
    before = r"(?<!\w)[وف]?" if language == "ar" else r"(?<!\w)"
    return rf"{before}(?:{regex})(?:(?!\w)|(?<=['’]))"


def _full_date(months: str, years: str, language: str) -> str:
    """Dates with a month, and years alone as group "year", after a word as group "told"."""
    if language == "zh":
        day = rf"(?:{_ZH_NUMBER}[日号])"
        month = rf"(?<!个){_ZH_NUMBER}月{day}?"
        return rf"(?:{_ZH_YEAR}(?:{month})?|{month})(?P<year>(?!))?(?P<told>(?!))?"
    full = (
        rf"(?<!\w)(?:{_DAY}{_GAP})?(?:{months})(?!\w)(?:{_GAP}{_DAY}(?!\d),?)?"
        rf"(?:{_GAP}(?:(?:عام|سنة) )?{_YEAR}(?:[ \u00a0](?:года?|году|г\.))?)?"
    )
    return rf"{full}|(?:(?<!\w)(?P<told>{years})[ \u00a0])?(?P<year>(?<!\w){_YEAR})(?!\w)"


def _number(number: str, scale: str, language: str) -> str:
    """A number in figures or words with what multiplies it; in Chinese with its unit."""
    if language == "zh":
        return (
            rf"(?!一[^二三四五六七八九十百千万亿零〇半])(?<![第\d]){_ZH_DIGITS}[多余几]?{_ZH_UNIT}"
        )
    word = rf"(?:{number}|{scale})"
    spelt = rf"{word}(?:(?:[- ]| y | et |-et-| و ?){word})*"
    return (
        rf"(?<![\w.,/-])(?:{_DIGITS}(?:[ \u00a0]{word})*|{spelt})"
        rf"(?!\w|-\w|[.,]\d|\.[ \u00a0]?[^\W\d_]|/)"
    )
