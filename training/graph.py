"""The reader's network as an ONNX file: small, and fast on one core.

A pair is always read alone: a batch of one is the fastest on one core, needs no padding and no
attention mask, and lets a matrix product choose its int8 scale from this one pair, so that a
passage reads the same in any company.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from training.examples import Example, collate
from training.model import ReaderModel


class Exported(nn.Module):
    """The network for one pair without padding; which tokens may answer is left to the reader."""

    def __init__(self, model: ReaderModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of start and end, shape (1, L), and answerability, shape (1,)."""
        x = self.model.encode(ids, types, None)
        span = self.model.span(x)
        return span[..., 0], span[..., 1], self.model.judge(x)


class Widen(nn.Module):
    """Parametrisation under which a weight is stored in fp16 and used in fp32."""

    def forward(self, stored: Tensor) -> Tensor:
        """The weight as the network uses it."""
        return stored.float()


class Smoothed(nn.Module):
    """A linear layer whose input channels are evened out, and its weights scaled to make up for it.

    One channel that is large everywhere would otherwise take up the whole int8 range
    (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438).
    """

    def __init__(self, linear: nn.Linear, peaks: Tensor) -> None:
        """Wraps a layer.

        Args:
            linear: The layer; its weights are scaled in place.
            peaks: Largest magnitude seen in each input channel, shape (in,).
        """
        super().__init__()
        scale = (
            peaks.clamp(min=1e-3) / linear.weight.detach().abs().amax(0).clamp(min=1e-3)
        ) ** 0.5
        linear.weight.data *= scale
        self.linear = linear
        self.register_buffer("inverse", 1 / scale)

    def forward(self, x: Tensor) -> Tensor:
        """As the layer it wraps."""
        result: Tensor = self.linear(x * self.inverse)
        return result


def smooth(model: ReaderModel, pairs: Sequence[Example]) -> None:
    """Wraps every matrix of the encoder in `Smoothed`, after reading some pairs to see its input.

    Args:
        model: The trained network; changed in place.
        pairs: A hundred or so training examples.
    """
    layers = [(block, name) for block in model.blocks for name in ("qkv", "out", "inner", "outer")]
    peaks: dict[nn.Module, Tensor] = {}

    def see(layer: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        seen = arguments[0].abs().flatten(0, -2).amax(0)
        peaks[layer] = torch.maximum(peaks[layer], seen) if layer in peaks else seen

    hooks = [getattr(block, name).register_forward_pre_hook(see) for block, name in layers]
    with torch.inference_mode():
        for pair in pairs:
            batch = collate([pair], pair.length)
            model.encode(torch.from_numpy(batch.ids), torch.from_numpy(batch.types), None)
    for hook in hooks:
        hook.remove()
    for block, name in layers:
        layer = getattr(block, name)
        setattr(block, name, Smoothed(layer, peaks[layer].clone()))


def write_half(model: ReaderModel, path: Path) -> None:
    """Writes the network with weights in fp16, each cast to fp32 once, when it is loaded.

    Args:
        model: The trained network; spoiled for other uses.
        path: The ONNX file.
    """
    model.half()
    for module in list(model.modules()):
        # The word vectors are cast after the look-up: widening all of them would slow the loading.
        if module is not model.words:
            for name, _ in list(module.named_parameters(recurse=False)):
                parametrize.register_parametrization(module, name, Widen(), unsafe=True)
    _export(model, path, fold=False)  # folding would undo the casts and store fp32


def write_int8(model: ReaderModel, path: Path, pairs: Sequence[Example]) -> None:
    """Writes the network with the encoder's matrices in int8, one scale for each output channel.

    What enters a product is rounded to int8 too, by the range it has in this pair. Word vectors
    are stored in fp16; everything else stays in fp32. Needs the package ``onnx``.

    Args:
        model: The trained network; spoiled for other uses.
        path: The ONNX file.
        pairs: Training examples that show what enters each product.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    smooth(model, pairs)
    model.words.half()
    whole = path.with_suffix(".fp32.onnx")
    _export(model, whole, fold=True)
    quantize_dynamic(
        whole,
        path,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=["/model/span/MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    whole.unlink()


def _export(model: ReaderModel, path: Path, fold: bool) -> None:
    example = torch.ones(1, 16, dtype=torch.long)
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # The legacy exporter is chosen on purpose: the new one needs two more packages.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(model).eval(),
            (example, example),
            str(path),
            input_names=["ids", "types"],
            output_names=["start", "end", "answerable"],
            dynamic_axes={name: {1: "length"} for name in ("ids", "types", "start", "end")},
            opset_version=17,
            dynamo=False,
            do_constant_folding=fold,
        )
