"""Asking on the page: choices, the line in front of it, ratings, and the steps of an answer."""

import asyncio
import json
import re
import threading
from collections.abc import Generator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from visiting import QUESTION

from bot.chat import Bot
from bot.errors import BusyError, ConfigError
from bot.page.choices import Choices
from bot.page.events import ask, ask_in_turn, history
from bot.page.feedback import FeedbackFile
from bot.page.gate import Gate
from bot.page.payload import (
    answer_payload,
    article_payload,
)
from bot.page.visit import Visit
from bot.types import NOT_IN_ARTICLE, Message
from index.reading import read_text


@pytest.fixture
def visit(bot: Bot) -> Visit:
    return Visit(bot)


def test_strictness_goes_with_one_question(bot: Bot) -> None:
    levels = [
        Choices().apply(bot, {"strictness": word}).settings.strictness
        for word in ("lenient", "usual", "strict")
    ]
    served = bot.settings.strictness
    assert levels == pytest.approx([served / 2, served, served + (1 - served) / 4])
    assert bot.settings.strictness == served
    visit = Visit(bot)
    certain = {"turn": "t", "question": QUESTION, "settings": {"strictness": "strict"}}
    *_, final = ask(visit, certain)
    assert final.answer is not None
    assert visit.served is bot
    assert bot.settings.strictness == served


def test_without_choices_the_served_bot_answers(bot: Bot) -> None:
    assert Choices().apply(bot, None) is bot
    same = Choices().apply(bot, {})
    assert (same.llm, same.settings) == (bot.llm, bot.settings)


@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        ({"strictness": "iron"}, "must be one of lenient, usual, strict"),
        ({"llm": "gguf:/etc/passwd"}, "not offered here"),
        ({"llm": "openai:gpt"}, "not offered here"),
        ({"llm": "provider", "provider": "ollama", "model": "m", "key": "k"}, "not offered here"),
        ({"llm": "provider", "provider": "openai", "model": "", "key": "k"}, "name no model"),
        ({"llm": "provider", "provider": "openai", "model": "a b", "key": "k"}, "name no model"),
        ({"llm": "provider", "provider": "openai", "model": "m"}, "no usable API key"),
        ({"llm": "provider", "provider": "openai", "model": "m", "key": "a\nb"}, "no usable API"),
        (
            {
                "llm": "provider",
                "provider": "openai",
                "model": "m",
                "key": "k",
                "server": "ftp://a",
            },
            "is not a web address",
        ),
    ],
    ids=str,
)
def test_a_choice_that_is_not_offered_is_one_clear_line(
    bot: Bot, chosen: dict[str, str], line: str
) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    choices = Choices(keys=True, servers=True)
    with pytest.raises(ConfigError, match=re.escape(line)):
        choices.apply(bot, chosen)
    *_, final = ask(Visit(bot, choices), {"turn": "t", "question": QUESTION, "settings": chosen})
    assert line in final.error


def test_keys_and_servers_only_where_they_are_allowed(bot: Bot) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    chosen = {"llm": "provider", "provider": "openai", "model": "m", "key": "k"}
    assert Choices().offered()["providers"] == []
    with pytest.raises(ConfigError, match="not offered here"):
        Choices().apply(bot, chosen)
    keys = Choices(keys=True)
    assert "openai" in keys.offered()["providers"]
    assert keys.offered()["servers"] is False
    assert keys.apply(bot, chosen).llm is not None
    with pytest.raises(ConfigError, match="does not let visitors name a server"):
        keys.apply(bot, chosen | {"server": "http://192.0.2.1"})


def test_the_path_of_a_model_is_not_told(bot: Bot) -> None:
    assert Choices("gguf:/home/me/secret/llama.gguf").offered()["served"] == "llama.gguf"


