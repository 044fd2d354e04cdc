"""Leakage check: no training context may share a 30-word run with a public evaluation file."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from training.corpus import Context

RUN_WORDS = 30
_WORD = re.compile(r"\w+")


class LeakageError(Exception):
    """The leakage check cannot be made."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _runs(text: str) -> Iterator[int]:
    words = [word.lower() for word in _WORD.findall(text)]
    for first in range(len(words) - RUN_WORDS + 1):
        yield hash(tuple(words[first : first + RUN_WORDS]))


def public_runs(data: Path) -> dict[int, str]:
    """Hash of every 30-word run in the ``*public*.jsonl`` files, with the name of one such file.

    Words are runs of letters and digits, compared in lower case, so punctuation and spacing do not
    hide a copy.

    Raises:
        LeakageError: There is no public file to check against.
    """
    paths = sorted(data.glob("*public*.jsonl"))
    if not paths:
        raise LeakageError(
            f"no *public*.jsonl file in {str(data)!r}: nothing to check the training data against"
        )
    runs: dict[int, str] = {}
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                for text in _strings(json.loads(line)):
                    for run in _runs(text):
                        runs[run] = path.name
    return runs


def leaks(text: str, runs: dict[int, str]) -> str | None:
    """Name of a public file that shares a run with the text, or None."""
    return next((runs[run] for run in _runs(text) if run in runs), None)


def refuse_leaks(contexts: Sequence[Context], data: Path) -> tuple[list[Context], Counter[str]]:
    """Refuses every context that shares a 30-word run with a public file.

    Returns:
        The contexts fit for training, and how many were refused because of each public file.

    Raises:
        LeakageError: There is no public file to check against.
    """
    runs = public_runs(data)
    clean: list[Context] = []
    refused: Counter[str] = Counter()
    for context in contexts:
        name = leaks(context.text, runs)
        if name is None:
            clean.append(context)
        else:
            refused[name] += 1
    return clean, refused
