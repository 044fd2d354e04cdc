"""Wires the page to its events. Gradio carries the traffic; what it carries is in ``events``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api
from gradio.utils import get_upload_folder

from bot.config import Serving
from bot.page import events, opening
from bot.page.feedback import FeedbackFile
from bot.page.gate import Gate
from bot.page.payload import sentence
from bot.page.serve import comes_from_here
from bot.page.visit import Visit, Visits
from index.errors import ArticleBotError

if TYPE_CHECKING:
    from bot.chat import Bot

_UPLOAD_SECONDS = 3600

# Both run in the browser. The quoted names are the page's events: Gradio looks for them here.
_START = """
const events = ["ask", "stop", "open", "arrange", "rate"];
import(new URL($main, document.baseURI)).then((page) =>
  page.start({element, trigger, props, watch, upload}));
"""
_FOLLOW = """
import(new URL($main, document.baseURI)).then((page) => page.follow({props, watch}));
"""


def build_ui(
    bot: Bot,
    begin: Callable[[bool], Visit],
    serving: Serving | None = None,
    *,
    allow_private_urls: bool = False,
) -> tuple[gr.Blocks, Visits]:
    """The page for a bot, and who is on it; ``bot.page.serve`` shows it.

    Args:
        bot: Answers from the served articles.
        begin: Makes the visit of a new visitor; told whether their browser is on this machine.
        serving: Limits, and where ratings go.
        allow_private_urls: Let visitors open web addresses inside private networks.
    """
    serving = serving or Serving()
    # Finds the questions to start with. That takes seconds, so the first visitor shall not wait.
    opening.arrange(begin(True), {"do": "begin"})

    def ask(question: str) -> dict[str, Any]:
        """Answer a question about the served article, as JSON."""
        try:
            return bot.ask(question).to_json()
        except ArticleBotError as error:
            raise gr.Error(sentence(str(error)), print_exception=False) from error

    # Nothing of what happens on the page is callable by programs: they have `ask`.
    page_event: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_limit": None,  # the gates hold them back, and tell how long the line is
    }
    ui = gr.Blocks(
        title="Article Bot",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(_UPLOAD_SECONDS, _UPLOAD_SECONDS),  # uploads that nobody came back for
    )
    visits = Visits(begin, partial(_forget_unread, ui))
    handlers = _Handlers(ui, visits, serving, allow_private_urls)
    with ui:
        page = gr.HTML(
            html_template=_static("page.html"),
            js_on_load=_script(_START, serving),
            apply_default_css=False,
            elem_id="page",
        )
        shelf = gr.HTML(
            value={"stage": "asleep"},  # what there is depends on who asks
            html_template="",
            js_on_load=_script(_FOLLOW, serving),
            elem_id="shelf",
        )
        asking = page.ask(handlers.ask_page, None, page, **page_event)
        page.stop(None, cancels=[asking])
        page.open(handlers.open_page, None, shelf, **page_event)
        page.arrange(handlers.arrange_page, None, shelf, **page_event)
        ui.unload(lambda: None)  # Gradio's pages keep a heartbeat only where there is such an event
        if serving.feedback is not None:
            page.rate(handlers.rate_page, None, None, **page_event)
        api(ask, api_name="ask", concurrency_limit=serving.concurrency)
    # Only programs wait in this queue; its limit is for them alone.
    ui.queue(
        default_concurrency_limit=serving.concurrency, max_size=serving.queue + serving.concurrency
    )
    return ui, visits


class _Handlers:
    """What the page's events do; each gets the visit of the session it comes from.

    Gradio keeps the last value of every component for each session, 10,000 of them: articles and
    answers of people who have left long ago. No event needs them, so each takes them away. All of
    them run on Gradio's event loop, and so does what looks a session up.
    """

    def __init__(
        self, ui: gr.Blocks, visits: Visits, serving: Serving, allow_private_urls: bool
    ) -> None:
        self._ui = ui
        self._visits = visits
        self._serving = serving
        self._asked, self._opened = (Gate(serving.concurrency, serving.queue) for _ in range(2))
        self._feedback = FeedbackFile(serving.feedback) if serving.feedback else None
        self._allow_private_urls = allow_private_urls

    async def ask_page(
        self, request: gr.EventData, session: gr.Request
    ) -> AsyncIterator[dict[str, Any]]:
        try:
            async for state in events.ask_in_turn(self._asked, self._visit(session), request._data):
                yield asdict(state)
        finally:
            self._forget_values(session)

    async def open_page(
        self, request: gr.EventData, session: gr.Request
    ) -> AsyncIterator[dict[str, Any]]:
        visit, uploads = self._visit(session), Path(get_upload_folder())
        steps = opening.open_article(visit, request._data, uploads, self._allow_private_urls)
        try:
            async for state in opening.open_in_turn(self._opened, request._data, steps):
                yield state
        finally:
            self._forget_values(session)

    async def arrange_page(self, request: gr.EventData, session: gr.Request) -> dict[str, Any]:
        begins = request._data.get("do") == "begin"
        visit = self._visit(session, str(request._data.get("token") or "") if begins else "")
        state = await asyncio.to_thread(opening.arrange, visit, request._data)
        self._forget_values(session)
        if not begins:
            return state
        offered = {
            **visit.choices.offered(),
            "feedback": self._serving.feedback is not None,
            "keeps": visit.shelf.is_kept,
            "max_upload_mb": self._serving.max_upload_mb,
        }
        return {**state, "offered": offered, "token": visit.token}

    def _visit(self, session: gr.Request, token: str = "") -> Visit:
        return self._visits.of(session.session_hash, comes_from_here(session.headers), token)

    def _forget_values(self, session: gr.Request) -> None:
        held = self._ui.state_holder
        held.session_data.pop(session.session_hash or "", None)
        held.time_last_used.pop(session.session_hash or "", None)

    def rate_page(self, request: gr.EventData) -> None:
        assert self._feedback is not None, "bound only where ratings are collected"
        self._feedback.add(request._data)


def _forget_unread(ui: gr.Blocks, session: str) -> None:
    """Take away what was still to be sent to a page that was closed."""
    ui._queue.pending_messages_per_session.pop(session, None)


def _script(source: str, serving: Serving) -> str:
    """The script with the address of the page's main module, absolute where a prefix is known."""
    folder = f"{serving.root_path}/" if serving.root_path else ""
    return source.replace("$main", json.dumps(f"{folder}page/main.js"))


def _static(name: str) -> str:
    return resources.files("bot.page").joinpath("static", name).read_text(encoding="utf-8")
