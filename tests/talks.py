"""Conversations, and what is made of a question after them."""

from bot.followup import stand_alone
from bot.types import Message

LIGHTHOUSE = ["When was the lighthouse at Cape Orrin built?", "It was built in 1871."]
BRIDGE = ["Who designed the Halden Bridge?", "Marta Lindqvist designed it in 1902."]
MATTER = ["What is dark matter?", "Mass that nobody sees."]
PUFFINS = ["What do puffins eat?", "Small fish."]
COUNCIL = ["Did the council refuse the offer?", "Yes, twice."]
EINSTEIN = ["When did Einstein publish relativity?", "In 1905."]
TOLL = ["How much is the toll?", "The toll is $2. [1]"]
ROOMS = ["Which rooms are there?", "There are three rooms: tower clocks, marine charts and pocket "
         "watches. [1]"]  # fmt: skip
RACE = ["Who won the second race?", "Kim won it."]


def said(*texts: str) -> list[Message]:
    """User and assistant in turn."""
    return [
        Message("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)
    ]


def alone(question: str, *texts: str) -> str:
    return stand_alone(question, said(*texts)).text
