"""Exports a checkpoint as ``bot/data/reader.onnx`` and calibrates it.

    python -m training.export --checkpoint RUN/checkpoint.pt --data ../shared/data

Writes ``reader.onnx`` and, beside it, ``reader.json``: hash, calibration, held-out figures. Several
checkpoints of one run are averaged (Wortsman et al. 2022, "Model soups").
"""

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.data import load_metrics
from bot.reader import MODEL_PATH, Calibration, OnnxReader
from training.calibrate import figures, fit_confidence, fit_score, read_pairs
from training.corpus import HARD_FILE, load_corpus, split_documents
from training.examples import INFORMAL_SOURCES
from training.graph import write_half, write_int8
from training.leakage import refuse_leaks
from training.model import ReaderModel


def write_parameters(path: Path, calibration: Calibration, extra: dict[str, Any]) -> None:
    """Writes ``reader.json`` beside the model at `path`."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    stored = {"sha256": digest, "calibration": asdict(calibration), **extra}
    path.with_suffix(".json").write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def average(states: Sequence[dict[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """The weighted mean of the weights of checkpoints; what is not a number is the last one's."""
    last, total = states[-1], sum(shares)
    return {
        name: sum((s[name] * (w / total) for s, w in zip(states, shares, strict=True)), 0 * value)
        if value.is_floating_point()
        else value
        for name, value in last.items()
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--checkpoint", type=Path, nargs="+", required=True, help="one, or several to average"
    )
    parser.add_argument(
        "--shares", type=float, nargs="+", help="what each weighs in the average (default: equal)"
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with train/, score.py and the public files"
    )
    parser.add_argument("--out", type=Path, default=MODEL_PATH, help="the ONNX file to write")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the held-out split, as in training"
    )
    parser.add_argument("--hard", type=Path, default=HARD_FILE)
    parser.add_argument("--weights", choices=["int8", "fp16"], default="int8")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--draft", action="store_true", help="a quick look: a quarter of the data, no confidence"
    )
    args = parser.parse_args()
    shares = args.shares or [1.0] * len(args.checkpoint)
    if len(shares) != len(args.checkpoint):
        parser.error(f"{len(args.checkpoint)} checkpoints need as many shares, got {len(shares)}")
    states = [torch.load(path, weights_only=True) for path in args.checkpoint]
    model = ReaderModel()
    model.load_state_dict(average([state["model"] for state in states], shares))
    # Others may be reading the shipped files: they are replaced at the end, together.
    draft = args.out.with_name(f"draft-{args.out.name}")
    (write_int8 if args.weights == "int8" else write_half)(model, draft)
    write_parameters(draft, Calibration(1.0, 0.0, 0.0, 1.0, 0.0, 0.0), {})
    score = load_metrics(args.data)
    contexts, _ = refuse_leaks(load_corpus(args.data, args.hard), args.data)
    _, held = split_documents(contexts, seed=args.seed)
    held = [context for context in held if context.source not in INFORMAL_SOURCES]
    if args.draft:
        held = held[::4]
    began = time.monotonic()
    pairs = read_pairs(OnnxReader(draft, threads=args.threads), held, score)
    calibration = fit_score(pairs)
    write_parameters(draft, calibration, {})
    if not args.draft:
        calibration = fit_confidence(
            OnnxReader(draft, threads=args.threads), held, score, calibration
        )
    measured = figures(pairs, calibration, score)
    write_parameters(draft, calibration, {"trained": states[-1]["progress"], "held_out": measured})
    draft.with_suffix(".json").replace(args.out.with_suffix(".json"))
    draft.replace(args.out)
    print(json.dumps({"calibration": asdict(calibration), "held_out": measured}, indent=2))
    print(
        f"wrote {args.out} ({args.out.stat().st_size / 1e6:.1f} MB); "
        f"measured in {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
