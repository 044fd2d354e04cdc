"""Has the teacher read the pairs of the first epochs, for `training.train reader --labels`.

    python -m training.label --data ../shared/data --run ../reader-run/teacher --epochs 2

Writes ``labels-0.npz`` … beside the teacher's checkpoint. With ``--share`` below 1 it reads a
random part of the pairs; the reader then learns from those alone.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import nn
from tqdm import tqdm

from training.corpus import HARD_FILE
from training.examples import Example, Mix, Pair, collate, encode
from training.labels import CANDIDATES, NO_ANSWER, Labels, save_labels
from training.train import CHECKPOINT, make_model, make_pairs, training_contexts

_BATCH_TOKENS = 4096


def empty_labels(count: int) -> Labels:
    """Labels of `count` pairs, none of them read."""
    return Labels(
        start=np.full((count, CANDIDATES), NO_ANSWER, np.int16),
        start_share=np.zeros((count, CANDIDATES), np.float16),
        end=np.full((count, CANDIDATES), NO_ANSWER, np.int16),
        end_share=np.zeros((count, CANDIDATES), np.float16),
        known=np.full(count, np.nan, np.float16),
    )


def label(
    model: nn.Module, tokenizer: Tokenizer, pairs: Sequence[Pair], share: float, seed: int
) -> Labels:
    """What the model says of a random share of the pairs; the rest stay unread."""
    labels = empty_labels(len(pairs))
    wanted = set(random.Random(seed).sample(range(len(pairs)), round(share * len(pairs))))
    examples = [e for e in encode(pairs, tokenizer) if e.number in wanted]
    examples.sort(key=lambda example: len(example.ids))
    groups: list[list[Example]] = [[]]
    for example in examples:
        if len(groups[-1]) * len(example.ids) > _BATCH_TOKENS:
            groups.append([])
        groups[-1].append(example)
    model.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for group in tqdm(groups, desc="labelling", mininterval=10):
            batch = collate(group, len(group[-1].ids))
            arrays = (batch.ids, batch.types, batch.attention)
            out = model(*map(torch.from_numpy, arrays))
            known = out.answerable.float().sigmoid().numpy()
            start = out.start.float().softmax(-1).numpy()
            end = out.end.float().softmax(-1).numpy()
            for row, example in enumerate(group):
                labels.known[example.number] = known[row]
                _keep(start[row], example, labels.start, labels.start_share, pairs, 0)
                _keep(end[row], example, labels.end, labels.end_share, pairs, 1)
    return labels


def _keep(
    shares: npt.NDArray[np.float32],
    example: Example,
    characters: npt.NDArray[np.int16],
    kept: npt.NDArray[np.float16],
    pairs: Sequence[Pair],
    side: int,
) -> None:
    """Notes the likeliest tokens of one example by their first (side 0) or last character."""
    best = np.argsort(-shares)[:CANDIDATES]
    passage = pairs[example.number].passage
    for column, position in enumerate(best.tolist()):
        kept[example.number, column] = shares[position]
        if position >= example.first and position - example.first < len(example.offsets):
            at = int(example.offsets[position - example.first, side])
            # Some tokenizers count the space before a word as part of it.
            if side == 0 and passage[at : at + 1].isspace():
                at += 1
            characters[example.number, column] = at
        else:
            characters[example.number, column] = NO_ANSWER


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder of the trained teacher")
    parser.add_argument("--epochs", type=int, default=2, help="how many epochs to label")
    parser.add_argument("--share", type=float, default=1.0, help="share of the pairs to read")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hard", type=Path, default=HARD_FILE)
    args = parser.parse_args()
    model, tokenizer = make_model("teacher")
    state = torch.load(args.run / CHECKPOINT, weights_only=True)
    model.load_state_dict(state["model"])
    contexts, _ = training_contexts(args.data, args.hard, args.seed)
    maker = make_pairs(contexts)
    for epoch in range(args.epochs):
        pairs = maker.epoch(epoch, args.seed, Mix())
        labels = label(model, tokenizer, pairs, args.share, args.seed)
        save_labels(args.run, epoch, pairs, labels)


if __name__ == "__main__":
    main()
