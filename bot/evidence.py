"""Passages -> what a reader found in them, as exact words of the article."""

import re
import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.instructions import quotable
from bot.measures import Kind, kinds_asked, misfits
from bot.neighbours import with_leads, with_lists
from bot.rows import other_rows
from bot.types import Citation
from index.lexical import looks_english
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
# So few passages are all read as a whole.
_FEW = 2
# Log-odds that a passage may gain when all of it is read after a glance; once one that answers has
# been read, half of it after two, and so on: before a refusal more is read …
_GLANCE_MARGIN = 2.0
# … and how sure an answer is that counts here, also one of another article than the best.
_MAY_ANSWER = 0.3
# A heading is no answer where what stands below is less likely by at most this many log-odds.
_HEADING_GAP = 2.0
# How often a passage is read again where words of another measure than the one asked for are found.
_MOST_READINGS = 3
_WORD_AFTER = re.compile(r"[ -]\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what was read in it.

    Attributes:
        passage: The passage.
        text: Its text as it was read: what is no evidence for the question is blanked out.
        reading: What was read.
    """

    passage: Passage
    text: str
    reading: "Reading"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the reader found.

    Attributes:
        span: The exact words that answer.
        confidence: The probability that they do.
        sentence: The sentence that holds them.
        sentences: That sentence and the others of its passage that answer nearly as well, in the
            order of the article; of a list that answers, all items and the line before them; before
            one that opens with a pronoun for something that the question does not name, the one in
            its paragraph that tells what, as far as ``bot.neighbours`` sees.
    """

    span: Citation
    confidence: float
    sentence: Citation
    sentences: tuple[Citation, ...]


def read(
    reader: "Reader",
    question: str,
    passages: Sequence[Passage],
    passed_over: Mapping[str, Sequence[Span]],
    headings: Mapping[str, Container[int]],
) -> list[Found]:
    """Read the passages and rerank them by what was read and where they stood, best first.

    Of more than a few passages a part is read first, where the reader can, and the best as a whole:
    until no other promises more, and in each article that may answer. What is found must not be of
    another measure than the one asked for, nor a heading with the answer below it.

    Args:
        reader: Reads them.
        question: The question.
        passages: As they were retrieved, best first.
        passed_over: What is no evidence for the question, by id of the article.
        headings: Where headings begin, in characters, by id of the article.
    """
    texts = [
        _without(quotable(passage.text, question), passage, passed_over.get(passage.article_id, ()))
        for passage in passages
    ]
    english = looks_english(" ".join(texts))
    if english:
        texts = [_without_rows(text, question) for text in texts]
    pile = _Pile(reader, question, passages, texts, kinds_asked(question) if english else None)
    everything = range(len(passages))
    while (best := pile.best(everything)) in pile.rough:
        pile.read_closely(best, headings)
    for article in dict.fromkeys(passage.article_id for passage in passages):
        own = [at for at in everything if passages[at].article_id == article]
        while (best := pile.best(own)) in pile.rough and pile.hope(best) >= _MAY_ANSWER:
            pile.read_closely(best, headings)
    return sorted(pile.found, key=lambda item: -item.passage.score)


class _Pile:
    """The passages of a question while they are read.

    Attributes:
        found: What was read in each passage so far.
        rough: Which of them still have to be read closely before they count.
    """

    def __init__(
        self,
        reader: "Reader",
        question: str,
        passages: Sequence[Passage],
        texts: Sequence[str],
        asked: frozenset[Kind] | None,
    ) -> None:
        self._reader, self._question, self._asked = reader, question, asked
        glances = reader.glance(question, texts) if len(texts) > _FEW else None
        self._glanced = glances is not None
        readings = reader.read(question, texts) if glances is None else glances
        self.rough = set(range(len(passages)))
        self.found = [
            Found(_ranked(passage, reading, rank), text, reading)
            for rank, (passage, text, reading) in enumerate(
                zip(passages, texts, readings, strict=True), start=1
            )
        ]

    def best(self, positions: Iterable[int]) -> int | None:
        """The passage of these that promises most."""
        gain = self._gain()
        promises = {
            at: self.found[at].passage.score + (gain if at in self.rough else 0.0)
            for at in positions
        }
        return max(promises, key=lambda at: promises[at], default=None)

    def hope(self, at: int) -> float:
        """How sure an answer may be when one of the rough passages is read closely."""
        score = self.found[at].reading.score + self._gain()
        return self._reader.confidence(score, len(self.found))

    def _gain(self) -> float:
        """Log-odds that a rough passage may gain, by what was read closely so far."""
        count = len(self.found)
        scores = [self.found[at].reading.score for at in range(count) if at not in self.rough]
        answers = any(self._reader.confidence(score, count) >= _MAY_ANSWER for score in scores)
        return _GLANCE_MARGIN / len(scores) if answers else _GLANCE_MARGIN

    def read_closely(self, at: int, headings: Mapping[str, Container[int]]) -> None:
        """Read all of a passage, for an answer of the measure asked for and below its heading."""
        passage, text, reading = self.found[at].passage, self.found[at].text, self.found[at].reading
        if self._glanced:
            reading = self._reader.read(self._question, [text])[0]
        if self._asked is not None:
            text, reading = _fitting(self._reader, self._question, self._asked, text, reading)
        starts = headings.get(passage.article_id, ())
        text, reading = _below_heading(self._reader, self._question, passage, starts, text, reading)
        self.found[at] = Found(_ranked(passage, reading, at + 1), text, reading)
        self.rough.remove(at)


def _ranked(passage: Passage, reading: "Reading", rank: int) -> Passage:
    return replace(passage, score=reading.score + _RANK_WEIGHT / rank)


def _fitting(
    reader: "Reader", question: str, asked: frozenset[Kind], text: str, reading: "Reading"
) -> "tuple[str, Reading]":
    """The text and what is read in it once words of another measure are blanked out.

    Where nothing else is found the reading is empty.
    """
    from bot.reader import EMPTY_SCORE

    left = _MOST_READINGS
    while misfits(asked, _measured(text, reading)):
        if not left:
            return text, replace(reading, end=reading.start, score=EMPTY_SCORE)
        left -= 1
        sentence = _sentence_of(reading, split_sentences(text))
        if misfits(asked, text[sentence.start : sentence.end]):
            text = _blanked(text, sentence, "\n")  # which keeps the sentences around it apart
        else:
            text = _blanked(text, Span(reading.start, reading.end), " ")
        reading = reader.read(question, [text])[0]
    return text, reading


def _below_heading(
    reader: "Reader",
    question: str,
    passage: Passage,
    headings: Container[int],
    text: str,
    reading: "Reading",
) -> "tuple[str, Reading]":
    """The text and what is read in it without the heading that was taken for the answer.

    Where the rest answers much less likely, the heading stands.
    """
    start = text.rfind("\n", 0, reading.start) + 1
    if passage.start + start not in headings or reading.start == reading.end:
        return text, reading
    end = text.find("\n", start)
    rest = _blanked(text, Span(start, end if end > 0 else len(text)), " ")
    again = reader.read(question, [rest])[0]
    stands = again.start == again.end or again.score < reading.score - _HEADING_GAP
    return (text, reading) if stands else (rest, again)


def _measured(text: str, reading: "Reading") -> str:
    """What was read and the word after it, which may tell what is measured: "412 metres" long."""
    following = _WORD_AFTER.match(text, reading.end)
    return text[reading.start : following.end() if following else reading.end]


def _without(text: str, passage: Passage, spans: Sequence[Span]) -> str:
    """The text of a passage with these characters of its article blanked out."""
    for start, end in spans:
        inside = Span(max(start - passage.start, 0), min(end - passage.start, len(text)))
        if inside.start < inside.end:
            text = _blanked(text, inside, "\n")
    return text


def _without_rows(text: str, question: str) -> str:
    """The text of a passage without the rows beside the one that the question names."""
    for row in other_rows(question, text):
        text = _blanked(text, row, " ")
    return text


def _blanked(text: str, span: Span, char: str) -> str:
    return text[: span.start] + char * (span.end - span.start) + text[span.end :]


def _sentence_of(reading: "Reading", sentences: Sequence[Span]) -> Span:
    """The sentence that holds most of what was read."""
    return max(sentences, key=lambda s: min(s.end, reading.end) - max(s.start, reading.start))


def evidence_of(
    reader: "Reader",
    question: str,
    found: Sequence[Found],
    passages: int,
    headings: Container[int] = (),
) -> Evidence | None:
    """What the best reading rests on; None when no passage holds anything to cite.

    Args:
        reader: Rates the sentences of the best passage.
        question: The question.
        found: What was read in each passage, best first.
        passages: How many were read for the question.
        headings: Where headings and their like begin in the article of the best passage: they are
            cited only when they hold the span.
    """
    if not found or found[0].reading.start == found[0].reading.end:
        return None
    passage, text, reading = found[0].passage, found[0].text, found[0].reading
    # What was blanked out is no sentence, and leaves the others as they are in the passage.
    spans = [span for span in split_sentences(passage.text) if text[slice(*span)].strip()]
    sentence = _sentence_of(reading, spans)
    # A span that runs on into another sentence is cut: what answers stands in one.
    start, end = max(sentence.start, reading.start), min(sentence.end, reading.end)
    rates = dict(zip(spans, reader.rate(question, text, spans), strict=True))
    told = [s for s in spans if passage.start + s.start not in headings]
    near = [s for s in told if s != sentence and rates[s] >= rates[sentence] - _EVIDENCE_GAP]
    near.sort(key=lambda s: -rates[s])
    chosen = with_lists(text, told, {sentence, *near[: _MOST_SENTENCES - 1]})
    return Evidence(
        span=_citation(passage, start, end),
        confidence=reader.confidence(reading.score, passages),
        sentence=_citation(passage, *sentence),
        sentences=tuple(_citation(passage, *s) for s in with_leads(chosen, told, text, question)),
    )


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
