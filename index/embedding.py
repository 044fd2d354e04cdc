"""Text -> vectors with all-MiniLM-L6-v2 (arXiv:2002.10957), by two encoders of the same weights.

``MiniLMEmbeddings`` runs the weights under onnxruntime: no torch import, first vector in well
under a second. ``SentenceTransformerEmbeddings`` is the reference and takes any
sentence-transformers model, on a GPU where torch finds one. A test holds the two equal.
``for_many`` runs them under torch in bfloat16, which takes seconds to load and then half the time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from index.errors import LibraryError
from index.weights import minilm_folder, verify_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

MINILM = "all-MiniLM-L6-v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
# The model card's limit; the tokenizer.json that is shipped stops at 128.
_MAX_TOKENS = 256
# Texts handed to an encoder at once, between two reports of progress.
_SLICE = 32
# Texts in one forward pass under onnxruntime: more of them fit no cache and need more padding.
_BATCH = 4
# The same under torch in bfloat16; lengths are padded to multiples of it.
_BFLOAT16_BATCH = 16


class MiniLMEmbeddings(Embeddings):
    """all-MiniLM-L6-v2 under onnxruntime, weights verified by SHA-256. Safe to share by threads."""

    model_id = MINILM

    def __init__(self, threads: int = 0) -> None:
        """Load tokenizer and weights.

        Args:
            threads: Threads of one forward pass; 0 means one per physical core.

        Raises:
            LibraryError: The weights are not installed or are not the expected ones.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        folder = _verified_folder()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", str(folder)
        )
        graph = resources.files("index").joinpath("data", "all-minilm-l6-v2.onnx").read_bytes()
        self._session = onnxruntime.InferenceSession(
            graph, options, providers=["CPUExecutionProvider"]
        )

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of ``texts``: n lists of 384 floats, L2-normalised.

        Texts of similar length share a batch, so little is spent on padding.
        """
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        for first in range(0, len(order), _BATCH):
            rows = order[first : first + _BATCH]
            vectors[rows] = self._forward([texts[i] for i in rows])
        result: list[list[float]] = vectors.tolist()
        return result

    def embed_query(self, text: str) -> list[float]:
        """Vector of one question: 384 floats, L2-normalised."""
        return self.embed_documents([text])[0]

    def _forward(self, texts: list[str]) -> "NDArray[np.float32]":
        encodings = self._tokenizer.encode_batch([_encodable(text) for text in texts])
        inputs = {
            "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
        }
        (embedding,) = self._session.run(["embedding"], inputs)
        return np.asarray(embedding, dtype=np.float32)


class _Bfloat16MiniLM(Embeddings):
    """all-MiniLM-L6-v2 under torch, matrix products in bfloat16."""

    model_id = MINILM

    def __init__(self) -> None:
        import torch
        from tokenizers import Tokenizer
        from transformers import BertModel

        folder = _verified_folder()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        # Few shapes: memory of many sizes, taken and given back, is soon in pieces.
        self._tokenizer.enable_padding(pad_to_multiple_of=_BFLOAT16_BATCH)
        with _without_progress_bars():
            model: Any = BertModel.from_pretrained(str(folder), dtype=torch.bfloat16)
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of ``texts``, of about equal length: n lists of 384 floats, L2-normalised."""
        result: list[list[float]] = []
        for first in range(0, len(texts), _BFLOAT16_BATCH):
            result += self._forward(texts[first : first + _BFLOAT16_BATCH])
        return result

    def embed_query(self, text: str) -> list[float]:
        """Vector of one question: 384 floats, L2-normalised."""
        return self.embed_documents([text])[0]

    def _forward(self, texts: list[str]) -> list[list[float]]:
        import torch

        encodings = self._tokenizer.encode_batch([_encodable(text) for text in texts])
        ids = torch.tensor([e.ids for e in encodings])
        mask = torch.tensor([e.attention_mask for e in encodings])
        with torch.inference_mode():
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        sums = (hidden.float() * mask[..., None]).sum(1)
        result: list[list[float]] = torch.nn.functional.normalize(sums, dim=1).tolist()
        return result


