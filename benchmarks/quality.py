"""How good are the answers? Every quality figure of the README comes from here.

    python benchmarks/quality.py --data ../shared/data
    python benchmarks/quality.py --data ../shared/data --llm none --sets moonrocks retrieval
    python benchmarks/quality.py --data ../shared/data --llm none --strictness 0 0.12 0.3

Sets: squad2 (each question asked of its whole article), offtopic, moonrocks, clapnq (citations
against the sentences that people chose; a refusal cites nothing), retrieval.
The metrics are those of ``score.py`` in the data folder. Prints one JSON object a set.
"""

import argparse
import itertools
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

# A script's own folder is on the path, its parent is not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.data import (
    Question,
    Task,
    clapnq_tasks,
    load_metrics,
    moonrocks_tasks,
    offtopic_tasks,
    report,
    retrieval_row,
    squad_tasks,
)
from bot import Answer, Bot, Config
from bot.build import build_bot

_SETS = ["moonrocks", "squad2", "offtopic", "clapnq", "retrieval"]
_SQUAD = "squad2_dev_articles.public.jsonl"
# Written apart from bot/grounding.py, so that one does not vouch for the other.
_CHECKED = re.compile(r"\b\d[\w.,]*|(?<=[\w,;] )[A-Z][\w'’-]+")
Asked = list[tuple[Question, Answer]]


