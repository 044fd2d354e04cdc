"""The bot: question -> checked, cited answer. ``bot.answering`` says how one is made."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answering import Answering, Settings
from bot.citations import exact
from bot.errors import QuestionError
from bot.finding import Readers, nearest
from bot.followup import as_messages
from bot.suggest import question_candidates
from bot.types import Answer, Citation, Event, History
from index.errors import LibraryError
from index.lexical import words
from index.types import Article, Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.store import ArticleStore

MAX_QUESTION = 4_000
"""Longest question, in characters."""

_SUGGESTED = 3


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
        # Questions that are known to be answered, by content of the article and strictness.
        self._suggested: dict[tuple[str, float], tuple[str, ...]] = {}

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
                history. When it only fails to word the answer, or to rewrite a later question of
                the same message, the answer's notice says so.
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
        for event in self._answering(article_ids).stream(question, turns):
            if isinstance(event, Answer):
                event = self._with_ways_on(event, article_ids)
                for citation in (*event.citations, event.span, event.related):
                    if citation is not None:
                        self._verify(citation)
            yield event

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

    def _answering(self, article_ids: Sequence[str] | None) -> Answering:
        scope = self._settings.scope if article_ids is None else article_ids
        return Answering(self._store, self._readers, self._llm, self._settings, scope)

    def _with_ways_on(self, answer: Answer, article_ids: Sequence[str] | None) -> Answer:
        """The answer; where there is none, with what comes nearest and what can be asked."""
        if answer.status == "answered":
            return answer
        found = answer.passages
        related = nearest(answer.question, found, self._store) if found else None
        ids = self.article_ids() if article_ids is None else article_ids
        about = found[0].article_id if found else next(iter(ids), None)
        questions = self.suggest_questions(about) if about is not None else []
        return replace(answer, related=related, suggestions=tuple(questions))

    def _verify(self, citation: Citation) -> None:
        """The one place every citation passes on its way out.

        Raises:
            LibraryError: The article has changed since.
        """
        if not exact(citation, self._store.article(citation.article_id)):
            raise LibraryError(
                f"article {citation.article_id!r} changed while it was asked: ask again"
            )

    # --------------------------------------------------------------------- articles
    def search(
        self,
        question: str,
        top_k: int = 10,
        article_ids: Sequence[str] | None = None,
        history: History = (),
    ) -> list[Passage]:
        """The ``top_k`` passages that fit a question best, best first.

        The reader reranks as many as it reads for an answer; the others follow as retrieved.

        Raises:
            QuestionError: The question is empty or too long, or the history has another form.
            LLMError: A capable language model could not rewrite a question that leans.
        """
        answering = self._answering(article_ids)
        standing = answering.standing_alone(_checked(question), as_messages(history))
        return answering.finder.passages(
            standing, top_k, self._settings.top_k, answering.article_ids
        )

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
        return self.over(store)

    def over(self, store: "ArticleStore") -> "Bot":
        """A bot with the same models and settings over all articles of another store."""
        return Bot(store, self._readers, self._llm, replace(self._settings, scope=None))

    @property
    def store(self) -> "ArticleStore":
        """The articles, and others where the settings have a scope."""
        return self._store

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
        other = Bot(self._store, self._readers, llm, settings)
        other._suggested = self._suggested  # the same articles: known once, known to both
        return other

    def suggest_questions(self, article_id: str, n: int = _SUGGESTED) -> list[str]:
        """Up to ``n`` (at most 3) questions that the article answers, each by another sentence.

        They take about a second to find, once for each content of an article.
        """
        article = self.article(article_id)
        key = (article.content_hash, self._settings.strictness)
        known = self._suggested.get(key)
        if known is None:
            known = self._suggested[key] = tuple(self._answered_questions(article))
        return list(known[:n])

    def _answered_questions(self, article: Article) -> Iterator[str]:
        quoting = Answering(self._store, self._readers, None, self._settings, [article.id])
        found: set[Citation] = set()
        for question in question_candidates(article):
            if len(found) == _SUGGESTED:
                return
            *_, answer = quoting.stream(question, ())
            assert isinstance(answer, Answer)
            # What only the metadata know is answered without a citation.
            if answer.citations and answer.citations[0] not in found:
                found.add(answer.citations[0])
                yield question

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _encodable(text: str) -> str:
    """The text, lone surrogates replaced: no encoder takes them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _checked(question: str) -> str:
    """The question, once it can be asked."""
    if not isinstance(question, str):
        raise QuestionError(f"a question is a text, got {question!r:.80}")
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
