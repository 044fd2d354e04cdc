"""Which reader a file needs: by what it holds, then by its ending."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import PurePath

from index.errors import OnError, ReadError
from index.reading.archive import open_archive, stem
from index.reading.deadline import in_time
from index.reading.document import has_words
from index.reading.encoding import wide_without_bom
from index.types import Article

ENDINGS = {
    ".txt": "text", ".text": "text", ".log": "text", ".rst": "text", ".asc": "text",
    ".md": "markdown", ".markdown": "markdown", ".mkd": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".mhtml": "mhtml", ".mht": "mhtml",
    ".pdf": "pdf", ".docx": "word", ".docm": "word", ".dotx": "word", ".epub": "epub",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv",
    ".pptx": "slides", ".pptm": "slides", ".odt": "opendocument", ".rtf": "rtf",
    ".srt": "captions", ".vtt": "captions", ".rss": "feed", ".atom": "feed", ".xml": "feed",
    ".eml": "mail", ".zip": "zip",
}  # fmt: skip
#: What an error says about a file of another kind.
READABLE = (
    "what can be read is text, Markdown, HTML, PDF, Word, EPUB, PowerPoint, OpenDocument, RTF, "
    "mail, subtitles, CSV and feeds"
)
# Module and function of each kind; collections of files are taken apart by `sources`.
_READERS = {
    "text": ("text", "read_plain"),
    "markdown": ("markdown", "read_markdown"),
    "html": ("html", "read_html"),
    "mhtml": ("mail", "read_mhtml"),
    "mail": ("mail", "read_mail"),
    "pdf": ("pdf", "read_pdf"),
    "word": ("word", "read_word"),
    "epub": ("epub", "read_epub"),
    "slides": ("slides", "read_slides"),
    "opendocument": ("opendocument", "read_opendocument"),
    "rtf": ("rtf", "read_rtf"),
    "captions": ("captions", "read_captions"),
    "feed": ("feed", "read_feed"),
    "json": ("collections", "read_json"),
    "csv": ("collections", "read_csv"),
}
# What else of a file its reader wants to know.
_HINTS = {"text": ("charset",), "feed": ("charset",), "html": ("charset", "url")}
# Kinds that hold many articles, each of which may be no such thing.
_ROWS = frozenset(("json", "csv"))
# A reader that gets nowhere for so long, the longer for a larger file, is given up.
_STALL_SECONDS = 30.0
_BYTES_A_SECOND = 50_000
_MAX_BYTES = 300_000_000
_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or protected Office file: save it as .docx"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip file: unpack it first"),
    (b"BZh", "a bzip2 file: unpack it first"),
    (b"\xfd7zXZ", "an xz file: unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip file: unpack it first"),
    (b"Rar!", "a RAR file: unpack it first"),
    (b"(\xb5/\xfd", "a Zstandard file: unpack it first"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a Windows program"),
    (b"SQLite format 3", "a SQLite database"),
    (b"OggS", "an audio file"),
    (b"ID3", "an audio file"),
    (b"fLaC", "an audio file"),
    (b"\x1aE\xdf\xa3", "a video file"),
    (b"\0asm", "a WebAssembly program"),
    (b"PAR1", "a Parquet table"),
)  # fmt: skip
_RIFF = {b"WEBP": "a WebP image", b"WAVE": "an audio file", b"AVI ": "a video file"}
_TEXT_KINDS = frozenset(ENDINGS.values()) - {
    "pdf", "word", "epub", "slides", "opendocument", "rtf", "zip"
}  # fmt: skip
_PROLOGUE = rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
_HTML = re.compile(_PROLOGUE + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(_PROLOGUE + rb"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE | re.DOTALL)


def ending(name: str) -> str:
    """The ending of a file name in lower case, with its dot; "" when there is none."""
    return PurePath(name).suffix.lower()


def is_known(name: str) -> bool:
    """Whether a file of this name can be read by its ending."""
    return ending(name) in ENDINGS


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to read: what errors call them, their ending, and what a server said of them."""

    data: bytes
    name: str
    ending: str
    url: str = ""
    charset: str = ""


