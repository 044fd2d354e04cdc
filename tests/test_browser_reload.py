"""A page that is loaded anew, in a real browser: what comes back, and what cannot."""

from pathlib import Path
from typing import Any

from browsing import QUESTION, Visitor, needs_browser, violations
from serving import free_port, serving

from bot.build import default_article

pytest_plugins = ["browsing"]
pytestmark = needs_browser

COMET = "The comet\n\nThe comet Hale was found in 1995 by Anna Berg. It faded in 1997."
RIVER = "The river Oda is 812 km long. It rises near Tamsel."
WHO, HOW_LONG = "Who found the comet Hale?", "How long is the river Oda?"
MOON = default_article().title


def rows(page: Any, picked: bool = False) -> list[str]:
    """Titles in the drawer, or of those that are asked."""
    page.click("[data-do=library]")
    one = ".ab-library .ab-item[data-id]" + (":has(input:checked)" if picked else "")
    found = page.locator(f"{one} .ab-talk-title").all_inner_texts()
    page.click(".ab-library [data-do=close]")
    return list(found)


def ask_only(visitor: Visitor, *titles: str) -> None:
    visitor.page.click("[data-do=library]")
    for item in visitor.page.locator(".ab-library .ab-item[data-id]").all():
        item.locator("input").set_checked(item.locator(".ab-talk-title").inner_text() in titles)
    visitor.page.click(".ab-library [data-do=close]")


def test_a_reload_brings_back_articles_picks_and_conversation(visit: Any) -> None:
    visitor, stranger = visit(), visit()
    page = visitor.page
    visitor.paste(COMET)
    visitor.paste(RIVER)
    visitor.paste("The lake Ume is 9 km wide. It is 40 m deep.")
    ask_only(visitor, "The comet", MOON)
    turn = visitor.ask(WHO)
    turn.locator("button.ab-cite").click()  # which shows another article than the last one
    page.locator(".ab-text", has_text="Anna Berg").wait_for()
    visitor.reload()
    assert rows(page) == ["Pasted text 2", "Pasted text 3", "The comet", MOON]
    assert rows(page, picked=True) == ["The comet", MOON]
    assert page.locator(".ab-question").all_inner_texts() == [WHO]
    assert page.locator(".ab-elsewhere").is_hidden()
    page.locator("button.ab-cite").click()
    page.locator("mark.cited").first.wait_for()
    assert "Anna Berg" in visitor.marked()
    assert "2020" in visitor.ask(QUESTION).inner_text()
    ask_only(visitor, "Pasted text 2")
    assert "812 km" in visitor.ask(HOW_LONG).inner_text()
    stranger.reload()
    assert rows(stranger.page) == [MOON]
    tab = visitor.context.new_page()  # another tab is another visitor, too
    tab.goto(page.url)
    tab.locator(".ab[data-ready]").wait_for()
    assert rows(tab) == [MOON]


def test_the_token_stays_in_its_tab(visit: Any) -> None:
    visitor, stranger = visit(), visit()
    script = """() => Object.entries(sessionStorage)
      .filter(([name]) => name.endsWith(':place')).map(([, text]) => JSON.parse(text).token)"""
    (one,), (other,) = (each.page.evaluate(script) for each in (visitor, stranger))
    assert len(one) >= 40
    assert one != other
    assert one not in visitor.page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert one not in visitor.page.content()
    visitor.paste(COMET)
    visitor.reload()
    assert visitor.page.evaluate(script) == [one]


def test_a_duplicated_tab_has_the_same_articles_and_may_be_closed(visit: Any) -> None:
    visitor = visit()
    visitor.paste(COMET)
    with visitor.context.expect_page() as opened:  # a page that a page opens has its storage
        visitor.page.evaluate("() => void window.open(location.href)")
    twin = opened.value
    twin.locator(".ab[data-ready]").wait_for()
    assert rows(twin) == ["The comet", MOON]
    twin.close()
    visitor.page.wait_for_timeout(500)
    assert "Anna Berg" in visitor.ask(WHO).inner_text()


def test_what_the_server_has_forgotten_can_be_read_and_had_again(
    browser: Any, tmp_path: Path
) -> None:
    port = free_port()
    with serving(tmp_path, "--llm", "none", port=port) as (address, _):
        visitor = Visitor(browser, address)
        page = visitor.page
        visitor.paste(RIVER)
        visitor.paste(COMET)
        visitor.ask(WHO)
    with serving(tmp_path, "--llm", "none", port=port):
        visitor.reload()
        visitor.complaints.clear()  # of the server that was away
        assert rows(page) == [MOON]
        note = page.locator(".ab-elsewhere")
        assert note.locator("p").inner_text().startswith("“The comet” is no longer here")
        assert page.locator("#ab-question").is_disabled()
        assert page.locator(".ab-question").all_inner_texts() == [WHO]
        assert "Anna Berg" in page.locator(".ab-reply").inner_text()
        assert violations(page) == []
        marker = page.locator("button.ab-cite").first
        marker.click()
        told = page.locator(".ab-warning").inner_text()
        assert told.startswith("“The comet” is no longer here. The words that were quoted: “The")
        assert "Anna Berg" in told

        note.get_by_role("button", name="Add an article").click()  # under another id than before
        page.fill("#ab-source", COMET)
        page.click("[data-do=read]")
        visitor.settled()
        note.wait_for(state="hidden")
        assert page.locator(".ab-question").all_inner_texts() == [WHO]
        page.locator("button.ab-cite").first.click()
        assert "Anna Berg" in visitor.marked()
        visitor.ask("When did it fade?")
        ask_only(visitor, "The comet", MOON)
        page.click(".ab-bar [data-do=restart]")
        visitor.ask(WHO)
    with serving(tmp_path, "--llm", "none", port=port):
        visitor.reload()
        visitor.complaints.clear()
        page.locator(".ab-elsewhere").get_by_role("button", name="New conversation").click()
        assert page.locator(".ab-elsewhere").is_hidden()
        assert page.locator(".ab-turn").count() == 0
        assert "2020" in visitor.ask(QUESTION).inner_text()  # of the article at hand
        visitor.reload()
        assert page.locator(".ab-question").all_inner_texts() == [QUESTION]
        assert visitor.complaints == []
    visitor.context.close()


def test_a_conversation_that_quotes_an_article_that_is_gone_goes_on_with_the_others(
    visit: Any,
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    page.click("[data-do=library]")
    page.click(".ab-library [data-do=add]")
    page.set_input_files(
        ".ab-opener input[type=file]",
        [
            {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
            for name, text in (("comet.txt", COMET), ("river.txt", RIVER))
        ],
    )
    page.locator("[data-id=river]").wait_for()
    visitor.settled()
    page.click(".ab-library [data-do=close]")
    ask_only(visitor, "The comet", "river")
    visitor.ask(WHO)
    visitor.ask(HOW_LONG)
    page.click("[data-do=library]")
    page.get_by_role("button", name="Remove “river”").click()
    page.click(".ab-library [data-do=close]")
    note = page.locator(".ab-elsewhere")
    note.get_by_text("No longer here: river.").wait_for()
    assert note.get_by_role("button").count() == 0
    page.locator("button.ab-cite").last.click()
    assert "812 km" in page.locator(".ab-warning").inner_text()
    visitor.ask("When did the comet fade?")
    visitor.reload()
    assert page.locator(".ab-turn").count() == 3
    assert "No longer here: river." in note.inner_text()
