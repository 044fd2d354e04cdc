"""The page in a real browser: articles of all kinds come in, none of them does harm."""

import json
from pathlib import Path
from typing import Any

import pytest
from browsing import ODD, QUESTION, Visitor, needs_browser, violations
from test_reading_pdf import body, build_pdf

from bot.build import default_article
from bot.types import NOT_IN_ARTICLE

pytest_plugins = ["browsing"]
pytestmark = needs_browser


# -------------------------------------------------------------------- other articles
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


def test_what_was_not_read_is_told_above_the_text(visit: Any) -> None:
    visitor = visit()
    note = visitor.page.locator(".ab-unread")
    assert note.is_hidden()
    visitor.page.click("[data-do=change]")
    mail = (
        b"Subject: The comet\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\n"
        b"Content-Type: text/plain\n\nThe comet Hale was found in 1995 by Anna Berg.\n--B\n"
        b"Content-Type: image/png\nContent-Disposition: attachment; filename=comet.png\n\nx\n--B--"
    )
    letter = {"name": "letter.eml", "mimeType": "message/rfc822", "buffer": mail}
    visitor.page.set_input_files(".ab-opener input[type=file]", letter)
    visitor.settled()
    assert visitor.text() == "The comet Hale was found in 1995 by Anna Berg."
    assert note.text_content() == "what is attached was not read: comet.png"
    visitor.picture("letter")
    assert violations(visitor.page) == []


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


def begin_long(visitor: Visitor) -> None:
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
