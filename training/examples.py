"""Question and passage pairs for training: what each epoch shows, in text, then in tokens."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from bot.reader import as_read
from training.corpus import HARD_SOURCE, SQUAD_SOURCE, Context
from training.negatives import Embed, Neighbours, Swapper, cut_answer

LENGTHS = (96, 128, 160, 192, 256)
# Four of these make an update; small enough for the cores' caches.
BATCH_TOKENS = 1536
QUESTION_TOKENS = 40
PASSAGE_CHARACTERS = 1000
# Reviews and forum posts: far from the articles the bot reads, so each epoch takes only a share of
# them.
INFORMAL_SOURCES = frozenset({"squadshifts-amazon_reviews", "squadshifts-reddit"})

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mix:
    """What an epoch is made of.

    Attributes:
        informal: Share of the questions over reviews and posts used in each epoch.
        squad: Share of the questions of SQuAD 1.1 used in each epoch: there are twice as many of
            them as of all others. Over a passage that has hand-written questions all are used, so
            that passage and wording do not tell what has no answer.
        retrieved: Share of answerable questions also shown with a retrieved passage that lacks the
            answer.
        foreign: Share also shown with a passage of another document, as an off-topic question is.
        cut: Share also shown with the answer's sentence cut out.
        swapped: Share also shown with a word of the question swapped.
        given: Times each given unanswerable question is shown.
        hard: Times each hand-written question is shown.
        cropped: Share of passages cropped to a random window although they would fit whole.
    """

    informal: float = 0.15
    squad: float = 0.2
    retrieved: float = 0.13
    foreign: float = 0.07
    cut: float = 0.08
    swapped: float = 0.08
    given: int = 2
    hard: int = 1
    cropped: float = 0.4


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage.

    Attributes:
        question: The question.
        passage: The passage, or a window of it.
        start: Where the answer begins in the passage, in characters; -1 when there is no answer.
        end: Where it ends (exclusive); -1 when there is no answer.
    """

    question: str
    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A pair in tokens.

    Attributes:
        ids: ``[CLS] question [SEP] passage [SEP]``, shape (n,).
        first: Position of the passage's first token.
        offsets: Characters of the passage that each of its tokens covers, shape (m, 2).
        start: Position of the first answer token, 0 for no answer.
        end: Position of the last answer token (inclusive), 0 for no answer.
        number: Position of the pair in the list it came from.
    """

    ids: Ids
    first: int
    offsets: Ids
    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples of one padded length L, all arrays of int64.

    Attributes:
        ids: Token ids, shape (B, L).
        types: 1 for the passage and the [SEP] after it, else 0, shape (B, L).
        attention: 1 for real tokens, shape (B, L).
        start: Position of the first answer token, 0 for no answer, shape (B,).
        end: Position of the last answer token, 0 for no answer, shape (B,).
        examples: The B examples, in the order of the rows.
    """

    ids: Ids
    types: Ids
    attention: Ids
    start: Ids
    end: Ids
    examples: tuple[Example, ...]


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer without truncation and without padding."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def token_span(offsets: Ids, start: int, end: int) -> tuple[int, int]:
    """Tokens (inclusive) that cover the characters `start:end`; `offsets` has shape (n, 2)."""
    first = int(np.searchsorted(offsets[:, 1], start, side="right"))
    last = int(np.searchsorted(offsets[:, 0], end, side="left")) - 1
    return first, max(first, last)


class PairMaker:
    """Draws the pairs of each epoch."""

    def __init__(self, contexts: Sequence[Context], embed: Embed) -> None:
        """Indexes the passages of each document; takes some seconds.

        Args:
            contexts: Training contexts.
            embed: Maps n strings to unit vectors, shape (n, d), to find names of the same kind.
        """
        self._contexts = contexts
        self._embed = embed
        self._neighbours = Neighbours(contexts)
        self._swappers: dict[str, Swapper] = {}

    def epoch(self, number: int, seed: int, mix: Mix) -> list[Pair]:
        """The pairs of one epoch in random order; the same for the same arguments."""
        rng = random.Random(f"{seed}/{number}")
        pairs: list[Pair] = []
        for at, context in enumerate(self._contexts):
            informal = context.source in INFORMAL_SOURCES
            paired = any(question.source == HARD_SOURCE for question in context.questions)
            for position, question in enumerate(context.questions):
                hard = question.source == HARD_SOURCE
                share = mix.informal if informal else 1.0
                if question.source == SQUAD_SOURCE and not paired:
                    share = mix.squad
                if not hard and rng.random() >= share:
                    continue
                times = mix.hard if hard else 1 if question.answers else mix.given
                for _ in range(times):
                    if question.answers:
                        pairs += self._answerable(at, position, mix, rng)
                    else:
                        pairs.append(window(question.text, context.text, -1, -1, mix, rng))
        rng.shuffle(pairs)
        return pairs

    def whole(self) -> list[Pair]:
        """Every question with its own context once, uncropped when it fits."""
        rng, mix = random.Random(0), Mix(cropped=0.0)
        return [
            window(q.text, context.text, *(q.answers[0] if q.answers else (-1, -1)), mix, rng)
            for context in self._contexts
            for q in context.questions
        ]

    def _answerable(self, at: int, position: int, mix: Mix, rng: random.Random) -> list[Pair]:
        context = self._contexts[at]
        question = context.questions[position]
        span = rng.choice(question.answers)
        pairs = [window(question.text, context.text, *span, mix, rng)]
        others: list[int] = []
        if rng.random() < mix.retrieved:
            others += self._neighbours.same_document(at, question)[: rng.randint(1, 5)][-1:]
        if rng.random() < mix.foreign:
            others += self._neighbours.other_document(at, question, rng)[: rng.randint(1, 5)][-1:]
        for other in others:
            text = self._contexts[other].text
            pairs.append(window(question.text, text, -1, -1, mix, rng))
        if rng.random() < mix.cut:
            hole = cut_answer(context.text, *span)
            if hole is not None:
                rest = context.text[: hole[0]] + context.text[hole[1] :]
                pairs.append(window(question.text, rest, -1, -1, mix, rng))
        if context.source not in INFORMAL_SOURCES and rng.random() < mix.swapped:
            swapped = self._swapper(context.document).swap(question.text, context.text, rng)
            if swapped is not None:
                pairs.append(window(swapped, context.text, -1, -1, mix, rng))
        return pairs

    def _swapper(self, document: str) -> Swapper:
        if document not in self._swappers:
            texts = [c.text for c in self._contexts if c.document == document]
            self._swappers[document] = Swapper(texts, self._embed)
        return self._swappers[document]


