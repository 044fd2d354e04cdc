"""What happens when a visitor asks; the states it yields are what the page shows."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from bot.page.payload import answer_payload
from bot.page.visit import Visit
from bot.types import Answer, Delta, Message
from index.errors import ArticleBotError

_log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong here. The details are in the terminal that runs the page."
"""The line a visitor sees for an error nobody foresaw."""

_TURNS_KEPT = 12
_CHARACTERS_KEPT = 4_000


def ask(visit: Visit, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Answer one question; each yielded state replaces the one before.

    ``request`` comes from the browser: ``turn`` (the browser's name for this question, given
    back in every state), ``question`` and ``history``. No error leaves: a state's ``error`` says
    it, so that one failed question does not end the conversation.
    """
    state = {"turn": request.get("turn"), "stage": "", "text": "", "answer": None, "error": ""}
    yield state
    try:
        events = visit.bot.stream(_text(request.get("question")), history(request.get("history")))
        for event in events:
            if isinstance(event, Answer):
                state = {**state, "text": event.text, "answer": answer_payload(event)}
            elif isinstance(event, Delta):
                state = {**state, "text": state["text"] + event.text}
            else:
                state = {**state, "stage": event.stage}
            yield state
    except ArticleBotError as error:
        yield {**state, "error": str(error)}
    except Exception:  # the page's outermost boundary: logged in full, told in one line
        _log.exception("A question could not be answered.")
        yield {**state, "error": UNEXPECTED}


def history(turns: Any) -> list[Message]:
    """The conversation as the browser remembers it, cut to a sensible length.

    Anything that does not look like a turn is left out: the browser is free to send nonsense,
    and it harms only its own conversation.
    """
    messages = []
    for turn in (turns if isinstance(turns, list) else [])[-_TURNS_KEPT:]:
        if isinstance(turn, Mapping) and turn.get("role") in ("user", "assistant"):
            messages.append(Message(turn["role"], _text(turn.get("text"))[:_CHARACTERS_KEPT]))
    return messages


def _text(value: Any) -> str:
    """A string without lone surrogates, which JSON can carry but UTF-8 cannot."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
