"""Many questions from a file, answered into a file, resumable."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from bot.chat import Bot
from bot.errors import ConfigError, LLMError, QuestionError


def run_batch(bot: Bot, questions: Path, out: Path, retrieve_top_k: int | None = None) -> int:
    """Answer the rows of ``questions`` that ``out`` does not have yet, appending to it.

    A question row is ``{"id", "question", "article"?, "history"?}``; ``article`` limits the
    answer to the article of that id. An output row is the Answer as JSON with the id; for a
    question that cannot be answered as given it is ``{"id", "error"}``.

    Args:
        bot: What answers.
        questions: JSON lines.
        out: JSON lines, created when absent. Rows with an error or a notice are tried again; a
            last line that was cut off in mid-write is removed.
        retrieve_top_k: Retrieve this many passages instead of answering; rows are then
            ``{"id", "passages"}``.

    Returns:
        How many of the rows answered now have an error or a notice.

    Raises:
        ConfigError: A file cannot be read or written, or a row has another form.
    """
    rows = _read_questions(questions)
    if out.exists() and out.samefile(questions):
        raise ConfigError(f"--out and --questions are both {str(out)!r}: name another --out")
    known = set(bot.article_ids())
    for row in rows:
        if row.get("article") is not None and row["article"] not in known:
            raise ConfigError(
                f"{str(questions)!r}: question {row['id']!r} names the article {row['article']!r}, "
                "which is not among the articles given"
            )
    failed = 0
    try:
        done = _finished_ids(out, "answers" if retrieve_top_k is None else "passages")
        todo = [row for row in rows if row["id"] not in done]
        with out.open("a", encoding="utf-8") as stream:
            for row in tqdm(todo, initial=len(rows) - len(todo), total=len(rows), unit="question"):
                result = _answer(bot, row, retrieve_top_k)
                failed += bool(result.get("error") or result.get("notice"))
                _write(stream, {"id": row["id"], **result})
    except OSError as error:
        raise ConfigError(f"cannot write {str(out)!r}: {error.strerror}") from error
    return failed


def _answer(bot: Bot, row: dict[str, Any], retrieve_top_k: int | None) -> dict[str, Any]:
    article_ids = None if row.get("article") is None else [row["article"]]
    try:
        if retrieve_top_k is not None:
            history = row.get("history") or ()
            passages = bot.search(row["question"], retrieve_top_k, article_ids, history)
            return {"passages": [asdict(passage) for passage in passages]}
        return bot.ask(row["question"], row.get("history") or (), article_ids).to_json()
    except (QuestionError, LLMError) as error:
        return {"error": str(error)}


def _write(stream: IO[str], row: dict[str, Any]) -> None:
    stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    stream.flush()


def _read_questions(path: Path) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for number, row in _json_lines(path):
        if not isinstance(row, dict) or not {"id", "question"} <= row.keys():
            raise ConfigError(f"{str(path)!r} line {number}: a row needs 'id' and 'question'")
        if not isinstance(row["question"], str):
            raise ConfigError(f"{str(path)!r} line {number}: 'question' must be a text")
        if not isinstance(row.get("history") or [], list):
            raise ConfigError(f"{str(path)!r} line {number}: 'history' must be a list")
        if isinstance(row.get("article"), int):
            row["article"] = str(row["article"])
        if not isinstance(row.get("article"), str | None):
            raise ConfigError(f"{str(path)!r} line {number}: 'article' must be a text")
        row["id"] = str(row["id"])
        if row["id"] in rows:
            raise ConfigError(f"{str(path)!r} line {number}: the id {row['id']!r} occurs twice")
        rows[row["id"]] = row
    if not rows:
        raise ConfigError(f"{str(path)!r} has no questions")
    return list(rows.values())


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"cannot read {str(path)!r}: {reason}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise ConfigError(f"{str(path)!r} line {number} is not JSON: {error}") from error


def _finished_ids(out: Path, kind: str) -> set[str]:
    """Ids of the rows that are in the file and need no second try; the others are taken out.

    Raises:
        ConfigError: The file holds anything but rows of this kind; it is left as it is.
    """
    if not out.exists() or not out.stat().st_size:
        return set()
    data = out.read_bytes()
    lines = data.splitlines(keepends=True)
    cut_off = [] if data.endswith(b"\n") else [lines.pop()]
    if not all(line.startswith(b'{"id": ') for line in (*lines, *cut_off)):
        raise ConfigError(f"{str(out)!r} exists and is not a file of {kind}: name another --out")
    kept: dict[str, bytes] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ConfigError(f"{str(out)!r} is damaged, name another --out: {error}") from error
        if "error" not in row and ("status" in row) != (kind == "answers"):
            raise ConfigError(f"{str(out)!r} exists and has no {kind}: name another --out")
        if not row.get("error") and not row.get("notice"):
            kept[str(row["id"])] = line
    if len(kept) < len(lines) or cut_off:
        scratch = out.with_name(out.name + ".tmp")
        scratch.write_bytes(b"".join(kept.values()))
        scratch.replace(out)
    return set(kept)
