"""Plain text: hard-wrapped lines are joined into paragraphs, nothing else changes."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.lists import BULLETS
from index.reading.document import Document, clean
from index.reading.encoding import decode
from index.types import Article

_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LIST_MARK = re.compile(rf"\s*(?:[-*+–—·>|{BULLETS}]|\(?(?:\d{{1,3}}|[A-Za-z])[.)])\s")
_SENTENCE_END = re.compile(r"[.!?:;…。！？”\"')\]»]\s*$")
_TITLE_END = re.compile(r"[.,;:!…。，；、]$")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_MIN_WIDTH = 40
_MAX_WIDTH = 200
_SURE_WIDTH = 60
_MAX_TITLE = 100


def read_plain(data: bytes, name: str, charset: str = "") -> Article:
    """Read a text file; ``charset`` is what a server called its encoding.

    Raises:
        ReadError: ``data`` cannot be decoded.
    """
    decoded = decode(data, name, charset)
    document = plain_document(decoded.text)
    document.metadata.update(decoded.metadata)
    return document.article()


def plain_document(text: str, title: str = "") -> Document:
    """Blocks of a plain text; its first line is the title when it clearly is one."""
    blocks = [block for block in _BLANK.split(clean(text).strip("\n \t")) if block]
    blocks = [block.strip("\n").rstrip() for block in blocks]
    width = wrap_width(blocks)
    document = Document(title=title)
    for position, block in enumerate(blocks):
        if position == 0 and not title and _is_title(block, blocks[1:]):
            document.title = block
            document.heading(block, 1)
            continue
        for paragraph in unwrap(block.split("\n"), width):
            document.paragraph(paragraph)
    return document


def _is_title(line: str, rest: Sequence[str]) -> bool:
    """A short single line without a full stop, above text that is longer than itself."""
    return (
        "\n" not in line
        and 2 <= len(line) <= _MAX_TITLE
        and not _TITLE_END.search(line)
        and not _LIST_MARK.match(line)
        and not line.lstrip()[0].islower()
        and any(character.isalpha() for character in line)
        and "://" not in line
        and "|" not in line
        and any(len(block) > 2 * len(line) and _SENTENCE_END.search(block) for block in rest[:3])
    )


def wrap_width(blocks: Sequence[str]) -> int:
    """The column at which lines were wrapped by hand, 0 when they were not.

    A text counts as wrapped when most of its line breaks come where the next word would no
    longer have fitted, and many of them fall inside a sentence.
    """
    pairs = [pair for block in blocks for pair in _neighbours(block.split("\n"))]
    if not pairs:
        return 0
    lengths = sorted(len(line.rstrip()) for line, _ in pairs)
    width = lengths[int(0.98 * (len(lengths) - 1))]
    least = _MIN_WIDTH // 2 if _WIDE.match(pairs[0][0]) else _MIN_WIDTH
    if not least <= width <= _MAX_WIDTH:
        return 0
    long = [(line, follower) for line, follower in pairs if len(line.rstrip()) >= 0.6 * width]
    full = [(line, follower) for line, follower in long if not _fits(line, follower, width)]
    cut = [follower for line, follower in full if not _ends(line)]
    if len(full) == 1:
        return width if width >= _SURE_WIDTH and cut and cut[0].lstrip()[:1].islower() else 0
    return width if len(full) >= 0.6 * len(long) and len(cut) >= 0.4 * len(full) else 0


def _neighbours(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line, follower in pairwise(lines):
        if not _LIST_MARK.match(follower):
            yield line, follower


def _fits(line: str, follower: str, width: int) -> bool:
    """Whether the first word of ``follower`` had room at the end of ``line``."""
    word = follower.split(maxsplit=1)[0] if follower.strip() else ""
    if _WIDE.match(word):
        word = word[0]
    return len(line.rstrip()) + 1 + len(word) <= width


def unwrap(lines: Sequence[str], width: int) -> Iterator[str]:
    """Paragraphs of neighbouring lines, joined where they were wrapped at ``width``."""
    if not width:
        yield "\n".join(line.rstrip() for line in lines)
        return
    paragraph = lines[0].strip()
    for line, follower in pairwise(lines):
        indented = follower[:1] in " \t" and line[:1] not in " \t"
        starts_item = _LIST_MARK.match(follower) is not None
        if indented and not starts_item and not _LIST_MARK.match(line) and _ends(line):
            yield paragraph
            paragraph = follower.strip()
        elif starts_item or (_fits(line, follower, width) and not _goes_on(line, follower)):
            paragraph += "\n" + follower.strip()
        else:
            paragraph = join_lines(paragraph, follower.strip())
    yield paragraph


def _ends(line: str) -> bool:
    return _SENTENCE_END.search(line) is not None


def _goes_on(line: str, follower: str) -> bool:
    """A sentence clearly runs over the line break: no full stop before, lower case after."""
    return not _ends(line) and len(line) >= _MIN_WIDTH and follower.lstrip()[:1].islower()


def join_lines(first: str, second: str) -> str:
    """Join two lines of one paragraph: no space after a hyphen or between wide characters."""
    if not first or not second:
        return first + second
    if _WIDE.match(first[-1]) and _WIDE.match(second[0]):
        return first + second
    hyphenated = first[-1] == "-" and first[-2:-1].isalpha() and second[0].isalpha()
    return first + second if hyphenated else f"{first} {second}"
