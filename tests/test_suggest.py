"""bot.suggest: example questions come from the article, and the bot can answer them."""

from conftest import hostile_texts

from bot.suggest import question_candidates
from index.types import Article


def test_questions_of_the_shipped_article(bot, moon):
    questions = bot.suggest_questions(moon.id)
    assert len(questions) == 3
    cited = [bot.ask(question).citations[0] for question in questions]
    assert len(set(cited)) == 3
    assert all(question.endswith("?") for question in questions)


def test_number_of_questions(bot, moon):
    assert len(bot.suggest_questions(moon.id, 1)) == 1
    assert bot.suggest_questions(moon.id, 1) == bot.suggest_questions(moon.id, 3)[:1]


def test_patterns():
    text = (
        "The talks were held by Senator Ada Holm. A law called the Holm Act expired in 1999. "
        "The probe Selene landed in 2020. Mare Imbrium, a large plain, was studied."
    )
    assert {
        "Who is Ada Holm?",
        "What is the Holm Act?",
        "When did Selene land?",
        "What is Mare Imbrium?",
    } <= set(question_candidates(Article("a", text)))


def test_who_is_only_mentioned_is_asked_about_last():
    text = (
        "President Ada Holm signed it. Bo Lund, said to be a friend, left. Its chief, Una Berg, "
        "said yes. Oak Hall is named after Tom Oak. The Selene mission landed in 2020."
    )
    assert question_candidates(Article("a", text)) == [
        "What did Una Berg say?",
        "Who is Oak Hall named after?",
        "When did the Selene mission land?",
        "Who is Ada Holm?",
    ]


def test_what_only_looks_like_a_name_is_not_asked_about():
    text = "In June, the rocks came. It was President Ada Holm's wish. Only In June, a month, was."
    assert question_candidates(Article("a", text)) == []


def test_nothing_to_ask():
    assert question_candidates(Article("a", "")) == []
    assert question_candidates(Article("a", "no names here, and nothing else.")) == []
    assert question_candidates(Article("a", "月球上有岩石。中国带回了样品。")) == []


def test_hostile_texts():
    for text in hostile_texts(120, seed=3):
        questions = question_candidates(Article("a", text))
        assert len(questions) <= 20
        assert len(set(questions)) == len(questions)
        assert all("\n" not in question for question in questions)


def test_article_without_names_suggests_nothing(bot):
    other = bot.with_articles([Article("a", "it rained all day, and nobody went out.")])
    assert other.suggest_questions("a") == []
