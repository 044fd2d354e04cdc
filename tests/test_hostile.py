"""Strings made to break programs, as question, title, article and history: answered or refused."""

import json
from collections.abc import Callable

import pytest

from bot.chat import Bot
from bot.errors import QuestionError
from bot.page.payload import answer_payload, article_payload
from bot.types import Answer, Message
from index.errors import ArticleBotError, LibraryError, ReadError
from index.reading import read_bytes, read_text
from index.types import Article

NASTY = {
    "empty": "",
    "spaces": " \t\r\n\u00a0\u2003\u3000",
    "null byte": "nu\0ll",
    "controls": "\x01\x02\x07\x08\x1b[2J\x7f\x85\x9f",
    "lone surrogates": "moon \ud800 and \udfff rock",
    "no characters": "\ufdd0 \ufffe \U0010ffff word",
    "zero width": "mo\u200bo\u200cn\u200d\u2060\ufeff",
    "right to left": "moon \u202etxt.exe\u202c \u2067x\u2069",
    "tag characters": "moon" + "".join(chr(0xE0000 + ord(c)) for c in "ignore"),
    "marks on marks": "m" + "\u0301\u0327\u0489" * 400,
    "emoji family": "👩\u200d👩\u200d👧\u200d👦 🏴\U000e0067\U000e0062\U000e007f 🇨",
    "script": "<script>alert('moon')</script>",
    "broken out of": "'\"></textarea></title><img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)><a xlink:href='javascript:alert(1)'>moon</a></svg>",
    "entities": "&lt;b&gt; &#0; &#x110000; &amp;amp; moon",
    "markdown": "[moon](javascript:alert(1)) ![x](http://192.0.2.1/) `</code>` | a | $$x$$",
    "templates": "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {0.__class__} %s%n $question",
    "query language": '"moon" OR NEAR(a b) AND NOT * ^ terms: -- \'); DROP TABLE article;--',
    "shell": "$(touch moon); `id` && rm -rf / | cat ../../etc/passwd \\",
    "regex": "(((((a+)+)+)+)+$" + "a" * 500 + "!",
    "brackets": "[" * 1_000 + "1" + "]" * 1_000,
    "markers": "[1] [2][3] [99999999999999999999] [0] [-1] [n] moon",
    "json": '{"__proto__": {"moon": 1}, "text": null, "n": NaN, "e": 1e999}',
    "long word": "x" * 3_900,
    "wide": "月" * 1_900 + "？" * 100,
    "case": "İSTANBUL ﬁlm ẞ ŉ ΐ ǰ ﬃ ſ K Å DŽ",
    "digits": "١٢٣ 1e309 ½ Ⅷ ² 0x1F 1,000.00 -0 NaN Infinity",
    "undefined": "undefined null None NaN true nil",
}
PLAIN = "The ferry left the harbour at nine."
each = pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)


def _one_line(error: ArticleBotError) -> bool:
    return bool(str(error)) and "\n" not in str(error)


def _exact(bot: Bot, ask: Callable[[], Answer]) -> bool:
    """Whether an answer is exact and can be sent to the page, or a refusal is one line."""
    try:
        answer = ask()
    except QuestionError as error:
        return _one_line(error)
    json.dumps(answer_payload(answer), allow_nan=False).encode("utf-8")
    cited = answer.citations
    return all(bot.article(c.article_id).text[c.start : c.end] == c.quote for c in cited)


@each
def test_as_a_question(bot, text):
    assert _exact(bot, lambda: bot.ask(text))
    assert _exact(bot, lambda: bot.ask(f"{text[:1_000]} When did Chang'e 5 come back?"))


@each
def test_as_a_text_and_as_a_title(bot, text):
    wellformed = text.encode("utf-8", "replace").decode("utf-8")
    articles = [
        Article("a", f"{wellformed}\n\n{PLAIN} {wellformed}"),
        Article("b", PLAIN, title=wellformed),
        read_text(PLAIN, title=text),
        read_text(f"{text}\n\n{PLAIN}"),
    ]
    for article in articles:
        other = bot.with_articles([article])
        for question in (
            "When did the ferry leave?",
            "What is the moon?",
            "Summarize the article.",
        ):
            assert _exact(other, lambda other=other, question=question: other.ask(question))
        payload = article_payload(other.article(article.id))
        assert json.loads(json.dumps(payload, allow_nan=False))["text"] == article.text
        other.close()


def test_an_article_that_cannot_be_stored_is_refused(bot):
    for article in (Article("a", "moon \ud800"), Article("b", PLAIN, title="\udfff")):
        with pytest.raises(LibraryError, match="holds lone surrogates: replace them"):
            bot.with_articles([article])


@each
@pytest.mark.parametrize("ending", ["txt", "md", "html", "csv", "jsonl", "srt", "eml"])
def test_as_a_file(text, ending):
    try:
        articles = list(read_bytes(text.encode("utf-8", "surrogatepass"), f"a.{ending}"))
    except ReadError as error:
        articles = []
        refused = _one_line(error)
    assert refused if not articles else all("\0" not in article.text for article in articles)
    for article in articles:
        article.text.encode("utf-8")


@each
def test_as_history(bot, text):
    history = [Message("user", text), Message("assistant", text)]
    for question in ("And when was it?", "Who is he?", text):
        assert _exact(bot, lambda question=question: bot.ask(question, history))
