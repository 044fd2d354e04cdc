"""The page in a real browser: asking, conversations, ratings."""

import json
from pathlib import Path
from typing import Any

import pytest
from browsing import ODD, OFF_TOPIC, QUESTION, Visitor, needs_browser
from serving import serving

from bot.build import default_article
from bot.chat import Bot
from bot.types import NOT_IN_ARTICLE

pytest_plugins = ["browsing"]
pytestmark = needs_browser


@pytest.fixture(scope="session")
def suggested(bot: Bot) -> list[str]:
    """The questions to start with."""
    return bot.suggest_questions(default_article().id)


# ------------------------------------------------------------------------------ asking
def test_the_page_opens_on_the_article_with_questions_to_start(
    visit: Any, suggested: list[str]
) -> None:
    visitor = visit()
    page = visitor.page
    assert page.title() == "Article Bot"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator(".ab-example").all_inner_texts() == suggested
    assert visitor.text() == default_article().text
    assert page.locator("h1:visible").count() == 1
    assert page.get_by_text("Built with Gradio").count() == 0
    visitor.picture("start-light")
    for example in page.locator(".ab-example").all()[:1]:
        example.click()
        page.locator(".ab-turn[data-state=done]").wait_for()


def test_a_citation_leads_to_the_exact_words(visit: Any, quote: str) -> None:
    visitor = visit()
    turn = visitor.ask(QUESTION)
    marker = turn.locator("button.ab-cite").first
    marker.hover()
    assert visitor.page.locator("#ab-tip").inner_text() == f"“{quote}”"
    marker.click()
    assert visitor.marked() == quote
    assert visitor.sees_mark()
    visitor.page.click("[data-do=unmark]")
    assert visitor.marked() == ""
    assert visitor.text() == default_article().text


def test_the_answer_comes_step_by_step(visit: Any, local_url: str) -> None:
    visitor = visit(url=local_url)
    visitor.page.evaluate("""() => {
      window.seen = [];
      new MutationObserver(() => window.seen.push(document.querySelector('.ab-reply').innerText))
        .observe(document.querySelector('.ab-turns'), {childList: true, subtree: true});
    }""")
    turn = visitor.ask(QUESTION)
    seen = visitor.page.evaluate("window.seen")
    assert seen[0] == "Searching the article"
    assert "Writing the answer" in seen
    assert turn.locator("button.ab-cite").count() >= 1
    turn.locator("button.ab-cite").first.click()
    assert visitor.marked() in default_article().text


def test_what_the_article_does_not_say(visit: Any) -> None:
    visitor = visit()
    turn = visitor.ask(OFF_TOPIC)
    assert turn.locator(".ab-absent").inner_text() == NOT_IN_ARTICLE
    assert turn.locator(".ab-cite").count() == 0
    # Nothing of the article comes near; what it does answer is one click away.
    suggested = turn.locator(".ab-nearest .ab-passage")
    suggested.first.click()
    answered = visitor.page.locator(".ab-turn").nth(1)
    answered.and_(visitor.page.locator("[data-state=done]")).wait_for()
    assert answered.locator("button.ab-cite").count() >= 1


def test_a_refusal_shows_the_nearest_sentence(visit: Any) -> None:
    visitor = visit()
    turn = visitor.ask("When did NASA land on Mars?")
    nearest = turn.locator(".ab-nearest .ab-passage").first
    assert nearest.inner_text() in default_article().text
    nearest.click()
    assert visitor.sees_mark()


def test_a_greeting_is_no_answer(visit: Any) -> None:
    turn = visit().ask("hello")
    assert turn.locator(".ab-absent, .ab-cite, .ab-how, .ab-rating").count() == 0
    assert turn.locator("[data-do=copy]").count() == 1


def test_how_it_was_answered(visit: Any) -> None:
    visitor = visit()
    turn = visitor.ask(QUESTION)
    turn.locator("summary").click()
    how = turn.locator(".ab-how").inner_text()
    assert "Confidence" in how
    assert "search" in how
    assert "the article’s own words" in how
    assert "Score " in how
    assert "%" not in how
    # A passage runs over headings and paragraphs; its marks must, too.
    last = turn.locator(".ab-how .ab-passage").last
    last.click()
    assert "\n\n" in visitor.marked()
    assert visitor.marked() in default_article().text


def test_how_a_follow_up_was_read(visit: Any) -> None:
    visitor = visit()
    first = visitor.ask("Who is the Wolf Amendment named after?")
    first.locator("summary").click()
    assert "Question read as" not in first.locator(".ab-how").inner_text()
    follow_up = visitor.ask("When was it passed?")
    follow_up.locator("summary").click()
    how = follow_up.locator(".ab-how").inner_text()
    assert "Question read as\nWhen was the Wolf Amendment passed?" in how


