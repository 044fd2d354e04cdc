"""bot.chat: whole answers over real retrieval, with nothing in them that the article lacks."""

import random
import threading

import pytest
from answers import ABSENT, ANSWERED, BASIN, QUESTION, check
from conftest import hostile_texts, shared_rows

from bot.chat import MAX_QUESTION
from bot.errors import QuestionError
from bot.types import NOT_IN_ARTICLE, Delta, Message, Progress
from index.errors import LibraryError
from index.types import Article


# ------------------------------------------------------------------ without a model
@pytest.mark.parametrize(("question", "words"), ANSWERED)
def test_quotes_the_sentence_that_answers(bot, question, words):
    answer = bot.ask(question)
    check(answer, bot)
    assert answer.status == "answered"
    assert words in answer.citations[0].quote
    assert words in answer.short
    assert answer.text.endswith(" [1]")
    assert answer.notice == ""


@pytest.mark.parametrize("question", ABSENT)
def test_says_so_when_the_article_does_not(bot, question):
    answer = bot.ask(question)
    check(answer, bot)
    assert answer.status == "not_in_article"
    assert answer.passages


def test_stream_is_the_answer(bot):
    for question in (QUESTION, ABSENT[0]):
        *events, answer = bot.stream(question)
        assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text
        stages = [e.stage for e in events if isinstance(e, Progress)]
        assert stages[:2] == ["retrieving", "reading"]
        assert bot.ask(question).text == answer.text


def test_yes_where_the_words_settle_it(bot):
    *events, answer = bot.stream("Did Chang'e 5 come back to Earth in 2020?")
    check(answer, bot)
    assert answer.text == f"Yes: {answer.citations[0].quote} [1]"
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text
    assert not bot.ask("Did China let an agreement expire?").text.startswith(("Yes", "No"))


@pytest.mark.parametrize(
    "question",
    [
        "When did Chang'e 7 return to Earth?",
        "What does Article 12 of the Wolf Amendment say?",
        "What did the United States and China agree on in 2019?",
        "What did Neil Armstrong say about the talks?",
    ],
)
def test_name_that_the_article_lacks_is_refused(bot, worded_by, fixed_replies, question):
    answer = bot.ask(question)
    check(answer, bot)
    assert answer.status == "not_in_article"
    assert answer.confidence < 0.2
    assert answer.passages
    llm = fixed_replies("x")
    assert worded_by(llm, strictness=0.01).ask(question).text == NOT_IN_ARTICLE
    assert llm.asked == []


async def test_async_twins(bot):
    answer = await bot.aask(QUESTION)
    events = [event async for event in bot.astream(QUESTION)]
    assert events[-1].text == answer.text == bot.ask(QUESTION).text
    assert isinstance(events[0], Progress)


def test_follow_up_is_read_with_the_question_before(bot):
    history = [Message("user", "When did Chang'e 6 land?"), Message("assistant", "It…")]
    answer = bot.ask("Where did it land?", history)
    assert BASIN in answer.citations[0].quote
    same = bot.ask("Where did it land?", [{"role": "user", "content": history[0].text}])
    assert same.text == answer.text


def test_answers_from_the_articles_named_only(bot, moon):
    ferry = Article("ferry", "The ferry left the harbour at nine.\n\nIt carried a piano.", "Ferry")
    both = bot.with_articles([moon, ferry])
    assert both.article_ids() == ["ferry", "moon-rocks"]
    assert both.articles() == [ferry, moon]
    assert {c.article_id for c in both.ask(QUESTION).citations} == {"moon-rocks"}
    assert {p.article_id for p in both.ask(QUESTION, article_ids=["ferry"]).passages} == {"ferry"}
    assert both.ask(QUESTION, article_ids=["ferry"]).status == "not_in_article"
    assert both.ask(QUESTION, article_ids=[]).passages == ()
    assert {p.article_id for p in both.search("the moon", 5, ["ferry"])} == {"ferry"}
    with pytest.raises(LibraryError, match="there is no article 'other'"):
        both.article("other")
    both.close()


def test_bot_without_an_article(bot):
    empty = bot.with_articles([])
    answer = empty.ask(QUESTION)
    check(answer, empty)
    assert (answer.status, answer.passages, answer.confidence) == ("not_in_article", (), 0.0)
    assert empty.search(QUESTION) == []


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "^the question is empty: type a question about the article$"),
        (" \n\t\u00a0", "^the question is empty"),
        ("?!…", r"^the question '\?!…' has no word in it$"),
        ("😀" * 100, r"^the question '😀{40}' has no word in it$"),
        ("x" * 100_000, r"^the question has 100,000 characters; ask one of at most 4,000$"),
        ("x " * 50_000, r"^the question has 100,000 characters; ask one of at most 4,000$"),
    ],
)
def test_question_that_cannot_be_answered(bot, question, message):
    for ask in (bot.ask, bot.search, lambda q: list(bot.stream(q))):
        with pytest.raises(QuestionError, match=message) as caught:
            ask(question)
        assert "\n" not in str(caught.value)
    assert bot.ask(QUESTION).status == "answered"


async def test_question_that_cannot_be_answered_async(bot):
    with pytest.raises(QuestionError, match="the question is empty"):
        await bot.aask(" ")


