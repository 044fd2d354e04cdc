"""Words of a text as the lexical half of retrieval sees them."""

import functools
import re
from collections.abc import Callable
from itertools import pairwise

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
_WIDE_RANGE = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = re.compile(f"[{_WIDE_RANGE}]")
_WIDE_RUN = re.compile(f"[{_WIDE_RANGE}]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_ARABIC = re.compile(r"[\u0620-\u065f\u066e-\u06d3]+")
# Words that SQLite's own stemmer, which knows English alone, leaves as they are.
_STEMMED_HERE = re.compile(f"{_CYRILLIC.pattern}|{_ARABIC.pattern}")
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


def index_terms(text: str) -> str:
    """``text`` as the full-text index holds it.

    Characters of scripts without spaces stand alone; words of Cyrillic and Arabic script are stems.
    """
    return _STEMMED_HERE.sub(lambda match: stem(match.group().lower()), spaced(text))


def match_query(question: str) -> str:
    """An FTS5 MATCH expression on ``index_terms``; "" when there are no words.

    The content words are joined by OR. Of a run of characters without spaces each two neighbours
    are looked for: one character alone is in many words.
    """
    terms = [word.replace("'", " ") for word in content_words(_WIDE_RUN.sub(" ", question))]
    terms = [_STEMMED_HERE.sub(lambda match: stem(match.group()), term) for term in terms]
    for run in _WIDE_RUN.findall(question):
        terms += [" ".join(pair) for pair in pairwise(run)] or [run]
    return " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))


def is_latin(text: str) -> bool:
    """Whether most letters of ``text`` are Latin, the script the embedding model knows."""
    letters = [char for char in text if char.isalpha()]
    return 2 * len(_LATIN.findall("".join(letters))) >= len(letters)


def stem(word: str) -> str:
    """The stem of a lower-case word, by Snowball's stemmer for the language its script suggests.

    Cyrillic is taken for Russian, Arabic script for Arabic, all others for English, where a
    possessive ending is removed too.
    """
    if _CYRILLIC.search(word):
        return _stemmer("russian")(word) or word
    if _ARABIC.search(word):
        return _stemmer("arabic")(word) or word
    return _stemmer("english")(word.removesuffix("'s"))


def looks_english(text: str) -> bool:
    """Whether at least a fifth of the words are English function words.

    In English prose about two fifths are, in other languages under a tenth. True without words.
    """
    found = words(text)
    return 5 * sum(word in STOP_WORDS for word in found) >= len(found)


@functools.cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer

    return functools.lru_cache(maxsize=100_000)(snowballstemmer.stemmer(language).stemWord)
