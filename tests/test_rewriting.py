"""bot.followup, bot.rewriting: the rules that complete what leans on the conversation."""

import random
import time

import pytest
from talks import (
    BRIDGE,
    COUNCIL,
    EINSTEIN,
    LIGHTHOUSE,
    MATTER,
    PUFFINS,
    RACE,
    ROOMS,
    TOLL,
    alone,
    said,
)

from bot.followup import stand_alone, still_of_whole
from bot.listed import items
from bot.rewriting import changes_topic, leans, rewrite
from bot.types import Message


@pytest.mark.parametrize(
    ("before", "question", "wanted"),
    [
        # pronouns
        (BRIDGE, "How long is it?", "How long is the Halden Bridge?"),
        (BRIDGE, "How many people cross it every day?", "How many people cross the Halden Bridge "
         "every day?"),
        (BRIDGE, "Did the city like it?", "Did the city like the Halden Bridge?"),
        (BRIDGE, "When was she born?", "When was Marta Lindqvist born?"),
        (BRIDGE, "How did her career begin?", "How did Marta Lindqvist's career begin?"),
        (LIGHTHOUSE, "How tall is it?", "How tall is the lighthouse at Cape Orrin?"),
        (LIGHTHOUSE, "What is its color?", "What is the lighthouse at Cape Orrin's color?"),
        (PUFFINS, "Where do they nest?", "Where do puffins nest?"),
        (PUFFINS, "And how many of them are there?", "How many of puffins are there?"),
        (EINSTEIN, "Did he win the Nobel Prize?", "Did Einstein win the Nobel Prize?"),
        (["Who is Otto Brandt?", "A painter."], "And his wife?", "Who is Otto Brandt's wife?"),
        (["What is CERN?", "A laboratory."], "When was it founded?", "When was CERN founded?"),
        # that, this, there
        (MATTER, "Can you explain that?", "Can you explain dark matter?"),
        (["When was penicillin discovered?", "1928."], "Who discovered that?",
         "Who discovered penicillin?"),
        (["Where is the town of Bergen?", "In Norway."], "How many people live there?",
         "How many people live in the town of Bergen?"),
        (LIGHTHOUSE, "How do I get there?", "How do I get to Cape Orrin?"),
        # a question word alone
        (COUNCIL, "Why?", "Why did the council refuse the offer?"),
        (["How long is the main span?", "412 m."], "Is it the longest?",
         "Is the main span the longest?"),
        (["How long was the bridge closed?", "A day."], "Why was it closed?",
         "Why was the bridge closed?"),
        # what the question before leaves open as well
        (["When did it open?", "In May, said Ada Holm."], "Who built it?", "Who built it?"),
        (COUNCIL, "And when was that?", "When did the council refuse the offer?"),
        (LIGHTHOUSE, "why", "Why was the lighthouse at Cape Orrin built?"),
        (BRIDGE, "When?", "When was the Halden Bridge designed?"),
        (PUFFINS, "And why?", "What do puffins eat, and why?"),
        (["Who is the Orrin Law named after?", "It is named after Ida Moor, a judge."],
         "Is she still a judge?", "Is Ida Moor still a judge?"),
        (["Who is Bo, and why?", "A dog."], "What about Ada?", "Who is Ada?"),
        (["Where did the Normans come from?", "x"], "And the Danes?",
         "Where did the Danes come from?"),
        (COUNCIL, "Why not?", "Did the council refuse the offer, and why not?"),
        # another time, another place
        (["How many people voted in 2015?", "A million."], "And in 2019?",
         "How many people voted in 2019?"),
        (["How many people voted?", "All."], "and in 2019?", "How many people voted in 2019?"),
        (["What was the revenue in 2018?", "5 million."], "And 2019?",
         "What was the revenue in 2019?"),
        (["How many strikes were there in February?", "Two."], "and in March?",
         "How many strikes were there in March?"),
        # another thing
        (BRIDGE, "What about the Skara Bridge?", "Who designed the Skara Bridge?"),
        (LIGHTHOUSE, "How about Cape Lund?", "When was the lighthouse at Cape Lund built?"),
        (LIGHTHOUSE, "And the harbour?", "When was the harbour built?"),
        (["When did Orbiter 5 launch?", "In May."], "What about Orbiter 6?",
         "When did Orbiter 6 launch?"),
        (["What is the population of Paris in France?", "2 million."], "And Lyon?",
         "What is the population of Lyon in France?"),
        (["How long do men live?", "76 years."], "What about women?",
         "How long do women live?"),
        (TOLL, "What about trucks?", "How much is the toll for trucks?"),
        ([*TOLL, "What about buses?", "Nothing."], "What about trucks?",
         "How much is the toll for trucks?"),
        ([*TOLL, "And for buses?", "x", "And trucks?", "x"], "And for vans?",
         "How much is the toll for vans?"),
        (["Is the deck open to cyclists?", "x"], "And dogs?", "Is the deck open to dogs?"),
        ([*BRIDGE, "And railings?", "x"], "What about lamps?",
         "Who designed the Halden Bridge? What about lamps?"),
        # asked again
        (TOLL, "Are you sure?", TOLL[0]),
        ([*TOLL, "Are you sure?", "x"], "Really?", TOLL[0]),
        ([*TOLL, "And for trucks?", "$9."], "Is that true?", "How much is the toll for trucks?"),
        # an item of what the answer lists
        (ROOMS, "And the second one?", "What is said about marine charts?"),
        (ROOMS, "the first one", "What is said about tower clocks?"),
        (ROOMS, "Who leads the last one?", "Who leads pocket watches?"),
        (ROOMS, "What about the third?", "What is said about pocket watches?"),
        ([*ROOMS, "And the second one?", "x"], "Who leads it?", "Who leads marine charts?"),
        (["Who is mentioned?", "- Ada Holm: Ada Holm spoke. [1]\n- Bo Lind: Bo Lind left. [2]"],
         "Who is the second one?", "Who is Bo Lind?"),
        ([*ROOMS, "Who leads the second one?", "Bo. [1]"], "And the first one?",
         "Who leads tower clocks?"),
        (ROOMS, "Tell me more about the second one", "Tell me more about marine charts"),
        (ROOMS, "And the fourth one?", f"{ROOMS[0]} And the fourth one?"),
        # more
        (MATTER, "Tell me more", "What else is said about dark matter?"),
        (MATTER, "Can you tell me more about it?", "What else is said about dark matter?"),
        (LIGHTHOUSE, "Go on.", "What else is said about the lighthouse at Cape Orrin?"),
        (BRIDGE, "Anything else?", "What else is said about the Halden Bridge?"),
        # yes
        (LIGHTHOUSE, "Yes", "What else is said about the lighthouse at Cape Orrin?"),
        (["Who is Bo?", "A dog. Would you like to know how old Bo is?"], "yes please",
         "Would you like to know how old Bo is?"),
        # corrections
        (["When did the first mission launch?", "In May."], "No, I meant the second mission",
         "When did the second mission launch?"),
        (["When did the first mission launch?", "In May."], "Sorry, I mean the second mission.",
         "When did the second mission launch?"),
        (RACE, "No, the third one", "Who won the third race?"),
        (BRIDGE, "no, the Skara Bridge", "Who designed the Skara Bridge?"),
        (BRIDGE, "I meant the Skara Bridge, not the Halden Bridge", "Who designed the Skara "
         "Bridge?"),
        (["Who won the election in France?", "Nobody."], "In Germany, not France",
         "Who won the election in Germany?"),
        (RACE, "No, I meant who lost the second race?", "Who lost the second race?"),
        # opened by what is no part of the question
        (LIGHTHOUSE, "Ok, thanks. How high is it?", "How high is the lighthouse at Cape Orrin?"),
        (MATTER, "So what is dark energy?", "What is dark energy?"),
        # cut short
        (BRIDGE, "Named after?", "Who designed the Halden Bridge? Named after?"),
        (PUFFINS, "Which one is the largest?", "What do puffins eat? Which one is the largest?"),
    ],
)  # fmt: skip
def test_follow_up_is_completed(before, question, wanted):
    assert alone(question, *before) == wanted


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (LIGHTHOUSE, "How many ships were lost in the storm of 1880?"),
        (LIGHTHOUSE, "Is it possible to visit the tower?"),
        (LIGHTHOUSE, "Who wrote the song about Cape Orrin?"),
        (LIGHTHOUSE, "Are there any islands near the coast?"),
        (BRIDGE, "What did Nora Vance say about her talks?"),
        (BRIDGE, "Does the mayor of Halden pay for his own car?"),
        (BRIDGE, "When the river froze, did it damage the boats?"),
        (BRIDGE, "The engineer said that the bridge was safe. Was he right?"),
        (BRIDGE, "What does it mean that the river froze?"),
        (BRIDGE, "If the council agrees, will it pay?"),
        (BRIDGE, "Who is Lindqvist?"),
        (BRIDGE, "How long does it take to paint a bridge?"),
        (BRIDGE, "Which organisms are the ones that breathe oxygen?"),
        (MATTER, "What is dark energy?"),
        (MATTER, "What are tides?"),
        (MATTER, "What is a quasar?"),
        (MATTER, "Which company does Ada Moor run?"),
        (MATTER, "月球上有什么?"),
        (MATTER, "¿Quién diseñó el puente?"),
        (MATTER, "Thanks!"),
    ],
)
def test_full_question_is_left_alone(before, question):
    assert alone(question, *before) == question


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("By the way, who was the first keeper?", "Who was the first keeper?"),
        ("Another question: what do eels eat?", "What do eels eat?"),
        ("What do eels eat?", "What do eels eat?"),
        ("Who is Jonas Hale?", "Who is Jonas Hale?"),
    ],
)
def test_topic_change_brings_nothing_of_the_old_topic(question, wanted):
    found = stand_alone(question, said(*LIGHTHOUSE))
    assert (found.text, found.variants) == (wanted, ())
    assert changes_topic(question, " ".join(LIGHTHOUSE))