def test_longest_question(bot):
    question = (QUESTION + " ") * 200
    check(bot.ask(question[:MAX_QUESTION]), bot)


def test_history_of_another_form(bot):
    with pytest.raises(QuestionError, match="needs 'role' and 'text'"):
        bot.ask("Why?", ["What is it?"])


def test_hostile_articles(bot):
    chosen = random.Random(11)
    texts = chosen.sample(hostile_texts(80, seed=11), 25)
    other = bot.with_articles([Article(str(n), text) for n, text in enumerate(texts)])
    for question in ["Did the probe send 3.5 kg back?", "Did Dr. Smith land?", "漢字?", "القمر؟"]:
        check(other.ask(question), other)
    other.close()


def test_naughty_strings_as_questions(bot):
    rows = shared_rows("naughty_strings.jsonl")
    small = bot.with_articles([Article("a", "The ferry left the harbour at nine.")])
    refused = 0
    for row in rows:
        try:
            check(small.ask(row["text"]), small)
        except QuestionError:
            refused += 1
    assert 0 < refused < len(rows) == 746


def test_naughty_strings_as_an_article(bot):
    text = "\n\n".join(row["text"] for row in shared_rows("naughty_strings.jsonl"))
    other = bot.with_articles([Article("naughty", text)])
    for question in ("What is the script alert?", "Who is undefined?", QUESTION):
        check(other.ask(question), other)
    other.close()


def test_threads_share_one_bot(bot):
    expected = {question: bot.ask(question).text for question in [q for q, _ in ANSWERED] + ABSENT}
    found: list[tuple[str, str]] = []

    def work() -> None:
        found.extend((question, bot.ask(question).text) for question in expected)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 24
    assert all(expected[question] == text for question, text in found)


# ----------------------------------------------------------- where nothing is answered
def test_refusal_offers_what_is_near_and_what_can_be_asked(bot):
    answer = bot.ask("When did NASA land on Mars?")
    check(answer, bot)
    assert "landed in June 2024" in answer.related.quote
    assert answer.related.quote not in answer.text
    assert len(answer.suggestions) == 3
    assert {bot.ask(q).status for q in answer.suggestions} == {"answered"}
    assert answer.to_json()["related"]["quote"] == answer.related.quote
    assert bot.ask("How do you bake sourdough bread?").related is None


def test_questions_are_made_once_and_not_for_an_answer(bot, moon, monkeypatch):
    made = []

    def candidates(article):
        made.append(article.id)
        return ["When did Chang'e 6 land?"]

    monkeypatch.setattr("bot.chat.question_candidates", candidates)
    other = bot.with_articles([moon])
    other.ask(QUESTION)
    assert made == []
    for asked in (other, other.with_settings(other.settings, None)):
        assert asked.ask(ABSENT[0]).suggestions == ("When did Chang'e 6 land?",)
    assert made == [moon.id]
    other.close()


def test_question_that_only_the_metadata_answer_is_not_offered(bot):
    text = "A paper that shows who owns a house is called the Title. Buyers look at the Title."
    other = bot.with_articles([Article("house", text, "Buying a house")])
    title = other.ask("What is the Title?")
    assert (title.status, title.citations) == ("answered", ())
    answer = other.ask("What is the population of Beijing?")
    check(answer, other)
    assert "What is the Title?" not in answer.suggestions
    other.close()


@pytest.mark.parametrize(
    ("turn", "begins"),
    [("hi", "Hello."), ("Thanks a lot!", "You are welcome."), ("Ok, great", "All right."),
     ("Guten Tag!", "Hallo."), ("谢谢", "不客气"), ("Who are you?", "This program answers"),
     ("Was kannst du?", "Dieses Programm beantwortet")],
)  # fmt: skip
def test_small_talk_is_no_question(bot, turn, begins):
    *events, answer = bot.stream(turn, [Message("user", QUESTION), Message("assistant", "x")])
    check(answer, bot)
    assert answer.status == "no_question"
    assert answer.text.startswith(begins)
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text
    assert answer.suggestions


def test_small_talk_beside_a_question_is_answered_in_its_place(bot):
    *events, answer = bot.stream(f"{QUESTION} And who are you?")
    check(answer, bot)
    assert answer.status == "answered"
    assert "landed in June 2024" in answer.text
    assert "“Who are you?” This program answers" in answer.text
    assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text


@pytest.mark.parametrize(
    "turn",
    ["asdfghjkl", "asdf ghjk?", "sdf sdf sdf sdf sdf sdf", "blah blah blah blah blah", "huh?",
     "this sucks", "you are wrong"],
)  # fmt: skip
def test_chatter_and_nonsense_quote_nothing(bot, turn):
    answer = bot.ask(turn)
    check(answer, bot)
    assert (answer.status, answer.text) == ("not_in_article", NOT_IN_ARTICLE)


def test_question_in_other_words_than_the_article_is_answered(bot):
    ferry = bot.with_articles([Article("a", "The ferry departs at nine. A ticket is 4 euros.")])
    answer = ferry.ask("How much must passengers pay?")
    check(answer, ferry)
    assert (answer.status, answer.short) == ("answered", "4 euros")
    ferry.close()