def kind_of(file: File) -> str:
    """The kind of reader a file needs.

    Raises:
        ReadError: It is empty, or of a kind that cannot be read.
    """
    data, name = file.data, file.name
    if not data.strip():
        raise ReadError(f"{name!r} has no text: it is empty; choose another file")
    if len(data) > _MAX_BYTES:
        raise ReadError(f"{name!r} is larger than {_MAX_BYTES // 1_000_000} MB: split it")
    named = ENDINGS.get(file.ending, "")
    found = _by_content(file)
    if found in ENDINGS.values():
        return found
    if found:
        raise ReadError(f"{name!r} looks like {found}" + ("" if ":" in found else f": {READABLE}"))
    if _is_binary(data):
        raise ReadError(f"{name!r} looks like a binary file: {READABLE}")
    looks_html = _HTML.match(data[:2000]) is not None
    if named in ("feed", "text") and looks_html:
        return "html"
    if named and named not in _TEXT_KINDS:
        content = "an HTML page" if looks_html else "plain text"
        raise ReadError(f"{name!r} is no {file.ending} file, it looks like {content}: rename it")
    if not named and _FEED.match(data[:2000]):
        return "feed"
    return named or ("html" if looks_html else "text")


def _by_content(file: File) -> str:
    """The kind told by the first bytes, a description of what cannot be read, or ""."""
    data = file.data
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file)
    binary = _is_binary(data)
    if binary and data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], "a media file")
    if binary and data[4:8] == b"ftyp":
        return "a video or image file"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and (binary or kind in _READERS or not signature.isalnum()):
            return kind
    if b"%PDF-" in data[:1024] and file.ending == ".pdf":
        return "pdf"
    return ""


def _zip_kind(file: File) -> str:
    archive = open_archive(file.data, file.name)
    members = set(archive.members)
    if "word/document.xml" in members:
        return "word"
    if "META-INF/container.xml" in members and "mimetype" in members:
        return "epub"
    if "xl/workbook.xml" in members:
        return "an Excel file: save it as .csv"
    if "ppt/presentation.xml" in members:
        return "slides"
    if "content.xml" in members and "mimetype" in members:
        kind = archive.read("mimetype")
        opens = kind.startswith(b"application/vnd.oasis.opendocument.text")
        return "opendocument" if opens else "an OpenDocument file that is no text: save it as .odt"
    named = ENDINGS.get(file.ending, "")
    return named if named and named not in _TEXT_KINDS else "zip"


def _is_binary(data: bytes) -> bool:
    sample = data[:8000]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_without_bom(sample):
        return False
    controls = sum(byte < 9 or 13 < byte < 27 for byte in sample)
    return controls > 0.05 * len(sample)


def articles_in(file: File, kind: str, on_error: OnError | None) -> Iterator[Article]:
    """Articles of one file that is no collection of files; ``kind`` as `kind_of` tells it.

    Args:
        file: What is to be read.
        kind: What `kind_of` says of it.
        on_error: Called with the error of each row that is no article, in the thread that reads.
            Without it the first is raised.

    Raises:
        ReadError: It cannot be read, or has no text.
    """
    name = file.name
    try:
        seconds = _STALL_SECONDS + len(file.data) / _BYTES_A_SECOND
        for article in in_time(_read(file, kind, on_error), seconds):
            if not has_words(article.text):
                raise ReadError(f"{name!r} has no text: choose another file")
            yield replace(article, id=article.id or stem(name), source=article.source or name)
    except TimeoutError:
        raise ReadError(f"{name!r} took too long to read: save it in another format") from None
    except RecursionError:
        raise ReadError(f"{name!r} is nested too deeply: save it in another format") from None


def _read(file: File, kind: str, on_error: OnError | None) -> Iterator[Article]:
    """Call the reader of one kind; its module is imported only now."""
    module, function = _READERS[kind]
    reader = getattr(import_module(f"index.reading.{module}"), function)
    hints = {hint: getattr(file, hint) for hint in _HINTS.get(kind, ())}
    if kind in _ROWS:
        hints["on_error"] = on_error
    found = reader(file.data, file.name, **hints)
    if isinstance(found, Article):
        yield found
    else:
        yield from found
