"""What was found -> the sentences of an answer: a model's, once checked, or the article's own."""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.citations import CitedText, Excerpt, supported
from bot.compose import compose
from bot.errors import LLMError
from bot.evidence import Clock, Evidence, sentences_of
from bot.finding import Finding
from bot.grounding import strip_markers
from bot.language import say
from bot.several import others
from bot.types import NOT_IN_ARTICLE, Citation, Delta, Progress
from bot.verdict import verdict
from index.language import question_language
from index.lists import bullet_length, is_item

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PARAGRAPH, BULLET = "\n\n", "\n- "
# Passages that a capable language model is given.
_CONTEXT_PASSAGES = 4
# From this confidence on a small model may leave out of a sentence what does not answer.
_SURE = 0.5


class RefusalError(Exception):
    """The language model says that the article does not say."""


@dataclass(frozen=True, slots=True)
class Worded:
    """How the wording went: whether the model, too, found an answer, and what went wrong."""

    answered: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """Words an answer.

    Attributes:
        llm: Words it; None quotes the evidence.
        small: Whether that model is too small to follow rules.
        label: What to put before a quote of the article with an id: its title, or "".
        told: Sentences that answered an earlier question of the message; not quoted again.
    """

    llm: "BaseChatModel | None"
    small: bool
    label: Callable[[str], str]
    told: Collection[Citation] = ()

    def stream(
        self, finding: Finding, cited: CitedText, clock: Clock
    ) -> Generator[Progress | Delta, None, Worded]:
        """Add the answer to ``cited``, which has no text yet; the finding holds evidence."""
        question, evidence = finding.question, finding.evidence
        assert evidence is not None
        notice = ""
        settled = verdict(question, evidence.sentence.quote)
        if self.llm is not None and settled is None and self._is_worded(evidence):
            yield Progress("composing")
            try:
                for piece in self._composed(self.llm, finding, evidence, cited):
                    clock.mark("first_text")
                    yield Delta(piece)
            except RefusalError:
                if not cited.text:
                    return Worded(answered=False)
            except LLMError as error:
                notice = told(error, begun=bool(cited.text))
        clock.mark("first_text")
        if not cited.text:
            yield from self._quoted(evidence, settled, cited)
        for other, disagrees in others(
            finding.reader, question, finding.found, evidence, self.label
        ):
            lead = PARAGRAPH
            if disagrees:
                yield Delta(cited.note(say("otherwise", question_language(question)), lead))
                lead = " "
            yield Delta(cited.quote(other.sentence, self.label(other.span.article_id), lead))
        return Worded(answered=True, notice=notice)

    def _is_worded(self, evidence: Evidence) -> bool:
        """Whether the model words it.

        A small one would muddle several sentences, and leave out what answers after all where the
        words that answer are not sure.
        """
        sure = len(evidence.sentences) == 1 and evidence.confidence >= _SURE
        return sure or not self.small

    def _composed(
        self, llm: "BaseChatModel", finding: Finding, evidence: Evidence, cited: CitedText
    ) -> Iterator[str]:
        """The model's answer.

        A small model is given the evidence alone and has to keep the words that answer; a capable
        one is given the best passages.
        """
        question = finding.question
        if self.small:
            excerpts = [(evidence.sentence,)]
            return worded(llm, question, excerpts, cited, kept=evidence.span.quote)
        best = finding.found[:_CONTEXT_PASSAGES]
        return worded(llm, question, [sentences_of(f.passage, question) for f in best], cited)

    def _quoted(self, evidence: Evidence, settled: str | None, cited: CitedText) -> Iterator[Delta]:
        label = settled or self.label(evidence.span.article_id)
        after_item = False
        for sentence in [evidence.sentence] if settled else evidence.sentences:
            if settled or sentence not in self.told:
                item = is_item(sentence.quote)
                if item:
                    lead = BULLET if bullet_length(sentence.quote) else "\n"
                elif after_item:
                    lead = PARAGRAPH
                else:
                    lead = " "
                after_item = item
                yield Delta(cited.quote(sentence, label, lead))
                label = ""


def worded(
    llm: "BaseChatModel",
    question: str,
    excerpts: Sequence[Excerpt],
    cited: CitedText,
    *,
    kept: str | None = None,
    rules: str = "answer_system",
) -> Iterator[str]:
    """Sentences of a model that the excerpts support, added to ``cited`` and streamed.

    Args:
        llm: The model.
        question: The question, standing alone.
        excerpts: What it is given.
        cited: The answer so far.
        kept: The words that a small model has to keep; None for a capable model.
        rules: Name of the prompt for a capable model.

    Raises:
        LLMError: The model failed.
        RefusalError: A capable model says that the article does not say.
    """
    small = kept is not None
    lead = PARAGRAPH if cited.text else " "
    for sentence in compose(llm, question, excerpts, small=small, rules=rules):
        if not small and strip_markers(sentence) == NOT_IN_ARTICLE:
            raise RefusalError
        checked = supported(sentence, excerpts, question, kept)
        if checked is None:
            cited.drop(sentence)
            continue
        yield cited.add(*checked, lead=lead)
        lead = " "


def told(error: LLMError, *, begun: bool) -> str:
    """What a model's failure means for the answer, in one line."""
    rest = "answer may lack its end" if begun else "article is quoted instead"
    return f"{error}. The {rest}."
