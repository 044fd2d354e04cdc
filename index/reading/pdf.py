"""PDF files: pypdf finds the characters, `index.reading.layout` the paragraphs."""

import io
import logging
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import ReadError
from index.reading.document import Document, clean, one_line
from index.reading.layout import Line, add_lines
from index.types import Article

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_USELESS_TITLE = re.compile(
    r"(?i)untitled|microsoft word|microsoft powerpoint|^slide 1$"
    r"|\.(?:docx?|tex|dvi|pdf|indd|pptx?|qxd|rtf)$"
)
_GLYPH_NAMES = re.compile(r"/(?:g|G|uni|gid|cid|C)\d+")
_BOLD = re.compile(r"bold|black|heavy|semib|demi|-medi\b|medi$|cmbx|cmssbx", re.IGNORECASE)
_HEADER_BYTES = 1024
_MAX_PAGES = 20_000


class _Piece(NamedTuple):
    """Characters drawn at once, with their size, boldness and place on the page."""

    text: str
    size: float
    bold: bool
    x: float
    y: float


def read_pdf(data: bytes, name: str) -> Article:
    """Read a PDF file.

    Raises:
        ReadError: The file is broken, encrypted, or has no text; the message says which.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%PDF" not in data[:_HEADER_BYTES]:
        raise ReadError(f"{name!r} is not a PDF file: its content is something else")
    try:
        reader = _open(data, name)
        document = Document()
        lines = [line for number, page in enumerate(reader.pages) for line in _lines(page, number)]
        add_lines(document, lines, len(reader.pages))
        if document.is_empty:
            raise ReadError(f"{name!r} has no text: {_why_empty(reader)}")
        _describe(document, reader)
    except ReadError:
        raise
    except (RecursionError, MemoryError) as error:
        raise ReadError(f"{name!r} is a broken PDF: it is too deep or too large") from error
    except Exception as error:
        # pypdf meets broken files with many kinds of errors (KeyError, TypeError, its own, …).
        raise ReadError(
            f"{name!r} is a broken PDF ({type(error).__name__}): print it to a new PDF"
        ) from error
    return document.article()


def _open(data: bytes, name: str) -> "PdfReader":
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("") != PasswordType.NOT_DECRYPTED
        except DependencyError:
            raise ReadError(
                f"{name!r} is encrypted: save a copy without that, or install cryptography"
            ) from None
        except (FileNotDecryptedError, WrongPasswordError):
            opened = False
        if not opened:
            raise ReadError(f"{name!r} is protected by a password: save a copy without it")
    if len(reader.pages) > _MAX_PAGES:
        raise ReadError(f"{name!r} has more than {_MAX_PAGES:,} pages: split it")
    return reader


def _lines(page: "PageObject", number: int) -> list[Line]:
    """The lines of a page in reading order, with the size and place of their letters."""
    pieces: list[_Piece] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text:
            scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[2]) or abs(tm[0] * cm[0]) or 1.0
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            pieces.append(_Piece(text, abs(size) * scale, _is_bold(font), x, y))

    page.extract_text(visitor_text=visit)
    lines: list[Line | None] = []
    parts: list[_Piece] = []
    for piece in pieces:
        head, *tails = _mended(piece.text).split("\n")
        parts.append(piece._replace(text=head))
        for tail in tails:
            lines.append(_line(parts, number))
            parts = [piece._replace(text=tail)]
    lines.append(_line(parts, number))
    return [line for line in lines if line is not None]


def _mended(text: str) -> str:
    """Ligatures taken apart; soft hyphens kept only where they break a line."""
    return clean(text.translate(_LIGATURES).replace("\xad\n", "-\n").replace("\xad", ""))


def _line(parts: list[_Piece], page: int) -> Line | None:
    text = one_line("".join(part.text for part in parts))
    if not text or len(_GLYPH_NAMES.findall(text)) > 3:
        return None
    inked = [part for part in parts if part.text.strip()]
    main = max(inked, key=lambda part: len(part.text))
    bold = sum(len(part.text) for part in inked if part.bold) > 0.8 * len(text)
    return Line(page, text, main.size, bold, inked[0].x, inked[0].y)


def _is_bold(font: Any) -> bool:
    try:
        return bool(font) and _BOLD.search(str(font.get("/BaseFont", ""))) is not None
    except (AttributeError, TypeError):
        return False


def _why_empty(reader: "PdfReader") -> str:
    """What the pages hold instead of text, and what to do about it."""
    if reader.attachments:
        return "it only carries attached files; save those and read them"
    if any(_has_image(page) for page in reader.pages[:20]):
        return "its pages are images; run text recognition (OCR) on it first"
    return "its pages are blank or drawn as shapes; run text recognition (OCR) on it first"


def _has_image(page: "PageObject") -> bool:
    contents = page.get_contents()
    if contents is not None and b"ID" in contents.get_data() and b"BI" in contents.get_data():
        return True
    return len(page.images.keys()) > 0


def _describe(document: Document, reader: "PdfReader") -> None:
    document.describe(pages=str(len(reader.pages)))
    info = reader.metadata
    if info is None:
        return
    title = clean(str(info.title or "")).strip()
    if len(title) > 3 and not _USELESS_TITLE.search(title):
        document.title = title
    document.describe(author=str(info.author or ""))
    try:
        created = info.creation_date
    except ValueError:
        created = None
    document.describe(date=created.date().isoformat() if created else None)
