"""Choose how passages are reranked and when the bot abstains, on held-out training documents.

    python -m training.tune_answering --data ../shared/data

Each held-out document becomes an article; its answerable and unanswerable questions, and questions
of other documents, are asked of the whole of it. Prints R@1 for several weights of the retrieval
rank beside the reader's score, and for several levels of strictness how often the bot answers or
abstains rightly, and what that is worth: F1 of the short answers (an abstention where it is right
counts 100), with 60 % answerable, 20 % unanswerable and 20 % off-topic questions.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from benchmarks.data import load_metrics
from bot.build import load_embeddings
from bot.config import TOP_K
from bot.reader import OnnxReader, Reading
from index.retriever import retrieve
from index.store import ArticleStore
from index.types import Article, Passage
from training.calibrate import SHARES
from training.corpus import Context, load_corpus, split_documents
from training.examples import INFORMAL_SOURCES

_RANK_WEIGHTS = (0.0, 1.0, 2.0, 3.0)
_STRICTNESS = tuple(level / 100 for level in (*range(5, 25), *range(25, 100, 5)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked of an article, and what was read in each retrieved passage."""

    kind: str
    spans: tuple[tuple[int, int], ...]
    golds: tuple[str, ...]
    passages: list[Passage]
    readings: list[Reading]

    def order(self, rank_weight: float) -> list[int]:
        """Passages by reader score plus ``rank_weight`` / rank, best first."""
        keys = [r.score + rank_weight / (at + 1) for at, r in enumerate(self.readings)]
        return sorted(range(len(keys)), key=lambda at: -keys[at])


def ask_documents(
    held: Sequence[Context], reader: OnnxReader, share: float, rng: random.Random
) -> list[Asked]:
    """A share of the questions of every held-out document, and half as many of other documents."""
    embeddings = load_embeddings("minilm")
    documents = {c.document: [x for x in held if x.document == c.document] for c in held}
    found = []
    for name, contexts in tqdm(documents.items(), desc="reading"):
        text, questions = "", []
        for context in contexts:
            for q in context.questions:
                spans = tuple((len(text) + s, len(text) + e) for s, e in q.answers)
                golds = tuple(context.text[s:e] for s, e in q.answers)
                kind = "answerable" if golds else "unanswerable"
                questions.append((q.text, kind, spans, golds))
            text += context.text.replace("\n", " ") + "\n\n"
        others = [q.text for c in held if c.document != name for q in c.questions if q.answers]
        foreign = rng.sample(others, min(len(questions) // 2, len(others)))
        questions += [(q, "off-topic", (), ()) for q in foreign]
        questions = [question for question in questions if rng.random() < share]
        with ArticleStore(embeddings) as store:
            store.add_articles([Article(name, text)])
            for question, kind, spans, golds in questions:
                passages = retrieve(store, question, TOP_K)
                if passages:
                    readings = reader.read(question, [p.text for p in passages])
                    found.append(Asked(kind, spans, golds, passages, readings))
    return found


def main() -> None:
    """Read and print the two tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=800, help="about how many")
    arguments = parser.parse_args()
    score = load_metrics(arguments.data)
    _, held = split_documents(load_corpus(arguments.data))
    rng = random.Random(0)
    formal = [c for c in held if c.source not in INFORMAL_SOURCES]
    reader = OnnxReader(threads=2)
    total = 1.5 * sum(len(c.questions) for c in formal)
    asked = ask_documents(formal, reader, arguments.questions / total, rng)
    answerable = [a for a in asked if a.kind == "answerable"]

    def covers(a: Asked, at: int) -> bool:
        p = a.passages[at]
        return any(p.start <= s and e <= p.end for s, e in a.spans)

    print(f"{len(asked)} questions, {len(answerable)} answerable")
    print(f"R@1 as retrieved {100 * sum(covers(a, 0) for a in answerable) / len(answerable):.1f}")
    for weight in _RANK_WEIGHTS:
        hits = sum(covers(a, a.order(weight)[0]) for a in answerable)
        print(f"R@1 reranked, rank weight {weight}: {100 * hits / len(answerable):.1f}")
    for weight in _RANK_WEIGHTS[:4]:
        print(f"rank weight {weight}\nstrictness  worth  answered  unanswerable  off-topic")
        for level in _STRICTNESS:
            answered: dict[str, list[float]] = {kind: [] for kind in SHARES}
            worth: dict[str, list[float]] = {kind: [] for kind in SHARES}
            for a in asked:
                at = a.order(weight)[0]
                reading = a.readings[at]
                sure = reader.confidence(reading.score, len(a.passages)) >= level
                text = a.passages[at].text[reading.start : reading.end] if sure else ""
                answered[a.kind].append(float(sure))
                worth[a.kind].append(score.f1(text, a.golds))
            rate = {kind: 100 * sum(row) / max(1, len(row)) for kind, row in answered.items()}
            mean = {kind: 100 * sum(row) / max(1, len(row)) for kind, row in worth.items()}
            total = sum(SHARES[kind] * mean[kind] for kind in SHARES)
            print(
                f"{level:10.2f}  {total:5.1f}  {rate['answerable']:8.1f}"
                f"  {100 - rate['unanswerable']:12.1f}  {100 - rate['off-topic']:9.1f}"
            )


if __name__ == "__main__":
    main()
