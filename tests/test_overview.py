"""bot.overview: answers about whole articles; every point is a sentence of theirs, cited."""

import json

import pytest

from bot.errors import LLMError
from bot.types import NOT_IN_ARTICLE, Answer, Delta, Message, Progress
from index.types import Article

FERRY = Article("ferry", "The ferry left the harbour at nine.\n\nIt carried a piano.", "Ferry")
GERMAN = Article("de", "Der Zug fährt am 3. Mai nach Graz. Herr Huber sagte, er komme mit.")


def check(answer: Answer, bot) -> None:
    assert answer.status == "answered"
    for citation in answer.citations:
        text = bot.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    for number, citation in enumerate(answer.citations, start=1):
        assert f"{' '.join(citation.quote.split())} [{number}]" in answer.text
    assert json.loads(json.dumps(answer.to_json()))["text"] == answer.text


def bullets(answer: Answer) -> list[str]:
    return [line[2:] for line in answer.text.splitlines() if line.startswith("- ")]


def test_summary(bot, moon):
    answer = bot.ask("Summarise the article")
    check(answer, bot)
    assert len(bullets(answer)) == len(answer.citations) == 5
    assert "NASA is in talks with China" in bullets(answer)[0]
    assert answer.text.endswith("\n\nFrom all 20 sentences of the article.")
    assert (answer.short, answer.span, answer.notice) == (None, None, "")
    assert {sentence.support for sentence in answer.sentences} == {"quoted"}


def test_as_many_sentences_as_asked_for(bot):
    assert len(bullets(bot.ask("Summarise the article in two sentences"))) == 2


def test_what_it_is_about_begins_with_the_title(bot, moon):
    answer = bot.ask("What is this about?")
    check(answer, bot)
    assert bullets(answer)[0] == f"{moon.title} [1]"


def test_topics_are_the_headings(bot):
    answer = bot.ask("What are the main topics?")
    check(answer, bot)
    assert [c.quote for c in answer.citations][1:3] == ["Rivals that talk", "The law in the way"]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("Who is mentioned?", ["Bill Nelson", "Joe Biden", "Frank Wolf", "Elon Musk"]),
        ("List the dates", ["25 October 2024", "2020", "June 2024", "August 2024", "2011"]),
        ("Which countries are mentioned?", ["China", "United States"]),
        ("List the places", ["China", "Mons Rümker", "South Pole-Aitken Basin", "United States"]),
    ],
)
def test_lists(bot, question, labels):
    answer = bot.ask(question)
    check(answer, bot)
    for label, bullet, citation in zip(labels, bullets(answer), answer.citations, strict=True):
        assert bullet.startswith((f"{label}: ", f"{label} ["))
        quote = " ".join(citation.quote.split())
        assert label in quote or label == "United States"
    assert "From all 20 sentences of the article." in answer.text


def test_title_and_date_are_cited(bot, moon):
    for question, value in (
        ("What is the title?", moon.title),
        ("When was this published?", "25 October 2024"),
    ):
        answer = bot.ask(question)
        check(answer, bot)
        assert (answer.text, answer.short, answer.span.quote) == (f"{value} [1]", value, value)


def test_length_is_counted(bot):
    answer = bot.ask("How many words does the article have?")
    check(answer, bot)
    assert (answer.citations, answer.short) == ((), "416 words")


def test_metadata_without_a_place_in_the_text(bot):
    other = bot.with_articles([Article("a", "It rained all day.", metadata={"author": "Ada Holm"})])
    answer = other.ask("Who wrote this article?")
    check(answer, other)
    assert (answer.short, answer.span, answer.citations) == ("Ada Holm", None, ())
    assert "metadata" in answer.text
    other.close()


def test_unknown_fact(bot):
    answer = bot.ask("Who wrote this?")
    assert (answer.status, answer.text, answer.citations) == ("not_in_article", NOT_IN_ARTICLE, ())
    assert answer.confidence == 0


def test_nothing_to_list(bot):
    other = bot.with_articles([FERRY])
    assert other.ask("List the dates").text == NOT_IN_ARTICLE
    other.close()


def test_several_articles_have_a_section_each(bot, moon):
    both = bot.with_articles([moon, FERRY])
    answer = both.ask("Summarise the articles")
    check(answer, both)
    assert [p for p in answer.text.split("\n\n") if p.endswith(":")] == ["Ferry:", f"{moon.title}:"]
    assert {c.article_id for c in answer.citations} == {"ferry", "moon-rocks"}
    dates = both.ask("List the dates")
    check(dates, both)
    assert dates.text.endswith("Not said in: Ferry.")
    assert both.ask("Who wrote this?").text == NOT_IN_ARTICLE
    assert {c.article_id for c in both.ask("Summarise it", article_ids=["ferry"]).citations} == {
        "ferry"
    }
    both.close()


def test_many_articles(bot):
    many = bot.with_articles([Article(f"a{n:02}", f"Ferry {n} left at nine.") for n in range(12)])
    answer = many.ask("Summarise the articles")
    assert len(answer.citations) == 10
    assert answer.text.endswith("From the first 10 of 12 articles.")
    assert many.ask("List the dates").text == NOT_IN_ARTICLE
    many.close()


