"""Evidence -> raw text of an answer, streamed by a language model.

What a model writes here is not yet an answer: ``bot.citations`` checks it sentence by sentence.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.errors import LLMError
from bot.llm import llm_errors
from bot.types import NOT_IN_ARTICLE, Citation
from prompts import render

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


def compose(
    llm: "BaseChatModel", question: str, evidence: Sequence[Citation], *, small: bool
) -> Iterator[str]:
    """Stream what the model answers, given only the evidence.

    Args:
        llm: The chat model.
        question: The question, standing alone.
        evidence: Quotes of the article, best first; number n in the prompt is ``evidence[n - 1]``.
        small: Prompt for a model too small to follow rules: one worked example, no citations.

    Raises:
        LLMError: The model failed on the way, or gave nothing.
    """
    messages = _small_prompt(question, evidence) if small else _prompt(question, evidence)
    empty = True
    with llm_errors():
        for chunk in llm.stream(messages):
            text = chunk.text
            empty = empty and not text.strip()
            yield text
    if empty:
        raise LLMError("the language model gave an empty reply")


def _prompt(question: str, evidence: Sequence[Citation]) -> "list[BaseMessage]":
    from langchain_core.messages import HumanMessage, SystemMessage

    excerpts = "\n".join(
        f"[{number}] {_fenced(citation.quote)}" for number, citation in enumerate(evidence, start=1)
    )
    return [
        SystemMessage(render("answer_system", not_in_article=NOT_IN_ARTICLE)),
        HumanMessage(render("answer_user", excerpts=excerpts, question=_fenced(question))),
    ]


def _small_prompt(question: str, evidence: Sequence[Citation]) -> "list[BaseMessage]":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    text = " ".join(citation.quote for citation in evidence)
    return [
        SystemMessage(render("compose_system")),
        HumanMessage(render("compose_example_user")),
        AIMessage(render("compose_example_assistant")),
        HumanMessage(render("compose_user", evidence=text, question=question)),
    ]


def _fenced(text: str) -> str:
    """Text that cannot close the tag it is put in."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())
