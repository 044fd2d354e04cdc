"""The shipped reader: spans, windows, calibration, and errors that say what to do."""

import hashlib
import json
import subprocess
import sys
from math import log
from pathlib import Path

import numpy as np
import pytest

from bot import reader as module
from bot.reader import (
    EMPTY_SCORE,
    MODEL_PATH,
    Calibration,
    OnnxReader,
    RawReading,
    ReaderError,
    best_spans,
    load_calibration,
    sigmoid,
)
from index.sentences import split_sentences

LIGHTHOUSE = (
    "The lighthouse at Cape Wrath was built in 1828 by the engineer Robert Stevenson. "
    "Its tower is 20 metres tall and painted white. It was automated in 1998."
)
BAKERY = "The bakery on Mill Street opens at six in the morning and sells rye bread."


@pytest.fixture(scope="module")
def shipped() -> OnnxReader:
    return OnnxReader()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the lighthouse built?", "1828"),
        ("How tall is the tower?", "20 metres"),
        ("Who built the lighthouse at Cape Wrath?", "Robert Stevenson"),
    ],
)
def test_finds_the_words(shipped: OnnxReader, question: str, answer: str) -> None:
    (reading,) = shipped.read(question, [LIGHTHOUSE])
    assert answer in LIGHTHOUSE[reading.start : reading.end]


def test_the_passage_with_the_answer_scores_highest(shipped: OnnxReader) -> None:
    readings = shipped.read("When was the lighthouse built?", [BAKERY, LIGHTHOUSE, ""])
    assert max(range(3), key=lambda at: readings[at].score) == 1
    assert readings[2] == module.Reading(0, 0, EMPTY_SCORE)


def test_reading_does_not_depend_on_the_company(shipped: OnnxReader) -> None:
    question = "When does the bakery open?"
    alone = shipped.read(question, [BAKERY])[0]
    among = shipped.read(question, [LIGHTHOUSE * 4, BAKERY, LIGHTHOUSE])[1]
    assert (alone.start, alone.end) == (among.start, among.end)
    assert alone.score == pytest.approx(among.score, abs=1e-3)


def test_finds_an_answer_behind_several_windows(shipped: OnnxReader) -> None:
    filler = "The weather stayed grey and nothing of note took place that week. " * 60
    passage = filler + LIGHTHOUSE + " " + filler
    (reading,) = shipped.read("When was the lighthouse at Cape Wrath built?", [passage])
    assert passage[reading.start : reading.end].strip(".") == "1828"


def test_offsets_are_those_of_the_text_as_given(shipped: OnnxReader) -> None:
    passage = "Ünïcode 🚀 text: Åsa Öberg moved to Łódź in 1987. " + BAKERY
    (reading,) = shipped.read("Where did Åsa Öberg move to?", [passage])
    assert 0 <= reading.start < reading.end <= len(passage)
    # a span begins and ends with whole words
    assert not passage[reading.start - 1 : reading.start].isalnum()
    assert not passage[reading.end : reading.end + 1].isalnum()


@pytest.mark.parametrize("ending", ["", " ?", ".", "??", "\n"])
def test_how_a_question_ends_does_not_change_its_answer(shipped: OnnxReader, ending: str) -> None:
    question, passages = "When was the lighthouse at Cape Wrath built", [LIGHTHOUSE, BAKERY]
    assert shipped.read(question + ending, passages) == shipped.read(question + "?", passages)


def test_no_passages_no_readings(shipped: OnnxReader) -> None:
    assert shipped.read("Anything?", []) == []


def test_a_very_long_question_still_leaves_room_for_the_passage(shipped: OnnxReader) -> None:
    (reading,) = shipped.read("why " * 2000, [LIGHTHOUSE])
    assert reading.score > EMPTY_SCORE


def test_confidence_is_a_rising_probability(shipped: OnnxReader) -> None:
    values = [shipped.confidence(score, 5) for score in (EMPTY_SCORE, -2.0, 0.0, 2.0, 30.0)]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1] <= 1


