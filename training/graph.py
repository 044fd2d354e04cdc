"""The reader's network as an ONNX file: small, and fast on one core.

A pair is always read alone: a batch of one is the fastest on one core, needs no padding and no
attention mask, and lets a matrix product choose its int8 scale from this one pair, so that a
passage reads the same in any company.
"""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from training.model import ReaderModel

# Products that stay in fp32. The span head is tiny. A few of the numbers that enter the other one,
# in E5-small and in what is trained from it, are so much larger than the rest that rounding all by
# one range shifted the reader's score by 1.7, against 0.4 and less for each other layer's.
_EXACT = ("/span/MatMul", "/blocks.3/outer/MatMul")


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


def write_int8(model: ReaderModel, path: Path) -> None:
    """Writes the network with the encoder's matrices in int8, one scale for each output channel.

    What enters a product is rounded to int8 too, by the range it has in this pair. Word vectors
    are stored in fp16, everything else in fp32, as are `_EXACT`. Needs the package ``onnx``.

    Args:
        model: The trained network; spoiled for other uses.
        path: The ONNX file.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model.words.half()
    whole = path.with_suffix(".fp32.onnx")
    _export(model, whole, fold=True)
    quantize_dynamic(
        whole,
        path,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=list(_EXACT),
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
