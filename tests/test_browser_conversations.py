"""The page in a real browser: conversations and ratings, kept in the browser."""

import json
from pathlib import Path
from typing import Any

from browsing import ODD, OFF_TOPIC, QUESTION, needs_browser

from bot.build import default_article

pytest_plugins = ["browsing"]
pytestmark = needs_browser


def test_a_reload_keeps_the_conversation(visit: Any, quote: str) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    visitor.ask(OFF_TOPIC)
    visitor.reload()
    assert visitor.page.locator(".ab-question").all_inner_texts() == [QUESTION, OFF_TOPIC]
    assert visitor.page.locator("[data-do=retry]").count() == 1
    visitor.page.locator("button.ab-cite").click()
    assert visitor.marked() == quote
    visitor.ask("Who is named in the Wolf Amendment?")
    visitor.page.click("[data-do=restart]")
    visitor.reload()
    visitor.page.locator(".ab-welcome").wait_for()
    assert visitor.page.locator(".ab-turn").count() == 0


def test_new_conversation(visit: Any) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    visitor.page.click("[data-do=restart]")
    assert visitor.page.locator(".ab-turn").count() == 0
    assert visitor.page.locator(".ab-welcome").is_visible()


def titles(page: Any) -> list[str]:
    return list(page.locator(".ab-talk-title").all_inner_texts())


