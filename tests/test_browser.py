"""The page in a real browser: asking, and what is shown of an answer."""

from pathlib import Path
from typing import Any

import pytest
from browsing import OFF_TOPIC, QUESTION, Visitor, needs_browser
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


def test_a_bad_question_is_one_clear_line(visit: Any) -> None:
    visitor = visit()
    visitor.page.fill("#ab-question", "x" * 5_000)
    visitor.page.press("#ab-question", "Enter")
    failed = visitor.page.locator(".ab-turn[data-state=failed]")
    failed.wait_for()
    assert failed.locator(".ab-error").inner_text().startswith("The question has 5,000 characters")
    visitor.ask(QUESTION)


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
