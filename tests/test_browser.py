"""The page in a real browser: everything a visitor does, and everything that must not happen."""

import importlib.util
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsing import LAPTOP, LOOKS, PHONE, QUESTION, Visitor, needs_browser, violations
from serving import answering_http, reverse_proxy, serving
from test_reading_pdf import body, build_pdf

from bot.build import default_article
from bot.chat import Bot
from bot.language import NOT_IN_ARTICLE_IN
from bot.types import NOT_IN_ARTICLE

PREFIX = "/reading/room"
WORDS = json.loads(
    (Path(__file__).parents[1] / "bot/page/static/words.json").read_text(encoding="utf-8")
)
OFF_TOPIC = "How do I bake a sourdough bread?"

pytest_plugins = ["browsing"]
pytestmark = needs_browser


# --------------------------------------------------------------------------- fixtures
@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with serving(folder, "--llm", "none") as (address, _):
        yield address


@pytest.fixture(scope="module")
def local_url(folder: Path) -> Iterator[str]:
    with serving(folder, "--llm", "local", "--feedback", str(folder / "ratings.jsonl")) as running:
        yield running[0]


@pytest.fixture(scope="module")
def narrow_url(folder: Path) -> Iterator[str]:
    """A page behind a proxy that answers one question at a time and lets one more wait."""
    flags = ("--llm", "none", "--root-path", PREFIX, "--concurrency", "1", "--queue", "1", "--keys")
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("ARTICLE_BOT_ALLOW_PRIVATE_URLS", "1")  # and so servers of a provider
        with serving(folder, *flags) as (address, _), reverse_proxy(address, PREFIX) as shown:
            yield f"{shown}/"


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
    visitor.page.reload()
    visitor.page.locator(".ab[data-ready]").wait_for()
    assert visitor.page.locator(".ab-question").all_inner_texts() == [QUESTION, OFF_TOPIC]
    assert visitor.page.locator("[data-do=retry]").count() == 1
    visitor.page.locator("button.ab-cite").click()
    assert visitor.marked() == quote
    visitor.ask("Who is named in the Wolf Amendment?")
    visitor.page.click("[data-do=restart]")
    visitor.page.reload()
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
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
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


# --------------------------------------------------------------------------- settings
def test_strictness_and_model_go_with_the_question(visit: Any, local_url: str) -> None:
    visitor = visit(url=local_url)
    page = visitor.page
    sent: list[dict[str, Any]] = []

    def listen(request: Any) -> None:
        if request.url.endswith("/queue/join?") or "/queue/join" in request.url:
            data = json.loads(request.post_data)["event_data"]
            if data and "question" in data:
                sent.append(data["settings"])

    page.on("request", listen)
    page.click("[data-do=settings]")
    page.locator("[name=strictness][value=strict]").check(force=True)
    assert "does not say" in page.locator("[data-hint=strictness]").inner_text()
    page.locator("[name=llm]").select_option("none")
    page.click("[data-do=done]")
    turn = visitor.ask(QUESTION)
    assert sent[-1] == {"strictness": "strict", "llm": "none"}
    assert turn.locator("q.ab-quoted").count() == 1
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
    visitor.ask("What is Mons Rümker?")
    assert sent[-1] == {"strictness": "strict", "llm": "none"}
    page.click("[data-do=settings]")
    page.click("[data-do=defaults]")
    page.click("[data-do=done]")
    visitor.ask("What is the South Pole-Aitken Basin?")
    assert sent[-1] == {"strictness": "usual", "llm": "served"}