def test_antecedent_is_carried_through_several_turns():
    history = said("Who is Ada Moor?", "An author.", "Where did she live?", "In Oslo.")
    assert stand_alone("And what did she write?", history).text == "What did Ada Moor write?"
    history += said("What did she write?", "Three novels.", "Thank you!", "You are welcome.")
    assert stand_alone("When did she die?", history).text == "When did Ada Moor die?"


def test_small_talk_and_what_was_said_to_it_are_left_out():
    history = said("Who leads NASA?", "NASA's chief is Bill Nelson. [1]", "Thanks!")
    history += [Message("assistant", "You are welcome. Is there anything else to look up?")]
    assert stand_alone("How old is he?", history).text == "How old is Bill Nelson?"
    assert stand_alone("Yes", history).text == "What else is said about NASA?"


@pytest.mark.parametrize(
    ("turns", "only"),
    [((), True), (("Hello!", "Hello."), True), (("What is the title?", "x"), True),
     (("What is the title? Who wrote it?", "x", "Thanks", "x"), True),
     (("What is the title?", "x", "Who is Ada?", "x"), False), (("Who is Ada?", "x"), False),
     (("Who is Ada?", "x", "Who is mentioned?", "x", "Who wrote it?", "x"), True),
     (("What is the Marsh Act?", "x", "Who wrote it?", "x"), False)],
)  # fmt: skip
def test_whether_the_article_itself_was_asked_about_last(turns, only):
    assert still_of_whole(said(*turns)) is only


