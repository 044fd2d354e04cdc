"""Words of a text as the lexical half of retrieval sees them."""

import functools
import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

from index.function_words import FUNCTION_WORDS, written_in

# English words that carry no content of a question; dropped from queries, never from the index.
STOP_WORDS = FUNCTION_WORDS["en"]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Scripts written without spaces: each character becomes a term of its own.
_WIDE_RANGE = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = re.compile(f"[{_WIDE_RANGE}]")
_WIDE_RUN = re.compile(f"[{_WIDE_RANGE}]+")
# Marks over letters that stay single in Unicode's composed form, and Arabic's lengthening stroke.
_MARKS = re.compile(r"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
_ARABIC = re.compile(r"[\u0620-\u065f\u066e-\u06d3]+")
# Words that SQLite's own stemmer, which knows English alone, leaves as they are.
_STEMMED_HERE = re.compile(f"{_CYRILLIC.pattern}|{_ARABIC.pattern}")
# Snowball's names of languages by their codes.
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian",
    "id": "indonesian", "it": "italian", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_LEAST_PREFIX = 4
# Languages that join an article or pronoun to the next word by an apostrophe: "l'usine".
_ELIDING = ("ca", "fr", "it")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def spaced(text: str) -> str:
    """``text`` with spaces around each character of a script that is written without them."""
    return _WIDE.sub(lambda match: f" {match.group()} ", text)


def words(text: str) -> list[str]:
    """Lower-case words of ``text`` in order, apostrophes kept inside them (``Chang'e``).

    Accents are joined to their letters; vowel marks of Arabic script and stress marks go.
    """
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFC", text))
    return [word.replace("’", "'") for word in _WORD.findall(spaced(text).lower())]


def content_words(text: str, language: str = "") -> list[str]:
    """``words(text)`` without function words; all when nothing else is left.

    Args:
        text: Any text.
        language: Its language (ISO 639-1); "" takes that which its function words belong to.
    """
    found = words(text)
    language = language or written_in(found)
    if language in _ELIDING:
        found = words(text.replace("'", " ").replace("’", " "))
    dropped = FUNCTION_WORDS.get(language, frozenset())
    return [word for word in found if word not in dropped] or found


def index_terms(text: str) -> str:
    """``text`` as the full-text index holds it.

    Characters of scripts without spaces stand alone; words of Cyrillic and Arabic script are stems.
    """
    return _STEMMED_HERE.sub(lambda match: stem(match.group().lower()), spaced(text))


def match_query(question: str) -> str:
    """An FTS5 MATCH expression on ``index_terms``; "" when there are no words.

    The content words are joined by OR. Of a run of characters without spaces each two neighbours
    are looked for, and each Chinese character that is no function word: one may be the whole word,
    or what a longer one is shortened to. In a language written in Latin letters
    that SQLite's own stemmer does not know, words that begin with the stem are looked for.
    """
    spelt = _WIDE_RUN.sub(" ", question)
    language = written_in(words(spelt))
    terms = dict.fromkeys(_query_term(word, language) for word in content_words(spelt, language))
    for run in _WIDE_RUN.findall(question):
        terms |= dict.fromkeys(f'"{" ".join(pair)}"' for pair in pairwise(run))
        telling = (char for char in _HAN.findall(run) if char not in FUNCTION_WORDS["zh"])
        terms |= dict.fromkeys(f'"{char}"' for char in telling)
    return " OR ".join(terms)


def _query_term(word: str, language: str) -> str:
    """What is looked for in ``index_terms`` for a word of a question."""
    if _STEMMED_HERE.search(word) is None and language not in ("en", "zh"):
        begin = _without_accents(stem(word, language))
        if len(begin) >= _LEAST_PREFIX and _without_accents(word).startswith(begin):
            return f'"{begin}"*'
    term = word.replace("'", " ")
    return f'"{_STEMMED_HERE.sub(lambda match: stem(match.group()), term)}"'


def _without_accents(text: str) -> str:
    """As SQLite's tokenizer, which takes off accents, sees a text; stemmers do so in part."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text))


def is_latin(text: str) -> bool:
    """Whether most letters of ``text`` are Latin, the script the embedding model knows."""
    letters = [char for char in text if char.isalpha()]
    return 2 * len(_LATIN.findall("".join(letters))) >= len(letters)


def stem(word: str, language: str = "") -> str:
    """The stem of a lower-case word, by Snowball's stemmer for its language.

    Without a language (ISO 639-1) that Snowball knows, Cyrillic is taken for Russian, Arabic script
    for Arabic, all others for English, where a possessive ending is removed too.
    """
    if language not in _SNOWBALL:
        scripts = {"ru": _CYRILLIC, "ar": _ARABIC}
        language = next((code for code, script in scripts.items() if script.search(word)), "en")
    if language == "en":
        word = word.removesuffix("'s")
    return _stemmer(_SNOWBALL[language])(word) or word


def content_stems(text: str) -> set[str]:
    """Stems of the words of an English text that are no stop words."""
    return {stem(word) for word in words(text) if word not in STOP_WORDS}


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