@pytest.mark.skipif(
    importlib.util.find_spec("langchain_openai") is None, reason="langchain-openai is not installed"
)
def test_one_answers_one_waits_the_next_is_turned_away_and_the_key_is_forgotten(
    visit: Any, narrow_url: str, folder: Path
) -> None:
    asked, release = threading.Event(), threading.Event()

    class Hanging(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.set()
            release.wait(20)
            self.send_error(503)

        def log_message(self, *_: Any) -> None:
            pass

    one, two, three = (visit(url=narrow_url) for _ in range(3))
    page = one.page
    with answering_http(Hanging) as provider:
        page.click("[data-do=settings]")
        page.locator("[name=llm]").select_option("provider")
        page.fill("[name=model]", "large")
        page.fill("[name=key]", "sk-only-in-memory")
        assert page.locator("[name=key]").get_attribute("type") == "password"
        page.fill("[name=server]", f"{provider}/v1")
        page.click("[data-do=done]")
        page.fill("#ab-question", QUESTION)
        page.press("#ab-question", "Enter")
        assert asked.wait(20)
        two.page.fill("#ab-question", QUESTION)
        two.page.press("#ab-question", "Enter")
        two.page.get_by_text("Waiting in line. Ahead of you: 1").wait_for()
        three.page.fill("#ab-question", QUESTION)
        three.page.press("#ab-question", "Enter")
        three.page.locator(".ab-busy", has_text="Too many people are asking").wait_for()
        two.picture("waiting")
        three.picture("busy")
        release.set()
        page.locator(".ab-turn[data-state=done]").wait_for()
    assert "2020" in page.locator(".ab-said").inner_text()
    assert "failed (HTTP 503)" in page.locator(".ab-notice:visible").inner_text()
    two.page.locator(".ab-turn[data-state=done]").wait_for()
    three.page.click("[data-do=retry]")
    three.page.locator(".ab-turn[data-state=done]").wait_for()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert QUESTION in stored
    assert "sk-only" not in stored
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
    assert page.input_value("[name=key]") == ""
    assert page.input_value("[name=llm]") == "served"
    for log in folder.glob("app-*.log"):
        assert "sk-only" not in log.read_text(encoding="utf-8")


def test_the_page_speaks_the_visitors_language(visit: Any) -> None:
    visitor = visit(locale="de-AT")
    page = visitor.page
    root = page.locator(".ab")
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.locator(".ab-welcome h2").inner_text() == WORDS["de"]["welcome"]
    turn = visitor.ask(QUESTION)
    page.click("[data-do=settings]")
    for language, texts in WORDS.items():
        page.locator("[name=language]").select_option(language)
        assert root.get_attribute("lang") == language
        assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("#ab-settings-title").inner_text() == texts["settings"]
        assert turn.locator("summary").inner_text() == texts["how"]
        assert page.get_attribute("#ab-question", "placeholder") == texts["placeholder"]
        edge = page.locator(".ab-settings").evaluate(
            "(node) => node.scrollWidth - node.clientWidth"
        )
        assert edge <= 0, language
    page.locator("[name=language]").select_option("ar")
    page.click("[data-do=done]")
    chat, article = (page.locator(name).bounding_box() for name in (".ab-chat", ".ab-article"))
    assert chat["x"] > article["x"]  # right to left
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
    assert root.get_attribute("dir") == "rtl"
    assert visitor.text() == default_article().text


@pytest.mark.parametrize("language", [name for name in WORDS if name != "fr"])
def test_a_refusal_is_in_the_questions_language_and_all_around_it_in_the_pages(
    visit: Any, language: str
) -> None:
    turn = visit(locale=language).ask("Comment cuire le pain ?")
    assert turn.locator(".ab-absent").inner_text() == NOT_IN_ARTICLE_IN["fr"]
    labels = turn.locator(".ab-nearest > p").all_inner_texts()
    assert labels
    assert set(labels) <= {WORDS[language]["nearest"], WORDS[language]["answerable"]}
    buttons = turn.locator(".ab-actions > button").all_inner_texts()
    assert buttons == [WORDS[language][key] for key in ("copy", "retry", "edit")]
    assert turn.locator("summary").inner_text() == WORDS[language]["how"]


def test_text_size_and_theme(visit: Any) -> None:
    visitor = visit(color_scheme="light")
    page = visitor.page

    def look() -> tuple[float, str]:
        script = """() => {
          const [sheet, page] = ['.ab-sheet', '.ab'].map((name) => document.querySelector(name));
          const size = parseFloat(getComputedStyle(sheet).fontSize);
          return [size, getComputedStyle(page).backgroundColor];
        }"""
        size, colour = page.evaluate(script)
        return size, colour

    size, light = look()
    page.click("[data-do=settings]")
    page.locator("[name=size][value=largest]").check(force=True)
    page.locator("[name=theme][value=dark]").check(force=True)
    larger, dark = look()
    assert larger == pytest.approx(size * 1.35, rel=0.01)
    assert dark != light
    page.keyboard.press("Escape")
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
    assert look() == (larger, dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]
    page.evaluate("""() => { for (const name of Object.keys(localStorage)) {
      localStorage.setItem(name, JSON.stringify({size: 'giant', theme: 7, llm: 'x', language: []}));
    } }""")
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
    assert look() == (size, light)  # what is no setting counts for nothing


# ---------------------------------------------------------------------------- serving
def test_behind_a_path_prefix_everything_works(visit: Any, narrow_url: str, quote: str) -> None:
    visitor = visit(url=narrow_url)
    page = visitor.page
    paths: list[str] = []
    lost: list[str] = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))
    page.on("response", lambda reply: lost.append(reply.url) if reply.status >= 400 else None)
    page.reload()
    page.locator(".ab[data-ready]").wait_for()
    visitor.ask(QUESTION).locator("button.ab-cite").first.click()
    assert visitor.marked() == quote
    page.click("[data-do=change]")
    page.set_input_files(
        ".ab-opener input[type=file]",
        {"name": "oda.txt", "mimeType": "text/plain", "buffer": b"The river Oda is 812 km long."},
    )
    visitor.settled()
    assert "812 km" in visitor.ask("How long is the river Oda?").inner_text()
    assert {f"{PREFIX}/page/{name}" for name in ("page.css", "main.js", "words.json")} <= set(paths)
    assert all(path.startswith(f"{PREFIX}/") for path in paths)
    assert lost == []


