"""Reading on the public sets beside the repository; skipped where they are absent."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import ReadError
from index.reading import read, read_all, read_bytes, read_text
from index.reading.encoding import decode
from index.types import Article

DATA = Path(__file__).parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the public sets are not here")


def rows(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open("rb") as lines:
        return [json.loads(line) for line in lines]


def test_encodings() -> None:
    files = rows("encodings.public.jsonl")
    exact = 0
    for row in files:
        text = decode((DATA / row["file"]).read_bytes(), row["id"]).text
        exact += hashlib.sha256(text.encode("utf-8")).hexdigest() == row["sha256_utf8"]
    assert exact >= 0.95 * len(files)


def test_odd_pdfs_are_read_or_refused() -> None:
    for row in rows("pdf_edge.jsonl"):
        started = time.monotonic()
        articles, message = outcome(lambda path=DATA / row["pdf"]: [read(path)])
        assert time.monotonic() - started < 10
        assert message or len(articles[0].page_starts) == row["pages"]


def outcome(read_them: Callable[[], list[Article]]) -> tuple[list[Article], str]:
    """What was read, or the one line that says why not; any other error fails the test."""
    try:
        return read_them(), ""
    except ReadError as error:
        message = str(error)
    assert message
    assert "\n" not in message
    return [], message


def naughty() -> list[str]:
    return [row["text"] for row in rows("naughty_strings.jsonl")]


def checked(text: str, found: str) -> None:
    """What is read has the words of the source and nothing that cannot be shown."""
    found.encode("utf-8")
    assert found == found.strip()
    assert "\0" not in found
    assert found.split() == text.replace("\0", " ").split() or not text.isprintable()


@pytest.mark.parametrize("ending", ["txt", "md", "html", "csv", "json", "eml", ""])
def test_naughty_strings_as_file_content(ending: str) -> None:
    for text in naughty():
        data = text.encode("utf-8", "surrogatepass")
        articles, message = outcome(lambda data=data: list(read_bytes(data, f"x.{ending}")))
        assert message or (articles and all(article.text.strip() for article in articles))


def test_naughty_strings_as_pasted_text() -> None:
    for text in naughty():
        try:
            checked(text, read_text(text).text)
        except ReadError:
            assert not text.isprintable() or not any(char.isalnum() for char in text)


def test_naughty_strings_as_source() -> None:
    for text in naughty():
        if text.startswith("http") or text == "-":
            continue  # fetched, or read from standard input
        articles, message = outcome(lambda text=text: [read(text)])
        assert message or articles[0].text.strip()


def test_naughty_strings_as_file_names(tmp_path: Path) -> None:
    for number, text in enumerate(naughty()):
        name = text.replace("/", "_")[:60] + ".txt"
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            (folder / name).write_text("Some words.", "utf-8")
        except (OSError, ValueError):
            continue
        articles, message = outcome(lambda path=folder / name: [read(path)])
        assert message or articles[0].text == "Some words."
        if not name.startswith((".", "~$")):
            assert len(list(read_all(folder))) == 1


def test_naughty_strings_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    wanted = [text for text in naughty() if text.strip()]
    lines = [json.dumps({"id": text, "title": text, "text": text}) for text in wanted]
    path.write_text("\n".join(lines), "utf-8")
    errors: list[ReadError] = []
    articles = list(read_all(path, on_error=errors.append))
    assert len(articles) + len(errors) == len(wanted)
    assert len({article.id for article in articles}) == len(articles)
    assert all("\n" not in str(error) for error in errors)
