"""From the network's outputs to log-odds and a probability, fitted on held-out documents."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from bot.config import TOP_K
from bot.reader import Calibration, OnnxReader, RawReading
from training.corpus import HARD_SOURCE, Context
from training.negatives import Bm25, contains_answer

Floats = npt.NDArray[np.float64]
# Questions the confidence is fitted on: enough for three parameters, and read in four minutes.
ARTICLE_QUESTIONS = 600
# A short article has at most so many passages.
SHORT = 3
# A span counts as right when it shares this much with a reference answer (token F1).
RIGHT_F1 = 0.5
# What people ask of an article, as assumed by the confidence: most questions have an answer there.
SHARES = {"answerable": 0.6, "unanswerable": 0.2, "off-topic": 0.2}


@dataclass(frozen=True, slots=True)
class Pair:
    """A held-out question read with one passage.

    Attributes:
        kind: "articles" or "hand-written" and "HasAns" or "NoAns"; or "retrieved".
        text: The passage.
        golds: Reference answers; empty when the passage holds none.
        raw: What the reader said.
        f1: Token F1 of the span found with the best reference, 0 when there is none.
    """

    kind: str
    text: str
    golds: tuple[str, ...]
    raw: RawReading
    f1: float


def fit_logistic(features: Floats, labels: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Weighted logistic regression by Newton's method, with a faint ridge.

    Args:
        features: Shape (n, d).
        labels: Shape (n,).
        weights: Shape (n,).

    Returns:
        The d slopes, then the intercept.
    """
    x = np.column_stack([features, np.ones(len(features))])
    weights = weights / weights.mean()
    theta = np.zeros(x.shape[1])
    ridge = np.eye(x.shape[1]) * 1e-2
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ theta, -30, 30)))
        gradient = x.T @ (weights * (p - labels)) + ridge @ theta
        hessian = (x * (weights * p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian, gradient)
        theta = theta - step
        if np.abs(step).max() < 1e-8:
            break
    return theta


def read_pairs(reader: OnnxReader, held: Sequence[Context], score: ModuleType) -> list[Pair]:
    """Reads each held-out question with its own paragraph and with one that lacks the answer."""
    pairs: list[Pair] = []
    for context in held:
        siblings = [
            c.text for c in held if c.document == context.document and c.text != context.text
        ]
        index = Bm25(siblings)
        for question in context.questions:
            golds = tuple(context.text[start:end] for start, end in question.answers)
            passages = [context.text]
            if golds:
                ranked = [siblings[at] for at in index.rank(question.text, 3)]
                passages += [
                    text
                    for text in ranked
                    if not any(contains_answer(text, gold) for gold in golds)
                ][:1]
            kind = "hand-written" if question.source == HARD_SOURCE else "articles"
            kinds = [f"{kind} {'HasAns' if golds else 'NoAns'}", "retrieved"]
            for at, raw in enumerate(reader.read_raw(question.text, passages)):
                if raw is not None:
                    f1 = (
                        score.f1(passages[at][raw.start : raw.end], golds)
                        if golds and at == 0
                        else 0.0
                    )
                    pairs.append(Pair(kinds[at], passages[at], golds if at == 0 else (), raw, f1))
    return pairs


def fit_score(pairs: Sequence[Pair]) -> Calibration:
    """Fits the score: log-odds that a passage answers, where half of the passages do.

    Of the passages that do not, most are those of unanswerable questions, the rest retrieved ones.
    The confidence stays the sigmoid of the score.
    """
    groups = np.array([0 if pair.golds else 2 if pair.kind == "retrieved" else 1 for pair in pairs])
    shares = np.array([0.5, 0.35, 0.15]) / np.bincount(groups, minlength=3).clip(1)
    # The two outputs go together so closely that weights of their own cannot be told: fitted ones
    # came out negative, and told answers from their absence less well than the sum.
    sums = np.array([[pair.raw.margin + pair.raw.answerable] for pair in pairs])
    slope, bias = fit_logistic(sums, groups == 0, shares[groups])
    return Calibration(float(slope), float(slope), float(bias), 1.0, 0.0, 0.0)


def figures(
    pairs: Sequence[Pair], calibration: Calibration, score: ModuleType
) -> dict[str, dict[str, float]]:
    """SQuAD 2.0 exact match and F1 (percent) by kind, answering where the score is above 0."""
    rows: dict[str, list[tuple[float, float]]] = {}
    for pair in pairs:
        answers = calibration.score(pair.raw) > 0
        found = pair.text[pair.raw.start : pair.raw.end] if answers else ""
        rows.setdefault(pair.kind, []).append(
            (score.exact(found, pair.golds), score.f1(found, pair.golds))
        )
    return {
        kind: {
            "n": len(row),
            "exact": round(100 * sum(exact for exact, _ in row) / len(row), 2),
            "f1": round(100 * sum(f1 for _, f1 in row) / len(row), 2),
        }
        for kind, row in sorted(rows.items())
    }


def article_scores(
    reader: OnnxReader, held: Sequence[Context], score: ModuleType, seed: int = 0
) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """The best score over the top passages of the question's own or another ("off-topic") article.

    Each question is asked of the whole article and of a short one, made of one to `SHORT` of those
    passages; where it is the question's own article, its own passage is among them.

    Returns:
        Best scores and logarithms of the numbers of passages, shape (n, 2); whether the best span
        is a right answer, and weights by `SHARES`, alike for whole and short articles, each of
        shape (n,).
    """
    rng = random.Random(seed)
    documents = sorted({context.document for context in held})
    texts = {name: [c.text for c in held if c.document == name] for name in documents}
    indexes = {name: Bm25(texts[name]) for name in documents}
    features: list[tuple[float, float]] = []
    right: list[bool] = []
    kinds: list[tuple[str, bool]] = []

    def ask(question: str, document: str, own: str, golds: list[str], kind: str) -> None:
        ranked = [texts[document][at] for at in indexes[document].rank(question, TOP_K)]
        short = rng.sample(ranked, min(rng.randint(1, SHORT), len(ranked)))
        if own and own not in short:
            short = [own, *short[1:]]
        for passages in (ranked, short):
            if not passages:
                continue
            readings = reader.read(question, passages)
            best = max(range(len(readings)), key=lambda at: readings[at].score)
            found = passages[best][readings[best].start : readings[best].end]
            features.append((readings[best].score, math.log(len(passages))))
            right.append(bool(golds) and score.f1(found, golds) >= RIGHT_F1)
            kinds.append((kind, passages is short))

    asked = [(context, question) for context in held for question in context.questions]
    for number, (context, question) in enumerate(
        rng.sample(asked, min(ARTICLE_QUESTIONS, len(asked)))
    ):
        golds = [context.text[start:end] for start, end in question.answers]
        kind = "answerable" if golds else "unanswerable"
        ask(question.text, context.document, context.text, golds, kind)
        if number % 3 == 0 and len(documents) > 1:
            other = rng.choice([name for name in documents if name != context.document])
            ask(question.text, other, "", [], "off-topic")
    counts = Counter(kinds)
    weights = np.array([SHARES[kind] / counts[kind, short] for kind, short in kinds])
    return np.array(features), np.array(right), weights


def fit_confidence(
    reader: OnnxReader, held: Sequence[Context], score: ModuleType, base: Calibration
) -> Calibration:
    """Adds the confidence to a calibration; `reader` must already score with `base`."""
    scale, candidates, shift = map(float, fit_logistic(*article_scores(reader, held, score)))
    return Calibration(base.margin, base.answerable, base.bias, scale, candidates, shift)