def test_the_page_is_light_and_soon_ready(browser: Any, url: str) -> None:
    took = []
    for _ in range(3):  # the best of three: other work on the machine is not the page's
        context = browser.new_context(viewport=LAPTOP)
        page = context.new_page()
        sizes: dict[str, int] = {}

        def weigh(reply: Any, sizes: dict[str, int] = sizes) -> None:
            if "/page/" in urlsplit(reply.url).path:
                sizes[reply.url] = len(reply.body())

        page.on("response", weigh)
        began = time.perf_counter()
        page.goto(url)
        page.locator(".ab[data-ready]").wait_for()
        took.append(time.perf_counter() - began)
        page.evaluate("document.fonts.ready.then(() => null)")
        context.close()
        assert len(sizes) > 15
        assert sum(sizes.values()) <= 1_000_000
    assert min(took) <= 3


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


# -------------------------------------------------------------------- other articles
ODD = """\
Ünïcode 👩‍🚀 notes 🇫🇷

The crew 👩‍🚀👨🏽‍🚀 flew the ship 𝔸urora in 2031. \
Zoe\u0301 Ångström named the crater 🌕 Café\u0301 in 2033.

最後の段落 🐉: the dragon 🐉🐉 named Ryū guarded the gate 𠮷野 for 400 years."""


