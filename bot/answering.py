"""One question -> the events of its answer: which way it is answered, and how. Read it top-down."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.citations import CitedText
from bot.collection import asked_of_collection, list_articles, which_mention
from bot.config import STRICTNESS, TOP_K
from bot.errors import LLMError
from bot.evidence import Clock
from bot.finding import Finder, Finding, Readers
from bot.followup import Standalone, stand_alone, still_of_whole
from bot.in_turn import in_turn, quoted_in
from bot.language import not_in_article, say
from bot.lookup import Lookup, look_up
from bot.overview import MAX_ARTICLES, Overview, fits
from bot.parts import parts_of
from bot.reasons import reason
from bot.routing import asked_of_whole
from bot.smalltalk import SmallTalk, small_talk
from bot.tables.answer import TableAnswer, look_in_tables
from bot.tables.question import asks_a_table
from bot.topics import asked_date, asked_topics, shares_word
from bot.types import Answer, Citation, Delta, Event, Message, Progress
from bot.wording import Worded, Wording
from index.types import Article, Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.store import ArticleStore

# Passages that tell which of many articles are gone through for what is said about something.
_TELLING_PASSAGES = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """How a bot answers."""

    top_k: int = TOP_K
    strictness: float = STRICTNESS
    small_llm: bool = True
    scope: tuple[str, ...] | None = None
    """Ids of the articles to answer from when a question names none; None is all of the store."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions from some articles.

    Attributes:
        store: The articles, and others where ``ids`` leaves some out.
        readers: Find the words that answer.
        llm: Words the answer; None quotes the evidence.
        settings: How to answer.
        article_ids: What to answer from; None is all of the store.
    """

    store: "ArticleStore"
    readers: Readers
    llm: "BaseChatModel | None"
    settings: Settings
    article_ids: Sequence[str] | None

    def stream(self, question: str, history: Sequence[Message]) -> Iterator[Event]:
        """The events of an answer; the last one is the Answer.

        Args:
            question: A question that can be asked.
            history: Earlier turns, oldest first.
        """
        questions = [question] if small_talk(question) else parts_of(question)
        if len(questions) > 1:
            events = in_turn(questions, history, self._one)
        else:
            events = self._one(question, history, CitedText())
        for event in events:
            if isinstance(event, Answer) and event.status != "answered":
                yield Delta(event.text)
            yield event

    def standing_alone(self, question: str, history: Sequence[Message]) -> Standalone:
        """The question with what it leans on put in."""
        return stand_alone(question, history, self._capable_llm)

    @property
    def finder(self) -> Finder:
        """Finds and reads passages of all articles."""
        return Finder(self.store, self.readers, self.settings.strictness)

    @property
    def _capable_llm(self) -> "BaseChatModel | None":
        return None if self.settings.small_llm else self.llm

    @property
    def _ids(self) -> Sequence[str]:
        return self.store.article_ids() if self.article_ids is None else self.article_ids

    # -------------------------------------------------------------------- one question
    def _one(
        self,
        question: str,
        history: Sequence[Message],
        cited: CitedText,
        earlier: Sequence[Answer] = (),
    ) -> Iterator[Event]:
        """The answer to one question, added to ``cited``, which has no text yet.

        The last event is the Answer; of a refusal, and of small talk, no Delta is sent.

        Args:
            question: One question.
            history: Earlier turns, those of the same message included.
            cited: Numbers what is cited.
            earlier: Answers to earlier questions of the same message.
        """
        talk = small_talk(question)
        if talk is not None:
            yield _small_answer(talk, question)
            return
        overview = self._overview(question, history)
        if overview is not None:
            yield from _asked_as(question, overview.stream(cited))
            return
        notice = ""
        try:
            standing = self.standing_alone(question, history)
        except LLMError as error:
            if not earlier:
                raise
            # What was answered before stays.
            standing = stand_alone(question, history)
            notice = f"“{question}” was completed by simple rules: {error}"
        if standing.text != question and (again := self._overview(standing.text, history)):
            yield from _asked_as(standing.text, again.stream(cited), notice)
            return
        events = self._of_collection(standing, cited)
        if events is None:
            found = self._lookup(standing, history) or self._in_tables(standing)
            if found is not None:
                events = found.stream(cited)
            else:
                events = self._from_passages(standing, cited, quoted_in(earlier))
        yield from _asked_as(standing.text, events, notice)

    # ------------------------------------------------------- whole articles, and topics
    def _overview(self, question: str, history: Sequence[Message]) -> Overview | None:
        """The answer to a question about the articles as a whole; None for any other question."""
        whole = asked_of_whole(question, first=still_of_whole(history))
        if whole is None:
            return None
        ids = self._ids
        articles = [self.store.article(article_id) for article_id in ids[:MAX_ARTICLES]]
        embeddings = self.store.embeddings
        found = Overview(whole, question, articles, embeddings, self._capable_llm, len(ids))
        return found if fits(whole.kind, articles) else None

    def _of_collection(self, standing: Standalone, cited: CitedText) -> Iterator[Event] | None:
        """The answer to a question about the articles as a collection; None for any other.

        Of one article alone only what is sure is told: its text may speak of articles, too.
        """
        asked, ids = asked_of_collection(standing.text), self._ids
        if asked is None or (len(ids) == 1 and not asked.sure):
            return None
        if asked.kind == "articles":
            titles = [e.name for e in self.store.entries() if e.id in set(ids)]
            return list_articles(titles, asked.language, cited)
        articles = self._articles_on(standing, most=_TELLING_PASSAGES)
        return which_mention(asked, standing.text, articles, len(ids), cited)

    def _lookup(self, standing: Standalone, history: Sequence[Message]) -> Lookup | None:
        """The answer to a question for all that is said about something.

        None for any other question, and where its words stand in the articles but in no sentence
        together: the passages may answer. Where none of them does, it is refused.
        """
        topics = asked_topics(standing.text)
        if topics is None and len(self._ids) > 1:
            topics = asked_date(standing.text)
        if topics is None:
            return None
        articles = self._articles_on(standing)
        hits = look_up(topics, standing.text, articles)
        said = " ".join(turn.text for turn in history if turn.role == "assistant")
        found = Lookup(
            standing.text, topics, hits, articles, len(self._ids), said, self._capable_llm
        )
        if hits:
            return found
        known = any(shares_word(name, a.text) for name in topics.names for a in articles)
        return found if topics.sure and not known else None

    def _in_tables(self, standing: Standalone) -> TableAnswer | None:
        """The answer that the rows of a table give; None for a question that asks no table."""
        if not asks_a_table(standing.text):
            return None
        return look_in_tables(standing.text, self._articles_on(standing))

    def _articles_on(self, standing: Standalone, most: int = MAX_ARTICLES) -> list[Article]:
        """All articles when they are few, else those that fit the question best."""
        ids = self._ids
        if len(ids) > most:
            found = self.finder.retrieve(standing, _TELLING_PASSAGES, self.article_ids)
            ids = list(dict.fromkeys(p.article_id for p in found))[:most]
        return [self.store.article(article_id) for article_id in ids]

    # ------------------------------------------------------------------------ passages
    def _from_passages(
        self, standing: Standalone, cited: CitedText, told: Collection[Citation]
    ) -> Iterator[Event]:
        """The answer from the passages that fit a question best.

        Args:
            standing: The question, standing alone.
            cited: What the answer is added to.
            told: Sentences that answered an earlier question of the message.
        """
        clock = Clock()
        yield Progress("retrieving")
        retrieved = self.finder.retrieve(standing, self.settings.top_k, self.article_ids)
        clock.lap("retrieve")
        yield Progress("reading")
        finding = self._judged(standing, retrieved, clock)
        evidence, worded = finding.evidence, Worded(answered=False)
        if evidence is not None:
            wording = Wording(self.llm, self.settings.small_llm, self._label, told)
            worded = yield from wording.stream(finding, cited, clock)
            clock.lap("compose")
        span = evidence.span if evidence and worded.answered else None
        yield Answer(
            text=cited.text if worded.answered else not_in_article(standing.text),
            short=span.quote if span else None,
            status="answered" if worded.answered else "not_in_article",
            confidence=finding.confidence,
            span=span,
            citations=tuple(cited.citations),
            sentences=tuple(cited.sentences),
            passages=tuple(found.passage for found in finding.found),
            timings=clock.seconds(),
            notice=worded.notice,
        )

    def _judged(self, standing: Standalone, retrieved: Sequence[Passage], clock: Clock) -> Finding:
        """What the passages hold; for a bare "Why?" more than the question before it."""
        finding = self.finder.judge(standing.text, retrieved, clock)
        if finding.evidence is None or not standing.after or not self.settings.strictness:
            return finding
        before = self.finder.judge(standing.after, retrieved, clock)
        evidence = reason(finding.evidence, before.evidence)
        return replace(finding, evidence=evidence, confidence=finding.confidence * bool(evidence))

    def _label(self, article_id: str) -> str:
        """The title of an article, where several are asked; "" where there is but one."""
        return self.store.article(article_id).name if len(self._ids) > 1 else ""


def _small_answer(talk: SmallTalk, question: str) -> Answer:
    clock, text = Clock(), say(talk.kind, talk.language)
    return Answer(text, None, "no_question", 0.0, timings=clock.seconds(), question=question)


def _asked_as(question: str, events: Iterator[Event], notice: str = "") -> Iterator[Event]:
    """The events; the answer says how the question was read, and what went wrong in that."""
    for event in events:
        if isinstance(event, Answer):
            told = " ".join(filter(None, (notice, event.notice)))
            event = replace(event, question=question, notice=told)
        yield event
