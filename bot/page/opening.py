"""What happens when a visitor adds, shows or removes articles; it yields what the page shows."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.errors import BusyError
from bot.page.events import UNEXPECTED
from bot.page.gate import Gate
from bot.page.indexing import Indexing
from bot.page.payload import article_payload, sentence, source_label
from bot.page.sources import read_given
from bot.page.visit import Visit
from index.errors import ArticleBotError
from index.types import Article

_log = logging.getLogger(__name__)

State = dict[str, Any]


def first_state(visit: Visit, before: Mapping[str, Any] | None = None) -> State:
    """What the page begins with: all articles at hand, one shown and those to ask picked.

    ``before`` is how the page stood when it was loaded anew: ``picked`` (ids) and ``shown`` (an
    id), as far as those articles are still at hand.
    """
    before = before or {}
    at_hand = [row.entry.id for row in visit.rows()]
    stood = before.get("picked")
    picked = [name for name in at_hand if isinstance(stood, list) and name in stood]
    picked = picked or visit.shelf.first_picked()
    shown = [name for name in at_hand if name == before.get("shown")]
    shown += [name for name in at_hand if name in picked]
    article = visit.article(shown[0]) if shown else None
    return {"stage": "ready", "error": "", "picked": picked, **_shown(visit, article)}


def library(visit: Visit) -> list[State]:
    """The articles at hand as the page lists them."""
    return [
        {
            "id": entry.id,
            "title": visit.shelf.title(entry),
            "origin": source_label(entry.source),
            "characters": entry.characters,
            "own": own,
            "key": entry.content_hash,
        }
        for entry, own in visit.rows()
    ]


def open_article(
    visit: Visit, request: Mapping[str, Any], uploads: Path, allow_private: bool
) -> Generator[State, None, None]:
    """Show an article, after adding it where it is new; each state replaces the one before.

    ``request`` comes from the browser: ``kind`` ("show" or "look", which only shows, or what
    `read_given` takes), ``value`` (the article's id, or what to read) and ``request`` (a name for
    it, given back in every state). No error leaves: a state's ``error`` says it, and everything
    stays as it was. An addition that is cancelled ends without another state.
    """
    state = {"request": request.get("request"), "stage": "reading", "error": ""}
    yield state
    kind = request.get("kind")
    if kind in ("show", "look"):
        steps = _show(visit, str(request.get("value")), asks=kind == "show")
    else:
        steps = _add(visit, request, uploads, allow_private)
    try:
        for step in steps:
            yield {**state, **step}
    except ArticleBotError as error:
        yield {**state, "stage": "failed", "error": sentence(str(error))}
    except Exception:  # the page's outermost boundary: logged in full, told in one line
        _log.exception("An article could not be opened.")
        yield {**state, "stage": "failed", "error": UNEXPECTED}


async def open_in_turn(
    gate: Gate, request: Mapping[str, Any], steps: Generator[State, None, None]
) -> AsyncIterator[State]:
    """The steps of ``open_article`` when the gate lets this visitor in."""
    state = {"request": request.get("request"), "stage": "reading", "error": ""}
    try:
        async for step in gate.in_turn(steps, lambda ahead: state):
            yield step
    except BusyError as error:
        yield {**state, "stage": "failed", "error": sentence(str(error))}


def arrange(visit: Visit, request: Mapping[str, Any]) -> State:
    """Begin, cancel an addition, remove an article, undo that or settle it.

    Returns what the page shows then. ``request`` comes from the browser: ``do`` ("begin" with what
    `first_state` takes, "cancel" with the ``id`` of the addition, "remove" with that of the
    article, "undo" or "settle"). No error leaves: the state's ``error`` says it, and there is no
    list of the articles where they cannot be listed.
    """
    state = {"request": request.get("request"), "stage": "arranged", "error": ""}
    try:
        match request.get("do"):
            case "begin":
                return {**state, **first_state(visit, request)}
            case "cancel":
                visit.cancel(str(request.get("id")))
            case "remove":
                visit.remove(str(request.get("id")))
            case "undo":
                state["back"] = visit.undo()
            case "settle":
                visit.settle()
        return {**state, "library": library(visit)}
    except ArticleBotError as error:
        return {**state, **_listed(visit), "error": sentence(str(error))}
    except Exception:  # the page's outermost boundary: logged in full, told in one line
        _log.exception("The articles could not be changed.")
        return {**state, "error": UNEXPECTED}


def _listed(visit: Visit) -> State:
    """The list of the articles, when there is one."""
    try:
        return {"library": library(visit)}
    except ArticleBotError:  # the library itself cannot be read, which has been said
        return {}


def _show(visit: Visit, article_id: str, *, asks: bool) -> Generator[State, None, None]:
    """Show an article that is at hand, with questions to start with where it is to be asked."""
    article = visit.article(article_id)
    yield {"stage": "showing", "article": article_payload(article)}
    yield {"stage": "ready", **_shown(visit, article, asks=asks)}


def _add(
    visit: Visit, request: Mapping[str, Any], uploads: Path, allow_private: bool
) -> Generator[State, None, None]:
    """Read and index what was given, and show the first article of it."""
    visit.settle()
    name = str(request.get("request"))
    articles, failures = read_given(request, uploads, allow_private)
    preview = {"stage": "indexing", "article": article_payload(articles[0]), "n": len(articles)}
    yield {**preview, "done": 0, "total": 0}
    indexing = Indexing(visit.shelf, articles)
    with closing(indexing.progress()) as steps:
        for done, total in steps:
            if visit.has_cancelled(name):
                return
            yield {**preview, "done": done, "total": total}
    if visit.has_cancelled(name):  # after the last passage
        indexing.take_back()
        return
    changes = indexing.changes
    yield {
        "stage": "ready",
        "added": list(dict.fromkeys(change.id for change in changes)),
        "new": sum(change.status in ("added", "updated") for change in changes),
        "failures": [sentence(str(error)) for error in failures],
        **_shown(visit, visit.article(changes[0].id)),
    }


def _shown(visit: Visit, article: Article | None, *, asks: bool = True) -> State:
    """An article in the pane, and all that are at hand."""
    bot = visit.shelf.bot_of(article.id) if article and asks else None
    return {
        "article": article and article_payload(article),
        "questions": bot.suggest_questions(article.id) if bot and article else [],
        "library": library(visit),
    }
