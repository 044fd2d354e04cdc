"""Writes visitors' ratings to a file, where the page is told to collect them."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

_MOST_CHARACTERS = 4_000
_MOST_BYTES = 100_000_000
_KEPT = ("question", "answer", "status", "article")


class FeedbackFile:
    """A JSONL file with one line for every rating. May be shared by threads."""

    def __init__(self, path: Path) -> None:
        """Append to the file at ``path``, which need not exist yet."""
        self._path = path
        self._writing = threading.Lock()

    def add(self, rating: Mapping[str, Any]) -> bool:
        """Append a rating; returns whether it was.

        ``rating`` comes from the browser: ``vote`` ("up", "down", or "" when it is taken back),
        ``question``, ``answer``, ``status`` and ``article`` (its title). Anything else in it is
        left out, and so is a rating of another form. A file that cannot be written, or that has
        grown beyond 100 MB, is told in the log: no visitor can do anything about it.
        """
        if rating.get("vote") not in ("up", "down", ""):
            return False
        texts = {name: _text(rating.get(name)) for name in _KEPT}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"time": now, "vote": rating["vote"], **texts}, ensure_ascii=False)
        try:
            with self._writing, self._path.open("a", encoding="utf-8") as file:
                if file.tell() > _MOST_BYTES:
                    _log.error(
                        "The feedback file %s is full: ratings are no longer kept.", file.name
                    )
                    return False
                file.write(line + "\n")
        except OSError as error:
            _log.error("A rating could not be written to %s: %s", self._path, error)
            return False
        return True


def _text(value: Any) -> str:
    """A string of bounded length that UTF-8 can hold."""
    text = value if isinstance(value, str) else ""
    return text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode()
