"""Evidence -> sentences written by a language model, each as soon as it is complete.

What a model writes here is not yet an answer: ``bot.citations`` checks it sentence by sentence.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.citations import Excerpt, sentences
from bot.errors import LLMError
from bot.llm import CUT, data_method, llm_errors, was_cut
from bot.types import NOT_IN_ARTICLE
from prompts import fenced, render

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


def compose(
    llm: "BaseChatModel",
    question: str,
    excerpts: Sequence[Excerpt],
    *,
    small: bool,
    rules: str = "answer_system",
) -> Iterator[str]:
    """Stream the sentences that the model answers with, given only the evidence.

    A model that gives structured output streams sentences as data, with the numbers of their
    excerpts; any other sets a marker ``[n]`` after each. Either way a sentence comes out with
    its markers.

    Args:
        llm: The chat model.
        question: The question, standing alone.
        excerpts: Pieces of the article, best first; number n in the prompt is ``excerpts[n - 1]``.
        small: Prompt for a model too small to follow rules: one worked example, no citations.
        rules: Name of the prompt for a capable model.

    Raises:
        LLMError: The model failed on the way, was cut at its length limit, or gave nothing.
    """
    method = None if small else data_method(llm)
    with llm_errors():
        if small:
            yield from sentences(_text(llm, _small_prompt(question, excerpts)))
        elif method is None:
            yield from sentences(_text(llm, _prompt(rules, "markers", question, excerpts)))
        else:
            from bot.structured import sentences_as_data

            yield from sentences_as_data(llm, _prompt(rules, "data", question, excerpts), method)


def _text(llm: "BaseChatModel", messages: "list[BaseMessage]") -> Iterator[str]:
    """The reply in pieces as they come.

    Raises:
        LLMError: It is empty or was cut; raised before the half sentence at its end counts as one.
    """
    empty = True
    for chunk in llm.stream(messages):
        text = chunk.text
        empty = empty and not text.strip()
        yield text
        if was_cut(chunk.response_metadata):
            raise LLMError(CUT)
    if empty:
        raise LLMError("the language model gave an empty reply")


def _prompt(
    rules: str, form: str, question: str, excerpts: Sequence[Excerpt]
) -> "list[BaseMessage]":
    from langchain_core.messages import HumanMessage, SystemMessage

    refusal = {"not_in_article": NOT_IN_ARTICLE} if form == "markers" else {}
    system = render(
        rules, citing=render(f"citing_{form}"), refusing=render(f"refusing_{form}", **refusal)
    )
    numbered = "\n".join(
        f"[{number}] {fenced(_quotes(excerpt))}" for number, excerpt in enumerate(excerpts, start=1)
    )
    user = render("answer_user", excerpts=numbered, question=fenced(question))
    return [SystemMessage(system), HumanMessage(user)]


def _small_prompt(question: str, excerpts: Sequence[Excerpt]) -> "list[BaseMessage]":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    text = " ".join(map(_quotes, excerpts))
    return [
        SystemMessage(render("compose_system")),
        HumanMessage(render("compose_example_user")),
        AIMessage(render("compose_example_assistant")),
        HumanMessage(render("compose_user", evidence=text, question=question)),
    ]


def _quotes(excerpt: Excerpt) -> str:
    return " ".join(citation.quote for citation in excerpt)
