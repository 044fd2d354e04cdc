"""bot.premise: names that an article lacks are told, names it holds in some form are not."""

import pytest
from conftest import shared_rows

from bot.premise import is_chatter, missing_name
from index.lexical import looks_english

TEXT = """
Apollo 11, 12 and 14 landed; Apollos 15-17 carried a rover. Super Bowl XLIX was played in 2015 and
the war lasted from 1939 to 1945, after the dull 1920s. Mr. Nelson met Joe Biden at the South
Pole-Aitken Basin. The 20th season began. Chang'e 5 and Chang'e-6 returned from Mons Rümker.
"""


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("When did Chang'e 7 return?", "Chang'e 7"),
        ("When did Chang’e 7 return?", "Chang’e 7"),
        ("Who flew on Apollo 13?", "Apollo 13"),
        ("Who flew on Gemini 4?", "Gemini 4"),
        ("Who won Super Bowl 50?", "Bowl 50"),
        ("What did Neil Armstrong say?", "Neil Armstrong"),
        ("What did Joe Manchin say?", "Joe Manchin"),
        ("How many visitors did the Louvre have?", "Louvre"),
        ("When did Berlin open?", "Berlin"),
        ("What happened in 2019?", "2019"),
        ("What happened in 1938?", "1938"),
    ],
)
def test_missing(question, name):
    assert missing_name(question, TEXT) == name


@pytest.mark.parametrize(
    "question",
    [
        "When did Chang'e 5 return?",
        "When did Chang’e-6 return?",
        "Who flew on Apollo 12?",
        "Who flew on Apollo 16?",
        "Who won Super Bowl 49?",
        "What did Bill Nelson say?",
        "What did Joe Biden's dog do?",
        "What lies in the South Pole-Aitken basin?",
        "What came from Mons Rumker?",
        "What happened in 1942?",
        "What happened in 1925?",
        "What happened in June 7?",
        "What was season 20 about? And Season 20?",
        "Can I land?",
        "What did the British and the American crews say in July?",
        "Was Nelson there? Did Apollos fly?",
        "who was neil armstrong?",
        "Armstrong said what?",
    ],
)
def test_not_missing(question):
    assert missing_name(question, TEXT) is None


def test_hardly_an_answerable_question_is_refused():
    asked = refused = 0
    caught = 0
    for article in shared_rows("squad2_dev_articles.public.jsonl"):
        text = f"{article['title']}\n{article['text']}"
        for row in article["questions"]:
            missing = looks_english(row["question"]) and missing_name(row["question"], text)
            asked += not row["is_impossible"]
            refused += bool(missing) and not row["is_impossible"]
            caught += bool(missing) and row["is_impossible"]
    assert asked == 150
    assert refused <= 1
    assert caught >= 3


@pytest.mark.parametrize(
    ("turn", "chatter"),
    [("asdf ghjk", True), ("you are wrong", True), ("and?", True), ("who", True),
     ("the rovers", False), ("Apollo", False), ("Where does she reside?", False)],
)  # fmt: skip
def test_chatter_asks_nothing_with_any_word_of_the_text(turn, chatter):
    assert is_chatter(turn, [TEXT]) is chatter