def test_pasted_text_with_characters_of_every_width(visit: Any) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    visitor.paste(ODD)
    assert visitor.text() == ODD
    assert visitor.page.locator(".ab-turn").count() == 0
    for question, words in [
        ("Who named the crater?", "Zoe\u0301 Ångström named the crater 🌕 Café\u0301 in 2033."),
        ("Which dragon guarded the gate?", "the dragon 🐉🐉 named Ryū guarded the gate 𠮷野"),
    ]:
        visitor.ask(question).locator("button.ab-cite").first.click()
        assert words in visitor.marked()
        assert visitor.marked() in ODD
        assert visitor.page.locator("#ab-tip").text_content() in ("", f"“{visitor.marked()}”")


MARKDOWN = """\
# The comet

It was found in **1995** by [Anna Berg](https://example.org/berg).

## What is left

- The *tail* faded in 1997.
- A `crater` was named in 2003.
"""


def test_pasted_markdown_is_set_without_its_marks(visit: Any) -> None:
    visitor = visit()
    visitor.paste(MARKDOWN)
    page = visitor.page
    assert page.locator(".ab-text h1").inner_text() == "The comet"
    assert page.locator(".ab-text h2").inner_text() == "What is left"
    assert page.locator(".ab-text .ab-li").count() == 2
    assert not set("#*`[]") & set(visitor.text())
    visitor.ask("Who found the comet?").locator("button.ab-cite").first.click()
    assert visitor.marked() == "It was found in 1995 by Anna Berg."


def test_a_file_by_button_and_by_drop(visit: Any, folder: Path) -> None:
    visitor = visit()
    page = visitor.page
    page.click("[data-do=change]")
    page.set_input_files(
        ".ab-opener input[type=file]",
        {
            "name": "comet <img src=x onerror=alert(1)>.md",
            "mimeType": "text/markdown",
            "buffer": b"# The comet\n\nThe comet Hale was found in 1995 by Anna Berg.",
        },
    )
    visitor.settled()
    assert page.locator(".ab-text h1").inner_text() == "The comet"
    assert "Anna Berg" in visitor.ask("Who found the comet Hale?").inner_text()
    page.evaluate("""() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['The river Oda is 812 km long.'], 'river.txt'));
      for (const type of ['dragover', 'drop']) {
        document.querySelector('.ab-page').dispatchEvent(
          new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
      }
    }""")
    page.get_by_text("The river Oda is 812 km long.").wait_for()
    visitor.settled()
    assert "812 km" in visitor.ask("How long is the river Oda?").inner_text()
    left = [path for path in (folder / "uploads").rglob("*") if path.is_file()]
    assert left == []


def test_a_citation_in_a_pdf_says_its_page(visit: Any) -> None:
    visitor = visit()
    pages = [
        [
            "The comet Hale was found in 1995.",
            "Anna Berg saw it first, from the roof of her house.",
        ],
        ["The river Oda is 812 km long.", "It rises in the hills near Tamsel and runs north."],
    ]
    visitor.page.click("[data-do=change]")
    visitor.page.set_input_files(
        ".ab-opener input[type=file]",
        {
            "name": "notes.pdf",
            "mimeType": "application/pdf",
            "buffer": build_pdf([body(lines) for lines in pages]),
        },
    )
    visitor.settled()
    for question, page_number in (("Who saw the comet first?", 1), ("How long is the Oda?", 2)):
        visitor.ask(question).locator("button.ab-cite").first.hover()
        assert f"(page {page_number})" in visitor.page.locator("#ab-tip").inner_text()