def test_he_and_she_are_persons():
    history = said("Who switched on the light?", "It was switched on in Kerrin Bay. [1]")
    asked = stand_alone("How old is he?", history).text
    assert asked == "Who switched on the light? How old is he?"
    history = said("When did it reopen?", "In November 2022, said Marta Oliveira. [1]")
    assert stand_alone("Who is she?", history).text == "Who is Marta Oliveira?"


def test_it_is_nobody():
    history = said("How did Tomas Ruel break his leg?", "On the stairs. [1]")
    asked = stand_alone("What caused it?", history).text
    assert asked == "How did Tomas Ruel break his leg? What caused it?"


def test_search_uses_the_latest_three_turns_less_and_less():
    history = said("Who is Ada?", "x", "Who is Bo?", "x", "Who is Cy?", "x", "Who is Di?", "x")
    found = stand_alone("Where did she live?", history)
    assert [text for text, _ in found.variants] == [
        f"Who is {name}? Where did she live?" for name in ("Di", "Cy", "Bo")
    ]
    weights = [weight for _, weight in found.variants]
    assert weights[0] == 2 * weights[1] == 4 * weights[2]
    full = stand_alone("Where did Bo live last?", history)
    assert 0 < full.variants[0][1] < weights[0]


@pytest.mark.parametrize("question", ["Why?", "And why is that?", "why not", "How come?"])
def test_bare_why_tells_what_it_was_asked_after(question):
    assert stand_alone(question, said(*COUNCIL)).after == COUNCIL[0]


