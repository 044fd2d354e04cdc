"""Finding articles: what a source is, and every file in folders, zips, globs and collections."""

import glob
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from index.errors import OnError, ReadError, handed_to
from index.reading.archive import open_archive, stem
from index.reading.formats import ENDINGS, READABLE, File, articles_in, ending, is_known, kind_of
from index.types import Article

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://\S*")
_BARE_SCHEME = re.compile(r"(?:file|ftps?|javascript|data|mailto|about|blob|vbscript|tel):\S", re.I)
_GLOB = re.compile(r"[*?\[]")
_MAX_PATH = 300
_STDIN = "-"


def find_articles(
    source: str | Path, allow_private: bool, on_error: OnError | None
) -> Iterator[Article]:
    """Every article of a source, as `index.reading.read_all` describes it."""
    if isinstance(source, Path):
        yield from _path(str(source), on_error)
        return
    text = source.strip()
    single = "\n" not in text and "\r" not in text
    if source == _STDIN:
        yield from _bytes(_standard_input(), "stdin", on_error)
    elif single and _URL.fullmatch(text):
        yield from _url(text, allow_private, on_error)
    elif single and len(text) < _MAX_PATH and (_SCHEME.fullmatch(text) or _BARE_SCHEME.match(text)):
        raise ReadError(f"{text!r} is not an http or https address: only those are read")
    elif text and single and _exists(source):
        yield from _path(source, on_error)
    elif single and (paths := _expand(text)):
        yield from _each(paths, on_error)
    elif single and looks_like_path(text):
        raise ReadError(f"no such file: {text!r}")
    else:
        yield pasted(source, "", "pasted")


def list_files(source: str | Path) -> list[str | Path]:
    """The files of a folder or glob, sorted; any other source is itself."""
    text = str(source).strip()
    if text and "\n" not in text and len(text) < _MAX_PATH:
        if os.path.isdir(source):
            return list(_walk(str(source)))
        if isinstance(source, str) and not _exists(source) and not _URL.fullmatch(text):
            return list(_expand(text)) or [source]
    return [source]


def find_in_bytes(data: bytes, name: str, on_error: OnError | None) -> Iterator[Article]:
    """Every article of an upload; ``name`` gives its ending."""
    yield from _bytes(data, name, on_error)


def pasted(text: str, title: str, identifier: str) -> Article:
    """An article of pasted text: Markdown where it clearly is that, else plain text.

    Raises:
        ReadError: There is no text.
    """
    from index.reading.markdown import is_markdown, markdown_document
    from index.reading.text import plain_document

    if is_markdown(text):
        document = markdown_document(text)
        document.title = title or document.title
    else:
        document = plain_document(text, title)
    if document.is_empty:
        raise ReadError("the pasted text has no text: paste an article")
    return replace(document.article(), id=identifier)


def looks_like_path(text: str) -> bool:
    """Whether a line that is no existing file was probably meant as one."""
    if not 0 < len(text) < _MAX_PATH or "\0" in text:
        return False
    has_separator = "/" in text or "\\" in text
    if any(character.isspace() for character in text):
        return is_known(text) and (has_separator or len(text.split()) <= 5)
    return is_known(text) or has_separator or text.isascii()


def with_unique_ids(articles: Iterable[Article]) -> Iterator[Article]:
    """Give a repeated id the suffix "-2", "-3" and so on."""
    seen: set[str] = set()
    last: dict[str, int] = {}
    for article in articles:
        unique, number = article.id, last.get(article.id, 1)
        while unique in seen:
            number += 1
            unique = f"{article.id}-{number}"
        last[article.id] = number
        seen.add(unique)
        yield article if unique == article.id else replace(article, id=unique)


def _standard_input() -> bytes:
    try:
        return sys.stdin.buffer.read()
    except (OSError, AttributeError, ValueError):
        raise ReadError("standard input cannot be read: pipe an article into it") from None


def _exists(path: str) -> bool:
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def _expand(pattern: str) -> list[str]:
    if not _GLOB.search(pattern) or not looks_like_path(pattern) or len(pattern) >= _MAX_PATH:
        return []
    try:
        return sorted(path for path in glob.iglob(pattern, recursive=True) if os.path.isfile(path))
    except (OSError, ValueError, re.error, RecursionError):
        return []


def _url(url: str, allow_private: bool, on_error: OnError | None) -> Iterator[Article]:
    from index.reading.web import fetch, slug

    fetched = fetch(url, allow_private)
    file = File(fetched.data, url, fetched.ending, fetched.url, fetched.charset)
    for article in _file(file, on_error):
        named = article if article.id not in ("", stem(url)) else replace(article, id=slug(url))
        yield replace(named, source=url)


def _path(path: str, on_error: OnError | None) -> Iterator[Article]:
    if os.path.isdir(path):
        found = False
        for article in _each(_walk(path), on_error):
            found = True
            yield article
        if not found and on_error is None:
            known = " ".join(sorted(ENDINGS))
            raise ReadError(f"{path!r} holds no article: put in files that end in {known}")
        return
    if not os.path.exists(path):
        raise ReadError(f"no such file: {path!r}")
    if not os.path.isfile(path):
        raise ReadError(f"{path!r} is no regular file: use - to read standard input")
    try:
        if ENDINGS.get(ending(path)) == "jsonl":
            from index.reading.collections import read_jsonl

            with open(path, "rb") as lines:
                for article in read_jsonl(lines, path, on_error):
                    yield replace(article, source=path)
            return
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReadError(f"{path!r} cannot be opened ({reason}): check its permissions") from None
    yield from _bytes(data, path, on_error)


def _walk(folder: str) -> Iterator[str]:
    """Files of known endings below a folder, sorted; hidden ones are left out."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_known(name) and not name.startswith((".", "~$")):
                yield os.path.join(parent, name)


def _each(paths: Iterable[str], on_error: OnError | None) -> Iterator[Article]:
    for path in paths:
        with handed_to(on_error):
            yield from _path(path, on_error)


def _bytes(data: bytes, name: str, on_error: OnError | None) -> Iterator[Article]:
    yield from _file(File(data, name, ending(name)), on_error)


def _file(file: File, on_error: OnError | None) -> Iterator[Article]:
    kind = kind_of(file)
    if kind == "zip":
        yield from _zip(file, on_error)
    elif kind == "jsonl":
        from index.reading.collections import read_jsonl

        for article in read_jsonl(io.BytesIO(file.data), file.name, on_error):
            yield replace(article, source=file.name)
    else:
        yield from articles_in(file, kind, on_error)


def _zip(file: File, on_error: OnError | None) -> Iterator[Article]:
    """Articles of the files in a zip; zips inside it are left out."""
    archive = open_archive(file.data, file.name)
    found = False
    for member in sorted(archive.members):
        parts = member.split("/")
        hidden = any(part.startswith((".", "__MACOSX", "~$")) for part in parts)
        if hidden or not is_known(member) or ENDINGS[ending(member)] == "zip":
            continue
        with handed_to(on_error):
            for article in _bytes(archive.read(member), f"{file.name}/{member}", on_error):
                found = True
                yield article
    if not found and on_error is None:
        raise ReadError(f"{file.name!r} holds no article: {READABLE}")