def test_the_best_of_many_is_less_sure_than_the_only_one(shipped: OnnxReader) -> None:
    assert shipped.confidence(1.0, 8) < shipped.confidence(1.0, 2) < shipped.confidence(1.0, 1)


def test_best_spans_prefers_the_best_sum_in_order() -> None:
    start = np.array([[9, 0, 3, 1, 0]], np.float32)
    end = np.array([[8, 4, 0, 2, 0]], np.float32)
    inside = np.array([[False, True, True, True, True]])
    first, last, margin = best_spans(start, end, inside)
    # 3 + 2 beats 0 + 4; 3 + 4 would run backwards; 9 + 8 is "no answer"
    assert (first[0], last[0], margin[0]) == (2, 3, 5.0 - 17.0)


def test_best_spans_limits_the_length() -> None:
    length = module._SPAN_TOKENS + 10
    start, end = np.zeros((1, length), np.float32), np.zeros((1, length), np.float32)
    start[0, 0] = end[0, -1] = 5.0
    first, last, _ = best_spans(start, end, np.ones((1, length), bool))
    assert last[0] - first[0] < module._SPAN_TOKENS


def test_calibration_weighs_both_outputs() -> None:
    calibration = Calibration(0.5, answerable=2.0, bias=-1.0, scale=2.0, candidates=-0.5, shift=1.0)
    score = calibration.score(RawReading(0, 4, margin=4.0, answerable=0.25))
    assert score == pytest.approx(1.5)
    assert calibration.probability(score, 1) == pytest.approx(sigmoid(4.0))
    assert calibration.probability(score, 4) == pytest.approx(sigmoid(4.0 - 0.5 * log(4)))


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(-1e4) == 0.0
    assert sigmoid(1e4) == 1.0
    assert sigmoid(0.0) == 0.5


def test_shipped_model_is_the_one_recorded() -> None:
    stored = json.loads(MODEL_PATH.with_suffix(".json").read_text(encoding="utf-8"))
    assert hashlib.sha256(MODEL_PATH.read_bytes()).hexdigest() == stored["sha256"]
    assert MODEL_PATH.stat().st_size < 50e6


def test_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"cannot be read from .*none\.onnx"):
        OnnxReader(tmp_path / "none.onnx")


def test_parameters_of_another_model_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "reader.json"
    names = ("margin", "answerable", "bias", "scale", "candidates", "shift")
    weights = dict.fromkeys(names, 1.0)
    path.write_text(json.dumps({"sha256": "a" * 64, "calibration": weights}), encoding="utf-8")
    assert load_calibration(path, "a" * 64).margin == 1.0
    with pytest.raises(
        ReaderError, match="aaaaaaaaaaaa…, but the model beside it has bbbbbbbbbbbb…"
    ):
        load_calibration(path, "b" * 64)


@pytest.mark.parametrize("text", ["", "{}", '{"sha256": "a", "calibration": {"margin": 1}}'])
def test_malformed_parameters_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "reader.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReaderError, match="parameters cannot be read"):
        load_calibration(path, "a")


def test_reading_never_imports_torch() -> None:
    code = (
        "import sys; from bot.reader import OnnxReader; OnnxReader().read('Who?', ['Ann did.']); "
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=MODEL_PATH.parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_end_of_a_long_question_counts(shipped):
    long = "It was a long day and many things were said about many people. " * 12
    passages = ["The ferry leaves at noon. The baker opens at six."]
    (reading,) = shipped.read(f"{long}When does the ferry leave?", passages)
    assert "noon" in passages[0][reading.start : reading.end]


def test_a_pair_is_read_once(shipped, monkeypatch):
    question, passage = "How tall is the tower of Cape Wrath?", LIGHTHOUSE
    first = shipped.read_raw(question, [passage])
    monkeypatch.setattr(shipped, "_session", None)  # reading anew would fail
    assert shipped.read_raw(question, [passage]) == first
    assert len(shipped.rate(question, passage, split_sentences(passage))) == 3
    with pytest.raises(AttributeError):
        shipped.read_raw("How high is it?", [passage])