def test_a_citation_leads_into_another_article_of_a_collection(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    rows = [
        {"id": "oda", "title": "The Oda", "text": "The river Oda is 812 km long."},
        {"id": "hale", "title": "Hale", "text": "The comet Hale was found in 1995 by Anna Berg."},
    ]
    page.click("[data-do=change]")
    page.set_input_files(
        ".ab-opener input[type=file]",
        {
            "name": "two.jsonl",
            "mimeType": "application/jsonl",
            "buffer": "\n".join(map(json.dumps, rows)).encode(),
        },
    )
    visitor.settled()
    for question, title, words in [
        ("Who found the comet Hale?", "Hale", rows[1]["text"]),
        ("How long is the river Oda?", "The Oda", rows[0]["text"]),
    ]:
        visitor.ask(question).locator("button.ab-cite").first.click()
        page.locator(".ab-title", has_text=title).wait_for()
        assert visitor.marked() == words
    assert page.locator(".ab-turn").count() == 2


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("http://127.0.0.1:9/article", "127.0.0.1"),
        ("https://no-such-host.invalid/a", "no-such-host.invalid"),
    ],
)
def test_a_failed_article_leaves_the_old_one(visit: Any, source: str, line: str) -> None:
    visitor = visit()
    page = visitor.page
    visitor.ask(QUESTION)
    page.click("[data-do=change]")
    page.click("[data-do=read]")
    assert "Paste a web address" in page.locator("#ab-opener-error").inner_text()
    page.fill("#ab-source", source)
    page.press("#ab-source", "Enter")
    page.locator("#ab-opener-error", has_text=line).wait_for()
    assert "\n" not in page.locator("#ab-opener-error").inner_text()
    page.click("[data-do=close]")
    assert visitor.text() == default_article().text
    assert page.locator(".ab-turn").count() == 1
    visitor.ask(QUESTION)


def test_a_file_that_is_no_text(visit: Any) -> None:
    visitor = visit()
    visitor.page.click("[data-do=change]")
    visitor.page.set_input_files(
        ".ab-opener input[type=file]",
        {"name": "noise.pdf", "mimeType": "application/pdf", "buffer": bytes(range(256)) * 40},
    )
    visitor.page.locator("#ab-opener-error", has_text="noise.pdf").wait_for()
    assert visitor.text() == default_article().text


