"""Trains the reader.

    python -m training.train --data ../shared/data --out ../reader-run --minutes 90

The same command goes on from the newest checkpoint in ``--out``. The learning rate warms up, then
falls linearly to 0 over the wall-clock budget, so that the run ends in time on a machine that
others slow down.
"""

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from safetensors import safe_open
from tokenizers import Tokenizer
from torch import Tensor

from index.weights import minilm_folder
from training.corpus import HARD_FILE, Context, load_corpus, split_documents
from training.e5 import load_e5
from training.examples import (
    INFORMAL_SOURCES,
    Batch,
    Mix,
    Pair,
    PairMaker,
    batches,
    collate,
    encode,
    load_tokenizer,
    word_vector_embed,
)
from training.leakage import refuse_leaks
from training.model import ReaderModel
from training.parallel import Workers
from training.stored import load_reader

CHECKPOINT = "checkpoint.pt"
WARMUP = 0.04
MICRO_BATCHES = 4
HELD_OUT_EXAMPLES = 480


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a run.

    Attributes:
        minutes: Wall-clock budget over which the learning rate falls to 0.
        rate: Peak learning rate.
        seed: Seed of the split, the examples and their order.
        save_every: Seconds between checkpoints.
        decay: Weight decay of matrices.
        workers: Processes that compute gradients.
    """

    minutes: float
    rate: float
    seed: int = 0
    save_every: float = 600.0
    decay: float = 0.01
    workers: int = 2


@dataclass(slots=True)
class Progress:
    """Where a run stands; saved in each checkpoint.

    Attributes:
        epoch: Epoch under way, counted from 0.
        batch: Next micro-batch of the epoch.
        step: Updates made.
        tokens: Tokens trained on, padding included.
        seconds: Training time, over all sessions.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


def learning_rate(share: float, peak: float) -> float:
    """Linear warm-up over the first `WARMUP` of the budget, then linear decay to 0."""
    return peak * min(share / WARMUP + 0.02, max(0.0, (1.0 - share) / (1.0 - WARMUP)), 1.0)


def loss_of(
    model: ReaderModel,
    ids: Tensor,
    types: Tensor,
    attention: Tensor,
    start: Tensor,
    end: Tensor,
) -> Tensor:
    """Mean loss: start and end over the passage and [CLS] for "no answer", and answerability."""
    with torch.autocast("cpu", torch.bfloat16):
        out = model(ids, types, attention)
    span = F.cross_entropy(out.start.float(), start) + F.cross_entropy(out.end.float(), end)
    known = F.binary_cross_entropy_with_logits(out.answerable.float(), (start > 0).float())
    return span / 2 + known / 2


def arrays(batch: Batch) -> tuple[npt.NDArray[Any], ...]:
    """The arrays of a batch in the order of `loss_of`."""
    return batch.ids, batch.types, batch.attention, batch.start, batch.end


