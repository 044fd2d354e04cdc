"""Token windows for training: which question meets which passage in each epoch, and batching."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from training.corpus import HARD_SOURCE, Context
from training.negatives import Swapper, cut_answer, retrieval_negatives

CLS, SEP = 101, 102
LENGTHS = (96, 128, 160, 192, 256)
# Four of these make an update; small enough for the cores' caches.
BATCH_TOKENS = 1536
QUESTION_TOKENS = 40
# Reviews and forum posts: far from the articles the bot reads, so each epoch takes only a share of
# them.
INFORMAL_SOURCES = frozenset({"squadshifts-amazon_reviews", "squadshifts-reddit"})

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mix:
    """What an epoch is made of.

    Attributes:
        informal: Share of the questions over reviews and posts used in each epoch.
        retrieved: Share of answerable questions also shown with a retrieved passage that lacks the
            answer.
        cut: Share also shown with the answer's sentence cut out.
        swapped: Share also shown with a word of the question swapped.
        given: Times each given unanswerable question is shown.
        hard: Times each hand-written question is shown.
        cropped: Share of passages cropped to a random window although they would fit whole.
    """

    informal: float = 0.25
    retrieved: float = 0.12
    cut: float = 0.10
    swapped: float = 0.25
    given: int = 3
    hard: int = 4
    cropped: float = 0.4


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage in tokens.

    Attributes:
        question: Token ids of the question, without special tokens.
        passage: Token ids of the passage or a window of it, shape (n,).
        start: First answer token, counted in the passage; -1 when there is no answer.
        end: Last answer token (inclusive); -1 when there is no answer.
    """

    question: tuple[int, ...]
    passage: Ids
    start: int
    end: int

    @property
    def length(self) -> int:
        """Tokens of the pair with its three special tokens."""
        return len(self.question) + len(self.passage) + 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of one padded length L, all arrays of int64.

    Attributes:
        ids: Token ids, shape (B, L).
        types: Token types, shape (B, L).
        attention: 1 for real tokens, shape (B, L).
        start: Position of the first answer token, 0 for no answer, shape (B,).
        end: Position of the last answer token, 0 for no answer, shape (B,).
    """

    ids: Ids
    types: Ids
    attention: Ids
    start: Ids
    end: Ids


def load_tokenizer(path: Path) -> Tokenizer:
    """The encoder's tokenizer without its truncation at 128 tokens and without padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def token_span(offsets: Ids, start: int, end: int) -> tuple[int, int]:
    """Tokens (inclusive) that cover the characters `start:end`; `offsets` has shape (n, 2)."""
    first = int(np.searchsorted(offsets[:, 1], start, side="right"))
    last = int(np.searchsorted(offsets[:, 0], end, side="left")) - 1
    return first, max(first, last)