def test_a_visitors_key_reaches_the_provider_and_nothing_else(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    seen: list[str | None] = []

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_error(401, self.headers["Authorization"])

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chosen = {
        "llm": "provider",
        "provider": "openai",
        "model": "m",
        "key": "sk-typed-by-a-visitor",
        "server": f"http://127.0.0.1:{server.server_port}/v1",
    }
    visit = Visit(bot, Choices(keys=True, servers=True))
    request = {"turn": "t", "question": QUESTION, "settings": chosen}
    states = [asdict(state) for state in ask(visit, request)]
    server.shutdown()
    server.server_close()
    assert seen
    assert set(seen) == {"Bearer sk-typed-by-a-visitor"}
    assert "refused the key" in states[-1]["answer"]["notice"]
    assert "2020" in states[-1]["text"]
    assert "sk-typed" not in json.dumps(states) + caplog.text
    assert visit.served is bot
    assert bot.llm is None


async def drain(gate: Gate, steps: Generator[Any, None, None], seen: list[Any]) -> None:
    async for state in gate.in_turn(steps, lambda ahead: f"ahead {ahead}"):
        seen.append(state)


async def test_a_gate_serves_in_order_and_turns_away_whom_it_cannot_hold() -> None:
    gate, release = Gate(1, 2), threading.Event()

    def slow(name: str) -> Generator[str, None, None]:
        yield name
        release.wait(10)

    seen: dict[str, list[str]] = {name: [] for name in "abc"}
    tasks = []
    for name in "abc":
        tasks.append(asyncio.create_task(drain(gate, slow(name), seen[name])))
        await asyncio.sleep(0.01)
    with pytest.raises(BusyError, match="too many people"):
        await drain(gate, slow("d"), [])
    tasks[1].cancel()  # who leaves the line makes room in it
    await asyncio.sleep(0.01)
    release.set()
    await asyncio.gather(tasks[0], tasks[2])
    assert seen == {"a": ["a"], "b": ["ahead 1"], "c": ["ahead 2", "ahead 1", "c"]}


async def test_a_place_is_taken_until_its_work_has_ended() -> None:
    gate, release, closed = Gate(1, 0), threading.Event(), threading.Event()

    def slow() -> Generator[str, None, None]:
        try:
            release.wait(10)
            yield "done"
        finally:
            closed.set()

    task = asyncio.create_task(drain(gate, slow(), []))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(BusyError):
        await drain(gate, slow(), [])
    release.set()
    for _ in range(200):
        await asyncio.sleep(0.01)
        if closed.is_set():
            break
    seen: list[str] = []
    await drain(gate, slow(), seen)
    assert seen == ["done"]


async def test_a_full_line_is_told_as_a_state(visit: Visit) -> None:
    gate = Gate(1, 0)
    gate._line.append(object())  # somebody who never leaves
    request = {"turn": "t", "question": QUESTION}
    states = [state async for state in ask_in_turn(gate, visit, request)]
    assert [(state.turn, state.busy) for state in states] == [("t", True)]
    assert states[0].error == "Too many people are asking just now: try again in a moment."


def test_ratings_are_written_one_a_line(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path / "ratings.jsonl")
    rating = {"vote": "up", "question": "Wer?\n\ud800", "answer": "x" * 9_999, "key": "sk-secret"}
    assert file.add(rating)
    assert file.add({"vote": "", "question": 7})
    assert not file.add({"vote": "sideways"})
    lines = (tmp_path / "ratings.jsonl").read_text("utf-8").splitlines()
    first, second = map(json.loads, lines)
    assert (first["vote"], first["question"], len(first["answer"])) == ("up", "Wer?\n?", 4_000)
    assert first.keys() == {"time", "vote", "question", "answer", "status", "article"}
    assert (second["vote"], second["question"]) == ("", "")


def test_a_feedback_file_that_cannot_be_written_is_told_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not FeedbackFile(tmp_path / "gone" / "ratings.jsonl").add({"vote": "up"})
    assert "could not be written" in caplog.text


def test_asking_tells_its_steps_and_ends_with_the_answer(bot: Bot, visit: Visit) -> None:
    states = list(ask(visit, {"turn": "t1", "question": QUESTION, "history": []}))
    assert {state.turn for state in states} == {"t1"}
    assert [state.stage for state in states][:2] == ["", "retrieving"]
    assert any(state.text and state.answer is None for state in states)
    expected = answer_payload(bot.ask(QUESTION), visit.known)
    final = states[-1].answer
    assert final is not None
    assert final | {"timings": None} == expected | {"timings": None}
    (citation,) = final["citations"]
    assert citation["title"] == bot.articles()[0].title
    text = bot.article(citation["article_id"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    json.dumps([asdict(state) for state in states])


def test_what_the_article_does_not_say_is_said_so(visit: Visit) -> None:
    *_, final = ask(visit, {"turn": "t", "question": "How do I bake a sourdough bread?"})
    assert final.answer is not None
    assert final.answer["status"] == "not_in_article"
    assert final.text == NOT_IN_ARTICLE


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000, None, 7, {"a": 1}])
def test_a_bad_question_is_one_clear_line(visit: Visit, question: Any) -> None:
    *_, final = ask(visit, {"turn": "t", "question": question})
    assert final.answer is None
    assert final.error.startswith("The question ")
    assert final.error.endswith(".")
    assert "\n" not in final.error


@pytest.mark.parametrize(
    "question", ["\ud800 Chang'e", "<script>alert(1)</script> moon", "🌕 Moon?"]
)
def test_odd_questions_are_answered(visit: Visit, question: str) -> None:
    *_, final = ask(visit, {"turn": "t", "question": question})
    assert final.answer is not None


def test_an_unforeseen_error_is_logged_and_told_in_one_line(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    class BrokenVisit(Visit):
        def holds(self, article_id: str, content_hash: str) -> bool:
            raise RuntimeError("key=secret")

    request = {"turn": "t", "question": QUESTION, "article": {"id": "a", "key": "k"}}
    *_, final = ask(BrokenVisit(bot), request)
    assert "went wrong" in final.error
    assert "secret" not in final.error
    assert "secret" in caplog.text


def test_another_article_than_the_shown_one_does_not_answer(bot: Bot, visit: Visit) -> None:
    shown = article_payload(read_text("The comet was seen in 1997."))
    *_, final = ask(visit, {"turn": "t", "question": QUESTION, "article": shown})
    assert final.error == ("The server has lost this article: reload the page or open it again.")
    shown = article_payload(bot.articles()[0])
    *_, final = ask(visit, {"turn": "t", "question": QUESTION, "article": shown})
    assert final.answer is not None


def test_history_keeps_what_looks_like_turns() -> None:
    turns = [{"role": "user", "text": "a"}, {"role": "system", "text": "b"}, 7, {"role": "user"}]
    assert history(turns) == [Message("user", "a"), Message("user", "")]
    assert history("nonsense") == []
    assert len(history([{"role": "user", "text": "a" * 9_999}] * 99)) == 12
