"""What happens when a visitor asks; the states it yields are what the page shows."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.errors import BusyError
from bot.page.gate import Gate
from bot.page.payload import answer_payload, sentence
from bot.page.visit import Visit
from bot.types import Answer, Delta, Message
from index.errors import ArticleBotError, LibraryError

_log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong here. The details are in the terminal that runs the page."
"""The line a visitor sees for an error nobody foresaw."""

_MESSAGES_KEPT = 12
_CHARACTERS_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class TurnState:
    """How far the answer to a question is.

    Attributes:
        turn: The browser's name for the question.
        stage: The step of answering that runs: "waiting" (in line), "retrieving", "reading" or
            "composing".
        ahead: How many others are ahead in the line, while waiting.
        text: What the answer says so far.
        answer: The finished answer (``answer_payload``); None until then.
        error: Why there is none, in one line.
        busy: Whether that is only because too many others ask.
    """

    turn: str
    stage: str = ""
    ahead: int = 0
    text: str = ""
    answer: dict[str, Any] | None = None
    error: str = ""
    busy: bool = False


def ask(visit: Visit, request: Mapping[str, Any]) -> Generator[TurnState, None, None]:
    """Answer one question; each yielded state replaces the one before.

    ``request`` comes from the browser: ``turn`` (the browser's name for this question, given
    back in every state), ``question``, ``history``, ``articles`` (ids of those to ask; without it
    the served ones), ``article`` (id and key of the one that is shown, when it is among them) and
    ``settings`` (see ``Choices.apply``). No error leaves: a state's
    ``error`` says it, so that one failed question does not end the conversation.
    """
    state = TurnState(_text(request.get("turn")))
    yield state
    try:
        _check_article(visit, request.get("article"))
        asked = _names(request.get("articles"))
        bot = visit.served if asked is None else visit.asked(asked)
        bot = visit.choices.apply(bot, request.get("settings"))
        question = _text(request.get("question"))
        for event in bot.stream(question, history(request.get("history")), asked):
            if isinstance(event, Answer):
                state = replace(state, text=event.text, answer=answer_payload(event, visit.known))
            elif isinstance(event, Delta):
                state = replace(state, text=state.text + event.text)
            else:
                state = replace(state, stage=event.stage)
            yield state
    except ArticleBotError as error:
        yield replace(state, error=sentence(str(error)))
    except Exception:  # the page's outermost boundary: logged in full, told in one line
        _log.exception("A question could not be answered.")
        yield replace(state, error=UNEXPECTED)


async def ask_in_turn(
    gate: Gate, visit: Visit, request: Mapping[str, Any]
) -> AsyncIterator[TurnState]:
    """``ask`` when the gate lets this visitor in; until then, how long the line is."""
    state = TurnState(_text(request.get("turn")))

    def waiting(ahead: int) -> TurnState:
        return replace(state, stage="waiting", ahead=ahead)

    try:
        async for step in gate.in_turn(ask(visit, request), waiting):
            yield step
    except BusyError as error:
        yield replace(state, error=sentence(str(error)), busy=True)


def history(turns: Any) -> list[Message]:
    """The conversation as the browser remembers it, cut to a sensible length.

    Anything that does not look like a turn is left out: the browser is free to send nonsense,
    and it harms only its own conversation.
    """
    messages = []
    for turn in (turns if isinstance(turns, list) else [])[-_MESSAGES_KEPT:]:
        if isinstance(turn, Mapping) and turn.get("role") in ("user", "assistant"):
            messages.append(Message(turn["role"], _text(turn.get("text"))[:_CHARACTERS_KEPT]))
    return messages


def _check_article(visit: Visit, shown: Any) -> None:
    """Make sure that the answer comes from the article the visitor has before their eyes.

    Raises:
        LibraryError: It does not: the server was started anew, or forgot a visitor long gone.
    """
    if isinstance(shown, Mapping) and not visit.holds(str(shown.get("id")), str(shown.get("key"))):
        raise LibraryError("the server has lost this article: reload the page or open it again")


def _names(value: Any) -> list[str] | None:
    """Ids of articles, each once; None when none were sent."""
    return list(dict.fromkeys(map(_text, value))) if isinstance(value, list) else None


def _text(value: Any) -> str:
    """A string without lone surrogates, which JSON can carry but UTF-8 cannot."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
