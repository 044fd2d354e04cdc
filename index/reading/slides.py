"""Presentations (.pptx): slides in order, their titles as headings, their notes after them."""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.reading.archive import Archive, open_archive
from index.reading.document import Document
from index.types import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PRESENTATION = "ppt/presentation.xml"
_FURNITURE = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
_TITLES = frozenset(("title", "ctrTitle"))


def read_slides(data: bytes, name: str) -> Article:
    """Read a .pptx file; every slide is a page, hidden ones stay empty.

    Raises:
        ReadError: The file is damaged.
    """
    archive = open_archive(data, name)
    if _PRESENTATION not in archive.members:
        raise ReadError(f"{name!r} is not a readable presentation: save it again")
    document = Document()
    for number, path in enumerate(_slides(archive)):
        slide = archive.xml(path)
        document.page()
        if slide.get("show") in ("0", "false"):
            continue
        _add_shapes(document, slide, 1 if number == 0 else 2)
        for notes in _related(archive, path).values():
            if "/notesSlide" in notes and notes in archive.members:
                _add_shapes(document, archive.xml(notes), 2)
    if "docProps/core.xml" in archive.members:
        core = archive.xml("docProps/core.xml")
        document.title = core.findtext("{*}title") or ""
        document.describe(author=core.findtext("{*}creator"))
        date = core.findtext("{*}created") or core.findtext("{*}modified") or ""
        document.describe(date=date[:10])
    document.title = document.title or document.first_heading
    return document.article()


def _slides(archive: Archive) -> Iterator[str]:
    """Paths of the slides in the order they are shown."""
    related = _related(archive, _PRESENTATION)
    for slide in archive.xml(_PRESENTATION).iterfind(f".//{_P}sldIdLst/{_P}sldId"):
        path = related.get(slide.get(f"{_R}id") or "")
        if path in archive.members:
            yield str(path)


def _related(archive: Archive, path: str) -> dict[str, str]:
    """Paths of the parts that a part refers to, by the id it uses for them."""
    folder, file = posixpath.split(path)
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in archive.members:
        return {}
    paths = {}
    for relation in archive.xml(relations):
        if relation.get("TargetMode") != "External":
            target = posixpath.join(folder, relation.get("Target", ""))
            paths[relation.get("Id", "")] = posixpath.normpath(target).lstrip("/")
    return paths


def _add_shapes(document: Document, slide: "_Element", level: int) -> None:
    for shape in slide.iter(f"{_P}sp", f"{_A}tbl"):
        if shape.tag == f"{_A}tbl":
            for row in shape.iter(f"{_A}tr"):
                document.row(" ".join(_lines(cell)) for cell in row.iter(f"{_A}tc"))
            continue
        placeholder = shape.find(f".//{_P}nvPr/{_P}ph")
        kind = "" if placeholder is None else placeholder.get("type", "")
        hidden = shape.find(f".//{_P}cNvPr[@hidden='1']") is not None
        if kind in _FURNITURE or hidden:
            continue
        lines = list(_lines(shape))
        if kind in _TITLES:
            document.heading(" ".join(lines), level)
        else:
            for line in lines:
                document.line(line)


def _lines(shape: "_Element") -> Iterator[str]:
    for paragraph in shape.iter(f"{_A}p"):
        parts = [
            "\n" if run.tag == f"{_A}br" else run.text or ""
            for run in paragraph.iter(f"{_A}t", f"{_A}br")
        ]
        yield from "".join(parts).split("\n")
