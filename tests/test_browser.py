"""The page in a real browser: everything a visitor does, and everything that must not happen."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import serving

from bot.build import default_article
from bot.chat import Bot
from bot.types import NOT_IN_ARTICLE

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
PICTURES = os.environ.get("ARTICLE_BOT_SCREENSHOTS")
OFF_TOPIC = "How do I bake a sourdough bread?"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed")


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
    with serving(folder, "--llm", "local") as (address, _):
        yield address


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
        self.context.set_default_timeout(8_000)
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

    def ask(self, question: str) -> Any:
        """Ask and wait for the answer; returns its place on the page."""
        before = self.page.locator(".ab-turn").count()
        self.page.fill("#ab-question", question)
        self.page.press("#ab-question", "Enter")
        turn = self.page.locator(".ab-turn").nth(before)
        turn.and_(self.page.locator("[data-state=done]")).wait_for()
        return turn

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
        assert visitor.complaints == []
        assert visitor.strangers == []


@pytest.fixture(scope="session")
def quote(bot: Bot) -> str:
    """The words that answer QUESTION."""
    return bot.ask(QUESTION).citations[0].quote


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
    turn.locator(".ab-nearest .ab-passage").first.click()
    assert visitor.sees_mark()


def test_how_it_was_answered(visit: Any) -> None:
    visitor = visit()
    turn = visitor.ask(QUESTION)
    turn.locator("summary").click()
    how = turn.locator(".ab-how").inner_text()
    assert "Confidence" in how
    assert "retrieve" in how
    assert "%" not in how
    # A passage runs over headings and paragraphs; its marks must, too.
    last = turn.locator(".ab-how .ab-passage").last
    last.click()
    assert "\n\n" in visitor.marked()
    assert visitor.marked() in default_article().text


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


LONG = "\n\n".join(
    f"In {year} the comet of {year} was seen by observer {year - 900} for {year % 7 + 2} weeks. "
    + "It was bright, then it faded, and the notes of that winter say little more of it. " * 3
    for year in range(1000, 1700)
)


def test_a_long_article_shows_progress_and_can_be_cancelled(visit: Any) -> None:
    visitor = visit()
    page = visitor.page
    page.click("[data-do=change]")
    page.fill("#ab-source", LONG)
    page.click("[data-do=read]")
    page.locator(".ab-progress").wait_for()
    assert "In 1000 the comet of 1000" in visitor.text()  # it can be read meanwhile
    assert page.locator("[data-do=ask]").is_disabled()
    page.click("[data-do=cancel]")
    assert visitor.text() == default_article().text
    assert "2020" in visitor.ask(QUESTION).inner_text()


def test_two_visitors_do_not_meet(visit: Any) -> None:
    one, two = visit(), visit()
    one.paste("The comet Hale was found in 1995 by Anna Berg.")
    assert "Anna Berg" in one.ask("Who found the comet Hale?").inner_text()
    assert two.text() == default_article().text
    assert NOT_IN_ARTICLE in two.ask("Who found the comet Hale?").inner_text()
    assert "2020" in two.ask(QUESTION).inner_text()
    assert one.page.locator(".ab-turn").count() == 1
    one.page.click("[data-do=change]")
    one.page.locator(".ab-library button").click()  # back to the served article
    one.settled()
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
        ".ab :is(img, script, style, a, iframe, object, svg, b, .katex), .ab h1 + h1"
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


def test_every_control_has_a_name(visit: Any) -> None:
    visitor = visit()
    visitor.ask(QUESTION)
    unnamed = visitor.page.evaluate("""() =>
      [...document.querySelectorAll('.ab :is(button, textarea, input, progress, section)')].filter(
        (node) => !node.textContent.trim() && !node.getAttribute('aria-label')
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
