"""The cells of one column as values that can be compared: numbers of one unit, or dates.

A column of which any cell is not understood for sure is not compared at all.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

_MISSING = frozenset(("", "-", "–", "—", "?", "n/a", "na", "none", "null", "unknown", "…", "..."))
_SPACE_GROUPS = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    r"(?P<sign>[-−–+]?)(?P<unit>(?:US|A|C)?[$€£¥]|[A-Z]{3} )? ?(?P<digits>\d[\d.,]*)"
    rf"(?: ?(?P<scale>{'|'.join(_SCALES)}))?"
    r" ?(?P<after>[^\d\s()\[\]]{0,12}(?: [^\d\s()]{1,12})?)"
    r"(?:\s?\[\w{1,3}\])*",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:[T ][\d:.Z+]*)?",
        r"(?P<year>\d{4})-(?P<month>\d\d)",
        rf"{_DAY} (?:of )?{_MONTH},? (?P<year>\d{{4}})",
        rf"{_MONTH} {_DAY},? (?P<year>\d{{4}})",
        rf"{_MONTH},? (?P<year>\d{{4}})",
        r"(?P<year>1\d{3}|20\d\d)",
    )
]

Value = tuple[float, ...]


class Measures(NamedTuple):
    """A column that can be compared.

    Attributes:
        values: One a row, greater for more or later; None where the cell is empty.
        dated: Whether they are dates (or years).
    """

    values: tuple[Value | None, ...]
    dated: bool


def measures(cells: Sequence[str]) -> Measures | None:
    """The values of a column; None where they cannot be compared for sure, or fewer than two are.

    Args:
        cells: The words of its cells.
    """
    told = [cell for cell in cells if cell.casefold() not in _MISSING]
    if len(told) < 2:
        return None
    found = [_date(cell) for cell in told]
    values: list[Value] = [value for value in found if value is not None]
    dated = len(values) == len(told)
    if dated:
        exact = min(map(len, values))  # a year is no day in it
        values = [value[:exact] for value in values]
    else:
        values = _numbers(told)
    if len(values) < len(told):
        return None
    rest = iter(values)
    return Measures(
        tuple(None if cell.casefold() in _MISSING else next(rest) for cell in cells), dated
    )


def _date(cell: str) -> Value | None:
    for pattern in _DATES:
        if found := pattern.fullmatch(cell):
            parts = found.groupdict()
            named = parts.get("month") or ""
            known = named[:3].lower() in _MONTHS
            month = _MONTHS.index(named[:3].lower()) + 1 if known else int(named or 1)
            day = int(parts.get("day") or 1)
            try:
                date(int(parts["year"]), month, day)
            except ValueError:
                return None
            given = (bool(named), bool(parts.get("day")))
            return (int(parts["year"]), month, day)[: 1 + sum(given)]
    return None


def _numbers(cells: Sequence[str]) -> list[Value]:
    """Numbers of one unit and one way of writing; none where any cell is something else."""
    found = [_NUMBER.fullmatch(_SPACE_GROUPS.sub("", cell)) for cell in cells]
    matches = [match for match in found if match]
    units = {(match["unit"] or "").strip() + (match["after"] or "").strip() for match in matches}
    written = [match["digits"].rstrip(".,") for match in matches]
    if len(matches) < len(cells) or len(units) > 1:
        return []
    point = _decimal_point(written)
    if point is None:
        return []
    group = "," if point == "." else "."
    numbers: list[Value] = []
    for match, digits in zip(matches, written, strict=True):
        sign = -1.0 if match["sign"] in ("-", "−", "–") else 1.0
        scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
        numbers.append((sign * scale * float(digits.replace(group, "").replace(point, ".")),))
    return numbers


def _decimal_point(written: Sequence[str]) -> str | None:
    """Which mark stands before decimals; None where the numbers do not tell.

    "1.642" may be less than two or more than a thousand: beside "42" nobody knows.
    """
    fits = {
        point: all(
            re.fullmatch(rf"(?:[1-9]\d{{0,2}}(?:{group}\d{{3}})+|\d+)(?:{mark}\d+)?", digits)
            for digits in written
        )
        for point, mark, group in ((".", r"\.", ","), (",", ",", r"\."))
    }
    if fits["."] and not (fits[","] and any("." in digits for digits in written)):
        return "."
    if fits[","] and not fits["."]:
        return ","
    alike = all(re.fullmatch(r"\d{1,3}\.\d{3}", digits) for digits in written)
    return "." if alike and fits["."] else None
