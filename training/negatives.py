"""Hard unanswerable questions made by rule: retrieval negatives, cut-out answers and swapped words.

Each function works on text; `training.examples` turns the result into token windows.
"""

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from training.corpus import Context, Question

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]

_WORD = re.compile(r"\w+")
_SENTENCE_GAP = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])")
_NAME = re.compile(r"[A-Z][\w'’-]*\w(?:\s+(?:(?:of|the|de|and|von|van)\s+)?[A-Z][\w'’-]*\w)*")
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})(?!\d)")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_AUXILIARY = re.compile(r"\b(did|does|do|could|would|can|were|was)\b", re.IGNORECASE)
# A question's words without content: their capital letter does not make them a name.
_PLAIN = frozenset(
    _WORD.findall(
        "what when where who whom whose which why how in on at the a an is are was were do does "
        "did to for from by of during after before if under with according can could has have had "
        "name i besides other along"
    )
)
_ANTONYM_PAIRS = (
    "first last,largest smallest,biggest smallest,highest lowest,oldest newest,"
    "most least,more fewer,before after,north south,northern southern,east west,"
    "eastern western,increase decrease,increased decreased,earliest latest,"
    "longest shortest,best worst,began ended,begin end,started stopped,win lose,"
    "won lost,allow forbid,allowed forbidden,support oppose,supported opposed,"
    "accepted rejected,male female,men women,father mother,son daughter,king queen,"
    "above below,inside outside,early late,old new,rich poor,strong weak,"
    "positive negative,public private,maximum minimum,majority minority,always never,"
    "easy difficult,gained lost,rise fall,common rare,internal external,upper lower,"
    "buy sell,bought sold,modern ancient,cheap expensive,hot cold,heavy light,"
    "founded dissolved"
)
_ANTONYMS = dict(
    p for pair in _ANTONYM_PAIRS.split(",") for p in (pair.split(), pair.split()[::-1])
)
_ANTONYM = re.compile(r"\b(" + "|".join(_ANTONYMS) + r")\b(?!['’])")


def terms(text: str) -> list[str]:
    """Lower-case words of a text."""
    return _WORD.findall(text.lower())


class Bm25:
    """BM25 over a handful of texts (k1 = 1.2, b = 0.75; Robertson and Zaragoza 2009)."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(terms(text)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(len(lengths), 1) or 1.0
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for term, n in count.items():
                weight = n * 2.2 / (n + 1.2 * (0.25 + 0.75 * length / mean))
                self._postings[term].append((number, weight))
        self._size = len(texts)

    def rank(self, query: str, k: int) -> list[int]:
        """Positions of the `k` best texts that share a word with the query, best first."""
        scores: dict[int, float] = defaultdict(float)
        for term in set(terms(query)):
            postings = self._postings.get(term, ())
            idf = math.log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, weight in postings:
                scores[number] += idf * weight
        return sorted(scores, key=lambda number: -scores[number])[:k]


def contains_answer(text: str, answer: str) -> bool:
    """Whether the answer's words occur in a row in the text, ignoring case and punctuation."""
    return f" {' '.join(terms(answer))} " in f" {' '.join(terms(text))} "


class Neighbours:
    """Passages that rank high for a question but lack its answers."""

    def __init__(self, contexts: Sequence[Context]) -> None:
        """Indexes every document; takes some seconds.

        Args:
            contexts: All training contexts.
        """
        self._contexts = contexts
        self._members: dict[str, list[int]] = defaultdict(list)
        for number, context in enumerate(contexts):
            self._members[document_name(context)].append(number)
        self._indexes = {
            name: Bm25([contexts[number].text for number in members])
            for name, members in self._members.items()
        }
        self._articles = [name for name, members in self._members.items() if len(members) >= 8]

    def same_document(self, number: int, question: Question) -> list[int]:
        """Up to 5 other contexts of the document of context `number`, best-ranked first."""
        return self._rank(document_name(self._contexts[number]), number, question)

    def other_document(self, number: int, question: Question, rng: random.Random) -> list[int]:
        """The same from another document, drawn at random: what an off-topic question meets."""
        own = document_name(self._contexts[number])
        names = [name for name in self._articles if name != own]
        return self._rank(rng.choice(names), number, question) if names else []

    def _rank(self, name: str, number: int, question: Question) -> list[int]:
        text = self._contexts[number].text
        answers = [text[start:end] for start, end in question.answers]
        ranked = (self._members[name][at] for at in self._indexes[name].rank(question.text, 7))
        return [
            other
            for other in ranked
            if other != number
            and not any(contains_answer(self._contexts[other].text, a) for a in answers)
        ][:5]


