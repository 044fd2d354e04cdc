"""Passages -> what a reader found in them, as exact words of the article."""

import time
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from bot.instructions import quotable
from bot.types import Citation
from index.lists import is_item
from index.sentences import split_sentences
from index.types import Passage, Span

if TYPE_CHECKING:
    from bot.reader import Reader, Reading

# Log-odds that the first retrieved passage gains over the others, the second half as much …:
# best of ``training/tune_answering.py``.
_RANK_WEIGHT = 2.0
# A sentence whose best span is less likely than the best one by at most this many log-odds is
# evidence too. A question that asks for one fact has such a second sentence one time in four.
_EVIDENCE_GAP = 6.0
_MOST_SENTENCES = 4
_MOST_ITEMS = 12


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what was read in it."""

    passage: Passage
    reading: "Reading"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the reader found.

    Attributes:
        span: The exact words that answer.
        confidence: The probability that they do.
        sentence: The sentence that holds them.
        sentences: That sentence and the others of its passage that answer nearly as well, in the
            order of the article; of a list that answers, all items and the line before them.
    """

    span: Citation
    confidence: float
    sentence: Citation
    sentences: tuple[Citation, ...]


def read(reader: "Reader", question: str, passages: Sequence[Passage]) -> list[Found]:
    """Read the passages and rerank them by what was read and where they stood, best first."""
    readings = reader.read(question, [quotable(p.text, question) for p in passages])
    found = [
        Found(replace(passage, score=reading.score + _RANK_WEIGHT / rank), reading)
        for rank, (passage, reading) in enumerate(zip(passages, readings, strict=True), start=1)
    ]
    return sorted(found, key=lambda item: -item.passage.score)


def evidence_of(
    reader: "Reader", question: str, found: Sequence[Found], headings: Container[int] = ()
) -> Evidence | None:
    """What the best reading rests on; None when no passage holds anything to cite.

    Args:
        reader: Rates the sentences of the best passage.
        question: The question.
        found: What was read in each passage, best first.
        headings: Where the headings of the best passage's article begin, in characters: they are
            cited only when they hold the span.
    """
    if not found or found[0].reading.start == found[0].reading.end:
        return None
    passage, reading = found[0].passage, found[0].reading
    text = quotable(passage.text, question)
    spans = split_sentences(text)
    sentence = max(spans, key=lambda s: min(s.end, reading.end) - max(s.start, reading.start))
    # A span that runs on into another sentence is cut: what answers stands in one.
    start, end = max(sentence.start, reading.start), min(sentence.end, reading.end)
    rates = dict(zip(spans, reader.rate(question, text, spans), strict=True))
    told = [s for s in spans if passage.start + s.start not in headings]
    near = [s for s in told if s != sentence and rates[s] >= rates[sentence] - _EVIDENCE_GAP]
    near.sort(key=lambda s: -rates[s])
    chosen = _with_lists(text, told, {sentence, *near[: _MOST_SENTENCES - 1]})
    return Evidence(
        span=_citation(passage, start, end),
        confidence=reader.confidence(reading.score),
        sentence=_citation(passage, *sentence),
        sentences=tuple(_citation(passage, *s) for s in sorted(chosen)),
    )


def _with_lists(text: str, spans: Sequence[Span], chosen: set[Span]) -> set[Span]:
    """The sentences chosen, and what they need of the lists that they stand in.

    A line that leads in to a list needs its items, and so do two items the others; an item that is
    no full sentence needs the line that leads in.
    """
    found = set(chosen)
    before: Span | None = None
    for listed, group in groupby(spans, key=lambda span: is_item(text[slice(*span)])):
        together = list(group)
        if not listed:
            before = together[-1] if text[together[-1].end - 1] == ":" else None
            continue
        picked = found.intersection(together)
        if before in found or len(picked) > 1:
            found.update(together[:_MOST_ITEMS])
        if before is not None and any(text[item.end - 1] not in ".!?" for item in picked):
            found.add(before)
    return found


def sentences_of(passage: Passage, question: str) -> tuple[Citation, ...]:
    """The sentences of a passage as citations, those that are no evidence left out."""
    spans = split_sentences(quotable(passage.text, question))
    return tuple(_citation(passage, *span) for span in spans)


def _citation(passage: Passage, start: int, end: int) -> Citation:
    """Part of a passage as a citation of its article."""
    first = passage.start
    return Citation(passage.article_id, first + start, first + end, passage.text[start:end])


class Clock:
    """Seconds per step of one answer."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Add the time since the last lap to that of step ``name``."""
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + now - self._last
        self._last = now

    def mark(self, name: str) -> None:
        """Note the time since the start, the first time only."""
        self._laps.setdefault(name, time.perf_counter() - self._start)

    def seconds(self) -> dict[str, float]:
        """All times noted, and the total."""
        return {**self._laps, "total": time.perf_counter() - self._start}
