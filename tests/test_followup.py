"""bot.followup: what leans on the conversation is read with it, everything else stands alone."""

import pytest

from bot.errors import QuestionError
from bot.followup import as_messages, standalone
from bot.types import Message

ASKED = [Message("user", "What is the Wolf Amendment?"), Message("assistant", "A law.")]


@pytest.mark.parametrize(
    "question",
    [
        "Who passed it?",
        "And the reason?",
        "Why?",
        "What about NASA?",
        "When was that?",
        "Named after?",
    ],
)
def test_leaning_question_is_read_with_the_one_before(question):
    assert standalone(question, ASKED) == f"What is the Wolf Amendment? {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Where did Chang'e 6 land in June 2024?",
        "When did Chang'e 5 come back to Earth?",
        "What did Bill Nelson say about his talks?",
        "Which organisms are the ones that breathe oxygen?",
        "Which company does Elon Musk run?",
        "月球上有什么?",
    ],
)
def test_full_question_stays(question):
    assert standalone(question, ASKED) == question


def test_without_history_nothing_is_added():
    assert standalone("Why?", []) == "Why?"
    assert standalone("Why?", [Message("assistant", "Hello, ask me.")]) == "Why?"


def test_last_user_turn_counts_not_the_answer():
    history = [*ASKED, Message("user", " Who is Frank Wolf? "), Message("assistant", "A man.")]
    assert standalone("Why?", history) == "Who is Frank Wolf? Why?"


def test_both_forms_of_a_turn():
    turns = [
        {"role": "user", "text": "a"},
        {"role": "assistant", "content": "b", "metadata": None},
        Message("user", "c"),
    ]
    assert as_messages(turns) == [Message("user", "a"), Message("assistant", "b"), turns[2]]
    assert as_messages(iter(turns))[2] is turns[2]


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        ({"role": "user"}, "needs 'role' and 'text'"),
        ({"text": "x"}, "needs 'role' and 'text'"),
        ("Who?", "needs 'role' and 'text', got 'Who"),
        (None, "needs 'role' and 'text', got None"),
        (("user", "x"), "needs 'role' and 'text'"),
        ({"role": "system", "text": "x"}, "role 'user' or 'assistant'"),
        ({"role": "user", "text": 3}, "role 'user' or 'assistant' and a text"),
        ({"role": "user", "content": ["x"]}, "role 'user' or 'assistant' and a text"),
        ({"role": "user", "text": ["x" * 9999]}, "role 'user' or 'assistant' and a text"),
    ],
)
def test_turn_of_another_form(turn, message):
    with pytest.raises(QuestionError, match=message) as caught:
        as_messages([turn])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("question", ["Who is Bolden?", "What is Artemis?", "Where is NASA?"])
def test_question_that_names_its_subject_stays(question):
    assert standalone(question, ASKED) == question
