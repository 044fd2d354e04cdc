"""bot.measures: measures of another kind than the one asked for are told, all else fits."""

import pytest
from conftest import hostile_texts, shared_rows

from bot.measures import kinds_asked, misfits
from index.types import Article

BRIDGE = """
The Ferrow Bridge was opened on 12 June 1931 after four years of work. The main span is 412 metres
long and hangs 38 metres above the water. In 2018 a barge struck the northern pier, and the bridge
was closed for eleven weeks while divers examined the damage. The repair cost 7 million dollars.

The bridge weighs 9,000 tonnes. About 18,000 vehicles cross it every day, and a guided walk over the
deck lasts 90 minutes and costs 5 pounds. The voyage of the barge had lasted nine days. It had
covered 640 miles.
""".replace("\n", " ").replace("  ", "\n\n")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How long was the bridge closed?", "412 metres long"),
        ("How long did the voyage last?", "640 miles"),
        ("How long is the bridge?", "$7 million"),
        ("How long is the bridge?", "38 metres high"),
        ("How far did it sail?", "nine days"),
        ("How wide is the bridge?", "412 m long"),
        ("How high is the bridge?", "412 metres long"),
        ("How tall is the pier?", "9,000 tonnes"),
        ("How much did the repair cost?", "two miles"),
        ("How much is the toll?", "90 minutes"),
        ("How heavy is it?", "in June 1931"),
        ("How many people came?", "eleven weeks"),
        ("How many years did it take?", "3 km"),
    ],
)
def test_another_measure_than_the_one_asked_for(question, words):
    asked = kinds_asked(question)
    assert asked is not None
    assert misfits(asked, words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How long was the bridge closed?", "for eleven weeks"),
        ("How long was the bridge closed?", "until the thaw"),
        ("How long was the bridge closed?", "from 2018"),
        ("How long is the bridge?", "412 metres"),
        ("How long is the film?", "two hours"),
        ("How long can a snake grow?", "6 metres"),
        ("How far did it sail?", "5,200 nautical miles in 73 days"),
        ("How far away is the town?", "two hours"),
        ("How high is the fine?", "$200"),
        ("How much did it cost?", "nothing"),
        ("How much does the stone weigh?", "eight pounds"),
        ("How much is the ticket?", "8 pounds"),
        ("How many people came?", "300 people in two days"),
        ("How many times a week is it held?", "twice a week"),
        ("How old is she?", "41"),
    ],
)
def test_what_may_answer_fits(question, words):
    asked = kinds_asked(question)
    assert asked is None or not misfits(asked, words)


@pytest.mark.parametrize(
    "question", ["Who built it?", "Wie lange dauerte es?", "", "How?", "How far along is it?"]
)
def test_questions_that_ask_for_no_measure(question):
    assert kinds_asked(question) is None


def test_hardly_any_true_answer_misfits():
    rows = shared_rows("squad11_extra_articles.jsonl")
    asked = [q for article in rows for q in article["questions"]]
    asked = [q for q in asked if kinds_asked(q["question"]) is not None]
    wrong = [
        q["question"]
        for q in asked
        if all(misfits(kinds_asked(q["question"]), answer["text"]) for answer in q["answers"])
    ]
    assert len(asked) > 150
    assert len(wrong) <= 1


def test_hostile_texts_are_read():
    for text in [*hostile_texts(60, seed=9), "1 " * 3000, "1,1" * 3000, "how long is " * 300]:
        misfits(kinds_asked(f"How long {text}") or frozenset(), text)


# ------------------------------------------------------------------------ in the bot
@pytest.fixture(scope="module")
def bridge(bot):
    with_bridge = bot.with_articles([Article("bridge", BRIDGE.strip())])
    yield with_bridge
    with_bridge.close()


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How long was the bridge closed?", "eleven weeks"),
        ("How long is the main span?", "412 metres"),
        ("How long did the work take?", "four years"),
        ("How high does the span hang above the water?", "38 metres"),
        ("How much did the repair cost?", "7 million dollars"),
        ("How much does the bridge weigh?", "9,000 tonnes"),
        ("How many vehicles cross the bridge?", "18,000"),
        ("How long does the guided walk last?", "90 minutes"),
        ("How much does the guided walk cost?", "5 pounds"),
        ("How long did the voyage last?", "nine days"),
        ("How far did the voyage of the barge go?", "640 miles"),
    ],
)
def test_measure_asked_for_is_found(bridge, question, short):
    answer = bridge.ask(question)
    assert answer.status == "answered"
    assert short in answer.short


@pytest.mark.parametrize("question", ["How wide is the bridge?", "How deep is the water?"])
def test_measure_of_another_kind_is_refused(bridge, question):
    answer = bridge.ask(question)
    assert "412" not in answer.text
    assert answer.status == "not_in_article"
