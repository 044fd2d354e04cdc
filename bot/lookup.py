"""Answers to questions for all that is said about something: its sentences, quoted and counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bot.citations import CitedText
from bot.errors import LLMError
from bot.evidence import Clock
from bot.grounding import strip_markers
from bot.instructions import quotable
from bot.language import NOT_IN_ARTICLE_IN, say
from bot.topics import Topics, sentences_about
from bot.types import Answer, Citation, Delta, Event, Progress
from bot.wording import PARAGRAPH, RefusalError, told, worded
from index.language import question_language
from index.sentences import split_sentences
from index.types import Article

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_BULLET = "\n- "
_MOST_OF_ONE, _MOST_OF_TWO = 5, 3


class Hit(NamedTuple):
    """A sentence, the topics it is about, and those of them whose words it holds."""

    sentence: Citation
    names: tuple[str, ...]
    held: tuple[str, ...]


def look_up(topics: Topics, question: str, articles: Sequence[Article]) -> list[Hit]:
    """All sentences that are about the topics, article by article and in order.

    Headings are no sentences, and neither is what speaks to whoever answers.
    """
    hits = []
    for article in articles:
        text = quotable(article.text, question)
        spans = split_sentences(text, without=article.heading_starts)
        about = {name: sentences_about(name, text, spans) for name in topics.names}
        for span in spans:
            if names := tuple(name for name in topics.names if span in about[name]):
                quote = article.text[span.start : span.end]
                held = tuple(name for name in names if about[name][span])
                hits.append(Hit(Citation(article.id, *span, quote), names, held))
    return hits


def fresh(hits: Sequence[Hit], said: str) -> list[Hit]:
    """The hits whose sentences do not stand in what was said before."""
    before = _as_said(said)
    return [hit for hit in hits if _as_said(hit.sentence.quote) not in before]


def _as_said(text: str) -> str:
    return strip_markers(" ".join(text.split()))


@dataclass
class Lookup:
    """One question for all that is said about something, and its answer as it grows.

    Attributes:
        question: The question, standing alone.
        topics: What it wants to be told about.
        hits: All sentences about it that the articles hold.
        articles: The articles that were gone through.
        total: How many articles there are, when these are only some.
        said: What was said before.
        llm: A capable model that words the answer; None quotes the sentences.
    """

    question: str
    topics: Topics
    hits: Sequence[Hit]
    articles: Sequence[Article]
    total: int
    said: str = ""
    llm: "BaseChatModel | None" = None
    _cited: CitedText = field(init=False)

    def stream(self, cited: CitedText) -> Iterator[Event]:
        """The answer, added to ``cited``, then the Answer; of a refusal no Delta is sent."""
        self._cited, notice = cited, ""
        clock, language = Clock(), question_language(self.question)
        shown = self._shown()
        if not shown:
            refusal = NOT_IN_ARTICLE_IN[language]
            yield Answer(refusal, None, "not_in_article", 0.0, timings=clock.seconds())
            return
        if self.llm is not None:
            yield Progress("composing")
            try:
                excerpts = [(hit.sentence,) for hit in shown]
                for piece in worded(self.llm, self.question, excerpts, self._cited):
                    clock.mark("first_text")
                    yield Delta(piece)
            except RefusalError:
                pass  # the sentences that are about it stand below all the same
            except LLMError as error:
                notice = told(error, begun=bool(self._cited.text))
        clock.mark("first_text")
        if not self._cited.text:
            for hit in shown:
                yield Delta(self._cited.quote(hit.sentence, self._label(hit), _BULLET))
        lead = PARAGRAPH
        for note in self._notes(language):
            yield Delta(self._cited.note(note, lead))
            lead = " "
        clock.lap("lookup")
        yield Answer(
            text=self._cited.text,
            short=None,
            status="answered",
            confidence=1.0,
            citations=tuple(self._cited.citations),
            sentences=tuple(self._cited.sentences),
            timings=clock.seconds(),
            notice=notice,
        )

    def _shown(self) -> list[Hit]:
        """The first sentences about each topic; of two, those about both before all others.

        None, where more was asked for and all of them were said before.
        """
        hits = fresh(self.hits, self.said) if self.topics.more else self.hits
        compared = len(self.topics.names) > 1
        most = _MOST_OF_TWO if compared else _MOST_OF_ONE
        first = sorted(hits, key=lambda hit: -len(hit.names))
        chosen = {
            hit
            for name in self.topics.names
            for hit in [h for h in first if name in h.names][:most]
        }
        return [hit for hit in hits if hit in chosen]

    def _notes(self, language: str) -> Iterator[str]:
        """How much is said about a topic; of a comparison, which topic nothing is said about.

        And in how many of the articles that was looked for.
        """
        for name in self.topics.names:
            count = sum(name in hit.held for hit in self.hits)
            if not count:
                yield say("unmentioned", language, topic=name)
            elif len(self.topics.names) == 1:
                yield say("mentioned", language, topic=name, count=count)
                cited = self._cited.citations
                left = sum(hit.sentence not in cited for hit in fresh(self.hits, self.said))
                if left:
                    yield say("left", language, count=left)
        if len(self.articles) < self.total:
            yield say("fitting_articles", language, shown=len(self.articles), total=self.total)

    def _label(self, hit: Hit) -> str:
        """The article, where there are several; of two topics, the one a sentence is about."""
        several, compared = self.total > 1, len(self.topics.names) > 1 and len(hit.names) == 1
        titles = {article.id: article.name for article in self.articles}
        parts = [titles[hit.sentence.article_id]] * several + [hit.names[0]] * compared
        return ", ".join(parts)
