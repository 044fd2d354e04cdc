"""Weights out of an int8 ONNX file, widened to fp32 again."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.model import ReaderModel

Array = np.ndarray[Any, Any]


def widen(graph: Any) -> dict[str, Array]:
    """The weights of an int8 graph by the names they had in PyTorch, in fp32.

    Args:
        graph: An ``onnx.GraphProto`` as ``onnxruntime``'s dynamic quantization leaves it. A matrix
            has lost its name there; it gets the one that goes with the bias added to its product,
            and the shape in which ``torch.nn.Linear`` holds it.
    """
    from onnx import numpy_helper

    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def whole(name: str) -> Array:
        matrix = stored[f"{name}_quantized"].astype(np.float32)
        found: Array = (matrix - stored[f"{name}_zero_point"]) * stored[f"{name}_scale"]
        return found

    weights = {
        name: value.astype(np.float32)
        for name, value in stored.items()
        if value.dtype in (np.float16, np.float32)
    }
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    in_products = set()
    for node in graph.node:
        if node.op_type not in ("MatMulInteger", "MatMul") or node.input[1] not in stored:
            continue
        name, quantized = node.input[1], node.op_type == "MatMulInteger"
        in_products.add(name)
        after: Any = node
        while after and not any(name.endswith(".bias") for name in after.input):
            after = next(iter(readers.get(after.output[0], ())), None)
        if after is None:  # an output of the graph that no bias is added to
            continue
        bias = next(name for name in after.input if name.endswith(".bias"))
        matrix = whole(name.removesuffix("_quantized")) if quantized else weights.pop(name)
        weights[bias.removesuffix("bias") + "weight"] = matrix.T
    for name in stored:
        if name.endswith("_quantized") and name not in in_products:  # vectors that are looked up
            weights[name.removesuffix("_quantized")] = whole(name.removesuffix("_quantized"))
    return weights


def load_reader(model: ReaderModel, path: Path) -> None:
    """Fills the network with the weights of an exported reader, to train on from there.

    Raises:
        SystemExit: The file is no int8 export of this network.
    """
    import onnx

    weights = widen(onnx.load(str(path)).graph)
    state = model.state_dict()
    missing = [name for name in state if f"model.{name}" not in weights]
    if missing:
        raise SystemExit(f"{path} is no int8 reader of this network: it lacks {missing[0]}")
    model.load_state_dict(
        {name: torch.from_numpy(weights[f"model.{name}"].copy()) for name in state}
    )
