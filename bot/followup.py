"""A question that leans on the conversation -> one that stands alone."""

import re
from collections.abc import Mapping
from typing import Any

from bot.errors import QuestionError
from bot.types import History, Message
from index.lexical import STOP_WORDS, words

_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|her)\b", re.IGNORECASE)
# "that" and its like point back after these words, and begin a clause elsewhere.
_POINTER = re.compile(
    r"\b(?:is|are|was|were|do|does|did|about|of|for|from|after|before|to|in|on|with|by)"
    r" (?:that|this|these|those|one|there|then)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"\s*(?:and|but|so|or|what about|how about)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=\w )[A-Z]|\d")


def as_messages(history: History) -> list[Message]:
    """Earlier turns in one form.

    Raises:
        QuestionError: A turn is no Message and no mapping with "role" and "text" or "content".
    """
    return [turn if isinstance(turn, Message) else _message(turn) for turn in history]


def _message(turn: Mapping[str, Any]) -> Message:
    try:
        role, text = turn["role"], turn["text"] if "text" in turn else turn["content"]
    except (KeyError, TypeError):
        raise QuestionError(
            f"a turn of the history needs 'role' and 'text', got {turn!r:.80}"
        ) from None
    if role not in ("user", "assistant") or not isinstance(text, str):
        raise QuestionError(
            f"a turn of the history needs role 'user' or 'assistant' and a text, got {turn!r:.80}"
        )
    return Message(role, text)


def standalone(question: str, history: History) -> str:
    """The question with what it leans on.

    A question with a connective at its start is read together with the user's question before it,
    and so is one that names nothing itself and has a pronoun or at most one content word.
    """
    earlier = [message.text for message in as_messages(history) if message.role == "user"]
    if not earlier or not _leans(question):
        return question
    return f"{earlier[-1].strip()} {question.strip()}"


def _leans(question: str) -> bool:
    if _CONTINUES.match(question):
        return True
    if _NAME.search(question):
        return False
    points_back = _PRONOUN.search(question) or _POINTER.search(question)
    return bool(points_back) or sum(word not in STOP_WORDS for word in words(question)) < 2
