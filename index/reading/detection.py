"""Which encoding undeclared bytes are in: the one that makes the likeliest text of them.

Every usual encoding is tried. How likely its text is follows from how common its letters are in one
language, its marks, and its upper and lower case; which language a text in Latin script is in is
judged by the words that hold ASCII letters alone. An encoding whose text is hardly likelier than
another one's is a guess. Where nothing makes a likely text, charset-normalizer is asked.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass

from index.language import language_shares
from index.reading.alphabets import LETTERS, MARKS, wide_share

# How common each encoding is among files that do not declare theirs, as a logarithm.
_NARROW = {
    "cp1252": 0, "cp1251": -1, "cp1250": -2.5, "iso8859-2": -2.5, "cp1254": -3, "cp1253": -3,
    "cp1255": -3, "cp1256": -3, "cp874": -3, "cp1257": -3, "koi8-r": -3, "mac_roman": -4,
    "cp850": -4, "cp437": -4, "cp866": -4, "iso8859-15": -4, "iso8859-5": -4, "iso8859-6": -4,
    "iso8859-7": -4, "iso8859-8": -4, "cp852": -4, "koi8-u": -4, "mac_cyrillic": -4,
    "iso8859-13": -5, "iso8859-16": -5, "mac_latin2": -5, "mac_turkish": -5, "cp857": -5,
    "iso8859-3": -6, "iso8859-4": -6, "iso8859-10": -6, "cp775": -6, "cp865": -6, "cp855": -6,
    "cp1125": -6, "cp737": -6, "cp862": -6,
}  # fmt: skip
_WIDE = {"cp932": -3, "gb18030": -3, "cp949": -3, "big5": -4, "euc_jp": -4, "johab": -8}
_ASCII = -3.0
# A character that no language here uses, one in the midst of a word, a byte without a character.
_FOREIGN_LETTER = -10.0
_STRANGE = -12.0
_UNDECODABLE = -24.0
_ALL_CAPITALS, _ONE_CAPITAL, _CAPITAL_WITHIN = -3.5, -2.0, -3.0
_SCRIPTS_MEET = -8.0
_MARK_BEFORE_WORD = _ODD_QUOTE = -5.0
_LEAST_LANGUAGE = -10.0
# So much likelier than the next reading (e to the 4th is 55) is sure, unless it is a short word of
# another script; a text less likely than this for each byte beyond ASCII is none.
_SURE = 4.0
_ENOUGH = 6
_LEAST = -9.0

_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_TAG = re.compile(rb"<[^<>]*>")
_ASCII_WORD = re.compile(rb"(?<![\w\x80-\xff])[A-Za-z]+(?![\w\x80-\xff])")
_WORD = re.compile(r"[^\W\d_]+")
_MARK_WITHIN = re.compile(r"(?<=[^\W\d_])[^\w\s\x00-\x7f’·\xad\xa0—\u0e00-\u0e7f](?=[^\W\d_])")
_MARK_BEFORE = re.compile(r"(?<!\S)[–—…·№£©®€”’\xa0](?=[^\W\d_])")
_QUOTE = re.compile("[„“”«»]")
_NOT_LATIN = "[\u0370-\u1dff\u3040-\u30ff\u3400-\uf8ff\uff66-\uff9f]"
_SCRIPTS_BESIDE = re.compile(f"[A-Za-z](?={_NOT_LATIN})|(?<={_NOT_LATIN})[A-Za-z]")
_SAMPLE = 200_000
_TELLING_BYTES = 10_000
_LINE_BEFORE = 100


@dataclass(frozen=True, slots=True)
class Detected:
    """An encoding and whether the bytes speak clearly for it."""

    encoding: str
    certain: bool


def detect(data: bytes) -> Detected | None:
    """The most likely encoding, None when no encoding makes text of ``data``."""
    sample = _telling(data)
    high = len(_HIGH.findall(sample))
    ascii_words = b" ".join(_ASCII_WORD.findall(_TAG.sub(b" ", data[:_SAMPLE])))
    languages = language_shares(ascii_words.decode())
    best: dict[str, tuple[float, str]] = {}
    for encoding, prior in (*_NARROW.items(), *_WIDE.items()):
        text = sample.decode(encoding, "replace")
        if text.count("\ufffd") > 0.1 * high:
            continue
        likelihood = prior + _likelihood(text, encoding, languages)
        best[text] = max(best.get(text, (-math.inf, "")), (likelihood, encoding))
    (likelihood, encoding), *others = sorted(best.values(), reverse=True)
    if likelihood - _ASCII * (len(sample) - high) > _LEAST * (high + 2):
        enough = high >= _ENOUGH or _ASCII_LETTER.search(sample) is not None
        ahead = not others or likelihood - others[0][0] >= _SURE
        return Detected(encoding, enough and ahead)
    from charset_normalizer import from_bytes

    match = from_bytes(data[:_SAMPLE]).best()
    return None if match is None else Detected(match.encoding, match.chaos < 0.1)


def _telling(data: bytes) -> bytes:
    """The first lines with bytes beyond ASCII, each from shortly before the first of these."""
    lines: list[bytes] = []
    room = _TELLING_BYTES
    for line in data.split(b"\n"):
        if room > 0 and (first := _HIGH.search(line)):
            start = max(0, first.start() - _LINE_BEFORE)
            lines.append(line[start : start + room])
            room -= len(lines[-1])
    return b"\n".join(lines)


def _likelihood(text: str, encoding: str, languages: dict[str, float]) -> float:
    """Logarithm of how likely a text is, compared with other readings of the same bytes."""
    counts = Counter(text)
    broken = counts.pop("\ufffd", 0)
    special = {char: count for char, count in counts.items() if char > "\x7f"}
    total = _ASCII * (counts.total() - sum(special.values())) + _UNDECODABLE * broken
    total += _SCRIPTS_MEET * len(_SCRIPTS_BESIDE.findall(text))
    if encoding in _WIDE:
        shares = (count * wide_share(char, encoding) for char, count in special.items())
        return total + sum(shares)
    letters: Counter[str] = Counter()
    for character, count in special.items():
        if _is_letter(character):
            letters[character.lower()] += count
        else:
            total += count * MARKS.get(character, _STRANGE)
    total += _STRANGE * len(_MARK_WITHIN.findall(text))
    total += _MARK_BEFORE_WORD * len(_MARK_BEFORE.findall(text))
    total += _ODD_QUOTE * (len(_QUOTE.findall(text)) % 2)
    total += sum(_shape(word) for word in _WORD.findall(text) if not word.isascii())
    likeliest = max(languages.values())
    return total + max(
        max(languages.get(name, -math.inf) - likeliest, _LEAST_LANGUAGE)
        + sum(count * known.get(letter, _FOREIGN_LETTER) for letter, count in letters.items())
        for name, known in LETTERS.items()
    )


def _is_letter(character: str) -> bool:
    """A letter, or a vowel or tone sign of Thai; ordinals and the sign of micro are marks."""
    return (character.isalpha() and character not in MARKS) or "\u0e31" <= character <= "\u0e4e"


def _shape(word: str) -> float:
    """How likely the upper and lower case of a word's letters is."""
    if word == word.lower():
        return 0.0
    if word == word.upper():
        return _ALL_CAPITALS
    rest = word[1:]
    capitals = sum(character.isupper() for character in rest)
    return _ONE_CAPITAL + _CAPITAL_WITHIN * min(capitals, len(rest) - capitals + 1)
