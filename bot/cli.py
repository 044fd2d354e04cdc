"""The command line: ``python -m bot``, installed as ``article-bot``.

Only argument parsing and printing live here. Nothing heavy is imported before it is needed, so
that ``--help`` answers at once.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config import Config
from bot.errors import ConfigError
from bot.library_cli import add_library_command
from index.errors import ArticleBotError, ReadError

if TYPE_CHECKING:
    from bot.chat import Bot
    from bot.types import Answer, Citation

EXIT_OK, EXIT_LLM_FAILED, EXIT_BAD_INPUT = 0, 1, 2

_DESCRIPTION = """\
Answers questions about an article. Every claim points at the exact words of the
article that support it; what the article does not say is not answered.
"""
_EPILOG = """\
exit codes: 0 answered, or the article does not say; 1 the language model failed and the
article was quoted instead; 2 bad input, one line on standard error says what to do.
Every option of the same name can be set in the environment: ARTICLE_BOT_LLM=none.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    command: Callable[[argparse.Namespace], int] = arguments.command
    # A name or a text may hold what the terminal's encoding does not.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = command(arguments)
        sys.stdout.flush()
        return code
    except ArticleBotError as error:
        print(f"article-bot: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        print("article-bot: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); Python would complain at exit otherwise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK


# -------------------------------------------------------------------------- commands
def _ask(arguments: argparse.Namespace) -> int:
    with closing(_build(arguments)) as bot:
        answer = bot.ask(_question(arguments.question))
        if arguments.json:
            _print_json({"id": None, **answer.to_json()})
        else:
            _print_answer(bot, answer)
    if answer.notice:
        print(f"article-bot: {answer.notice}", file=sys.stderr)
        return EXIT_LLM_FAILED
    return EXIT_OK


def _search(arguments: argparse.Namespace) -> int:
    with closing(_build(arguments, llm="none")) as bot:
        passages = bot.search(_question(arguments.question), arguments.top_k)
    if arguments.json:
        from dataclasses import asdict

        _print_json({"id": None, "passages": [asdict(passage) for passage in passages]})
        return EXIT_OK
    for rank, passage in enumerate(passages, start=1):
        print(f"{rank}. {passage.article_id} {passage.start}-{passage.end}  {passage.score:.4f}")
        print(f"   {' '.join(passage.text.split())}\n")
    return EXIT_OK


def _batch(arguments: argparse.Namespace) -> int:
    from bot.batch import run_batch

    top_k = arguments.top_k if arguments.retrieve_only else None
    with closing(_build(arguments, llm="none" if arguments.retrieve_only else None)) as bot:
        failed = run_batch(bot, arguments.questions, arguments.out, retrieve_top_k=top_k)
    if failed:
        print(
            f"article-bot: {failed} questions failed; their rows in {str(arguments.out)!r} have "
            "an 'error' or a 'notice', and are tried again by the next run",
            file=sys.stderr,
        )
        return EXIT_LLM_FAILED
    return EXIT_OK


def _read(arguments: argparse.Namespace) -> int:
    from index.reading import read_all

    private = Config.from_env().allow_private_urls
    errors: list[ReadError] = []
    article = None
    for article in read_all(arguments.source, allow_private=private, on_error=errors.append):
        if arguments.json:
            from dataclasses import asdict

            _print_json(asdict(article))
            continue
        if article.title:
            print(f"{article.title}\n{'=' * min(len(article.title), 80)}\n")
        print(article.text)
    if article is None:
        raise errors[0]
    for error in errors:
        print(f"article-bot: left out: {error}", file=sys.stderr)
    return EXIT_OK


