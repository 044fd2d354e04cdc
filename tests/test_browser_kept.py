"""A library on disk as the drawer of articles, in a real browser."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import violations
from drawer import COMET, RIVER, WHO, add, close, drawer, heard, picked, remove, titles
from serving import serving

from index.library import Library

pytest_plugins = ["browsing"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept") / "mine.db"


@pytest.fixture(scope="module")
def kept_url(kept: Path) -> Iterator[str]:
    """A page that is served with a library on disk, which is new."""
    with serving(kept.parent, "--llm", "none", "--library", str(kept)) as (address, _):
        yield address


def kept_ids(path: Path) -> list[str]:
    with Library(path) as on_disk:
        return [entry.id for entry in on_disk.entries()]


def wait_for_ids(path: Path, ids: list[str]) -> None:
    deadline = time.monotonic() + 30
    while kept_ids(path) != ids and time.monotonic() < deadline:
        time.sleep(0.3)
    assert kept_ids(path) == ids


def test_a_library_on_disk_is_the_drawer(visit: Any, kept: Path, kept_url: str) -> None:
    visitor = visit(url=kept_url)
    page = visitor.page
    assert page.locator(".ab-title").inner_text() == "No article yet"
    assert page.locator("#ab-question").get_attribute("placeholder") == "Add an article to ask"
    assert page.locator("[data-do=ask]").is_disabled()
    assert violations(page) == []
    visitor.picture("library-empty")
    page.locator(".ab-sheet [data-do=invite]").click()
    assert "kept in the library" in page.locator("#ab-opener-hint").inner_text()
    page.fill("#ab-source", COMET)
    page.click("[data-do=read]")
    visitor.settled()
    page.locator(".ab-text", has_text="Anna Berg").wait_for()
    assert "Anna Berg" in visitor.ask(WHO).inner_text()
    add(visitor, RIVER)
    assert kept_ids(kept) == ["pasted", "pasted-2"]

    visitor.reload()
    assert titles(visitor) == ["Pasted text 2", "The comet"]
    assert picked(visitor) == ["Pasted text 2"]
    remove(visitor, "The comet")
    other = visit(url=kept_url)
    assert titles(other) == ["Pasted text 2", "The comet"]  # nothing is lost yet
    assert len(picked(other)) == 2
    close(visitor)  # now it is
    wait_for_ids(kept, ["pasted-2"])
    visitor.reload()
    assert titles(visitor) == ["Pasted text 2"]
    left = b"".join(path.read_bytes() for path in kept.parent.glob("mine.db*"))
    assert b"Anna Berg" not in left
    remove(visitor, "Pasted text 2")
    assert "No article yet" in drawer(visitor).locator(".ab-kept").inner_text()
    page.click(".ab-library [data-do=undo]")
    heard(visitor, "It is back.")
    remove(visitor, "Pasted text 2")
    visitor.context.close()  # who leaves does not undo any more
    wait_for_ids(kept, [])
