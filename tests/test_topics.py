"""bot.topics: what a question wants to be told about, and which sentences are about it."""

import time

import pytest
from conftest import hostile_texts, shared_rows

from bot.topics import asked_topics, sentences_about, shares_word
from index.sentences import split_sentences


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Is there anything about the harbour?", ("the harbour",)),
        ("Is there any mention of Ada Holm in the article?", ("Ada Holm",)),
        ("does it mention the ferry", ("the ferry",)),
        ("Is the ferry mentioned?", ("the ferry",)),
        ("What does the article say about the ferry?", ("the ferry",)),
        ("Tell me about Ada Holm", ("Ada Holm",)),
        ("What about the ferry?", ("the ferry",)),
        ("Holm Act", ("Holm Act",)),
        ("ferry?", ("ferry",)),
        ("Compare Selene 3 and 4", ("Selene 3", "Selene 4")),
        ("What is the difference between the ferry and the bridge?", ("the ferry", "the bridge")),
        ("How do ferries and bridges differ?", ("ferries", "bridges")),
        ("ferry vs. bridge", ("ferry", "bridge")),
    ],
)
def test_topics(question, names):
    found = asked_topics(question)
    assert (found.names, found.more) == (names, False)


def test_more_leaves_out_what_was_said():
    assert asked_topics("What else is said about Ada Holm?").more
    assert asked_topics("Tell me more about Ada Holm").more


@pytest.mark.parametrize(
    "question",
    ["Who is Ada Holm?", "Does it mention how much it cost?", "Tell me about it", "Why?", "the",
     "When did the ferry land?", "Is there a harbour?", "Name the ferry", "Explain tides", "?!",
     "How does the ferry compare with the bridge?", "a b c d e f g"],
)  # fmt: skip
def test_other_questions(question):
    assert asked_topics(question) is None


@pytest.mark.parametrize("name", ["squad2_dev_articles", "covidqa"])
def test_few_questions_of_an_evaluation_set_are_captured(name):
    rows = shared_rows(f"{name}.public.jsonl")
    questions = [row["question"] for article in rows for row in article["questions"]]
    assert len([q for q in questions if asked_topics(q)]) <= 2


def test_sentences_that_go_on_about_it_belong_to_it():
    text = "The ferry left. It sank. The mayor wept. A ferry's crew swam. They lived."
    spans = split_sentences(text)
    found = sentences_about("the ferry", text, spans)
    assert {text[a:b]: holds for (a, b), holds in found.items()} == {
        "The ferry left.": True,
        "It sank.": False,
        "A ferry's crew swam.": True,
        "They lived.": False,
    }


def test_letters_come_before_loose_words():
    text = "The Holm Act passed. An act of Holm pleased all. Acts passed."
    spans = split_sentences(text)
    assert [text[a:b] for a, b in sentences_about("Holm Act", text, spans)] == [
        "The Holm Act passed."
    ]
    loose = [text[a:b] for a, b in sentences_about("Holm's passing acts", text, spans)]
    assert loose == ["The Holm Act passed."]


def test_hostile_topics():
    start = time.perf_counter()
    for text in [*hostile_texts(60, seed=4), "compare " * 500, "what about " * 300, "vs " * 900]:
        asked_topics(text[:4000])
        sentences_about(text[:60], text, split_sentences(text))
    assert time.perf_counter() - start < 10


def test_a_few_words_are_a_topic_for_sure_unless_they_may_be_a_question():
    assert asked_topics("Eiffel tower").sure
    assert asked_topics("Is there anything about the Eiffel tower?").sure
    assert not asked_topics("¿Dónde aterrizó?").sure
    assert not asked_topics("月球样本").sure


def test_a_word_is_shared_in_any_form():
    assert shares_word("landing sites", "They landed there.")
    assert not shares_word("the Eiffel tower", "The talks are about the rocks.")
