"""Calibration: from the network's outputs to log-odds and a probability, fitted on held-out training documents."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from bot.reader import Calibration, OnnxReader
from training.corpus import Context
from training.examples import INFORMAL_SOURCES
from training.negatives import Bm25, contains_answer

Floats = npt.NDArray[np.float64]
TOP_PASSAGES = 8
# A span counts as right when it shares this much with a reference answer (token F1).
RIGHT_F1 = 0.5
# What people ask of an article, as assumed by the confidence: most questions have an answer there.
SHARES = {"answerable": 0.6, "unanswerable": 0.2, "off-topic": 0.2}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Questions read with one passage each.

    Attributes:
        outputs: Margin and answerability logit of each pair, shape (n, 2).
        right: Whether the span found is a right answer, shape (n,).
        weights: Weight of each pair in the fit, shape (n,).
    """

    outputs: Floats
    right: npt.NDArray[np.bool_]
    weights: Floats


def fit_logistic(features: Floats, labels: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Weighted logistic regression by Newton's method, with a faint ridge so that it always converges.

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


def gold_pairs(reader: OnnxReader, held: Sequence[Context], score: ModuleType) -> Pairs:
    """Every held-out question over articles with its own paragraph, and with a retrieved one that lacks the answer.

    Answerable and unanswerable weigh the same in sum; among the latter, retrieved ones weigh half.
    """
    outputs: list[tuple[float, float]] = []
    right: list[bool] = []
    kinds: list[int] = []
    formal = [context for context in held if context.source not in INFORMAL_SOURCES]
    for context in formal:
        siblings = [c.text for c in formal if c.document == context.document and c.text != context.text]
        index = Bm25(siblings)
        for question in context.questions:
            golds = [context.text[start:end] for start, end in question.answers]
            passages = [context.text]
            if golds:
                ranked = [siblings[at] for at in index.rank(question.text, 3)]
                passages += [text for text in ranked if not any(contains_answer(text, gold) for gold in golds)][:1]
            readings = reader.read(question.text, passages)
            outputs += reader.outputs(question.text, passages)
            found = context.text[readings[0].start : readings[0].end]
            right.append(bool(golds) and score.f1(found, golds) >= RIGHT_F1)
            kinds.append(0 if golds else 1)
            right += [False] * (len(passages) - 1)
            kinds += [2] * (len(passages) - 1)
    counts = np.bincount(kinds, minlength=3).clip(1)
    shares = np.array([0.5, 0.25, 0.25]) / counts
    return Pairs(np.array(outputs, np.float64), np.array(right), shares[np.array(kinds)])


def article_scores(
    reader: OnnxReader, held: Sequence[Context], score: ModuleType, seed: int = 0
) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """The best score over the top passages of the question's own article, or of another one ("off-topic").

    Returns:
        Best scores, whether the best span is a right answer, and weights by `SHARES`; each of shape (n,).
    """
    rng = random.Random(seed)
    formal = [context for context in held if context.source not in INFORMAL_SOURCES]
    documents = sorted({context.document for context in formal})
    texts = {name: [c.text for c in formal if c.document == name] for name in documents}
    indexes = {name: Bm25(texts[name]) for name in documents}
    scores: list[float] = []
    right: list[bool] = []
    kinds: list[str] = []

    def ask(question: str, document: str, golds: list[str], kind: str) -> None:
        passages = [texts[document][at] for at in indexes[document].rank(question, TOP_PASSAGES)]
        readings = reader.read(question, passages)
        best = max(range(len(readings)), key=lambda at: readings[at].score, default=None)
        if best is None:
            return
        found = passages[best][readings[best].start : readings[best].end]
        scores.append(readings[best].score)
        right.append(bool(golds) and score.f1(found, golds) >= RIGHT_F1)
        kinds.append(kind)

    for context in formal:
        for number, question in enumerate(context.questions):
            golds = [context.text[start:end] for start, end in question.answers]
            ask(question.text, context.document, golds, "answerable" if golds else "unanswerable")
            if number % 3 == 0 and len(documents) > 1:
                other = rng.choice([name for name in documents if name != context.document])
                ask(question.text, other, [], "off-topic")
    weights = np.array([SHARES[kind] / kinds.count(kind) for kind in kinds])
    return np.array(scores), np.array(right), weights


def calibrate(reader: OnnxReader, held: Sequence[Context], score: ModuleType) -> Calibration:
    """Fits the score on `gold_pairs`; the confidence is fitted afterwards, on scores made with it.

    Returns:
        A calibration whose confidence still is the sigmoid of the score.
    """
    pairs = gold_pairs(reader, held, score)
    margin, answerable, bias = fit_logistic(pairs.outputs, pairs.right, pairs.weights)
    return Calibration(float(margin), float(answerable), float(bias), 1.0, 0.0)


def with_confidence(reader: OnnxReader, held: Sequence[Context], score: ModuleType, base: Calibration) -> Calibration:
    """Adds the confidence to a calibration; `reader` must already score with `base`."""
    scores, right, weights = article_scores(reader, held, score)
    scale, shift = fit_logistic(scores[:, None], right, weights)
    return Calibration(base.margin, base.answerable, base.bias, float(scale), float(shift))
