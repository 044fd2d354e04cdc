"""``article-bot library``: articles that are kept, listed, updated and removed.

Only argument parsing and printing; what is done is in ``index.library``.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config import Config
from index.errors import ArticleBotError

if TYPE_CHECKING:
    from index.library import Change, Library
    from index.types import Entry

EXIT_OK, EXIT_BAD_INPUT = 0, 2

_DESCRIPTION = """\
Keeps articles on disk, so that they can be asked together: article-bot ask "question".

A library is a name (letters, digits, - and _) in your data folder or the path of a file;
without --library it is "default". Articles are meant by their id or their title.
"""
_EPILOG = """\
exit codes: 0 done; 2 bad input, one line on standard error for each source that could not
be read; the others are in. A library stays whole when a command is killed: run it again.
"""
_EXPORT = """\
TARGET.jsonl becomes one file of rows {"id", "title", "source", "text", …}, which can be
added to a library again. Any other TARGET becomes a folder with one Markdown file an
article and index.json, which says what each was read from.
"""


def add_library_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Put ``library`` and its commands under the main command's."""
    library = commands.add_parser(
        "library",
        help="keep articles: add, list, show, remove, update, export, rebuild",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = library.add_subparsers(required=True, metavar="ACTION")

    def action(
        name: str, run: Callable[[argparse.Namespace], int], says: str, **settings: Any
    ) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=says, **settings)
        parser.add_argument("--library", type=Path, metavar="NAME_OR_FILE", help="which library")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.set_defaults(command=run)
        return parser

    add = action("add", _add, "read sources and keep their articles")
    add.add_argument("sources", nargs="+", metavar="SOURCE", help="file, folder, zip, .jsonl, URL")
    action("list", _list, "the articles in a library")
    show = action("show", _show, "print an article")
    show.add_argument("article", metavar="ID")
    remove = action("remove", _remove, "remove articles, leaving no trace of them")
    remove.add_argument("articles", nargs="+", metavar="ID")
    update = action("update", _update, "read sources again, index anew what changed")
    update.add_argument("articles", nargs="*", metavar="ID", help="default: all")
    export = action(
        "export",
        _export,
        "write all articles to files",
        description=_EXPORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("target", type=Path, metavar="TARGET")
    action("rebuild", _rebuild, "make all vectors anew; resumes where it was killed")
    action("names", _names, "the libraries in your data folder")


# -------------------------------------------------------------------------- commands
def _add(arguments: argparse.Namespace) -> int:
    with _opened(arguments, encoder=True) as library:
        return _changed(
            arguments, library, lambda config, hooks: library.add(
                arguments.sources, allow_private=config.allow_private_urls, **hooks
            ),
        )  # fmt: skip


def _update(arguments: argparse.Namespace) -> int:
    with _opened(arguments, encoder=True) as library:
        return _changed(
            arguments, library, lambda config, hooks: library.update(
                arguments.articles or None, allow_private=config.allow_private_urls, **hooks
            ),
        )  # fmt: skip


def _list(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as library:
        entries = library.entries()
    if arguments.json:
        _print_json([_row(entry) for entry in entries])
        return EXIT_OK
    width = min(max((len(entry.id) for entry in entries), default=0), 40)
    for entry in entries:
        print(f"{entry.id:<{width}}  {entry.characters:>9,} characters  {entry.title}".rstrip())
    passages = sum(entry.passages for entry in entries)
    print(f"{_count(len(entries), 'article')}, {_count(passages, 'passage')} in {library.path}")
    return EXIT_OK


def _show(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as library:
        (entry,) = library.entries([arguments.article])
        article = library.article(entry.id)
    if arguments.json:
        _print_json({**_row(entry), "metadata": dict(article.metadata), "text": article.text})
        return EXIT_OK
    print(f"id:      {entry.id}")
    for name, value in (("title", entry.title), ("source", entry.source), ("added", entry.added)):
        if value:
            print(f"{name + ':':<8} {value}")
    print(f"size:    {entry.characters:,} characters, {_count(entry.passages, 'passage')}\n")
    print(article.text)
    return EXIT_OK


def _remove(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as library:
        removed = library.remove(arguments.articles)
    if arguments.json:
        _print_json([_row(entry) for entry in removed])
        return EXIT_OK
    for entry in removed:
        print(f"removed {entry.id}" + (f": {entry.title}" if entry.title else ""))
    return EXIT_OK


def _export(arguments: argparse.Namespace) -> int:
    from index.export import export

    with _opened(arguments) as library:
        count = export(library.articles(), arguments.target)
    if arguments.json:
        _print_json({"target": str(arguments.target), "articles": count})
    else:
        print(f"{_count(count, 'article')} written to {arguments.target}")
    return EXIT_OK


def _rebuild(arguments: argparse.Namespace) -> int:
    with _opened(arguments, encoder=True) as library, _bar("passage") as progress:
        passages = library.rebuild(progress)
    if arguments.json:
        _print_json({"library": str(library.path), "passages": passages})
    else:
        print(f"{_count(passages, 'passage')} rebuilt in {library.path}")
    return EXIT_OK


def _names(arguments: argparse.Namespace) -> int:
    from index.naming import library_names

    names = library_names()
    if arguments.json:
        _print_json(names)
    else:
        print("\n".join(names) or "there is no library yet: article-bot library add FILE makes one")
    return EXIT_OK


# --------------------------------------------------------------------------- helpers
@contextmanager
def _opened(arguments: argparse.Namespace, *, encoder: bool = False) -> "Iterator[Library]":
    """The library that is meant, with the configured encoder where one is needed."""
    from bot.build import load_embeddings
    from index.library import Library
    from index.naming import DEFAULT

    config = Config.from_env(library=arguments.library)
    embedding = load_embeddings(config.embedder) if encoder else None
    with Library(config.library or DEFAULT, embedding) as library:
        yield library


def _changed(
    arguments: argparse.Namespace,
    library: "Library",
    change: "Callable[[Config, dict[str, Any]], list[Change]]",
) -> int:
    """Add or update, and tell what became of each article and which sources failed."""
    errors: list[ArticleBotError] = []
    changes: list[Change] = []
    try:
        with _bar("file") as progress:
            hooks = {"on_error": errors.append, "on_change": changes.append, "progress": progress}
            change(Config.from_env(), hooks)
    finally:
        # A disk that is full, or Ctrl+C, ends it; what is in is told all the same.
        if arguments.json:
            _print_json(
                {
                    "library": str(library.path),
                    "changes": [_row(item) for item in changes],
                    "errors": [str(error) for error in errors],
                }
            )
        else:
            _print_changes(changes)
        for error in errors:
            print(f"article-bot: {error}", file=sys.stderr)
    return EXIT_BAD_INPUT if errors else EXIT_OK


def _print_changes(changes: "Sequence[Change]") -> None:
    for change in changes:
        title = f": {change.title}" if change.title else ""
        if change.status in ("added", "updated"):
            print(f"{change.status} {change.id}{title}")
            for note in change.notes:
                print(f"  note: {note}")
        elif change.status == "duplicate":
            print(f"skipped {change.source}: the same content is in as {change.id}")
    same = sum(change.status == "unchanged" for change in changes)
    if same:
        print(f"{_count(same, 'article')} in already, unchanged")


@contextmanager
def _bar(unit: str) -> "Iterator[Callable[[int, int], None]]":
    """A progress bar, on a terminal only."""
    from tqdm import tqdm

    with closing(tqdm(unit=unit, disable=None, leave=False)) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _row(item: "Change | Entry") -> dict[str, Any]:
    from dataclasses import asdict

    inner = ("source_id", "content_hash")
    return {name: value for name, value in asdict(item).items() if name not in inner}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
