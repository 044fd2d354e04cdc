"""The bot: question -> passages -> evidence -> checked, cited answer. Read it top-down."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.citations import CitedText, exact, sentences, supported
from bot.compose import compose
from bot.errors import LLMError, QuestionError
from bot.followup import standalone
from bot.grounding import strip_markers
from bot.suggest import question_candidates
from bot.types import NOT_IN_ARTICLE, Answer, Citation, Delta, Event, History, Progress
from index.lexical import looks_english, words
from index.sentences import split_sentences
from index.types import Article, Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bot.reader import Reader, Reading
    from index.store import ArticleStore

# Log-odds that the first retrieved passage gains over the others, the second half as much …:
# best of ``training/tune_answering.py``.
_RANK_WEIGHT = 1.0
# Passages that a capable language model is given.
_CONTEXT_PASSAGES = 4
MAX_QUESTION = 4_000
"""Longest question, in characters."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a bot answers."""

    top_k: int = 8
    strictness: float = 0.2
    small_llm: bool = True
    scope: tuple[str, ...] | None = None
    """Ids of the articles to answer from when a question names none; None is all of the store."""


@dataclass(frozen=True, slots=True)
class Readers:
    """The reader of English passages, and the one of all other languages."""

    english: "Reader"
    other: "Reader"


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with what was read in it."""

    passage: Passage
    reading: "Reading"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the reader found.

    Attributes:
        span: The exact words that answer.
        confidence: The probability that they do.
        sentence: The sentence that holds them.
    """

    span: Citation
    confidence: float
    sentence: Citation


class Bot:
    """Answers questions about the articles of a store. One instance may be shared by threads."""

    def __init__(
        self,
        store: "ArticleStore",
        readers: Readers,
        llm: "BaseChatModel | None" = None,
        settings: Settings | None = None,
    ) -> None:
        """Put a bot together; ``bot.build.build_bot`` does so from a Config.

        Args:
            store: The articles.
            readers: Find the words that answer, and judge whether there are any.
            llm: Words the answer; None quotes the evidence instead.
            settings: How to answer.
        """
        self._store = store
        self._readers = readers
        self._llm = llm
        self._settings = settings or Settings()

    # -------------------------------------------------------------------- answering
    def ask(
        self, question: str, history: History = (), article_ids: Sequence[str] | None = None
    ) -> Answer:
        """Answer a question.

        Args:
            question: In any language; at most ``MAX_QUESTION`` characters.
            history: Earlier turns of the conversation.
            article_ids: Answer from these articles only; None uses all of the bot's.

        Raises:
            QuestionError: The question is empty or too long, or the history has another form.
        """
        for event in self.stream(question, history, article_ids):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with an Answer")

    def stream(
        self, question: str, history: History = (), article_ids: Sequence[str] | None = None
    ) -> Iterator[Event]:
        """As ``ask``, as it happens; the last event is the Answer.

        Every Delta has been checked against the article before it is sent.
        """
        clock = _Clock()
        full_question = standalone(_checked(question), history)
        yield Progress("retrieving")
        retrieved = self._retrieve(full_question, self._settings.top_k, article_ids)
        clock.lap("retrieve")
        yield Progress("reading")
        reader = self._reader_of(retrieved)
        found = _read(reader, full_question, retrieved)
        evidence = _evidence(reader, found)
        clock.lap("read")
        confidence = evidence.confidence if evidence else 0.0
        if confidence < self._settings.strictness:
            evidence = None
        cited, notice = CitedText(), ""
        if evidence is not None and self._llm is not None:
            yield Progress("composing")
            try:
                for piece in self._composed(full_question, evidence, found, cited):
                    clock.mark("first_text")
                    yield Delta(piece)
            except _RefusalError:
                evidence = evidence if cited.citations else None
            except LLMError as error:
                rest = "answer may lack its end" if cited.citations else "article is quoted instead"
                notice = f"{error}. The {rest}."
        if evidence is None:
            yield Delta(NOT_IN_ARTICLE)
        elif not cited.citations:
            clock.mark("first_text")
            # The article's own footnote marks would pass for ours.
            quote = strip_markers(" ".join(evidence.sentence.quote.split()))
            yield Delta(cited.add(quote, [evidence.sentence]))
        clock.lap("compose")
        yield Answer(
            text=cited.text if evidence else NOT_IN_ARTICLE,
            short=evidence.span.quote if evidence else None,
            status="answered" if evidence else "not_in_article",
            confidence=confidence,
            span=self._verified(evidence.span) if evidence else None,
            citations=tuple(self._verified(citation) for citation in cited.citations),
            passages=tuple(item.passage for item in found),
            timings=clock.seconds(),
            notice=notice,
        )

    async def aask(
        self, question: str, history: History = (), article_ids: Sequence[str] | None = None
    ) -> Answer:
        """``ask`` without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, history, article_ids)

    async def astream(
        self, question: str, history: History = (), article_ids: Sequence[str] | None = None
    ) -> AsyncIterator[Event]:
        """``stream`` without blocking the event loop."""
        events = self.stream(question, history, article_ids)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    def _retrieve(
        self, question: str, top_k: int, article_ids: Sequence[str] | None
    ) -> list[Passage]:
        from index.retriever import retrieve

        scope = self._settings.scope if article_ids is None else article_ids
        return retrieve(self._store, question, top_k, scope)

    def _reader_of(self, passages: Sequence[Passage]) -> "Reader":
        english = looks_english(" ".join(passage.text for passage in passages))
        return self._readers.english if english else self._readers.other

    def _composed(
        self, question: str, evidence: Evidence, found: Sequence[Found], cited: CitedText
    ) -> Iterator[str]:
        """Sentences of the LLM that the article supports, added to ``cited`` and streamed.

        A small model is given the evidence alone and has to keep the words that answer; a
        capable one is given the best passages.

        Raises:
            LLMError: The model failed.
            _RefusalError: The model says that the article does not say.
        """
        assert self._llm is not None
        small = self._settings.small_llm
        best = found[:_CONTEXT_PASSAGES]
        excerpts = [(evidence.sentence,)] if small else [_sentences(f.passage) for f in best]
        kept = evidence.span.quote if small else None
        for sentence in sentences(compose(self._llm, question, excerpts, small=small)):
            if not small and strip_markers(sentence) == NOT_IN_ARTICLE:
                raise _RefusalError
            checked = supported(sentence, excerpts, question, kept)
            if checked is not None:
                yield cited.add(*checked)

    def _verified(self, citation: Citation) -> Citation:
        """The one place every citation passes on its way out."""
        if not exact(citation, self._store.article(citation.article_id)):
            raise AssertionError(f"citation does not quote its article: {citation!r}")
        return citation

    # --------------------------------------------------------------------- articles
    def search(
        self, question: str, top_k: int = 10, article_ids: Sequence[str] | None = None
    ) -> list[Passage]:
        """The ``top_k`` passages that fit a question best, reranked by the reader, best first.

        Raises:
            QuestionError: The question is empty or too long.
        """
        depth = max(top_k, self._settings.top_k)
        retrieved = self._retrieve(_checked(question), depth, article_ids)
        found = _read(self._reader_of(retrieved), question, retrieved)
        return [item.passage for item in found[:top_k]]

    def article_ids(self) -> list[str]:
        """Ids of the articles that are asked, sorted."""
        scope = self._settings.scope
        return self._store.article_ids() if scope is None else sorted(scope)

    def articles(self) -> list[Article]:
        """All articles, ordered by id."""
        return [self._store.article(article_id) for article_id in self.article_ids()]

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            LibraryError: There is none.
        """
        return self._store.article(article_id)

    def with_articles(
        self, articles: Iterable[Article], progress: Callable[[int, int], None] | None = None
    ) -> "Bot":
        """A bot with the same models and settings over other articles, indexed in memory.

        Args:
            articles: What to answer from.
            progress: Called with (chunks embedded, chunks in all).
        """
        from index.store import ArticleStore

        store = ArticleStore(self._store.embeddings)
        store.add_articles(articles, progress)
        return Bot(store, self._readers, self._llm, replace(self._settings, scope=None))

    def suggest_questions(self, article_id: str, n: int = 3) -> list[str]:
        """Up to ``n`` questions that the article answers, each answered by another sentence."""
        quoting = Bot(self._store, self._readers, None, self._settings)
        found: dict[Citation, str] = {}
        for question in question_candidates(self.article(article_id)):
            if len(found) == n:
                break
            answer = quoting.ask(question, article_ids=[article_id])
            if answer.status == "answered":
                found.setdefault(answer.citations[0], question)
        return list(found.values())

    def close(self) -> None:
        """Close the store."""
        self._store.close()


