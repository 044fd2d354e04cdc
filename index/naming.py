"""What libraries and their articles are called on a command line, and what is meant by it."""

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.errors import LibraryError
from index.types import Entry

DEFAULT = "default"
"""The library that is meant where none is named."""

_NAME = re.compile(r"[\w-]{1,64}")


def library_path(where: str | Path = DEFAULT) -> Path:
    """The file of a library: a bare name is one in the user's data folder.

    Raises:
        LibraryError: It is neither such a name nor that of a file: without a folder and an ending.
    """
    path = Path(where)
    if _NAME.fullmatch(str(where)):
        return _folder() / f"{where}.db"
    if str(path) == path.stem and not path.exists():
        raise LibraryError(
            f"{str(where)!r} is no name of a library: use at most 64 letters, digits, '-' and '_', "
            "or name a file, as in my.db or folder/mine"
        )
    return path


def library_names() -> list[str]:
    """Names of the libraries in the user's data folder, sorted."""
    return sorted(path.stem for path in _folder().glob("*.db") if _NAME.fullmatch(path.stem))


def find_entries(entries: Sequence[Entry], names: Iterable[str]) -> list[Entry]:
    """The articles that names mean: an id, or a title whatever its case and spacing.

    An article without a title goes by what answers call it: "Pasted text 2".

    Raises:
        LibraryError: A name means none (the message names what is close) or several.
    """
    found: dict[str, Entry] = {}
    by_id = {entry.id: entry for entry in entries}
    for name in names:
        meant = [by_id[name]] if name in by_id else []
        meant = meant or [entry for entry in entries if _folded(entry.name) == _folded(name)]
        if not name.strip() or not meant:
            raise LibraryError(f"there is no article {name!r} in the library{_hint(entries, name)}")
        if len(meant) > 1:
            ids = ", ".join(entry.id for entry in meant)
            raise LibraryError(f"{len(meant)} articles have the title {name!r}: name an id: {ids}")
        found[meant[0].id] = meant[0]
    return list(found.values())


def _hint(entries: Sequence[Entry], name: str) -> str:
    folded = _folded(name)
    known = {_folded(label): e.id for e in entries for label in (e.id, e.name)}
    close = [known[label] for label in known if folded and folded in label]
    close += [known[label] for label in difflib.get_close_matches(folded, known, n=3)]
    ids = list(dict.fromkeys(close))[:3]
    return f": did you mean {' or '.join(map(repr, ids))}?" if ids else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def is_named(path: Path) -> bool:
    """Whether this is the file of a library in the user's data folder."""
    return path.parent == _folder()


def _folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("article-bot", appauthor=False) / "libraries"
