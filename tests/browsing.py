"""A real browser and the people who use it, for the tests of the page. PYTEST_DONT_REWRITE"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import serving

from bot.chat import Bot

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LAPTOP, PHONE = {"width": 1366, "height": 820}, {"width": 390, "height": 844}
QUESTION = "When did Chang'e 5 come back to Earth?"
ODD = """\
Ünïcode 👩‍🚀 notes 🇫🇷

The crew 👩‍🚀👨🏽‍🚀 flew the ship 𝔸urora in 2031. \
Zoe\u0301 Ångström named the crater 🌕 Café\u0301 in 2033.

最後の段落 🐉: the dragon 🐉🐉 named Ryū guarded the gate 𠮷野 for 400 years."""
OFF_TOPIC = "How do I bake a sourdough bread?"
PICTURES = os.environ.get("ARTICLE_BOT_SCREENSHOTS")
# What Gradio's client says where a page is left while its reply is still open.
CUT_OFF = ("AbortError", "Connection errored out")

needs_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """A person with a browser of their own; keeps what must stay empty."""

    def __init__(self, browser: Any, url: str, **context: Any) -> None:
        self.context = browser.new_context(**{"viewport": LAPTOP, **context})
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.context.on("request", self._watch)
        self.page.goto(url)
        self.page.locator(".ab[data-ready]").wait_for()

    def _listen(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _watch(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.strangers.append(request.url)

    def reload(self) -> None:
        """Load the page again; a reply that this cuts off may complain, and nothing else."""
        before = len(self.complaints)
        self.page.reload()
        later = self.complaints[before:]
        self.complaints[before:] = [c for c in later if not any(word in c for word in CUT_OFF)]
        self.page.locator(".ab[data-ready]").wait_for()

    def ask(self, question: str) -> Any:
        """Ask and wait for the answer; returns its place on the page."""
        before = self.page.locator(".ab-turn").count()
        self.page.fill("#ab-question", question)
        self.page.press("#ab-question", "Enter")
        turn = self.page.locator(".ab-turn").nth(before)
        turn.and_(self.page.locator("[data-state=done]")).wait_for()
        return turn

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is there, and is seen."""
        for _ in range(30):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(s) => document.activeElement?.matches(s)", selector):
                break
        else:
            pytest.fail(f"{selector} cannot be reached with Tab")
        # It is visible on the control itself or on the frame around it.
        assert self.page.evaluate("""() =>
          [document.activeElement, document.activeElement.parentNode].some(
            (node) => getComputedStyle(node).outlineStyle === 'solid')""")

    def paste(self, text: str) -> None:
        """Open a text as article and wait until it can be asked."""
        self.page.click("[data-do=change]")
        self.page.fill("#ab-source", text)
        self.page.click("[data-do=read]")
        self.settled()

    def settled(self) -> None:
        """Wait until the article that is being opened can be asked."""
        self.page.wait_for_function(
            "() => !document.querySelector('.ab-opener').open"
            " && document.querySelector('.ab-progress').hidden"
        )

    def text(self) -> str:
        """The article's text as it stands on the page, character for character."""
        return str(self.page.evaluate("() => document.querySelector('.ab-text').textContent"))

    def marked(self, kind: str = "cited") -> str:
        """The words that are highlighted."""
        script = "(marks) => marks.map((mark) => mark.textContent).join('')"
        return str(self.page.locator(f".ab-text mark.{kind}").evaluate_all(script))

    def sees_mark(self) -> bool:
        """Whether the highlighted words are inside the visible part of the article."""
        script = """() => {
          const mark = document.querySelector('.ab-text mark').getBoundingClientRect();
          const page = document.querySelector('.ab-page').getBoundingClientRect();
          return mark.top >= page.top && mark.bottom <= page.bottom && mark.height > 0;
        }"""
        self.page.wait_for_function(script)
        return bool(self.page.evaluate(script))

    def picture(self, name: str) -> None:
        """Keep a picture for the README when a folder for it is named."""
        if PICTURES:
            self.page.mouse.move(0, 0)
            self.page.wait_for_timeout(700)
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """A page whose visitors keep what they add to themselves."""
    with serving(folder, "--llm", "none") as (address, _):
        yield address


@pytest.fixture(scope="module")
def local_url(folder: Path) -> Iterator[str]:
    """A page with the local language model, which collects ratings."""
    with serving(folder, "--llm", "local", "--feedback", str(folder / "ratings.jsonl")) as running:
        yield running[0]


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Any]:
    """Makes visitors; afterwards none may have seen a complaint or met a strange host."""
    visitors: list[Visitor] = []

    def come(**context: Any) -> Visitor:
        visitors.append(Visitor(browser, context.pop("url", url), **context))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.context.close()
        assert not visitor.complaints, visitor.complaints
        assert visitor.strangers == []


@pytest.fixture(scope="session")
def quote(bot: Bot) -> str:
    """The words that answer QUESTION."""
    return bot.ask(QUESTION).citations[0].quote


def violations(page: Any) -> list[str]:
    """What axe-core finds serious or critical on the page as it is now."""
    package = pytest.importorskip(
        "axe_playwright_python", reason="axe-playwright-python is missing"
    )
    if not page.evaluate("Boolean(window.axe)"):
        script = Path(package.__file__).parent / "axe.min.js"
        page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{each['id']}: {node['target']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    "arabic": {"locale": "ar"},
}
