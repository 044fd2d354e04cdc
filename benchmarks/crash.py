"""Does a library survive being killed? SIGKILL at random moments, then everything is checked.

    python benchmarks/crash.py --kills 300

A process adds, replaces and removes articles and rebuilds the library with another model, without
pause, and logs each operation before and after; it is killed at a random moment. Then the library
must open, every operation that had returned must be there in full, the one under way must be
there in full or not at all, SQLite, full-text index and FAISS must agree, every article must be
found by its words and no removed one. A killed rebuild goes on in the next process.

The store is the real one; the embedding is a cheap hash of words, so that most of the time is
spent writing and most kills fall there.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np
from langchain_core.embeddings import Embeddings

from index.library import Library
from index.types import Article

MODELS = ("hashed-words-a", "hashed-words-b")
_MOST_ARTICLES = 40
_NAMES = {"put": "adding", "remove": "removing", "model": "rebuilding"}
_WORDS = [f"{a}{b}{c}" for a in "bdfgklmn" for b in "aeiou" for c in ("rt", "ns", "lk", "st")]


class HashedWords(Embeddings):
    """A text is the sum of pseudo-random vectors of its words: deterministic, and takes no time."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of ``texts``: n lists of 32 floats."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Vector of one text: 32 floats."""
        total = np.zeros(32)
        for word in text.lower().replace(".", " ").split():
            seed = zlib.crc32(f"{self.model_id} {word}".encode())
            total += np.random.default_rng(seed).standard_normal(32)
        found: list[float] = total.tolist()
        return found


class State:
    """What a library must hold: text by article id, and its model."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.model = MODELS[0]

    def after(self, step: dict[str, Any]) -> "State":
        """The state once a logged operation is done."""
        done = State()
        done.texts = {**self.texts, **step.get("put", {})}
        for removed in step.get("remove", []):
            done.texts.pop(removed, None)
        done.model = step.get("model", self.model)
        return done


def work(path: Path, log: Path, seed: int, prefix: str, rebuilds: bool) -> None:
    """Change a library until killed; ``prefix`` is that of the articles that are this one's."""
    chosen = random.Random(seed)
    stream = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def tell(step: dict[str, Any]) -> None:
        os.write(stream, (json.dumps(step) + "\n").encode())

    model = MODELS[0]
    if path.is_file():
        with Library(path) as looked_at:
            model = looked_at._database.meta("embedding") or model
    library = Library(path, HashedWords(model))
    mine = {e.id for e in library.store.entries() if e.id.startswith(prefix)}
    tell({"open": True})
    for number in range(1_000_000):
        kind = chosen.random()
        if rebuilds and kind < 0.04:
            library.close()
            model = MODELS[1 - MODELS.index(model)]
            tell({"model": model})
            library = Library(path, HashedWords(model))
            library.rebuild()
        elif mine and (kind < 0.3 or len(mine) > _MOST_ARTICLES):
            names = chosen.sample(sorted(mine), min(len(mine), chosen.randint(1, 4)))
            tell({"remove": names})
            library.remove(names)
            mine -= set(names)
        else:
            names = [f"{prefix}{seed}-{number}-{n}" for n in range(chosen.randint(1, 4))]
            if mine and kind < 0.5:
                names = chosen.sample(sorted(mine), 1)  # read again, it has changed
            texts = {name: _text(chosen, f"{name} {number}") for name in names}
            tell({"put": texts})
            library.add_articles([Article(n, t, source=f"/none/{n}.txt") for n, t in texts.items()])
            mine |= set(names)
        tell({"done": True})


def token(text: str) -> str:
    """The word that only this text holds: its last."""
    return text.rsplit(" ", 1)[1]


def _text(chosen: random.Random, name: str) -> str:
    paragraphs = [" ".join(chosen.choices(_WORDS, k=120)) for _ in range(chosen.randint(1, 5))]
    return "\n\n".join(paragraphs) + f" unique{zlib.crc32(name.encode()):x}{len(name)}x"


def replay(log: Path, state: State) -> tuple[State, dict[str, Any] | None]:
    """The state after all operations that returned, and the one that was under way."""
    under_way = None
    for line in log.read_text("utf-8").splitlines() if log.exists() else []:
        step = json.loads(line)
        if "done" in step and under_way is not None:
            state, under_way = state.after(under_way), None
        elif "open" not in step:
            under_way = step
    return state, under_way


