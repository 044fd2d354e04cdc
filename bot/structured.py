"""A reply as data: sentences with the numbers of their excerpts, streamed one by one.

``with_structured_output`` with a JSON schema streams the reply as a dict that grows, whichever way
the provider has (a schema for its text, or the arguments of a tool). A sentence in it is complete
when the next one has begun, and the last one when the reply has ended.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.outputs import ChatGeneration, LLMResult

from bot.errors import LLMError
from bot.grounding import strip_markers
from bot.llm import CUT, DataMethod, was_cut
from bot.types import NOT_IN_ARTICLE

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

# "found" comes first, so that a refusal is known before any sentence is shown.
_SCHEMA = {
    "title": "cited_answer",
    "description": "An answer, sentence by sentence, with what supports each sentence.",
    "type": "object",
    "properties": {
        "found": {
            "type": "boolean",
            "description": "Whether the excerpts answer the question.",
        },
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "One sentence of the answer."},
                    "excerpts": {
                        "type": "array",
                        "items": {"type": "integer"},
                        "description": "Numbers of the excerpts that support the sentence.",
                    },
                },
                "required": ["text", "excerpts"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["found", "sentences"],
    "additionalProperties": False,
}


def sentences_as_data(
    llm: "BaseChatModel", messages: "list[BaseMessage]", method: DataMethod
) -> Iterator[str]:
    """Stream the sentences of a reply, each with its markers; a refusal is the one sentence of it.

    Args:
        llm: A model that gives structured output.
        messages: What it is asked.
        method: How it gives it.

    Raises:
        LLMError: The reply was cut at its length limit, or has another form.
    """
    end, told, found = _End(), 0, []
    structured = llm.with_structured_output(_SCHEMA, method=method)
    for reply in structured.stream(messages, {"callbacks": [end]}):
        if not isinstance(reply, dict):
            continue
        if reply.get("found") is False:
            yield NOT_IN_ARTICLE
            return
        found = _sentences(reply)
        yield from found[told:-1]
        told = max(told, len(found) - 1)
    if end.was_cut:
        raise LLMError(CUT)
    if not found:
        raise LLMError("the language model gave no answer in the form it was asked for")
    yield found[-1]


def _sentences(reply: dict[str, Any]) -> list[str]:
    """The sentences so far; what is not of the form asked for is passed over."""
    items = reply.get("sentences")
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [_with_markers(row) for row in rows if isinstance(row.get("text"), str)]


def _with_markers(row: dict[str, Any]) -> str:
    given = row.get("excerpts")
    numbers = [n for n in given if isinstance(n, int)] if isinstance(given, list) else []
    return f"{strip_markers(row['text'])} {''.join(f'[{n}]' for n in numbers)}".strip()


class _End(BaseCallbackHandler):
    """Learns how a reply ended, which its data do not tell."""

    def __init__(self) -> None:
        self.was_cut = False

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        """Look at what the provider says of the whole reply."""
        self.was_cut = any(
            isinstance(generation, ChatGeneration) and was_cut(generation.message.response_metadata)
            for generations in response.generations
            for generation in generations
        )
