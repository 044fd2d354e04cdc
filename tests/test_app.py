"""The page without a browser: what it is sent, what it answers, how it is served."""

import asyncio
import json
import os
import re
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from langchain_core.language_models import BaseChatModel
from serving import free_port, page_event, run_app, serving

from app import build_ui
from bot import chat
from bot.chat import Bot
from bot.config import Config, Serving
from bot.errors import BusyError, ConfigError
from bot.page.blocks import Block, blocks
from bot.page.choices import Choices
from bot.page.events import TurnState, ask, ask_in_turn, history
from bot.page.feedback import FeedbackFile
from bot.page.gate import Gate
from bot.page.indexing import Indexing
from bot.page.opening import arrange, first_state, library, open_article
from bot.page.payload import (
    answer_payload,
    article_payload,
    display_title,
    source_label,
    sureness,
)
from bot.page.serve import comes_from_here, launch
from bot.page.shelf import Shelf
from bot.page.visit import Visit, Visits
from bot.types import NOT_IN_ARTICLE, Answer, Message
from index.errors import LibraryError
from index.library import Change, Library
from index.reading import read_text
from index.types import Article, Heading

QUESTION = "When did Chang'e 5 come back to Earth?"


@pytest.fixture
def visit(bot: Bot) -> Visit:
    return Visit(bot)


# ----------------------------------------------------------------------------- blocks
def kinds(article: Article) -> list[tuple[str, str]]:
    return [(block.kind, article.text[block.start : block.end]) for block in blocks(article)]


def test_headings_and_paragraphs_become_blocks() -> None:
    text = "Title\n\nOne.\n\n\n  Two,\nstill two.  \n\nPart\n\nThree."
    headings = (Heading(0, 5, 1), Heading(text.index("Part"), text.index("Part") + 4, 9))
    assert kinds(Article("a", text, headings=headings)) == [
        ("h1", "Title"),
        ("p", "One."),
        ("lines", "Two,\nstill two."),
        ("h6", "Part"),
        ("p", "Three."),
    ]


def test_lists_become_items() -> None:
    assert kinds(Article("a", "- one\n- two\n\n1. first\n2) second\n\n- not\na list")) == [
        ("li", "- one"),
        ("li", "- two"),
        ("li", "1. first"),
        ("li", "2) second"),
        ("lines", "- not\na list"),
    ]


def test_between_blocks_is_only_white_space() -> None:
    text = " \n\ta\n \n\u2003\nb\x0c\n\n- c\n- d\n\n"
    article = Article("a", text, headings=(Heading(2, 4, 1), Heading(3, 90, 1), Heading(-4, 1, 2)))
    end = 0
    for block in [*blocks(article), Block("p", len(text), len(text))]:
        assert text[end : block.start].strip() == ""
        assert end <= block.start <= block.end
        end = block.end


@pytest.mark.parametrize("text", ["", " ", "\n\n\n"])
def test_an_article_without_text_has_no_blocks(text: str) -> None:
    assert blocks(Article("a", text)) == []


# ---------------------------------------------------------------------------- payload
def test_article_payload_is_plain_json(bot: Bot) -> None:
    article = bot.articles()[0]
    payload = article_payload(article)
    assert json.loads(json.dumps(payload)) == payload
    assert payload["text"] == article.text
    assert payload["opens_with_title"] is True


def test_an_untitled_text_is_called_by_its_first_line() -> None:
    assert article_payload(Article("pasted", "The comet\n\nIt was seen."))["title"] == "The comet"
    assert article_payload(Article("pasted", "It was seen."))["title"] == "Pasted text"
    article = Article("notes", "It was seen.", source="notes.txt")
    assert article_payload(article)["title"] == "notes"


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("https://www.example.org/a/b?c", "example.org"),
        ("/tmp/some where/notes.md", "notes.md"),
        ("upload:notes.zip/one.md", "one.md"),
        ("upload:notes.md", "notes.md"),
        ("", ""),
    ],
)
def test_source_label(source: str, label: str) -> None:
    assert source_label(source) == label


def test_several_pasted_texts_have_names_of_their_own() -> None:
    pasted = [Article(name, "It was seen.") for name in ("pasted", "pasted-2")]
    assert [display_title(article) for article in pasted] == ["Pasted text", "Pasted text 2"]


