"""A reader that needs no model: it compares words, in any language.

Each sentence of the passages gets a linear score of a few features against a null answer of
score 0. The weights were fitted to English by ``training/fit_lexical_reader.py``: a softmax over
the sentences of a question and the null answer. What the features are made of follows the
language of the passages: its function words, its stems, its question words and the dates, numbers
and causes they ask for. ``training/tune_other_languages.py`` tells how that fares.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, log

from bot.answer_kinds import Asked, asked, exact_answer, present
from bot.answer_words import ANSWER_WORDS
from bot.reader import Reading
from index.language import question_language, text_language
from index.lexical import content_words, stem, words
from index.sentences import split_sentences
from index.types import Span

WEIGHTS = {
    "bias": -3.584,
    "sentence coverage": 4.355,
    "sentence coverage squared": -1.222,
    "passage coverage": 0.811,
    "coverage with the sentence before": 2.606,
    "share of unknown words": -1.208,
    "share of missing names": -1.462,
    "shared word pairs": 1.774,
    "kind of answer present": -0.499,
    "kind of answer absent": -1.959,
    "no kind asked for": -1.125,
    "length": 0.014,
    "names not in the question": -0.001,
}
# Logistic calibration: P(the best sentence answers) = 1 / (1 + exp(-(a * score + b))).
_CALIBRATION = (0.681, 0.56)

# What a stem counts that only holds the one asked for, or begins like it: "Weltkrieg" for "Krieg",
# "construction" for "construct".
_PARTIAL = 0.7
_LEAST_SHARED = 4
_LEAST_SHARE = 0.6
# A word inside a sentence.
_INSIDE = re.compile(r"(?<=[\w,;:'’\"”)»] )[^\W\d_][\w'’.-]*")
_CAPITAL_NOUNS = ("de", "lb")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage; ``features`` are in the order of ``WEIGHTS``."""

    passage: int
    span: Span
    features: tuple[float, ...]


class LexicalReader:
    """A ``Reader`` that finds the sentence that fits a question best.

    Its span is that sentence, or the one date or number in it that the question can ask for.
    """

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """The best sentence of each passage."""
        language = _language(question, passages)
        readings = []
        for passage, (score, span) in zip(passages, _best(question, passages), strict=True):
            kind = asked(question, language).kind
            sentence = passage[slice(*span)]
            exact = exact_answer(kind, question, sentence, language)
            if exact is not None:
                span = Span(span.start + exact.start, span.start + exact.end)
            readings.append(Reading(*span, score))
        return readings

    def glance(self, question: str, passages: Sequence[str]) -> None:
        """None: to read is as cheap, and a passage's score depends on the others."""

    def rate(self, question: str, passage: str, sentences: Sequence[Span]) -> list[float]:
        """0 for the best sentence, `-inf` for the others: this reader's scores tell no more."""
        _, best = _best(question, [passage])[0]
        return [0.0 if best == span else -inf for span in sentences]

    def confidence(self, score: float, passages: int) -> float:
        """The probability that a sentence with this score answers the question."""
        a, b = _CALIBRATION
        return 1 / (1 + exp(-max(-50.0, a * score + b)))


