"""bot.parts and bot.smalltalk: several questions in one message, and turns that ask nothing."""

import pytest
from conftest import hostile_texts, shared_rows

from bot.parts import parts_of
from bot.smalltalk import small_talk


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("When did it land and who paid?", ["When did it land?", "Who paid?"]),
        ("When did it land, and where?", ["When did it land?", "Where?"]),
        ("Who is Ada? And what did she do?", ["Who is Ada?", "What did she do?"]),
        ("what is a lock; what is a weir", ["What is a lock?", "What is a weir?"]),
        ("What is the title? Summarise the text.", ["What is the title?", "Summarise the text?"]),
        (
            "When did it open, who built it, and how much did it cost?",
            ["When did it open?", "Who built it?", "How much did it cost?"],
        ),
        (
            "Who built it, when was it opened, what does it carry?",
            ["Who built it?", "When was it opened?", "What does it carry?"],
        ),
        ("When did it close, where, and why?", ["When did it close?", "Where?", "Why?"]),
        (
            "What is the ship that sank called, and where did it sink?",
            ["What is the ship that sank called?", "Where did it sink?"],
        ),
        ("How tall is it and is it open?", ["How tall is it?", "Is it open?"]),
        (
            "How much did it cost, which company built it and how many people worked on it?",
            ["How much did it cost?", "Which company built it?", "How many people worked on it?"],
        ),
        (
            "How much is the toll? What about buses? And trucks? Are you sure?",
            ["How much is the toll?", "What about buses?", "And trucks?", "Are you sure?"],
        ),
        ("Who won? Really?", ["Who won?", "Really?"]),
        ("¿De qué trata? ¿Quién es el autor?", ["¿De qué trata?", "¿Quién es el autor?"]),
    ],
)
def test_parted(message, parts):
    assert parts_of(message) == parts


@pytest.mark.parametrize(
    "message",
    ["When, if ever, did the barge strike the pier?", "When, in the end, and where did it sink?",
     "Where is the bridge, which was built in 1931, and the tower?",
     "Who is the engineer, who also built the tower?", "What is the city, where the ship sank?",
     "Where is the bridge, which was built in 1931?", "How, when and where did it land?",
     "In which year, according to Timm, was it closed?", "Which ships, boats and ferries sank?",
     "Was it the council, when it met in May, that paid?", "When and where did it land?",
     "Who won?", "The ferry sank. When?", "And trucks? Who won?", "", "Why? " * 9,
     "Who knows how it works and why it broke?", "Name the ships and who built them",
     "Who wrote War and Peace?", "What do the lock and the weir do?"],
)  # fmt: skip
def test_left_whole(message):
    assert parts_of(message) == [message]


def test_hardly_any_question_of_an_evaluation_set_is_parted():
    for name in ("squad2_dev_articles", "covidqa"):
        rows = shared_rows(f"{name}.public.jsonl")
        questions = [row["question"] for article in rows for row in article["questions"]]
        assert len([q for q in questions if len(parts_of(q)) > 1]) <= 1


@pytest.mark.parametrize(
    ("turn", "kind", "language"),
    [
        ("hi", "greeting", "en"),
        ("Hello there!", "greeting", "en"),
        ("thanks, bye", "thanks", "en"),
        ("ok cool", "noted", "en"),
        ("¡Hola!", "greeting", "es"),
        ("Merci beaucoup !", "thanks", "fr"),
        ("Спасибо!", "thanks", "ru"),
        ("شكرا", "thanks", "ar"),
        ("谢谢！", "thanks", "zh"),
        ("How are you?", "greeting", "en"),
        ("Who are you?", "help", "en"),
        ("Hi! What can you do?", "help", "en"),
        ("who are you? what’s your name?", "help", "en"),
        ("help", "help", "en"),
        ("Tell me a joke, please help", "help", "en"),
        ("¿Quién eres?", "help", "es"),
        ("Wer bist du?", "help", "de"),
        ("Hallo, was kannst du?", "help", "de"),
        ("Qui êtes-vous ?", "help", "fr"),
        ("Что ты умеешь?", "help", "ru"),
        ("من أنت؟", "help", "ar"),
        ("你是谁？", "help", "zh"),
    ],
)
def test_small_talk(turn, kind, language):
    assert small_talk(turn) == (kind, language)


@pytest.mark.parametrize(
    "turn",
    ["Hi, who is Ada?", "thanks to whom?", "really?", "yes", "no 5", "Who are you, Ada?",
     "What can you do that others cannot?", "Who helped?", "Tell me the joke", "How are you paid?",
     "Wer bist du, Ada?", "你是谁的朋友？"],
)  # fmt: skip
def test_questions_are_no_small_talk(turn):
    assert small_talk(turn) is None


def test_hostile_messages():
    for text in [
        *hostile_texts(60, seed=6),
        "thanks, " * 400,
        "and who " * 400,
        "ok ok " * 500,
        "help me " * 400 + "x",
        "hi who are you " * 200 + "x",
    ]:
        assert parts_of(text)
        small_talk(text)
