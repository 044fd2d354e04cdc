"""Word documents (.docx): headings by style, list items and table rows as lines."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.reading.archive import open_archive, parse_xml
from index.reading.document import Document, one_line
from index.types import Article

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted, moved-away and computed text, and text boxes, which are read where they are anchored.
_SKIPPED = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK))
_WRAPPERS = frozenset((f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}moveTo"))
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_OFF = frozenset(("0", "false", "off"))


def read_word(data: bytes, name: str) -> Article:
    """Read a .docx file.

    Raises:
        ReadError: The file is damaged, protected or not a Word document.
    """
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    open_archive(data, name)
    damage = (OpcError, LxmlError, zipfile.BadZipFile, zlib.error, LookupError, ValueError)
    try:
        return _read(data)
    except (*damage, AttributeError, TypeError, RuntimeError, EOFError, OSError) as error:
        # python-docx meets parts that are missing or of another kind with any of these.
        raise ReadError(f"{name!r} is not a readable Word document: save it again") from error


def _read(data: bytes) -> Article:
    import docx

    word = docx.Document(io.BytesIO(data))
    document = Document()
    core = word.core_properties
    document.title = core.title or ""
    date = core.created or core.modified
    document.describe(author=core.author, language=core.language)
    document.describe(date=date.date().isoformat() if date else None)
    levels = _heading_levels(word)
    for block in _blocks(word.element.body):
        if block.tag == f"{_W}p":
            _add_paragraph(document, block, levels)
        else:
            _add_table(document, block)
    for note in _notes(word):
        document.paragraph(note)
    return document.article()


def _heading_levels(word: "WordFile") -> dict[str, int]:
    """Heading level by style id; the style of the title counts as level 1."""
    levels = {}
    for style in word.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        label = "" if name is None else name.get(f"{_W}val", "")
        if match := _HEADING.fullmatch(label):
            levels[style.get(f"{_W}styleId")] = int(match[1])
        elif label.lower() == "title":
            levels[style.get(f"{_W}styleId")] = 1
        elif outline is not None and outline.get(f"{_W}val", "9").isdigit():
            level = int(outline.get(f"{_W}val")) + 1
            if level <= 6:
                levels[style.get(f"{_W}styleId")] = level
    return levels


def _blocks(parent: "_Element") -> Iterator["_Element"]:
    """Paragraphs and tables in order, looking through content controls and insertions."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _add_paragraph(document: Document, paragraph: "_Element", levels: dict[str, int]) -> None:
    text = "\n".join(one_line(line) for line in _text(paragraph).split("\n"))
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    style_id = "" if style is None else style.get(f"{_W}val", "")
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    if level := levels.get(style_id):
        if level == 1 and not document.title:
            document.title = text
        document.heading(text, level)
    elif text.strip() and (numbered or style_id.lower().startswith("list")):
        document.line(f"- {text.strip()}")
    else:
        document.paragraph(text)


def _add_table(document: Document, table: "_Element") -> None:
    for row in table.iter(f"{_W}tr"):
        document.row(" ".join(_text(p) for p in cell.iter(f"{_W}p")) for cell in _cells(row))


def _cells(row: "_Element") -> Iterator["_Element"]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _cells(child)


def _text(element: "_Element") -> str:
    """Visible text below an element: insertions in, deletions and hidden runs out."""
    if element.tag in _SKIPPED or _is_hidden_run(element):
        return ""
    match element.tag.removeprefix(_W) if isinstance(element.tag, str) else "":
        case "t":
            return element.text or ""
        case "tab":
            return " "
        case "br" | "cr":
            return "\n"
        case "noBreakHyphen":
            return "-"
        case "pPr" | "rPr":
            return ""
    return "".join(_text(child) for child in element)


def _is_hidden_run(element: "_Element") -> bool:
    vanish = element.find(f"{_W}rPr/{_W}vanish") if element.tag == f"{_W}r" else None
    return vanish is not None and vanish.get(f"{_W}val", "1") not in _OFF


def _notes(word: "WordFile") -> Iterator[str]:
    """Footnotes and endnotes, after the text they belong to."""
    for part in word.part.package.iter_parts():
        if part.partname.endswith(("/footnotes.xml", "/endnotes.xml")):
            for note in parse_xml(part.blob, str(part.partname)):
                if note.get(f"{_W}type") not in ("separator", "continuationSeparator"):
                    yield one_line(" ".join(_text(child) for child in note))
