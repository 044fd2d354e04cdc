"""What an answer lists -> the item that "the second one" means."""

import re
from collections.abc import Sequence

from bot.grounding import strip_markers
from bot.phrases import any_case
from index.lexical import STOP_WORDS

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_POINTER = any_case(rf"\bthe ({'|'.join(_ORDINALS)}|last) one\b|\bthe ({'|'.join(_ORDINALS)})\W*$")
_ITEM = r"[^\s,.;:()?!]+(?: [^\s,.;:()?!]+){0,4}"
# "Tower clocks, marine chronometers and pocket watches": three items or more.
_SERIES = re.compile(rf"({_ITEM})((?:, (?!(?:and|or) ){_ITEM})+?),? (?:and|or) ({_ITEM})")
_BULLET = re.compile(r"^- ([^:\n]{1,80}): (.*)", re.MULTILINE)
# Words that may stand inside an item.
_INSIDE = frozenset({"of", "the", "a", "an", "for"})


def points_at_item(asked: str) -> bool:
    """Whether a turn has "the second one" or its like."""
    return bool(_POINTER.search(asked))


def item_meant(asked: str, listed: Sequence[str]) -> tuple[str, str] | None:
    """The pointer of a turn ("the second one") and the item it means; None without either.

    Args:
        asked: A turn of the user.
        listed: What was listed before it.
    """
    pointer = _POINTER.search(asked)
    if pointer is None:
        return None
    which = (pointer[1] or pointer[2]).lower()
    number = len(listed) - 1 if which == "last" else _ORDINALS.index(which)
    if not 0 <= number < len(listed):
        return None
    words = pointer.group() if pointer[1] else f"{pointer.group().split()[0]} {pointer[2]}"
    return words, listed[number]


def items(answer: str) -> list[str]:
    """What an answer lists: the labels of its bullets, else the first series of three or more."""
    text = strip_markers(answer)
    # A label names what its sentence holds; a colon may also be the sentence's own.
    labels = [label for label, told in _BULLET.findall(text) if label.split(", ")[0] in told]
    if labels:
        return [name for label in labels for name in label.split(", ")]
    series = _SERIES.search(text)
    if series is None:
        return []
    middle = series[2].removeprefix(", ").split(", ")
    if any((STOP_WORDS - _INSIDE).intersection(item.lower().split()) for item in middle):
        return []  # "…, when it opened, …" is a clause
    width = max(len(item.split()) for item in middle)
    # What comes before the first item and after the last is told by the length of the others.
    opens = text[: series.start()].endswith(": ")
    first = series[1] if opens else " ".join(series[1].split()[-width:])
    return [first, *middle, _until_function_word(series[3], width)]


def _until_function_word(item: str, width: int) -> str:
    kept: list[str] = []
    for word in item.split()[: width + 1]:
        if kept and word.lower() in STOP_WORDS - _INSIDE:
            break
        kept.append(word)
    while len(kept) > 1 and kept[-1].lower() in _INSIDE:
        kept.pop()
    return " ".join(kept)
