"""What happens when a visitor opens another article: read it, index it, tell how far it is."""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import threading
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import BusyError
from bot.page.events import UNEXPECTED
from bot.page.gate import Gate
from bot.page.payload import article_payload, sentence
from bot.page.visit import Visit
from index.errors import ArticleBotError, ReadError
from index.types import Article

if TYPE_CHECKING:
    from bot.chat import Bot

_log = logging.getLogger(__name__)

_LISTED = 50
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


class _Cancelled(Exception):
    """The visitor no longer waits for this article; stops the indexing from inside."""


def shelf(visit: Visit, article: Article | None) -> dict[str, Any]:
    """The state of the article pane when ``article`` is ready to be asked about."""
    return {
        "stage": "ready",
        "article": article and article_payload(article),
        "questions": visit.bot.suggest_questions(article.id) if article else [],
        "library": list(_library(visit)),
        "error": "",
    }


def first_shelf(served: Bot) -> dict[str, Any]:
    """What the page opens with: the first served article, or an empty pane without one."""
    ids = served.article_ids()
    return shelf(Visit(served), served.article(ids[0]) if ids else None)


def open_article(
    visit: Visit, request: Mapping[str, Any], uploads: Path, allow_private: bool
) -> Generator[dict[str, Any], None, None]:
    """Switch a visitor to another article; each yielded state replaces the one before.

    ``request`` comes from the browser: ``kind`` ("text", "url", "file" or "library") and
    ``value`` (the text, the address, the path of the upload, the article's id), for a file also
    its ``name``. The visitor's bot changes only once the new one is ready. No error leaves: a
    state's ``error`` says it, and the old article stays.
    """
    state = {"request": request.get("request"), "stage": "reading", "error": ""}
    yield state
    try:
        if request.get("kind") == "library":
            article = _from_library(visit, str(request.get("value")))
        else:
            articles = _read(request, uploads, allow_private)
            article = articles[0]
            preview = {**state, "stage": "indexing", "article": article_payload(article)}
            yield {**preview, "done": 0, "total": 0}
            indexing = _Indexing(visit.served, articles)
            for done, total in indexing.progress():
                yield {**preview, "done": done, "total": total}
            visit.bot = indexing.bot
        yield {**state, **shelf(visit, article)}
    except ArticleBotError as error:
        yield {**state, "stage": "failed", "error": sentence(str(error))}
    except Exception:  # the page's outermost boundary: logged in full, told in one line
        _log.exception("An article could not be opened.")
        yield {**state, "stage": "failed", "error": UNEXPECTED}


async def open_in_turn(
    gate: Gate, request: Mapping[str, Any], steps: Generator[dict[str, Any], None, None]
) -> AsyncIterator[dict[str, Any]]:
    """The steps of ``open_article`` when the gate lets this visitor in."""
    state = {"request": request.get("request"), "stage": "reading", "error": ""}
    try:
        async for step in gate.in_turn(steps, lambda ahead: state):
            yield step
    except BusyError as error:
        yield {**state, "stage": "failed", "error": sentence(str(error))}


def _library(visit: Visit) -> Iterator[dict[str, str]]:
    """The articles a visitor can switch to without reading anything: theirs and the served."""
    listed: set[str] = set()
    for bot in dict.fromkeys((visit.bot, visit.served)):
        for article_id in bot.article_ids()[:_LISTED]:
            if article_id not in listed:
                listed.add(article_id)
                yield {"id": article_id, "title": bot.article(article_id).title or article_id}


def _from_library(visit: Visit, article_id: str) -> Article:
    """An article of the visitor's bot, or else of the served one, which then answers.

    Raises:
        LibraryError: Neither has it.
    """
    if article_id not in visit.bot.article_ids():
        article = visit.served.article(article_id)
        visit.bot = visit.served
        return article
    return visit.bot.article(article_id)


def _read(request: Mapping[str, Any], uploads: Path, allow_private: bool) -> list[Article]:
    """Read what the visitor gave.

    Raises:
        ReadError: It cannot be read as an article.
    """
    from index.reading import read, read_bytes, read_text

    kind, value = request.get("kind"), str(request.get("value") or "")
    if kind == "text":
        return [read_text(value)]
    if kind == "url":
        # `read` takes paths too: a visitor must not read files of the server through it.
        if not _ADDRESS.fullmatch(value):
            raise ReadError(f"{value!r:.200} is not a web address: it must begin with https://")
        return [read(value, allow_private=allow_private)]
    if kind == "file":
        data = _take_upload(Path(value), uploads)
        if articles := list(read_bytes(data, str(request.get("name") or "file"))):
            return articles
    raise ReadError("there is nothing to read: give a file, a web address or a text")


def _take_upload(path: Path, uploads: Path) -> bytes:
    """The bytes of an uploaded file, which is deleted: the article lives in memory.

    Raises:
        ReadError: The path is not that of an upload.
    """
    # The path comes back from the browser, so it may name any file of this machine.
    if not path.resolve().is_relative_to(uploads.resolve()) or not path.is_file():
        raise ReadError("the upload did not arrive: please try again")
    data = path.read_bytes()
    path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # another file of the same content may lie beside it
        path.parent.rmdir()
    return data


class _Indexing:
    """Builds a visitor's bot on a thread, so that the progress can be told meanwhile."""

    def __init__(self, served: Bot, articles: list[Article]) -> None:
        self._served = served
        self._articles = articles
        self._steps: queue.Queue[tuple[int, int] | None] = queue.Queue()
        self._cancelled = threading.Event()
        self._result: Bot | Exception | None = None

    def progress(self) -> Iterator[tuple[int, int]]:
        """(Done, total) as indexing goes; closing this iterator stops the indexing."""
        threading.Thread(target=self._run, name="indexing", daemon=True).start()
        try:
            while (step := self._steps.get()) is not None:
                yield step
        finally:
            self._cancelled.set()

    @property
    def bot(self) -> Bot:
        """The finished bot; raises what went wrong while it was built."""
        if isinstance(self._result, Exception):
            raise self._result
        assert self._result is not None, "progress() has not run to its end"
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._served.with_articles(self._articles, self._step)
        except Exception as error:  # carried over to the visitor's thread, raised by `bot`
            self._result = error
        finally:
            self._steps.put(None)

    def _step(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise _Cancelled
        self._steps.put((done, total))