@pytest.mark.parametrize(
    ("status", "confidence", "words"),
    [
        ("answered", 0.9, "high"),
        ("answered", 0.6, "fair"),
        ("answered", 0.1, "low"),
        ("not_in_article", 0.0, "absent"),
        ("not_in_article", 0.4, "unsure"),
    ],
)
def test_confidence_is_told_in_words(status: Any, confidence: float, words: str) -> None:
    assert sureness(Answer("x", None, status, confidence)) == words


# ---------------------------------------------------------------------------- language
STATIC = Path(__file__).parents[1] / "bot" / "page" / "static"
WORDS: dict[str, dict[str, str]] = json.loads((STATIC / "words.json").read_text("utf-8"))


def test_the_page_says_everything_in_every_language() -> None:
    assert set(WORDS) == {"en", "es", "de", "fr", "ru", "ar", "zh"}
    for language, texts in WORDS.items():
        assert texts.keys() == WORDS["en"].keys(), language
        for key, text in texts.items():
            assert text.strip() == text != "", (language, key)
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", WORDS["en"][key]))


def test_every_text_of_the_page_has_a_key_and_every_key_a_use() -> None:
    markup = (STATIC / "page.html").read_text("utf-8")
    scripts = "\n".join(path.read_text("utf-8") for path in STATIC.glob("*.js"))
    named = set(re.findall(r'data-t(?:-[a-z]+)?="(\w+)"', markup))
    named |= set(re.findall(r'\bt\("(\w+)"', scripts))
    assert named <= WORDS["en"].keys()
    composed = ("stage_", "sure_", "time_", "thumb_")
    for key in WORDS["en"].keys() - named:
        quoted = f'"{key.removesuffix("_hint")}"' in scripts
        assert quoted or key.startswith(composed), f"{key} is used nowhere"
    assert not re.findall(r">[A-Za-z][^<]{2,}<", markup.replace("Article Bot", ""))


# ----------------------------------------------------------------------------- choices
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


# -------------------------------------------------------------------------------- gate
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


# ---------------------------------------------------------------------------- feedback
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


# ----------------------------------------------------------------------------- asking
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


# ---------------------------------------------------------------------------- opening
COMET = "The comet\n\nThe comet Hale was found in 1995 by Anna Berg. It faded in 1997."


LONG = "\n\n".join(f"In {y} the comet of {y} was seen." * 9 for y in range(1000, 1600))


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def opened(visit: Visit, uploads: Path, **request: Any) -> list[Mapping[str, Any]]:
    return list(open_article(visit, {"request": 1, **request}, uploads, allow_private=False))


def listed(visit: Visit) -> list[tuple[str, bool]]:
    return [(row["id"], row["own"]) for row in library(visit)]


def asked(visit: Visit, question: str, *articles: str) -> TurnState:
    *_, final = ask(visit, {"turn": "t", "question": question, "articles": list(articles)})
    return final


def test_pasted_text_joins_the_served_article_for_this_visitor(bot: Bot, tmp_path: Path) -> None:
    visit, other = Visit(bot), Visit(bot)
    states = opened(visit, tmp_path, kind="text", value=COMET)
    assert [state["stage"] for state in states][:2] == ["reading", "indexing"]
    assert (states[-2]["done"], states[-2]["total"]) == (1, 1)
    assert states[-1]["stage"] == "ready"
    assert states[-1]["article"]["title"] == "The comet"
    assert (states[-1]["added"], states[-1]["new"]) == (["pasted"], 1)
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]
    assert listed(other) == [("moon-rocks", False)]
    assert "Anna Berg" in asked(visit, "Who found the comet Hale?", "pasted").text
    assert asked(other, "Who found the comet Hale?", "moon-rocks").text == NOT_IN_ARTICLE
    assert "is gone" in asked(other, "Who found the comet Hale?", "pasted").error
    assert bot.article_ids() == ["moon-rocks"]


