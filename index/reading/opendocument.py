"""OpenDocument texts (.odt): headings, paragraphs, list items and tables in order."""

from typing import TYPE_CHECKING

from index.errors import ReadError
from index.reading.archive import open_archive
from index.reading.document import Document, one_line
from index.types import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SKIPPED = frozenset(
    (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note-citation",
     f"{_TEXT}table-of-content", f"{_TEXT}sequence-decls", f"{_OFFICE}forms")
)  # fmt: skip
_MAX_DEPTH = 200


def read_opendocument(data: bytes, name: str) -> Article:
    """Read a .odt file.

    Raises:
        ReadError: The file is damaged or protected by a password.
    """
    archive = open_archive(data, name)
    members = set(archive.members)
    if "content.xml" not in members:
        raise ReadError(f"{name!r} is not a readable OpenDocument file: save it again")
    if "META-INF/manifest.xml" in members:
        manifest = archive.xml("META-INF/manifest.xml")
        if manifest.find(".//{*}encryption-data") is not None:
            raise ReadError(f"{name!r} is protected by a password: save a copy without it")
    document = Document()
    body = archive.xml("content.xml").find(f".//{_OFFICE}body")
    if body is not None:
        _add_blocks(document, body, 0)
    if "meta.xml" in members:
        meta = archive.xml("meta.xml")
        document.title = meta.findtext(".//{*}title") or ""
        author = meta.findtext(".//{*}initial-creator") or meta.findtext(".//{*}creator")
        document.describe(author=author, language=meta.findtext(".//{*}language"))
        date = meta.findtext(".//{*}creation-date") or meta.findtext(".//{*}date") or ""
        document.describe(date=date[:10])
    document.title = document.title or document.first_heading
    return document.article()


def _add_blocks(document: Document, parent: "_Element", depth: int, mark: str = "") -> None:
    for block in parent:
        if block.tag in _SKIPPED or depth > _MAX_DEPTH:
            continue
        match block.tag:
            case str(tag) if tag == f"{_TEXT}h":
                level = block.get(f"{_TEXT}outline-level", "1")
                document.heading(_words(block), int(level) if level.isdigit() else 1)
            case str(tag) if tag == f"{_TEXT}p" and mark:
                document.line(mark + one_line(_words(block)) if _words(block).strip() else "")
                mark = "" if mark == "- " else mark
            case str(tag) if tag == f"{_TEXT}p":
                lines = (one_line(line) for line in _words(block).split("\n"))
                document.paragraph("\n".join(lines))
            case str(tag) if tag == f"{_TEXT}list-item":
                _add_blocks(document, block, depth + 1, "- ")
            case str(tag) if tag == f"{_TABLE}table-row":
                document.row(_words(cell) for cell in block.iter(f"{_TABLE}table-cell"))
            case _:
                _add_blocks(document, block, depth + 1)


def _words(element: "_Element") -> str:
    """Text below an element, with its spaces, tabs and line breaks."""
    if element.tag in _SKIPPED or not isinstance(element.tag, str):
        return ""
    parts = [element.text or ""]
    for child in element:
        if child.tag in (f"{_TEXT}s", f"{_TEXT}tab"):
            parts.append(" ")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag == f"{_TEXT}note":
            parts.append(f" ({_words(child).strip()})")
        else:
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts) + (" " if element.tag == f"{_TEXT}p" else "")
