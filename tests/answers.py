"""What holds for every answer, and a question that the shipped article answers."""

from bot.chat import Bot
from bot.language import NOT_IN_ARTICLE_IN
from bot.types import Answer

QUESTION = "Where did Chang'e 6 land in June 2024?"
BASIN = "South Pole-Aitken Basin"
ANSWERED = [
    (QUESTION, BASIN),
    ("Who is the Wolf Amendment named after?", "Frank Wolf"),
    ("Which agency must NASA work with to certify talks to Congress?", "FBI"),
]
ABSENT = [
    "What is the population of Beijing?",
    "How do you bake sourdough bread?",
    "Who won the football World Cup in 1998?",
]


def check(answer: Answer, bot: Bot) -> None:
    """What holds for every answer."""
    for citation in answer.citations:
        text = bot.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    for passage in answer.passages:
        text = bot.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text
    assert 0 <= answer.confidence <= 1
    assert answer.timings["total"] > 0
    assert len(answer.suggestions) <= 3
    if answer.status != "answered":
        assert (answer.short, answer.span, answer.citations) == (None, None, ())
        if answer.status == "not_in_article":
            assert answer.text in NOT_IN_ARTICLE_IN.values()
        if near := answer.related:
            assert bot.article(near.article_id).text[near.start : near.end] == near.quote
    else:
        assert (answer.related, answer.suggestions) == (None, ())
        if span := answer.span:
            assert bot.article(span.article_id).text[span.start : span.end] == answer.short
        for number, _ in enumerate(answer.citations, start=1):
            assert f"[{number}]" in answer.text
        assert f"[{len(answer.citations) + 1}]" not in answer.text
