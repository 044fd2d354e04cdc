"""Figures of the reader: ``python benchmarks/reader.py --data ../shared/data``.

Prints SQuAD 2.0 exact match and F1 with the gold paragraph given, the cost of reading, the time to
load, and the reliability of the confidence. The data sets named ``public`` were never trained,
tuned or calibrated on.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.data import json_lines, load_metrics
from bot.config import TOP_K
from bot.evidence import read
from bot.reader import OnnxReader, Reader
from index.types import Passage
from training.negatives import Bm25

SQUAD = "squad2_dev_articles.public.jsonl"
OFFTOPIC = "squad2_offtopic.public.jsonl"
PASSAGE_CHARACTERS = 1000
TIMED_PASSAGES = 8


def gold_paragraph(
    reader: Reader, articles: Sequence[dict[str, Any]], score: ModuleType
) -> dict[str, Any]:
    """SQuAD 2.0 with each question's own paragraph given; answers where the score is above 0."""
    answered: dict[str, str] = {}
    forced: dict[str, str] = {}
    for article in articles:
        for question in article["questions"]:
            start, end = article["paragraphs"][question["paragraph"]]
            passage = article["text"][start:end]
            (reading,) = reader.read(question["question"], [passage])
            forced[question["id"]] = passage[reading.start : reading.end]
            answered[question["id"]] = forced[question["id"]] if reading.score > 0 else ""
    result: dict[str, Any] = score.score_squad(articles, answered)
    result["HasAns, always answering"] = score.score_squad(articles, forced)["HasAns"]
    return result


def _passages(text: str) -> list[str]:
    """Windows of 1,000 characters with an overlap of 150, as plain as can be."""
    step = PASSAGE_CHARACTERS - 150
    return [
        text[first : first + PASSAGE_CHARACTERS]
        for first in range(0, max(1, len(text) - 150), step)
    ]


def whole_article(
    reader: Reader,
    articles: Sequence[dict[str, Any]],
    offtopic: Sequence[dict[str, Any]],
    score: ModuleType,
) -> list[tuple[float, bool, str]]:
    """Confidence, whether the best span is right (F1 of 0.5) and kind, for every question.

    The passages that plain BM25 ranks highest are read: this measures the reader, not retrieval.
    """
    by_id = {article["id"]: article for article in articles}
    asked: list[tuple[dict[str, Any], dict[str, Any], str]] = []
    for article in articles:
        for question in article["questions"]:
            kind = "unanswerable" if question["is_impossible"] else "answerable"
            asked.append((article, question, kind))
    for question in offtopic:
        asked.append((by_id[question["article"]], question, "off-topic"))
    texts = {article["id"]: _passages(article["text"]) for article in articles}
    indexes = {name: Bm25(passages) for name, passages in texts.items()}
    found = []
    for article, question, kind in asked:
        passages = texts[article["id"]]
        ranked = indexes[article["id"]].rank(question["question"], TOP_K)
        passages = [passages[at] for at in ranked] or passages[:1]
        readings = reader.read(question["question"], passages)
        best = max(range(len(readings)), key=lambda at: readings[at].score)
        span = passages[best][readings[best].start : readings[best].end]
        golds = (
            [answer["text"] for answer in question.get("answers", [])]
            if kind == "answerable"
            else []
        )
        right = bool(golds) and score.f1(span, golds) >= 0.5
        confidence = reader.confidence(readings[best].score, len(passages))
        found.append((confidence, right, kind))
    return found


def reliability(rows: Sequence[tuple[float, bool, str]], bins: int = 5) -> list[dict[str, float]]:
    """Mean confidence against the share of right answers, in bins of equal width."""
    table = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [
            (p, right) for p, right, _ in rows if low <= p < high or (high == 1.0 and p == 1.0)
        ]
        if inside:
            table.append(
                {
                    "from": low,
                    "to": high,
                    "n": len(inside),
                    "confidence": round(statistics.mean(p for p, _ in inside), 3),
                    "right": round(statistics.mean(float(right) for _, right in inside), 3),
                }
            )
    return table