def test_points_are_a_list_and_a_quote_may_follow_its_label(visit: Any) -> None:
    visitor = visit()
    turn = visitor.ask("Summarize the article.")
    points = turn.locator("ul.ab-points > li")
    assert points.count() >= 3
    for point in points.all():
        assert not point.inner_text().startswith("-")
        assert point.locator("q.ab-quoted").count() == 1
        assert point.locator("button.ab-cite").count() == 1
    points.last.locator("button.ab-cite").click()
    assert visitor.marked() in default_article().text
    labelled = visitor.page.evaluate("""async () => {
      const { Turn } = await import(new URL('page/turn.js', document.baseURI));
      const chat = {tip: {attach() {}}, settings: {values: {}}, is_last: () => false};
      const turn = new Turn(chat, 'Did it?');
      const citations = [{article_id: 'a', start: 0, end: 9, quote: 'It  never\\ndid.'}];
      const own = 'It seems that it did not.';
      turn.restore({status: 'answered', text: `No: It never did. [1] ${own} [1]`, citations,
        short: null, passages: [], timings: {}, sureness: 'high', sentences: []});
      return ['q', '.ab-composed'].map((kind) => turn.node.querySelector(kind).textContent.trim());
    }""")
    assert labelled == ["It never did.", "It seems that it did not."]


def test_stop_and_retry(visit: Any, local_url: str) -> None:
    visitor = visit(url=local_url)
    page = visitor.page
    page.fill("#ab-question", "What is the Wolf Amendment?")
    # In one breath, so that no answer is quick enough to finish first.
    page.evaluate("""() => {
      document.querySelector('.ab-composer').requestSubmit();
      document.querySelector('[data-do=stop]').click();
    }""")
    assert page.locator(".ab-turn[data-state=stopped]").inner_text().count("Stopped.") == 1
    page.wait_for_timeout(1500)
    assert page.locator(".ab-turn[data-state=stopped]").count() == 1
    page.click("[data-do=retry]")
    page.locator(".ab-turn[data-state=done]").wait_for()
    assert page.locator(".ab-turn").count() == 1
    assert page.locator(".ab-question").inner_text() == "What is the Wolf Amendment?"


def test_edit_and_resend(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    turn = visitor.ask(OFF_TOPIC)
    assert page.locator("[data-do=edit]").count() == 1  # only the last question
    turn.locator("[data-do=edit]").click()
    page.get_by_label("Edit your question").fill("Who is named in the Wolf Amendment?")
    page.keyboard.press("Enter")
    page.locator(".ab-turn[data-state=done]").nth(1).wait_for()
    questions = page.locator(".ab-question").all_inner_texts()
    assert questions == [QUESTION, "Who is named in the Wolf Amendment?"]
    page.locator("[data-do=edit]").click()
    page.keyboard.press("Escape")
    assert page.locator(".ab-question").all_inner_texts() == questions


def test_copy_has_the_sources_as_footnotes(visit: Any, url: str, quote: str) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"])
    visitor.ask(QUESTION).locator("[data-do=copy]").click()
    visitor.page.get_by_text("Copied", exact=True).wait_for()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert f"[^1]: “{quote}” ({default_article().title})" in copied
    assert "[1]" not in copied


def test_find_in_the_article(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    text = default_article().text
    page.click("[data-do=find]")
    page.keyboard.type("wolf  amendment")
    places = text.lower().count("wolf amendment")
    page.locator("output", has_text=f"1 of {places}").wait_for()
    assert visitor.marked() == "Wolf Amendment"
    assert page.locator("mark").count() == places
    page.keyboard.press("Shift+Enter")
    page.locator("output", has_text=f"{places} of {places}").wait_for()
    page.fill("#ab-words", "(no such words)")
    page.locator("output", has_text="Not found").wait_for()
    page.keyboard.press("Escape")
    assert visitor.text() == text
    assert page.locator("mark").count() == 0


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


def test_a_bad_question_is_one_clear_line(visit: Any) -> None:
    visitor = visit()
    visitor.page.fill("#ab-question", "x" * 5_000)
    visitor.page.press("#ab-question", "Enter")
    failed = visitor.page.locator(".ab-turn[data-state=failed]")
    failed.wait_for()
    assert failed.locator(".ab-error").inner_text().startswith("The question has 5,000 characters")
    visitor.ask(QUESTION)


# ---------------------------------------------------------------------- conversations
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


# ---------------------------------------------------------------------------- trouble
def test_a_lost_server_is_told(browser: Any, tmp_path: Path) -> None:
    with serving(tmp_path, "--llm", "none") as (address, process):
        visitor = Visitor(browser, address)
        visitor.ask(QUESTION)
        process.kill()
        process.wait()
        visitor.page.fill("#ab-question", OFF_TOPIC)
        visitor.page.press("#ab-question", "Enter")
        failed = visitor.page.locator(".ab-turn[data-state=failed]")
        failed.wait_for()
        assert "lost its server" in failed.inner_text()
        assert failed.locator("[data-do=retry]").is_visible()
        visitor.context.close()
