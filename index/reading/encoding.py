"""From bytes to characters: byte-order mark, UTF-8, declared charset, then statistics."""

import codecs
import re
from dataclasses import dataclass

from index.errors import ReadError
from index.reading.detection import detect

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels of the Web that Python calls otherwise, and encodings that people widen in practice.
_ALIASES = {
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "ks_c_5601-1987": "euc_kr",
    "unicode-1-1-utf-8": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "windows-874": "cp874",
    "dos-874": "cp874",
}
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift_jis_2004": "cp932",
    "euc_kr": "cp949",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
# These decode anything or nothing beyond their superset, so that one is used at once.
_ALWAYS_WIDE = frozenset(("ascii", "iso8859-1", "iso8859-9", "iso8859-11", "tis-620"))
_NOT_FOR_TEXT = frozenset(("utf-8", "utf-7", "idna", "punycode", "undefined", "unicode_escape",
    "raw_unicode_escape", "mbcs", "oem"))  # fmt: skip
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]+)|"""
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:+-]+)""",
    re.IGNORECASE,
)
_ESCAPES = (
    (b"\x1b$)C", "iso2022_kr"),
    (b"\x1b$", "iso2022_jp_ext"),
    (b"\x1b(", "iso2022_jp_ext"),
    (b"~{", "hz"),
)
_DECLARATION_BYTES = 4096
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_MIN_MARKS = 0.005
# A share of undecodable bytes above this is worth a warning.
_MAX_BROKEN_SHARE = 0.002
# With this many good characters for each broken one, a text is damaged UTF-8, nothing else.
_MOSTLY = 10


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters, the encoding they were read with, and a warning when that was a guess."""

    text: str
    encoding: str
    note: str = ""

    @property
    def metadata(self) -> dict[str, str]:
        """What an article should tell of this."""
        note = {"encoding_note": self.note} if self.note else {}
        return {"encoding": self.encoding, **note}


def decode(data: bytes, name: str, declared: str = "") -> Decoded:
    """Decode ``data``; ``declared`` is a charset named outside it (an HTTP or mail header).

    Raises:
        ReadError: No encoding makes text of ``data``.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _with_errors(data[len(bom) :], encoding)
    if encoding := wide_without_bom(data):
        return _with_errors(data, encoding)
    for escape, encoding in _ESCAPES:
        if escape in data and (text := _strict(data, encoding)) is not None:
            return Decoded(text, encoding)
    if (text := _strict(data, "utf-8")) is not None:
        return Decoded(text, "utf-8")
    for label in (declared, _declared_inside(data)):
        names = _python_names(label)
        for encoding in names:
            decoded = _with_errors(data, encoding)
            if "\ufffd" not in decoded.text or (encoding == names[-1] and not decoded.note):
                return decoded
    return _guess(data, name)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _with_errors(data: bytes, encoding: str) -> Decoded:
    """Decode with a known encoding; bytes that do not fit are replaced and, if many, told of."""
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    if broken > max(1, _MAX_BROKEN_SHARE * len(text)):
        return Decoded(text, encoding, f"{broken} characters could not be decoded as {encoding}")
    return Decoded(text, encoding)


def _declared_inside(data: bytes) -> str:
    match = _DECLARED.search(data[:_DECLARATION_BYTES])
    return (match[1] or match[2]).decode("ascii") if match else ""


def _python_names(label: str) -> list[str]:
    """The Python codecs for a charset label, narrow one first; none when it means no text."""
    label = label.strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(_ALIASES.get(label, label))
    except (LookupError, ValueError):
        return []
    if not codec._is_text_encoding or codec.name in _NOT_FOR_TEXT:
        return []
    wide = _SUPERSETS.get(codec.name, codec.name)
    return [wide] if codec.name in _ALWAYS_WIDE else list(dict.fromkeys((codec.name, wide)))


def wide_without_bom(data: bytes) -> str:
    """UTF-16 or UTF-32 that does not say so, told from its zero and control bytes; else ""."""
    sample = data[: 4000 - 4000 % 4]
    controls = sum(byte < 9 or 13 < byte < 27 for byte in sample)
    if len(sample) < 8 or controls < 0.02 * len(sample):
        return ""
    marks = {name: _marks(sample, name) for name in _WIDE}
    best = max(marks, key=lambda name: marks[name])
    return best if marks[best] > _MIN_MARKS else ""


def _marks(sample: bytes, encoding: str) -> float:
    """Share of spaces, line breaks and full stops, if the bytes are printable text at all."""
    width = 4 if "32" in encoding else 2
    text = sample[: len(sample) // width * width].decode(encoding, errors="replace")
    strange = sum(not character.isprintable() and character not in "\r\n\t" for character in text)
    if "\ufffd" in text[:-1] or strange > 0.01 * len(text):
        return 0.0
    return sum(text.count(mark) for mark in " \n、。，") / max(1, len(text))


def _guess(data: bytes, name: str) -> Decoded:
    utf8 = data.decode("utf-8", errors="replace")
    broken = utf8.count("\ufffd")
    if broken and sum(character > "\x7f" for character in utf8) > _MOSTLY * broken:
        return Decoded(utf8, "utf-8", f"{broken} characters could not be decoded as utf-8")
    detected = detect(data)
    if detected is None:
        raise ReadError(f"{name!r} is in no known encoding: save it as UTF-8 and try again")
    decoded = _with_errors(data, _SUPERSETS.get(detected.encoding, detected.encoding))
    if decoded.note or detected.certain:
        return decoded
    return Decoded(decoded.text, decoded.encoding, f"the encoding {decoded.encoding} is a guess")
