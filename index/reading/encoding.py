"""From bytes to characters: byte-order mark, UTF-8, declared charset, then statistics."""

import codecs
import re
from dataclasses import dataclass

from index.errors import ReadError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels of the Web that stand for a larger encoding than the one they name.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz-gb-2312": "hz",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "euc_kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-user-defined": "cp1252",
}
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]+)|"""
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:+-]+)""",
    re.IGNORECASE,
)
_ESCAPES = ((b"\x1b$", "iso2022_jp_ext"), (b"\x1b(", "iso2022_jp_ext"), (b"~{", "hz"))
_DECLARATION_BYTES = 4096
_MOJIBAKE = re.compile("(?:[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac[\u0080-\uffff]|\ufffd)")
_MAX_MOJIBAKE_SHARE = 0.002


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
    if encoding := _wide_without_bom(data):
        return _with_errors(data, encoding)
    for escape, encoding in _ESCAPES:
        if escape in data and (text := _strict(data, encoding)) is not None:
            return Decoded(text, encoding)
    if (text := _strict(data, "utf-8")) is not None:
        return Decoded(text, "utf-8")
    for label in (declared, _declared_inside(data)):
        encoding = _python_name(label)
        if not encoding:
            continue
        decoded = _with_errors(data, encoding)
        if not decoded.note:
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
    broken = text.count("\ufffd") - (0 if encoding.startswith("utf") else 0)
    if broken > max(1, _MAX_MOJIBAKE_SHARE * len(text)):
        return Decoded(text, encoding, f"{broken} characters could not be decoded as {encoding}")
    return Decoded(text, encoding)


def _declared_inside(data: bytes) -> str:
    match = _DECLARED.search(data[:_DECLARATION_BYTES])
    return (match[1] or match[2]).decode("ascii") if match else ""


def _python_name(label: str) -> str:
    """The Python codec for a charset label, "" when there is none or it decodes no text."""
    label = label.strip().strip("\"'").lower()
    label = _SUPERSETS.get(label, label)
    try:
        codec = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    if not codec._is_text_encoding or codec.name in ("utf-8", "idna", "punycode", "undefined"):
        return ""
    return _SUPERSETS.get(codec.name, codec.name)


def _wide_without_bom(data: bytes) -> str:
    """UTF-16 or UTF-32 told from where the zero bytes are, "" otherwise."""
    sample = data[:4000]
    if len(sample) < 8 or 0 not in sample:
        return ""
    zeros = [sample[i::4].count(0) / max(1, len(sample[i::4])) for i in range(4)]
    if min(zeros[1:]) > 0.9 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:3]) > 0.9 and zeros[3] < 0.1:
        return "utf-32-be"
    if zeros[1] > 0.6 and zeros[3] > 0.6 and max(zeros[0], zeros[2]) < 0.1:
        return "utf-16-le"
    if zeros[0] > 0.6 and zeros[2] > 0.6 and max(zeros[1], zeros[3]) < 0.1:
        return "utf-16-be"
    return ""


def _guess(data: bytes, name: str) -> Decoded:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise ReadError(f"{name!r} is in no known encoding: save it as UTF-8 and try again")
    decoded = _with_errors(data, _SUPERSETS.get(best.encoding, best.encoding))
    if decoded.note:
        return decoded
    note = "" if best.chaos < 0.1 else f"the encoding is a guess ({decoded.encoding})"
    return Decoded(decoded.text, decoded.encoding, note)