# --------------------------------------------------------------------------- helpers
def _build(arguments: argparse.Namespace, llm: str | None = None) -> "Bot":
    """The bot that the arguments describe, with a line of progress on a terminal."""
    from bot.build import build_bot, read_articles

    sources: list[str] = arguments.articles or []
    config = Config.from_env(
        llm=llm or arguments.llm,
        base_url=arguments.base_url,
        library=arguments.library,
        reader=arguments.reader,
    )
    from dataclasses import replace

    if not sources:
        if config.article is None and config.library is None:
            config = replace(config, library=_default_library())
        return build_bot(config, progress=_progress, only=arguments.only)
    articles = [a for source in sources for a in read_articles(replace(config, article=source))]
    seen: dict[str, str] = {}
    for article in articles:
        if article.id in seen:
            raise ConfigError(
                f"two articles have the id {article.id!r}: {seen[article.id]!r} and "
                f"{article.source!r}; rename one"
            )
        seen[article.id] = article.source
    return build_bot(config, articles, _progress, arguments.only)


def _default_library() -> Path | None:
    """The library that is asked where nothing is named, once it holds an article."""
    from index.library import Library
    from index.naming import DEFAULT

    with Library() as library:
        kept = library.path is not None and library.path.is_file()
        return Path(DEFAULT) if kept and library.entries() else None


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\rindexing: {done} of {total} passages", end=end, file=sys.stderr, flush=True)


def _question(text: str) -> str:
    return sys.stdin.buffer.read().decode("utf-8", "replace") if text == "-" else text


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_answer(bot: "Bot", answer: "Answer") -> None:
    print(answer.text)
    for number, citation in enumerate(answer.citations, start=1):
        print(f"\n[{number}] {_quoted(bot, citation)}")
    if answer.related:
        print(f"\nNearest to it, though no answer: {_quoted(bot, answer.related)}")
    if answer.suggestions:
        print("\nQuestions that are answered:", *answer.suggestions, sep="\n    ")


def _quoted(bot: "Bot", citation: "Citation") -> str:
    page = bot.article(citation.article_id).page(citation.start)
    place = f"{citation.article_id}, " + (f"p. {page}, " if page else "")
    quote = " ".join(citation.quote.split())
    return f"{place}characters {citation.start}-{citation.end}:\n    “{quote}”"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="article-bot",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    model = argparse.ArgumentParser(add_help=False)
    model.add_argument(
        "--llm", metavar="LLM", help="none, local, gguf:PATH or provider:model (default: local)"
    )
    model.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible server")
    model.add_argument(
        "--reader", metavar="READER", help="shipped, lexical, or a transformers QA model"
    )
    model.add_argument(
        "--library", type=Path, metavar="NAME_OR_FILE", help="ask, and keep articles in, a library"
    )
    model.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="TITLE_OR_ID",
        help="answer from this article alone; may be repeated",
    )

    ask = commands.add_parser("ask", parents=[model], help="answer one question")
    ask.add_argument("question", help="the question; - reads it from standard input")
    _add_articles(ask, "--article")
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.set_defaults(command=_ask)

    batch = commands.add_parser("batch", parents=[model], help="answer a file of questions")
    _add_articles(batch, "--articles")
    batch.add_argument(
        "--questions", type=Path, required=True, metavar="FILE", help="JSON lines: id, question, …"
    )
    batch.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="JSON lines; resumed where it stops"
    )
    batch.add_argument("--retrieve-only", action="store_true", help="passages, no answers")
    batch.add_argument("--top-k", type=_positive, default=10, help="passages with --retrieve-only")
    batch.set_defaults(command=_batch)

    search = commands.add_parser("search", parents=[model], help="find passages")
    search.add_argument("question", help="the question; - reads it from standard input")
    _add_articles(search, "--article")
    search.add_argument("--top-k", type=_positive, default=10, help="how many (default: 10)")
    search.add_argument("--json", action="store_true", help="print JSON")
    search.set_defaults(command=_search)

    read = commands.add_parser("read", help="print what is read from a file or URL")
    read.add_argument("source", metavar="FILE_OR_URL")
    read.add_argument("--json", action="store_true", help="print the article as JSON")
    read.set_defaults(command=_read)

    add_library_command(commands)
    return parser


def _add_articles(parser: argparse.ArgumentParser, flag: str) -> None:
    parser.add_argument(
        flag,
        dest="articles",
        nargs="+",
        action="extend",
        metavar="PATH",
        help="file, folder, .jsonl collection or URL (default: all articles of the library; while "
        "there is none, the article that is shipped)",
    )


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value
