"""bot.lookup: all that is said about something, quoted, counted, and no more claimed than read."""

from collections.abc import Sequence

import pytest

from bot.citations import CitedText
from bot.language import say
from bot.lookup import Lookup, fresh, look_up
from bot.topics import Topics
from bot.types import NOT_IN_ARTICLE, Answer
from index.types import Article

SOAP = Article(
    "soap",
    "The plant opened in 1950. It makes soap. The plant employs forty people. Rain fell on the"
    " town. A plant of this kind [3] needs water. The plant has a canteen. The plant has a gate."
    " They are proud of it. The plant was sold. The plant has closed.",
    "Soap",
)
MENTIONED = 7


def looked_up(
    topics: Topics, articles: Sequence[Article] = (SOAP,), total: int = 1, said: str = ""
) -> Answer:
    question = f"What does it say about {topics.names[0]}?"
    lookup = Lookup(question, topics, look_up(topics, question, articles), articles, total, said)
    *_, answer = lookup.stream(CitedText())
    assert isinstance(answer, Answer)
    return answer


def test_only_sentences_that_hold_the_words_are_counted():
    answer = looked_up(Topics(("the plant",)))
    assert answer.citations[1].quote == "It makes soap."
    assert answer.text.endswith(
        f"“the plant”: {MENTIONED}. {say('left', 'en', count=9 - len(answer.citations))}"
    )


def test_what_was_said_before_is_counted_but_not_said_again():
    first = looked_up(Topics(("the plant",)))
    more = looked_up(Topics(("the plant",), more=True), said=first.text)
    assert not {c.start for c in first.citations} & {c.start for c in more.citations}
    assert more.text.endswith(say("mentioned", "en", topic="the plant", count=MENTIONED))
    said = f"{first.text} {more.text}"
    assert looked_up(Topics(("the plant",), more=True), said=said).text == NOT_IN_ARTICLE


def test_marks_of_the_article_do_not_make_a_sentence_new():
    hits = look_up(Topics(("water",)), "water?", [SOAP])
    assert "[3]" in hits[0].sentence.quote
    assert fresh(hits, "- A plant of this kind needs water. [1]") == []


@pytest.mark.parametrize("names", [("the plant",), ("the plant", "the lighthouse")])
def test_articles_left_out_are_told(names):
    note = say("fitting_articles", "en", shown=1, total=12)
    assert looked_up(Topics(names), total=12).text.endswith(note)
    assert note not in looked_up(Topics(names)).text


def test_more_articles_than_are_read(bot):
    many = bot.with_articles([Article(f"a{n:02}", f"Ferry {n} left at nine.") for n in range(12)])
    answer = many.ask("Is there anything about ferries?")
    assert answer.text.endswith(say("fitting_articles", "en", shown=10, total=12))
    few = bot.with_articles([SOAP, Article("b", "Snow fell.")])
    assert (
        "- Soap: The plant opened in 1950. [1]"
        in few.ask("Is there anything about the plant?").text
    )
    many.close()
    few.close()