class _RefusalError(Exception):
    """The language model says that the article does not say."""


class _Clock:
    """Seconds per step of one answer."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = now - self._last
        self._last = now

    def mark(self, name: str) -> None:
        self._laps.setdefault(name, time.perf_counter() - self._start)

    def seconds(self) -> dict[str, float]:
        return {**self._laps, "total": time.perf_counter() - self._start}


def _checked(question: str) -> str:
    """The question, lone surrogates replaced: no encoder takes them."""
    question = question.encode("utf-8", "replace").decode("utf-8")
    if not question.strip():
        raise QuestionError("the question is empty: type a question about the article")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters; ask one of at most {MAX_QUESTION:,}"
        )
    if not words(question):
        raise QuestionError(f"the question {question.strip()[:40]!r} has no word in it")
    return question


def _read(reader: "Reader", question: str, passages: Sequence[Passage]) -> list[Found]:
    """Read the passages and rerank them by what was read and where they stood, best first."""
    readings = reader.read(question, [passage.text for passage in passages])
    found = [
        Found(replace(passage, score=reading.score + _RANK_WEIGHT / rank), reading)
        for rank, (passage, reading) in enumerate(zip(passages, readings, strict=True), start=1)
    ]
    return sorted(found, key=lambda item: -item.passage.score)


def _evidence(reader: "Reader", found: Sequence[Found]) -> Evidence | None:
    """What the best reading rests on; None when no passage holds anything to cite."""
    if not found or found[0].reading.start == found[0].reading.end:
        return None
    passage, reading = found[0].passage, found[0].reading
    sentence = max(
        split_sentences(passage.text),
        key=lambda s: min(s.end, reading.end) - max(s.start, reading.start),
    )
    # A span that runs on into another sentence is cut: what answers stands in one.
    start, end = max(sentence.start, reading.start), min(sentence.end, reading.end)
    return Evidence(
        span=_citation(passage, start, end),
        confidence=reader.confidence(reading.score),
        sentence=_citation(passage, *sentence),
    )


def _sentences(passage: Passage) -> tuple[Citation, ...]:
    """The sentences of a passage as citations."""
    return tuple(_citation(passage, *sentence) for sentence in split_sentences(passage.text))


def _citation(passage: Passage, start: int, end: int) -> Citation:
    """Part of a passage as a citation of its article."""
    first = passage.start
    return Citation(passage.article_id, first + start, first + end, passage.text[start:end])
