"""The training code: pairs, tokens, and the larger network's relative positions."""

import random

import numpy as np
import pytest
import torch

from index.weights import minilm_folder
from training.corpus import HARD_SOURCE, Context, Question, context_key
from training.deberta import FAR, relative_bucket, shift
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
    assert sum(p.question.startswith("Who was the last") for p in pairs) == 3
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


def test_relative_positions_near_are_exact_and_far_share():
    buckets = relative_bucket(np.arange(-FAR // 2, FAR // 2 + 1))
    assert (np.diff(buckets) >= 0).all()
    assert (buckets == -buckets[::-1]).all()
    near = relative_bucket(np.arange(-128, 129))
    assert (near == np.arange(-128, 129)).all()
    assert len(set(relative_bucket(np.arange(128, 256)).tolist())) < 128


def test_shift_picks_the_relative_position_of_each_pair():
    length = 5
    x = torch.arange(2 * length - 1.0).expand(1, 1, length, -1)
    shifted = shift(x, length)[0, 0]
    for row in range(length):
        for column in range(length):
            assert shifted[row, column] == length - 1 - row + column


def test_a_context_is_named_by_its_text():
    assert context_key("a") != context_key("b")
    assert len(context_key("a")) == 16
