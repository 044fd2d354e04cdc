"""Several questions in one message -> their answers in turn, as one answer."""

from collections.abc import Callable, Iterator, Sequence

from bot.citations import CitedText
from bot.evidence import Clock
from bot.grounding import strip_markers
from bot.language import not_in_article
from bot.types import Answer, Citation, Delta, Event, Message
from bot.wording import PARAGRAPH

AnswerOne = Callable[[str, Sequence[Message], CitedText, Sequence[Answer]], Iterator[Event]]
"""Answers one question: it, the turns before, what numbers the citations, the answers before."""


def in_turn(
    questions: Sequence[str], history: Sequence[Message], answer_one: AnswerOne
) -> Iterator[Event]:
    """The answers to the questions of a message, a paragraph each; each leans on those before.

    What is not answered is said of each question, once any is answered. The last event is the
    Answer; when nothing is answered no Delta is sent.
    """
    clock, cited, turns = Clock(), CitedText(), list(history)
    answers: list[Answer] = []
    text = lead = ""  # what was sent, and what goes before the next words
    for question in questions:
        cited.text, cited.sentences = "", []  # the numbers of the citations go on
        for event in answer_one(question, turns, cited, answers):
            if isinstance(event, Answer):
                answer = event
            elif isinstance(event, Delta):
                clock.mark("first_text")
                yield Delta(lead + event.text)
                text, lead = text + lead + event.text, ""
            else:
                yield event
        answers.append(answer)
        turns += [Message("user", question), Message("assistant", answer.text)]
        if text:
            lead = lead or PARAGRAPH
        if answer.status != "answered":
            lead += strip_markers(f"“{question}” {answer.text}") + PARAGRAPH
    last = lead.removesuffix(PARAGRAPH)
    if text and last:
        yield Delta(last)
        text += last
    yield _joined(answers, text, cited, clock)


def quoted_in(answers: Sequence[Answer]) -> set[Citation]:
    """The sentences quoted as answers from passages; a list or summary answers no question."""
    return {
        answer.citations[number - 1]
        for answer in answers
        if answer.passages
        for sentence in answer.sentences
        if sentence.support == "quoted"
        for number in sentence.citations
    }


def _joined(answers: Sequence[Answer], text: str, cited: CitedText, clock: Clock) -> Answer:
    answered = [answer for answer in answers if answer.status == "answered"]
    confidences = [answer.confidence for answer in answered or answers]
    question = " ".join(answer.question for answer in answers)
    steps = dict.fromkeys(step for answer in answers for step in answer.timings)
    spent = {step: sum(answer.timings.get(step, 0.0) for answer in answers) for step in steps}
    return Answer(
        text=text if answered else not_in_article(question),
        short=None,
        status="answered" if answered else "not_in_article",
        confidence=min(confidences) if answered else max(confidences),
        citations=tuple(cited.citations),
        sentences=tuple(sentence for answer in answers for sentence in answer.sentences),
        passages=tuple(dict.fromkeys(p for answer in answers for p in answer.passages)),
        timings=spent | clock.seconds(),
        notice=" ".join(dict.fromkeys(answer.notice for answer in answers if answer.notice)),
        question=question,
    )
