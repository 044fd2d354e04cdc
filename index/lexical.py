"""Words of a text as the lexical half of retrieval sees them."""

import functools
import re
from collections.abc import Callable

_FUNCTION_WORDS = """
a about after all also am an and any are as at be because been before being between both but by
can could did do does doing down during each few for from further had has have having he her
here hers him his how i if in into is it its itself just me more most my no nor not of off on
once only or other our out over own same she should so some such than that the their them then
there these they this those through to too under until up very was we were what when where which
while who whom whose why will with would you your
"""
# Words that carry no content of a question; dropped from queries, never from the index.
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Scripts written without spaces: each character becomes a term of its own.
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def spaced(text: str) -> str:
    """``text`` with spaces around each character of a script that is written without them."""
    return _WIDE.sub(lambda match: f" {match.group()} ", text)


def words(text: str) -> list[str]:
    """Lower-case words of ``text`` in order, apostrophes kept inside them (``Chang'e``)."""
    return [word.replace("’", "'") for word in _WORD.findall(spaced(text).lower())]


def content_words(text: str) -> list[str]:
    """``words(text)`` without stop words; all words when nothing else is left."""
    found = words(text)
    return [word for word in found if word not in STOP_WORDS] or found


def match_query(question: str) -> str:
    """An FTS5 MATCH expression: the content words joined by OR; "" when there are no words."""
    terms = dict.fromkeys(word.replace("'", " ") for word in content_words(question))
    return " OR ".join(f'"{term}"' for term in terms)


def is_latin(text: str) -> bool:
    """Whether most letters of ``text`` are Latin, the script the embedding model knows."""
    letters = [char for char in text if char.isalpha()]
    return 2 * len(_LATIN.findall("".join(letters))) >= len(letters)


def stem(word: str) -> str:
    """The stem of a lower-case word (Snowball's English stemmer), possessive ending removed."""
    return _stemmer()(word.removesuffix("'s"))


def looks_english(text: str) -> bool:
    """Whether at least a fifth of the words are English function words.

    In English prose about two fifths are, in other languages under a tenth. True without words.
    """
    found = words(text)
    return 5 * sum(word in STOP_WORDS for word in found) >= len(found)


@functools.cache
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    return functools.lru_cache(maxsize=100_000)(snowballstemmer.stemmer("english").stemWord)
