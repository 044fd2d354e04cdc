"""Wires the page to its events. Gradio carries the traffic; what it carries is in ``events``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api
from gradio.utils import get_upload_folder

from bot.page import events, opening
from bot.page.payload import sentence
from bot.page.visit import Visit
from index.errors import ArticleBotError

if TYPE_CHECKING:
    from bot.chat import Bot

CONCURRENCY = 8
"""Questions answered at once; Gradio's default is one."""

WAITING = 256
"""Questions that may wait for their turn before the next one is refused."""

_KEPT_SECONDS = 3600

# Both run in the browser. The quoted names are the page's events: Gradio looks for them here.
_START = """
const events = ["ask", "stop", "open", "cancel"];
import(new URL("page/main.js", document.baseURI)).then((page) =>
  page.start({element, trigger, props, watch, upload}));
"""
_FOLLOW = """
import(new URL("page/main.js", document.baseURI)).then((page) => page.follow({props, watch}));
"""


def build_ui(bot: Bot, *, allow_private_urls: bool = False) -> gr.Blocks:
    """The page for a bot; ``bot.page.serve`` shows it.

    Args:
        bot: Answers everyone who has not opened an article of their own.
        allow_private_urls: Let visitors open web addresses inside private networks.
    """

    def ask_page(visit: Visit, request: gr.EventData) -> Iterator[dict[str, Any]]:
        yield from map(asdict, events.ask(visit, request._data))

    def open_page(visit: Visit, request: gr.EventData) -> Iterator[dict[str, Any]]:
        uploads = Path(get_upload_folder())
        yield from opening.open_article(visit, request._data, uploads, allow_private_urls)

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
        "concurrency_limit": CONCURRENCY,
    }
    ui = gr.Blocks(
        title="Article Bot",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(_KEPT_SECONDS, _KEPT_SECONDS),  # uploads that nobody came back for
    )
    with ui:
        visit = gr.State(Visit(bot))
        page = gr.HTML(
            html_template=_static("page.html"),
            js_on_load=_START,
            apply_default_css=False,
            elem_id="page",
        )
        shelf = gr.HTML(
            value=opening.first_shelf(bot),
            html_template="",
            js_on_load=_FOLLOW,
            elem_id="shelf",
        )
        asking = page.ask(ask_page, visit, page, **page_event)
        page.stop(None, cancels=[asking])
        reading = page.open(open_page, visit, shelf, **page_event)
        page.cancel(None, cancels=[reading])
        api(ask, api_name="ask", concurrency_limit=CONCURRENCY)
    ui.queue(default_concurrency_limit=CONCURRENCY, max_size=WAITING)
    return ui


def _static(name: str) -> str:
    return resources.files("bot.page").joinpath("static", name).read_text(encoding="utf-8")