def test_conversations_are_listed_renamed_exported_and_deleted(visit: Any, quote: str) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(OFF_TOPIC)
    page.click(".ab-bar [data-do=restart]")
    visitor.ask(QUESTION)
    page.click("[data-do=conversations]")
    assert titles(page) == [QUESTION, OFF_TOPIC]
    assert page.locator(".ab-talk[aria-current]").inner_text().startswith(QUESTION)

    page.locator(".ab-kept summary").first.click()
    page.locator("[data-act=rename]").first.click()
    page.keyboard.type("Moon <b>rocks</b>")
    page.keyboard.press("Escape")
    assert titles(page) == [QUESTION, OFF_TOPIC]  # and the drawer is still open
    page.keyboard.press("Enter")  # the focus is back on the conversation's own menu
    page.locator("[data-act=rename]").first.click()
    page.keyboard.type("Moon <b>rocks</b>")
    page.keyboard.press("Enter")
    assert titles(page)[0] == "Moon <b>rocks</b>"

    page.locator(".ab-kept summary").first.click()
    with page.expect_download() as markdown:
        page.locator("[data-act=as_markdown]:visible").click()
    assert markdown.value.suggested_filename == "Moon-b-rocks-b.md"
    text = Path(markdown.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# Moon <b>rocks</b>\n")
    assert f"## {QUESTION}" in text
    assert f"[^1]: “{quote}” ({default_article().title})" in text
    with page.expect_download() as exported:
        page.locator("[data-act=as_json]:visible").click()
    talk = json.loads(Path(exported.value.path()).read_text(encoding="utf-8"))
    assert talk["turns"][0]["answer"]["citations"][0]["quote"] == quote

    page.locator("[data-act=delete]:visible").click()
    assert titles(page) == [OFF_TOPIC]
    page.click(".ab-conversations [data-do=undo]")
    assert titles(page) == ["Moon <b>rocks</b>", OFF_TOPIC]
    page.locator(".ab-talk").last.click()
    assert page.locator(".ab-question").all_inner_texts() == [OFF_TOPIC]
    visitor.ask(QUESTION)  # it goes on
    page.click("[data-do=conversations]")
    assert titles(page) == [OFF_TOPIC, "Moon <b>rocks</b>"]


def test_conversations_are_kept_in_this_browser_alone(visit: Any) -> None:
    visitor, stranger = visit(), visit()
    visitor.ask(QUESTION)
    tab = visitor.context.new_page()
    tab.goto(visitor.page.url)
    tab.locator(".ab[data-ready]").wait_for()
    assert tab.locator(".ab-turn").count() == 0  # a new tab begins anew
    tab.click("[data-do=conversations]")
    tab.locator(".ab-talk").click()
    assert tab.locator(".ab-question").all_inner_texts() == [QUESTION]
    stranger.page.click("[data-do=conversations]")
    assert stranger.page.locator(".ab-talk").count() == 0
    assert (
        "Nothing has been asked yet."
        in stranger.page.locator(".ab-conversations .ab-kept").inner_text()
    )


def test_conversations_are_bounded(visit: Any) -> None:
    visitor = visit()
    kept, characters = visitor.page.evaluate("""async () => {
      const { talks } = await import(new URL('page/store.js', document.baseURI));
      const article = {id: 'a', key: 'k', title: 'A'};
      const turn = (size) => ({question: 'q', answer: {text: 'x'.repeat(size), passages: []}});
      for (let at = 0; at < 60; at++) {
        talks.put({id: `small-${at}`, title: `${at}`, article, updated: at, turns: [turn(10)]});
      }
      const few = talks.list();
      for (let at = 60; at < 80; at++) {
        const turns = Array(99).fill(turn(10_000));
        talks.put({id: `large-${at}`, title: 't'.repeat(999), article, updated: at, turns});
      }
      talks.put({id: 'huge', title: '', article, updated: 99, turns: [turn(9_000_000)]});
      return [few.map(({title}) => Number(title)), JSON.stringify(localStorage).length];
    }""")
    assert kept == list(range(59, 9, -1))
    assert characters < 3_500_000
    visitor.ask(QUESTION)
    visitor.page.click("[data-do=conversations]")
    assert titles(visitor.page)[0] == QUESTION


def test_a_conversation_about_a_lost_article_can_be_read(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    visitor.paste(ODD)
    visitor.ask("Who named the crater?")
    tab = visitor.context.new_page()  # which does not have what another one has added
    tab.goto(page.url)
    visitor.page = page = tab
    page.locator(".ab[data-ready]").wait_for()
    page.click("[data-do=conversations]")
    page.locator(".ab-talk").click()
    assert "is no longer here" in page.locator(".ab-elsewhere").inner_text()
    assert page.locator("#ab-question").is_disabled()
    marker = page.locator("button.ab-cite").first
    marker.hover()
    assert "Zoe" in page.locator("#ab-tip").inner_text()
    marker.click()
    assert visitor.marked() == ""
    visitor.paste(ODD)  # once it is open again, the conversation goes on
    assert page.locator(".ab-question").all_inner_texts() == ["Who named the crater?"]
    visitor.ask("Which dragon guarded the gate?")


# --------------------------------------------------------------------------- ratings
def test_a_rating_is_kept_with_the_question(visit: Any, url: str) -> None:
    visitor = visit()
    page = visitor.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    visitor.ask(QUESTION).locator("[data-vote=up]").click()
    assert page.locator("[data-vote=up]").get_attribute("aria-pressed") == "true"
    assert not any('"vote"' in data for data in sent)  # this server collects none
    visitor.reload()
    assert page.locator("[data-vote=up]").get_attribute("aria-pressed") == "true"
    page.click("[data-do=settings]")
    assert "stay in this browser" in page.locator("[data-hint=rating]").inner_text()
    page.uncheck("[name=rating]")
    page.click("[data-do=done]")
    assert page.locator("[data-vote]").count() == 0


def test_ratings_are_collected_where_the_server_is_told_to(
    visit: Any, local_url: str, folder: Path
) -> None:
    visitor = visit(url=local_url)
    visitor.page.click("[data-do=settings]")
    assert "sent to those who run" in visitor.page.locator("[data-hint=rating]").inner_text()
    visitor.page.keyboard.press("Escape")
    turn = visitor.ask(QUESTION)
    turn.locator("[data-vote=up]").click()
    turn.locator("[data-vote=down]").click()
    file = folder / "ratings.jsonl"
    for _ in range(100):
        if file.exists() and file.read_text(encoding="utf-8").count("\n") == 2:
            break
        visitor.page.wait_for_timeout(50)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["vote"] for line in lines] == ["up", "down"]
    assert {line["question"] for line in lines} == {QUESTION}
    assert "2020" in lines[0]["answer"]
