"""Reads what a visitor gives: a text, a web address or an upload."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.intake import UPLOAD
from index.types import Article

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# A text that was meant as an address: "htp:/example.org", "file:///etc/hosts".
_LIKE_ADDRESS = re.compile(r"[a-z]{2,10}:/\S*", re.IGNORECASE)


def read_given(
    request: Mapping[str, Any], uploads: Path, allow_private: bool
) -> tuple[list[Article], list[ReadError]]:
    """The articles of what was given, at least one, and why others in it cannot be read.

    ``request`` has ``kind`` ("text", "url" or "file") and ``value`` (the text, the address, the
    path of the upload), for a file also its ``name``.

    Raises:
        ReadError: It cannot be read, or holds no article.
    """
    from index.reading import read_all, read_bytes, read_text

    kind, value = request.get("kind"), str(request.get("value") or "")
    address = value.strip()
    errors: list[ReadError] = []
    articles: list[Article] = []
    if kind == "url" or (kind == "text" and _LIKE_ADDRESS.fullmatch(address)):
        # `read_all` takes paths too: a visitor must not read files of the server through it.
        if not _ADDRESS.fullmatch(address):
            raise ReadError(f"{address!r:.200} is not a web address: it must begin with https://")
        articles = list(read_all(address, allow_private=allow_private, on_error=errors.append))
    elif kind == "text":
        articles = [read_text(value)]
    elif kind == "file":
        data, name = _take_upload(Path(value), uploads), str(request.get("name") or "file")
        read = read_bytes(data, name, on_error=errors.append)
        # Its name is no path here: a file of this machine may happen to have the same.
        articles = [replace(a, source=f"{UPLOAD}{a.source}") for a in read]
    else:
        raise ReadError("there is nothing to read: give a file, a web address or a text")
    if not articles:
        raise errors[0]
    return articles, errors


def _take_upload(path: Path, uploads: Path) -> bytes:
    """The bytes of an uploaded file, which is deleted.

    Raises:
        ReadError: The path is not that of an upload.
    """
    # The path comes back from the browser, so it may name any file of this machine.
    if not path.resolve().is_relative_to(uploads.resolve()) or not path.is_file():
        raise ReadError("the upload did not arrive: please try again")
    data = path.read_bytes()
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # another file of the same content may lie beside it
        path.parent.rmdir()
    return data
