"""Killed at any moment a library loses nothing; `benchmarks/crash.py` does it at length."""

import multiprocessing
import subprocess
import sys
import time

import pytest

from benchmarks.crash import MODELS, HashedWords, State, check, check_parts, replay, run, work
from index.library import Library
from index.retriever import retrieve
from index.types import Article

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signal")


def test_killed_at_random_moments(tmp_path):
    killed_in = run(tmp_path, kills=10, seconds=35, seed=1)
    assert killed_in.total() >= 3, "the machine is too slow for this test to mean anything"
    assert sum(killed_in[name] for name in ("adding", "removing", "rebuilding")) > 0
    assert not [p.name for p in tmp_path.iterdir() if p.name.endswith(".tmp")]


def test_killed_while_a_new_library_is_made(tmp_path):
    """At one statement of its making or another: whoever comes next makes it."""
    code = (
        "import os, sqlite3, sys; import index.sqlite as s; from pathlib import Path\n"
        "from benchmarks.crash import HashedWords, MODELS\n"
        "from index.library import Library\n"
        "path, left = Path(sys.argv[1]), int(sys.argv[2])\n"
        "class Dying(sqlite3.Connection):\n"
        "    def _count(self):\n"
        "        global left\n"
        "        left -= 1\n"
        "        if left < 0: os.kill(os.getpid(), 9)\n"
        "    def execute(self, *a): self._count(); return super().execute(*a)\n"
        "    def executescript(self, *a): self._count(); return super().executescript(*a)\n"
        "connect = sqlite3.connect\n"
        "s.sqlite3.connect = lambda *a, **k: connect(*a, factory=Dying, **k)\n"
        "Library(path, HashedWords(MODELS[0])).store\n"
        "print('made')\n"
    )
    made = 0
    for statements in (3, 4, 5, 6, 8):
        path = tmp_path / f"{statements}.db"
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), str(statements)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        made += "made" in done.stdout
        assert done.returncode in (0, -9), done.stderr
        with Library(path, HashedWords(MODELS[0])) as library:
            library.add_articles([Article("a", "Cats sleep.")])
            check_parts(library)
    assert made < 5, "no process was killed"


def test_check_notices_what_is_lost(tmp_path):
    with Library(tmp_path / "library.db", HashedWords(MODELS[0])) as library:
        library.add_articles([Article("a", "Cats sleep unique1x")])
        state = State().after({"put": {"a": "Cats sleep unique1x"}})
        assert check(library.path, state, None).texts == state.texts
        more = state.after({"put": {"b": "Dogs bark unique2x"}})
        with pytest.raises(AssertionError, match="lost or half done"):
            check(library.path, more, None)
        with pytest.raises(AssertionError, match="lost or half done"):
            check(library.path, more, {"put": {"c": "Kiwis run unique3x"}})
        library.store._database.connection.execute("DELETE FROM chunk_terms")
        with pytest.raises(AssertionError):
            check_parts(library)


def test_two_writers_and_a_reader(tmp_path):
    """Two processes write for two seconds; all that either was told is in, is in."""
    path = tmp_path / "library.db"
    with Library(path, HashedWords(MODELS[0])) as reader:
        reader.add_articles([Article("kept", "The kiwi sleeps.")])
        context = multiprocessing.get_context("forkserver")
        logs = {prefix: tmp_path / f"{prefix}.jsonl" for prefix in "ab"}
        workers = [
            context.Process(target=work, args=(path, log, 5, prefix, False), daemon=True)
            for prefix, log in logs.items()
        ]
        for worker in workers:
            worker.start()
        end, asked = time.monotonic() + 60, 0
        while not all(log.exists() and len(log.read_text().splitlines()) > 40
                      for log in logs.values()):  # fmt: skip
            assert time.monotonic() < end
            assert retrieve(reader.store, "kiwi", 1)[0].text == "The kiwi sleeps."
            asked += 1
        assert all(worker.is_alive() for worker in workers)
        for worker in workers:
            worker.kill()
            worker.join()
        assert asked > 3
        found = {a.id: a.text for a in reader.articles()}
        for prefix, log in logs.items():
            state, under_way = replay(log, State())
            mine = {name: text for name, text in found.items() if name.startswith(prefix)}
            possible = [state, state.after(under_way or {})]
            assert mine in [s.texts for s in possible]
        check_parts(reader)
