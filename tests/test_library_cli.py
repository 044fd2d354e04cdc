"""bot.library_cli: what a person or a script sees of ``article-bot library``."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main

ROOT = Path(__file__).parents[1]
FERRY = "The ferry Selkie left the harbour at nine. It carried forty people and a piano.\n"
CATS = "# All about cats\n\nCats sleep for sixteen hours a day.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    found = tmp_path / "articles"
    found.mkdir()
    (found / "cats.md").write_text(CATS, "utf-8")
    (found / "ferry.txt").write_text(FERRY, "utf-8")
    return found


@pytest.fixture
def said(capsys):
    """``said("add", …)`` is (exit code, standard output, standard error) of a library command."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["library", *map(str, arguments)])
        return (code, *capsys.readouterr())

    return run


def test_add_list_show_remove(folder, said):
    assert said("add", folder) == (0, "added cats: All about cats\nadded ferry\n", "")
    assert said("add", folder) == (0, "2 articles in already, unchanged\n", "")
    code, out, err = said("list")
    assert (code, err) == (0, "")
    assert re.fullmatch(
        r"cats +\d+ characters  All about cats\nferry +\d+ characters\n"
        r"2 articles, 2 passages in .*default\.db\n",
        out,
    )
    code, out, _ = said("show", "all about CATS")
    assert code == 0
    assert out.startswith("id:      cats\ntitle:   All about cats\nsource:  ")
    assert out.endswith("\n\nAll about cats\n\nCats sleep for sixteen hours a day.\n")
    assert said("remove", "ferry", "cats") == (
        0,
        "removed ferry\nremoved cats: All about cats\n",
        "",
    )
    code, out, err = said("remove", "cats")
    assert (code, out) == (2, "")
    assert err == "article-bot: there is no article 'cats' in the library\n"


def test_failed_sources_are_told_at_the_end_and_the_rest_is_in(folder, said):
    (folder / "bad.txt").write_bytes(b"\x7fELF" + bytes(500))
    code, out, err = said("add", folder, folder / "missing.txt")
    assert (code, out) == (2, "added cats: All about cats\nadded ferry\n")
    assert re.fullmatch(
        r"article-bot: '.*bad\.txt' looks like a program.*\n"
        r"article-bot: no such file: '.*missing\.txt'\n",
        err,
    )


def test_same_content_elsewhere_is_said(folder, said):
    said("add", folder)
    copy = folder / "copy.txt"
    copy.write_text(FERRY, "utf-8")
    assert said("add", copy)[1] == f"skipped {copy}: the same content is in as ferry\n"


def test_update(folder, said):
    said("add", folder)
    assert said("update") == (0, "2 articles in already, unchanged\n", "")
    (folder / "ferry.txt").write_text("The ferry Selkie was sold.\n", "utf-8")
    (folder / "cats.md").unlink()
    code, out, err = said("update", "ferry")
    assert (code, out, err) == (0, "updated ferry\n", "")
    code, out, err = said("update")
    assert (code, out) == (2, "1 article in already, unchanged\n")
    assert re.fullmatch(r"article-bot: cats: kept as it is, '.*cats\.md' is gone\n", err)