def cost(articles: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Milliseconds to read the 8 passages that rank highest, on one thread.

    All of them whole, and as the bot does: a part of each, and the most promising whole. Asked are
    two questions of each article that has more passages; nothing is kept from one to the next.
    """
    spent: dict[str, list[tuple[float, float]]] = {"all whole": [], "as the bot does": []}
    for article in articles:
        texts = _passages(article["text"])
        index = Bm25(texts)
        for question in article["questions"][:2]:
            asked = question["question"]
            top = [texts[at] for at in index.rank(asked, TIMED_PASSAGES)]
            if len(top) < TIMED_PASSAGES:
                continue
            found = [Passage(article["id"], at, at + len(t), t, 0.0) for at, t in enumerate(top)]
            for way, times in spent.items():
                reader = OnnxReader(threads=1)
                reader.read(asked, [article["title"]])  # the first reading of all takes longer
                began, began_cpu = time.perf_counter(), time.process_time()
                if way == "all whole":
                    reader.read(asked, top)
                else:
                    read(reader, asked, found, {}, {})
                times.append((time.perf_counter() - began, time.process_time() - began_cpu))
    return {
        way: {
            "questions": len(times),
            "wall_ms_median": round(1000 * statistics.median(wall for wall, _ in times), 1),
            "wall_ms_mean": round(1000 * statistics.mean(wall for wall, _ in times), 1),
            "cpu_ms_median": round(1000 * statistics.median(cpu for _, cpu in times), 1),
        }
        for way, times in spent.items()
    }


def load_time() -> dict[str, float]:
    """Seconds to import and load the reader in a fresh process."""
    code = (
        "import time; began = time.perf_counter(); from bot.reader import OnnxReader; "
        "imported = time.perf_counter(); OnnxReader(); "
        "print(imported - began, time.perf_counter() - imported)"
    )
    runs = [
        [
            float(part)
            for part in subprocess.check_output(
                [sys.executable, "-c", code], cwd=ROOT, text=True
            ).split()
        ]
        for _ in range(3)
    ]
    imported, loaded = min(runs, key=sum)
    return {"import_s": round(imported, 3), "load_s": round(loaded, 3)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with score.py and the public files"
    )
    parser.add_argument(
        "--model", type=Path, default=None, help="another ONNX file than the shipped one"
    )
    parser.add_argument(
        "--quick", action="store_true", help="gold paragraph, cost and load time only"
    )
    args = parser.parse_args()
    score = load_metrics(args.data)
    articles = list(json_lines(args.data / SQUAD))
    reader = OnnxReader(args.model, threads=1)
    print("Gold paragraph given, SQuAD 2.0 public:")
    for name, value in gold_paragraph(reader, articles, score).items():
        print(f"  {name}: {value}")
    print(f"Reading {TIMED_PASSAGES} passages of {PASSAGE_CHARACTERS} characters, one thread:")
    for way, spent in cost(articles).items():
        print(f"  {way}: {spent}")
    print(f"Loading: {load_time()}")
    if args.quick:
        return
    rows = whole_article(reader, articles, list(json_lines(args.data / OFFTOPIC)), score)
    print(f"Reliability of the confidence, top {TOP_K} passages read (right: F1 >= 0.5):")
    for row in reliability(rows):
        print(
            f"  {row['from']:.1f}-{row['to']:.1f}  n={row['n']:<4}  "
            f"{row['confidence']:.3f}  {row['right']:.3f}"
        )
    print("Answered at a confidence of at least t:")
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        shares = {
            kind: round(
                100 * statistics.mean(float(p >= threshold) for p, _, k in rows if k == kind), 1
            )
            for kind in ("answerable", "unanswerable", "off-topic")
        }
        print(f"  {threshold:.1f}  {shares}")


if __name__ == "__main__":
    main()
