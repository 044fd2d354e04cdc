"""Raw text of a model -> sentences that the article supports, each with its citations."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from bot.grounding import is_condensed, is_supported, overlap, strip_markers
from bot.types import NOT_IN_ARTICLE, AnswerSentence, Citation
from index.lists import bullet_length
from index.sentences import split_sentences
from index.types import Article, Span

_MARKER_NUMBERS = re.compile(r"\[(\d+(?:\s*,\s*\d+)*)\]")
_TRAILING_MARKERS = re.compile(r"(?:\s*\[\d+(?:\s*,\s*\d+)*\])+\s*")
_LABEL = re.compile(r"^(?:the )?answer(?: to (?:the|this) question)?(?: is)?\s*:\s*", re.IGNORECASE)


Excerpt = Sequence[Citation]
"""A numbered piece of an article in a prompt, as its sentences."""

# More quotes than this for one sentence are not a proof but a pile.
_MOST_QUOTES = 3


class CitedText:
    """Collects supported sentences and numbers what they cite, in order of first use."""

    def __init__(self) -> None:
        self.text = ""
        self.citations: list[Citation] = []
        self.sentences: list[AnswerSentence] = []

    def quote(self, cited: Citation, label: str = "", lead: str = " ") -> str:
        """Append a sentence of the article, after a label for it; returns what was appended.

        The bullet of a list item is left out: the lead sets one where one is wanted.
        """
        # The article's own footnote marks, and those of its title, would pass for ours.
        words = cited.quote[bullet_length(cited.quote) :]
        sentence, label = strip_markers(" ".join(words.split())), strip_markers(label)
        said = sentence if label in ("", sentence) else f"{label}: {sentence}"
        return self._append(said, [cited], "quoted", lead)

    def add(self, sentence: str, cited: Sequence[Citation], lead: str = " ") -> str:
        """Append a supported sentence of a model; returns what was appended, with its markers."""
        return self._append(sentence, cited, "supported", lead)

    def drop(self, sentence: str) -> None:
        """Note a sentence of a model that nothing supports; it does not get into the text."""
        plain = strip_markers(sentence)
        if plain:
            self.sentences.append(AnswerSentence(plain, "dropped"))

    def note(self, words: str, lead: str = " ") -> str:
        """Append words that are about the answer and claim nothing of what the article says.

        What they take from a title, the metadata or the question may hold marks that would pass
        for citations; these are left out.
        """
        return self._write(strip_markers(words), lead)

    def _append(
        self,
        sentence: str,
        cited: Sequence[Citation],
        support: Literal["quoted", "supported"],
        lead: str,
    ) -> str:
        for citation in cited:
            if citation not in self.citations:
                self.citations.append(citation)
        numbers = tuple(self.citations.index(citation) + 1 for citation in cited)
        self.sentences.append(AnswerSentence(sentence, support, numbers))
        return self._write(f"{sentence} {''.join(f'[{n}]' for n in numbers)}", lead)

    def _write(self, words: str, lead: str) -> str:
        piece = f"{lead if self.text else lead.lstrip()}{words}"
        self.text += piece
        return piece


def sentences(stream: Iterable[str]) -> Iterator[str]:
    """Whole sentences of a text that arrives in pieces, each as soon as the next one begins.

    Markers that follow the end of a sentence (``… 2020. [1]``) stay with it.
    """
    buffer = ""
    for piece in stream:
        buffer += piece
        *complete, last = _split(buffer) or [Span(0, 0)]
        # A bracket at the end may be the beginning of a marker of the sentence before it.
        if complete and buffer[last.start] != "[":
            yield from (buffer[start:end] for start, end in complete)
            buffer = buffer[last.start :]
    yield from (buffer[start:end] for start, end in _split(buffer))


def supported(
    sentence: str, excerpts: Sequence[Excerpt], question: str, kept: str | None = None
) -> tuple[str, list[Citation]] | None:
    """The sentence without markers and the quotes that support it; None when nothing does.

    Args:
        sentence: A sentence of a model, with the markers it set.
        excerpts: What the model was given; marker ``[n]`` means ``excerpts[n - 1]``. Excerpts that
            the sentence names are tried alone, otherwise all are.
        question: The question; its words need no support.
        kept: Words of the article that a small model has to keep; the check is then the strict one.

    Returns:
        One quote where one supports the sentence, else the fewest that do together.
    """
    plain = _LABEL.sub("", strip_markers(sentence)).strip()
    if not plain or plain == NOT_IN_ARTICLE:
        return None
    plain = plain[0].upper() + plain[1:]
    if plain[-1] not in ".!?。！？؟…”\"'":
        plain += "."
    numbers = {int(n) for group in _MARKER_NUMBERS.findall(sentence) for n in group.split(",")}
    named = [excerpts[n - 1] for n in sorted(numbers) if 1 <= n <= len(excerpts)]
    quotes = [citation for excerpt in named or excerpts for citation in excerpt]
    quotes.sort(key=lambda citation: -overlap(plain, citation.quote))
    if kept is not None:
        condensed = (c for c in quotes if is_condensed(plain, c.quote, question, kept))
        return next(((plain, [citation]) for citation in condensed), None)
    for citation in quotes:
        if is_supported(plain, citation.quote, question):
            return plain, [citation]
    for count in range(2, min(_MOST_QUOTES, len(quotes)) + 1):
        several = sorted(quotes[:count], key=lambda c: (c.article_id, c.start))
        if is_supported(plain, " ".join(c.quote for c in several), question):
            return plain, several
    return None


def exact(citation: Citation, article: Article) -> bool:
    """Whether a citation quotes the article to the letter; checked for all that leave the bot."""
    return article.id == citation.article_id and (
        article.text[citation.start : citation.end] == citation.quote
    )


def _split(text: str) -> list[Span]:
    """Sentences of ``text``, each with the markers that follow it."""
    found: list[Span] = []
    # Several markers before a full stop hide it from the splitter; a word does not.
    masked = _TRAILING_MARKERS.sub(_as_word, text)
    for start, end in split_sentences(masked):
        lead = _TRAILING_MARKERS.match(text, start, end)
        if lead and found:
            found[-1] = Span(found[-1].start, start + len(lead.group().rstrip()))
            start = lead.end()
        if start < end:
            found.append(Span(start, end))
    return found


def _as_word(markers: re.Match[str]) -> str:
    """A word as long as the markers, the white space around them kept."""
    return re.sub(r"\S", "X", markers.group())