class SentenceTransformerEmbeddings(Embeddings):
    """Any sentence-transformers model, by hub name or folder; by default the MiniLM weights."""

    def __init__(self, model: str = MINILM, device: str | None = None) -> None:
        """Load a model.

        Args:
            model: ``all-MiniLM-L6-v2`` (from the installed package), a local folder or a hub name.
            device: torch device; None lets sentence-transformers choose (a GPU when there is one).

        Raises:
            LibraryError: The model cannot be loaded.
        """
        from sentence_transformers import SentenceTransformer

        self.model_id = model
        source = str(minilm_folder()) if model == MINILM else model
        try:
            with _without_progress_bars():
                self._model = SentenceTransformer(source, device=device)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise LibraryError(
                f"the embedding model {model!r} cannot be loaded: {reason}"
            ) from error
        if model == MINILM:
            self._model.max_seq_length = _MAX_TOKENS

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of ``texts``: n lists of d floats, L2-normalised."""
        return self._encode(self._model.encode_document, texts)

    def embed_query(self, text: str) -> list[float]:
        """Vector of one question: d floats, L2-normalised."""
        return self._encode(self._model.encode_query, [text])[0]

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        vectors = encode(
            [_encodable(text) for text in texts],
            batch_size=_SLICE,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        result: list[list[float]] = np.asarray(vectors, dtype=np.float32).tolist()
        return result


def for_many(embedding: Embeddings) -> Embeddings:
    """The same model for thousands of texts: slower to load, then faster where the CPU allows.

    Returns:
        all-MiniLM-L6-v2 under torch in bfloat16 for ``MiniLMEmbeddings`` on a CPU that computes in
        it (cosine to its vectors above 0.9998); anything else as it was given.
    """
    if type(embedding) is not MiniLMEmbeddings:
        return embedding
    import torch

    able = torch.cpu.get_capabilities()
    if not (able.get("avx512_bf16") or able.get("amx_bf16")):
        return embedding
    return _Bfloat16MiniLM()


def name_of(embedding: Embeddings) -> str:
    """What a library remembers of the model that made its vectors."""
    return str(getattr(embedding, "model_id", type(embedding).__name__))


def embed_unit(
    embedding: Embeddings, texts: list[str], progress: Callable[[int, int], None] | None = None
) -> "NDArray[np.float32]":
    """L2-normalised vectors (n, d) of ``texts``; ``progress`` gets (done, n) as it goes.

    Texts of similar length are embedded together: what pads the shorter ones costs as much as text.
    """
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found: NDArray[np.float32] = np.empty((0, 0), dtype=np.float32)
    for first in range(0, len(order), _SLICE):
        rows = order[first : first + _SLICE]
        vectors = unit(embedding.embed_documents([texts[i] for i in rows]))
        if not first:
            found = np.empty((len(texts), vectors.shape[1]), dtype=np.float32)
        found[rows] = vectors
        if progress is not None:
            progress(first + len(rows), len(texts))
    return found


def unit(vectors: list[list[float]]) -> "NDArray[np.float32]":
    """Rows (n, d) of length 1; a zero row stays zero."""
    rows = np.asarray(vectors, dtype=np.float32)
    found: NDArray[np.float32] = rows / np.maximum(
        np.linalg.norm(rows, axis=1, keepdims=True), 1e-12
    )
    return found


def _verified_folder() -> Path:
    """Where the weights and the tokenizer lie, both as they were published.

    Raises:
        LibraryError: They are not installed or are not the expected ones.
    """
    folder = minilm_folder()
    verify_file(folder / "model.safetensors", _WEIGHTS_SHA256)
    verify_file(folder / "tokenizer.json", _TOKENIZER_SHA256)
    return folder


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    """No bar of transformers for weights that are loaded in a moment."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _encodable(text: str) -> str:
    """The text with lone surrogates replaced: tokenizers refuses what UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