def test_an_image_is_told_what_can_be_read_instead(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    page.click("[data-do=change]")
    image = {
        "name": "photo.png",
        "mimeType": "image/png",
        "buffer": b"\x89PNG\r\n\x1a\n" + bytes(99),
    }
    page.set_input_files(".ab-opener input[type=file]", image)
    error = page.locator("#ab-opener-error", has_text="photo.png")
    error.wait_for()
    line = error.inner_text()
    assert line.startswith("'photo.png' looks like a PNG image: what can be read is text, Markdown")
    assert line.endswith("and feeds.")
    assert visitor.text() == default_article().text


LONG = "\n\n".join(
    f"In {year} the comet of {year} was seen by observer {year - 900} for {year % 7 + 2} weeks. "
    + "It was bright, then it faded, and the notes of that winter say little more of it. " * 3
    for year in range(1000, 1700)
)


def begin_long(visitor: Any) -> None:
    """Add an article that takes a while; returns when it is being indexed."""
    visitor.page.click("[data-do=change]")
    # Typing that much takes Chromium long; it is there at once.
    visitor.page.locator("#ab-source").evaluate("(field, text) => { field.value = text; }", LONG)
    visitor.page.click("[data-do=read]")
    visitor.page.locator(".ab-progress").wait_for()


def test_a_long_article_shows_progress_and_can_be_cancelled(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    begin_long(visitor)
    assert "In 1000 the comet of 1000" in visitor.text()  # it can be read meanwhile
    page.fill("#ab-question", QUESTION)
    page.press("#ab-question", "Enter")
    page.locator(".ab-held").wait_for()
    page.click("[data-do=cancel]")
    assert visitor.text() == default_article().text
    page.locator(".ab-held").wait_for(state="hidden")
    assert page.locator(".ab-turn").count() == 0  # it was for the other article
    assert page.input_value("#ab-question") == QUESTION
    assert "2020" in visitor.ask(QUESTION).inner_text()


def test_a_question_waits_for_the_article_that_is_being_indexed(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    begin_long(visitor)
    page.fill("#ab-question", "Who saw the comet of 1001?")
    page.press("#ab-question", "Enter")
    page.locator(".ab-held").wait_for()
    visitor.picture("waiting")
    assert page.locator("[data-do=ask]").is_disabled()
    assert page.locator(".ab-asking").is_hidden()  # what was asked before is not what is asked then
    page.press("#ab-question", "End")
    page.press("#ab-question", "Backspace")  # another question is still being written
    page.locator(".ab-held").wait_for(state="hidden")
    page.keyboard.type("?")
    page.click("[data-do=ask]")
    page.locator(".ab-held").wait_for()
    assert page.locator(".ab-turn").count() == 0
    turn = page.locator(".ab-turn[data-state=done]")
    turn.wait_for(timeout=120_000)
    assert "101" in turn.inner_text()
    assert page.input_value("#ab-question") == ""
    assert page.locator(".ab-turn").count() == 1


def test_two_visitors_do_not_meet(visit: Any) -> None:
    one, two = visit(), visit()
    one.paste("The comet Hale was found in 1995 by Anna Berg.")
    assert "Anna Berg" in one.ask("Who found the comet Hale?").inner_text()
    assert two.text() == default_article().text
    assert NOT_IN_ARTICLE in two.ask("Who found the comet Hale?").inner_text()
    assert "2020" in two.ask(QUESTION).inner_text()
    assert one.page.locator(".ab-turn").count() == 1
    one.page.click("[data-do=library]")
    one.page.locator(".ab-talk", has_text="moon").click()  # back to the served article
    one.page.locator(".ab-text h1", has_text="moon rocks").wait_for()
    assert "2020" in one.ask(QUESTION).inner_text()


# ---------------------------------------------------------------------------- hostile
HOSTILE = """\
<script>alert(1)</script><h1>Injected</h1>

The price of the moon rock is <img src=x onerror="alert(2)"> 400 dollars, says <b>Bob</b>.

![pixel](http://192.0.2.1/pixel.png) The owner of the [rock](javascript:alert(3)) is Alice Crane.

The weight is $$\\href{javascript:alert(4)}{7}$$ grams, written as `${alert(5)}` and {{this.alert}}.

</textarea></dialog><style>body{display:none}</style> The rock is &lt;blue&gt; grey."""


def test_a_hostile_article_is_only_text(visit: Any) -> None:
    visitor = visit()
    visitor.paste(HOSTILE)
    assert visitor.text() == HOSTILE
    for question in ("What is the price of the moon rock?", "Who is the owner of the rock?"):
        turn = visitor.ask(f"{question} <img src=x onerror=alert(6)> ![](http://192.0.2.1/)")
        turn = visitor.ask(question)
        turn.locator("summary").click()
        if turn.locator("button.ab-cite").count():
            turn.locator("button.ab-cite").first.hover()
            turn.locator("button.ab-cite").first.click()
            assert visitor.marked() in HOSTILE
    foreign = visitor.page.locator(
        ".ab :is(img, script, style, a, iframe, object, b, .katex), .ab h1 + h1"
        ", .ab-article svg, .ab svg :not(path)"
    )
    assert foreign.count() == 0
    assert visitor.page.locator(".ab-turn img, [onerror]").count() == 0


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

    def tab_to(selector: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement?.matches(s)", selector):
                break
        else:
            pytest.fail(f"{selector} cannot be reached with Tab")
        # The focus is visible on the control itself or on the frame around it.
        assert page.evaluate("""() => [document.activeElement, document.activeElement.parentNode]
          .some((node) => getComputedStyle(node).outlineStyle === 'solid')""")

    tab_to("#ab-question")
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
    tab_to("button.ab-cite")
    assert page.locator("#ab-tip").inner_text() == f"“{quote}”"
    page.keyboard.press("Escape")
    assert page.locator("#ab-tip").is_hidden()
    page.keyboard.press("Enter")
    assert visitor.marked() == quote
    tab_to("[data-do=change]")
    page.keyboard.press("Enter")
    tab_to("#ab-source")
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
