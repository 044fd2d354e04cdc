"""bot.batch: many questions, resumable, bad rows named with their line."""

import json

import pytest

from bot.batch import run_batch
from bot.errors import ConfigError
from index.types import Article

QUESTION = "Where did Chang'e 6 land in June 2024?"


@pytest.fixture(scope="module")
def two(bot, moon):
    ferry = Article("ferry", "The ferry Selkie left the harbour at nine.")
    with_both = bot.with_articles([moon, ferry])
    yield with_both
    with_both.close()


def write(path, *rows):
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_answers_in_order_with_article_and_history(tmp_path, two, moon):
    questions = write(
        tmp_path / "q.jsonl",
        {"id": 7, "question": QUESTION},
        {"id": "é", "question": QUESTION, "article": "ferry"},
        {
            "id": "follow",
            "question": "Where did it land?",
            "history": [{"role": "user", "text": "When did Chang'e 6 land?"}],
            "article": "moon-rocks",
        },
        {"id": "extra", "question": QUESTION, "answers": ["x"], "history": None, "article": None},
    )
    assert run_batch(two, questions, tmp_path / "out.jsonl") == 0
    rows = rows_of(tmp_path / "out.jsonl")
    assert [row["id"] for row in rows] == ["7", "é", "follow", "extra"]
    assert [row["status"] for row in rows] == [
        "answered",
        "not_in_article",
        "answered",
        "answered",
    ]
    assert {p["article_id"] for p in rows[1]["passages"]} == {"ferry"}
    for row in rows:
        for citation in row["citations"]:
            assert moon.text[citation["start"] : citation["end"]] == citation["quote"]


def test_resumes_after_a_line_that_was_cut_off(tmp_path, two):
    questions = write(
        tmp_path / "q.jsonl", *({"id": str(n), "question": QUESTION} for n in range(4))
    )
    out = tmp_path / "out.jsonl"
    run_batch(two, questions, out)
    whole = rows_of(out)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:2]) + lines[2][:-30])
    assert run_batch(two, questions, out) == 0
    again = rows_of(out)
    assert out.read_bytes().startswith(b"".join(lines[:2]))
    assert [row["id"] for row in again] == ["0", "1", "2", "3"]
    assert [row["text"] for row in again] == [row["text"] for row in whole]


def test_question_that_cannot_be_answered_is_a_row(tmp_path, two):
    questions = write(
        tmp_path / "q.jsonl",
        {"id": "empty", "question": " "},
        {"id": "long", "question": "x" * 100_000},
        {"id": "history", "question": "Why?", "history": ["x"]},
        {"id": "good", "question": QUESTION},
    )
    assert run_batch(two, questions, tmp_path / "out.jsonl") == 3
    rows = rows_of(tmp_path / "out.jsonl")
    assert [set(row) for row in rows[:3]] == [{"id", "error"}] * 3
    assert "is empty" in rows[0]["error"]
    assert rows[3]["status"] == "answered"


def test_retrieve_only_reads_the_history(tmp_path, two):
    history = [{"role": "user", "text": "What is the Wolf Amendment?"}]
    row = {"question": "Tell me more", "article": "moon-rocks"}
    questions = write(
        tmp_path / "q.jsonl", {"id": "1", **row}, {"id": "2", **row, "history": history}
    )
    assert run_batch(two, questions, tmp_path / "out.jsonl", retrieve_top_k=1) == 0
    alone, follow_up = (row["passages"][0]["text"] for row in rows_of(tmp_path / "out.jsonl"))
    assert "Wolf" not in alone
    assert "Wolf" in follow_up


def test_failed_rewriting_is_an_error_of_its_row(tmp_path, worded_by, fixed_replies):
    history = [{"role": "user", "text": "When did Chang'e 6 land?"}]
    questions = write(
        tmp_path / "q.jsonl",
        {"id": "1", "question": "Why?", "history": history},
        {"id": "2", "question": QUESTION},
    )
    said = fixed_replies("", "It landed in the South Pole-Aitken Basin. [1]")
    assert run_batch(worded_by(said), questions, tmp_path / "out.jsonl") == 1
    first, second = rows_of(tmp_path / "out.jsonl")
    assert "ask it in full" in first["error"]
    assert second["status"] == "answered"


