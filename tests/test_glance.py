"""A glance at the passages tells which to read as a whole, and the answer stays the same."""

import pytest

from bot.evidence import read
from bot.glance import most_promising, token_weights
from bot.reader import EMPTY_SCORE, OnnxReader, Reading
from index.types import Passage

FILLER = "The weather stayed grey and nothing of note took place in the village that week. "
BUILT = "The lighthouse at Cape Wrath was built in 1828 by the engineer Robert Stevenson. "
BEFORE, AFTER = FILLER * 4, FILLER * 5


class Watched(OnnxReader):
    """Counts the tokens of each pair that the network reads."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def _read_pair(self, pair, question):
        self.lengths.append(len(pair))
        return super()._read_pair(pair, question)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_token_of_few_passages_counts_more() -> None:
    weights = token_weights({1, 2, 9}, [[1, 2, 3], [1, 4], [1, 1]])
    assert set(weights) == {1, 2}
    assert weights[2] > weights[1] > 0


def test_the_tokens_around_shared_ones_are_chosen_in_order() -> None:
    passage = [0] * 40 + [7] + [0] * 30
    assert most_promising(passage, {7: 1.0}, 5).tolist() == [38, 39, 40, 41, 42]
    twice = [0, 7, *[0] * 50, 7, *[0] * 50]
    assert most_promising(twice, {7: 1.0}, 6).tolist() == [0, 1, 2, 51, 52, 53]


def test_a_passage_that_shares_nothing_is_begun_and_a_short_one_taken_whole() -> None:
    assert most_promising([5] * 9, {}, 4).tolist() == [0, 1, 2, 3]
    assert most_promising([5, 6], {6: 1.0}, 4).tolist() == [0, 1]


def test_a_glance_finds_the_words_for_a_fraction_of_the_tokens(watched: Watched) -> None:
    question, passage = "When was the lighthouse at Cape Wrath built?", BEFORE + BUILT + AFTER
    (seen,) = watched.glance(question, [passage])
    assert passage[seen.start : seen.end] == "1828"
    assert watched.lengths == [64]
    (whole,) = watched.read(question, [passage])
    assert (whole.start, whole.end) == (seen.start, seen.end)
    assert whole.score == pytest.approx(seen.score, abs=1.5)
    assert watched.lengths[1] > 150


def test_a_long_question_leaves_room_for_the_passage(watched: Watched) -> None:
    (seen,) = watched.glance("When " + "really " * 200 + "was it built?", [BEFORE + BUILT])
    assert seen.score > EMPTY_SCORE
    assert watched.lengths == [64 + 2 + 32 + 1]


def test_a_short_passage_is_read_whole_at_a_glance_and_words_are_needed(watched: Watched) -> None:
    question = "Who built the lighthouse?"
    glanced = watched.glance(question, [BUILT, "", " \n"])
    assert glanced == watched.read(question, [BUILT, "", " \n"])
    assert glanced[1:] == [Reading(0, 0, EMPTY_SCORE)] * 2
    assert len(watched.lengths) == 1
    assert watched.glance(question, []) == []
    assert watched.glance(question, [""]) == [Reading(0, 0, EMPTY_SCORE)]


def passages(*texts: str, articles: str = "") -> list[Passage]:
    names = articles or "a" * len(texts)
    return [
        Passage(article_id=name, start=1000 * at, end=1000 * at + len(text), text=text, score=0.0)
        for at, (name, text) in enumerate(zip(names, texts, strict=True))
    ]


def grey(number: int) -> str:
    return BEFORE.replace("grey", f"grey for {number} days") + AFTER


def test_only_what_promises_most_is_read_as_a_whole(watched: Watched) -> None:
    question = "When was the lighthouse at Cape Wrath built?"
    texts = [grey(3), grey(4), BEFORE + BUILT + AFTER, grey(5), grey(6)]
    best, *others = read(watched, question, passages(*texts), {}, {})
    assert best.text[best.reading.start : best.reading.end] == "1828"
    assert watched.lengths[:5] == [64] * 5
    assert len(watched.lengths) == 6
    assert [best.reading] == watched.read(question, [best.text])
    assert all(other.passage.score < best.passage.score for other in others)


def test_few_passages_are_read_at_once(watched: Watched) -> None:
    found = read(watched, "When was it built?", passages(grey(3), BEFORE + BUILT), {}, {})
    assert all(length > 64 for length in watched.lengths)
    assert len(found) == len(watched.lengths) == 2
    assert read(watched, "When was it built?", [], {}, {}) == []


def test_what_may_answer_in_another_article_is_read_as_a_whole(watched: Watched) -> None:
    question = "When was the lighthouse at Cape Wrath built?"
    other = BUILT.replace("1828", "1831")
    texts = [BEFORE + BUILT + AFTER, grey(3), grey(4), AFTER + other + BEFORE]
    found = read(watched, question, passages(*texts, articles="aabb"), {}, {})
    by_text = {item.text: item.reading for item in found}
    assert [by_text[texts[3]]] == watched.read(question, [texts[3]])
    assert by_text[texts[3]].score > 0
    assert {item.passage.article_id for item in found[:2]} == {"a", "b"}