class ExampleMaker:
    """Tokenises the training contexts once and draws the examples of each epoch."""

    def __init__(
        self, contexts: Sequence[Context], tokenizer: Tokenizer, words: npt.NDArray[np.float32]
    ) -> None:
        """Tokenises and ranks; takes some seconds.

        Args:
            contexts: Training contexts.
            tokenizer: From `load_tokenizer`.
            words: The encoder's word vectors, shape (vocabulary, d), to find names of the same
                kind.
        """
        self._contexts = contexts
        self._tokenizer = tokenizer
        self._words = words / np.linalg.norm(words, axis=1, keepdims=True).clip(1e-6)
        encodings = tokenizer.encode_batch([c.text for c in contexts], add_special_tokens=False)
        self._ids = [np.asarray(e.ids, np.int64) for e in encodings]
        self._offsets = [np.asarray(e.offsets, np.int64) for e in encodings]
        self._retrieved = retrieval_negatives(contexts)
        self._swappers: dict[str, Swapper] = {}

    def epoch(self, number: int, seed: int, mix: Mix) -> list[Example]:
        """The examples of one epoch in random order; the same for the same arguments."""
        rng = random.Random(f"{seed}/{number}")
        examples = []
        for at, context in enumerate(self._contexts):
            informal = context.source in INFORMAL_SOURCES
            for position, question in enumerate(context.questions):
                if informal and question.source != HARD_SOURCE and rng.random() >= mix.informal:
                    continue
                times = (
                    mix.hard
                    if question.source == HARD_SOURCE
                    else 1
                    if question.answers
                    else mix.given
                )
                if question.answers:
                    for _ in range(times):
                        examples += self._answerable(at, position, mix, rng)
                    continue
                ids = self._question(question.text)
                examples += [
                    self._window(ids, self._ids[at], -1, -1, mix, rng) for _ in range(times)
                ]
        rng.shuffle(examples)
        return examples

    def whole(self, limit: int = LENGTHS[-1]) -> list[Example]:
        """Every question with its own context once; pairs longer than `limit` are left out."""
        rng, mix = random.Random(0), Mix(cropped=0.0)
        examples = []
        for at, context in enumerate(self._contexts):
            for question in context.questions:
                start, end = (
                    token_span(self._offsets[at], *question.answers[0])
                    if question.answers
                    else (-1, -1)
                )
                examples.append(
                    self._window(self._question(question.text), self._ids[at], start, end, mix, rng)
                )
        return [example for example in examples if example.length <= limit]

    def _question(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids[:QUESTION_TOKENS])

    def _answerable(self, at: int, position: int, mix: Mix, rng: random.Random) -> list[Example]:
        context = self._contexts[at]
        question = context.questions[position]
        ids = self._question(question.text)
        span = rng.choice(question.answers)
        examples = [
            self._window(ids, self._ids[at], *token_span(self._offsets[at], *span), mix, rng)
        ]
        others = self._retrieved.get((at, position))
        if others and rng.random() < mix.retrieved:
            examples.append(self._window(ids, self._ids[rng.choice(others)], -1, -1, mix, rng))
        if rng.random() < mix.cut:
            hole = cut_answer(context.text, *span)
            if hole is not None:
                first, last = token_span(self._offsets[at], *hole)
                rest = np.delete(self._ids[at], np.s_[first : last + 1])
                examples.append(self._window(ids, rest, -1, -1, mix, rng))
        if context.source not in INFORMAL_SOURCES and rng.random() < mix.swapped:
            swapped = self._swapper(context.document).swap(question.text, context.text, rng)
            if swapped is not None:
                examples.append(
                    self._window(self._question(swapped), self._ids[at], -1, -1, mix, rng)
                )
        return examples

    def _swapper(self, document: str) -> Swapper:
        if document not in self._swappers:
            texts = [c.text for c in self._contexts if c.document == document]
            self._swappers[document] = Swapper(texts, self._embed)
        return self._swappers[document]

    def _embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        vectors = np.stack(
            [
                self._words[e.ids].mean(0) if e.ids else np.zeros_like(self._words[0])
                for e in encodings
            ]
        )
        normed: npt.NDArray[np.float32] = vectors / np.linalg.norm(
            vectors, axis=1, keepdims=True
        ).clip(1e-6)
        return normed

    @staticmethod
    def _window(
        question: tuple[int, ...], passage: Ids, start: int, end: int, mix: Mix, rng: random.Random
    ) -> Example:
        """Cuts the passage to a random window, around the answer when there is one."""
        room = LENGTHS[-1] - len(question) - 3
        if rng.random() < mix.cropped:
            room = min(room, rng.randint(80, 180))
        room = max(room, end - start + 1)
        spare = len(passage) - room
        if spare <= 0:
            return Example(question, passage, start, end)
        low, high = (max(0, end - room + 1), min(start, spare)) if start >= 0 else (0, spare)
        first = rng.randint(low, high)
        window = passage[first : first + room]
        return (
            Example(question, window, start - first, end - first)
            if start >= 0
            else Example(question, window, -1, -1)
        )


def collate(examples: Sequence[Example], length: int) -> Batch:
    """Pads examples to one length.

    Args:
        examples: B examples, none longer than `length`.
        length: The padded length L.
    """
    shape = (len(examples), length)
    ids, types, attention = (
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
    )
    starts, ends = np.zeros(shape[0], np.int64), np.zeros(shape[0], np.int64)
    for row, example in enumerate(examples):
        first = len(example.question) + 2
        pair = [CLS, *example.question, SEP, *example.passage.tolist(), SEP]
        ids[row, : len(pair)] = pair
        types[row, first : len(pair)] = 1
        attention[row, : len(pair)] = 1
        if example.start >= 0:
            starts[row], ends[row] = example.start + first, example.end + first
    return Batch(ids, types, attention, starts, ends)


def batches(examples: Sequence[Example], seed: str) -> list[Batch]:
    """Batches of nearly equal length and of about `BATCH_TOKENS` tokens, in random order.

    Every length has one batch size, so that a compiled model sees few shapes; the last batch of
    each length is filled up from its first examples.
    """
    by_length: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        by_length[next(n for n in LENGTHS if example.length <= n)].append(example)
    made = []
    for length, members in sorted(by_length.items()):
        size = BATCH_TOKENS // length
        for first in range(0, len(members), size):
            chosen = members[first : first + size]
            while len(chosen) < size:
                chosen = chosen + members[: size - len(chosen)]
            made.append(collate(chosen, length))
    random.Random(seed).shuffle(made)
    return made