@pytest.mark.parametrize("question", ["When?", "Why did it pay?", "Why the council?"])
def test_other_questions_were_asked_after_nothing(question):
    assert stand_alone(question, said(*COUNCIL)).after == ""


def test_without_history_nothing_is_added():
    for history in ([], said("Hello!"), [Message("assistant", "Hello, ask me.")]):
        found = stand_alone("Why?", history)
        assert (found.text, found.variants) == ("Why?", ())


def test_chain_of_fragments_does_not_grow():
    history = said("What is the difference between renting and buying?", "x")
    for fragment in ["Value", "Taxes", "Loans", "Age"] * 30:
        history += said(fragment, "x")
    assert len(stand_alone("Gifts", history).text.split()) < 40


@pytest.mark.parametrize(
    ("answer", "listed"),
    [
        ("It has three rooms: a hall, a shop and a bar. [1]", ["a hall", "a shop", "a bar"]),
        ("They met Ada Holm, Bo Lind, and Cy van Dyck in Oslo. [1][2]",
         ["Ada Holm", "Bo Lind", "Cy van Dyck"]),
        ("It sells red apples, green pears, or figs.", ["red apples", "green pears", "figs"]),
        ("- Norway: It left Norway. [1]\n- Oslo, Bergen: In Oslo and Bergen. [2]",
         ["Norway", "Oslo", "Bergen"]),
        ("The hall and the shop are closed. [1]", []),
        ("In 1931, when it opened, Ada and Bo came.", []),
        ("", []),
    ],
)  # fmt: skip
def test_items_of_an_answer(answer, listed):
    assert items(answer) == listed


def test_rules_alone():
    assert leans("Why?")
    assert leans("no, the other one")
    assert not leans("Who founded the city of Halden?")
    assert rewrite("Who founded Halden?", "Who is Ada?") == "Who founded Halden?"
    assert rewrite("When was he born?", "Who wrote it?", "It was written by Otto Brandt.") == (
        "When was Otto Brandt born?"
    )


@pytest.mark.parametrize(
    "text",
    ["it " * 700, "A " * 900, "Of of " * 300, "the " * 500, "no, " * 500, "thanks, " * 300,
     "'" * 2000, "and " * 500, "Of the de van " * 150, "what about " * 180, "a, " * 600,
     "the second one " * 130, "?" * 2000, "A-" * 900],
)  # fmt: skip
def test_hostile_turns_are_read_in_good_time(text):
    start = time.perf_counter()
    for question, history in ((text, LIGHTHOUSE), ("Who made it?", [text, text] * 10)):
        assert isinstance(stand_alone(question, said(*history)).text, str)
    assert time.perf_counter() - start < 5


def test_any_turn_is_read():
    """Salads of the words that the rules look at, signs and names; none may break a rule."""
    parts = (
        *("What about", "no,", "I meant", "not", "and", "in", "2019", "it", "her", "there", "that"),
        *("why", "the", "of", "Halden", "A", "'s", "?", "-", "…", "is", "did", "one", "«»", "漢"),
        *("me more", "yes", "by the way", "who", "“", "first", "\n", "\u00a0", "😀", "fish"),
    )  # fmt: skip
    chosen = random.Random(0)
    for _ in range(3000):
        turns = [" ".join(chosen.choices(parts, k=chosen.randint(0, 7))) for _ in range(4)]
        assert isinstance(alone(turns[0], *turns[1:]), str)
