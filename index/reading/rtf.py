"""Rich text (.rtf): the words, without fonts, pictures, headers and hidden passages."""

import re
from dataclasses import dataclass, replace

from index.errors import ReadError
from index.reading.document import Document, one_line
from index.types import Article

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
# Groups that hold no words of the text.
_DESTINATIONS = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl "
    b"footerr footerf listtable listoverridetable revtbl rsidtbl generator themedata filetbl "
    b"colorschememapping latentstyles datastore xmlnstbl fldinst mmathPr bkmkstart bkmkend "
    b"nonshppict annotation atnid atnauthor".split()
)
_CHARACTERS = {
    b"tab": " ", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
    b"qmspace": " ", b"cell": " | ", b"nestcell": " | ",
}  # fmt: skip
_BREAKS = frozenset((b"par", b"sect", b"page", b"row", b"nestrow"))
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CREATED = re.compile(rb"{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_CODEPAGES = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
_MAX_DEPTH = 1000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside the current group."""

    skipped: bool = False
    hidden: bool = False
    skip_after_unicode: int = 1
    encoding: str = ""


class _Reader:
    """Goes through the control words of a file and collects what they show."""

    def __init__(self) -> None:
        self.document = Document()
        self._state = _State()
        self._stack: list[_State] = []
        self._bytes = bytearray()
        self._text: list[str] = []
        self._fonts: dict[int, str] = {}
        self._font = -1
        self._codepage = "cp1252"
        self._level = 0
        self._in_row = False
        self._pending = 0

    def read(self, data: bytes) -> Document:
        """The blocks of a whole file."""
        for match in _TOKEN.finditer(data):
            word, number, byte, symbol, brace, text = match.groups()
            if brace:
                self._group(brace == b"{")
            elif word:
                self._control(word, int(number) if number else None)
            elif byte:
                self._plain(bytes((int(byte, 16),)))
            elif symbol:
                self._symbol(symbol)
            elif text:
                self._plain(text)
        self._end_block(row=False)
        return self.document

    def _group(self, opens: bool) -> None:
        self._pending = 0
        if opens:
            if len(self._stack) < _MAX_DEPTH:
                self._stack.append(self._state)
        elif self._stack:
            self._decode()
            self._state = self._stack.pop()

    def _control(self, word: bytes, number: int | None) -> None:
        if word in _DESTINATIONS:
            self._state = replace(self._state, skipped=True)
        elif word in (b"v", b"plain"):
            self._decode()
            self._state = replace(self._state, hidden=word == b"v" and number != 0)
        elif word == b"uc" and number is not None:
            self._state = replace(self._state, skip_after_unicode=max(0, number))
        elif word in _CODEPAGES:
            self._codepage = _CODEPAGES[word]
        elif word == b"ansicpg" and number:
            self._codepage = f"cp{number}"
        elif word in (b"f", b"fcharset") and number is not None:
            self._choose_font(word, number)
        elif not self._state.skipped:
            self._write(word, number)

    def _choose_font(self, word: bytes, number: int) -> None:
        """Note the font in use, or, in the font table, which encoding it stands for."""
        if word == b"fcharset":
            self._fonts[self._font] = _CHARSETS.get(number, "")
            return
        self._decode()
        self._font = number
        self._state = replace(self._state, encoding=self._fonts.get(number, ""))

    def _write(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._emit(chr(number % 65536))
            self._pending = self._state.skip_after_unicode
        elif word == b"outlinelevel":
            self._level = (number or 0) + 1
        elif word == b"pard":
            self._level, self._in_row = 0, False
        elif word == b"intbl":
            self._in_row = True
        elif word in _BREAKS and not (word == b"par" and self._in_row):
            self._end_block(row=word in (b"row", b"nestrow"))
        elif word in _CHARACTERS:
            self._emit(_CHARACTERS[word])

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._state = replace(self._state, skipped=True)
        elif symbol in b"\\{}":
            self._plain(symbol)
        elif symbol == b"~":
            self._emit("\xa0")
        elif symbol == b"_":
            self._emit("-")
        elif symbol in b"\r\n" and not self._state.skipped:
            self._end_block(row=False)

    def _plain(self, data: bytes) -> None:
        skipped = min(self._pending, len(data))
        self._pending -= skipped
        if not (self._state.skipped or self._state.hidden):
            self._bytes += data[skipped:]

    def _emit(self, text: str) -> None:
        self._decode()
        if not (self._state.skipped or self._state.hidden):
            self._text.append(text)

    def _decode(self) -> None:
        if self._bytes:
            encoding = self._state.encoding or self._codepage
            try:
                self._text.append(self._bytes.decode(encoding, "replace"))
            except LookupError:
                self._text.append(self._bytes.decode("cp1252", "replace"))
            self._bytes.clear()

    def _end_block(self, *, row: bool) -> None:
        self._decode()
        joined = "".join(self._text).encode("utf-16-le", "surrogatepass")
        text = joined.decode("utf-16-le", "replace")  # pairs of \u surrogates become characters
        self._text.clear()
        if row:
            # A mark stands at the end of every cell, the last one too.
            self.document.row(text.rstrip().removesuffix("|").split("|"))
        elif 1 <= self._level <= 6:
            self.document.heading(text, self._level)
        else:
            self.document.paragraph("\n".join(one_line(line) for line in text.split("\n")))


def read_rtf(data: bytes, name: str) -> Article:
    """Read a .rtf file.

    Raises:
        ReadError: It is no rich text.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReadError(f"{name!r} is no .rtf file: its content is something else")
    document = _Reader().read(data)
    document.title = _detail(data, b"title") or document.first_heading
    document.describe(author=_detail(data, b"author"))
    if created := _CREATED.search(data):
        year, month, day = (int(number) for number in created.groups())
        document.describe(date=f"{year}-{month:02}-{day:02}")
    return document.article()


def _detail(data: bytes, field: bytes) -> str:
    """A text of the file's details, such as its title; "" without one."""
    found = re.search(rb"{\\info\b.*?{\\" + field + rb"\b ?((?:[^{}\\]|\\.)*)}", data, re.DOTALL)
    if found is None:
        return ""
    codepage = re.search(rb"\\ansicpg\d+", data)
    header = b"{\\rtf1" + (codepage[0] if codepage else b"") + b" "
    return one_line(_Reader().read(header + found[1] + b"}").article().text)
