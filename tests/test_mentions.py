"""bot.mentions: people, dates, numbers and places, each with the sentence that names it first."""

import pytest

from bot.mentions import LISTS, mentions
from bot.people import same_person
from bot.places import towns
from index.sentences import split_sentences


def names(kind: str, text: str) -> list[str]:
    return [name for m in mentions(kind, text, split_sentences(text)) for name in m.names]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("NASA's chief, Bill Nelson, said he expects the talks to end.", ["Bill Nelson"]),
        ("Nelson said he thinks so.", ["Nelson"]),
        ("President Biden spoke.", ["Biden"]),
        ("It was founded by Maria von Trapp in 1950.", ["Maria von Trapp"]),
        ("The rise of SpaceX, the U.S. company of Elon Musk, goes on.", ["Elon Musk"]),
        ("John F. Kennedy (1917–1963) was a politician.", ["John F. Kennedy"]),
        ("It is named after Frank Wolf, a congressman.", ["Frank Wolf"]),
        ("The United Nations said it would help.", []),
        ("China said it would help.", []),
        ("The White House announced a plan.", []),
        ("The New York Times reported it.", []),
        ("The South Pole-Aitken Basin is deep.", []),
        ("Though Mary said so, she left.", []),
    ],
)
def test_people(sentence, found):
    assert names("people", sentence) == found


def test_a_person_is_listed_once_under_the_full_name():
    text = "Nelson said he agrees. Later the chief, Bill Nelson, told reporters more."
    assert names("people", text) == ["Bill Nelson"]
    (mention,) = mentions("people", text, split_sentences(text))
    assert text[mention.sentence.start : mention.sentence.end] == "Nelson said he agrees."


def test_same_person():
    assert same_person("Nelson", "Bill Nelson")
    assert not same_person("Bill", "Bill Nelson")


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It landed on 3 June 2024 and left on July 4, 2025.", ["3 June 2024", "July 4, 2025"]),
        ("date 2024-10-25 Nelson spoke", ["2024-10-25"]),
        ("In June it landed; a law of 2011, the first.", ["June", "2011"]),
        ("It grew in the 1990s and from 1939–1945.", ["1990s", "1939–1945"]),
        ("The 1,500 metre race had 2000 runners and 1800 people.", []),
        ("It may rain.", []),
    ],
)
def test_dates(sentence, found):
    assert names("dates", sentence) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It cost $3.5 million and weighs 1,200 kg.", ["$3.5 million", "1,200 kg"]),
        ("About 85% of twelve houses fell.", ["85%", "twelve houses"]),
        ("Chang'e 5 came back in 2020.", []),
    ],
)
def test_numbers(sentence, found):
    assert names("numbers", sentence) == found


def test_places_and_countries():
    text = "China and the U.S. talk. Samples came from Mons Rümker near the Black Sea in Europe."
    assert names("countries", text) == ["China", "United States"]
    assert names("places", text) == [
        "China", "United States", "Mons Rümker", "Black Sea", "Europe"
    ]  # fmt: skip
    assert names("countries", "Chinatown, New Mexico and U.S.-based firms") == []


def test_towns_are_told_by_where_they_stand():
    text = "He was born in Graz. He came back to Graz. In Parliament they say that Parliament sits."
    assert towns(text) == {"Graz"}
    assert names("places", text) == ["Graz"]


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_nothing_in_nothing(kind):
    assert mentions(kind, "", []) == []
