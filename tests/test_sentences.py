"""index.sentences: exact, ordered spans that leave out white space only."""

import pytest
from conftest import hostile_texts

from index.sentences import split_sentences


def test_hostile_texts_are_covered_exactly():
    for text in hostile_texts(250, seed=1):
        position = 0
        for start, end in split_sentences(text):
            assert position <= start < end <= len(text)
            assert not text[position:start].strip()
            assert text[start:end] == text[start:end].strip()
            assert "\n" not in text[start:end]
            position = end
        assert not text[position:].strip()


def of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It landed. It left.", ["It landed.", "It left."]),
        ("Dr. Smith of the U.S. left. He ran.", ["Dr. Smith of the U.S. left.", "He ran."]),
        ("It is 3.5 km long. Is it? Yes!", ["It is 3.5 km long.", "Is it?", "Yes!"]),
        ("A heading\nA sentence.", ["A heading", "A sentence."]),
        ("  padded.  \r\n\r\nNext.  ", ["padded.", "Next."]),
        ("他来了。他走了！真的？", ["他来了。", "他走了！", "真的？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("هل سافر؟ نعم سافر۔", ["هل سافر؟", "نعم سافر۔"]),
        ("वह गया। वह आया।", ["वह गया।", "वह आया।"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_boundaries(text, expected):
    assert of(text) == expected


def test_line_longer_than_a_block_is_split_without_loss():
    text = "One more short sentence of the kind. " * 1500
    found = of(text)
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
    assert found.count("One more short sentence of the kind.") > 1490
    assert "".join(of("x" * 50_000)) == "x" * 50_000
