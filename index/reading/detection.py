"""Which encoding undeclared bytes are in.

charset-normalizer tells scripts and multi-byte encodings apart well. Between the single-byte
encodings of Latin script it often errs, so there the letters decide: in the right encoding
they all belong to one language's alphabet, in a wrong one they do not.
"""

import re
from dataclasses import dataclass

# Lower-case letters beyond a to z, by the languages that use exactly these.
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        "äöüß",  # German
        "àâæçéèêëîïôœùûüÿ",  # French
        "áéíñóúüªº",  # Spanish
        "àáâãçéêíóôõúüªº",  # Portuguese
        "àáèéìíîòóùú",  # Italian
        "àçèéíïòóúü·",  # Catalan
        "áéëïóöüèêĳ",  # Dutch
        "åäöéüà",  # Swedish, Finnish
        "æøåéòôêü",  # Danish, Norwegian
        "áðéíóúýþæö",  # Icelandic, Faroese
        "äöõüšž",  # Estonian
        "āčēģīķļņōŗšūž",  # Latvian
        "ąčęėįšųūž",  # Lithuanian
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîșțşţ",  # Romanian
        "čćđšž",  # Croatian, Slovene, Bosnian, Serbian
        "çğıi̇öşüâîû",  # Turkish
        "çë",  # Albanian
        "âêîôûŵŷáéëïöü",  # Welsh
        "ĉĝĥĵŝŭ",  # Esperanto
        "ċġħżàèìòù",  # Maltese
    )
)
# Encodings of Latin script; the second number is how many letters must speak for a rare one.
_LATIN = (
    ("cp1252", 0.0), ("iso8859-2", 0.5), ("cp1250", 0.5), ("cp1254", 1.0), ("cp1257", 1.0),
    ("iso8859-15", 1.5), ("iso8859-3", 2.0), ("iso8859-4", 2.0), ("iso8859-10", 2.0),
    ("iso8859-13", 2.0), ("iso8859-16", 2.0), ("mac_roman", 2.0), ("cp850", 2.5), ("cp852", 2.5),
    ("mac_latin2", 3.0), ("mac_turkish", 3.0), ("cp857", 3.0), ("cp775", 3.0), ("cp858", 3.0),
    ("cp437", 3.0), ("cp865", 3.0),
)  # fmt: skip
_HIGH_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_HIGH = re.compile(rb"[\x80-\xff]")
_TAG = re.compile(rb"<[^<>]*>")
_USUAL_MARKS = frozenset("“”„‘’‚«»–—…€\xa0°·¿¡")
_RARE_MARKS = frozenset("‹›§©®™•½¼¾²³£¥×÷±¶†‡‰")
_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s'’.,:;!?()/&\-–—\xad\xb7\xa0…\"“”«»]+(?=[^\W\d_])")
_CASE_BREAK = re.compile(r"(?<=[a-z])[^\W\d_a-zA-Z]")
_SAMPLE = 200_000
_MIN_SCORE = 0.7


@dataclass(frozen=True, slots=True)
class Detected:
    """An encoding and whether the bytes speak clearly for it."""

    encoding: str
    certain: bool


def detect(data: bytes) -> Detected | None:
    """The most likely encoding, None when no encoding makes text of ``data``."""
    sample = data[:_SAMPLE]
    if _is_latin(sample):
        ranked = [(_latin_score(sample, encoding, rare), encoding) for encoding, rare in _LATIN]
        score, encoding = max(ranked, key=lambda pair: pair[0])
        if score > 0:
            return Detected(encoding, score >= _MIN_SCORE)
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return None if best is None else Detected(best.encoding, best.chaos < 0.1)


def _is_latin(data: bytes) -> bool:
    """Whether the words with bytes above 127 are mostly made of ASCII letters."""
    words = _HIGH_WORD.findall(_TAG.sub(b" ", data))
    letters = sum(map(len, words))
    return sum(len(_HIGH.findall(word)) for word in words) < 0.55 * letters


def _latin_score(data: bytes, encoding: str, rare: float) -> float:
    """From 1 (every letter fits one language) down to below 0 (it makes no words)."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return -9.0
    special = [character for character in text if ord(character) > 127]
    lower = [c.lower() for c in special if c.isalpha() and c not in "ªº"]
    usual = sum(character in _USUAL_MARKS for character in special)
    rarer = sum(character in _RARE_MARKS for character in special)
    odd = len(special) - len(lower) - usual - rarer
    odd += sum(len(run) for run in _IN_WORD.findall(text))
    odd += sum(match[0].isupper() for match in _CASE_BREAK.finditer(text))
    known = max(sum(letter in alphabet for letter in lower) for alphabet in _ALPHABETS)
    strange = len(lower) - known
    return (known + 0.8 * usual + 0.3 * rarer - strange - 2 * odd - rare) / max(1, len(special))
