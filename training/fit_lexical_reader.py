"""Fit the weights and the calibration of ``bot/lexical_reader.py`` and print them.

    python -m training.fit_lexical_reader --data ../shared/data

Weights: softmax over the sentences of a question's passages, favoured by the rank of the passage as
``bot.evidence.read`` does, and the null answer, on articles put together from contexts of the
training set. Calibration: logistic, on the whole articles of ``squad11_extra_articles.jsonl``, with
questions of other articles as unanswerable ones; how the reader fares there, with the weights that
it has and with the new ones, is printed too. No file named ``public`` is read.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from bot.build import load_embeddings
from bot.evidence import _RANK_WEIGHT
from bot.lexical_reader import WEIGHTS, candidates
from index.retriever import retrieve
from index.store import ArticleStore
from index.types import Article

_TOP_K = 8
_DOCUMENTS = 60
_CONTEXTS = 40
_QUESTIONS = 40
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Source:
    """An article and its questions with the spans of their answers, none if unanswerable."""

    article: Article
    questions: list[tuple[str, Spans]]


@dataclass(frozen=True, slots=True)
class Example:
    """A question: features of its candidate sentences (n, f) and which of them answer it (n,).

    ``favour`` (n,) is what the rank of their passages adds to their scores.
    """

    features: torch.Tensor
    favour: torch.Tensor
    answers: torch.Tensor
    answerable: bool


def training_documents(path: Path, rng: random.Random) -> Iterator[Source]:
    """Articles made of the contexts of one document each."""
    documents: dict[str, list[dict[str, object]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            documents.setdefault(f"{row['source']}/{row['document']}", []).append(row)
    names = sorted(name for name, rows in documents.items() if len(rows) >= 5)
    for name in rng.sample(names, min(_DOCUMENTS, len(names))):
        text = ""
        questions: list[tuple[str, Spans]] = []
        for row in documents[name][:_CONTEXTS]:
            for q in row["questions"]:  # type: ignore[attr-defined]
                span = (len(text) + q["start"], len(text) + q["end"])
                questions.append((q["question"], [] if q["is_impossible"] else [span]))
            text += str(row["context"]).replace("\n", " ") + "\n\n"
        yield Source(Article(name, text), rng.sample(questions, min(_QUESTIONS, len(questions))))


def extra_articles(path: Path, rng: random.Random) -> Iterator[Source]:
    """The whole articles that are free to train on."""
    with path.open(encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            questions = [
                (q["question"], [(a["start"], a["start"] + len(a["text"])) for a in q["answers"]])
                for q in row["questions"]
            ]
            article = Article(row["id"], row["text"], row["title"])
            yield Source(article, rng.sample(questions, min(_QUESTIONS, len(questions))))


def examples(sources: Iterable[Source], rng: random.Random) -> list[Example]:
    """Each article's own questions, and as many again, halved, of other articles."""
    sources, found = list(sources), []
    embeddings = load_embeddings("minilm")
    for source in tqdm(sources, desc="reading"):
        others = [q for other in sources if other is not source for q, _ in other.questions]
        foreign: list[tuple[str, Spans]] = [
            (q, []) for q in rng.sample(others, len(source.questions) // 2)
        ]
        with ArticleStore(embeddings) as store:
            store.add_articles([source.article])
            for question, spans in source.questions + foreign:
                passages = retrieve(store, question, _TOP_K)
                rows = candidates(question, [passage.text for passage in passages])
                if not rows:
                    continue
                answers = [
                    any(
                        passages[c.passage].start + c.span.start <= start
                        and end <= passages[c.passage].start + c.span.end
                        for start, end in spans
                    )
                    for c in rows
                ]
                features = torch.tensor([c.features for c in rows])
                favour = torch.tensor([_RANK_WEIGHT / (1 + c.passage) for c in rows])
                found.append(Example(features, favour, torch.tensor(answers), bool(spans)))
    return found


def fit_weights(rows: list[Example]) -> torch.Tensor:
    """Weights (f,) that make the answering sentences, or the null answer, most likely."""
    weights = torch.zeros(len(WEIGHTS), requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        total = 1e-3 * len(rows) * (weights**2).sum()
        for row in rows:
            scores = row.features @ weights + row.favour
            everything = torch.logsumexp(torch.cat([torch.zeros(1), scores]), 0)
            if row.answers.any():
                total = total + everything - torch.logsumexp(scores[row.answers], 0)
            elif not row.answerable:
                total = total + everything
        return total / len(rows)

    def step() -> float:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    optimiser.step(step)  # type: ignore[no-untyped-call]
    return weights.detach()


def best_sentences(rows: list[Example], weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Score of each question's best sentence (n,) and whether it answers, 0.0 or 1.0 (n,)."""
    scores, truth = [], []
    for row in rows:
        own = row.features @ weights
        at = int((own + row.favour).argmax())
        scores.append(float(own[at]))
        truth.append(float(row.answers[at]))
    return torch.tensor(scores), torch.tensor(truth)


def fit_calibration(rows: list[Example], weights: torch.Tensor) -> torch.Tensor:
    """Slope and shift of the logistic that turns the best score into P(this sentence answers)."""
    scores, truth = best_sentences(rows, weights)
    line = torch.tensor([1.0, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=100, line_search_fn="strong_wolfe")

    def step() -> float:
        optimiser.zero_grad()
        logits = line[0] * scores + line[1]
        value = torch.nn.functional.binary_cross_entropy_with_logits(logits, truth)
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    optimiser.step(step)  # type: ignore[no-untyped-call]
    return line.detach()


def report(name: str, rows: list[Example], weights: torch.Tensor) -> None:
    """Print how often the best sentence answers an answerable question.

    "Surely": with a score above that of 97 % of the questions of other articles.
    """
    scores, truth = best_sentences(rows, weights)
    answerable = torch.tensor([row.answerable for row in rows])
    level = scores[~answerable].quantile(0.97)
    right = truth[answerable].mean()
    surely = (truth * (scores > level))[answerable].mean()
    print(f"held out, {name}: right {100 * right:.1f} %, surely {100 * surely:.1f} %")


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    train = training_documents(arguments.data / "train" / "reader_train.jsonl.gz", rng)
    weights = fit_weights(examples(train, rng))
    held_out = examples(extra_articles(arguments.data / "squad11_extra_articles.jsonl", rng), rng)
    report("as it is", held_out, torch.tensor(list(WEIGHTS.values())))
    report("fitted", held_out, weights)
    slope, shift = fit_calibration(held_out, weights).tolist()
    print(
        json.dumps(
            dict(zip(WEIGHTS, (round(w, 3) for w in weights.tolist()), strict=True)), indent=4
        )
    )
    print(f"calibration: ({slope:.3f}, {shift:.3f})")


if __name__ == "__main__":
    main()
