"""Adding many articles to a library on disk: speed and memory, against the plain recipe.

    python benchmarks/ingest.py --articles 1000
    python benchmarks/ingest.py --articles 1000 --plain plain/bin/python

The environment of the plain recipe (text splitter, HuggingFaceEmbeddings, FAISS) is made as
``benchmarks/speed.py`` says. Each side reads the same folder of text files in a fresh process and
leaves an index on disk; ours is a library that can be searched by words too, changed and killed.
The articles are sentences of the shipped one, drawn at random, 700 words each.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

_SENTENCES_IN_A_PARAGRAPH = 5


def measure(folder: str, target: str) -> None:
    """Our side, in a fresh process: print seconds, MB and how many articles are in."""
    from index.library import Library

    began = time.perf_counter()
    with Library(Path(target, "library.db")) as library:
        library.add([Path(folder)])
    seconds = time.perf_counter() - began
    with Library(Path(target, "library.db")) as library:
        count = len(library.entries())
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, kilobytes elsewhere
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "articles": count}))


def write_articles(folder: Path, count: int, words: int, seed: int = 0) -> None:
    """Write ``count`` text files of at least ``words`` words each."""
    from index.sentences import split_sentences

    text = resources.files("bot").joinpath("data", "moon-rocks.md").read_text(encoding="utf-8")
    sentences = [" ".join(text[s.start : s.end].split()) for s in split_sentences(text)]
    chosen = random.Random(seed)
    for number in range(count):
        parts, length = [f"Report {number}."], 0
        while length < words:
            sentence = chosen.choice(sentences)
            length += len(sentence.split())
            end = "\n\n" if chosen.random() < 1 / _SENTENCES_IN_A_PARAGRAPH else " "
            parts.append(sentence + end)
        folder.joinpath(f"report-{number}.txt").write_text("".join(parts), encoding="utf-8")


def main() -> None:
    """Measure each side in turn and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--words", type=int, default=700, help="of each article")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--plain", metavar="PYTHON", help="python of the plain recipe's environment"
    )
    arguments = parser.parse_args()
    recipe = str(Path(__file__).with_name("plain_recipe.py"))
    sides = {"ours": [sys.executable, __file__, "measure"]}
    if arguments.plain:
        sides["plain recipe"] = [arguments.plain, recipe, "ingest"]
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder, "articles")
        articles.mkdir()
        write_articles(articles, arguments.articles, arguments.words)
        for number in range(arguments.rounds):
            for name, command in sides.items():
                target = Path(folder, f"{name}-{number}")
                target.mkdir()
                rows[name].append(run([*command, str(articles), str(target)]))
    print("| side | articles | seconds | articles a second | peak memory, MB |")
    print("|---|---|---|---|---|")
    for name, measured in rows.items():
        seconds = statistics.median(row["seconds"] for row in measured)
        peak = max(row["peak_mb"] for row in measured)
        count = int(measured[0]["articles"])
        print(f"| {name} | {count} | {seconds:.1f} | {count / seconds:.1f} | {peak:.0f} |")


def run(command: list[str]) -> dict[str, float]:
    """One measurement in a fresh process."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main()
