"""Visitors of the page: how long they stay, and what is theirs alone."""

import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from visiting import COMET, asked, listed, opened, wait_until

from bot import chat
from bot.chat import Bot
from bot.page.opening import arrange
from bot.page.shelf import Shelf
from bot.page.visit import Visit, Visits
from index.errors import LibraryError
from index.library import Change, Library
from index.reading import read_text
from index.types import Article


@pytest.fixture
def visit(bot: Bot) -> Visit:
    return Visit(bot)


def kept(bot: Bot, **seconds: float) -> tuple[Visits, list[str]]:
    """Visits, and the names of those forgotten so far."""
    forgotten: list[str] = []
    return Visits(lambda here: Visit(bot), forgotten.append, **seconds), forgotten


def with_comet(visits: Visits, uploads: Path) -> Visit:
    """The visit of session "a", whose page is open and which has added an article."""
    visits.opened("a")
    visit = visits.of("a", True)
    opened(visit, uploads, kind="text", value=COMET)
    return visit


def test_visitors_are_forgotten_some_time_after_they_left(bot: Bot, tmp_path: Path) -> None:
    visits, forgotten = kept(bot, left_seconds=0.2)
    visit = with_comet(visits, tmp_path)
    assert visits.of("a", True) is visit
    assert visits.of("b", True) is not visit
    visits.left("a")
    visits.opened("a")  # it came back in time
    time.sleep(0.4)
    assert visits.of("a", True) is visit
    visits.opened("a")  # once more, before the end of the old connection was noticed
    visits.left("a")
    time.sleep(0.4)
    assert visits.of("a", True) is visit
    visits.left("a")
    visits.left("never-seen")
    wait_until(lambda: forgotten == ["a"])
    assert listed(visits.of("a", True)) == [("moon-rocks", False)]
    assert listed(visit) == [("moon-rocks", False)]  # whoever still holds it, it is empty
    visits.close()


def test_a_new_session_goes_on_with_the_visit_of_its_token(bot: Bot, tmp_path: Path) -> None:
    visits, forgotten = kept(bot, left_seconds=0.2)
    visit = with_comet(visits, tmp_path)
    for token in ("", "x", visit.token[:-1], f"{visit.token}x", "\ud800"):
        assert visits.of(f"guess {token!r}", True, token) is not visit
    assert visits.of("b", False, visit.token) is not visit  # no powers of this machine elsewhere
    assert visits.of("a", True, visits.of("c", True).token) is visit  # not in mid-visit
    visits.left("a")
    visits.opened("b")
    assert visits.of("b", True, visit.token) is visit
    wait_until(lambda: forgotten == ["a"])
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]
    visits.left("b")
    wait_until(lambda: sorted(forgotten) == ["a", "b", "b"])
    assert listed(visit) == [("moon-rocks", False)]
    assert visits.of("c", True, visit.token) is not visit
    visits.close()


def test_a_page_begins_as_it_stood_as_far_as_the_articles_are_there(
    visit: Visit, tmp_path: Path
) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    for before, picked, shown in [
        ({"picked": ["pasted"], "shown": "pasted"}, ["pasted"], "pasted"),
        ({"picked": ["moon-rocks", "pasted", "x"]}, ["pasted", "moon-rocks"], "pasted"),
        ({"picked": ["x"], "shown": "x"}, ["moon-rocks"], "moon-rocks"),
        ({"picked": "pasted", "shown": ["pasted"]}, ["moon-rocks"], "moon-rocks"),
        ({}, ["moon-rocks"], "moon-rocks"),
    ]:
        state = arrange(visit, {"do": "begin", **before})
        assert (state["picked"], state["article"]["id"]) == (picked, shown)


def test_a_visit_without_an_open_page_ends_when_it_is_idle(bot: Bot) -> None:
    visits, forgotten = kept(bot, idle_seconds=0.2)
    visits.opened("reader")
    reader = visits.of("reader", True)
    for number in range(3):
        visits.of(f"script-{number}", True)
    wait_until(lambda: len(forgotten) == 3)
    assert visits.of("reader", True) is reader
    visits.close()


def test_who_comes_back_just_as_the_time_is_up_keeps_everything(bot: Bot, tmp_path: Path) -> None:
    visits, _ = kept(bot)
    visit = with_comet(visits, tmp_path)
    visits.left("a")
    up = time.monotonic() + 600
    assert visits.of("a", True) is visit
    visits._end(up)  # had been due, and gets the lock only now
    assert visits.of("a", True) is visit
    assert ("pasted", True) in listed(visit)
    visits.close()


def test_two_additions_at_once_do_not_pass_the_limit_together(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.page.shelf.MOST_CHARACTERS", 100)
    adding, release = threading.Event(), threading.Event()
    add = Library.add_articles

    def slow(self: Library, articles: Iterable[Article], *more: Any) -> list[Change]:
        adding.set()
        release.wait(20)
        return add(self, articles, *more)

    monkeypatch.setattr(Library, "add_articles", slow)
    first = threading.Thread(target=visit.shelf.add, args=([read_text(COMET)],))
    first.start()
    assert adding.wait(20)
    with pytest.raises(LibraryError, match="at most 100 fit here"):
        visit.shelf.add([read_text("The river Oda is 812 km long.")])
    release.set()
    first.join(60)
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]


BRIDGE = "The Old Bridge was built in 1905 by Anna Berg. It fell in 1997."


def test_the_questions_of_an_article_are_found_once_and_forgotten_with_it(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    candidates = chat.question_candidates

    def counted(article: Article) -> list[str]:
        looked_at.append(article.id)
        return candidates(article)

    monkeypatch.setattr(chat, "question_candidates", counted)
    questions = opened(visit, tmp_path, kind="text", value=BRIDGE)[-1]["questions"]
    assert questions
    for _ in range(2):
        final = asked(visit, "How do I bake a sourdough bread?", "pasted")
        assert final.answer is not None
        assert list(final.answer["suggestions"]) == questions
    assert opened(visit, tmp_path, kind="show", value="pasted")[-1]["questions"] == questions
    assert looked_at == ["pasted"]
    arrange(visit, {"do": "remove", "id": "pasted"})
    arrange(visit, {"do": "settle"})
    opened(visit, tmp_path, kind="text", value=BRIDGE)
    assert looked_at == ["pasted", "pasted"]


def test_a_library_that_cannot_be_read_is_one_clear_line(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Shelf) -> None:
        raise LibraryError("the library cannot be read: the disk is gone")

    monkeypatch.setattr(Shelf, "rows", broken)
    for request in ({"do": "begin"}, {"do": "undo"}):
        state = arrange(visit, {"request": 0, **request})
        assert state["stage"] == "arranged"
        assert state["error"] == "The library cannot be read: the disk is gone."
        assert "library" not in state
