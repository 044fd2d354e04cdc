"""A reader that needs no model and no particular language: it compares words.

Each sentence of the passages gets a linear score of a few features against a null answer of
score 0. The weights were fitted by ``training/fit_lexical_reader.py``: a softmax over the
sentences of a question and the null answer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, log

from bot.calendar_words import MONTHS, WEEKDAYS
from bot.reader import Reading
from index.lexical import STOP_WORDS, stem, words
from index.sentences import split_sentences
from index.types import Span

WEIGHTS = {
    "bias": -3.483,
    "sentence coverage": 4.529,
    "sentence coverage squared": -1.161,
    "passage coverage": 0.348,
    "coverage with the sentence before": 2.624,
    "share of unknown words": -1.533,
    "share of missing names": -1.621,
    "shared word pairs": 1.628,
    "kind of answer present": -0.461,
    "kind of answer absent": -1.87,
    "no kind asked for": -1.151,
    "reciprocal rank of the passage": 2.394,
    "length": 0.008,
    "names not in the question": 0.041,
}
# Logistic calibration: P(the best sentence answers) = 1 / (1 + exp(-(a * score + b))).
_CALIBRATION = (0.679, -0.809)

_NAME = re.compile(r"(?<=[\w,;:'’\"”)] )[A-Z][\w'’.-]*")
_DATE = re.compile(
    rf"\d|\b(?:{'|'.join((*MONTHS, *WEEKDAYS))}|century|centuries)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|since|so that|in order|to ensure|caused?|reasons?|as a result|led to)\b",
    re.IGNORECASE,
)
_NUMBERS = """
one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million
billion half third
"""
_NUMBER_WORDS = frozenset(_NUMBERS.split())
_KINDS = {
    "date": r"when|(?:what|which) (?:year|date|month|day|century|decade)",
    "number": r"how (?:many|much|long|old|far|tall|large|big|often|high|deep|fast)"
    r"|what (?:percent\w*|number|amount|population)",
    "name": r"who|whom|whose|where|(?:what|which) (?:city|country|state|place|town|region)",
    "cause": r"why",
}
_KIND_PATTERNS = {kind: re.compile(rf"\b(?:{p})\b", re.IGNORECASE) for kind, p in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage; ``features`` are in the order of ``WEIGHTS``."""

    passage: int
    span: Span
    features: tuple[float, ...]


class LexicalReader:
    """A ``Reader`` whose span is the whole sentence that fits the question best."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """The best sentence of each passage; passages are taken to come best first."""
        readings = [Reading(0, 0, -100.0) for _ in passages]
        for candidate in candidates(question, passages):
            score = sum(w * f for w, f in zip(WEIGHTS.values(), candidate.features, strict=True))
            if score > readings[candidate.passage].score:
                readings[candidate.passage] = Reading(*candidate.span, score)
        return readings

    def rate(self, question: str, passage: str, sentences: Sequence[Span]) -> list[float]:
        """0 for the best sentence, `-inf` for the others: this reader's scores tell no more."""
        best = self.read(question, [passage])[0]
        return [0.0 if (best.start, best.end) == span else -inf for span in sentences]

    def confidence(self, score: float) -> float:
        """The probability that a sentence with this score answers the question."""
        a, b = _CALIBRATION
        return 1 / (1 + exp(-max(-50.0, a * score + b)))


def candidates(question: str, passages: Sequence[str]) -> list[Candidate]:
    """Every sentence of the passages with its features."""
    asked = list(_stems(question))
    if not asked:
        return []
    rows = [[(span, text[slice(*span)]) for span in split_sentences(text)] for text in passages]
    stems = [[list(_stems(sentence)) for _, sentence in row] for row in rows]
    frequency = Counter(s for row in stems for sentence in row for s in set(sentence))
    total = sum(map(len, rows))
    weight = {s: log(1 + (total + 1) / (frequency[s] + 0.5)) for s in asked}
    names = _names(question)
    known = {word for text in passages for word in words(text)}
    missing = sum(name not in known for name in names) / len(names) if names else 0.0
    unknown = _share(weight, (s for s in weight if not frequency[s]))
    pairs = set(pairwise(asked))
    found = []
    for number, row in enumerate(rows):
        whole = {s for sentence in stems[number] for s in sentence}
        for at, (span, sentence) in enumerate(row):
            here = set(stems[number][at])
            coverage = _share(weight, here)
            before = set(stems[number][at - 1]) if at else set()
            present = _kind_present(question, sentence)
            features = (
                1.0,
                coverage,
                coverage**2,
                _share(weight, whole),
                _share(weight, here | before),
                unknown,
                missing,
                len(pairs & set(pairwise(stems[number][at]))) / max(1, len(pairs)),
                float(present is True),
                float(present is False),
                float(present is None),
                1.0 / (1 + number),
                min(1.0, len(stems[number][at]) / 30),
                float(bool(_names(sentence) - names)),
            )
            found.append(Candidate(number, span, features))
    return found


def _stems(text: str) -> Iterable[str]:
    return (stem(word) for word in words(text) if word not in STOP_WORDS)


def _share(weight: dict[str, float], stems: Iterable[str]) -> float:
    """Share of the question's weight that these stems carry."""
    return sum(weight.get(s, 0.0) for s in stems) / sum(weight.values())


def _names(text: str) -> set[str]:
    """Lower-case words that are written like parts of names, or begin with a digit."""
    found = {word for match in _NAME.finditer(text) for word in words(match.group())}
    return found | {word for word in words(text) if word[0].isdigit()}


def _kind_present(question: str, sentence: str) -> bool | None:
    """Whether the sentence holds the kind of thing asked for; None when none is asked for."""
    kind = next((k for k, pattern in _KIND_PATTERNS.items() if pattern.search(question)), None)
    if kind == "date":
        return bool(_DATE.search(sentence))
    if kind == "number":
        found = words(sentence)
        return any(word[0].isdigit() or word in _NUMBER_WORDS for word in found)
    if kind == "name":
        new = _names(sentence) - set(words(question))
        return any(not word[0].isdigit() for word in new)
    if kind == "cause":
        return bool(_CAUSE.search(sentence))
    return None
