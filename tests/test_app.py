"""The page without a browser: what it is sent, what it answers, how it is served."""

import copy
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from langchain_core.language_models import BaseChatModel
from serving import run_app, serving

from bot.chat import Bot
from bot.page.blocks import Block, blocks
from bot.page.events import ask, history
from bot.page.opening import first_shelf, open_article
from bot.page.payload import answer_payload, article_payload, confidence_words, source_label
from bot.page.visit import Visit
from bot.types import NOT_IN_ARTICLE, Answer, Message
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
        ("", ""),
    ],
)
def test_source_label(source: str, label: str) -> None:
    assert source_label(source) == label


@pytest.mark.parametrize(
    ("status", "confidence", "words"),
    [
        ("answered", 0.9, "high"),
        ("answered", 0.6, "fair"),
        ("answered", 0.1, "low: check the quoted words"),
        ("not_in_article", 0.0, "sure that it is not there"),
        ("not_in_article", 0.4, "it may be worded differently"),
    ],
)
def test_confidence_is_told_in_words(status: Any, confidence: float, words: str) -> None:
    assert confidence_words(Answer("x", None, status, confidence)) == words


# ----------------------------------------------------------------------------- asking
def test_asking_tells_its_steps_and_ends_with_the_answer(bot: Bot, visit: Visit) -> None:
    states = list(ask(visit, {"turn": "t1", "question": QUESTION, "history": []}))
    assert {state.turn for state in states} == {"t1"}
    assert [state.stage for state in states][:2] == ["", "retrieving"]
    assert any(state.text and state.answer is None for state in states)
    expected = answer_payload(bot.ask(QUESTION))
    final = states[-1].answer
    assert final is not None
    assert final | {"timings": None} == expected | {"timings": None}
    (citation,) = final["citations"]
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


def opened(visit: Visit, uploads: Path, **request: Any) -> list[Mapping[str, Any]]:
    return list(open_article(visit, {"request": 1, **request}, uploads, allow_private=False))


def test_pasted_text_becomes_the_visitors_own_article(
    bot: Bot, visit: Visit, tmp_path: Path
) -> None:
    other = copy.deepcopy(visit)
    states = opened(visit, tmp_path, kind="text", value=COMET)
    assert [state["stage"] for state in states][:2] == ["reading", "indexing"]
    assert (states[-2]["done"], states[-2]["total"]) == (1, 1)
    assert states[-1]["stage"] == "ready"
    assert states[-1]["article"]["title"] == "The comet"
    assert [item["id"] for item in states[-1]["library"]] == ["pasted", "moon-rocks"]
    *_, final = ask(visit, {"turn": "t", "question": "Who found the comet Hale?"})
    assert "Anna Berg" in final.text
    *_, final = ask(other, {"turn": "t", "question": "Who found the comet Hale?"})
    assert final.text == NOT_IN_ARTICLE
    assert bot.article_ids() == ["moon-rocks"]


def test_back_to_the_served_article(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    assert opened(visit, tmp_path, kind="library", value="pasted")[-1]["stage"] == "ready"
    assert visit.bot is not visit.served
    assert opened(visit, tmp_path, kind="library", value="moon-rocks")[-1]["stage"] == "ready"
    assert visit.bot is visit.served


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
        ({"kind": "library", "value": "no-such"}, "no-such"),
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
    assert visit.bot is visit.served


def test_a_link_out_of_the_uploads_is_not_followed(visit: Visit, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(COMET, encoding="utf-8")
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "link.txt").symlink_to(secret)
    final = opened(visit, uploads, kind="file", value=str(uploads / "link.txt"), name="a.txt")[-1]
    assert "did not arrive" in final["error"]
    assert secret.exists()


def test_indexing_that_nobody_waits_for_stops(visit: Visit, tmp_path: Path) -> None:
    text = "\n\n".join(f"In {year} the comet of {year} was seen." * 9 for year in range(1000, 1600))
    states = open_article(visit, {"kind": "text", "value": text}, tmp_path, allow_private=False)
    while next(states)["stage"] != "indexing":
        pass
    states.close()  # as Gradio does when the visitor cancels
    assert visit.bot is visit.served


def test_the_page_opens_without_any_article(bot: Bot) -> None:
    state = first_shelf(bot.with_articles([]))
    assert (state["stage"], state["article"], state["questions"]) == ("ready", None, [])


def test_a_copied_visit_is_a_new_visitor_of_the_same_bot(visit: Visit, tmp_path: Path) -> None:
    opened(visit, tmp_path, kind="text", value=COMET)
    other = copy.deepcopy(visit)
    assert other.bot is visit.served


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
    start = time.perf_counter()
    done = run_app("--help")
    assert done.returncode == 0
    assert "--article" in done.stdout
    assert time.perf_counter() - start < 2  # half a second on an idle machine


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (("--article", "no-such-file.pdf"), "no such file: 'no-such-file.pdf'"),
        (("--llm", "nonsense"), "nonsense"),
        (("--port", "70000"), "port must be from 0 to 65535"),
        (("--host", "203.0.113.7"), "cannot serve on 203.0.113.7"),
        (("--port", "many"), "invalid int value: 'many'"),
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
