"""The page in a real browser: what a visitor sets, and how it is served."""

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
from browsing import LAPTOP, QUESTION, needs_browser
from serving import answering_http, reverse_proxy, serving

from bot.build import default_article
from bot.language import NOT_IN_ARTICLE_IN

PREFIX = "/reading/room"
WORDS = json.loads(
    (Path(__file__).parents[1] / "bot/page/static/words.json").read_text(encoding="utf-8")
)

pytest_plugins = ["browsing"]
pytestmark = needs_browser


@pytest.fixture(scope="module")
def narrow_url(folder: Path) -> Iterator[str]:
    """A page behind a proxy that answers one question at a time and lets one more wait."""
    flags = ("--llm", "none", "--root-path", PREFIX, "--concurrency", "1", "--queue", "1", "--keys")
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("ARTICLE_BOT_ALLOW_PRIVATE_URLS", "1")  # and so servers of a provider
        with serving(folder, *flags) as (address, _), reverse_proxy(address, PREFIX) as shown:
            yield f"{shown}/"


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
    visitor.reload()
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
    one.reload()
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
    visitor.reload()
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
    visitor.reload()
    assert look() == (larger, dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]
    page.evaluate("""() => { for (const name of Object.keys(localStorage)) {
      localStorage.setItem(name, JSON.stringify({size: 'giant', theme: 7, llm: 'x', language: []}));
    } }""")
    visitor.reload()
    assert look() == (size, light)  # what is no setting counts for nothing


# ---------------------------------------------------------------------------- serving
def test_behind_a_path_prefix_everything_works(visit: Any, narrow_url: str, quote: str) -> None:
    visitor = visit(url=narrow_url)
    page = visitor.page
    paths: list[str] = []
    lost: list[str] = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))
    page.on("response", lambda reply: lost.append(reply.url) if reply.status >= 400 else None)
    visitor.reload()
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