def document_name(context: Context) -> str:
    """Names a document across all sources."""
    return f"{context.source}/{context.document}"


def cut_answer(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The sentences to remove so that the text no longer holds the answer at `start:end`.

    Returns:
        Character offsets of the stretch, or None when too little text is left or the answer occurs
        elsewhere.
    """
    left = max((gap.end() for gap in _SENTENCE_GAP.finditer(text) if gap.end() <= start), default=0)
    right = min(
        (gap.end() for gap in _SENTENCE_GAP.finditer(text) if gap.start() >= end), default=len(text)
    )
    rest = text[:left] + text[right:]
    if len(rest) < 200 or contains_answer(rest, text[start:end]):
        return None
    return left, right


class Swapper:
    """Swaps a word of a question so that the passage no longer answers it.

    The new word is of the same kind: from the same document for names (the nearest by word vector
    that the passage does not mention), another value for years and numbers, the antonym for quality
    words.
    """

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        """Collects the names of one document.

        Args:
            texts: The document's paragraphs.
            embed: Maps n strings to unit vectors, shape (n, d).
        """
        names: Counter[str] = Counter()
        for text in texts:
            # A capital after a full stop proves nothing, so only names inside sentences count.
            names.update(
                m.group()
                for m in _NAME.finditer(text)
                if m.start() > 1 and text[m.start() - 2].isalnum()
            )
        self._names = [name for name in names if name.lower() not in _PLAIN]
        self._vectors = embed(self._names) if self._names else np.zeros((0, 1), np.float32)
        self._embed = embed

    def swap(self, question: str, passage: str, rng: random.Random) -> str | None:
        """A question close to the given one without answer; None when nothing can be swapped."""
        ways = [_other_year, self._other_name, _other_number, _antonym]
        if rng.random() < 0.15:
            ways.append(_negate)
        rng.shuffle(ways)
        for way in ways:
            changed = way(question, passage, rng)
            if changed is not None:
                return changed
        return None

    def _other_name(self, question: str, passage: str, rng: random.Random) -> str | None:
        lowered = passage.lower()
        mentions = [
            m for m in _NAME.finditer(question) if m.start() > 0 and m.group().lower() in lowered
        ]
        if not mentions or not self._names:
            return None
        mention = rng.choice(mentions)
        order = np.argsort(-(self._vectors @ self._embed([mention.group()])[0]))[:40]
        near = [self._names[at] for at in order]
        wanted = len(mention.group().split())
        fit = [n for n in near if n.lower() not in lowered and abs(len(n.split()) - wanted) <= 1]
        fit = [n for n in fit if not set(terms(n)) & set(terms(question))][:6]
        return (
            question[: mention.start()] + rng.choice(fit) + question[mention.end() :]
            if fit
            else None
        )


def _other_year(question: str, passage: str, rng: random.Random) -> str | None:
    years = list(_YEAR.finditer(question))
    if not years:
        return None
    year = rng.choice(years)
    other = str(
        int(year.group())
        + rng.choice([-40, -20, -12, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10, 12, 20, 40])
    )
    return None if other in passage else question[: year.start()] + other + question[year.end() :]


def _other_number(question: str, passage: str, rng: random.Random) -> str | None:
    numbers = [m for m in _NUMBER.finditer(question) if not _YEAR.fullmatch(m.group())]
    if not numbers:
        return None
    number = rng.choice(numbers)
    digits = number.group()
    other = "".join(
        rng.choice("123456789") if d.isdigit() and rng.random() < 0.6 else d for d in digits
    )
    if other == digits or other in passage:
        return None
    return question[: number.start()] + other + question[number.end() :]


def _antonym(question: str, passage: str, rng: random.Random) -> str | None:
    words = [m for m in _ANTONYM.finditer(question) if _ANTONYMS[m.group()] not in passage.lower()]
    if not words:
        return None
    word = rng.choice(words)
    return question[: word.start()] + _ANTONYMS[word.group()] + question[word.end() :]


def _negate(question: str, passage: str, rng: random.Random) -> str | None:
    auxiliary = _AUXILIARY.search(question)
    if auxiliary is None or "n't" in question or " not " in question:
        return None
    word = auxiliary.group()
    negated = {"can": "can't"}.get(word.lower(), word + "n't")
    return question[: auxiliary.start()] + negated + question[auxiliary.end() :]
