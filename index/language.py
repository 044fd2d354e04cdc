"""Which language a text or a question is in. Nothing is loaded for what is plainly English."""

import functools
import math
import re
from collections import Counter
from dataclasses import replace
from typing import Any

from index.function_words import ENGLISH_ONLY
from index.lexical import looks_english, words
from index.types import Article

QUESTION_LANGUAGES = ("en", "es", "de", "fr", "ru", "ar", "zh")
"""Languages (ISO 639-1) that a question is told apart in; English when unsure."""

# Offered to the model besides these, so that a question in one of them does not pass for Spanish.
_NEIGHBOURS = ("it", "pt", "ca", "gl", "ro", "nl", "sv", "da", "no", "pl", "cs", "tr", "id")
_SURE_QUESTION = 0.6
_SURE_TEXT = 0.8
_SAMPLE_CHARACTERS = 2_000
_LEAST_LETTERS = 20
_SCRIPTS = {
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "zh": re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"),
}
# Letters of other languages that are written in these scripts.
_FOREIGN_LETTERS = {
    "ru": re.compile(r"[іїєґўђјљњћџѓќѕәғқңөұүһӣӯ]"),
    "ar": re.compile(r"[پچژگکیەێۆڕڵٹڈڑےںھ]"),
    "zh": re.compile(r"[\u3040-\u30ff]"),
}


def question_language(question: str) -> str:
    """The language of a question, one of ``QUESTION_LANGUAGES``; "en" when that is not clear."""
    found = words(question)
    script = _script(found)
    if script is not None:
        return script
    if looks_english(question) and any(word in ENGLISH_ONLY for word in found):
        return "en"
    language, probability = _identifier(QUESTION_LANGUAGES + _NEIGHBOURS).classify(question)
    known = language in QUESTION_LANGUAGES and probability >= _SURE_QUESTION
    return str(language) if known else "en"


def text_language(text: str) -> str:
    """The language (ISO 639-1) of an article by its beginning; "" when that is not clear."""
    sample = text[:_SAMPLE_CHARACTERS]
    if sum(map(str.isalpha, sample)) < _LEAST_LETTERS:
        return ""
    if len(words(sample)) > _LEAST_LETTERS // 2 and looks_english(sample):
        return "en"
    language, probability = _identifier(None).classify(sample)
    return str(language) if probability >= _SURE_TEXT else ""


def language_shares(text: str) -> dict[str, float]:
    """How likely each language (ISO 639-1) is for a text, as natural logarithms."""
    sample = text[:_SAMPLE_CHARACTERS]
    ranked = _identifier(None).rank(sample)
    return {str(language): math.log(max(share, 1e-30)) for language, share in ranked}


def with_language(article: Article) -> Article:
    """The article with its language in the metadata, where its source told none and it is clear."""
    if article.metadata.get("language"):
        return article
    language = text_language(article.text)
    metadata = {**article.metadata, "language": language}
    return replace(article, metadata=metadata) if language else article


def _script(found: list[str]) -> str | None:
    """The language that the script of most words decides, if one does.

    "en" where the letters are those of another language in that script.
    """
    counts = Counter(
        language for word in found for language, letters in _SCRIPTS.items() if letters.search(word)
    )
    language = max(counts, key=counts.__getitem__, default=None)
    if language is None or 2 * counts[language] < len(found):
        return None
    return "en" if _FOREIGN_LETTERS[language].search("".join(found)) else language


@functools.cache
def _identifier(languages: tuple[str, ...] | None) -> Any:
    """py3langid's model for some languages, or for all that have a two-letter code."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    codes = languages or [label for label in identifier.labels if len(label) == 2]
    identifier.set_languages(codes)
    return identifier
