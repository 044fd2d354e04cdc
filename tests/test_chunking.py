"""index.chunking: exact offsets, full cover, sizes, paragraphs kept whole."""

import time
from itertools import pairwise

import pytest
from conftest import hostile_texts

from index.chunking import CHUNK_OVERLAP, CHUNK_SIZE, split
from index.types import Article, Heading


@pytest.mark.parametrize(
    ("size", "overlap"), [(CHUNK_SIZE, CHUNK_OVERLAP), (80, 20), (7, 0), (1, 0)]
)
def test_hostile_texts_are_covered_exactly(size, overlap):
    for text in hostile_texts(150 if size > 10 else 40, seed=size):
        chunks = split(Article("a", text), size, overlap)
        covered = bytearray(len(text))
        for chunk in chunks:
            assert chunk.article_id == "a"
            assert text[chunk.start : chunk.end] == chunk.text
            assert chunk.text.strip()
            assert len(chunk.text) <= size
            covered[chunk.start : chunk.end] = b"\1" * (chunk.end - chunk.start)
        missing = [c for c, seen in zip(text, covered, strict=True) if not seen and not c.isspace()]
        assert not missing
        assert [c.start for c in chunks] == sorted({c.start for c in chunks})
        assert [c.end for c in chunks] == sorted({c.end for c in chunks})


def test_no_text_no_chunks():
    assert split(Article("a", "")) == []
    assert split(Article("a", " \n\r\n\t\u00a0")) == []


def test_short_paragraphs_are_packed_whole():
    text = "\n\n".join(f"Paragraph {n} " + "word " * 30 + "end." for n in range(12))
    chunks = split(Article("a", text), 500, 100)
    assert len(chunks) == 6
    assert all(c.text.startswith("Paragraph ") and c.text.endswith("end.") for c in chunks)
    assert all(left.end < right.start for left, right in pairwise(chunks))


def test_heading_starts_a_chunk():
    text = "Intro.\n\nTwo\n\nBody of two.\n\nThree\n\nBody of three."
    headings = tuple(Heading(text.index(h), text.index(h) + len(h), 2) for h in ("Two", "Three"))
    chunks = split(Article("a", text, headings=headings))
    assert [c.text for c in chunks] == ["Intro.", "Two\n\nBody of two.", "Three\n\nBody of three."]
    assert [c.text for c in split(Article("a", text))] == [text]


def test_long_paragraph_is_cut_between_sentences_with_overlap():
    sentences = [f"Sentence number {n} says something short." for n in range(40)]
    text = " ".join(sentences)
    chunks = split(Article("a", text), 300, 100)
    assert len(chunks) > 5
    for chunk in chunks:
        assert chunk.text.startswith("Sentence number")
        assert chunk.text.endswith("short.")
    for left, right in pairwise(chunks):
        assert 0 < left.end - right.start <= 100
    without = split(Article("a", text), 300, 0)
    assert all(left.end <= right.start for left, right in pairwise(without))


def test_long_word_is_cut_and_long_sentence_breaks_at_a_space():
    assert [len(c.text) for c in split(Article("a", "x" * 2500))] == [1000, 1000, 500]
    chunks = split(Article("a", "word " * 400), 100, 0)
    assert all(set(c.text.split()) == {"word"} for c in chunks)


@pytest.mark.parametrize(("size", "overlap"), [(100, 100), (100, 101), (100, -1), (0, 0)])
def test_impossible_overlap(size, overlap):
    with pytest.raises(ValueError, match=f"less than size={size}, got {overlap}$"):
        split(Article("a", "text"), size, overlap)


@pytest.mark.parametrize("unit", ["word ", "x", "a. ", "(", "“", "。", "\n"])
def test_time_is_about_linear(unit):
    text = unit * (200_000 // len(unit))
    start = time.perf_counter()
    split(Article("a", text))
    assert time.perf_counter() - start < 20
