"""Raw text of a model -> sentences that the article supports, each with its citations."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.grounding import is_condensed, is_supported, overlap, strip_markers
from bot.types import NOT_IN_ARTICLE, Citation
from index.sentences import split_sentences
from index.types import Article

_MARKER_NUMBERS = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")
_TRAILING_MARKERS = re.compile(r"(?:\s*\[\d+(?:\s*,\s*\d+)*\])+\s*")
_LABEL = re.compile(r"^(?:the )?answer(?: to (?:the|this) question)?(?: is)?\s*:\s*", re.IGNORECASE)


class CitedText:
    """Collects supported sentences and numbers what they cite, in order of first use."""

    def __init__(self) -> None:
        self.text = ""
        self.citations: list[Citation] = []

    def add(self, sentence: str, cited: Sequence[Citation]) -> str:
        """Append a sentence with its markers; returns what was appended."""
        for citation in cited:
            if citation not in self.citations:
                self.citations.append(citation)
        markers = "".join(f"[{self.citations.index(citation) + 1}]" for citation in cited)
        piece = f"{' ' if self.text else ''}{sentence} {markers}"
        self.text += piece
        return piece


def sentences(stream: Iterable[str]) -> Iterator[str]:
    """Whole sentences of a text that arrives in pieces, each as soon as it is complete.

    Markers that follow the end of a sentence (``… 2020. [1]``) stay with it.
    """
    buffer = ""
    for piece in stream:
        buffer += piece
        *complete, _ = _split(buffer) or [""]
        # The last one but one may still be joined with markers that are on their way.
        for sentence in complete[:-1]:
            yield sentence
            buffer = buffer[buffer.index(sentence) + len(sentence) :]
    yield from _split(buffer)


def supported(
    sentence: str, evidence: Sequence[Citation], question: str, kept: str | None = None
) -> tuple[str, list[Citation]] | None:
    """The sentence without markers and the evidence that supports it; None when nothing does.

    Evidence that the sentence's own markers name is tried first, then all of it, best match
    first; one quote is enough where one quote supports the sentence. ``kept`` are words of the
    article that a small model has to keep; with them the check is the strict one.
    """
    plain = _LABEL.sub("", strip_markers(sentence)).strip()
    if not plain or plain == NOT_IN_ARTICLE:
        return None
    plain = plain[0].upper() + plain[1:]
    if plain[-1] not in ".!?。！？؟…”\"'":
        plain += "."
    numbers = {int(n) for group in _MARKER_NUMBERS.findall(sentence) for n in group.split(",")}
    named = [evidence[n - 1] for n in sorted(numbers) if 1 <= n <= len(evidence)]
    for citation in sorted(named or evidence, key=lambda c: -overlap(plain, c.quote)):
        if (
            is_supported(plain, citation.quote, question)
            if kept is None
            else is_condensed(plain, citation.quote, question, kept)
        ):
            return plain, [citation]
    if (
        kept is None
        and len(named) > 1
        and is_supported(plain, " ".join(c.quote for c in named), question)
    ):
        return plain, named
    return None


def exact(citation: Citation, article: Article) -> bool:
    """Whether a citation quotes the article to the letter; checked for all that leave the bot."""
    return article.id == citation.article_id and (
        article.text[citation.start : citation.end] == citation.quote
    )


def _split(text: str) -> list[str]:
    found: list[str] = []
    for start, end in split_sentences(text):
        sentence = text[start:end]
        lead = _TRAILING_MARKERS.match(sentence)
        if lead and found:
            found[-1] = f"{found[-1]} {lead.group().strip()}"
            sentence = sentence[lead.end() :]
        if sentence:
            found.append(sentence)
    return found