def test_retrieve_only(tmp_path, two, moon):
    questions = write(
        tmp_path / "q.jsonl",
        {"id": "1", "question": QUESTION},
        {"id": "2", "question": QUESTION, "article": "ferry"},
    )
    assert run_batch(two, questions, tmp_path / "out.jsonl", retrieve_top_k=2) == 0
    first, second = rows_of(tmp_path / "out.jsonl")
    assert set(first) == {"id", "passages"}
    assert len(first["passages"]) == 2
    best = first["passages"][0]
    assert set(best) == {"article_id", "start", "end", "score", "text"}
    assert moon.text[best["start"] : best["end"]] == best["text"]
    assert {p["article_id"] for p in second["passages"]} == {"ferry"}


def test_failure_of_the_model_counts_as_failed(tmp_path, worded_by, fixed_replies):
    questions = write(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})
    bot = worded_by(fixed_replies(""))
    assert run_batch(bot, questions, tmp_path / "out.jsonl") == 1
    (row,) = rows_of(tmp_path / "out.jsonl")
    assert row["notice"].startswith("the language model gave an empty reply")
    assert row["status"] == "answered"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ('{"id": "x"', r"line 3 is not JSON: "),
        ("[1, 2]", r"line 3: a row needs 'id' and 'question'"),
        ('"text"', r"line 3: a row needs 'id' and 'question'"),
        ({"id": "x"}, r"line 3: a row needs 'id' and 'question'"),
        ({"question": "x"}, r"line 3: a row needs 'id' and 'question'"),
        ({"id": "x", "question": None}, r"line 3: 'question' must be a text"),
        ({"id": 1, "question": "x"}, r"line 3: the id '1' occurs twice"),
        ({"id": "x", "question": "x", "article": "no"}, r"question 'x' names the article 'no'"),
    ],
)
def test_bad_row_is_named_and_nothing_is_written(tmp_path, two, bad, message):
    questions = write(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION}, "", bad)
    with pytest.raises(ConfigError, match=message) as caught:
        run_batch(two, questions, tmp_path / "out.jsonl")
    assert "q.jsonl" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no questions"),
        (b"\n \n", "has no questions"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (b"\xef\xbb\xbf" + b"[]", "line 1: a row needs"),
    ],
)
def test_file_of_questions_that_is_none(tmp_path, two, content, message):
    (tmp_path / "q.jsonl").write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        run_batch(two, tmp_path / "q.jsonl", tmp_path / "out.jsonl")


def test_line_separators_inside_a_question_are_no_line_ends(tmp_path, two):
    questions = write(tmp_path / "q.jsonl", {"id": "1", "question": f"{QUESTION}\u2028\u0085 now"})
    out = tmp_path / "out.jsonl"
    assert run_batch(two, questions, out) == 0
    before = out.read_bytes()
    assert run_batch(two, questions, out) == 0
    assert out.read_bytes() == before


def test_out_that_is_another_file(tmp_path, two):
    questions = write(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})
    out = write(tmp_path / "notes.txt", "my notes")
    with pytest.raises(ConfigError, match=r"notes\.txt' exists and is not a file of answers"):
        run_batch(two, questions, out)
    assert out.read_text("utf-8") == "my notes\n"
    with pytest.raises(ConfigError, match=r"cannot write '.*': Is a directory"):
        run_batch(two, questions, tmp_path)
    with pytest.raises(ConfigError, match=r"cannot write '.*': No such file or directory"):
        run_batch(two, questions, tmp_path / "no" / "out.jsonl")


def test_out_that_is_no_answer_file_is_left_as_it_is(bot, tmp_path):
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": "a", "question": "What is the Wolf Amendment?"}\n')
    notes = tmp_path / "notes.txt"
    notes.write_text("one line without an end")
    with pytest.raises(ConfigError, match=r"is not a file of answers"):
        run_batch(bot, questions, notes)
    assert notes.read_text() == "one line without an end"
    with pytest.raises(ConfigError, match=r"--out and --questions are both"):
        run_batch(bot, questions, questions)


def test_failed_rows_are_tried_again(bot, tmp_path):
    questions, out = tmp_path / "questions.jsonl", tmp_path / "out.jsonl"
    questions.write_text('{"id": "a", "question": "What is the Wolf Amendment?"}\n')
    out.write_text('{"id": "a", "status": "answered", "notice": "no server"}\n')
    assert run_batch(bot, questions, out) == 0
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert row["status"]
    assert not row["notice"]
    with pytest.raises(ConfigError, match=r"has no passages"):
        run_batch(bot, questions, out, retrieve_top_k=3)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"article": ["x"]}, r"'article' must be a text"),
        ({"history": 5}, r"'history' must be a list"),
    ],
)
def test_row_of_another_form(bot, tmp_path, row, message):
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"id": "a", "question": "Why?", **row}))
    with pytest.raises(ConfigError, match=message):
        run_batch(bot, questions, tmp_path / "out.jsonl")