def test_questions_go_to_exactly_the_picked_articles(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    opened(visit, tmp_path, kind="text", value="The river Oda is 812 km long. It runs north.")
    assert [name for name, _ in listed(visit)] == ["pasted-2", "pasted", "moon-rocks"]
    everything = ["pasted", "pasted-2", "moon-rocks"]
    for question, article_id, words in [
        ("Who found the comet Hale?", "pasted", "Anna Berg"),
        ("How long is the river Oda?", "pasted-2", "812 km"),
        (QUESTION, "moon-rocks", "2020"),
    ]:
        for names in ([article_id], everything):
            final = asked(visit, question, *names)
            assert final.answer is not None
            assert words in final.text
            assert {c["article_id"] for c in final.answer["citations"]} == {article_id}
        others = [name for name in everything if name != article_id]
        assert words not in asked(visit, question, *others).text
    assert "pick one to ask" in asked(visit, QUESTION).error


def test_served_articles_are_not_embedded_again(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    embeddings = visit.served.store.embeddings
    embed, embedded = type(embeddings).embed_documents, []

    def counted(self: Any, texts: list[str], *more: Any) -> Any:
        embedded.extend(texts)
        return embed(self, texts, *more)

    monkeypatch.setattr(type(embeddings), "embed_documents", counted)
    assert "2020" in asked(visit, QUESTION, "pasted", "moon-rocks").text
    assert set(embedded) == {QUESTION}
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]
    assert "cannot be removed" in arrange(visit, {"do": "remove", "id": "moon-rocks"})["error"]


def test_what_is_too_much_for_one_visitor_is_one_clear_line(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    monkeypatch.setattr("bot.page.shelf.MOST_CHARACTERS", 100)
    final = opened(visit, tmp_path, kind="text", value="The Oda is 812 km long. " * 4)[-1]
    assert "at most 100 fit here" in final["error"]
    assert "at most 100 fit here" in asked(visit, QUESTION, "pasted", "moon-rocks").error
    assert "Anna Berg" in asked(visit, "Who found the comet Hale?", "pasted").text


def test_an_article_is_shown_again_without_reading_it(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    states = opened(visit, tmp_path, kind="show", value="moon-rocks")
    assert [state["stage"] for state in states] == ["reading", "showing", "ready"]
    assert states[-1]["article"]["id"] == "moon-rocks"
    assert states[-1]["questions"]
    final = opened(visit, tmp_path, kind="look", value="pasted")[-1]
    assert (final["article"]["id"], final["questions"]) == ("pasted", [])


def test_the_same_content_is_there_once_and_another_file_of_a_name_is_another_article(
    visit: Visit, tmp_path: Path
) -> None:
    for text, new in ((COMET, 1), (COMET, 0), ("The Oda is long.", 1)):
        upload = tmp_path / "0123" / "notes.txt"
        upload.parent.mkdir()
        upload.write_text(text, encoding="utf-8")
        final = opened(visit, tmp_path, kind="file", value=str(upload), name="notes.txt")[-1]
        assert final["new"] == new
    assert listed(visit)[:-1] == [("notes-2", True), ("notes", True)]
    assert {row["origin"] for row in library(visit)} == {"notes.txt", "moon-rocks.md"}


def test_a_zip_adds_all_its_articles_and_says_what_it_cannot_read(
    visit: Visit, tmp_path: Path
) -> None:
    upload = tmp_path / "0123" / "notes.zip"
    upload.parent.mkdir()
    with zipfile.ZipFile(upload, "w") as archive:
        archive.writestr("comet.txt", COMET)
        archive.writestr("moon-rocks.md", "# Another\n\nThe river Oda is 812 km long.")
        archive.writestr("noise.pdf", bytes(range(256)) * 40)
    final = opened(visit, tmp_path, kind="file", value=str(upload), name="notes.zip")[-1]
    assert final["added"] == ["comet", "moon-rocks-2"]
    assert len(final["failures"]) == 1
    assert "noise.pdf" in final["failures"][0]
    final_state = asked(visit, "How long is the river Oda?", "comet", "moon-rocks-2", "moon-rocks")
    assert "812 km" in final_state.text


def test_a_removal_can_be_undone_until_it_is_settled(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    key = visit.article("pasted").content_hash
    state = arrange(visit, {"request": "remove", "do": "remove", "id": "pasted"})
    assert [row["id"] for row in state["library"]] == ["moon-rocks"]
    assert not visit.holds("pasted", key)
    assert "is gone" in asked(visit, "Who found the comet Hale?", "pasted").error
    assert arrange(visit, {"do": "undo"})["back"] == "pasted"
    assert visit.holds("pasted", key)
    assert "Anna Berg" in asked(visit, "Who found the comet Hale?", "pasted").text
    arrange(visit, {"do": "remove", "id": "pasted"})
    arrange(visit, {"do": "settle"})
    assert arrange(visit, {"do": "undo"})["back"] is None
    assert listed(visit) == [("moon-rocks", False)]
    assert "no article" in opened(visit, tmp_path, kind="show", value="pasted")[-1]["error"]


# ------------------------------------------------------------------- a library on disk
@pytest.fixture
def kept(bot: Bot, tmp_path: Path) -> Iterator[Callable[[], Visit]]:
    """Makes visitors of a page that is served with a library on disk."""
    with Library(tmp_path / "kept.db", bot.store.embeddings) as kept_library:
        served = bot.over(kept_library.store)
        shelf = Shelf(served, kept_library)
        yield lambda: Visit(served, shelf=shelf)


def test_an_empty_library_opens_empty_and_keeps_what_is_added(
    bot: Bot, kept: Callable[[], Visit], tmp_path: Path
) -> None:
    visit = kept()
    state = arrange(visit, {"request": 0, "do": "begin"})
    assert (state["stage"], state["article"], state["library"]) == ("ready", None, [])
    opened(visit, tmp_path, kind="text", value=COMET)
    visit.close()
    with Library(tmp_path / "kept.db", bot.store.embeddings) as again:
        assert [entry.id for entry in again.entries()] == ["pasted"]
    other = kept()
    assert arrange(other, {"request": 0, "do": "begin"})["picked"] == ["pasted"]
    assert "Anna Berg" in asked(other, "Who found the comet Hale?", "pasted").text


def test_what_is_removed_from_a_library_leaves_no_trace(
    kept: Callable[[], Visit], tmp_path: Path
) -> None:
    visit, other = kept(), kept()
    opened(visit, tmp_path, kind="text", value=COMET)
    arrange(visit, {"do": "remove", "id": "pasted"})
    assert listed(visit) == []
    assert listed(other) == [("pasted", True)]  # nothing is lost yet
    visit.close()  # who leaves does not undo any more
    assert listed(other) == []
    left = b"".join(path.read_bytes() for path in tmp_path.glob("kept.db*"))
    assert left
    assert b"Anna Berg" not in left


def test_a_cancelled_addition_is_not_in_the_library(
    kept: Callable[[], Visit], tmp_path: Path
) -> None:
    visit = kept()
    steps = open_article(visit, {"kind": "text", "value": LONG}, tmp_path, allow_private=False)
    while next(steps)["stage"] != "indexing":
        pass
    next(steps)
    steps.close()
    for thread in threading.enumerate():
        if thread.name == "indexing":
            thread.join(60)
    assert listed(visit) == []


def test_a_cancellation_after_the_last_passage_takes_the_articles_back(
    kept: Callable[[], Visit],
) -> None:
    visit = kept()
    indexing = Indexing(visit.shelf, [read_text(COMET)])
    indexing._cancelled.set()
    indexing._step = lambda done, total: None  # type: ignore[method-assign]
    indexing._run()
    assert listed(visit) == []


def test_who_stops_at_the_last_passage_stops_what_is_already_in(visit: Visit) -> None:
    indexing = Indexing(visit.shelf, [read_text(COMET)])
    steps = indexing.progress()
    assert next(steps) == (1, 1)
    wait_until(lambda: listed(visit)[0] == ("pasted", True))
    steps.close()
    wait_until(lambda: listed(visit) == [("moon-rocks", False)])


def test_an_addition_can_be_given_up_before_and_after_it_is_read(
    visit: Visit, tmp_path: Path
) -> None:
    comet = {"request": "a", "kind": "text", "value": COMET}
    for given_up_at in ("reading", "indexing"):
        steps = open_article(visit, comet, tmp_path, allow_private=False)
        while next(steps)["stage"] != given_up_at:
            pass
        arrange(visit, {"do": "cancel", "id": "a"})
        assert "ready" not in [state["stage"] for state in steps]
        for thread in threading.enumerate():
            if thread.name == "indexing":
                thread.join(60)
        assert listed(visit) == [("moon-rocks", False)]
    assert opened(visit, tmp_path, **{**comet, "request": "b"})[-1]["stage"] == "ready"


# ---------------------------------------------------------------------------- visitors
def test_visitors_are_forgotten_some_time_after_they_left(bot: Bot, tmp_path: Path) -> None:
    forgotten: list[str] = []
    visits = Visits(lambda here: Visit(bot), forgotten.append, left_seconds=0.2)
    visits.opened("a")
    visit = visits.of("a", True)
    opened(visit, tmp_path, kind="text", value=COMET)
    assert visits.of("a", True) is visit
    assert visits.of("b", True) is not visit
    visits.left("a")
    visits.opened("a")  # it came back in time
    time.sleep(0.4)
    assert visits.of("a", True) is visit
    visits.opened("a")  # once more, before the end of the old connection was noticed
    visits.left("a")
    time.sleep(0.4)
    assert visits.of("a", True) is visit
    visits.left("a")
    visits.left("never-seen")
    wait_until(lambda: forgotten == ["a"])
    assert listed(visits.of("a", True)) == [("moon-rocks", False)]
    assert listed(visit) == [("moon-rocks", False)]  # whoever still holds it, it is empty
    visits.close()


def test_a_new_session_goes_on_with_the_visit_of_its_token(bot: Bot, tmp_path: Path) -> None:
    forgotten: list[str] = []
    visits = Visits(lambda here: Visit(bot), forgotten.append, left_seconds=0.2)
    visits.opened("a")
    visit = visits.of("a", True)
    opened(visit, tmp_path, kind="text", value=COMET)
    for token in ("", "x", visit.token[:-1], f"{visit.token}x", "\ud800"):
        assert visits.of(f"guess {token!r}", True, token) is not visit
    assert visits.of("b", False, visit.token) is not visit  # no powers of this machine elsewhere
    assert visits.of("a", True, visits.of("c", True).token) is visit  # not in mid-visit
    visits.left("a")
    visits.opened("b")
    assert visits.of("b", True, visit.token) is visit
    wait_until(lambda: forgotten == ["a"])
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]
    visits.left("b")
    wait_until(lambda: sorted(forgotten) == ["a", "b", "b"])
    assert listed(visit) == [("moon-rocks", False)]
    assert visits.of("c", True, visit.token) is not visit
    visits.close()


def test_a_page_begins_as_it_stood_as_far_as_the_articles_are_there(
    visit: Visit, tmp_path: Path
) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    for before, picked, shown in [
        ({"picked": ["pasted"], "shown": "pasted"}, ["pasted"], "pasted"),
        ({"picked": ["moon-rocks", "pasted", "x"]}, ["pasted", "moon-rocks"], "pasted"),
        ({"picked": ["x"], "shown": "x"}, ["moon-rocks"], "moon-rocks"),
        ({"picked": "pasted", "shown": ["pasted"]}, ["moon-rocks"], "moon-rocks"),
        ({}, ["moon-rocks"], "moon-rocks"),
    ]:
        state = arrange(visit, {"do": "begin", **before})
        assert (state["picked"], state["article"]["id"]) == (picked, shown)


def test_a_visit_without_an_open_page_ends_when_it_is_idle(bot: Bot) -> None:
    forgotten: list[str] = []
    visits = Visits(lambda here: Visit(bot), forgotten.append, idle_seconds=0.2)
    visits.opened("reader")
    reader = visits.of("reader", True)
    for number in range(3):
        visits.of(f"script-{number}", True)
    wait_until(lambda: len(forgotten) == 3)
    assert visits.of("reader", True) is reader
    visits.close()


def test_who_comes_back_just_as_the_time_is_up_keeps_everything(bot: Bot, tmp_path: Path) -> None:
    visits = Visits(lambda here: Visit(bot))
    visit = visits.of("a", True)
    opened(visit, tmp_path, kind="text", value=COMET)
    visits.left("a")
    up = time.monotonic() + 600
    assert visits.of("a", True) is visit
    visits._end(up)  # had been due, and gets the lock only now
    assert visits.of("a", True) is visit
    assert ("pasted", True) in listed(visit)
    visits.close()


def test_two_additions_at_once_do_not_pass_the_limit_together(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.page.shelf.MOST_CHARACTERS", 100)
    adding, release = threading.Event(), threading.Event()
    add = Library.add_articles

    def slow(self: Library, articles: Iterable[Article], *more: Any) -> list[Change]:
        adding.set()
        release.wait(20)
        return add(self, articles, *more)

    monkeypatch.setattr(Library, "add_articles", slow)
    first = threading.Thread(target=visit.shelf.add, args=([read_text(COMET)],))
    first.start()
    assert adding.wait(20)
    with pytest.raises(LibraryError, match="at most 100 fit here"):
        visit.shelf.add([read_text("The river Oda is 812 km long.")])
    release.set()
    first.join(60)
    assert listed(visit) == [("pasted", True), ("moon-rocks", False)]


BRIDGE = "The Old Bridge was built in 1905 by Anna Berg. It fell in 1997."


def test_the_questions_of_an_article_are_found_once_and_forgotten_with_it(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    candidates = chat.question_candidates

    def counted(article: Article) -> list[str]:
        looked_at.append(article.id)
        return candidates(article)

    monkeypatch.setattr(chat, "question_candidates", counted)
    questions = opened(visit, tmp_path, kind="text", value=BRIDGE)[-1]["questions"]
    assert questions
    for _ in range(2):
        final = asked(visit, "How do I bake a sourdough bread?", "pasted")
        assert final.answer is not None
        assert list(final.answer["suggestions"]) == questions
    assert opened(visit, tmp_path, kind="show", value="pasted")[-1]["questions"] == questions
    assert looked_at == ["pasted"]
    arrange(visit, {"do": "remove", "id": "pasted"})
    arrange(visit, {"do": "settle"})
    opened(visit, tmp_path, kind="text", value=BRIDGE)
    assert looked_at == ["pasted", "pasted"]


def test_a_library_that_cannot_be_read_is_one_clear_line(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Shelf) -> None:
        raise LibraryError("the library cannot be read: the disk is gone")

    monkeypatch.setattr(Shelf, "rows", broken)
    for request in ({"do": "begin"}, {"do": "undo"}):
        state = arrange(visit, {"request": 0, **request})
        assert state["stage"] == "arranged"
        assert state["error"] == "The library cannot be read: the disk is gone."
        assert "library" not in state


# ----------------------------------------------------------------- here and elsewhere
@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({"host": "127.0.0.1:7860"}, True),
        ({"host": "localhost:7860", "origin": "http://localhost:7860"}, True),
        ({"host": "[::1]:7860", "origin": "http://[::1]:7860"}, True),
        ({"host": "127.0.0.1:7860", "X-Forwarded-For": "203.0.113.9"}, False),
        ({"host": "127.0.0.1:7860", "Forwarded": "for=203.0.113.9"}, False),
        ({"host": "127.0.0.1:7860", "X-Real-IP": "203.0.113.9"}, False),
        ({"host": "127.0.0.1:7860", "Via": "1.1 proxy"}, False),
        ({"host": "articles.example.org"}, False),
        ({"host": "127.0.0.1:7860", "origin": "https://articles.example.org"}, False),
        ({"host": "127.0.0.1:7860", "origin": "null"}, False),
        ({"host": "127.0.0.1.example.org"}, False),
        ({"host": "[::1"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_request_comes_from_this_machine_or_from_elsewhere(
    headers: dict[str, str], here: bool
) -> None:
    assert comes_from_here(httpx.Headers(headers)) is here


PROXY = {"X-Forwarded-For": "203.0.113.9"}


@contextmanager
def page(bot: Bot, library: Library | None = None, **given: Any) -> Iterator[Any]:
    """The page served by this process; yields its address, its Gradio app and who is on it."""
    port, serving = free_port(), Serving(**given)

    async def start() -> tuple[Any, Visits]:
        ui, visits = build_ui(bot, Config(llm="none"), serving, library)
        launch(ui, "127.0.0.1", port, serving, visits)
        return ui, visits

    ui, visits = asyncio.run(start())  # without a running loop Gradio makes some, and closes none
    try:
        yield f"http://127.0.0.1:{port}", ui, visits
    finally:
        ui.close()
        visits.close()


def begun(url: str, session: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return page_event(url, session, "arrange", {"request": 0, "do": "begin"}, headers)


def test_only_browsers_on_this_machine_change_its_library_and_name_servers(
    bot: Bot, tmp_path: Path
) -> None:
    with Library(tmp_path / "kept.db", bot.store.embeddings) as kept_library:
        kept_library.add_articles([read_text(COMET)])
        served = bot.over(kept_library.store)
        with page(served, kept_library) as (url, _, _):
            own, guest = begun(url, "own"), begun(url, "guest", PROXY)
            for name in ("keeps", "keys", "servers"):
                assert own["offered"][name] is True
                assert guest["offered"][name] is False
            assert [row["own"] for row in own["library"]] == [True]
            assert [row["own"] for row in guest["library"]] == [False]
            remove = {"do": "remove", "id": "pasted"}
            for session in ("guest", "own"):  # whose name a session has makes no difference
                refused = page_event(url, session, "arrange", remove, PROXY)
                assert "cannot be removed here" in refused["error"]
            river = {"request": 1, "kind": "text", "value": "The river Oda is 812 km long."}
            added = page_event(url, "guest", "open", river, PROXY)
            assert added["added"] == ["pasted-2"]
            assert [entry.id for entry in kept_library.entries()] == ["pasted"]
            page_event(url, "own", "arrange", remove)
            page_event(url, "own", "arrange", {"do": "settle"})
            assert kept_library.entries() == []
            later = begun(url, "later", PROXY)  # what is gone is not picked for anyone
            assert (later["picked"], later["library"]) == ([], [])
            assert page_event(url, "own", "open", river)["added"] == ["pasted"]
            assert [entry.id for entry in kept_library.entries()] == ["pasted"]


def test_under_a_path_prefix_everyone_comes_from_elsewhere(bot: Bot) -> None:
    with page(bot, root_path="/reading") as (url, _, _):
        assert begun(url, "a")["offered"]["keys"] is False
    with page(bot, root_path="/reading", keys=True) as (url, _, _):
        assert begun(url, "a")["offered"]["keys"] is True


def test_gradio_keeps_nothing_of_a_visitor(bot: Bot) -> None:
    with page(bot) as (url, ui, _):
        comet = {"request": 1, "kind": "text", "value": COMET}
        for name, data in [
            ("arrange", {"do": "begin"}),
            ("open", comet),
            ("ask", {"turn": "t", "question": "Who found Hale?", "articles": ["pasted"]}),
            ("arrange", {"do": "settle"}),
        ]:
            state = page_event(url, "a", name, data)
            assert not state["error"]
            assert "a" not in ui.state_holder.session_data
            assert "a" not in ui.state_holder.time_last_used
        assert httpx.get(f"{url}/gradio_api/deep_link?session_hash=a").text in ("", '""')


def test_an_open_page_keeps_its_visit_and_a_closed_one_is_forgotten(bot: Bot) -> None:
    with page(bot) as (url, ui, visits):
        visits._left_seconds = visits._idle_seconds = 1
        with httpx.stream("GET", f"{url}/gradio_api/heartbeat/a") as heartbeat:
            beats = heartbeat.iter_lines()
            assert next(beats)
            comet = {"request": 1, "kind": "text", "value": COMET}
            assert page_event(url, "a", "open", comet)["added"] == ["pasted"]
            time.sleep(2.5)
            assert [row["id"] for row in begun(url, "a")["library"]] == ["pasted", "moon-rocks"]
        wait_until(lambda: not visits._stays)
        wait_until(lambda: "a" not in ui._queue.pending_messages_per_session)


def test_an_upload_is_read_and_deleted(visit: Visit, tmp_path: Path) -> None:
    upload = tmp_path / "0123" / "comet.txt"
    upload.parent.mkdir()
    upload.write_text(COMET, encoding="utf-8")
    states = opened(visit, tmp_path, kind="file", value=str(upload), name="comet.txt")
    assert states[-1]["article"]["id"] == "comet"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        ({"kind": "text", "value": " \n "}, "paste an article"),
        ({"kind": "url", "value": "file:///etc/passwd"}, "not a web address"),
        ({"kind": "url", "value": "/etc/passwd"}, "not a web address"),
        ({"kind": "url", "value": "http://127.0.0.1:1/"}, "127.0.0.1"),
        ({"kind": "file", "value": "/etc/passwd", "name": "a.txt"}, "did not arrive"),
        ({"kind": "file", "value": "../../../etc/passwd", "name": "a.txt"}, "did not arrive"),
        ({"kind": "show", "value": "no-such"}, "no-such"),
        ({"kind": "look", "value": "no-such"}, "no-such"),
        ({"kind": "else", "value": ""}, "nothing to read"),
        ({}, "nothing to read"),
    ],
    ids=str,
)
def test_what_cannot_be_opened_is_one_clear_line(
    visit: Visit, tmp_path: Path, request_: dict[str, str], line: str
) -> None:
    final = opened(visit, tmp_path, **request_)[-1]
    assert final["stage"] == "failed"
    assert line in final["error"]
    assert "\n" not in final["error"]
    assert listed(visit) == [("moon-rocks", False)]


def test_a_link_out_of_the_uploads_is_not_followed(visit: Visit, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(COMET, encoding="utf-8")
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "link.txt").symlink_to(secret)
    final = opened(visit, uploads, kind="file", value=str(uploads / "link.txt"), name="a.txt")[-1]
    assert "did not arrive" in final["error"]
    assert secret.exists()


def test_the_page_opens_without_any_article(bot: Bot) -> None:
    state = first_state(Visit(bot.with_articles([])))
    assert (state["stage"], state["article"], state["questions"]) == ("ready", None, [])


# ---------------------------------------------------------------------------- serving
@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("app"), "--llm", "none") as (address, _):
        yield address


def test_programs_can_ask(url: str, bot: Bot) -> None:
    client = Client(url, verbose=False)
    reply = client.predict(QUESTION, api_name="/ask")
    assert reply | {"timings": None} == json.loads(json.dumps(bot.ask(QUESTION).to_json())) | {
        "timings": None
    }
    with pytest.raises(AppError, match="The question is empty"):
        client.predict(" ", api_name="/ask")


def test_programs_can_do_nothing_else(url: str) -> None:
    api = Client(url, verbose=False).view_api(return_format="dict", print_info=False)
    assert list(api["named_endpoints"]) == ["/ask"]
    assert api["unnamed_endpoints"] == {}


def test_every_response_has_the_security_headers(url: str) -> None:
    for path in ("/", "/page/main.js", "/health", "/config", "/no-such-page"):
        reply = httpx.get(url + path)
        assert "default-src 'self'" in reply.headers["content-security-policy"]
        assert "http" not in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_page_has_its_files_and_no_others(url: str) -> None:
    assert httpx.get(f"{url}/health").json() == {"status": "ok"}
    assert httpx.get(f"{url}/page/page.css").is_success
    for path in ("../ui.py", "..%2fui.py", "%2e%2e/ui.py", "nothing.js"):
        assert httpx.get(f"{url}/page/{path}").status_code == 404


def test_a_file_is_too_large_with_one_line(url: str) -> None:
    body = b"a" * (51 * 1024 * 1024)
    reply = httpx.post(f"{url}/gradio_api/upload", files={"files": ("a.txt", body)}, timeout=60)
    assert reply.status_code == 413


def test_behind_a_password_everything_is_closed_but_the_health_check(tmp_path: Path) -> None:
    flags = ("--llm", "none", "--auth", "ann:comet ☄", "--max-upload-mb", "1")
    with serving(tmp_path, *flags) as (url, _):
        for path in ("/", "/config", "/page/main.js", "/gradio_api/info"):
            reply = httpx.get(url + path)
            assert reply.status_code == 401, path
            assert reply.headers["www-authenticate"].startswith("Basic ")
            assert "content-security-policy" in reply.headers
            assert httpx.get(url + path, auth=("ann", "comet")).status_code == 401
            assert httpx.get(url + path, auth=("ann", "comet ☄")).is_success, path
        assert httpx.get(f"{url}/health").is_success
        large = {"files": ("a.txt", b"a" * 3_000_000)}
        upload = f"{url}/gradio_api/upload"
        assert httpx.post(upload, files=large).status_code == 401
        assert httpx.post(upload, files=large, auth=("ann", "comet ☄")).status_code == 413
        log = next(tmp_path.glob("app-*.log")).read_text("utf-8")
        assert "comet" not in log


def test_the_page_answers_with_the_local_model(
    smollm2: BaseChatModel, worded_by: Callable[..., Bot]
) -> None:
    visit = Visit(worded_by(smollm2, small=True))
    *_, final = ask(visit, {"turn": "t", "question": QUESTION})
    assert final.answer is not None
    assert "2020" in final.text
    assert final.answer["notice"] == ""
    assert final.answer["citations"]


# --------------------------------------------------------------------------- starting
def test_help_is_quick() -> None:
    before = os.times()
    done = run_app("--help")
    after = os.times()
    assert done.returncode == 0
    assert "--article" in done.stdout
    # Of the processor, not of the clock: others may be using it.
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 2


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (("--article", "no-such-file.pdf"), "no such file: 'no-such-file.pdf'"),
        (("--llm", "nonsense"), "nonsense"),
        (("--port", "70000"), "port must be from 0 to 65535"),
        (("--host", "203.0.113.7"), "cannot serve on 203.0.113.7"),
        (("--port", "many"), "invalid int value: 'many'"),
        (("--auth", "ann"), "auth must be user:password"),
        (("--auth", ":secret"), "auth must be user:password"),
        (("--root-path", "../up"), "root_path must be a path such as /reading, got '../up'"),
        (("--max-upload-mb", "0"), "max_upload_mb must be at least 1, got 0"),
        (("--concurrency", "0"), "concurrency must be at least 1, got 0"),
        (("--queue", "-1"), "queue must be at least 0, got -1"),
        (("--feedback", "no/such/folder/f.jsonl"), "there is no folder 'no/such/folder'"),
    ],
    ids=str,
)
def test_a_bad_flag_is_one_clear_line(flags: tuple[str, ...], line: str) -> None:
    done = run_app(*flags)
    assert done.returncode == 2
    assert line in done.stderr
    assert "Traceback" not in done.stderr
    assert "usage:" in done.stderr or done.stderr.strip().count("\n") == 0


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_app("--port", str(port))
    assert done.returncode == 2
    assert f"cannot serve on 127.0.0.1:{port} (Address already in use)" in done.stderr
