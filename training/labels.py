"""What the teacher says of each pair, kept by characters: any tokenizer can learn from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.examples import Batch, Example, Pair, token_span

# Candidates kept for the start and for the end of the answer; [CLS], "no answer", is one of them.
CANDIDATES = 12
NO_ANSWER = -1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Labels:
    """The teacher's answers to the N pairs of one epoch.

    Attributes:
        start: Characters where the answer may begin, `NO_ANSWER` for none, shape (N, CANDIDATES).
        start_share: How likely each is, shape (N, CANDIDATES); a row sums to at most 1.
        end: Characters where the answer may end (exclusive), as `start`.
        end_share: As `start_share`.
        known: How likely the passage answers the question, shape (N,); NaN for a pair not read.
    """

    start: npt.NDArray[np.int16]
    start_share: npt.NDArray[np.float16]
    end: npt.NDArray[np.int16]
    end_share: npt.NDArray[np.float16]
    known: npt.NDArray[np.float16]

    def read(self, number: int) -> bool:
        """Whether the teacher has read this pair."""
        return not np.isnan(self.known[number])

    def targets(self, batch: Batch) -> tuple[Floats, Floats, Floats]:
        """The same over the tokens of a batch: start (B, L), end (B, L) and known (B,).

        What the teacher puts on characters that the example has cut off is shared out in
        proportion.
        """
        start, end = (np.zeros(batch.ids.shape, np.float32) for _ in range(2))
        known = np.zeros(len(batch.examples), np.float32)
        for row, example in enumerate(batch.examples):
            at = example.number
            known[row] = self.known[at]
            _spread(start[row], example, self.start[at], self.start_share[at], 0)
            _spread(end[row], example, self.end[at], self.end_share[at], 1)
        return start, end, known


def _spread(
    target: Floats,
    example: Example,
    characters: npt.NDArray[np.int16],
    shares: npt.NDArray[np.float16],
    side: int,
) -> None:
    """Adds each share to the token that begins (side 0) or ends (side 1) at its character."""
    limit = int(example.offsets[-1, 1]) if len(example.offsets) else 0
    for character, share in zip(characters.tolist(), shares.tolist(), strict=True):
        if character == NO_ANSWER:
            target[0] += share
        elif character - side < limit:
            at = character - side
            target[example.first + token_span(example.offsets, at, at + 1)[0]] += share
    total = float(target.sum())
    if total > 0:
        target /= total
    else:
        target[example.end if side else example.start] = 1.0


def labels_file(folder: Path, epoch: int) -> Path:
    """Where the labels of an epoch are kept."""
    return folder / f"labels-{epoch}.npz"


def labelled_epochs(folder: Path) -> int:
    """How many epochs have labels, counted from the first.

    Raises:
        SystemExit: The first has none.
    """
    count = 0
    while labels_file(folder, count).exists():
        count += 1
    if not count:
        raise SystemExit(f"no labels in {folder}: run python -m training.label first")
    return count


def fingerprint(pairs: Sequence[Pair]) -> str:
    """Tells whether two lists of pairs are the same."""
    digest = hashlib.sha256()
    for pair in pairs:
        digest.update(f"{pair.question}\0{pair.passage}\0{pair.start}\0{pair.end}\0".encode())
    return digest.hexdigest()


def save_labels(folder: Path, epoch: int, pairs: Sequence[Pair], labels: Labels) -> None:
    """Keeps the labels of an epoch, with a fingerprint of its pairs."""
    np.savez_compressed(
        labels_file(folder, epoch),
        start=labels.start,
        start_share=labels.start_share,
        end=labels.end,
        end_share=labels.end_share,
        known=labels.known,
        pairs=np.array(fingerprint(pairs)),
    )


def load_labels(folder: Path, epoch: int, pairs: Sequence[Pair]) -> Labels:
    """The labels of an epoch.

    Raises:
        SystemExit: They were made for other pairs (other data or seed).
    """
    with np.load(labels_file(folder, epoch)) as stored:
        if str(stored["pairs"]) != fingerprint(pairs):
            raise SystemExit(
                f"{labels_file(folder, epoch)} labels other pairs: run training.label again"
            )
        fields = ("start", "start_share", "end", "end_share", "known")
        return Labels(*(stored[field] for field in fields))
