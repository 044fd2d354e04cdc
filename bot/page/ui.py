"""Wires the page to its events. Gradio carries the traffic; what it carries is in ``events``."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api
from gradio.utils import get_upload_folder

from bot.config import Serving
from bot.page import events, opening
from bot.page.choices import Choices
from bot.page.feedback import FeedbackFile
from bot.page.gate import Gate
from bot.page.payload import sentence
from bot.page.visit import Visit, Visits
from index.errors import ArticleBotError

if TYPE_CHECKING:
    from bot.chat import Bot

_UPLOAD_SECONDS = 3600

# Both run in the browser. The quoted names are the page's events: Gradio looks for them here.
_START = """
const events = ["ask", "stop", "open", "cancel", "arrange", "rate"];
import(new URL($main, document.baseURI)).then((page) =>
  page.start({element, trigger, props, watch, upload}));
"""
_FOLLOW = """
import(new URL($main, document.baseURI)).then((page) => page.follow({props, watch}));
"""


def build_ui(
    bot: Bot,
    serving: Serving | None = None,
    choices: Choices | None = None,
    visits: Visits | None = None,
    *,
    keeps: bool = False,
    allow_private_urls: bool = False,
) -> gr.Blocks:
    """The page for a bot; ``bot.page.serve`` shows it.

    Args:
        bot: Answers from the served articles.
        serving: Limits, and where ratings go.
        choices: What visitors may choose for their questions.
        visits: Who is on the page; None keeps what a visitor adds in memory, for them alone.
        keeps: What visitors add and remove is kept, in a library that all of them share.
        allow_private_urls: Let visitors open web addresses inside private networks.
    """
    serving, choices = serving or Serving(), choices or Choices()
    handlers = _Handlers(visits or Visits(lambda: Visit(bot, choices)), serving, allow_private_urls)

    def ask(question: str) -> dict[str, Any]:
        """Answer a question about the served article, as JSON."""
        try:
            return bot.ask(question).to_json()
        except ArticleBotError as error:
            raise gr.Error(sentence(str(error)), print_exception=False) from error

    offered = {
        **choices.offered(),
        "feedback": serving.feedback is not None,
        "keeps": keeps,
        "max_upload_mb": serving.max_upload_mb,
    }
    # Nothing of what happens on the page is callable by programs: they have `ask`.
    page_event: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "trigger_mode": "multiple",
        "concurrency_limit": None,  # the gates hold them back, and tell how long the line is
    }
    # What is kept changes while the page is served: the page asks for it as it opens.
    first = {"stage": "asleep"} if keeps else opening.first_state(Visit(bot))
    ui = gr.Blocks(
        title="Article Bot",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(_UPLOAD_SECONDS, _UPLOAD_SECONDS),  # uploads that nobody came back for
    )
    with ui:
        page = gr.HTML(
            html_template=_static("page.html"),
            js_on_load=_script(_START, serving),
            apply_default_css=False,
            elem_id="page",
        )
        shelf = gr.HTML(
            value={**first, "offered": offered},
            html_template="",
            js_on_load=_script(_FOLLOW, serving),
            elem_id="shelf",
        )
        asking = page.ask(handlers.ask_page, None, page, **page_event)
        page.stop(None, cancels=[asking])
        reading = page.open(handlers.open_page, None, shelf, **page_event)
        page.cancel(None, cancels=[reading])
        page.arrange(handlers.arrange_page, None, shelf, **page_event)
        ui.unload(handlers.leave_page)
        if serving.feedback is not None:
            page.rate(handlers.rate_page, None, None, **page_event)
        api(ask, api_name="ask", concurrency_limit=serving.concurrency)
    # Only programs wait in this queue; its limit is for them alone.
    ui.queue(
        default_concurrency_limit=serving.concurrency, max_size=serving.queue + serving.concurrency
    )
    return ui


class _Handlers:
    """What the page's events do; each gets the visit of the session it comes from."""

    def __init__(self, visits: Visits, serving: Serving, allow_private_urls: bool) -> None:
        self._visits = visits
        self._asked, self._opened = (Gate(serving.concurrency, serving.queue) for _ in range(2))
        self._feedback = FeedbackFile(serving.feedback) if serving.feedback else None
        self._allow_private_urls = allow_private_urls

    async def ask_page(
        self, request: gr.EventData, session: gr.Request
    ) -> AsyncIterator[dict[str, Any]]:
        visit = self._visits.of(session.session_hash)
        async for state in events.ask_in_turn(self._asked, visit, request._data):
            yield asdict(state)

    async def open_page(
        self, request: gr.EventData, session: gr.Request
    ) -> AsyncIterator[dict[str, Any]]:
        visit = self._visits.of(session.session_hash)
        uploads = Path(get_upload_folder())
        steps = opening.open_article(visit, request._data, uploads, self._allow_private_urls)
        async for state in opening.open_in_turn(self._opened, request._data, steps):
            yield state

    def arrange_page(self, request: gr.EventData, session: gr.Request) -> dict[str, Any]:
        return opening.arrange(self._visits.of(session.session_hash), request._data)

    def leave_page(self, session: gr.Request) -> None:
        self._visits.left(session.session_hash)

    def rate_page(self, request: gr.EventData) -> None:
        assert self._feedback is not None, "bound only where ratings are collected"
        self._feedback.add(request._data)


def _script(source: str, serving: Serving) -> str:
    """The script with the address of the page's main module, absolute where a prefix is known."""
    folder = f"{serving.root_path}/" if serving.root_path else ""
    return source.replace("$main", json.dumps(f"{folder}page/main.js"))


def _static(name: str) -> str:
    return resources.files("bot.page").joinpath("static", name).read_text(encoding="utf-8")
