"""A glance at the passages tells which to read as a whole, and the answer stays the same."""

from contextlib import closing

import pytest

from bot.build import build_bot
from bot.config import Config
from bot.evidence import read
from bot.glance import most_promising, token_weights
from bot.reader import EMPTY_SCORE, OnnxReader, Reading, sigmoid
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
    assert [other.passage.start for other in others] == [0, 1000, 3000, 4000]
    assert best.passage.score == pytest.approx(best.reading.score + 2.0 / 3)


def test_few_passages_are_read_at_once(watched: Watched) -> None:
    found = read(watched, "When was it built?", passages(grey(3), BEFORE + BUILT), {}, {})
    assert all(length > 64 for length in watched.lengths)
    assert len(found) == len(watched.lengths) == 2
    assert read(watched, "When was it built?", [], {}, {}) == []


class Told:
    """Reads as it is told: by passage, the score of a glance and that of the whole."""

    def __init__(self, **scores: tuple[float, float]) -> None:
        self.scores = scores
        self.whole: list[str] = []

    def glance(self, question, passages):
        return [Reading(0, 1, self.scores[text][0]) for text in passages]

    def read(self, question, passages):
        self.whole += passages
        return [Reading(0, 1, self.scores[text][1]) for text in passages]

    def confidence(self, score, passages):
        return sigmoid(score)


def told(articles: str = "", **scores: tuple[float, float]) -> list[str]:
    """The passages read as a whole, in that order; ranks add 2, 1, 2/3 and 1/2 to their scores."""
    reader = Told(**scores)
    read(reader, "What is it?", passages(*scores, articles=articles), {}, {})
    return reader.whole


def test_two_passages_are_read_without_a_glance() -> None:
    assert told(x=(-9.0, 1.0), y=(-9.0, 0.0)) == ["x", "y"]


def test_an_answer_ends_the_reading_where_no_other_promises_more() -> None:
    assert told(x=(3.0, 3.0), y=(1.9, 0.0), z=(-9.0, 0.0)) == ["x"]
    assert told(x=(3.0, 3.0), y=(2.1, 0.0), z=(-9.0, 0.0)) == ["x", "y"]


def test_once_two_were_read_and_one_answers_others_have_to_promise_more() -> None:
    # at last y: 2.1 + 1 + 2/2 < 3 + 2, though 2.1 + 1 + 2 > 3 + 2
    assert told(x=(3.0, 3.0), y=(2.1, 0.0), z=(2.5, 0.0)) == ["x", "z"]
    assert told(x=(3.0, 3.0), y=(2.5, 0.0), z=(2.5, 0.0)) == ["x", "y"]


def test_before_a_refusal_more_is_read() -> None:
    scores = {"x": (-3.0, -3.0), "y": (-2.5, -3.0), "z": (-3.0, 1.0), "w": (-9.0, 5.0)}
    assert told(**scores) == ["x", "y", "z"]


def test_a_glance_that_promised_too_much_gives_way_to_the_next() -> None:
    assert told(x=(5.0, -5.0), y=(1.0, 1.0), z=(-9.0, 0.0)) == ["x", "y"]


def test_what_may_answer_in_another_article_is_read_as_a_whole() -> None:
    scores = {"x": (8.0, 8.0), "y": (-9.0, 0.0), "z": (1.0, 1.0), "w": (-1.0, 0.0)}
    assert told(**scores) == ["x"]
    assert told("aabb", **scores) == ["x", "z"]
    assert told("aabb", **scores | {"z": (-4.0, 1.0), "w": (-5.0, 1.0)}) == ["x"]


def test_a_question_mark_in_a_passage_draws_no_glance(watched: Watched) -> None:
    question = "When was the lighthouse built?"
    doubts = BUILT + BEFORE * 2 + "Who knows? What for? Why not? Where else? " + AFTER
    (seen,) = watched.glance(question, [doubts[:1100]])
    assert doubts[seen.start : seen.end] == "1828"


def test_the_measure_asked_for_is_looked_for_in_the_best_passage() -> None:
    bridge = "The bridge is 412 metres long. It was closed for eleven weeks last year. "
    with closing(
        build_bot(Config(llm="none", article="\n\n".join((bridge, grey(3), grey(4), grey(5)))))
    ) as bot:
        assert "eleven weeks" in bot.ask("How long was the bridge closed?").text
