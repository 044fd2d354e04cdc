"""The chatbot in the browser: ``python app.py``, then open the address it prints."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config, Serving
from index.errors import ArticleBotError

if TYPE_CHECKING:
    import gradio as gr

    from bot.chat import Bot
    from bot.page.visit import Visits
    from index.library import Library

_EPILOG = """\
Nothing leaves this machine unless --llm names a provider elsewhere, and nothing is downloaded.
Every option can be set in the environment instead: ARTICLE_BOT_PORT=8000.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; returns the exit code."""
    arguments = _parser().parse_args(argv)
    # All are read while gradio is imported, and it must not call home.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # So many events it keeps for a dashboard of its own, which nobody sees here.
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "100"
    try:
        given = vars(arguments)
        serving = Serving.from_env(**{item.name: given.pop(item.name) for item in fields(Serving)})
        config = Config.from_env(**given)
        if not config.names_hub_model:
            os.environ["HF_HUB_OFFLINE"] = "1"
        return _serve(config, serving)
    except ArticleBotError as error:
        print(f"\rapp.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\rapp.py: stopped", file=sys.stderr)
        return 130


def build_ui(
    bot: Bot, config: Config, serving: Serving, library: Library | None = None
) -> tuple[gr.Blocks, Visits]:
    """The page for a bot, as a Gradio app, and who is on it.

    Args:
        bot: Answers questions about the served articles.
        config: Where it is served, and the language model.
        serving: How it is served.
        library: What the bot answers from, when it is kept on disk; visitors change it where the
            page is served on this machine and their browser is on it.
    """
    from bot.llm import default_llm
    from bot.page import ui
    from bot.page.choices import Choices
    from bot.page.serve import is_loopback
    from bot.page.shelf import Shelf
    from bot.page.visit import Visit

    own = is_loopback(config.host) and not serving.root_path  # a prefix is a proxy's
    shelf = Shelf(bot, library) if own and library is not None else None

    def offer(here: bool) -> Choices:
        return Choices(
            config.llm or default_llm(),
            keys=here if serving.keys is None else serving.keys,
            servers=here or config.allow_private_urls,
        )

    guest = offer(False)
    owner = offer(True) if own else guest

    def begin(here: bool) -> Visit:
        return Visit(bot, owner, shelf) if own and here else Visit(bot, guest)

    return ui.build_ui(bot, begin, serving, allow_private_urls=config.allow_private_urls)


def _serve(config: Config, serving: Serving) -> int:
    from bot.build import build_bot, load_embeddings, read_articles
    from bot.page.heap import settle_heap
    from bot.page.serve import check_port, launch
    from index.library import Library

    check_port(config.host, config.port)
    settle_heap()
    articles, library = [], None
    if config.library is not None:
        library = Library(config.library, load_embeddings(config.embedder))
    if config.article is not None or library is None:
        _say("Reading the article …")
        articles = read_articles(config)
    _say("Loading the models …")
    bot = build_bot(config, articles, _progress, library=library)
    _say("Opening the page …")
    ui, visits = build_ui(bot, config, serving, library)
    launch(ui, config.host, config.port, serving, visits)
    shown = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host
    _say(f"Ready: http://{shown}:{config.port}{serving.root_path} (Ctrl+C stops it)")
    with closing(bot), closing(visits):
        ui.block_thread()
    return 0


def _progress(done: int, total: int) -> None:
    if sys.stdout.isatty() or done == total:
        end = "\n" if done == total else ""
        print(f"\rIndexing: {done} of {total} passages", end=end, flush=True)


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="A chatbot for one article: every answer points at the article's exact words.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add("--article", metavar="SOURCE", help="file, folder, URL or text (default: the shipped one)")
    add("--llm", metavar="LLM", help="none, local, gguf:PATH or provider:model (default: local)")
    add("--base-url", metavar="URL", help="an OpenAI-compatible server")
    add("--reader", metavar="READER", help="shipped, lexical, or a transformers QA model")
    add("--host", help="address to serve on (default: 127.0.0.1)")
    add("--port", type=int, help="port to serve on (default: 7860)")
    add("--library", type=Path, metavar="NAME", help="ask, and keep, what is in this library")
    add("--root-path", metavar="PATH", help="prefix under which a reverse proxy shows the page")
    add("--auth", metavar="USER:PASSWORD", help="ask visitors for this name and password")
    add("--max-upload-mb", type=int, metavar="N", help="largest file to open (default: 50)")
    add("--concurrency", type=int, metavar="N", help="questions answered at once (default: 8)")
    add("--queue", type=int, metavar="N", help="how many more may wait in line (default: 256)")
    add(
        "--keys",
        action=argparse.BooleanOptionalAction,
        help="let visitors use a provider's model with their own key (default: on this machine)",
    )
    add("--feedback", type=Path, metavar="FILE", help="append visitors' ratings to this JSONL file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