def candidates(question: str, passages: Sequence[str]) -> list[Candidate]:
    """Every sentence of the passages with its features."""
    language = _language(question, passages)
    wanted = asked(question, language)
    terms = _stems(wanted.rest, language) or _stems(question, language)
    if not terms:
        return []
    rows = [[(span, text[slice(*span)]) for span in split_sentences(text)] for text in passages]
    stems = [[_stems(sentence, language) for _, sentence in row] for row in rows]
    everything = {s for row in stems for sentence in row for s in sentence}
    alike = {term: _alike(term, everything) for term in terms}
    held = [[_held(alike, set(sentence)) for sentence in row] for row in stems]
    frequency: Counter[str] = Counter()
    for credits in (credits for row in held for credits in row):
        frequency.update(credits.keys())
    total = sum(map(len, rows))
    weight = {s: log(1 + (total + 1) / (frequency[s] + 0.5)) for s in terms}
    names = _names(question, language)
    missing = sum(not _alike(name, everything) for name in names) / len(names) if names else 0.0
    unknown = 1.0 - _share(weight, _held(alike, everything))
    pairs = set(pairwise(terms))
    found = []
    for number, row in enumerate(rows):
        whole = _held(alike, {s for sentence in stems[number] for s in sentence})
        for at, (span, sentence) in enumerate(row):
            coverage = _share(weight, held[number][at])
            before = held[number][at - 1] if at else {}
            both = {s: max(held[number][at].get(s, 0.0), before.get(s, 0.0)) for s in weight}
            holds = _holds_kind(wanted, question, sentence, language)
            features = (
                1.0,
                coverage,
                coverage**2,
                _share(weight, whole),
                _share(weight, both),
                unknown,
                missing,
                len(pairs & set(pairwise(stems[number][at]))) / max(1, len(pairs)),
                float(holds is True),
                float(holds is False),
                float(holds is None),
                min(1.0, len(stems[number][at]) / 30),
                float(bool(_names(sentence, language) - names)),
            )
            found.append(Candidate(number, span, features))
    return found


def _best(question: str, passages: Sequence[str]) -> list[tuple[float, Span]]:
    """The score and place of the best sentence of each passage; an empty one without words."""
    best = [(-100.0, Span(0, 0)) for _ in passages]
    for candidate in candidates(question, passages):
        score = sum(w * f for w, f in zip(WEIGHTS.values(), candidate.features, strict=True))
        if score > best[candidate.passage][0]:
            best[candidate.passage] = score, candidate.span
    return best


def _language(question: str, passages: Sequence[str]) -> str:
    """The language of the passages; that of the question where they are too short to tell."""
    return text_language(" ".join(passages)) or question_language(question)


def _stems(text: str, language: str) -> list[str]:
    return [stem(word, language) for word in content_words(text, language)]


def _alike(term: str, stems: Iterable[str]) -> dict[str, float]:
    """How much each stem counts for a stem that is asked for, those that do not left out."""
    return {s: credit for s in stems if (credit := _likeness(term, s))}


def _likeness(one: str, other: str) -> float:
    """1 for the same stem, less for one that holds the other or begins alike."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST_SHARED or short[0].isdigit():
        return 0.0
    if short in long:
        return _PARTIAL
    shared = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), 0)
    return _PARTIAL if shared >= max(_LEAST_SHARED, _LEAST_SHARE * len(long)) else 0.0


def _held(alike: Mapping[str, Mapping[str, float]], stems: set[str]) -> dict[str, float]:
    """How much of each stem that is asked for these stems hold, those they lack left out."""
    credits = {
        term: max((credit for s, credit in found.items() if s in stems), default=0.0)
        for term, found in alike.items()
    }
    return {term: credit for term, credit in credits.items() if credit}


def _share(weight: Mapping[str, float], credits: Mapping[str, float]) -> float:
    """Share of the question's weight that these stems carry."""
    return sum(weight[s] * credit for s, credit in credits.items()) / sum(weight.values())


def _names(text: str, language: str) -> set[str]:
    """Stems of words that are written like parts of names, or begin with a digit.

    A capital tells a name only inside a sentence, and not where nouns have one too: there, two of
    them side by side do.
    """
    capitals = [match for match in _INSIDE.finditer(text) if match.group()[0].isupper()]
    if language in _CAPITAL_NOUNS:
        pairs = [(a, b) for a, b in pairwise(capitals) if text[a.end() : b.start()] == " "]
        capitals = [match for pair in pairs for match in pair]
    written = {word for match in capitals for word in words(match.group())}
    written |= {word for word in words(text) if word[0].isdigit()}
    return {stem(word, language) for word in written}


def _holds_kind(wanted: Asked, question: str, sentence: str, language: str) -> bool | None:
    """Whether a sentence holds the kind of thing asked for; None when that cannot be told."""
    if wanted.kind is None:
        return None
    if wanted.kind in ("who", "where"):
        if not ANSWER_WORDS[language].capitals:
            return None
        new = _names(sentence, language) - set(_stems(question, language))
        return any(not name[0].isdigit() for name in new)
    return present(wanted.kind, sentence, language)
