"""The bot: question -> passages -> evidence -> checked, cited answer. Read it top-down."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.citations import CitedText, exact, sentences, supported
from bot.compose import compose
from bot.errors import LLMError, QuestionError
from bot.evidence import Clock, Evidence, Found, evidence_of, read, sentences_of
from bot.followup import Standalone, as_messages, stand_alone
from bot.grounding import strip_markers
from bot.language import not_in_article
from bot.overview import MAX_ARTICLES, Overview, fits
from bot.premise import missing_name
from bot.routing import kind_of
from bot.several import OTHERWISE, disagreements
from bot.suggest import question_candidates
from bot.types import NOT_IN_ARTICLE, Answer, Citation, Delta, Event, History, Message, Progress
from bot.verdict import verdict
from index.errors import LibraryError
from index.lexical import looks_english, words
from index.types import Article, Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bot.reader import Reader
    from index.store import ArticleStore

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
            LLMError: A capable language model could not rewrite a question that leans on the
                history. When it only fails to word the answer, the answer's notice says so.
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
        question, turns = _checked(question), as_messages(history)
        overview = self._overview(question, turns, article_ids)
        if overview is None:
            yield from self._from_passages(self._standing_alone(question, turns), article_ids)
            return
        for event in overview.stream():
            if isinstance(event, Answer):
                for citation in event.citations:
                    self._verified(citation)
                event = replace(event, question=question)
            yield event

    def _from_passages(
        self, standing: Standalone, article_ids: Sequence[str] | None
    ) -> Iterator[Event]:
        """The answer to a question that stands alone, from the passages that fit it best."""
        clock = Clock()
        full_question = standing.text
        yield Progress("retrieving")
        retrieved = self._retrieve(standing, self._settings.top_k, article_ids)
        clock.lap("retrieve")
        yield Progress("reading")
        reader = self._reader_of(retrieved)
        found = read(reader, full_question, retrieved)
        evidence = evidence_of(reader, full_question, found)
        clock.lap("read")
        confidence = evidence.confidence if evidence else 0.0
        if evidence is not None and self._lacks_name(full_question, retrieved):
            confidence = 0.0
        if confidence < self._settings.strictness:
            evidence = None
        cited, notice = CitedText(), ""
        settled = verdict(full_question, evidence.sentence.quote) if evidence else None
        if settled is None and evidence is not None and self._words(evidence):
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
            yield Delta(not_in_article(full_question))
        else:
            clock.mark("first_text")
            others = disagreements(reader, full_question, found, evidence)
            for piece in self._quoted(evidence, others, settled, article_ids, cited):
                yield Delta(piece)
        clock.lap("compose")
        yield Answer(
            text=cited.text if evidence else not_in_article(full_question),
            short=evidence.span.quote if evidence else None,
            status="answered" if evidence else "not_in_article",
            confidence=confidence,
            span=self._verified(evidence.span) if evidence else None,
            citations=tuple(self._verified(citation) for citation in cited.citations),
            sentences=tuple(cited.sentences),
            passages=tuple(item.passage for item in found),
            timings=clock.seconds(),
            notice=notice,
            question=full_question,
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

    def _overview(
        self, question: str, history: Sequence[Message], article_ids: Sequence[str] | None
    ) -> Overview | None:
        """The answer to a question about the articles as a whole; None for any other question."""
        kind = kind_of(question, first=not history)
        if kind is None:
            return None
        ids = self.article_ids() if article_ids is None else article_ids
        articles = [self._store.article(article_id) for article_id in ids[:MAX_ARTICLES]]
        llm = None if self._settings.small_llm else self._llm
        found = Overview(kind, question, articles, self._store.embeddings, llm, len(ids))
        return found if fits(kind, articles) else None

    def _lacks_name(self, question: str, retrieved: Sequence[Passage]) -> bool:
        """Whether an English question names what the articles that were found do not hold."""
        if not (self._settings.strictness and looks_english(question)):
            return False
        articles = [self._store.article(a) for a in {p.article_id for p in retrieved}]
        texts = [" ".join((a.title, *a.metadata.values(), a.text)) for a in articles]
        text = "\n".join(texts)
        return looks_english(text) and missing_name(question, text) is not None

    def _standing_alone(self, question: str, history: History) -> Standalone:
        return stand_alone(question, history, None if self._settings.small_llm else self._llm)

    def _retrieve(
        self, question: Standalone, top_k: int, article_ids: Sequence[str] | None
    ) -> list[Passage]:
        from index.retriever import retrieve

        scope = self._settings.scope if article_ids is None else article_ids
        return retrieve(self._store, question.text, top_k, scope, question.variants)

    def _reader_of(self, passages: Sequence[Passage]) -> "Reader":
        english = looks_english(" ".join(passage.text for passage in passages))
        return self._readers.english if english else self._readers.other

    def _words(self, evidence: Evidence) -> bool:
        """Whether the LLM words the answer; several sentences a small one would only muddle."""
        one = len(evidence.sentences) == 1
        return self._llm is not None and (one or not self._settings.small_llm)

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
        excerpts = [sentences_of(f.passage, question) for f in best]
        if small:
            excerpts = [(evidence.sentence,)]
        kept = evidence.span.quote if small else None
        for sentence in sentences(compose(self._llm, question, excerpts, small=small)):
            if not small and strip_markers(sentence) == NOT_IN_ARTICLE:
                raise _RefusalError
            checked = supported(sentence, excerpts, question, kept)
            if checked is not None:
                yield cited.add(*checked)
            else:
                cited.drop(sentence)

    def _quoted(
        self,
        evidence: Evidence,
        others: Sequence[Evidence],
        settled: str | None,
        article_ids: Sequence[str] | None,
        cited: CitedText,
    ) -> Iterator[str]:
        """The evidence, unless an LLM has worded it, and what other articles say otherwise."""
        if not cited.citations:
            label = settled or self._title_among(evidence.span.article_id, article_ids)
            for sentence in [evidence.sentence] if settled else evidence.sentences:
                yield cited.quote(sentence, label)
                label = ""
        for other in others:
            yield cited.note(OTHERWISE, "\n\n")
            yield cited.quote(other.sentence, self._title_among(other.span.article_id, article_ids))

    def _title_among(self, article_id: str, article_ids: Sequence[str] | None) -> str:
        """The title of an article, where several are asked; "" where there is but one."""
        ids = self.article_ids() if article_ids is None else article_ids
        return (self._store.article(article_id).title or article_id) if len(ids) > 1 else ""

    def _verified(self, citation: Citation) -> Citation:
        """The one place every citation passes on its way out."""
        if not exact(citation, self._store.article(citation.article_id)):
            raise LibraryError(
                f"article {citation.article_id!r} changed while it was asked: ask again"
            )
        return citation

    # --------------------------------------------------------------------- articles
    def search(
        self,
        question: str,
        top_k: int = 10,
        article_ids: Sequence[str] | None = None,
        history: History = (),
    ) -> list[Passage]:
        """The ``top_k`` passages that fit a question best, reranked by the reader, best first.

        Raises:
            QuestionError: The question is empty or too long, or the history has another form.
            LLMError: A capable language model could not rewrite a question that leans.
        """
        depth = max(top_k, self._settings.top_k)
        standing = self._standing_alone(_checked(question), history)
        retrieved = self._retrieve(standing, depth, article_ids)
        found = read(self._reader_of(retrieved), standing.text, retrieved)
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

    @property
    def settings(self) -> Settings:
        """How this bot answers."""
        return self._settings

    @property
    def llm(self) -> "BaseChatModel | None":
        """What words its answers; None quotes the evidence."""
        return self._llm

    def with_settings(self, settings: Settings, llm: "BaseChatModel | None") -> "Bot":
        """A bot over the same articles that answers in another way."""
        return Bot(self._store, self._readers, llm, settings)

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


def _encodable(text: str) -> str:
    """The text, lone surrogates replaced: no encoder takes them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _checked(question: str) -> str:
    """The question, once it can be asked."""
    question = _encodable(question)
    if not question.strip():
        raise QuestionError("the question is empty: type a question about the article")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters; ask one of at most {MAX_QUESTION:,}"
        )
    if not words(question):
        raise QuestionError(f"the question {question.strip()[:40]!r} has no word in it")
    return question
