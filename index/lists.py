"""List items as they stand in clean text: a mark, then the words."""

import re
from collections.abc import Iterator

BULLETS = "•●○◦▪■□‣∙➢➤❖◆✓✔"
"""Marks that begin an item and stand nowhere else, unless between the parts of one line."""

_INLINE = re.compile(rf"(?:^|(?<=\s))[{BULLETS}](?=\s+\S)")
_BEFORE_LIST = re.compile(r"(?:^|[:;.!?…])\s*$")
_BULLET = re.compile(rf"[-*+–—{BULLETS}]\s+(?=\S)")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s+\S")


def is_item(line: str) -> bool:
    """Whether a sentence begins with the mark of a list item."""
    return bool(_BULLET.match(line) or _NUMBER.match(line))


def bullet_length(line: str) -> int:
    """How many characters the bullet at the beginning of a line takes, with the space after it."""
    found = _BULLET.match(line)
    return found.end() if found else 0


def inline_items(line: str) -> Iterator[int]:
    """Where items begin inside a line: "Bring: • a coat • a map".

    Only after the end of a clause: in "By Ada Holm • May 3" the mark separates.
    """
    marks = [match.start() for match in _INLINE.finditer(line)]
    if marks and _BEFORE_LIST.search(line[: marks[0]]):
        yield from marks
