"""The reader: finds the exact words that answer a question, and knows when they are not there.

`OnnxReader` runs the small model that this project trains and ships (``bot/data/reader.onnx``, see
``bot/data/reader.md``) without torch; ``bot.hub_reader`` runs any other.
"""

import functools
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import punctuation
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from bot.glance import most_promising, token_weights
from index.errors import ArticleBotError
from index.lexical import STOP_WORDS
from index.types import Span
from index.weights import minilm_folder

MODEL_PATH = Path(__file__).with_name("data") / "reader.onnx"
# Score of a passage without any token: certain to answer nothing, yet finite so that it can be
# sorted and stored.
EMPTY_SCORE = -30.0

_CLS, _SEP = 101, 102
_QUESTION_TOKENS = 64
_SPAN_TOKENS = 40
_WINDOW_TOKENS = 256
_OVERLAP_TOKENS = 64
# What a glance reads, the question included: a product of matrices in int8 takes 64 rows at a time.
_GLANCE_TOKENS = 64
_LEAST_GLANCE = 32
# Pairs whose logits are kept: those of the passages of some questions, as the best passage of an
# answer is looked at again, and so is a question that was suggested. About 9 KB each.
_KEPT_PAIRS = 256
_ENDINGS = " \t\r\n?.!…？。"

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class ReaderError(ArticleBotError):
    """The reader's model cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One passage read for one question.

    Attributes:
        start: Where the best span begins, in characters of the passage.
        end: Where it ends (exclusive); equal to `start` only for a passage without words.
        score: Log-odds that the passage answers, by this span; comparable across passages.
    """

    start: int
    end: int
    score: float


class Reader(Protocol):
    """Anything that can read passages for a question."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """The best span of each passage, in the order of the passages."""

    def glance(self, question: str, passages: Sequence[str]) -> list[Reading] | None:
        """What a cheaper look at each passage finds, to tell which of them to read.

        None from a reader that has no cheaper way.
        """

    def rate(self, question: str, passage: str, sentences: Sequence[Span]) -> list[float]:
        """How well the best span inside each sentence of a passage answers.

        Differences count, as log-odds; `-inf` for a sentence that cannot answer.
        """

    def confidence(self, score: float, passages: int) -> float:
        """Probability, 0 to 1, that the best reading of so many passages answers."""


class RawReading(NamedTuple):
    """A reading before calibration: its margin over "no answer" and its answerability logit."""

    start: int
    end: int
    margin: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns the network's outputs into log-odds and a probability; fitted on held-out documents.

    Attributes:
        margin: Weight of the best span's logits over those of "no answer".
        answerable: Weight of the answerability logit.
        bias: Added to the two; the sum is `Reading.score`.
        scale: Slope of the confidence over the score.
        candidates: Weight of the logarithm of the number of passages that the score is the best
            of: the best of many is high by chance more often than the only one, and many are those
            found in an article that has more.
        shift: Added to the two; the sigmoid of the sum is the confidence.
    """

    margin: float
    answerable: float
    bias: float
    scale: float
    candidates: float
    shift: float

    def score(self, raw: RawReading) -> float:
        """Log-odds that the passage answers, by this span."""
        return self.margin * raw.margin + self.answerable * raw.answerable + self.bias

    def probability(self, score: float, passages: int) -> float:
        """Confidence for the best score of so many passages, one or more."""
        return sigmoid(self.scale * score + self.candidates * math.log(passages) + self.shift)


class _Window(NamedTuple):
    passage: int
    ids: list[int]
    question: int
    offsets: list[tuple[int, int]]
    words: list[int | None]

    def characters(self, first: int, last: int) -> tuple[int, int]:
        """Characters of the passage under tokens of the pair, widened to whole words."""
        first, last = first - self.question, last - self.question
        while first > 0 and self.words[first - 1] == self.words[first]:
            first -= 1
        while last + 1 < len(self.words) and self.words[last + 1] == self.words[last]:
            last += 1
        return self.offsets[first][0], self.offsets[last][1]

    @property
    def tokens(self) -> list[int]:
        """Ids of the passage's tokens."""
        return self.ids[self.question : -1]

    def excerpt(self, chosen: Iterable[int]) -> "_Window":
        """The same with these tokens of the passage alone, given by position."""
        chosen = list(chosen)
        tokens = self.tokens
        return self._replace(
            ids=[*self.ids[: self.question], *(tokens[at] for at in chosen), _SEP],
            offsets=[self.offsets[at] for at in chosen],
            words=[self.words[at] for at in chosen],
        )


