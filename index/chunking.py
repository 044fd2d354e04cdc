"""Article -> chunks: whole paragraphs packed to a size, long paragraphs cut between sentences.

Chunks that begin and end with a paragraph are found clearly better than chunks of the same
size that begin anywhere, because a paragraph is about one thing.
"""

import re
from collections.abc import Iterator, Sequence

from index.sentences import split_sentences
from index.types import Article, Chunk, Span

CHUNK_SIZE = 1000
CHUNK_OVERLAP = 150

_PARAGRAPH = re.compile(r"\S(?:[^\n]*\S)?")


def split(article: Article, size: int = CHUNK_SIZE, overlap: int = CHUNK_OVERLAP) -> list[Chunk]:
    """Cut an article into chunks.

    Args:
        article: The article; its text may be of any length.
        size: Largest chunk, in characters. A longer sentence is cut at white space.
        overlap: Upper bound, in characters, on the sentences that a part of a long paragraph
            repeats from the part before.

    Returns:
        Chunks in order; together they cover every non-space character of the text, and
        ``article.text[c.start:c.end] == c.text`` for each.

    Raises:
        ValueError: ``overlap`` is negative or not smaller than ``size``.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and less than size={size}, got {overlap}")
    headings = article.heading_starts
    spans: list[Span] = []
    pending: Span | None = None
    for paragraph in (Span(*match.span()) for match in _PARAGRAPH.finditer(article.text)):
        if pending is not None and (
            paragraph.end - pending.start > size or paragraph.start in headings
        ):
            spans.append(pending)
            pending = None
        if paragraph.end - paragraph.start > size:
            *parts, pending = _cut_paragraph(article.text, paragraph, size, overlap)
            spans.extend(parts)
        else:
            pending = Span(pending.start if pending else paragraph.start, paragraph.end)
    if pending is not None:
        spans.append(pending)
    return [Chunk(article.id, start, end, article.text[start:end]) for start, end in spans]


def _cut_paragraph(text: str, paragraph: Span, size: int, overlap: int) -> list[Span]:
    """Parts of a paragraph that is longer than ``size``: runs of whole sentences."""
    pieces = list(_pieces(text, paragraph, size))
    parts = []
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and pieces[last + 1].end - pieces[first].start <= size:
            last += 1
        parts.append(Span(pieces[first].start, pieces[last].end))
        first = _next_first(pieces, first, last, size, overlap)
    return parts


def _next_first(pieces: Sequence[Span], first: int, last: int, size: int, overlap: int) -> int:
    """First piece of the next part: as far back as overlap and size allow, but always forward."""
    following = last + 1
    if following == len(pieces):
        return following
    while (
        following - 1 > first
        and pieces[last].end - pieces[following - 1].start <= overlap
        and pieces[last + 1].end - pieces[following - 1].start <= size
    ):
        following -= 1
    return following


def _pieces(text: str, paragraph: Span, size: int) -> Iterator[Span]:
    """Sentences, those longer than ``size`` cut at the last white space that fits."""
    for sentence in split_sentences(text[paragraph.start : paragraph.end]):
        start, end = sentence.start + paragraph.start, sentence.end + paragraph.start
        while end - start > size:
            space = text.rfind(" ", start + 1, start + size)
            cut = space if space > start else start + size
            yield Span(start, cut)
            start = cut
            while text[start].isspace():
                start += 1
        yield Span(start, end)