def test_json_of_everything(folder, said, tmp_path):
    def result(*arguments):
        code, out, err = said(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    added = result("add", folder)
    assert [(c["id"], c["status"]) for c in added["changes"]] == [
        ("cats", "added"),
        ("ferry", "added"),
    ]
    assert added["errors"] == []
    entries = result("list")
    keys = {"id", "title", "source", "characters", "passages", "added"}
    assert [set(entry) for entry in entries] == [keys, keys]
    shown = result("show", "ferry")
    assert shown == {**entries[1], "metadata": shown["metadata"], "text": FERRY.strip()}
    assert [c["status"] for c in result("update")["changes"]] == ["unchanged", "unchanged"]
    assert result("rebuild")["passages"] == 2
    assert result("export", tmp_path / "out") == {"target": str(tmp_path / "out"), "articles": 2}
    assert (tmp_path / "out" / "cats.md").read_text("utf-8") == CATS
    assert result("remove", "cats") == entries[:1]
    assert result("names") == ["default"]


def test_named_library_and_file(folder, said, tmp_path):
    assert said("names")[1].startswith("there is no library yet")
    assert said("add", folder / "cats.md", "--library", "science")[0] == 0
    assert said("add", folder / "ferry.txt", "--library", tmp_path / "mine.db")[0] == 0
    assert said("names") == (0, "science\n", "")
    assert [e["id"] for e in json.loads(said("list", "--library", "science", "--json")[1])] == [
        "cats"
    ]
    assert "1 article, 1 passage in " in said("list", "--library", tmp_path / "mine.db")[1]
    code, _, err = said("list", "--library", "sciense")
    assert code == 2
    assert re.search(r"there is no library '.*sciense\.db' yet", err)


def test_other_model_is_told_with_the_command_that_helps(folder, said, monkeypatch):
    said("add", folder)
    monkeypatch.setattr("bot.build.load_embeddings", lambda name: _Other())
    code, out, err = said("add", folder)
    assert (code, out) == (2, "")
    assert re.search(r"run article-bot library rebuild --library \S+default\.db\n$", err)
    command = err.split("run article-bot library ")[1].split()
    assert said(*command)[1].startswith("2 passages rebuilt in ")
    assert said("add", folder)[0] == 0


class _Other:
    model_id = "other"

    def embed_documents(self, texts):
        return [[1.0, 0.0, float(len(text))] for text in texts]


# --------------------------------------------------------------------------- asking
def asked(capsys, *arguments):
    code = main(["ask", *arguments, "--llm", "none", "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def test_ask_the_default_library_once_it_holds_something(folder, said, capsys):
    _, answer, _ = asked(capsys, "Where did Chang'e 6 land in June 2024?")
    assert answer["citations"][0]["article_id"] == "moon-rocks"
    said("add", folder)
    _, answer, _ = asked(capsys, "What time did the ferry Selkie leave?")
    assert answer["citations"][0]["article_id"] == "ferry"
    said("remove", "cats", "ferry")
    _, answer, _ = asked(capsys, "Where did Chang'e 6 land in June 2024?")
    assert answer["citations"][0]["article_id"] == "moon-rocks"


def test_only(folder, said, capsys):
    said("add", folder, "--library", "pets")
    question = "What time did the ferry Selkie leave?"
    everywhere = asked(capsys, question, "--library", "pets")[1]
    assert everywhere["citations"][0]["article_id"] == "ferry"
    for name in ("cats", "all about cats"):
        answer = asked(capsys, question, "--library", "pets", "--only", name)[1]
        assert {p["article_id"] for p in answer["passages"]} <= {"cats"}
    both = asked(capsys, question, "--library", "pets", "--only", "cats", "--only", "ferry")[1]
    assert both["citations"] == everywhere["citations"]
    code, _, err = asked(capsys, question, "--library", "pets", "--only", "ferri")
    assert (code, err) == (
        2,
        "article-bot: there is no article 'ferri' in the library: did you mean 'ferry'?\n",
    )
    given = ["--article", str(folder / "ferry.txt"), str(folder / "cats.md")]
    assert asked(capsys, question, *given, "--only", "ferry")[1]["status"] == "answered"


def test_asking_an_empty_or_missing_library_makes_none(folder, said, capsys):
    code, _, err = asked(capsys, "Who?", "--library", "none")
    assert code == 2
    assert "there is no library" in err
    assert said("names")[1].startswith("there is no library yet")
    said("add", folder, "--library", "pets")
    said("remove", "cats", "ferry", "--library", "pets")
    code, _, err = asked(capsys, "Who?", "--library", "pets")
    assert code == 2
    assert re.search(
        r"pets\.db' holds no article: article-bot library add FILE puts one in\n$", err
    )


def test_article_given_with_a_library_keeps_the_others(folder, said, capsys, tmp_path):
    """An article of the same name from elsewhere is another article."""
    said("add", folder)
    other = tmp_path / "ferry.txt"
    other.write_text("The ferry Orca sank in 1911.", "utf-8")
    arguments = ["--article", str(other), "--library", "default"]
    answer = asked(capsys, "When did the ferry Orca sink?", *arguments)[1]
    assert answer["citations"][0]["article_id"] == "ferry-2"
    assert [e["id"] for e in json.loads(said("list", "--json")[1])] == ["cats", "ferry", "ferry-2"]


# -------------------------------------------------------------------------- terminal
def test_progress_bar_on_a_terminal_only(folder, tmp_path):
    command = [sys.executable, "-m", "bot", "library", "add", str(folder)]
    settings = {
        "cwd": ROOT,
        "env": {**os.environ, "XDG_DATA_HOME": str(tmp_path / "xdg")},
        "text": True,
    }
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    os.set_blocking(ours, False)  # nothing shown fails the test and does not stop it
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=120, **settings
    )
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.stdout == "added cats: All about cats\nadded ferry\n"
    assert re.search(r"\d/2 .*file|file \[", shown)
    again = subprocess.run(command, capture_output=True, check=True, timeout=120, **settings)
    assert again.stderr == ""
