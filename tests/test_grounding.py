"""bot.grounding: what the cited text does not say is not shown."""

import random

import pytest
from conftest import PIECES

from bot.grounding import is_supported, overlap, strip_markers, unsupported
from index.sentences import split_sentences

EVIDENCE = (
    "The Chinese spacecraft Chang'e 5 came back to Earth in 2020. It brought 1,731 grams from "
    "Mons Rümker, and NASA's chief, Bill Nelson, asked for five samples on 25 October."
)
QUESTION = "When did the spacecraft come back?"


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Chang'e 5 came back in 2020.", []),
        ("Chang’e 5 came back in 2020 [1].", []),
        ("It came back in 2021.", ["2021"]),
        ("It brought 1731 grams.", []),
        ("It brought 1.731 grams.", ["1.731"]),
        ("It brought 17 grams.", ["17"]),
        ("He asked for 5 samples.", []),
        ("He asked for six samples.", ["6"]),
        ("It took a million grams.", ["million"]),
        ("NASA asked.", []),
        ("Nelson's NASA asked.", []),
        ("Neil Armstrong asked.", ["Neil", "Armstrong"]),
        ("It landed in Mare Imbrium.", ["Mare", "Imbrium"]),
        ("The chief asked in November.", ["November"]),
        ("Beijing asked.", ["Beijing"]),
        ("The spacecraft", []),
        ("It came back in 2020[7].", []),
    ],
)
def test_unsupported_numbers_and_names(sentence, missing):
    assert sorted(unsupported(sentence, EVIDENCE)) == sorted(missing)


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Chang'e 5 came back to Earth in 2020.", True),
        ("The spacecraft came back in 2020 [1].", True),
        ("It came back in 2021.", False),
        ("Chang'e 5 did not come back to Earth in 2020.", False),
        ("Chang'e 5 never came back to Earth.", False),
        ("The rocks are worth a fortune to collectors everywhere.", False),
        ("", False),
        ("[1]", False),
        ("It was.", False),
        ("他在2020年回来了。", False),
    ],
)
def test_is_supported(sentence, supported):
    assert is_supported(sentence, EVIDENCE, QUESTION) is supported


def test_denial_needs_a_denial():
    assert is_supported("NASA cannot talk.", "NASA is not allowed to talk, it cannot.", "")
    assert not is_supported("NASA is allowed to talk.", "NASA is not allowed to talk.", "")


def test_words_of_the_question_count_but_its_names_and_numbers_do_not():
    question = "Did Armstrong bring 99 grams of heavy dusty stuff?"
    assert is_supported("It brought 1,731 grams of heavy stuff.", EVIDENCE, question)
    assert not is_supported("It brought 99 grams.", EVIDENCE, question)
    assert not is_supported("Armstrong brought grams.", EVIDENCE, question)


def test_a_sentence_supports_itself():
    for seed in range(100):
        text = " ".join(random.Random(seed).choices(PIECES, k=12))
        assert unsupported(text, text) == []


@pytest.mark.parametrize(
    "sentence",
    ["It records 4K video.", "A 3D map of H2O.", "The 1990S, the 21ST of May.", "A 5G_Net ran."],
)
def test_names_may_begin_with_a_digit(sentence):
    assert is_supported(sentence, sentence, "")
    assert not is_supported(sentence, "It records video in May, and a map ran.", "")


def test_every_sentence_of_the_article_supports_itself(moon):
    found = [moon.text[start:end] for start, end in split_sentences(moon.text)]
    assert len(found) > 15
    assert all(is_supported(sentence, sentence, "") for sentence in found)


def test_overlap():
    assert overlap("samples from Earth", EVIDENCE) == 1
    assert overlap("purple giraffes", EVIDENCE) == 0
    assert overlap("samples of giraffes", EVIDENCE) == 0.5
    assert overlap("", EVIDENCE) == overlap("it was", EVIDENCE) == 0


def test_strip_markers():
    assert strip_markers("It landed [1][2, 3]. Then [12]") == "It landed. Then"
    assert strip_markers("[a] [1.5] []") == "[a] [1.5] []"
