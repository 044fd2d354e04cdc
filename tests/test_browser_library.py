"""The articles at hand, in a real browser: added, shown, picked, asked, removed."""

import io
import json
import zipfile
from typing import Any

import pytest
from browsing import LOOKS, PHONE, QUESTION, Visitor, violations
from drawer import (
    COMET,
    HOW_LONG,
    RIVER,
    WHO,
    add,
    asking,
    close,
    drawer,
    heard,
    picked,
    remove,
    titles,
    upload,
)

from bot.build import default_article
from bot.types import NOT_IN_ARTICLE

pytest_plugins = ["browsing"]

COMETS = "\n\n".join(f"In {y} the comet of {y} was seen by many. " * 6 for y in range(1000, 1700))
MOON = default_article().title


def test_what_is_added_joins_and_the_picked_ones_are_asked(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    assert titles(visitor) == [MOON]
    assert "yours alone" in drawer(visitor).inner_text()
    add(visitor, COMET)
    heard(visitor, "Added: The comet")
    assert titles(visitor) == ["The comet", MOON]
    assert picked(visitor) == ["The comet"]
    rows = drawer(visitor).locator(".ab-item").all_inner_texts()
    assert "75 characters" in rows[0]
    assert "ready" in rows[0]
    assert "moon-rocks.md" in rows[1]
    assert drawer(visitor).locator("[data-act=remove]").count() == 1  # the served one stays
    add(visitor, RIVER)
    assert picked(visitor) == ["Pasted text 2"]
    close(visitor)
    assert page.locator(".ab-asking").is_hidden()
    assert "812 km" in visitor.ask(HOW_LONG).inner_text()
    assert NOT_IN_ARTICLE in visitor.ask(WHO).inner_text()
    drawer(visitor).locator(".ab-all input").check()
    close(visitor)
    assert asking(visitor) == "Asking all 3 articles"
    for question, words, title in [
        (WHO, "Anna Berg", "The comet"),
        (QUESTION, "2020", MOON),
        (HOW_LONG, "812 km", "Pasted text 2"),
    ]:
        turn = visitor.ask(question)
        assert words in turn.inner_text()
        marker = turn.locator("button.ab-cite").first
        marker.focus()
        marker.click()
        page.wait_for_function(
            "(title) => [...document.querySelectorAll('.ab-title, .ab-text h1')]"
            ".some((node) => node.textContent === title)",
            arg=title,
        )
        assert words in visitor.marked()
        assert visitor.sees_mark()
    assert page.locator(".ab-turn").count() == 5  # one conversation all along
    page.click(".ab-asking")
    drawer(visitor).get_by_label(f"Ask “{MOON}”").uncheck()
    close(visitor)
    assert asking(visitor) == "Asking 2 articles"
    assert NOT_IN_ARTICLE in visitor.ask(QUESTION).inner_text()


def test_a_click_shows_an_article_and_asks_it_alone_or_only_shows_it(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    add(visitor, COMET)
    drawer(visitor).locator(".ab-talk", has_text=MOON).click()
    assert drawer(visitor)  # opened again: it closes as an article is shown
    page.locator(".ab-text", has_text="Wolf Amendment").wait_for()
    page.wait_for_function("document.querySelectorAll('.ab-example:enabled').length === 3")
    assert picked(visitor) == [MOON]
    drawer(visitor).locator(".ab-all input").check()
    drawer(visitor).locator(".ab-talk", has_text="The comet").click()
    page.locator(".ab-text", has_text="Anna Berg").wait_for()
    assert picked(visitor) == ["The comet", MOON]
    drawer(visitor).locator(".ab-all input").uncheck()
    assert picked(visitor) == ["The comet"]
    drawer(visitor).get_by_label("Ask “The comet”").uncheck()
    close(visitor)
    assert "No article is picked" in asking(visitor)
    assert page.locator("[data-do=ask]").is_disabled()


def test_a_removal_can_be_undone_and_is_then_settled(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    add(visitor, COMET)
    remove(visitor, "The comet")
    assert titles(visitor) == [MOON]
    page.locator(".ab-text", has_text="Wolf Amendment").wait_for()  # the other one is shown
    page.click(".ab-library [data-do=undo]")
    heard(visitor, "It is back.")
    assert titles(visitor) == ["The comet", MOON]
    page.locator(".ab-text", has_text="Anna Berg").wait_for()
    page.wait_for_function("document.querySelector('.ab-library .ab-undo').hidden")
    assert picked(visitor) == ["The comet"]
    remove(visitor, "The comet")
    close(visitor)
    assert drawer(visitor).locator(".ab-undo").is_hidden()
    assert titles(visitor) == [MOON]
    close(visitor)
    page.locator(".ab-text", has_text="Wolf Amendment").wait_for()
    page.locator("[data-do=ask]:enabled").wait_for()
    assert "2020" in visitor.ask(QUESTION).inner_text()


def test_a_zip_adds_all_and_says_what_failed(visit: Any) -> None:
    visitor = visit()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(8):
            text = f"# Comet {number}\n\nComet {number} was found in {1900 + number} by Anna."
            archive.writestr(f"comet-{number}.md", text)
        archive.writestr("noise.pdf", bytes(range(256)) * 40)
    upload(visitor, "comets.zip", packed.getvalue())
    visitor.settled()
    heard(visitor, "Articles added: 8")
    assert len(titles(visitor)) == 9
    assert len(picked(visitor)) == 8
    failed = drawer(visitor).locator("[data-status=failed]")
    assert "noise.pdf" in failed.inner_text()
    failed.get_by_role("button").click()
    assert failed.count() == 0
    visitor.page.get_by_label("Search the titles").fill("comet 5")
    assert titles(visitor) == ["Comet 5"]
    visitor.page.get_by_label("Search the titles").fill("no such")
    assert "No title has these words." in drawer(visitor).inner_text()
    close(visitor)
    assert asking(visitor) == "Asking 8 articles"
    assert "1905" in visitor.ask("When was Comet 5 found?").inner_text()


def test_what_fails_is_told_in_the_drawer_and_can_be_cancelled(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    drawer(visitor).locator("[data-do=add]").click()
    page.fill("#ab-source", "http://127.0.0.1:9/article")
    page.press("#ab-source", "Enter")
    page.locator("#ab-opener-error", has_text="127.0.0.1").wait_for()
    page.click(".ab-opener [data-do=close]")
    assert "private address" in drawer(visitor).locator("[data-status=failed]").inner_text()
    drawer(visitor).locator("[data-do=add]").click()
    page.locator("#ab-source").evaluate("(field, text) => { field.value = text; }", COMETS)
    page.click("[data-do=read]")
    job = drawer(visitor).locator("[data-status=indexing]")
    job.get_by_text("passages").wait_for()
    job.get_by_role("button", name="Cancel").click()
    heard(visitor, "Cancelled.")
    assert titles(visitor) == [MOON]
    close(visitor)
    assert "2020" in visitor.ask(QUESTION).inner_text()
    assert titles(visitor) == [MOON]


def stages(visitor: Visitor) -> list[tuple[str, str]]:
    """Name and stage of everything that is being added, as the drawer shows them."""
    jobs = drawer(visitor).locator(".ab-job").all()
    return [
        (job.locator(".ab-talk-title").inner_text(), str(job.get_attribute("data-status")))
        for job in jobs
    ]


def test_what_is_added_while_something_is_indexed_waits_its_turn(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    upload(visitor, "comets.txt", COMETS.encode())
    drawer(visitor).locator("[data-status=indexing]").wait_for()
    drawer(visitor).locator("[data-do=add]").click()
    page.fill("#ab-source", COMET)
    page.click("[data-do=read]")
    page.locator(".ab-opener").wait_for(state="hidden")
    upload(visitor, "photo.pdf", bytes(range(256)) * 40)
    upload(visitor, "river.txt", RIVER.encode())
    upload(visitor, "lake.txt", b"The lake Ume is 9 km wide.")
    assert stages(visitor)[1:] == [
        (" ".join(COMET.split()), "waiting"),
        ("photo.pdf", "waiting"),
        ("river.txt", "waiting"),
        ("lake.txt", "waiting"),
    ]
    waiting = drawer(visitor).locator(".ab-job", has_text="lake.txt")
    assert "Waiting its turn" in waiting.inner_text()
    waiting.get_by_role("button", name="Cancel").click()
    close(visitor)
    assert "3 more waiting" in page.locator(".ab-progress-text").inner_text()
    page.click("[data-do=change]")
    page.fill("#ab-source", "Typed while the others come in.")
    page.locator(".ab-asking", has_text="3 articles").wait_for(timeout=120_000)
    page.wait_for_timeout(1000)
    assert page.locator("#ab-source").input_value() == "Typed while the others come in."
    page.keyboard.press("Escape")
    # What could not be read comes up by itself.
    failed = page.locator(".ab-library [data-status=failed]:visible")
    assert "photo.pdf" in failed.inner_text()
    assert titles(visitor) == ["comets", "river", "The comet", MOON]
    assert picked(visitor) == ["comets", "river", "The comet"]
    close(visitor)
    for question, words in ((WHO, "Anna Berg"), (HOW_LONG, "812 km")):
        assert words in visitor.ask(question).inner_text()
    assert page.locator(".ab-turn").count() == 2


def test_what_is_cancelled_does_not_come_and_the_next_does(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    upload(visitor, "comets.txt", COMETS.encode())
    job = drawer(visitor).locator("[data-status=indexing]")
    job.wait_for()
    add_behind = {"name": "river.txt", "mimeType": "text/plain", "buffer": RIVER.encode()}
    page.set_input_files(".ab-opener input[type=file]", add_behind)
    drawer(visitor).locator(".ab-talk", has_text=MOON).click()  # to look at it meanwhile
    page.locator(".ab-text", has_text="Wolf Amendment").wait_for()
    page.click(".ab-progress [data-do=cancel]")
    page.locator(".ab-text", has_text="812 km").wait_for()
    visitor.settled()
    assert titles(visitor) == ["river", MOON]
    assert picked(visitor) == ["river"]


def test_several_files_at_once_all_arrive(visit: Any) -> None:
    visitor = visit()
    drawer(visitor).locator("[data-do=add]").click()
    texts = {"comet.txt": COMET, "river.txt": RIVER, "lake.txt": "The lake Ume is 9 km wide."}
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        for name, text in texts.items()
    ]
    visitor.page.set_input_files(".ab-opener input[type=file]", files)
    visitor.page.wait_for_function("document.querySelectorAll('.ab-item[data-id]').length === 4")
    visitor.settled()
    assert titles(visitor) == ["lake", "river", "The comet", MOON]
    assert picked(visitor) == ["lake", "river", "The comet"]


def test_a_conversation_about_several_articles_goes_on_with_them(visit: Any) -> None:
    visitor = visit()
    add(visitor, COMET)
    drawer(visitor).locator(".ab-all input").check()
    close(visitor)
    visitor.ask(WHO)
    drawer(visitor).locator(".ab-all input").uncheck()
    close(visitor)
    visitor.page.click(".ab-bar [data-do=restart]")
    visitor.page.click("[data-do=conversations]")
    visitor.page.locator(".ab-conversations .ab-talk").first.click()
    assert visitor.page.locator(".ab-question").all_inner_texts() == [WHO]
    assert asking(visitor) == "Asking all 2 articles"
    assert "2020" in visitor.ask(QUESTION).inner_text()


def test_a_citation_is_of_its_own_article_or_of_none(visit: Any) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page
    add(visitor, COMET)
    add(visitor, RIVER)
    drawer(visitor).locator(".ab-talk", has_text=MOON).click()
    page.wait_for_function("document.querySelectorAll('.ab-example:enabled').length === 3")
    drawer(visitor).locator(".ab-all input").check()
    close(visitor)
    turn = visitor.ask(HOW_LONG)
    turn.locator("[data-do=copy]").click()
    page.get_by_text("Copied", exact=True).wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "(Pasted text 2)" in copied  # though another article is shown
    assert MOON not in copied

    marker, warning = turn.locator("button.ab-cite").first, page.locator(".ab-warning")
    remove(visitor, "Pasted text 2")
    close(visitor)
    marker.click()
    warning.get_by_text("“Pasted text 2” is no longer here. The words").wait_for()
    warning.evaluate("(node) => node.remove()")
    drawer(visitor).locator(".ab-talk", has_text="The comet").click()
    page.locator(".ab-text", has_text="Anna Berg").wait_for()
    add(visitor, "The lake Ume is 9 km wide and 40 m deep. It is cold all the year.")
    assert drawer(visitor).locator("[data-id=pasted-2]").count() == 1  # another one of that name
    close(visitor)
    marker.click()
    warning.get_by_text("is no longer here").wait_for()
    assert visitor.marked() == ""


def test_visitors_do_not_see_each_others_articles(visit: Any) -> None:
    one, two = visit(), visit()
    add(one, COMET)
    assert titles(two) == [MOON]
    add(two, RIVER)
    assert titles(one) == ["The comet", MOON]


# ----------------------------------------------------------------------- accessibility
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious_in_the_drawer(visit: Any, look: str) -> None:
    visitor = visit(reduced_motion="reduce", **LOOKS[look])
    page = visitor.page
    rows = [{"id": f"a{n}", "title": f"Comet {n}", "text": f"Comet {n}: 190{n}."} for n in range(8)]
    upload(visitor, "comets.jsonl", "\n".join(map(json.dumps, rows)).encode())
    visitor.settled()
    found = {"many": violations(page)}
    page.locator(".ab-library [data-do=add]").click()
    page.fill("#ab-source", "http://127.0.0.1:9/article")
    page.press("#ab-source", "Enter")
    page.locator("#ab-opener-error", has_text="127.0.0.1").wait_for()
    page.click(".ab-opener [data-do=close]")
    page.locator(".ab-library [data-act=remove]").first.click()
    page.locator(".ab-library .ab-undo:visible").wait_for()
    found["failed and removed"] = violations(page)
    visitor.picture(f"library-{look}")
    width = page.evaluate("document.querySelector('.ab-library').scrollWidth")
    assert width <= page.viewport_size["width"]
    page.locator(".ab-library [data-do=close]").click()
    found["asking several"] = violations(page)
    assert page.locator(".ab-asking").is_visible()
    assert found == {state: [] for state in found}


def test_the_drawer_by_keyboard(visit: Any) -> None:
    visitor = visit()
    page = visitor.page

    page.focus("[data-do=library]")
    page.keyboard.press("Enter")
    visitor.tab_to(".ab-library [data-do=add]")
    page.keyboard.press("Enter")
    page.keyboard.type("The river Oda is 812 km long.")
    page.keyboard.press("Enter")
    heard(visitor, "Added: Pasted text")
    assert page.evaluate("document.activeElement.dataset.do") == "add"
    visitor.tab_to("[data-id=moon-rocks] [data-act=pick]")
    page.keyboard.press("Space")
    assert len(picked(visitor)) == 2
    assert page.evaluate("document.activeElement.dataset.act") == "pick"  # the focus is kept
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")  # the bin of the pasted text
    heard(visitor, "“Pasted text” is removed.")
    assert page.evaluate("document.activeElement.closest('li').dataset.id") == "moon-rocks"
    visitor.tab_to(".ab-library [data-do=undo]")
    page.keyboard.press("Enter")
    heard(visitor, "It is back.")
    assert page.evaluate("document.activeElement.closest('li').dataset.id") == "pasted"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.do") == "library"


def test_on_a_phone_the_drawer_leads_to_the_article(visit: Any) -> None:
    visitor = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    add(visitor, COMET)
    drawer(visitor).locator(".ab-talk", has_text="The comet").tap()
    assert visitor.page.locator(".ab-chat").is_hidden()
    assert visitor.page.locator(".ab-text", has_text="Anna Berg").is_visible()
