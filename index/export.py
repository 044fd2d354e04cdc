"""Articles out of a library again: a folder of Markdown to read, or JSON lines to process."""

import json
import re
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryError
from index.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 100


def export(articles: Iterable[Article], target: Path) -> int:
    """Write articles to ``target``; returns how many.

    A target that ends in ``.jsonl`` becomes one file of rows ``{"id", "title", "source", "text",
    …metadata}``, which can be added to a library again. Any other becomes a folder with one
    Markdown file an article, headings marked, and ``index.json`` that says which file is what.

    Raises:
        LibraryError: The target is there already, or cannot be written.
    """
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise LibraryError(f"{str(target)!r} exists: name a new file or an empty folder")
    with _clear_errors(target):
        if target.suffix.lower() == ".jsonl":
            return _write_jsonl(articles, target)
        return _write_markdown(articles, target)


def markdown(article: Article) -> str:
    """The article as Markdown: its text with the headings marked, under its title."""
    text = article.text
    for heading in reversed(article.headings):
        text = f"{text[: heading.start]}{'#' * heading.level} {text[heading.start :]}"
    first = article.text[: article.headings[0].end].strip() if article.headings else ""
    if article.title and first != article.title:
        text = f"# {article.title}\n\n{text}"
    return text.rstrip("\n") + "\n"


def _write_jsonl(articles: Iterable[Article], target: Path) -> int:
    scratch = target.with_name(target.name + ".tmp")
    count = 0
    try:
        with scratch.open("w", encoding="utf-8") as lines:
            for article in articles:
                row = {**article.metadata, **_described(article), "text": article.text}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)
    return count


def _write_markdown(articles: Iterable[Article], target: Path) -> int:
    target.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    taken = {"index"}
    for article in articles:
        name = stem = _UNSAFE.sub("-", article.id).strip("-.")[:_LONGEST_NAME] or "article"
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        (target / f"{name}.md").write_text(markdown(article), encoding="utf-8")
        rows.append({"file": f"{name}.md", **article.metadata, **_described(article)})
    index = json.dumps(rows, ensure_ascii=False, indent=2)
    (target / "index.json").write_text(index + "\n", encoding="utf-8")
    return len(rows)


def _described(article: Article) -> dict[str, str]:
    return {"id": article.id, "title": article.title, "source": article.source}


@contextmanager
def _clear_errors(target: Path) -> "Iterator[None]":
    try:
        yield
    except OSError as error:
        raise LibraryError(f"cannot write {str(target)!r}: {error.strerror}") from error
