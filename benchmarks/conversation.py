"""Do follow-up questions find what they ask for? On the conversations of MTRAG.

    python benchmarks/conversation.py --data ../shared/data

The human part (MTRAG) and the part with hard turns (MTRAG-UN) apart; every passage is an article of
its own and all are searched. Compared are the last turn alone, the follow-up as this package reads
it, and the rewriting of a human where there is one; "found" is what retrieval gives, "read" is the
same after the reader has reranked it. ``topic_change``: questions about an article asked with no
history, and after three about another article. The metrics are those of ``score.py`` in the data
folder. Prints one JSON object a row.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

# A script's own folder is on the path, its parent is not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.data import Task, json_lines, load_metrics, report, retrieval_row, squad_tasks
from bot import Bot, Config
from bot.build import build_bot, load_embeddings
from bot.followup import Standalone, stand_alone
from index.retriever import retrieve
from index.store import ArticleStore
from index.types import Article, Passage

_DEPTH = 20
_PARTS = {"MTRAG-human": "human", "MTRAG-UN": "UN"}
Row = dict[str, Any]
Search = Callable[[Row], list[Passage]]


def main() -> None:
    """Parse the arguments and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--library", type=Path, help="keep the index of the passages in this file")
    parser.add_argument("--sets", nargs="+", choices=["mtrag", "topic_change"], default=None)
    arguments = parser.parse_args()
    metrics = load_metrics(arguments.data)
    chosen = arguments.sets or ["mtrag", "topic_change"]
    if "mtrag" in chosen:
        mtrag(metrics, arguments.data, arguments.library)
    if "topic_change" in chosen:
        tasks = squad_tasks(arguments.data / "squad2_dev_articles.public.jsonl")
        topic_change(metrics, tasks)


def mtrag(metrics: Any, data: Path, library: Path | None) -> None:
    """Recall of the gold passages, by part and by what is searched for."""
    articles = [
        Article(row["doc"], row["text"], row["title"])
        for row in json_lines(data / "mtrag.public.passages.jsonl")
    ]
    bot = build_bot(Config(llm="none", library=library), articles, _progress)
    rows = [row for row in json_lines(data / "mtrag.public.jsonl") if row["gold_docs"]]
    with ArticleStore(load_embeddings("minilm"), library) as store:
        store.add_articles(articles, _progress)
        for source, part in _PARTS.items():
            asked = [row for row in rows if row["source"] == source]
            for name, read_as in _readings(asked).items():
                found = _figures(metrics, asked, _retrieval(store, read_as), f"{part}, {name}")
                read = _figures(metrics, asked, _search(bot, read_as), f"{part}, {name}, read")
                report({"set": f"mtrag {part}", "question": name, "found": found, "read": read})


def topic_change(metrics: Any, tasks: Sequence[Task]) -> None:
    """Recall in the own article with and without a history that has nothing to do with it."""
    bot = build_bot(Config(llm="none"), articles=[])
    for name, talked in (("no history", False), ("after another topic", True)):
        run = []
        for task, other in zip(tasks, [*tasks[1:], tasks[0]], strict=True):
            own = bot.with_articles([task.article])
            history = [{"role": "user", "text": q.text} for q in other.questions[:3]]
            for question in (q for q in task.questions if q.answers):
                found = own.search(question.text, 10, history=history if talked else ())
                run.append(retrieval_row(task.article, question, found))
        report({"set": "topic_change squad2", "question": name, **metrics.score_retrieval(run)})


def _readings(rows: Sequence[Row]) -> dict[str, Callable[[Row], tuple[str, list[Any]]]]:
    """What is asked, and after what, by name."""
    readings: dict[str, Callable[[Row], tuple[str, list[Any]]]] = {
        "last turn alone": lambda row: (row["question"], []),
        "follow-up": lambda row: (row["question"], row["history"]),
    }
    if any("rewrite" in row for row in rows):
        readings["human rewrite"] = lambda row: (row.get("rewrite") or row["question"], [])
    return readings


def _retrieval(store: ArticleStore, read_as: Callable[[Row], tuple[str, list[Any]]]) -> Search:
    def search(row: Row) -> list[Passage]:
        question: Standalone = stand_alone(*read_as(row))
        return retrieve(store, question.text, _DEPTH, variants=question.variants)

    return search


def _search(bot: Bot, read_as: Callable[[Row], tuple[str, list[Any]]]) -> Search:
    def search(row: Row) -> list[Passage]:
        question, history = read_as(row)
        return bot.search(question, 10, history=history)

    return search


def _figures(metrics: Any, rows: Sequence[Row], search: Search, label: str) -> dict[str, float]:
    run = [
        {
            "gold": row["gold_docs"],
            "ranked": list(dict.fromkeys(p.article_id for p in search(row))),
        }
        for row in tqdm(rows, desc=label)
    ]
    figures: dict[str, float] = metrics.score_retrieval(run)
    return {name: figures[name] for name in ("n", "recall@1", "recall@5", "recall@10")}


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rindexing: {done} of {total} passages", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
