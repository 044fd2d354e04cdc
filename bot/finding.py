"""A question -> what the articles hold for it: passages found, read and judged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.datelines import asks_what_writers_tell, datelines, passed_over
from bot.evidence import Clock, Evidence, Found, evidence_of, read, sentences_of
from bot.followup import Standalone
from bot.premise import is_chatter, missing_name, names_something
from bot.types import Citation
from index.language import question_language
from index.lexical import content_stems, looks_english
from index.types import Passage, Span

if TYPE_CHECKING:
    from bot.reader import Reader
    from index.store import ArticleStore

# Passages in which the sentence nearest to a question without an answer is looked for.
_NEAR_PASSAGES = 4
# What the other reader's confidence has to be, as odds, for each of the strictness: so that it is
# 0.22 by default, where ``training/tune_other_languages.py`` had put it.
_OTHER_STRICTNESS = 0.835
# The least confidence for a turn that asks nothing with any word of what was read.
_CHATTER_CONFIDENCE = 0.65


@dataclass(frozen=True, slots=True)
class Readers:
    """The reader of English passages, and the one of all other languages."""

    english: "Reader"
    other: "Reader"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question.

    Attributes:
        question: The question, standing alone.
        reader: Read the passages.
        found: The passages as they were read, best first.
        evidence: What answers; None when the articles do not say.
        confidence: How sure it is that they do, 0 to 1.
    """

    question: str
    reader: "Reader"
    found: tuple[Found, ...]
    evidence: Evidence | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds and reads passages.

    Attributes:
        store: The articles.
        readers: Find the words that answer, and judge whether there are any.
        strictness: Confidence below which the articles do not say; for passages in other languages
            than English the odds differ.
    """

    store: "ArticleStore"
    readers: Readers
    strictness: float

    def passages(
        self, question: Standalone, top_k: int, depth: int, article_ids: Sequence[str] | None
    ) -> list[Passage]:
        """The ``top_k`` passages that fit a question best, best first.

        The reader reranks the first ``depth``, those that an answer is looked for in; the others
        follow as retrieved.
        """
        retrieved = self.retrieve(question, max(top_k, depth), article_ids)
        reader = self._reader_of(retrieved)
        first = retrieved[:depth]
        best = self._read(reader, question.text, first)
        ranked = [found.passage for found in best]
        for passage in retrieved[depth:]:
            ranked.append(replace(passage, score=ranked[-1].score - 1.0))
        return ranked[:top_k]

    def retrieve(
        self, question: Standalone, top_k: int, article_ids: Sequence[str] | None
    ) -> list[Passage]:
        """The ``top_k`` passages that fit a question best, by words and meaning."""
        from index.retriever import retrieve

        return retrieve(self.store, question.text, top_k, article_ids, question.variants)

    def judge(self, question: str, retrieved: Sequence[Passage], clock: Clock) -> Finding:
        """Read the passages and decide whether they answer."""
        reader = self._reader_of(retrieved)
        found = self._read(reader, question, retrieved)
        evidence = evidence_of(reader, question, found, len(found), self._no_sentences(found))
        clock.lap("read")
        confidence = evidence.confidence if evidence else 0.0
        if evidence is not None and self._lacks_name(question, retrieved):
            confidence = 0.0
        least = self._least_confidence(reader)
        if confidence < _CHATTER_CONFIDENCE and self._is_chatter(question, retrieved):
            least = max(least, _CHATTER_CONFIDENCE)
        if confidence < least:
            evidence = None
        return Finding(question, reader, tuple(found), evidence, confidence)

    def _read(self, reader: "Reader", question: str, passages: Sequence[Passage]) -> list[Found]:
        ids = {passage.article_id for passage in passages}
        headings = {name: self.store.article(name).heading_starts for name in ids}
        return read(reader, question, passages, self._passed_over(question, passages), headings)

    def _least_confidence(self, reader: "Reader") -> float:
        """The confidence from which an answer counts as one."""
        if reader is self.readers.other:
            odds = _OTHER_STRICTNESS * self.strictness
            return odds / (1.0 - self.strictness + odds)
        return self.strictness

    def _passed_over(self, question: str, passages: Sequence[Passage]) -> dict[str, list[Span]]:
        """What of the articles is no evidence for a question, by id."""
        if not asks_what_writers_tell(question):
            return {}
        ids = {passage.article_id for passage in passages}
        return {name: passed_over(question, self.store.article(name)) for name in ids}

    def _no_sentences(self, found: Sequence[Found]) -> frozenset[int]:
        """Where headings and datelines of the best passage's article begin, in characters."""
        if not found:
            return frozenset()
        article = self.store.article(found[0].passage.article_id)
        lines = {
            s.start for s in datelines(article) if article.text[s.end : s.end + 1] in ("", "\n")
        }
        return article.heading_starts | lines

    def _reader_of(self, passages: Sequence[Passage]) -> "Reader":
        english = looks_english(" ".join(passage.text for passage in passages))
        return self.readers.english if english else self.readers.other

    def _is_chatter(self, question: str, retrieved: Sequence[Passage]) -> bool:
        """Whether an English turn asks nothing that the English passages found for it speak of."""
        texts = [passage.text for passage in retrieved]
        return bool(
            self.strictness
            and looks_english(" ".join(texts))
            and is_chatter(question, texts)
            and question_language(question) == "en"
        )

    def _lacks_name(self, question: str, retrieved: Sequence[Passage]) -> bool:
        """Whether an English question names what the articles that were found do not hold.

        Most questions name nothing, or only what the articles hold: their language is looked at
        last, as that takes longest.
        """
        if not (self.strictness and names_something(question) and looks_english(question)):
            return False
        articles = [self.store.article(a) for a in {p.article_id for p in retrieved}]
        texts = [" ".join((a.title, *a.metadata.values(), a.text)) for a in articles]
        text = "\n".join(texts)
        return missing_name(question, text) is not None and looks_english(text)


def nearest(question: str, found: Sequence[Passage], store: "ArticleStore") -> Citation | None:
    """The sentence that shares most words with a question, rare ones first; None without any.

    Args:
        question: A question that the articles do not answer.
        found: The passages that were read for it, best first.
        store: The articles; their headings are no sentences.
    """
    asked = content_stems(question)
    shared: dict[Citation, set[str]] = {}
    for passage in found[:_NEAR_PASSAGES]:
        headings = store.article(passage.article_id).heading_starts
        for sentence in sentences_of(passage, question):
            if sentence.start not in headings:
                shared[sentence] = asked & content_stems(sentence.quote)
    counts = Counter(word for stems in shared.values() for word in stems)
    weights = {s: sum(1 / counts[word] for word in stems) for s, stems in shared.items() if stems}
    return max(weights, key=lambda sentence: weights[sentence], default=None)
