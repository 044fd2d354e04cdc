"""bot.cli: what a person or a script sees, by main() and in a process of its own."""

import io
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.types import NOT_IN_ARTICLE

ROOT = Path(__file__).parents[1]
QUESTION = "Where did Chang'e 6 land in June 2024?"
BASIN = "South Pole-Aitken Basin"
FERRY = "The ferry Selkie left the harbour at nine. It carried forty people and a piano."


def run(*arguments: str, **settings) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **settings,
    )


@pytest.fixture
def ferry(tmp_path) -> str:
    path = tmp_path / "ferry.txt"
    path.write_text(FERRY, "utf-8")
    return str(path)


# ------------------------------------------------------------------------------ help
def test_help_is_quick():
    before = os.times()
    done = run("--help")
    after = os.times()
    # Of the processor, not of the clock: others may be using it.
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 1.0
    assert done.returncode == 0
    for word in ("ask", "batch", "search", "read", "exit codes: 0", "ARTICLE_BOT_LLM"):
        assert word in done.stdout


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from bot.cli import main\n"
        "try: main(['ask', '--help'])\n"
        "except SystemExit as done: assert done.code == 0\n"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()}
    assert {"argparse", "bot"} <= loaded
    assert not loaded & {
        *("faiss", "gradio", "httpx", "langchain", "langchain_core", "numpy", "onnxruntime"),
        *("pydantic", "sentence_transformers", "syntok", "tokenizers", "torch", "tqdm"),
        *("transformers", "xllamacpp"),
    }


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["ask"], ["batch"], ["search", "x", "--top-k", "0"], ["ask", "--x"]],
)
def test_wrong_usage_is_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(arguments)
    assert "usage: article-bot" in capsys.readouterr().err


