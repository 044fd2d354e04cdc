"""Answers to questions about articles as a whole: summaries, lists, facts. Read it top-down.

Every point is a sentence of the article, cited; a language model is only let near a summary, and
what it writes is checked like any other answer.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.citations import CitedText
from bot.errors import LLMError
from bot.evidence import Clock
from bot.facts import Fact, fact
from bot.instructions import quotable
from bot.language import NOT_IN_ARTICLE_IN, say
from bot.mentions import LISTS, mentions
from bot.routing import Whole, points_wanted
from bot.routing_languages import Kind
from bot.types import Answer, Citation, Delta, Event, Progress
from bot.wording import PARAGRAPH, RefusalError, told, worded
from index.lexical import looks_english
from index.sentences import split_sentences
from index.types import Article, Span

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel

MAX_ARTICLES = 10
"""Most articles that one answer goes through."""

_CHOSEN = frozenset({"summary", "about", "topics"})
_MOST_POINTS = 40
_FEWEST_SENTENCES, _MOST_SENTENCES, _ABOUT_SENTENCES = 3, 8, 2
# What a small part of the text tells about its language.
_SAMPLE = 5_000
# Kinds whose lists come with a word on how they are made.
_EXPLAINED = frozenset({"people", "places"})
_BULLET = "\n- "


def fits(kind: Kind, articles: Sequence[Article]) -> bool:
    """Whether the question can be answered in this way: lists are made of English text only."""
    return kind not in LISTS or any(map(_is_english, articles))


@dataclass
class Overview:
    """One question about articles as a whole, and its answer as it grows.

    Attributes:
        whole: What is asked, and in which language.
        question: The question itself.
        articles: The articles that are gone through.
        embeddings: The embedding model.
        llm: A capable model that words summaries; None quotes the sentences chosen.
        total: How many articles there are, when these are only the first.
    """

    whole: Whole
    question: str
    articles: Sequence[Article]
    embeddings: "Embeddings"
    llm: "BaseChatModel | None" = None
    total: int = 0
    _cited: CitedText = field(init=False)
    _facts: list[Fact] = field(default_factory=list, init=False)
    _answered: bool = field(default=False, init=False)
    _notice: str = field(default="", init=False)

    def stream(self, cited: CitedText) -> Iterator[Event]:
        """The answer, added to ``cited``, then the Answer; of a refusal no Delta is sent."""
        self._cited, clock = cited, Clock()
        yield Progress("reading")
        silent: list[str] = []
        unread = [a for a in self.articles if self.whole.kind in LISTS and not _is_english(a)]
        for article in self.articles:
            if article in unread:
                continue
            name, before, silent_here = article.name, self._cited.text, True
            opening = [self._note(f"{name}:")] if len(self.articles) > 1 else []
            for event in self._part(article):
                if isinstance(event, Delta):
                    clock.mark("first_text")
                    yield from opening
                    opening, silent_here = [], False
                yield event
            if silent_here:
                self._cited.text = before
                silent.append(name)
        clock.lap("overview")
        self._answered = len(silent) + len(unread) < len(self.articles)
        if self._answered and silent:
            yield self._say("silent", names="; ".join(silent))
        if self._answered and unread:
            yield self._say("not_english", names="; ".join(a.name for a in unread))
        if self._answered and self.total > len(self.articles):
            yield self._say("first_articles", shown=len(self.articles), total=self.total)
        yield self._answer(clock)

    def _answer(self, clock: Clock) -> Answer:
        alone = self._facts[0] if len(self._facts) == len(self.articles) == 1 else None
        span = _cite(self.articles[0], alone.span) if alone and alone.span else None
        return Answer(
            text=self._cited.text if self._answered else self._refusal,
            short=alone.value if alone else None,
            status="answered" if self._answered else "not_in_article",
            confidence=1.0 if self._answered else 0.0,
            span=span,
            citations=tuple(self._cited.citations),
            sentences=tuple(self._cited.sentences),
            timings=clock.seconds(),
            notice=self._notice,
        )

    # ------------------------------------------------------------------ one article
    def _part(self, article: Article) -> Iterator[Event]:
        text = quotable(article.text, self.question)
        spans = split_sentences(text, without=article.heading_starts)
        if self.whole.kind in LISTS:
            yield from self._list(article, spans)
        elif self.whole.kind in _CHOSEN:
            yield from self._points(article, spans)
        elif known := fact(self.whole.kind, article, spans, self.whole.language):
            self._facts.append(known)
            if known.span:
                yield Delta(self._cited.quote(_cite(article, known.span), lead=PARAGRAPH))
            else:
                yield self._note(known.text)

    def _list(self, article: Article, spans: Sequence[Span]) -> Iterator[Event]:
        found = mentions(self.whole.kind, article.text, spans)
        if found and self.whole.counted:
            yield self._say("counted", count=sum(len(mention.names) for mention in found))
        for mention in found[:_MOST_POINTS]:
            yield self._point(article, mention.sentence, ", ".join(mention.names))
        if found:
            yield self._coverage(article, [spans])
            if len(found) > _MOST_POINTS:
                yield self._say("shown", " ", shown=_MOST_POINTS, total=len(found))
            if self.whole.kind in _EXPLAINED:
                yield self._say(self.whole.kind, " ")

    def _points(self, article: Article, spans: Sequence[Span]) -> Iterator[Event]:
        from bot.summary import key_sentences, sections

        parts = sections(article, spans)
        titles = [h for h in article.headings if article.text[h.start : h.end] != article.title]
        if self.whole.kind == "topics" and len(titles) > 1:
            for heading in titles[:_MOST_POINTS]:
                yield self._point(article, Span(heading.start, heading.end))
            yield self._coverage(article, parts)
            yield self._say("headings", " ")
            return
        chosen = key_sentences(article, parts, self.embeddings, self._count(len(spans)))
        if not chosen:
            return
        before = len(self._cited.text)
        if self.llm is not None:
            yield Progress("composing")
            yield from self._worded(self.llm, [_cite(article, span) for span in chosen])
        if len(self._cited.text) == before:
            title = fact("title", article, spans) if self.whole.kind == "about" else None
            if title and title.span:
                yield self._point(article, title.span)
            for span in chosen:
                yield self._point(article, span)
        yield self._coverage(article, parts)

    def _count(self, sentences: int) -> int:
        """How many sentences make a summary: the root of how many there are, within bounds."""
        wanted = points_wanted(self.question)
        if wanted:
            return wanted
        if self.whole.kind == "about":
            return _ABOUT_SENTENCES
        return min(max(math.isqrt(sentences) + 1, _FEWEST_SENTENCES), _MOST_SENTENCES)

    def _worded(self, llm: "BaseChatModel", quotes: Sequence[Citation]) -> Iterator[Event]:
        """The model's summary of the sentences chosen, as far as they support it."""
        before, excerpts = len(self._cited.text), [(quote,) for quote in quotes]
        try:
            for piece in worded(llm, self.question, excerpts, self._cited, rules="summary_system"):
                yield Delta(piece)
        except RefusalError:
            return  # a summary that says nothing: the sentences are quoted
        except LLMError as error:
            self._notice = told(error, begun=len(self._cited.text) > before)

    # ------------------------------------------------------------------------ words
    def _point(self, article: Article, span: Span, label: str = "") -> Delta:
        """A bullet that quotes a sentence, with what it is listed for before it."""
        lead = f"\n{_BULLET}" if self._cited.text.endswith(":") else _BULLET
        return Delta(self._cited.quote(_cite(article, span), label, lead))

    def _note(self, words: str, lead: str = PARAGRAPH) -> Delta:
        return Delta(self._cited.note(words, lead))

    def _say(self, what: str, lead: str = PARAGRAPH, **values: int | str) -> Delta:
        """A fixed sentence, in the language of the question."""
        return self._note(say(what, self.whole.language, **values), lead)

    @property
    def _refusal(self) -> str:
        return NOT_IN_ARTICLE_IN[self.whole.language]

    def _coverage(self, article: Article, parts: Sequence[Sequence[Span]]) -> Delta:
        """How much of the article was read."""
        count = sum(map(len, parts))
        if len(parts) == 1:
            return self._say("read_all", sentences=count)
        told = "read_sections" if len(article.headings) >= len(parts) - 1 else "read_parts"
        return self._say(told, parts=len(parts), sentences=count)


def _is_english(article: Article) -> bool:
    return looks_english(article.text[:_SAMPLE])


def _cite(article: Article, span: Span) -> Citation:
    return Citation(article.id, span.start, span.end, article.text[span.start : span.end])
