"""What an article names (people, dates, numbers, places), each with the sentence that names it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from bot.people import people, same_person
from bot.places import countries, places, towns
from bot.quantities import dates, numbers
from index.types import Span

_FINDERS: dict[str, Callable[[str], Iterable[tuple[int, str]]]] = {
    "people": people,
    "dates": dates,
    "numbers": numbers,
    "places": places,
    "countries": countries,
}
LISTS = frozenset(_FINDERS)
"""Kinds of question that ask for a list of what is named."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What one sentence names for the first time, in order."""

    sentence: Span
    names: tuple[str, ...]


def mentions(kind: str, text: str, sentences: Iterable[Span]) -> list[Mention]:
    """The sentences that name something new, in order; a name counts where it stands first.

    Args:
        kind: One of ``LISTS``.
        text: The text of an article.
        sentences: Its sentences.
    """
    find = partial(places, towns=towns(text)) if kind == "places" else _FINDERS[kind]
    found = [
        (span, name) for span in sentences for name in _in_order(find(text[span.start : span.end]))
    ]
    names = list(dict.fromkeys(name for _, name in found))
    if kind == "people":
        full = {name: _fullest(name, names) for name in names}
        found = [(span, full[name]) for span, name in found]
    fresh: dict[str, Span] = {}
    for span, name in found:
        fresh.setdefault(name, span)
    by_sentence: dict[Span, list[str]] = {}
    for name, span in fresh.items():
        by_sentence.setdefault(span, []).append(name)
    return [Mention(span, tuple(new)) for span, new in by_sentence.items()]


def _in_order(found: Iterable[tuple[int, str]]) -> Iterator[str]:
    """Names in the order of the sentence; of two that overlap, the longer one."""
    end = 0
    for start, name in sorted(set(found), key=lambda item: (item[0], -len(item[1]))):
        if start >= end:
            yield name
            end = start + len(name)


def _fullest(name: str, names: list[str]) -> str:
    """The longest form of a person's name; a surname that two share stays as it is."""
    alike = [other for other in names if len(other) > len(name) and same_person(name, other)]
    return alike[0] if len(alike) == 1 else name
