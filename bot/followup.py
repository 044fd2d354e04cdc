"""A question in a conversation -> one that stands alone, and what to search for besides.

Nothing is kept between calls: what a question leans on comes from the history it was given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import LLMError, QuestionError
from bot.listed import items
from bot.llm import llm_errors
from bot.parts import parts_of
from bot.rewriting import asks_again, asks_why, changes_topic, leans, rewrite
from bot.routing import asked_of_whole
from bot.smalltalk import small_talk
from bot.types import History, Message
from index.language import question_language
from index.lexical import words
from prompts import fenced, render

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# How much the question together with an earlier one counts in the search, beside the question
# alone (``benchmarks/conversation.py``); each turn further back counts half.
_WEIGHT_EARLIER_LEANING = 1.5
_WEIGHT_EARLIER = 0.7
_DECAY = 0.5
_EARLIER_TURNS = 3
# Characters of each that are searched with: the encoder reads no more than a paragraph.
_EARLIER_LENGTH = 400
# Turns that are looked at, and characters of each.
_TURNS = 20
_TURN_LENGTH = 2_000
_LONGEST_REWRITE = 500


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be read without its conversation.

    Attributes:
        text: The question to read and answer.
        variants: Other wordings to search with, each with its weight; the text has weight 1.
        after: Of a bare "Why?" the question before it, standing alone; "" of any other question.
    """

    text: str
    variants: tuple[tuple[str, float], ...] = ()
    after: str = ""


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


def stand_alone(question: str, history: History, llm: "BaseChatModel | None" = None) -> Standalone:
    """The question with what it leans on put in.

    Args:
        question: What the user asks now.
        history: Earlier turns of the same conversation.
        llm: A capable model, asked when the question leans; None applies the rules alone.

    Raises:
        QuestionError: The history has another form.
        LLMError: The model failed.
    """
    turns = _spoken(history)
    asked = [turn.text for turn in turns if turn.role == "user" and turn.text]
    if not asked or small_talk(question):
        return Standalone(question)
    leaning = leans(question)
    previous, answer, listed = _latest(turns)
    if llm is not None and leaning and not asks_again(question):
        text = _by_model(question, turns, llm)
    else:
        text = rewrite(question, previous, answer, listed)
    english = question_language(question) == "en"
    if english and changes_topic(question, " ".join(turn.text for turn in turns)):
        return Standalone(text)
    weight = _WEIGHT_EARLIER_LEANING if leaning else _WEIGHT_EARLIER
    latest = [turn[:_EARLIER_LENGTH] for turn in asked[: -_EARLIER_TURNS - 1 : -1]]
    return Standalone(
        text,
        tuple((f"{turn} {question}", weight * _DECAY**back) for back, turn in enumerate(latest)),
        after=previous if asks_why(question) else "",
    )


def still_of_whole(history: History) -> bool:
    """Whether the last question was about the articles as a whole, so that "it" means them.

    True, too, where nothing was asked yet.
    """
    of_whole = True
    for turn in _spoken(history):
        if turn.role == "user" and turn.text:
            asked = parts_of(turn.text)
            of_whole = all(asked_of_whole(part, first=of_whole) is not None for part in asked)
    return of_whole


def _spoken(history: History) -> list[Message]:
    """The latest turns, cut to length, without small talk and what was said to it."""
    turns: list[Message] = []
    chatting = False
    for turn in as_messages(history)[-_TURNS:]:
        # Lone surrogates are replaced, as in a question: no encoder takes them.
        text = turn.text[:_TURN_LENGTH].encode("utf-8", "replace").decode().strip()
        if turn.role == "user":
            chatting = small_talk(text) is not None
        if not chatting:
            turns.append(Message(turn.role, text))
    return turns


def _latest(turns: Sequence[Message]) -> tuple[str, str, list[str]]:
    """The last question, standing alone by rules, what was answered to it, what was listed last."""
    previous = answer = ""
    listed: list[str] = []
    for turn in turns:
        if turn.role == "assistant":
            answer = turn.text
            listed = items(answer) or listed
        elif turn.text:
            previous = rewrite(turn.text, previous, answer, listed) if previous else turn.text
    return previous, answer, listed


def _by_model(question: str, turns: Sequence[Message], llm: "BaseChatModel") -> str:
    from langchain_core.messages import HumanMessage, SystemMessage

    said = "\n".join(f"{turn.role}: {fenced(turn.text)}" for turn in turns)
    prompt = render("rewrite_user", conversation=said, question=fenced(question))
    try:
        with llm_errors():
            reply = llm.invoke([SystemMessage(render("rewrite_system")), HumanMessage(prompt)])
            text = " ".join(reply.text.split())
        if not words(text) or len(text) > _LONGEST_REWRITE:
            raise LLMError("the language model gave no question")
    except LLMError as error:
        raise LLMError(
            f"{error}. The question leans on what was said before and could not be rewritten: "
            "ask it in full."
        ) from error
    return text