def check(path: Path, state: State, under_way: dict[str, Any] | None) -> State:
    """Check a library after a kill; returns the state it is in.

    Raises:
        AssertionError: Something was lost, is half there, or two parts disagree.
    """
    with Library(path) as looked_at:
        model = looked_at._database.meta("embedding")
        texts = {article.id: article.text for article in looked_at.articles()}
    possible = [state] if under_way is None else [state, state.after(under_way)]
    now = next((s for s in possible if s.texts == texts and s.model == model), None)
    assert now is not None, f"neither before nor after {under_way}: lost or half done"
    with Library(path, HashedWords(now.model)) as library:
        check_parts(library)
        for name, text in now.texts.items():
            for ranking in (
                library.store.rank_lexical(token(text), 1),
                library.store.rank_dense(text.rsplit("\n\n", 1)[1] if "\n\n" in text else text, 1),
            ):
                assert [p.article_id for p in library.store.passages(ranking)] == [name], name
        gone = {token(t) for s in possible for t in s.texts.values()} - {
            token(t) for t in now.texts.values()
        }
        for word in gone:
            assert not library.store.rank_lexical(word, 1), f"{word} is still found"
    return now


def check_parts(library: Library) -> None:
    """SQLite is whole, and full-text index and FAISS hold what its tables hold."""
    library.store._refresh()
    database, dense = library.store._database, library.store._dense
    assert database.rows("PRAGMA integrity_check") == [("ok",)]
    database.rows("INSERT INTO chunk_terms (chunk_terms) VALUES ('integrity-check')")
    keys, vectors = database.vectors()
    assert sorted(dense.keys()) == sorted(keys)
    assert [k for (k,) in database.rows("SELECT rowid FROM chunk_terms ORDER BY 1")] == sorted(keys)
    for key, vector in zip(keys, vectors, strict=True):
        assert np.array_equal(dense.vector(key), vector)
    for article in library.articles():
        for passage in library.store.passages(
            [(k, 0.0) for k in database.chunk_keys([article.id])]
        ):
            assert article.text[passage.start : passage.end] == passage.text


def killed(
    path: Path, log: Path, seed: int, *, seconds: float, prefix: str = "a", rebuilds: bool = True
) -> None:
    """Run ``work`` and kill it ``seconds`` after it has opened the library; less, before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.library"])
    process = context.Process(target=work, args=(path, log, seed, prefix, rebuilds), daemon=True)
    process.start()
    try:
        deadline = time.monotonic() + (60 if seconds >= 0 else -seconds)
        while time.monotonic() < deadline and not (seconds >= 0 and _has_opened(log)):
            time.sleep(0.001)
        time.sleep(max(seconds, 0))
        assert process.exitcode is None, "the worker ended by itself"
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -signal.SIGKILL


def _has_opened(log: Path) -> bool:
    return log.exists() and log.stat().st_size > 0


def run(folder: Path, kills: int, seconds: float, seed: int = 0) -> Counter[str]:
    """Kill and check; returns how often each operation was under way when killed."""
    chosen, state = random.Random(seed), State()
    path, log = folder / "library.db", folder / "log.jsonl"
    killed_in: Counter[str] = Counter()
    end = time.monotonic() + seconds
    for round_number in range(kills):
        if time.monotonic() > end:
            break
        worker_seed, kind = seed * 100_000 + round_number, chosen.random()
        if kind < 0.05:
            new = folder / f"new-{round_number}.db"
            killed(new, log, worker_seed, seconds=-chosen.uniform(0.001, 0.3))
            made, under_way = replay(log, State())
            Library(new, HashedWords(made.model)).store.close()
            check(new, made, under_way)
            killed_in["creating"] += 1
        else:
            early = kind < 0.15 and path.is_file()
            moment = -chosen.uniform(0.001, 0.3) if early else chosen.uniform(0, 0.3)
            killed(path, log, worker_seed, seconds=moment)
            state, under_way = replay(log, state)
            state = check(path, state, under_way)
            name = _NAMES[next(iter(under_way))] if under_way else "between operations"
            killed_in[name if _has_opened(log) else "opening"] += 1
        log.unlink(missing_ok=True)
    return killed_in


def main() -> None:
    """Kill, check, and print how often each operation was under way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=600, help="stop after this long")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        killed_in = run(Path(folder), arguments.kills, arguments.seconds, arguments.seed)
        left = sorted(p.name for p in Path(folder).iterdir() if not p.name.startswith("new-"))
    print(f"{killed_in.total()} kills, nothing lost, nothing half done")
    for name, count in killed_in.most_common():
        print(f"  {count:>5} while {name}")
    print(f"files left: {', '.join(left)}")


if __name__ == "__main__":
    main()
