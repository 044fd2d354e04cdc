"""One question -> the events of its answer: which way it is answered, and how. Read it top-down."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.citations import CitedText
from bot.evidence import Clock
from bot.finding import Finder, Finding, Readers
from bot.followup import Standalone, stand_alone
from bot.language import not_in_article, say
from bot.lookup import Lookup, fresh, look_up
from bot.overview import MAX_ARTICLES, Overview, fits
from bot.parts import parts_of
from bot.routing import asked_of_whole
from bot.smalltalk import SmallTalk, small_talk
from bot.topics import asked_topics
from bot.types import Answer, Delta, Event, Message, Progress
from bot.wording import PARAGRAPH, Worded, Wording
from index.types import Article

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from index.store import ArticleStore

# Passages that tell which of many articles are gone through for what is said about something.
_TELLING_PASSAGES = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """How a bot answers."""

    top_k: int = 5
    strictness: float = 0.15
    small_llm: bool = True
    scope: tuple[str, ...] | None = None
    """Ids of the articles to answer from when a question names none; None is all of the store."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One question of a message, and what came of it."""

    finding: Finding
    worded: Worded


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
        talk = small_talk(question)
        if talk is not None:
            yield from _small_answer(talk, question)
            return
        overview = self._overview(question, history)
        if overview is not None:
            yield from _asked_as(question, overview.stream())
            return
        parts = parts_of(question)
        standing = self.standing_alone(parts[0], history)
        if len(parts) == 1:
            lookup = self._lookup(standing, history)
            if lookup is not None:
                yield from _asked_as(standing.text, lookup.stream())
                return
        yield from self._from_passages(standing, parts, history)

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

    # ------------------------------------------------------- whole articles, and topics
    def _overview(self, question: str, history: Sequence[Message]) -> Overview | None:
        """The answer to a question about the articles as a whole; None for any other question."""
        whole = asked_of_whole(question, first=not history)
        if whole is None:
            return None
        ids = self._ids
        articles = [self.store.article(article_id) for article_id in ids[:MAX_ARTICLES]]
        embeddings = self.store.embeddings
        found = Overview(whole, question, articles, embeddings, self._capable_llm, len(ids))
        return found if fits(whole.kind, articles) else None

    def _lookup(self, standing: Standalone, history: Sequence[Message]) -> Lookup | None:
        """The answer to a question for all that is said about something.

        None for any other question, and where nothing is found by its words.
        """
        topics = asked_topics(standing.text)
        if topics is None:
            return None
        articles = self._articles_on(standing)
        hits = look_up(topics, standing.text, articles)
        if not hits:
            return None
        if topics.more:
            said = " ".join(turn.text for turn in history if turn.role == "assistant")
            hits = fresh(hits, said)
        titles = {a.id: a.title or a.id for a in articles} if len(self._ids) > 1 else {}
        return Lookup(standing.text, topics, hits, titles, self._capable_llm)

    def _articles_on(self, standing: Standalone) -> list[Article]:
        """All articles when they are few, else those that fit the question best."""
        ids = self._ids
        if len(ids) > MAX_ARTICLES:
            found = self.finder.retrieve(standing, _TELLING_PASSAGES, self.article_ids)
            ids = list(dict.fromkeys(p.article_id for p in found))[:MAX_ARTICLES]
        return [self.store.article(article_id) for article_id in ids]

    # ------------------------------------------------------------------------ passages
    def _from_passages(
        self, standing: Standalone, questions: Sequence[str], history: Sequence[Message]
    ) -> Iterator[Event]:
        """The answers to the questions of a message, each from the passages that fit it best.

        The first is ``standing``, the others lean on those before them. What is not answered is
        said of each part, once any part is answered.
        """
        clock, cited = Clock(), CitedText()
        parts: list[_Part] = []
        turns, owed = list(history), ""
        for question in questions:
            before = len(cited.text)
            if parts:
                standing = self.standing_alone(question, turns)
            part = yield from self._part(standing, cited, clock, owed)
            parts.append(part)
            if part.worded.answered:
                owed = ""
            elif len(questions) > 1:
                refusal = f"“{question}” {not_in_article(question)}"
                if cited.text:
                    yield Delta(cited.note(refusal, PARAGRAPH))
                else:
                    owed = f"{owed}{PARAGRAPH}{refusal}" if owed else refusal
            turns += [Message("user", question), Message("assistant", cited.text[before:])]
        answer = _answer(parts, cited, clock)
        if answer.status != "answered":
            yield Delta(answer.text)
        yield answer

    def _part(
        self, standing: Standalone, cited: CitedText, clock: Clock, owed: str
    ) -> Generator[Progress | Delta, None, _Part]:
        """Answer one question after what ``cited`` holds, and after ``owed`` if it is answered."""
        yield Progress("retrieving")
        retrieved = self.finder.retrieve(standing, self.settings.top_k, self.article_ids)
        clock.lap("retrieve")
        yield Progress("reading")
        finding = self.finder.judge(standing.text, retrieved, clock)
        if finding.evidence is None:
            return _Part(finding, Worded(answered=False))
        if owed:
            yield Delta(cited.note(owed))
        wording = Wording(self.llm, self.settings.small_llm, self._label)
        worded = yield from wording.stream(finding, cited, clock)
        clock.lap("compose")
        return _Part(finding, worded)

    def _label(self, article_id: str) -> str:
        """The title of an article, where several are asked; "" where there is but one."""
        return (self.store.article(article_id).title or article_id) if len(self._ids) > 1 else ""


def _answer(parts: Sequence[_Part], cited: CitedText, clock: Clock) -> Answer:
    answered = [part for part in parts if part.worded.answered]
    confidences = [part.finding.confidence for part in answered or parts]
    question = " ".join(part.finding.question for part in parts)
    alone = answered[0].finding.evidence if answered and len(parts) == 1 else None
    return Answer(
        text=cited.text if answered else not_in_article(question),
        short=alone.span.quote if alone else None,
        status="answered" if answered else "not_in_article",
        confidence=min(confidences) if answered else max(confidences),
        span=alone.span if alone else None,
        citations=tuple(cited.citations),
        sentences=tuple(cited.sentences),
        passages=tuple(dict.fromkeys(f.passage for part in parts for f in part.finding.found)),
        timings=clock.seconds(),
        notice=next((part.worded.notice for part in parts if part.worded.notice), ""),
        question=question,
    )


def _small_answer(talk: SmallTalk, question: str) -> Iterator[Event]:
    clock, text = Clock(), say(talk.kind, talk.language)
    yield Delta(text)
    yield Answer(text, None, "no_question", 0.0, timings=clock.seconds(), question=question)


def _asked_as(question: str, events: Iterator[Event]) -> Iterator[Event]:
    """The events, with the question in the answer."""
    for event in events:
        yield replace(event, question=question) if isinstance(event, Answer) else event