# ------------------------------------------------------------------------------- ask
def test_ask_prints_answer_and_quote(capsys, moon):
    assert main(["ask", QUESTION, "--llm", "none"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    place = re.search(r"^\[1\] moon-rocks, characters (\d+)-(\d+):\n    “(.*)”$", out, re.M)
    quote = moon.text[int(place[1]) : int(place[2])]
    assert place[3] == quote
    assert BASIN in quote
    assert out.startswith(f"{quote} [1]\n")


def test_ask_json_has_the_promised_form(capsys, moon):
    assert main(["ask", QUESTION, "--llm", "none", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {
        *("id", "text", "short", "span", "status", "confidence", "citations", "passages"),
        *("timings", "notice", "question", "sentences", "related", "suggestions"),
    }
    assert (answer["id"], answer["status"], answer["notice"]) == (None, "answered", "")
    assert isinstance(answer["confidence"], float)
    assert answer["short"] in answer["citations"][0]["quote"]
    assert BASIN in answer["short"]
    span = answer["span"]
    assert moon.text[span["start"] : span["end"]] == span["quote"] == answer["short"]
    for citation in answer["citations"]:
        assert set(citation) == {"article_id", "start", "end", "quote"}
        assert moon.text[citation["start"] : citation["end"]] == citation["quote"]
    for passage in answer["passages"]:
        assert set(passage) == {"article_id", "start", "end", "score", "text"}
        assert moon.text[passage["start"] : passage["end"]] == passage["text"]
    assert all(isinstance(seconds, float) for seconds in answer["timings"].values())


def test_what_the_article_does_not_say_is_exit_code_0(capsys):
    assert main(["ask", "What is the population of Beijing?", "--llm", "none", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["text"], answer["short"]) == (NOT_IN_ARTICLE, None)
    assert (answer["status"], answer["citations"]) == ("not_in_article", [])
    assert len(answer["suggestions"]) == 3


def test_refusal_shows_what_is_near_and_what_can_be_asked(capsys):
    assert main(["ask", "When did NASA land on Mars?", "--llm", "none"]) == 0
    said, near, *others = capsys.readouterr().out.split("\n\n")
    assert said == NOT_IN_ARTICLE
    assert near.startswith("Nearest to it, though no answer: moon-rocks, characters ")
    title, *questions = others[0].splitlines()
    assert title == "Questions that are answered:"
    assert len(questions) == 3
    assert "    When did Chang'e 5 come back?" in questions


def test_question_from_standard_input_in_a_process_of_its_own():
    done = run("ask", "-", "--llm", "none", input=f"{QUESTION}\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "[1] moon-rocks, characters " in done.stdout


def test_failed_model_is_exit_code_1_and_the_article_is_quoted(capsys, monkeypatch):
    key = "sk-test-very-secret"
    monkeypatch.setenv("ARTICLE_BOT_API_KEY", key)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    assert main(["ask", QUESTION, "--llm", "openai:m", "--base-url", address]) == 1
    out, err = capsys.readouterr()
    assert BASIN in out
    assert err.startswith("article-bot: the language model's server cannot be reached")
    assert err.count("\n") == 1
    assert key not in out + err


def test_library_is_kept_between_runs(tmp_path, ferry, capsys):
    library = tmp_path / "library.db"
    for _ in range(2):
        arguments = ["search", "piano", "--article", ferry, "--library", str(library), "--json"]
        assert main(arguments) == 0
        (passage,) = json.loads(capsys.readouterr().out)["passages"]
        assert passage["text"] == FERRY
    assert library.exists()


# ---------------------------------------------------------------------------- search
def test_search(capsys, moon):
    assert main(["search", QUESTION, "--top-k", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"id", "passages"}
    passages = found["passages"]
    assert len(passages) == 2
    for passage in passages:
        assert set(passage) == {"article_id", "start", "end", "score", "text"}
        assert moon.text[passage["start"] : passage["end"]] == passage["text"]
    assert main(["search", QUESTION, "--top-k", "1"]) == 0
    out = capsys.readouterr().out
    assert re.match(r"1\. moon-rocks \d+-\d+  -?\d+\.\d{4}\n   \S", out)
    assert "\n2. " not in out


# ------------------------------------------------------------------------------ read
def test_read(ferry, tmp_path, capsys):
    assert main(["read", ferry]) == 0
    assert capsys.readouterr().out == f"{FERRY}\n"
    page = tmp_path / "page.md"
    page.write_text(f"# The ferry\n\n{FERRY}\n", "utf-8")
    assert main(["read", str(page), "--json"]) == 0
    article = json.loads(capsys.readouterr().out)
    assert (article["id"], article["title"]) == ("page", "The ferry")
    assert FERRY in article["text"]


def test_one_bad_file_does_not_refuse_the_rest(tmp_path, capsys, caplog):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY, "utf-8")
    (folder / "empty.txt").write_bytes(b"")
    assert main(["read", str(folder)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{FERRY}\n"
    assert "left out: " in err
    assert "empty.txt' has no text" in err
    assert main(["search", "ferry", "--article", str(folder)]) == 0
    assert "empty.txt' has no text" in caplog.text
    (folder / "ferry.txt").unlink()
    assert main(["read", str(folder)]) == 2
    assert "empty.txt' has no text" in capsys.readouterr().err


# ------------------------------------------------------------------------- bad input
@pytest.fixture
def bad(tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "program.txt").write_bytes(b"\x7fELF" + bytes(500))
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.db").write_text("not a library " * 500, "utf-8")
    return tmp_path


BAD = {
    "missing file": (["--article", "missing.txt"], r"no such file: '.*missing\.txt'"),
    "empty file": (["--article", "empty.txt"], r"empty\.txt' has no text"),
    "binary file": (["--article", "binary.bin"], r"binary\.bin' looks like a binary file"),
    "program": (["--article", "program.txt"], r"program\.txt' looks like a program"),
    "empty folder": (["--article", "folder"], r"folder' holds no article"),
    "no library": (["--library", "notes.db"], r"notes\.db' cannot be opened"),
    "library in no folder": (["--library", "no/x.db"], r"no library 'no/x\.db' yet"),
    "bad llm": (["--llm", "nonsense"], "names no language model"),
    "unknown provider": (["--llm", "nonsense:x"], "LangChain knows no provider 'nonsense'"),
    "no gguf": (["--llm", "gguf:none.gguf"], "cannot read the model file"),
    "no key": (["--llm", "openai:gpt-x"], "is OPENAI_API_KEY set"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_exit_code_2(bad, case, capsys, monkeypatch):
    monkeypatch.chdir(bad)
    arguments, message = BAD[case]
    if "--llm" not in arguments:
        arguments = [*arguments, "--llm", "none"]
    arguments = [str(bad / a) if a.startswith(("missing", "folder")) else a for a in arguments]
    assert main(["ask", QUESTION, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("article-bot: ")
    assert err.count("\n") == 1
    assert re.search(message, err)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "the question is empty"),
        ("?!", "has no word in it"),
        ("x" * 100_000, "100,000 characters"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_bad_question(command, question, message, capsys, ferry):
    assert main([command, question, "--llm", "none", "--article", ferry]) == 2
    assert re.fullmatch(rf"article-bot: .*{message}.*\n", capsys.readouterr().err)


def test_bad_input_in_a_process_of_its_own_has_no_traceback(bad):
    for arguments in (["ask", QUESTION, "--article", str(bad / "missing.txt")], ["read", str(bad)]):
        done = run(*arguments, "--llm", "none") if arguments[0] == "ask" else run(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert re.fullmatch(r"article-bot: .+\n", done.stderr)


def test_two_articles_with_one_id(tmp_path, ferry, capsys):
    other = tmp_path / "deep" / "ferry.txt"
    other.parent.mkdir()
    other.write_text("Another ferry.", "utf-8")
    assert main(["search", "ferry", "--article", ferry, str(other)]) == 2
    assert "two articles have the id 'ferry'" in capsys.readouterr().err


def test_bad_setting_in_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("ARTICLE_BOT_TOP_K", "many")
    assert main(["ask", QUESTION]) == 2
    assert capsys.readouterr().err == "article-bot: ARTICLE_BOT_TOP_K='many' is not a valid int\n"


def test_broken_pipe_is_silent(ferry):
    Path(ferry).write_text("One more line of the ferry's log.\n\n" * 20_000, "utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "read", ferry],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


# ----------------------------------------------------------------------------- batch
def test_batch_and_resume(tmp_path, ferry, capsys):
    questions, out = tmp_path / "q.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": n, "question": "When did the ferry Selkie leave?"} for n in range(3)]
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    arguments = ["batch", "--articles", ferry, "--questions", str(questions), "--out", str(out)]
    assert main([*arguments, "--llm", "none"]) == 0
    whole = out.read_text("utf-8")
    assert [json.loads(line)["id"] for line in whole.splitlines()] == ["0", "1", "2"]
    assert main([*arguments, "--llm", "none"]) == 0
    assert out.read_text("utf-8") == whole
    capsys.readouterr()


def test_batch_with_failed_rows_is_exit_code_1(tmp_path, ferry, capsys):
    questions, out = tmp_path / "q.jsonl", tmp_path / "out.jsonl"
    questions.write_text('{"id": "a", "question": ""}\n{"id": "b", "question": "ferry"}', "utf-8")
    arguments = ["batch", "--articles", ferry, "--questions", str(questions), "--out", str(out)]
    assert main([*arguments, "--retrieve-only", "--top-k", "2"]) == 1
    assert "article-bot: 1 questions failed" in capsys.readouterr().err
    first, second = map(json.loads, out.read_text("utf-8").splitlines())
    assert first == {"id": "a", "error": "the question is empty: type a question about the article"}
    assert set(second) == {"id", "passages"}


def test_batch_without_questions(tmp_path, ferry, capsys):
    arguments = ["batch", "--articles", ferry, "--out", str(tmp_path / "o"), "--llm", "none"]
    assert main([*arguments, "--questions", str(tmp_path / "no.jsonl")]) == 2
    assert re.search(r"cannot read '.*no\.jsonl': No such file", capsys.readouterr().err)


def test_interrupt_is_one_line(monkeypatch, capsys, ferry):
    class Interrupted(io.BytesIO):
        def read(self, *arguments):
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted(), encoding="utf-8"))
    assert main(["ask", "-", "--llm", "none", "--article", ferry]) == 130
    assert capsys.readouterr().err == "article-bot: stopped\n"


def test_articles_named_one_by_one_are_all_asked(tmp_path, capsys):
    for name, text in (("cat", "The cat sleeps until noon."), ("owl", "The owl wakes at dusk.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    named = [part for name in ("cat", "owl") for part in ("--article", f"{tmp_path / name}.txt")]
    assert main(["search", "cat owl", *named, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["passages"]
    assert {passage["article_id"] for passage in found} == {"cat", "owl"}