def window(question: str, passage: str, start: int, end: int, mix: Mix, rng: random.Random) -> Pair:
    """Cuts the passage to a random window between spaces, around the answer when there is one."""
    room = PASSAGE_CHARACTERS
    if rng.random() < mix.cropped:
        room = rng.randint(350, 800)
    spare = len(passage) - max(room, end - start)
    if spare <= 0:
        return Pair(question, passage, start, end)
    low, high = (max(0, end - room), min(start, spare)) if start >= 0 else (0, spare)
    first = rng.randint(min(low, high), high)
    last = first + max(room, end - start)
    while 0 < first < (start if start >= 0 else last) and not passage[first - 1].isspace():
        first += 1
    while max(end, first) < last < len(passage) and not passage[last].isspace():
        last -= 1
    cut = passage[first:last]
    return (
        Pair(question, cut, start - first, end - first)
        if start >= 0
        else Pair(question, cut, -1, -1)
    )


def word_vector_embed(tokenizer: Tokenizer, words: npt.NDArray[np.float32]) -> Embed:
    """Mean word vectors of texts, from an encoder's word vectors of shape (vocabulary, d)."""
    unit = words / np.linalg.norm(words, axis=1, keepdims=True).clip(1e-6)

    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        vectors = np.stack(
            [unit[e.ids].mean(0) if e.ids else np.zeros_like(unit[0]) for e in encodings]
        )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-6)
        normed: npt.NDArray[np.float32] = vectors / lengths
        return normed

    return embed


def encode(pairs: Sequence[Pair], tokenizer: Tokenizer) -> list[Example]:
    """Pairs in tokens; those whose answer does not fit into the longest length are left out."""
    cls, sep = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    asked = [as_read(pair.question) for pair in pairs]
    questions = tokenizer.encode_batch(asked, add_special_tokens=False)
    passages = tokenizer.encode_batch([p.passage for p in pairs], add_special_tokens=False)
    examples = []
    for number, (pair, q, p) in enumerate(zip(pairs, questions, passages, strict=True)):
        question = q.ids[:QUESTION_TOKENS]
        first = len(question) + 2
        room = LENGTHS[-1] - first - 1
        offsets = np.asarray(p.offsets[:room], np.int64).reshape(-1, 2)
        start = end = 0
        if pair.start >= 0:
            start, end = token_span(np.asarray(p.offsets, np.int64), pair.start, pair.end)
            start, end = start + first, end + first
            if end >= first + len(offsets):
                continue
        ids = np.array([cls, *question, sep, *p.ids[:room], sep], np.int64)
        examples.append(Example(ids, first, offsets, start, end, number))
    return examples


def collate(examples: Sequence[Example], length: int) -> Batch:
    """Pads examples to one length L, none longer than it."""
    shape = (len(examples), length)
    ids, types, attention = (np.zeros(shape, np.int64) for _ in range(3))
    for row, example in enumerate(examples):
        ids[row, : len(example.ids)] = example.ids
        types[row, example.first : len(example.ids)] = 1
        attention[row, : len(example.ids)] = 1
    starts = np.array([example.start for example in examples], np.int64)
    ends = np.array([example.end for example in examples], np.int64)
    return Batch(ids, types, attention, starts, ends, tuple(examples))


def batches(examples: Sequence[Example], seed: str) -> list[Batch]:
    """Batches of nearly equal length and of about `BATCH_TOKENS` tokens, in random order.

    Every length has one batch size, so that a compiled model sees few shapes; the last batch of
    each length is filled up from its first examples.
    """
    by_length: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        by_length[next(n for n in LENGTHS if len(example.ids) <= n)].append(example)
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
