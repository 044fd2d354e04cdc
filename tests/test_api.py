"""bot.answer: the one public function, with everything behind it."""

import threading

import pytest

import bot
from bot import NOT_IN_ARTICLE, ArticleBotError, QuestionError, answer

FERRY = "The ferry Selkie left the harbour at nine. It carried forty people and a piano."


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch):
    monkeypatch.setenv("ARTICLE_BOT_LLM", "none")


def test_default_article(moon):
    found = answer("Where did Chang'e 6 land in June 2024?")
    assert found.status == "answered"
    assert "South Pole-Aitken Basin" in found.text
    (citation,) = found.citations
    assert moon.text[citation.start : citation.end] == citation.quote
    assert answer("What is the population of Beijing?").text == NOT_IN_ARTICLE


def test_article_as_text_path_and_string(tmp_path):
    path = tmp_path / "ferry.txt"
    path.write_text(FERRY, "utf-8")
    for source in (FERRY, path, str(path)):
        found = answer("What time did the ferry Selkie leave?", source)
        assert found.citations[0].quote == "The ferry Selkie left the harbour at nine."
    assert found.citations[0].article_id == "ferry"


def test_file_that_changed_is_read_again(tmp_path):
    path = tmp_path / "ferry.txt"
    question = "What time did the ferry Selkie leave?"
    for hour in ("nine", "ten"):
        path.write_text(FERRY.replace("nine", hour), "utf-8")
        assert hour in answer(question, path).text


def test_history():
    history = [{"role": "user", "content": "When did Chang'e 6 land?"}]
    assert "South Pole-Aitken Basin" in answer("Where did it land?", history=history).text


def test_llm_argument_beats_the_environment():
    with pytest.raises(ArticleBotError, match="names no language model"):
        answer("Where did it land?", llm="nonsense")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("",), "the question is empty"),
        (("Where?", "missing.pdf"), r"no such file: 'missing\.pdf'"),
        (("Where?", ""), "has no text"),
        (("Where?", None, ["x"]), "needs 'role' and 'text'"),
    ],
)
def test_errors_have_one_root(arguments, message):
    with pytest.raises(ArticleBotError, match=message):
        answer(*arguments)


def test_errors_are_a_tree():
    errors = [bot.ConfigError, bot.LLMError, QuestionError]
    assert all(issubclass(error, ArticleBotError) for error in errors)


def test_threads():
    found: list[str] = []
    question = "What time did the ferry Selkie leave?"
    workers = [
        threading.Thread(
            target=lambda n=n: found.append(answer(question, f"{FERRY} Trip {n}.").text)
        )
        for n in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 4
    assert all("nine" in text for text in found)
