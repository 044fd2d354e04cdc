"""What the benchmarks share: evaluation sets, their metrics, and how figures are printed."""

import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from index.reading import read
from index.types import Article, Passage


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its references; without any, the article does not answer it."""

    id: str
    text: str
    answers: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An article and the questions asked of it."""

    article: Article
    questions: tuple[Question, ...]


def load_metrics(folder: Path) -> ModuleType:
    """The metrics in ``score.py`` of the data folder, as a module."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None or not (folder / "score.py").is_file():
        sys.exit(f"there is no score.py in {str(folder)!r}: name the data folder with --data")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)


def squad_tasks(path: Path) -> list[Task]:
    """Articles with questions in the form of the SQuAD sets."""
    return [
        Task(
            Article(row["id"], row["text"], row["title"]),
            tuple(
                Question(
                    str(q["id"]),
                    q["question"],
                    tuple(a["text"] for a in q["answers"]),
                    tuple(
                        (a["start"], a.get("end", a["start"] + len(a["text"])))
                        for a in q["answers"]
                    ),
                )
                for q in row["questions"]
            ),
        )
        for row in json_lines(path)
    ]


def clapnq_tasks(folder: Path) -> list[Task]:
    """Passages with one question each; its spans are the sentences that people took as evidence."""
    return [
        Task(
            Article(str(row["id"]), row["text"], row["title"]),
            (
                Question(
                    str(row["id"]),
                    row["question"],
                    tuple(row["answers"]) if row["gold_spans"] else (),
                    tuple((start, end) for start, end in row["gold_spans"]),
                ),
            ),
        )
        for row in json_lines(folder / "clapnq.public.jsonl")
    ]


def offtopic_tasks(folder: Path) -> list[Task]:
    """Questions of other articles, asked of the SQuAD articles."""
    asked: dict[str, list[Question]] = {}
    for row in json_lines(folder / "squad2_offtopic.public.jsonl"):
        asked.setdefault(row["article"], []).append(Question(row["id"], row["question"], ()))
    articles = {
        t.article.id: t.article for t in squad_tasks(folder / "squad2_dev_articles.public.jsonl")
    }
    return [Task(articles[name], tuple(questions)) for name, questions in asked.items()]


def moonrocks_tasks(folder: Path) -> list[Task]:
    """The twelve questions about the first article, which lies beside the data folder."""
    questions = tuple(
        Question(row["id"], row["question"], tuple(row["answers"]))
        for row in json_lines(folder / "moonrocks.public.jsonl")
    )
    return [Task(read(folder.parent / "article.txt"), questions)]


def covers(passages: Iterable[Passage], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a passage holds a whole reference answer."""
    return any(p.start <= start and end <= p.end for p in passages for start, end in spans)


def retrieval_row(article: Article, question: Question, found: Sequence[Passage]) -> dict[str, Any]:
    """What the metrics of retrieval want to know of one question of an article."""
    ranked = [{"start": p.start, "end": p.end, "doc": p.article_id} for p in found]
    return {"gold_spans": question.spans, "doc": article.id, "ranked": ranked}


def report(figures: dict[str, Any]) -> None:
    """Print one row of figures."""
    print(json.dumps(figures, ensure_ascii=False), flush=True)
