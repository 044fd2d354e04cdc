"""bot.structured: a reply as data, in chunks as providers send them, is sentences as they come."""

import json

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.output_parsers import JsonOutputParser
from langchain_core.outputs import ChatGenerationChunk

from bot.compose import compose
from bot.errors import LLMError
from bot.llm import data_method, load_llm
from bot.types import NOT_IN_ARTICLE, Citation, Delta

EXCERPTS = [[Citation("a", 0, 9, "It landed")], [Citation("a", 10, 14, "Then")]]
BASIN = "South Pole-Aitken Basin"
QUESTION = "Where did Chang'e 6 land in June 2024?"


def reply(*sentences: tuple[str, list[int]], found: bool = True) -> str:
    rows = [{"text": text, "excerpts": numbers} for text, numbers in sentences]
    return json.dumps({"found": found, "sentences": rows})


class DataChat(BaseChatModel):
    """Streams a reply a few characters at a time: as text with a schema, or as a tool's arguments.

    As the providers' own classes do, it binds the schema and leaves parsing to LangChain.
    """

    text: str
    method: str
    ending: str = "stop"
    sent: list[str]
    asked: list

    @property
    def _llm_type(self) -> str:
        return "data"

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        raise AssertionError("it is to be streamed")

    def bind_tools(self, tools, *, tool_choice=None, **kwargs):
        assert tool_choice == "any"
        return self.bind(tools=tools)

    def with_structured_output(self, schema, *, method="function_calling", **kwargs):
        assert method == self.method
        if method == "json_schema":
            return self.bind(response_format=schema) | JsonOutputParser()
        return super().with_structured_output(schema, **kwargs)

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        self.asked.append((messages, kwargs))
        tool = "tools" in kwargs
        assert tool or "response_format" in kwargs
        for start in range(0, len(self.text), 5):
            piece = self.text[start : start + 5]
            self.sent.append(piece)
            call = {"name": "cited_answer" if not start else None, "args": piece, "index": 0}
            call["id"] = "call-1" if not start else None
            chunk = (
                AIMessageChunk(content="", tool_call_chunks=[call])
                if tool
                else AIMessageChunk(content=piece)
            )
            yield ChatGenerationChunk(message=chunk)
        end = AIMessageChunk(content="", response_metadata={"stop_reason": self.ending})
        yield ChatGenerationChunk(message=end)


@pytest.fixture(params=["json_schema", "function_calling"])
def chat(request):
    """``chat(text)`` is a model that streams this text in one of the two ways."""
    profile = {
        "json_schema": {"structured_output": True},
        "function_calling": dict.fromkeys(
            ("tool_calling", "tool_choice", "tool_call_streaming"), True
        ),
    }[request.param]
    return lambda text, ending="stop": DataChat(
        text=text, method=request.param, ending=ending, profile=profile, sent=[], asked=[]
    )


def test_sentences_come_one_by_one(chat):
    llm = chat(reply(("It landed.", [1]), ("It stayed.", [1, 2]), ("Then it left.", [])))
    stream = compose(llm, "Where?", EXCERPTS, small=False)
    assert next(stream) == "It landed. [1]"
    assert "Then" not in "".join(llm.sent)  # the last sentence has not been written yet
    assert list(stream) == ["It stayed. [1][2]", "Then it left."]
    ((messages, _),) = llm.asked
    assert "without markers" in messages[0].text
    assert '"found"' in messages[0].text


def test_refusal_is_known_at_once(chat):
    llm = chat(reply(("It landed.", [1]), found=False))
    stream = compose(llm, "Where?", EXCERPTS, small=False)
    assert next(stream) == NOT_IN_ARTICLE
    assert "landed" not in "".join(llm.sent)
    assert list(stream) == []


def test_markers_in_the_text_are_replaced(chat):
    llm = chat(reply(("It landed [9].", [1])))
    assert list(compose(llm, "Where?", EXCERPTS, small=False)) == [
        "It landed . [1]".replace(" .", ".")
    ]


@pytest.mark.parametrize(
    "text",
    ["{}", '{"found": true}', '{"found": true, "sentences": []}',
     '{"found": true, "sentences": ["It landed"]}', '{"found": true, "sentences": [{"text": 3}]}'],
)  # fmt: skip
def test_reply_of_another_form(chat, text):
    with pytest.raises(LLMError, match=r"^the language model gave no answer in the form it was"):
        list(compose(chat(text), "Where?", EXCERPTS, small=False))


def test_text_in_place_of_data():
    profile = {"structured_output": True}
    llm = DataChat(text="It landed.", method="json_schema", profile=profile, sent=[], asked=[])
    with pytest.raises(LLMError, match=r"^the language model gave no answer in the form it was"):
        list(compose(llm, "Where?", EXCERPTS, small=False))


def test_half_a_sentence_at_the_length_limit_is_not_told(chat):
    whole = reply(("It landed.", [1]), ("It is very far a", []))
    stream = compose(chat(whole[:-20], "max_tokens"), "Where?", EXCERPTS, small=False)
    assert next(stream) == "It landed. [1]"
    with pytest.raises(LLMError, match="cut at its length limit"):
        next(stream)


def test_answer_is_streamed_and_checked(chat, worded_by):
    llm = chat(
        reply(
            (f"It landed in the {BASIN}.", [1]),
            ("Neil Armstrong waved.", [1]),
            ("It returned with samples.", [1]),
        )
    )
    *events, answer = worded_by(llm).stream(QUESTION)
    assert answer.text == f"It landed in the {BASIN}. [1] It returned with samples. [1]"
    assert [s.support for s in answer.sentences] == ["supported", "dropped", "supported"]
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text


@pytest.mark.parametrize(
    ("profile", "method"),
    [
        (None, None),
        ({}, None),
        ({"tool_calling": True}, None),
        ({"tool_calling": True, "tool_choice": True}, None),
        ({"structured_output": True, "tool_calling": True}, "json_schema"),
    ],
)
def test_method_is_told_by_the_profile(profile, method):
    assert data_method(DataChat(text="", method="", profile=profile, sent=[], asked=[])) == method


def test_profiles_of_a_provider():
    assert data_method(load_llm("openai:gpt-4.1-mini", api_key="x")) == "json_schema"
    assert data_method(load_llm("openai:my-own-model", "http://127.0.0.1:1/v1", "x")) is None
