"""EPUB books: the chapters of the spine, in reading order."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from index.errors import ReadError
from index.reading.archive import Archive, open_archive
from index.reading.document import Document
from index.reading.encoding import decode
from index.reading.markup import add_markup, parse_html
from index.types import Article

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_ALGORITHMS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_CHAPTER_TYPES = ("application/xhtml+xml", "text/html", "application/xml", "text/xml")


def read_epub(data: bytes, name: str) -> Article:
    """Read an EPUB file.

    Raises:
        ReadError: The book is damaged, protected (DRM), or has no chapter.
    """
    archive = open_archive(data, name)
    if _is_protected(archive):
        raise ReadError(f"{name!r} is protected (DRM): use a copy without protection")
    package_path = _package_path(archive)
    package = archive.xml(package_path)
    document = Document()
    told = {
        field: [e.text for e in package.iterfind(f".//{{*}}{field}") if e.text]
        for field in ("title", "creator", "date", "language", "publisher")
    }
    fields = {field: texts[0] if texts else None for field, texts in told.items()}
    document.title = fields["title"] or ""
    document.describe(
        author=", ".join(told["creator"]) or None, date=fields["date"], language=fields["language"],
        site=fields["publisher"],
    )  # fmt: skip
    for chapter in _chapters(archive, package_path):
        tree = parse_html(decode(archive.read(chapter), f"{name}/{chapter}").text)
        if tree is not None:
            add_markup(document, tree)
    return document.article()


def _is_protected(archive: Archive) -> bool:
    if _ENCRYPTION not in archive.members:
        return False
    methods = archive.xml(_ENCRYPTION).iterfind(".//{*}EncryptionMethod")
    return any(method.get("Algorithm") not in _FONT_ALGORITHMS for method in methods)


def _package_path(archive: Archive) -> str:
    if _CONTAINER in archive.members:
        for root in archive.xml(_CONTAINER).iterfind(".//{*}rootfile"):
            if path := root.get("full-path"):
                return str(path)
    for member in archive.members:
        if member.endswith(".opf"):
            return member
    raise ReadError(f"{archive.name!r} is not a readable EPUB: it has no package file")


def _chapters(archive: Archive, package_path: str) -> Iterator[str]:
    """Paths of the chapters, in the order of the spine."""
    package = archive.xml(package_path)
    folder = posixpath.dirname(package_path)
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    present = set(archive.members)
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTER_TYPES:
            continue
        if "nav" in (item.get("properties") or "").split() or reference.get("linear") == "no":
            continue
        path = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        if path in present:
            yield path
