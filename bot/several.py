"""Several articles at once: which other article answers too, of the same thing or of another."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from bot.evidence import Evidence, Found, evidence_of
from index.lexical import STOP_WORDS, content_stems, stem, words

if TYPE_CHECKING:
    from bot.reader import Reader

# Both articles have to answer this surely before their difference is more than a misreading.
_SURE = 0.4
# Share of the question's content words that both sentences have to hold, with the titles over
# them: else they may be about different things.
_SAME_SUBJECT = 0.6
_WHAT = r"(?:what|which)(?: (?:is|was|are|were) the)?(?: \w+)?"
_NUMERIC = re.compile(
    r"\b(?:when|how (?:many|much|long|old|far|tall|large|big|often|high|deep|fast)"
    rf"|{_WHAT} (?:year|date|month|day|century|decade|percent\w*|number|amount|population|age|area"
    r"|height|depth|length|width|size|weight|price|cost|budget|speed|distance|temperature))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:who|whom|whose|where|{_WHAT} (?:city|country|state|place|town|region|capital))\b",
    re.IGNORECASE,
)
# A word that begins no sentence.
_INNER = re.compile(r"(?<=[\w,;:“\"(] )[^\W\d_][\w'’]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Other(NamedTuple):
    """What another article answers.

    Attributes:
        evidence: What it says.
        disagrees: Whether both speak of what the question names. Where the question names nothing
            ("Who is the mayor?"), each may speak of a thing of its own.
    """

    evidence: Evidence
    disagrees: bool


def others(
    reader: "Reader",
    question: str,
    found: Sequence[Found],
    evidence: Evidence,
    title: Callable[[str], str],
) -> list[Other]:
    """What other articles answer where it differs from `evidence`, best first.

    Only questions for one fact (a date, a number, a name, a place) are compared: of other answers
    words alone cannot tell whether they differ or tell two parts of one story. What the question
    names has to stand in a sentence or in the title over it, in both articles.

    Args:
        reader: Read the passages.
        question: The question, standing alone.
        found: All passages that were read, best first.
        evidence: What the best of them says.
        title: The title of the article with an id.
    """

    def told(by: Evidence) -> str:
        return f"{title(by.span.article_id)}\n{by.sentence.quote}"

    if evidence.confidence < _SURE or not _on_subject(question, told(evidence)):
        return []
    seen, differing = {evidence.span.article_id}, []
    for item in found:
        if item.passage.article_id in seen:
            continue
        seen.add(item.passage.article_id)
        if reader.confidence(item.reading.score, len(found)) < _SURE:
            continue
        other = evidence_of(reader, question, [item], len(found))
        if (
            other is not None
            and _on_subject(question, told(other))
            and differ(question, evidence.span.quote, other.span.quote)
        ):
            names = names_in(question, (told(evidence), told(other)))
            if all(names <= content_stems(told(one)) for one in (evidence, other)):
                differing.append(Other(other, disagrees=bool(names)))
    return differing


def names_in(question: str, texts: Sequence[str]) -> set[str]:
    """Stems of the names in a question: words with a capital letter, and numbers.

    Of a question without capital letters, the words that have one inside a sentence of the texts.
    """
    plain = question.islower() or question.isupper() or question[1:].islower()
    capital = "\n".join(texts) if plain else question
    named = {word.lower() for word in _INNER.findall(capital) if word[0].isupper()}
    first = words(question)[:1]
    return {
        stem(word)
        for word in words(question)
        if (word in named or word.isdecimal()) and word not in {*first, *STOP_WORDS}
    }


def differ(question: str, one: str, other: str) -> bool:
    """Whether two answers to a question for one fact exclude each other, as far as words tell."""
    if _NUMERIC.search(question):
        numbers = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
        return all(numbers) and not numbers[0] & numbers[1]
    if _NAMED.search(question):
        stems = content_stems(one), content_stems(other)
        return all(stems) and not stems[0] & stems[1]
    return False


def _on_subject(question: str, told: str) -> bool:
    asked = content_stems(question)
    held = asked & content_stems(told)
    return bool(asked) and len(held) >= _SAME_SUBJECT * len(asked)
