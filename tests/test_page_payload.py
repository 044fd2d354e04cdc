"""What the page is sent: an article in blocks, an answer in words, its texts in every language."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Bot
from bot.page.blocks import Block, blocks
from bot.page.payload import (
    article_payload,
    display_title,
    source_label,
    sureness,
)
from bot.types import Answer
from index.types import Article, Heading


def kinds(article: Article) -> list[tuple[str, str]]:
    return [(block.kind, article.text[block.start : block.end]) for block in blocks(article)]


def test_headings_and_paragraphs_become_blocks() -> None:
    text = "Title\n\nOne.\n\n\n  Two,\nstill two.  \n\nPart\n\nThree."
    headings = (Heading(0, 5, 1), Heading(text.index("Part"), text.index("Part") + 4, 9))
    assert kinds(Article("a", text, headings=headings)) == [
        ("h1", "Title"),
        ("p", "One."),
        ("lines", "Two,\nstill two."),
        ("h6", "Part"),
        ("p", "Three."),
    ]


def test_lists_become_items() -> None:
    assert kinds(Article("a", "- one\n- two\n\n1. first\n2) second\n\n- not\na list")) == [
        ("li", "- one"),
        ("li", "- two"),
        ("li", "1. first"),
        ("li", "2) second"),
        ("lines", "- not\na list"),
    ]


def test_between_blocks_is_only_white_space() -> None:
    text = " \n\ta\n \n\u2003\nb\x0c\n\n- c\n- d\n\n"
    article = Article("a", text, headings=(Heading(2, 4, 1), Heading(3, 90, 1), Heading(-4, 1, 2)))
    end = 0
    for block in [*blocks(article), Block("p", len(text), len(text))]:
        assert text[end : block.start].strip() == ""
        assert end <= block.start <= block.end
        end = block.end


@pytest.mark.parametrize("text", ["", " ", "\n\n\n"])
def test_an_article_without_text_has_no_blocks(text: str) -> None:
    assert blocks(Article("a", text)) == []


def test_article_payload_is_plain_json(bot: Bot) -> None:
    article = bot.articles()[0]
    payload = article_payload(article)
    assert json.loads(json.dumps(payload)) == payload
    assert payload["text"] == article.text
    assert payload["opens_with_title"] is True


def test_an_untitled_text_is_called_by_its_first_line() -> None:
    assert article_payload(Article("pasted", "The comet\n\nIt was seen."))["title"] == "The comet"
    assert article_payload(Article("pasted", "It was seen."))["title"] == "Pasted text"
    article = Article("notes", "It was seen.", source="notes.txt")
    assert article_payload(article)["title"] == "notes"


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("https://www.example.org/a/b?c", "example.org"),
        ("/tmp/some where/notes.md", "notes.md"),
        ("upload:notes.zip/one.md", "one.md"),
        ("upload:notes.md", "notes.md"),
        ("", ""),
    ],
)
def test_source_label(source: str, label: str) -> None:
    assert source_label(source) == label


def test_several_pasted_texts_have_names_of_their_own() -> None:
    pasted = [Article(name, "It was seen.") for name in ("pasted", "pasted-2")]
    assert [display_title(article) for article in pasted] == ["Pasted text", "Pasted text 2"]


@pytest.mark.parametrize(
    ("status", "confidence", "words"),
    [
        ("answered", 0.9, "high"),
        ("answered", 0.6, "fair"),
        ("answered", 0.1, "low"),
        ("not_in_article", 0.0, "absent"),
        ("not_in_article", 0.4, "unsure"),
    ],
)
def test_confidence_is_told_in_words(status: Any, confidence: float, words: str) -> None:
    assert sureness(Answer("x", None, status, confidence)) == words


STATIC = Path(__file__).parents[1] / "bot" / "page" / "static"
WORDS: dict[str, dict[str, str]] = json.loads((STATIC / "words.json").read_text("utf-8"))


def test_the_page_says_everything_in_every_language() -> None:
    assert set(WORDS) == {"en", "es", "de", "fr", "ru", "ar", "zh"}
    for language, texts in WORDS.items():
        assert texts.keys() == WORDS["en"].keys(), language
        for key, text in texts.items():
            assert text.strip() == text != "", (language, key)
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", WORDS["en"][key]))


def test_every_text_of_the_page_has_a_key_and_every_key_a_use() -> None:
    markup = (STATIC / "page.html").read_text("utf-8")
    scripts = "\n".join(path.read_text("utf-8") for path in STATIC.glob("*.js"))
    named = set(re.findall(r'data-t(?:-[a-z]+)?="(\w+)"', markup))
    named |= set(re.findall(r'\bt\("(\w+)"', scripts))
    assert named <= WORDS["en"].keys()
    composed = ("stage_", "sure_", "time_", "thumb_")
    for key in WORDS["en"].keys() - named:
        quoted = f'"{key.removesuffix("_hint")}"' in scripts
        assert quoted or key.startswith(composed), f"{key} is used nowhere"
    assert not re.findall(r">[A-Za-z][^<]{2,}<", markup.replace("Article Bot", ""))
