"""Articles on the page: opened, picked, removed, and kept in a library on disk."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from visiting import COMET, LONG, QUESTION, asked, listed, opened, wait_until

from bot.chat import Bot
from bot.page.indexing import Indexing
from bot.page.opening import arrange, first_state, library, open_article
from bot.page.shelf import Shelf
from bot.page.visit import Visit
from bot.types import NOT_IN_ARTICLE
from index.library import Library
from index.reading import read_text


@pytest.fixture
def visit(bot: Bot) -> Visit:
    return Visit(bot)


def test_pasted_text_joins_the_served_article_for_this_visitor(bot: Bot, tmp_path: Path) -> None:
    visit, other = Visit(bot), Visit(bot)
    states = opened(visit, tmp_path, kind="text", value=COMET)
    assert [state["stage"] for state in states][:2] == ["reading", "indexing"]
    assert (states[-2]["done"], states[-2]["total"]) == (1, 1)
    assert states[-1]["stage"] == "ready"
    assert states[-1]["article"]["title"] == "The comet"
    assert (states[-1]["added"], states[-1]["new"]) == (["pasted"], 1)
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]
    assert listed(other) == [("moon-rocks", False)]
    assert "Anna Berg" in asked(visit, "Who found the comet Hale?", "pasted").text
    assert asked(other, "Who found the comet Hale?", "moon-rocks").text == NOT_IN_ARTICLE
    assert "is gone" in asked(other, "Who found the comet Hale?", "pasted").error
    assert bot.article_ids() == ["moon-rocks"]


def test_questions_go_to_exactly_the_picked_articles(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    opened(visit, tmp_path, kind="text", value="The river Oda is 812 km long. It runs north.")
    assert [name for name, _ in listed(visit)] == ["pasted-2", "pasted", "moon-rocks"]
    everything = ["pasted", "pasted-2", "moon-rocks"]
    for question, article_id, words in [
        ("Who found the comet Hale?", "pasted", "Anna Berg"),
        ("How long is the river Oda?", "pasted-2", "812 km"),
        (QUESTION, "moon-rocks", "2020"),
    ]:
        for names in ([article_id], everything):
            final = asked(visit, question, *names)
            assert final.answer is not None
            assert words in final.text
            assert {c["article_id"] for c in final.answer["citations"]} == {article_id}
        others = [name for name in everything if name != article_id]
        assert words not in asked(visit, question, *others).text
    assert "pick one to ask" in asked(visit, QUESTION).error


def test_served_articles_are_not_embedded_again(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    embeddings = visit.served.store.embeddings
    embed, embedded = type(embeddings).embed_documents, []

    def counted(self: Any, texts: list[str], *more: Any) -> Any:
        embedded.extend(texts)
        return embed(self, texts, *more)

    monkeypatch.setattr(type(embeddings), "embed_documents", counted)
    assert "2020" in asked(visit, QUESTION, "pasted", "moon-rocks").text
    assert set(embedded) == {QUESTION}
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]
    assert "cannot be removed" in arrange(visit, {"do": "remove", "id": "moon-rocks"})["error"]


def test_what_is_too_much_for_one_visitor_is_one_clear_line(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    monkeypatch.setattr("bot.page.shelf.MOST_CHARACTERS", 100)
    final = opened(visit, tmp_path, kind="text", value="The Oda is 812 km long. " * 4)[-1]
    assert "at most 100 fit here" in final["error"]
    assert "at most 100 fit here" in asked(visit, QUESTION, "pasted", "moon-rocks").error
    assert "Anna Berg" in asked(visit, "Who found the comet Hale?", "pasted").text


def test_an_article_is_shown_again_without_reading_it(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    states = opened(visit, tmp_path, kind="show", value="moon-rocks")
    assert [state["stage"] for state in states] == ["reading", "showing", "ready"]
    assert states[-1]["article"]["id"] == "moon-rocks"
    assert states[-1]["questions"]
    final = opened(visit, tmp_path, kind="look", value="pasted")[-1]
    assert (final["article"]["id"], final["questions"]) == ("pasted", [])


def test_the_same_content_is_there_once_and_another_file_of_a_name_is_another_article(
    visit: Visit, tmp_path: Path
) -> None:
    for text, new in ((COMET, 1), (COMET, 0), ("The Oda is long.", 1)):
        upload = tmp_path / "0123" / "notes.txt"
        upload.parent.mkdir()
        upload.write_text(text, encoding="utf-8")
        final = opened(visit, tmp_path, kind="file", value=str(upload), name="notes.txt")[-1]
        assert final["new"] == new
    assert listed(visit)[:-1] == [("notes-2", True), ("notes", True)]
    assert {row["origin"] for row in library(visit)} == {"notes.txt", "moon-rocks.md"}


def test_a_zip_adds_all_its_articles_and_says_what_it_cannot_read(
    visit: Visit, tmp_path: Path
) -> None:
    upload = tmp_path / "0123" / "notes.zip"
    upload.parent.mkdir()
    with zipfile.ZipFile(upload, "w") as archive:
        archive.writestr("comet.txt", COMET)
        archive.writestr("moon-rocks.md", "# Another\n\nThe river Oda is 812 km long.")
        archive.writestr("noise.pdf", bytes(range(256)) * 40)
    final = opened(visit, tmp_path, kind="file", value=str(upload), name="notes.zip")[-1]
    assert final["added"] == ["comet", "moon-rocks-2"]
    assert len(final["failures"]) == 1
    assert "noise.pdf" in final["failures"][0]
    final_state = asked(visit, "How long is the river Oda?", "comet", "moon-rocks-2", "moon-rocks")
    assert "812 km" in final_state.text


def test_a_removal_can_be_undone_until_it_is_settled(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    key = visit.article("pasted").content_hash
    state = arrange(visit, {"request": "remove", "do": "remove", "id": "pasted"})
    assert [row["id"] for row in state["library"]] == ["moon-rocks"]
    assert not visit.holds("pasted", key)
    assert "is gone" in asked(visit, "Who found the comet Hale?", "pasted").error
    assert arrange(visit, {"do": "undo"})["back"] == "pasted"
    assert visit.holds("pasted", key)
    assert "Anna Berg" in asked(visit, "Who found the comet Hale?", "pasted").text
    arrange(visit, {"do": "remove", "id": "pasted"})
    arrange(visit, {"do": "settle"})
    assert arrange(visit, {"do": "undo"})["back"] is None
    assert listed(visit) == [("moon-rocks", False)]
    assert "no article" in opened(visit, tmp_path, kind="show", value="pasted")[-1]["error"]


def test_an_upload_is_read_and_deleted(visit: Visit, tmp_path: Path) -> None:
    upload = tmp_path / "0123" / "comet.txt"
    upload.parent.mkdir()
    upload.write_text(COMET, encoding="utf-8")
    states = opened(visit, tmp_path, kind="file", value=str(upload), name="comet.txt")
    assert states[-1]["article"]["id"] == "comet"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"kind": "text", "value": " \n "}, "paste an article"),
        ({"kind": "text", "value": "🙂"}, "paste an article"),
        ({"kind": "text", "value": "htp:/nonsense"}, "'htp:/nonsense' is not a web address"),
        ({"kind": "text", "value": "file:///etc/hosts"}, "is not a web address"),
        ({"kind": "url", "value": "file:///etc/passwd"}, "not a web address"),
        ({"kind": "url", "value": "/etc/passwd"}, "not a web address"),
        ({"kind": "url", "value": "http://127.0.0.1:1/"}, "127.0.0.1"),
        ({"kind": "file", "value": "/etc/passwd", "name": "a.txt"}, "did not arrive"),
        ({"kind": "file", "value": "../../../etc/passwd", "name": "a.txt"}, "did not arrive"),
        ({"kind": "show", "value": "no-such"}, "no-such"),
        ({"kind": "look", "value": "no-such"}, "no-such"),
        ({"kind": "else", "value": ""}, "nothing to read"),
        ({}, "nothing to read"),
    ],
    ids=str,
)
def test_what_cannot_be_opened_is_one_clear_line(
    visit: Visit, tmp_path: Path, request_: dict[str, str], line: str
) -> None:
    final = opened(visit, tmp_path, **request_)[-1]
    assert final["stage"] == "failed"
    assert line in final["error"]
    assert "\n" not in final["error"]
    assert listed(visit) == [("moon-rocks", False)]


def test_a_link_out_of_the_uploads_is_not_followed(visit: Visit, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(COMET, encoding="utf-8")
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "link.txt").symlink_to(secret)
    final = opened(visit, uploads, kind="file", value=str(uploads / "link.txt"), name="a.txt")[-1]
    assert "did not arrive" in final["error"]
    assert secret.exists()


def test_the_page_opens_without_any_article(bot: Bot) -> None:
    state = first_state(Visit(bot.with_articles([])))
    assert (state["stage"], state["article"], state["questions"]) == ("ready", None, [])


@pytest.fixture
def kept(bot: Bot, tmp_path: Path) -> Iterator[Callable[[], Visit]]:
    """Makes visitors of a page that is served with a library on disk."""
    with Library(tmp_path / "kept.db", bot.store.embeddings) as kept_library:
        served = bot.over(kept_library.store)
        shelf = Shelf(served, kept_library)
        yield lambda: Visit(served, shelf=shelf)


def test_an_empty_library_opens_empty_and_keeps_what_is_added(
    bot: Bot, kept: Callable[[], Visit], tmp_path: Path
) -> None:
    visit = kept()
    state = arrange(visit, {"request": 0, "do": "begin"})
    assert (state["stage"], state["article"], state["library"]) == ("ready", None, [])
    opened(visit, tmp_path, kind="text", value=COMET)
    visit.close()
    with Library(tmp_path / "kept.db", bot.store.embeddings) as again:
        assert [entry.id for entry in again.entries()] == ["pasted"]
    other = kept()
    assert arrange(other, {"request": 0, "do": "begin"})["picked"] == ["pasted"]
    assert "Anna Berg" in asked(other, "Who found the comet Hale?", "pasted").text


def test_what_is_removed_from_a_library_leaves_no_trace(
    kept: Callable[[], Visit], tmp_path: Path
) -> None:
    visit, other = kept(), kept()
    opened(visit, tmp_path, kind="text", value=COMET)
    arrange(visit, {"do": "remove", "id": "pasted"})
    assert listed(visit) == []
    assert listed(other) == [("pasted", True)]  # nothing is lost yet
    visit.close()  # who leaves does not undo any more
    assert listed(other) == []
    left = b"".join(path.read_bytes() for path in tmp_path.glob("kept.db*"))
    assert left
    assert b"Anna Berg" not in left


def test_a_cancelled_addition_is_not_in_the_library(
    kept: Callable[[], Visit], tmp_path: Path
) -> None:
    visit = kept()
    steps = open_article(visit, {"kind": "text", "value": LONG}, tmp_path, allow_private=False)
    while next(steps)["stage"] != "indexing":
        pass
    next(steps)
    steps.close()
    for thread in threading.enumerate():
        if thread.name == "indexing":
            thread.join(60)
    assert listed(visit) == []


def test_a_cancellation_after_the_last_passage_takes_the_articles_back(
    kept: Callable[[], Visit],
) -> None:
    visit = kept()
    indexing = Indexing(visit.shelf, [read_text(COMET)])
    indexing._cancelled.set()
    indexing._step = lambda done, total: None  # type: ignore[method-assign]
    indexing._run()
    assert listed(visit) == []


def test_who_stops_at_the_last_passage_stops_what_is_already_in(visit: Visit) -> None:
    indexing = Indexing(visit.shelf, [read_text(COMET)])
    steps = indexing.progress()
    assert next(steps) == (1, 1)
    wait_until(lambda: listed(visit)[0] == ("pasted", True))
    steps.close()
    wait_until(lambda: listed(visit) == [("moon-rocks", False)])


def test_an_addition_can_be_given_up_before_and_after_it_is_read(
    visit: Visit, tmp_path: Path
) -> None:
    comet = {"request": "a", "kind": "text", "value": COMET}
    for given_up_at in ("reading", "indexing"):
        steps = open_article(visit, comet, tmp_path, allow_private=False)
        while next(steps)["stage"] != given_up_at:
            pass
        arrange(visit, {"do": "cancel", "id": "a"})
        assert "ready" not in [state["stage"] for state in steps]
        for thread in threading.enumerate():
            if thread.name == "indexing":
                thread.join(60)
        assert listed(visit) == [("moon-rocks", False)]
    assert opened(visit, tmp_path, **{**comet, "request": "b"})[-1]["stage"] == "ready"
