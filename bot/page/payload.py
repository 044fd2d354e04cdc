"""Turns articles and answers into the JSON that the page shows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from bot.page.blocks import Block, blocks
from bot.types import Answer
from index.intake import UPLOAD
from index.types import Article

_WORDS_PER_MINUTE = 230
_LONGEST_TITLE = 100
_BYLINE = ("site", "author", "date")


def article_payload(article: Article) -> dict[str, Any]:
    """An article for the reading pane; offsets count code points, as everywhere in Python."""
    parts = blocks(article)
    words = len(article.text.split())
    first = _first(article, parts)
    title = _title(article, first)
    return {
        "id": article.id,
        "key": article.content_hash,
        "title": title,
        "opens_with_title": _plain(first) == _plain(title),
        "origin": source_label(article.source),
        "byline": [article.metadata[key] for key in _BYLINE if article.metadata.get(key)],
        "notes": list(article.notes),
        "words": words,
        "minutes": max(1, round(words / _WORDS_PER_MINUTE)),
        "text": article.text,
        "blocks": [list(part) for part in parts],
        "page_starts": list(article.page_starts),
    }


def display_title(article: Article) -> str:
    """What an article is called on the page."""
    return _title(article, _first(article, blocks(article)))


def _first(article: Article, parts: Sequence[Block]) -> str:
    return article.text[parts[0].start : parts[0].end] if parts else ""


def _title(article: Article, first: str) -> str:
    return article.title.strip() or _as_title(first) or article.name


def _as_title(block: str) -> str:
    """The first block of a text without a title, when it looks like one."""
    line = block.strip()
    is_title = "\n" not in line and len(line) <= _LONGEST_TITLE and line[-1:] not in ".!?:;,"
    return line if is_title else ""


def source_label(source: str) -> str:
    """Where an article is from, short: the host of a URL, the name of a file."""
    if "://" in source:
        return (urlsplit(source).hostname or "").removeprefix("www.")
    return PurePath(source.removeprefix(UPLOAD)).name


def answer_payload(
    answer: Answer, known: Callable[[str], Mapping[str, str]] = lambda _: {}
) -> dict[str, Any]:
    """An answer for the chat: its JSON, with the confidence as a word that the page translates.

    ``known`` tells title and content of the article with an id; every citation has them, so that a
    copied or exported answer names what it quotes and a kept one finds it again.
    """
    payload = answer.to_json()
    return {
        **payload,
        "citations": [{**each, **known(each["article_id"])} for each in payload["citations"]],
        "notice": sentence(answer.notice),
        "sureness": sureness(answer),
    }


def sentence(text: str) -> str:
    """A line as the page says it: with a capital and a full stop."""
    line = text.strip()
    end = "" if not line or line.endswith((".", "!", "?")) else "."
    return f"{line[:1].upper()}{line[1:]}{end}"


def sureness(answer: Answer) -> str:
    """How sure the bot is: "high", "fair" or "low" of an answer, "absent" or "unsure" without."""
    level = answer.confidence
    if answer.status != "answered":
        return "absent" if level < 0.1 else "unsure"
    if level >= 0.8:
        return "high"
    return "fair" if level >= 0.5 else "low"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
