"""The page as it is served: who may do what, and what a wrong start says."""

import asyncio
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from langchain_core.language_models import BaseChatModel
from serving import free_port, page_event, run_app, serving
from visiting import COMET, QUESTION, wait_until

from app import build_ui
from bot.chat import Bot
from bot.config import Config, Serving
from bot.page.events import ask
from bot.page.serve import comes_from_here, launch
from bot.page.visit import Visit, Visits
from index.library import Library
from index.reading import read_text


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


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("app"), "--llm", "none") as (address, _):
        yield address


def test_programs_can_ask(url: str, bot: Bot) -> None:
    with closing(Client(url, verbose=False)) as client:
        reply = client.predict(QUESTION, api_name="/ask")
        assert reply | {"timings": None} == json.loads(json.dumps(bot.ask(QUESTION).to_json())) | {
            "timings": None
        }
        with pytest.raises(AppError, match="The question is empty"):
            client.predict(" ", api_name="/ask")


def test_programs_can_do_nothing_else(url: str) -> None:
    with closing(Client(url, verbose=False)) as client:
        api = client.view_api(return_format="dict", print_info=False)
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