def sigmoid(x: float) -> float:
    """The logistic function, safe for large `x`."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def as_read(question: str) -> str:
    """The question with one question mark: with or without one, people mean the same."""
    return question.rstrip(_ENDINGS) + "?"


def load_calibration(path: Path, model_sha256: str) -> Calibration:
    """Reads the parameters stored beside a model.

    Args:
        path: The JSON file.
        model_sha256: Hash of the model's bytes, which the file must name.

    Raises:
        ReaderError: The file is missing, malformed or belongs to another model.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = Calibration(**stored["calibration"])
        expected = stored["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderError(
            f"the reader's parameters cannot be read from {str(path)!r}: {error}"
        ) from error
    if expected != model_sha256:
        raise ReaderError(
            f"{str(path)!r} belongs to a model with sha256 {expected[:12]}…, but the model beside "
            f"it has {model_sha256[:12]}…: export both with `python -m training.export`"
        )
    return found


def best_spans(
    start: Floats, end: Floats, inside: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints, Floats]:
    """The best span of each row.

    Args:
        start: Logit of each token starting the answer, shape (b, n).
        end: Logit of each token ending it, shape (b, n).
        inside: Which tokens belong to the passage, shape (b, n).

    Returns:
        First token, last token and margin over "no answer" (token 0), each of shape (b,).
    """
    null = start[:, 0] + end[:, 0]
    start = np.where(inside, start, -np.inf)
    end = np.where(inside, end, -np.inf)
    length = start.shape[1]
    widths = min(_SPAN_TOKENS, length)
    sums = np.full((widths, *start.shape), -np.inf, np.float32)
    for width in range(widths):
        sums[width, :, : length - width] = start[:, : length - width] + end[:, width:]
    flat = sums.transpose(1, 0, 2).reshape(start.shape[0], -1)
    best = flat.argmax(1)
    first = best % length
    return first, first + best // length, flat[np.arange(len(best)), best] - null


def within(offsets: npt.NDArray[Any], sentences: Sequence[Span]) -> npt.NDArray[np.bool_]:
    """Which tokens stand inside which sentences.

    Args:
        offsets: First and last (exclusive) character of n tokens, shape (n, 2).
        sentences: Spans of characters of the same text.

    Returns:
        Shape (len(sentences), n).
    """
    bounds = np.array(sentences, np.int64).reshape(-1, 1, 2)
    found: npt.NDArray[np.bool_] = (offsets[:, 0] >= bounds[..., 0]) & (
        offsets[:, 1] <= bounds[..., 1]
    )
    return found


