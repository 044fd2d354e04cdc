"""bot.citations: from a model's raw words to sentences with exact citations."""

import random
from itertools import pairwise

import pytest
from conftest import hostile_texts

from bot.citations import CitedText, exact, sentences, supported
from bot.types import NOT_IN_ARTICLE, Citation
from index.types import Article

LANDED = Citation("a", 0, 30, "Chang'e 6 landed in June 2024.")
NAMED = Citation("a", 31, 70, "The law is named after Frank Wolf.")


def test_stream_yields_whole_sentences_with_their_markers():
    pieces = ["It lan", "ded. [1", "] It left in 3", ".5 days [2]. Is", " it? Yes"]
    assert list(sentences(pieces)) == [
        "It landed. [1]",
        "It left in 3.5 days [2].",
        "Is it?",
        "Yes",
    ]


def test_several_markers_do_not_hide_the_end_of_a_sentence():
    text = "It landed [1][2]. It left [1] [3]. It stayed. [2][3] It went."
    assert list(sentences([text])) == [
        "It landed [1][2].",
        "It left [1] [3].",
        "It stayed. [2][3]",
        "It went.",
    ]


def test_stream_yields_a_sentence_before_the_end():
    def endless():
        yield "First one here. Second one here. Third one here. Fourth"
        raise AssertionError("asked for more than was needed")

    stream = sentences(endless())
    assert next(stream) == "First one here."


def test_pieces_do_not_matter():
    chosen = random.Random(5)
    for text in hostile_texts(60, seed=5):
        text = text[:600]
        cuts = sorted(chosen.choices(range(len(text) + 1), k=chosen.randint(0, 60)))
        bounds = [0, *cuts, len(text)]
        pieces = [text[a:b] for a, b in pairwise(bounds)]
        found = "".join(sentences(pieces))
        assert "".join(found.split()) == "".join(text.split())


def test_nothing_streamed():
    assert list(sentences([])) == list(sentences(["", " ", "\n"])) == []


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Chang'e 6 landed in June 2024 [1].", "Chang'e 6 landed in June 2024."),
        ("it landed in June 2024", "It landed in June 2024."),
        ("Answer: Chang'e 6 landed in June 2024.", "Chang'e 6 landed in June 2024."),
        ("The answer is: it landed in June 2024.", "It landed in June 2024."),
        ("It landed in June 2024 [9].", "It landed in June 2024."),
        ("It landed in June 2024 [99999999999999999999].", "It landed in June 2024."),
        ("It landed in June 2024 [2].", None),
        ("It landed in June 2025 [1].", None),
        ("Neil Armstrong landed in June 2024 [1].", None),
        (NOT_IN_ARTICLE, None),
        ("[1]", None),
        ("", None),
    ],
)
def test_supported(raw, plain):
    assert supported(raw, [[LANDED], [NAMED]], "When did it land?") == (
        None if plain is None else (plain, [LANDED])
    )


def test_sentence_on_two_quotes_cites_both():
    sentence = "Chang'e 6 landed in June 2024 and the law is named after Frank Wolf"
    evidence = [[LANDED], [NAMED]]
    for markers in (" [1][2]", " [1, 2]", " [2] [1]", ""):
        assert supported(f"{sentence}{markers}.", evidence, "") == (
            f"{sentence}.",
            [LANDED, NAMED],
        )
    assert supported(f"{sentence} [1].", evidence, "") is None
    assert supported(f"{sentence} [1].", [[LANDED, NAMED]], "")[1] == [LANDED, NAMED]


def test_small_model_has_to_keep_the_words_that_answer():
    assert supported("It landed in June 2024.", [[LANDED]], "", "June 2024")[1] == [LANDED]
    assert supported("It landed in 2024.", [[LANDED]], "", "June 2024") is None
    assert supported("June 2024 landed Chang'e 6 in.", [[LANDED]], "", "June 2024") is None


def test_cited_text_numbers_in_order_of_first_use():
    cited = CitedText()
    pieces = [
        cited.add("Named.", [NAMED]),
        cited.add("Both.", [LANDED, NAMED]),
        cited.add("Landed.", [LANDED]),
    ]
    assert cited.text == "Named. [1] Both. [2][1] Landed. [2]"
    assert "".join(pieces) == cited.text
    assert cited.citations == [NAMED, LANDED]


def test_marks_of_a_title_or_a_question_do_not_pass_for_citations():
    cited = CitedText()
    cited.note("“What is [3]?” The article does not say.")
    cited.quote(LANDED, "Alpha [2]", "\n- ")
    cited.quote(NAMED, "[1]", "\n- ")
    assert cited.text == (
        f"“What is?” The article does not say.\n- Alpha: {LANDED.quote} [1]\n- {NAMED.quote} [2]"
    )


def test_exact():
    article = Article("a", "😀 Chang'e 6 landed.")
    assert exact(Citation("a", 2, 19, "Chang'e 6 landed."), article)
    assert not exact(Citation("a", 3, 20, "Chang'e 6 landed."), article)
    assert not exact(Citation("a", 2, 19, "chang'e 6 landed."), article)
    assert not exact(Citation("b", 2, 19, "Chang'e 6 landed."), article)