def make_optimizer(model: ReaderModel, settings: Settings) -> torch.optim.AdamW:
    """AdamW on every trained weight; no decay on vectors."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": settings.decay},
        {"params": [p for p in trained if p.ndim == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.rate, fused=True)


def quick_check(model: ReaderModel, held: list[Batch]) -> dict[str, float]:
    """Held-out figures in tokens: exact spans, always answering, and how the score separates."""
    exact, scores, labels = [], [], []
    model.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for batch in held:
            ids, types, attention = map(torch.from_numpy, (batch.ids, batch.types, batch.attention))
            start, end = torch.from_numpy(batch.start), torch.from_numpy(batch.end)
            out = model(ids, types, attention)
            s, e = out.start.float(), out.end.float()
            best = s[:, 1:].max(1).values + e[:, 1:].max(1).values
            scores.append(best - s[:, 0] - e[:, 0] + out.answerable.float())
            hit = (s[:, 1:].argmax(1) + 1 == start) & (e[:, 1:].argmax(1) + 1 == end)
            exact.append(hit[start > 0].float())
            labels.append(start > 0)
    model.train()
    score, label = torch.cat(scores), torch.cat(labels)
    wins = (score[label][:, None] > score[~label][None, :]).float().mean()
    right = torch.cat([score[label] > 0, score[~label] <= 0]).float().mean()
    return {"exact": torch.cat(exact).mean().item(), "auc": wins.item(), "accuracy": right.item()}


def save(path: Path, model: ReaderModel, optimizer: torch.optim.AdamW, progress: Progress) -> None:
    """Writes the checkpoint so that a crash leaves the old or the new one, never half of one."""
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "progress": asdict(progress),
    }
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def endless(
    maker: PairMaker,
    tokenizer: Tokenizer,
    progress: Progress,
    settings: Settings,
) -> Iterator[Batch]:
    """Batches from where `progress` stands, epoch after epoch; moves `progress` on."""
    while True:
        examples = encode(maker.epoch(progress.epoch, settings.seed, Mix()), tokenizer)
        made = batches(examples, f"{settings.seed}/{progress.epoch}")
        print(
            f"epoch {progress.epoch}: {len(examples)} pairs, "
            f"{sum(not example.start for example in examples)} without answer, "
            f"{len(made)} batches, {sum(b.ids.size for b in made) / 1e6:.2f} M tokens",
            flush=True,
        )
        while progress.batch < len(made):
            progress.batch += 1
            yield made[progress.batch - 1]
        progress.epoch, progress.batch = progress.epoch + 1, 0


def train(
    model: ReaderModel,
    stream: Iterator[Batch],
    progress: Progress,
    held: list[Batch],
    out: Path,
    settings: Settings,
) -> None:
    """Trains until the wall-clock budget is spent, saving every few minutes and at the end."""
    optimizer = make_optimizer(model, settings)
    checkpoint = out / CHECKPOINT
    if checkpoint.exists():
        state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        for name, value in state["progress"].items():
            setattr(progress, name, value)
        print(f"resumed at step {progress.step}, {progress.seconds:.0f} s")
    workers = Workers(model, loss_of, settings.workers)
    budget, last, saved = settings.minutes * 60, time.monotonic(), time.monotonic()
    trained = [p for p in model.parameters() if p.requires_grad]
    losses: list[float] = []
    model.train()
    while True:
        step = list(itertools.islice(stream, MICRO_BATCHES))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(progress.seconds / budget, settings.rate)
        losses.append(workers.gradients([arrays(batch) for batch in step]))
        torch.nn.utils.clip_grad_norm_(trained, 1.0, foreach=True)
        optimizer.step()
        optimizer.zero_grad()
        now = time.monotonic()
        progress.seconds, last = progress.seconds + now - last, now
        progress.step += 1
        progress.tokens += sum(batch.ids.size for batch in step)
        if progress.step % 50 == 0:
            rate = progress.tokens / progress.seconds
            left = max(0.0, budget - progress.seconds) / 60
            print(
                f"step {progress.step} epoch {progress.epoch}.{progress.batch} "
                f"loss {np.mean(losses[-50:]):.3f} "
                f"{progress.tokens / 1e6:.2f} M tokens, {rate:.0f} tokens/s, {left:.1f} min left",
                flush=True,
            )
        done = progress.seconds >= budget
        if done or now - saved >= settings.save_every:
            save(checkpoint, model, optimizer, progress)
            figures = {"step": progress.step, **quick_check(model, held)}
            print(json.dumps(figures), flush=True)
            saved = time.monotonic()
        if done:
            return


def make_pairs(contexts: list[Context], tokenizer: Tokenizer) -> PairMaker:
    """Draws pairs; names are compared by the word vectors of all-MiniLM-L6-v2."""
    with safe_open(minilm_folder() / "model.safetensors", "numpy") as weights:
        vectors = weights.get_tensor("embeddings.word_embeddings.weight")
    return PairMaker(contexts, word_vector_embed(tokenizer, vectors))


def training_contexts(data: Path, hard: Path, seed: int) -> tuple[list[Context], list[Context]]:
    """The training and the held-out contexts, none of which a public file shares a run with."""
    contexts, refused = refuse_leaks(load_corpus(data, hard), data)
    print(f"leakage check: {len(contexts)} contexts kept, refused {dict(refused)}")
    return split_documents(contexts, seed=seed)


def held_out_batches(held: list[Context], tokenizer: Tokenizer) -> list[Batch]:
    """Some questions over the held-out articles, each with its own context."""
    formal = [context for context in held if context.source not in INFORMAL_SOURCES]
    pairs: list[Pair] = make_pairs(formal, tokenizer).whole()
    examples = encode(pairs[:: max(1, len(pairs) // HELD_OUT_EXAMPLES)], tokenizer)
    examples.sort(key=lambda example: len(example.ids))
    groups = [examples[i : i + 24] for i in range(0, len(examples), 24)]
    return [collate(group, len(group[-1].ids)) for group in groups]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with train/ and the *public* files"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for checkpoints, outside git"
    )
    parser.add_argument(
        "--minutes", type=float, default=90.0, help="wall-clock budget (default 90)"
    )
    parser.add_argument("--rate", type=float, default=1e-4, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hard", type=Path, default=HARD_FILE, help="hand-written questions")
    parser.add_argument(
        "--start",
        type=Path,
        help="a checkpoint (.pt) or an exported int8 reader to train on from (default: E5-small)",
    )
    parser.add_argument(
        "--epoch",
        type=int,
        default=0,
        help="epoch whose pairs come first: another than an earlier run's shows other pairs",
    )
    args = parser.parse_args()
    settings = Settings(args.minutes, args.rate, args.seed, workers=args.workers)
    torch.manual_seed(args.seed)
    # Threads of one operator wait for each other, which takes minutes where others use the cores.
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    contexts, held = training_contexts(args.data, args.hard, args.seed)
    model = ReaderModel()
    if args.start is None:
        load_e5(model)
    elif args.start.suffix == ".pt":
        model.load_state_dict(torch.load(args.start, weights_only=True)["model"])
    else:
        load_reader(model, args.start)
    # E5 and MiniLM share BERT's vocabulary.
    tokenizer = load_tokenizer(minilm_folder() / "tokenizer.json")
    progress = Progress(epoch=args.epoch)
    stream = endless(make_pairs(contexts, tokenizer), tokenizer, progress, settings)
    train(model, stream, progress, held_out_batches(held, tokenizer), args.out, settings)


if __name__ == "__main__":
    main()
