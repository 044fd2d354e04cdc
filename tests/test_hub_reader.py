"""bot.hub_reader: another question-answering model in place of the shipped one.

The model here is a real transformers model: the shipped reader's own weights, saved as BERT.
"""

import sys
from importlib.util import find_spec

import pytest

from bot.build import load_reader
from bot.hub_reader import HubReader
from bot.reader import MODEL_PATH, OnnxReader, ReaderError
from index.sentences import split_sentences
from index.weights import minilm_folder

PASSAGE = (
    "The ferry to Inish Bay first sailed in 1931. It was built by Harland and Sons for forty "
    "thousand pounds. In winter it sails twice a day."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if not find_spec("onnx"):
        pytest.skip("the package onnx reads the weights")
    import torch
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    from training.model import ReaderModel
    from training.stored import load_reader as load_weights

    ours = ReaderModel()
    load_weights(ours, MODEL_PATH)
    config = BertConfig(
        vocab_size=30522, hidden_size=384, num_hidden_layers=12, num_attention_heads=12,
        intermediate_size=1536, max_position_embeddings=512,
    )  # fmt: skip
    bert = BertForQuestionAnswering(config)
    state = {
        "bert.embeddings.word_embeddings.weight": ours.words.weight,
        "bert.embeddings.position_embeddings.weight": ours.positions.weight,
        "bert.embeddings.token_type_embeddings.weight": ours.types.weight,
        "qa_outputs.weight": ours.span.weight,
        "qa_outputs.bias": ours.span.bias,
    }
    modules = {"bert.embeddings.LayerNorm": ours.norm}
    for number, block in enumerate(ours.blocks):
        layer = f"bert.encoder.layer.{number}"
        modules[f"{layer}.attention.output.dense"] = block.out
        modules[f"{layer}.attention.output.LayerNorm"] = block.norm1
        modules[f"{layer}.intermediate.dense"] = block.inner
        modules[f"{layer}.output.dense"] = block.outer
        modules[f"{layer}.output.LayerNorm"] = block.norm2
        for at, part in enumerate(("query", "key", "value")):
            rows = slice(384 * at, 384 * (at + 1))
            state[f"{layer}.attention.self.{part}.weight"] = block.qkv.weight[rows]
            state[f"{layer}.attention.self.{part}.bias"] = block.qkv.bias[rows]
    for name, module in modules.items():
        state |= {f"{name}.weight": module.weight, f"{name}.bias": module.bias}
    with torch.no_grad():
        for name, parameter in bert.named_parameters():
            parameter.copy_(state.pop(name))
    assert not state
    path = tmp_path_factory.mktemp("model")
    bert.save_pretrained(path)
    BertTokenizerFast(tokenizer_file=str(minilm_folder() / "tokenizer.json")).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def hub(folder):
    return load_reader(str(folder))


def test_it_finds_the_same_words_as_the_shipped_reader(hub):
    shipped = OnnxReader()
    for question, answer in (
        ("When did the ferry first sail?", "1931"),
        ("Who built the ferry?", "Harland and Sons"),
        ("How often does it sail in winter?", "twice a day"),
    ):
        (theirs,), (ours,) = hub.read(question, [PASSAGE]), shipped.read(question, [PASSAGE])
        assert PASSAGE[theirs.start : theirs.end] == answer == PASSAGE[ours.start : ours.end]


def test_it_rates_the_sentence_with_the_answer_highest(hub):
    rates = hub.rate("Who built the ferry?", PASSAGE, split_sentences(PASSAGE))
    assert max(rates) == rates[1]


def test_it_reads_a_long_passage_in_windows(hub):
    filler = "The harbour is quiet and the boats are painted in spring. " * 60
    passage = f"{filler}{PASSAGE}"
    (reading,) = hub.read("Who built the ferry?", [passage])
    assert passage[reading.start : reading.end] == "Harland and Sons"


def test_passages_in_any_company_and_without_words(hub):
    alone = hub.read("Who built the ferry?", [PASSAGE])
    assert hub.read("Who built the ferry?", ["", PASSAGE])[1:] == alone
    assert hub.read("Who built the ferry?", [""])[0].end == 0
    assert 0 <= hub.confidence(alone[0].score, 1) <= 1


def test_it_answers_in_the_bots_place(folder):
    from bot import Config
    from bot.build import build_bot

    bot = build_bot(Config(article=PASSAGE, llm="none", reader=str(folder)))
    answer = bot.ask("Who built the ferry?")
    assert answer.status == "answered"
    assert answer.short == "Harland and Sons"


def test_what_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(
        ReaderError, match=r"'deepset/roberta-base-squad2' \(transformers\) cannot be loaded"
    ):
        HubReader("deepset/roberta-base-squad2")
