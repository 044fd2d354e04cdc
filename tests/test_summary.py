"""bot.summary: sentences that say most, whole ones, varied, from all over a long article."""

import pytest

from bot.summary import key_sentences, sections
from index.sentences import split_sentences
from index.types import Article, Heading

FERRY = (
    "The town has run a ferry across the fjord since 1908. It is red. The ferry carries cars and "
    "people across the fjord every hour. The ferry takes people and cars over the fjord each hour. "
    "A new bridge across the fjord will replace the ferry in 2030, the town council decided. "
    "Ada Holm bakes bread. Nobody knows why. Many people in the town oppose the bridge and want to "
    "keep the ferry. A short note"
)


def chosen(text: str, embedding, count: int) -> list[str]:
    article = Article("a", text)
    parts = sections(article, split_sentences(text))
    return [text[s.start : s.end] for s in key_sentences(article, parts, embedding, count)]


def test_central_whole_and_varied(embedding):
    found = chosen(FERRY, embedding, 3)
    assert len(found) == 3
    assert sorted(found, key=FERRY.index) == found
    assert "Ada Holm bakes bread." not in found
    assert "It is red." not in found
    assert "A short note" not in found
    assert sum("hour" in sentence for sentence in found) <= 1


def test_short_text_is_given_whole(embedding):
    assert chosen("It rained.", embedding, 3) == ["It rained."]
    assert chosen("", embedding, 3) == []


def test_long_article_is_read_by_section(embedding):
    body = [f"Section {n} tells in plain words of the harbour number {n}." for n in range(70)]
    text = "\n\n".join(body)
    spans = split_sentences(text)
    assert [len(part) for part in sections(Article("a", text), spans)] == [40, 30]
    marks = tuple(Heading(spans[i].start, spans[i].start, 2) for i in (0, 20, 50))
    parts = sections(Article("a", text, headings=marks), spans)
    assert [len(part) for part in parts] == [20, 30, 20]
    found = key_sentences(Article("a", text), parts, embedding, 6)
    assert [sum(s in part for s in found) for part in parts] == [2, 2, 2]


@pytest.mark.parametrize("count", [1, 3])
def test_very_long_article(embedding, count):
    text = " ".join(f"The ferry number {n} crossed the fjord in {n} minutes." for n in range(1500))
    assert len(chosen(text, embedding, count)) == count
