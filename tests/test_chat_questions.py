"""bot.chat: several questions in one message, and topics instead of questions."""

import pytest
from answers import BASIN, check

from bot.types import NOT_IN_ARTICLE, Delta, Message
from index.types import Article


# ------------------------------------------------------------------ several questions
def test_each_question_of_a_message_is_answered(bot):
    *events, answer = bot.stream(
        "Where did Chang'e 6 land and who is the Wolf Amendment named after?"
    )
    check(answer, bot)
    assert [BASIN in answer.citations[0].quote, "Frank Wolf" in answer.citations[1].quote] == [1, 1]
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text
    assert (answer.short, answer.span) == (None, None)


def test_questions_joined_by_commas_are_each_answered(bot):
    text = "The Ferrow Bridge opened in 1931. Harlan Company built it. It cost 3 million."
    other = bot.with_articles([Article("bridge", text)])
    answer = other.ask("When did the bridge open, who built it, and how much did it cost?")
    check(answer, other)
    assert all(words in answer.text for words in ("1931", "Harlan Company", "3 million"))
    assert NOT_IN_ARTICLE not in answer.text
    other.close()


@pytest.mark.parametrize(
    "question",
    [
        "Where did Chang'e 6 land and what did it weigh?",
        "What did Chang'e 6 weigh? Where did it land?",
    ],
)
def test_question_without_an_answer_is_told_beside_the_others(bot, question):
    *events, answer = bot.stream(question)
    check(answer, bot)
    assert BASIN in answer.citations[0].quote
    assert f"weigh?” {NOT_IN_ARTICLE}" in answer.text
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text


def test_several_questions_without_an_answer_are_one_refusal(bot):
    answer = bot.ask("What is the population of Beijing? Who won the World Cup in 1998?")
    check(answer, bot)
    assert answer.text == NOT_IN_ARTICLE


def test_questions_of_a_message_may_be_about_the_article_or_a_topic(bot, moon):
    *events, answer = bot.stream(
        "What is the title? How long is it? Is there anything about the Wolf Amendment? "
        "When did Chang'e 5 come back to Earth?"
    )
    check(answer, bot)
    title, length, *topic, back = answer.text.split("\n\n")
    assert title == f"{moon.title} [1]"
    assert length.startswith("The article has ")
    assert "Wolf Amendment”: 1." in "".join(topic)
    assert back == "The Chinese spacecraft Chang'e 5 came back to Earth in 2020. [4]"
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text
    assert answer.passages
    assert answer.timings["total"] >= answer.timings["first_text"] > 0


def test_answer_is_told_although_a_summary_quoted_it(bot):
    back = "The Chinese spacecraft Chang'e 5 came back to Earth in 2020."
    small = bot.with_articles([Article("back", f"{back} It brought samples.")])
    answer = small.ask("What is this article about? When did Chang'e 5 come back to Earth?")
    check(answer, small)
    assert answer.text.count(f"{back} [1]") == 2
    small.close()


def test_sentence_that_answers_two_questions_is_quoted_once(bot):
    answer = bot.ask("Where did Chang'e 6 land? When did Chang'e 6 land?")
    check(answer, bot)
    assert answer.text.count("landed in June 2024") == 1


def test_article_is_meant_while_nothing_else_was_spoken_of(bot):
    history = [Message("user", "Hi"), Message("assistant", "Hello.")]
    history += [Message("user", "What is the title?"), Message("assistant", "x [1]")]
    assert bot.ask("How long is it?", history).text.startswith("The article has ")
    history += [Message("user", "What is Chang'e 5?"), Message("assistant", "x [1]")]
    assert bot.ask("How long is it?", history).question == "How long is Chang'e 5?"


# -------------------------------------------------------------- what is said about it
@pytest.mark.parametrize(
    "question",
    ["Wolf Amendment", "Is there anything about the Wolf Amendment?", "What about Wolf Amendment?",
     "Does the article mention the Wolf Amendment?", "Is the Wolf Amendment mentioned?"],
)  # fmt: skip
def test_all_that_is_said_about_something(bot, question):
    *events, answer = bot.stream(question)
    check(answer, bot)
    assert answer.status == "answered"
    assert "Wolf Amendment" in answer.citations[0].quote
    assert answer.citations[1].quote.startswith("It is named after Frank Wolf")
    assert answer.text.endswith("Wolf Amendment”: 1.")
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text


def test_comparison_quotes_both(bot):
    answer = bot.ask("Compare Chang'e 5 and 6")
    check(answer, bot)
    assert "- Chang'e 5: The Chinese" in answer.text
    assert "- Chang'e 6: A second" in answer.text
    assert "Nothing is found under “Apollo 11”." in bot.ask("Chang'e 5 vs Apollo 11").text


def test_more_is_not_the_same_again(bot):
    first = bot.ask("Who is Bill Nelson?")
    history = [Message("user", "Who is Bill Nelson?"), Message("assistant", first.text)]
    assert bot.ask("Tell me more", history).text == NOT_IN_ARTICLE


def test_topic_that_is_not_there_is_refused(bot):
    for question in ("Is there anything about the Eiffel tower?", "Eiffel tower"):
        assert bot.ask(question).text == NOT_IN_ARTICLE
