"""Evidence -> raw text of an answer, streamed by a language model.

What a model writes here is not yet an answer: ``bot.citations`` checks it sentence by sentence.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.citations import Excerpt
from bot.errors import LLMError
from bot.llm import llm_errors
from bot.types import NOT_IN_ARTICLE
from prompts import render

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


def compose(
    llm: "BaseChatModel",
    question: str,
    excerpts: Sequence[Excerpt],
    *,
    small: bool,
    system: str | None = None,
) -> Iterator[str]:
    """Stream what the model answers, given only the evidence.

    Args:
        llm: The chat model.
        question: The question, standing alone.
        excerpts: Pieces of the article, best first; number n in the prompt is ``excerpts[n - 1]``.
        small: Prompt for a model too small to follow rules: one worked example, no citations.
        system: Rules for a capable model in place of those for answering a question.

    Raises:
        LLMError: The model failed on the way, was cut at its length limit, or gave nothing.
    """
    rules = system or render("answer_system", not_in_article=NOT_IN_ARTICLE)
    messages = _small_prompt(question, excerpts) if small else _prompt(rules, question, excerpts)
    empty = True
    with llm_errors():
        for chunk in llm.stream(messages):
            text = chunk.text
            empty = empty and not text.strip()
            yield text
            if chunk.response_metadata.get("finish_reason") == "length":
                # Raised before the half sentence at the end counts as a whole one.
                raise LLMError("the language model's answer was cut at its length limit")
    if empty:
        raise LLMError("the language model gave an empty reply")


def _prompt(rules: str, question: str, excerpts: Sequence[Excerpt]) -> "list[BaseMessage]":
    from langchain_core.messages import HumanMessage, SystemMessage

    numbered = "\n".join(
        f"[{number}] {_fenced(_text(excerpt))}" for number, excerpt in enumerate(excerpts, start=1)
    )
    return [
        SystemMessage(rules),
        HumanMessage(render("answer_user", excerpts=numbered, question=_fenced(question))),
    ]


def _small_prompt(question: str, excerpts: Sequence[Excerpt]) -> "list[BaseMessage]":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    text = " ".join(map(_text, excerpts))
    return [
        SystemMessage(render("compose_system")),
        HumanMessage(render("compose_example_user")),
        AIMessage(render("compose_example_assistant")),
        HumanMessage(render("compose_user", evidence=text, question=question)),
    ]


def _text(excerpt: Excerpt) -> str:
    return " ".join(citation.quote for citation in excerpt)


def _fenced(text: str) -> str:
    """Text that cannot close the tag it is put in."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())
