"""A reader that runs any question-answering model of the Hugging Face hub, or of a local folder."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.reader import (
    EMPTY_SCORE,
    Floats,
    Ints,
    ReaderError,
    Reading,
    best_spans,
    sigmoid,
    within,
)
from index.types import Span


class HubReader:
    """Reads with a question-answering model; needs transformers and torch.

    The model should be trained on SQuAD 2.0 or the like, so that its first token means "no answer".
    """

    def __init__(self, name: str) -> None:
        """Loads the model.

        Args:
            name: A hub name such as ``deepset/roberta-base-squad2``, or a local folder.

        Raises:
            ReaderError: transformers is not installed, or the model cannot be loaded.
        """
        try:
            import torch
            from transformers import AutoModelForQuestionAnswering, AutoTokenizer

            self._torch: Any = torch
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except (ImportError, OSError, ValueError) as error:
            raise ReaderError(
                f"reader {name!r} (transformers) cannot be loaded: {error}"
            ) from error

    def confidence(self, score: float, passages: int) -> float:
        """The sigmoid of the score: a hub model is not calibrated here."""
        return sigmoid(score)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """The best span of each passage, in order; its score is the margin over "no answer"."""
        return [self._read_one(question, passage) for passage in passages]

    def glance(self, question: str, passages: Sequence[str]) -> None:
        """None: what a part of a passage is worth to such a model was not measured."""

    def rate(self, question: str, passage: str, sentences: Sequence[Span]) -> list[float]:
        """How well the best span inside each sentence answers: its logits over "no answer"."""
        start, end, inside, offsets = self._run(question, passage)
        rates = np.full(len(sentences), -np.inf)
        rows = np.zeros(len(sentences), np.int64)
        for window in range(len(start)):
            here = within(offsets[window], sentences) & inside[window]
            logits = start[window][None][rows], end[window][None][rows]
            rates = np.maximum(rates, best_spans(*logits, here)[2])
        return [float(rate) for rate in rates]

    def _read_one(self, question: str, passage: str) -> Reading:
        start, end, inside, offsets = self._run(question, passage)
        if not inside.any():
            return Reading(0, 0, EMPTY_SCORE)
        first, last, margin = best_spans(start, end, inside)
        row = int(margin.argmax())
        return Reading(
            int(offsets[row, first[row], 0]), int(offsets[row, last[row], 1]), float(margin[row])
        )

    def _run(
        self, question: str, passage: str
    ) -> tuple[Floats, Floats, npt.NDArray[np.bool_], Ints]:
        """Logits of w windows of n tokens, which of them are the passage's, and offsets."""
        encoded = self._tokenizer(
            question, passage, truncation="only_second", max_length=384, stride=128, padding=True,
            return_overflowing_tokens=True, return_offsets_mapping=True, return_tensors="pt",
        )  # fmt: skip
        offsets = encoded.pop("offset_mapping").numpy()
        encoded.pop("overflow_to_sample_mapping", None)
        inside = np.array([[p == 1 for p in encoded.sequence_ids(n)] for n in range(len(offsets))])
        with self._torch.inference_mode():
            out = self._model(**encoded)
        return out.start_logits.numpy(), out.end_logits.numpy(), inside, offsets
