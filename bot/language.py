"""The fixed sentences of an answer, in the language of the question."""

from bot.types import NOT_IN_ARTICLE
from index.language import question_language

NOT_IN_ARTICLE_IN = {
    "en": NOT_IN_ARTICLE,
    "es": "El artículo no lo dice.",
    "de": "Das steht nicht im Artikel.",
    "fr": "L'article ne le dit pas.",
    "ru": "В статье об этом не говорится.",
    "ar": "لا يذكر المقال ذلك.",
    "zh": "文章中没有提到。",
}
"""What every refusal says, by language (ISO 639-1)."""


def not_in_article(question: str) -> str:
    """The refusal of a question, in its language; in English when that is not clear."""
    return NOT_IN_ARTICLE_IN[question_language(question)]
