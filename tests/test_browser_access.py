"""The page in a real browser: for everyone, by keyboard, on a phone, in light and dark."""

from typing import Any

import pytest
from browsing import LOOKS, OFF_TOPIC, PHONE, QUESTION, needs_browser, violations

pytest_plugins = ["browsing"]
pytestmark = needs_browser


# ---------------------------------------------------------------------- accessibility
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious(visit: Any, look: str) -> None:
    visitor = visit(reduced_motion="reduce", **LOOKS[look])
    page = visitor.page
    found = {"first open": violations(page)}
    visitor.ask(QUESTION)
    visitor.ask(OFF_TOPIC)
    page.locator("summary").first.click()
    page.locator("[data-vote=up]").first.click()
    found["answered and refused"] = violations(page)
    visitor.picture(f"answers-{look}")
    page.click("[data-do=conversations]")
    page.locator(".ab-kept summary").click()
    found["conversations"] = violations(page)
    visitor.picture(f"conversations-{look}")
    page.locator(".ab-conversations [data-do=close]").click()
    page.click("[data-do=settings]")
    found["settings"] = violations(page)
    visitor.picture(f"settings-{look}")
    page.click("[data-do=done]")
    page.route("**/queue/join*", lambda route: None)  # this question stays on its way
    page.fill("#ab-question", QUESTION)
    page.press("#ab-question", "Enter")
    page.locator(".ab-turn[data-state=running]").wait_for()
    found["answering"] = violations(page)
    page.locator("button.ab-cite").first.click()
    found["marked"] = violations(page)
    page.locator("[data-do=change]").click()
    page.click("[data-do=read]")
    found["opening an article"] = violations(page)
    assert found == {state: [] for state in found}


# ------------------------------------------------------------------- phone, dark, keys
def test_on_a_phone_a_citation_brings_the_article_and_leads_back(visit: Any, quote: str) -> None:
    visitor = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page = visitor.page
    visitor.picture("phone-chat")
    assert page.locator(".ab-article").is_hidden()
    marker = visitor.ask(QUESTION).locator("button.ab-cite").first
    marker.tap()
    assert page.locator(".ab-chat").is_hidden()
    assert visitor.marked() == quote
    assert visitor.sees_mark()
    visitor.picture("phone-citation")
    page.click("[data-do=back]")
    assert page.locator(".ab-article").is_hidden()
    assert marker.evaluate("(node) => node === document.activeElement")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_in_light_and_dark(visit: Any, quote: str, scheme: str) -> None:
    visitor = visit(color_scheme=scheme)
    turn = visitor.ask(QUESTION)
    visitor.ask(OFF_TOPIC)
    turn.locator("button.ab-cite").first.click()
    assert visitor.marked() == quote
    visitor.picture(f"conversation-{scheme}")
    for selector in (".ab", ".ab-article"):
        place = visitor.page.locator(selector)
        colour = place.evaluate("(node) => getComputedStyle(node).backgroundColor")
        brightness = max(int(part) for part in colour[4:-1].split(","))
        assert brightness > 230 if scheme == "light" else brightness < 60


def test_everything_by_keyboard(visit: Any, quote: str) -> None:
    visitor = visit()
    page = visitor.page
    visitor.tab_to("#ab-question")
    page.keyboard.type("When did")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Chang'e 5 come back to Earth?")
    assert page.input_value("#ab-question").count("\n") == 1
    page.keyboard.press("Enter")
    page.locator(".ab-turn[data-state=done]").wait_for()
    page.wait_for_function(
        "() => document.querySelector('[data-say]').textContent.includes('2020')"
    )
    page.keyboard.press("Tab")  # from the field onwards, around the page
    visitor.tab_to("button.ab-cite")
    assert page.locator("#ab-tip").inner_text() == f"“{quote}”"
    page.keyboard.press("Escape")
    assert page.locator("#ab-tip").is_hidden()
    page.keyboard.press("Enter")
    assert visitor.marked() == quote
    visitor.tab_to("[data-do=change]")
    page.keyboard.press("Enter")
    visitor.tab_to("#ab-source")
    page.keyboard.type("The river Oda is 812 km long.")
    page.keyboard.press("Enter")
    page.locator(".ab-text", has_text="Oda").wait_for()
    visitor.settled()


def test_drawers_by_keyboard_give_the_focus_back(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    for name in ("conversations", "settings"):
        page.focus(f"[data-do={name}]")
        page.keyboard.press("Enter")
        drawer = page.locator(f".ab-{name}")
        assert drawer.is_visible()
        for _ in range(12):
            page.keyboard.press("Tab")
            inside = drawer.evaluate("(node) => node.contains(document.activeElement)")
            assert inside or page.evaluate("document.activeElement === document.body")
        page.keyboard.press("Escape")
        assert drawer.is_hidden()
        assert page.evaluate("document.activeElement.dataset.do") == name
    page.focus("[data-vote=up]")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.wait_for_function(
        "() => document.querySelector('[data-say]').textContent.includes('rating is kept')"
    )


def test_every_control_has_a_name(visit: Any) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    unnamed = visitor.page.evaluate("""() =>
      [...document.querySelectorAll('.ab :is(button, textarea, input, progress, section)')].filter(
        (node) => !node.closest('[hidden]') && !node.textContent.trim()
          && !node.getAttribute('aria-label')
          && !node.labels?.length && !node.getAttribute('aria-labelledby')).length""")
    assert unnamed == 0


def test_reduced_motion(visit: Any) -> None:
    visitor = visit(reduced_motion="reduce")
    visitor.ask(QUESTION).locator("button.ab-cite").first.click()
    assert visitor.page.evaluate("document.getAnimations().length") == 0
    assert visitor.sees_mark()