def main() -> None:
    """Parse the arguments and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--llm", nargs="+", default=["none", "local"])
    parser.add_argument(
        "--sets", nargs="+", choices=_SETS, default=_SETS, help="which of them (default: all)"
    )
    parser.add_argument("--reader", default="shipped", help="shipped, lexical or a hub model")
    parser.add_argument(
        "--strictness",
        nargs="+",
        type=float,
        default=[Config().strictness],
        help="one or more levels; 0 always answers",
    )
    parser.add_argument(
        "--answers", type=Path, help="also write every answer to this JSON-lines file"
    )
    arguments = parser.parse_args()
    metrics = load_metrics(arguments.data)
    tasks = {
        "moonrocks": moonrocks_tasks(arguments.data),
        "squad2": squad_tasks(arguments.data / _SQUAD),
        "offtopic": offtopic_tasks(arguments.data),
    }
    for llm, strictness in itertools.product(arguments.llm, arguments.strictness):
        bot = build_bot(Config(llm=llm, reader=arguments.reader, strictness=strictness), [])
        how = {"llm": llm, "strictness": strictness}
        for name in (name for name in tasks if name in arguments.sets):
            answers = ask_all(bot, tasks[name], f"{name}, llm={llm}")
            report({"set": name, **how, **answer_figures(metrics, tasks[name], answers)})
            if arguments.answers:
                write_answers(arguments.answers, name, llm, tasks[name], answers)
        if "clapnq" in arguments.sets:
            passages = clapnq_tasks(arguments.data)
            answers = ask_all(bot, passages, f"clapnq, llm={llm}")
            report({"set": "clapnq", **how, **citation_figures(metrics, passages, answers)})
    if "retrieval" in arguments.sets:
        bot = build_bot(Config(llm="none", reader=arguments.reader), articles=[])
        for name in (_SQUAD, "covidqa.public.jsonl"):
            figures = retrieval_figures(metrics, bot, squad_tasks(arguments.data / name))
            report({"set": f"retrieval {name.split('.')[0]}", **figures})


def ask_all(bot: Bot, tasks: Sequence[Task], label: str) -> dict[str, Answer]:
    """Every question asked of its whole article, indexed alone."""
    answers = {}
    with tqdm(total=sum(len(task.questions) for task in tasks), desc=label) as bar:
        for task in tasks:
            own = bot.with_articles([task.article])
            for question in task.questions:
                answers[question.id] = own.ask(question.text)
                bar.update()
    return answers


def by_answer(tasks: Sequence[Task], answers: dict[str, Answer]) -> tuple[Asked, Asked]:
    """Questions and what was said to them: those that their article answers, and the others."""
    asked = [(q, answers[q.id]) for task in tasks for q in task.questions]
    return [pair for pair in asked if pair[0].answers], [p for p in asked if not p[0].answers]


def answer_figures(
    metrics: Any, tasks: Sequence[Task], answers: dict[str, Answer]
) -> dict[str, Any]:
    """EM and F1 of the short answer, abstention, citation hits, unsupported claims; in percent."""
    has, no = by_answer(tasks, answers)
    asked = has + no
    scores = [
        (metrics.exact(a.short or "", q.answers), metrics.f1(a.short or "", q.answers))
        for q, a in asked
    ]
    answerable = scores[: len(has)]
    figures: dict[str, Any] = {
        "questions": len(asked),
        "exact": percent([e for e, _ in scores]),
        "f1": percent([f for _, f in scores]),
        "unsupported": percent(
            [bool(unsupported_claims(a)) for _, a in asked if a.status == "answered"]
        ),
        "seconds": round(sum(a.timings["total"] for _, a in asked) / len(asked), 3),
    }
    if has:
        figures["has_answer"] = {
            "n": len(has),
            "exact": percent([e for e, _ in answerable]),
            "f1": percent([f for _, f in answerable]),
            "answered": percent([a.status == "answered" for _, a in has]),
            "text_contains": percent([metrics.contains(a.text, q.answers) for q, a in has]),
            "citation_hit": percent(
                [any(metrics.contains(c.quote, q.answers) for c in a.citations) for q, a in has]
            ),
        }
    if no:
        figures["no_answer"] = {
            "n": len(no),
            "abstained": percent([a.status == "not_in_article" for _, a in no]),
        }
    return figures


def citation_figures(
    metrics: Any, tasks: Sequence[Task], answers: dict[str, Answer]
) -> dict[str, Any]:
    """Citations of answerable questions against the references, and abstention; in percent."""
    has, no = by_answer(tasks, answers)
    scores = [
        metrics.citation_scores([(c.start, c.end) for c in a.citations], q.spans) for q, a in has
    ]
    return {
        "n": len(has),
        **{key: percent([score[key] for score in scores]) for key in scores[0]},
        "citations": round(sum(len(a.citations) for _, a in has) / len(has), 2),
        "answered": percent([a.status == "answered" for _, a in has]),
        "unsupported": percent([bool(unsupported_claims(a)) for _, a in has]),
        "no_answer_abstained": percent([a.status == "not_in_article" for _, a in no]),
    }


def retrieval_figures(metrics: Any, bot: Bot, tasks: Sequence[Task]) -> dict[str, Any]:
    """Share of answerable questions with the answer inside the first k passages, in percent."""
    run = []
    for task in tqdm(tasks, desc="retrieval"):
        own = bot.with_articles([task.article])
        for question in (q for q in task.questions if q.answers):
            run.append(retrieval_row(task.article, question, own.search(question.text, 10)))
    result: dict[str, Any] = metrics.score_retrieval(run)
    return result


def unsupported_claims(answer: Answer) -> list[str]:
    """Numbers and mid-sentence names of the answer that none of its quotes contains."""
    if answer.status == "not_in_article":
        return []
    quotes = " ".join(citation.quote for citation in answer.citations)
    known = set(re.findall(r"\w+", quotes.lower()))
    plain = re.sub(r"\[\d+\]", "", answer.text)
    return [
        claim
        for claim in _CHECKED.findall(plain)
        if not set(re.findall(r"\w+", claim.lower())) <= known
    ]


def percent(values: Sequence[float]) -> float:
    """Mean of the values, times 100."""
    return round(100 * sum(values) / len(values), 1) if values else 0.0


def write_answers(
    path: Path, name: str, llm: str, tasks: Sequence[Task], answers: dict[str, Answer]
) -> None:
    """Append one row per question, for reading by eye."""
    with path.open("a", encoding="utf-8") as stream:
        for question in (q for task in tasks for q in task.questions):
            answer = answers[question.id]
            row = {
                "set": name,
                "llm": llm,
                "id": question.id,
                "question": question.text,
                "references": question.answers,
                "short": answer.short,
                "text": answer.text,
                "confidence": round(answer.confidence, 3),
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
