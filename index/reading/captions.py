"""Transcripts (.srt, .vtt): cues joined into sentences and paragraphs, times left out."""

import html
import re
from collections.abc import Iterator

from index.errors import ReadError
from index.reading.document import Document, clean
from index.reading.encoding import decode
from index.types import Article

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[^<>]*>|\{\\an?\d+\}")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’)]*$")
_NOT_CUES = ("WEBVTT", "NOTE", "STYLE", "REGION")
_PAUSE_SECONDS = 3.0
_PARAGRAPH_CHARACTERS = 500


def read_captions(data: bytes, name: str) -> Article:
    """Read a transcript: a new paragraph after a pause, or when one is long and a sentence ends.

    Raises:
        ReadError: It has no cue.
    """
    decoded = decode(data, name)
    document = Document(metadata=decoded.metadata)
    paragraph = ""
    last_end = 0.0
    last_lines: list[str] = []
    for start, end, lines in _cues(decoded.text):
        new = [line for line in lines if line not in last_lines]  # captions that roll up repeat
        text = " ".join(new)
        last_lines = lines
        ended = _SENTENCE_END.search(paragraph) is not None
        pause = start - last_end > _PAUSE_SECONDS
        speaker = re.match(r"[^\s:][^:]{0,40}: |- ", text) is not None
        if paragraph and (speaker or pause or (ended and len(paragraph) > _PARAGRAPH_CHARACTERS)):
            document.paragraph(paragraph)
            paragraph = ""
        paragraph = f"{paragraph} {text}".strip()
        last_end = end
    document.paragraph(paragraph)
    if document.is_empty:
        raise ReadError(f"{name!r} has no text: no cue has a time and words; save it as .txt")
    return document.article()


def _cues(text: str) -> Iterator[tuple[float, float, list[str]]]:
    """Start, end and lines of every cue."""
    for block in re.split(r"\n[ \t]*\n", clean(text)):
        lines = block.strip().split("\n")
        for number, line in enumerate(lines[:2]):
            if timing := _TIMING.match(line):
                words = [_words(line) for line in lines[number + 1 :]]
                yield _seconds(timing, 1), _seconds(timing, 5), [word for word in words if word]
                break


def _seconds(timing: re.Match[str], first: int) -> float:
    hours, minutes, seconds, fraction = (timing[first + n] or "0" for n in range(4))
    return 3600 * int(hours) + 60 * int(minutes) + float(f"{seconds}.{fraction}")


def _words(line: str) -> str:
    return html.unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line))).strip()