def test_marks_in_titles_and_metadata_are_no_citations(bot):
    articles = [
        Article("a", "Rain fell.", "Alpha [2]", metadata={"author": "Ada Holm [7]"}),
        Article("b", "Snow fell.", "Beta [1]"),
    ]
    both = bot.with_articles(articles)
    answer = both.ask("Who wrote this?")
    assert answer.text == ("Alpha:\n\nAda Holm, by the article's metadata.\n\nNot said in: Beta.")
    assert "[2]" not in both.ask("Is there anything about rain?").text
    both.close()


def test_no_article_and_an_empty_one(bot):
    for articles in ([], [Article("empty", "")]):
        other = bot.with_articles(articles)
        for question in ("Summarise the article", "Who is mentioned?", "What is the title?"):
            assert other.ask(question).text == NOT_IN_ARTICLE
        other.close()


def test_lists_are_made_of_english_text_only(bot):
    other = bot.with_articles([GERMAN])
    stages = [e.stage for e in other.stream("Who is mentioned?") if isinstance(e, Progress)]
    assert stages[0] == "retrieving"
    summary = other.ask("Summarise the article")
    assert {c.article_id for c in summary.citations} == {"de"}
    other.close()


@pytest.mark.parametrize(
    "question", ["Summarise the article", "Who is mentioned?", "Who wrote this?"]
)
def test_stream_is_the_answer(bot, moon, question):
    both = bot.with_articles([FERRY, moon])
    for one in (bot, both):
        *events, answer = one.stream(question)
        assert "".join(e.text for e in events if isinstance(e, Delta)) == answer.text
        assert events[0] == Progress("reading")
        assert answer.timings["total"] > 0
    both.close()


def test_after_other_questions(bot):
    history = [Message("user", "What is the Wolf Amendment?"), Message("assistant", "A law.")]
    assert "Bill Nelson: " in bot.ask("Who is mentioned?", history).text
    assert "From all" not in bot.ask("What is it about?", history).text


def test_capable_model_words_the_summary_and_is_checked(worded_by, fixed_replies):
    llm = fixed_replies(
        "NASA is in talks with China about rocks from the moon [1]. It cost 3 billion dollars [2]. "
        "Bill Nelson expects the talks to end positively [2]."
    )
    bot = worded_by(llm)
    answer = bot.ask("Summarise the article")
    assert answer.text == (
        "NASA is in talks with China about rocks from the moon. [1] Bill Nelson expects the talks "
        "to end positively. [2]\n\nFrom all 20 sentences of the article."
    )
    assert [s.support for s in answer.sentences] == ["supported", "dropped", "supported"]
    assert len(llm.asked) == 1
    assert "You summarise an article" in llm.asked[0][0].text


@pytest.mark.parametrize("reply", ["The moon is made of cheese [1].", NOT_IN_ARTICLE])
def test_model_that_makes_it_up_is_not_shown(worded_by, fixed_replies, reply):
    bot = worded_by(fixed_replies(reply))
    answer = bot.ask("Summarise the article")
    check(answer, bot)
    assert len(bullets(answer)) == 5


def test_failing_model_leaves_the_quotes(worded_by, fixed_replies, monkeypatch):
    def fail(*args, **kwargs):
        raise LLMError("the server is down")
        yield

    monkeypatch.setattr("bot.wording.compose", fail)
    answer = worded_by(fixed_replies("x")).ask("Summarise the article")
    assert len(bullets(answer)) == 5
    assert answer.notice == "the server is down. The article is quoted instead."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Fasse den Artikel zusammen", "Aus allen 20 Sätzen des Artikels."),
        ("¿Quiénes se mencionan?", "Oraciones leídas: las 20 del artículo."),
        ("Quels pays sont mentionnés ?", "D'après les 20 phrases de l'article."),
        ("Какие даты упоминаются?", "Прочитано предложений: 20, вся статья."),
        ("لخص المقال", "عدد الجمل المقروءة: 20، وهي المقال كله."),
        ("文中提到了哪些地点？", "已读全文，共20句。"),
        ("Wie lang ist der Artikel?", "Der Artikel hat 416 Wörter, 20 Sätze, "),
        ("Сколько слов в статье?", "В статье слов: 416, предложений: 20, "),
    ],
)
def test_fixed_sentences_are_in_the_language_of_the_question(bot, question, said):
    answer = bot.ask(question)
    assert answer.status == "answered"
    assert said in answer.text


def test_refusal_is_in_the_language_of_the_question(bot):
    assert bot.ask("Wer hat den Artikel geschrieben?").text == "Das steht nicht im Artikel."
    assert bot.ask("谁写了这篇文章？").text == "文章中没有提到。"


def test_how_many_are_named(bot):
    assert bot.ask("How many countries are mentioned?").text.startswith("Found: 2.\n- China: ")


def test_small_model_and_lists_need_no_model(worded_by, fixed_replies):
    llm = fixed_replies("x")
    assert len(bullets(worded_by(llm, small=True).ask("Summarise the article"))) == 5
    assert len(bullets(worded_by(llm).ask("Who is mentioned?"))) == 4
    assert llm.asked == []
