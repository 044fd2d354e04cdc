"""The nouns of answering: what a question becomes on its way to a cited answer."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.types import Passage

NOT_IN_ARTICLE = "The article does not say."
"""The one sentence that every refusal is: shared by prompts, code and tests."""

Status = Literal["answered", "not_in_article", "no_question"]


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of an article: ``article.text[start:end] == quote``."""

    article_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer and what it rests on.

    Attributes:
        text: The sentence, without markers.
        support: "quoted" from the article; "supported" when a language model wrote it and its
            citations hold all that it claims; "dropped" when a language model wrote it and
            nothing holds it: it is then no part of the answer's text.
        citations: Numbers of the citations, counted from 1 as in the text's markers.
    """

    text: str
    support: Literal["quoted", "supported", "dropped"]
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and what it rests on.

    Attributes:
        text: The answer; a marker ``[n]`` after a claim points at ``citations[n - 1]``.
        short: Shortest exact words of the article that answer; None when it does not answer, for
            lists and summaries, and where several questions are answered. A fact known from the
            article's metadata and a number of table rows stand here as well.
        span: Where those words stand; None when they do not.
        status: "answered"; "not_in_article" when the article does not say; "no_question" when
            nothing was asked of an article (a greeting, thanks, "Who are you?").
        confidence: How sure the bot is that the article answers the question, 0 to 1.
        citations: What the markers point at.
        sentences: The answer sentence by sentence, dropped ones too, each with its support.
        passages: What was retrieved, best first.
        timings: Seconds spent, by step.
        notice: One line on what went wrong on the way ("" when nothing did): for example that
            the LLM could not be reached, so the evidence is quoted instead.
        question: The question that was answered: a follow-up as it was rewritten to stand alone,
            any other as it was asked.
        related: Where nothing was answered, the sentence that comes nearest. It is no answer.
        suggestions: Where nothing was answered, up to three questions that the article answers.
    """

    text: str
    short: str | None
    status: Status
    confidence: float
    span: Citation | None = None
    citations: tuple[Citation, ...] = ()
    sentences: tuple[AnswerSentence, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    notice: str = ""
    question: str = ""
    related: Citation | None = None
    suggestions: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer as plain dicts, lists, strings and numbers."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


History = Iterable[Message | Mapping[str, Any]]
"""Earlier turns, oldest first; a mapping has "role" and either "text" or "content"."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of answering has begun: "retrieving", "reading" or "composing"."""

    stage: str


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of an answer's text, checked against the article before it is sent."""

    text: str


Event = Progress | Delta | Answer
"""What ``Bot.stream`` yields: any number of Progress and Delta, then one Answer."""