class OnnxReader:
    """Reads with the shipped model under onnxruntime; loads it on construction, in 0.3 s."""

    def __init__(
        self, model_path: Path | None = None, tokenizer_path: Path | None = None, threads: int = 1
    ) -> None:
        """Loads model, parameters and tokenizer.

        Args:
            model_path: The ONNX file, with a JSON file of the same name beside it; the shipped one
                when None.
            tokenizer_path: The tokenizer.json of all-MiniLM-L6-v2; that of its package when None.
            threads: Threads that one reading may use.

        Raises:
            ReaderError: A file is missing or damaged.
            LibraryError: The package that carries the tokenizer is not installed.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        path = model_path or MODEL_PATH
        try:
            model = path.read_bytes()
        except OSError as error:
            raise ReaderError(
                f"the reader's model cannot be read from {str(path)!r}: {error.strerror}"
            ) from error
        self._calibration = load_calibration(
            path.with_suffix(".json"), hashlib.sha256(model).hexdigest()
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # slower than its parts, on one core
        )
        self._tokenizer: Any = Tokenizer.from_file(
            str(tokenizer_path or minilm_folder() / "tokenizer.json")
        )
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._logits = functools.lru_cache(_KEPT_PAIRS)(self._read_pair)
        # What a question and a passage share without sharing what is asked about.
        self._common = {_CLS, _SEP, *self._tokens(" ".join((*sorted(STOP_WORDS), *punctuation)))}

    def confidence(self, score: float, passages: int) -> float:
        """Probability, 0 to 1, that the best reading of so many passages answers."""
        return self._calibration.probability(score, passages)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """The best span of each passage; long passages are read in overlapping windows.

        Args:
            question: A question that stands alone.
            passages: Texts to read, of any length.

        Returns:
            One reading for each passage, in the same order.
        """
        return self._calibrated(self.read_raw(question, passages))

    def read_raw(self, question: str, passages: Sequence[str]) -> list[RawReading | None]:
        """As `read`, before calibration; None for a passage without words."""
        return self._best(self._windows(question, passages), len(passages))

    def glance(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """What the words around those that the question shares answer, for each passage.

        Costs a quarter of `read` where passages have 1,000 characters. The score is on the scale of
        `read`, but lower where the answer stands apart from the words that the question shares.
        """
        windows = list(self._windows(question, passages))
        if not windows:
            return self._calibrated([None] * len(passages))
        asked = set(windows[0].ids[: windows[0].question]) - self._common
        weights = token_weights(asked, [window.tokens for window in windows])
        room = max(_LEAST_GLANCE, _GLANCE_TOKENS - windows[0].question - 1)
        parts = (w.excerpt(most_promising(w.tokens, weights, room)) for w in windows)
        return self._calibrated(self._best(parts, len(passages)))

    def _calibrated(self, found: Sequence[RawReading | None]) -> list[Reading]:
        score = self._calibration.score
        return [
            Reading(0, 0, EMPTY_SCORE) if raw is None else Reading(raw.start, raw.end, score(raw))
            for raw in found
        ]

    def _best(self, windows: Iterable[_Window], passages: int) -> list[RawReading | None]:
        """The best reading of each passage."""
        best: list[RawReading | None] = [None] * passages
        for window in windows:
            raw, known = self._read_window(window), best[window.passage]
            if known is None or self._calibration.score(raw) > self._calibration.score(known):
                best[window.passage] = raw
        return best

    def rate(self, question: str, passage: str, sentences: Sequence[Span]) -> list[float]:
        """How well the best span inside each sentence answers: its logits over "no answer"."""
        rates = np.full(len(sentences), -np.inf)
        for window in self._windows(question, [passage]):
            start, end, _ = self._logits(tuple(window.ids), window.question)
            inside = np.zeros((len(sentences), start.shape[1]), bool)
            inside[:, window.question : -1] = within(np.array(window.offsets), sentences)
            rows = np.zeros(len(sentences), np.int64)
            rates = np.maximum(rates, best_spans(start[rows], end[rows], inside)[2])
        return [float(rate) for rate in rates]

    def _windows(self, question: str, passages: Sequence[str]) -> Iterator[_Window]:
        # What a long question asks stands at its end.
        asked = self._tokens(as_read(question))[-_QUESTION_TOKENS:]
        room = _WINDOW_TOKENS - len(asked) - 3
        encodings = self._tokenizer.encode_batch(list(passages), add_special_tokens=False)
        for number, encoding in enumerate(encodings):
            total = len(encoding.ids)
            first = 0
            while first < total:
                last = min(first + room, total)
                part = slice(first, last)
                ids = [_CLS, *asked, _SEP, *encoding.ids[part], _SEP]
                yield _Window(
                    number, ids, len(asked) + 2, encoding.offsets[part], encoding.word_ids[part]
                )
                if last == total:
                    break
                # The last window ends with the passage, so that no window is a mere scrap.
                first = min(first + room - _OVERLAP_TOKENS, total - room)

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _read_window(self, window: _Window) -> RawReading:
        start, end, answerable = self._logits(tuple(window.ids), window.question)
        inside = np.zeros(start.shape, bool)
        inside[0, window.question : -1] = True
        first, last, margin = best_spans(start, end, inside)
        span = window.characters(int(first[0]), int(last[0]))
        return RawReading(*span, float(margin[0]), float(answerable[0]))

    def _read_pair(self, pair: tuple[int, ...], question: int) -> tuple[Floats, Floats, Floats]:
        """Start and end logits, shape (1, n), and the answerability logit, shape (1,).

        Args:
            pair: The n token ids of question and passage.
            question: How many of them are the question's.
        """
        # One at a time: on one core a batch is no faster, and what is read never depends on it.
        ids = np.array([pair], np.int64)
        types = np.zeros_like(ids)
        types[0, question:] = 1
        start, end, answerable = self._session.run(None, {"ids": ids, "types": types})
        return start, end, answerable
