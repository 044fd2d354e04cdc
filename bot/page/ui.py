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
from bot.page.visit import Visit
from index.errors import ArticleBotError

if TYPE_CHECKING:
    from bot.chat import Bot

_KEPT_SECONDS = 3600

# Both run in the browser. The quoted names are the page's events: Gradio looks for them here.
_START = """
const events = ["ask", "stop", "open", "cancel", "rate"];
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
    *,
    allow_private_urls: bool = False,
) -> gr.Blocks:
    """The page for a bot; ``bot.page.serve`` shows it.

    Args:
        bot: Answers everyone who has not opened an article of their own.
        serving: Limits, and where ratings go.
        choices: What visitors may choose for their questions.
        allow_private_urls: Let visitors open web addresses inside private networks.
    """
    serving, choices = serving or Serving(), choices or Choices()
    asked, opened = (Gate(serving.concurrency, serving.queue) for _ in range(2))
    feedback = FeedbackFile(serving.feedback) if serving.feedback else None

    async def ask_page(visit: Visit, request: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        async for state in events.ask_in_turn(asked, visit, request._data):
            yield asdict(state)

    async def open_page(visit: Visit, request: gr.EventData) -> AsyncIterator[dict[str, Any]]:
        uploads = Path(get_upload_folder())
        steps = opening.open_article(visit, request._data, uploads, allow_private_urls)
        async for state in opening.open_in_turn(opened, request._data, steps):
            yield state

    def rate_page(request: gr.EventData) -> None:
        assert feedback is not None, "bound only where ratings are collected"
        feedback.add(request._data)

    def ask(question: str) -> dict[str, Any]:
        """Answer a question about the served article, as JSON."""
        try:
            return bot.ask(question).to_json()
        except ArticleBotError as error:
            raise gr.Error(sentence(str(error)), print_exception=False) from error

    offered = {
        **choices.offered(),
        "feedback": feedback is not None,
        "max_upload_mb": serving.max_upload_mb,
    }
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
        delete_cache=(_KEPT_SECONDS, _KEPT_SECONDS),  # uploads that nobody came back for
    )
    with ui:
        visit = gr.State(Visit(bot, choices))
        page = gr.HTML(
            html_template=_static("page.html"),
            js_on_load=_script(_START, serving),
            apply_default_css=False,
            elem_id="page",
        )
        shelf = gr.HTML(
            value={**opening.first_shelf(bot), "offered": offered},
            html_template="",
            js_on_load=_script(_FOLLOW, serving),
            elem_id="shelf",
        )
        asking = page.ask(ask_page, visit, page, **page_event)
        page.stop(None, cancels=[asking])
        reading = page.open(open_page, visit, shelf, **page_event)
        page.cancel(None, cancels=[reading])
        if feedback is not None:
            page.rate(rate_page, None, None, **page_event)
        api(ask, api_name="ask", concurrency_limit=serving.concurrency)
    # Only programs wait in this queue; its limit is for them alone.
    ui.queue(
        default_concurrency_limit=serving.concurrency, max_size=serving.queue + serving.concurrency
    )
    return ui


def _script(source: str, serving: Serving) -> str:
    """The script with the address of the page's main module, absolute where a prefix is known."""
    folder = f"{serving.root_path}/" if serving.root_path else ""
    return source.replace("$main", json.dumps(f"{folder}page/main.js"))


def _static(name: str) -> str:
    return resources.files("bot.page").joinpath("static", name).read_text(encoding="utf-8")
