"""Lists: every item is a sentence, and is quoted with what it needs to be understood."""

import pytest

from bot.citations import CitedText
from bot.types import Citation
from index.lists import bullet_length, is_item
from index.reading import read_text
from index.sentences import split_sentences
from index.types import Article

FAIR = (
    "The fair lasts for two days in the village of Brell.\n\nThe stalls sell many goods:\n"
    "• honey from the hills\n• baskets made of reed\n• wooden spoons\n\n"
    "Some rules hold at the fair:\n1. Dogs have to stay at home.\n2. The gate closes at nine.\n\n"
    "The last bus leaves at ten."
)


def of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Bring these: • a coat • two maps. Then go.",
            ["Bring these:", "• a coat", "• two maps.", "Then go."],
        ),
        ("● one ● two", ["● one", "● two"]),
        ("It is late. ▪ Go. ▪ Stay.", ["It is late.", "▪ Go.", "▪ Stay."]),
        ("By Ada Holm • May 3 • 5 min", ["By Ada Holm • May 3 • 5 min"]),
        ("It was 5 • 6 there.", ["It was 5 • 6 there."]),
    ],
)
def test_items_on_one_line(text, expected):
    assert of(text) == expected


def test_items_of_a_wrapped_text_stay_on_their_lines():
    wrapped = (
        "The harbour of Brell was built by hand when the town was small and the\n"
        "river was still wide, and whoever comes to see it today should not fail\n"
        "to look at some of what the builders have left behind there:\n"
        "● the wall of grey stones that runs along the whole of the northern side\n"
        "and keeps the water out\n● the lamp\n"
    )
    assert of(read_text(wrapped).text)[1:] == [
        "● the wall of grey stones that runs along the whole of the northern side and keeps the"
        " water out",
        "● the lamp",
    ]


@pytest.mark.parametrize(
    ("line", "item", "bullet"),
    [("- a", True, 2), ("•  a", True, 3), ("2. a", True, 0), ("(b) a", True, 0),
     ("-5 degrees", False, 0), ("A. Smith left.", False, 0), ("•", False, 0)],
)  # fmt: skip
def test_marks(line, item, bullet):
    assert (is_item(line), bullet_length(line)) == (item, bullet)


def test_a_quoted_item_has_one_bullet():
    cited = CitedText()
    cited.quote(Citation("a", 0, 6, "• a map"), lead="\n- ")
    cited.quote(Citation("a", 7, 14, "- a coat"), "Fair", "\n- ")
    assert cited.text == "- a map [1]\n- Fair: a coat [2]"
    assert cited.citations[0].quote == "• a map"


def test_a_list_that_answers_is_quoted_whole_with_the_line_before_it(bot):
    fair = bot.with_articles([Article("fair", FAIR)])
    answer = fair.ask("What do the stalls sell?")
    assert answer.text == (
        "The stalls sell many goods: [1]\n- honey from the hills [2]\n- baskets made of reed [3]"
        "\n- wooden spoons [4]"
    )
    assert fair.ask("When does the last bus leave?").text == "The last bus leaves at ten. [1]"
    fair.close()


def test_an_item_that_is_a_sentence_stands_alone(bot):
    fair = bot.with_articles([Article("fair", FAIR)])
    answer = fair.ask("When does the gate close?")
    assert answer.text == "2. The gate closes at nine. [1]"
    fair.close()
