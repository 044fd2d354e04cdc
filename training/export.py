"""Exports a checkpoint as ``bot/data/reader.onnx`` and calibrates it.

    python -m training.export --checkpoint RUN/checkpoint.pt --data ../shared/data

Writes ``reader.onnx`` (weights in fp16, arithmetic in fp32) and ``reader.json`` (hash, calibration,
held-out figures) beside it. Needs torch, not the ``onnx`` package.
"""

import argparse
import hashlib
import importlib.util
import json
import time
import warnings
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from bot.reader import MODEL_PATH, Calibration, OnnxReader
from training.calibrate import figures, fit_confidence, fit_score, read_pairs
from training.corpus import HARD_FILE, load_corpus, split_documents
from training.leakage import refuse_leaks
from training.model import ReaderModel


class Widen(nn.Module):
    """Parametrisation under which a weight is stored in fp16 and used in fp32."""

    def forward(self, stored: Tensor) -> Tensor:
        """The weight as the network uses it."""
        return stored.float()


def store_in_half(model: ReaderModel) -> None:
    """Rounds the weights to fp16; each is cast to fp32 once, when the exported model is loaded."""
    model.half()
    for module in list(model.modules()):
        # The word vectors are cast after the look-up: widening all 24 MB at each load would cost
        # more.
        if module is not model.words:
            for name, _ in list(module.named_parameters(recurse=False)):
                parametrize.register_parametrization(module, name, Widen(), unsafe=True)


def export_onnx(model: ReaderModel, path: Path) -> None:
    """Writes ONNX with inputs ids, types, attention (B, L), outputs start, end, answerable."""
    store_in_half(model)
    example = torch.ones(2, 16, dtype=torch.long)
    axes = {
        name: {0: "batch", 1: "length"} for name in ("ids", "types", "attention", "start", "end")
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The legacy exporter is chosen on purpose: the new one needs two more packages.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (example, example, example),
            str(path),
            input_names=["ids", "types", "attention"],
            output_names=["start", "end", "answerable"],
            dynamic_axes={**axes, "answerable": {0: "batch"}},
            opset_version=17,
            dynamo=False,
            do_constant_folding=False,  # it would fold the casts away and store fp32
        )


def load_score(data: Path) -> ModuleType:
    """The metrics module ``score.py`` of the data folder."""
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"no score.py in {str(data)!r}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_parameters(path: Path, calibration: Calibration, extra: dict[str, Any]) -> None:
    """Writes ``reader.json`` beside the model at `path`."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    stored = {"sha256": digest, "calibration": asdict(calibration), **extra}
    path.with_suffix(".json").write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with train/, score.py and the public files"
    )
    parser.add_argument("--out", type=Path, default=MODEL_PATH, help="the ONNX file to write")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the held-out split, as in training"
    )
    parser.add_argument("--hard", type=Path, default=HARD_FILE)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--draft", action="store_true", help="a quick look: a quarter of the data, no confidence"
    )
    args = parser.parse_args()
    state = torch.load(args.checkpoint, weights_only=True)
    model = ReaderModel()
    model.load_state_dict(state["model"])
    # Others may be reading the shipped files: they are replaced at the end, together.
    draft = args.out.with_name(f"draft-{args.out.name}")
    export_onnx(model, draft)
    write_parameters(draft, Calibration(1.0, 0.0, 0.0, 1.0, 0.0), {})
    score = load_score(args.data)
    contexts, _ = refuse_leaks(load_corpus(args.data, args.hard), args.data)
    _, held = split_documents(contexts, seed=args.seed)
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
    write_parameters(draft, calibration, {"trained": state["progress"], "held_out": measured})
    draft.with_suffix(".json").replace(args.out.with_suffix(".json"))
    draft.replace(args.out)
    print(json.dumps({"calibration": asdict(calibration), "held_out": measured}, indent=2))
    print(
        f"wrote {args.out} ({args.out.stat().st_size / 1e6:.1f} MB); "
        f"measured in {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
