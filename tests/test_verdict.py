"""bot.verdict: yes and no only where the words of the sentence settle it."""

import pytest

from bot.verdict import verdict

YES = [
    (
        "Did Chang'e 5 come back to Earth in 2020?",
        "The craft Chang'e 5 came back to Earth in 2020.",
    ),
    ("Did Apple buy Beats?", "Apple bought Beats in 2014."),
    ("Did the probe bring samples from the moon?", "The probe brought samples from the moon."),
    ("Was Frank Wolf a congressman?", "Frank Wolf was a congressman."),
    ("Has the ferry left?", "The ferry has left."),
    ("Can the ferry carry cars?", "The ferry can carry cars."),
    ("Was the library opened by the mayor?", "The library was opened by the mayor."),
    ("Did the bank fail?", "The bank failed in 1931."),
    ("Is John taller than Mary?", "John is taller than Mary."),
]
NO = [
    ("Is the moon a planet?", "The moon is not a planet."),
    ("Did the probe land?", "The probe didn't land."),
    ("Can the ferry carry cars?", "The ferry cannot carry cars."),
    ("Did the plan work?", "The plan never worked."),
    ("Does Mary love John?", "Mary does not love John."),
]
OPEN = [
    ("Did Chang'e 5 come back to Earth in 2021?", "Chang'e 5 came back to Earth in 2020."),
    ("Did NASA land?", "The rival of NASA landed in Beijing."),
    ("Did China criticise SpaceX?", "China praised NASA and Congress criticised SpaceX."),
    ("Did Beats buy Apple?", "Apple bought Beats in 2014."),
    ("Was Apple bought by Beats?", "Apple bought Beats in 2014."),
    ("Did the probe land on the moon?", "The probe did not land on the moon until 2020."),
    ("Did the probe land?", "The probe failed to land."),
    ("Will the talks end positively?", "Nelson said he expects the talks to end positively."),
    ("Did the probe bring samples to the moon?", "The probe brought samples from the moon."),
    ("Is Frank Wolf a congressman?", "Frank Wolf is a former congressman."),
    ("Is Frank Wolf a congressman?", "Frank Wolf was a congressman."),
    ("Did the minister resign?", "If the vote fails, the minister resigned."),
    ("Does the ferry carry cars?", "The ferry could carry cars."),
    ("Does the ferry carry all cars?", "The ferry carries cars."),
    ("Did officials resign?", "Some officials resigned."),
    ("Did officials not resign?", "Officials resigned."),
    ("Did the mayor or the sheriff resign?", "The mayor resigned."),
    ("Did the mayor open the library?", "The sister of the mayor opened the library."),
    ("Did the mayor open the library?", "The mayor opened the library door."),
    ("Was the library opened by the mayor?", "The library was opened by the mayor's wife."),
    ("Does Mary love John?", "Mary does not love John any more."),
    ("Did he resign?", "He did not resign because of the scandal."),
    ("Did the king die?", "The king almost died."),
    ("Did the king die?", "The king saw his brother die."),
    ("Did Germany invade Poland?", "Germany helped others invade Poland."),
    ("Did Germany invade Poland?", "Germany decided to invade Poland."),
    ("Who bought Beats?", "Apple bought Beats."),
    ("Do you know who bought Beats?", "Apple bought Beats."),
    ("Did it?", "It did."),
]


@pytest.mark.parametrize(("question", "sentence"), YES)
def test_yes(question, sentence):
    assert verdict(question, sentence) == "Yes"


@pytest.mark.parametrize(("question", "sentence"), NO)
def test_no(question, sentence):
    assert verdict(question, sentence) == "No"


@pytest.mark.parametrize(("question", "sentence"), OPEN)
def test_left_to_the_reader(question, sentence):
    assert verdict(question, sentence) is None
