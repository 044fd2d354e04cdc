"""How well questions in other languages than English are answered, on a development set of our own.

    python -m training.tune_other_languages
    python -m training.tune_other_languages --languages de ru --strictness 0.05 0.1 0.2 --failures

``other_languages.jsonl`` holds four short articles in each of six languages, with eight questions
that they answer and two that they do not, worded as people ask: few share many words with the
sentence. What a stem counts that is only like another, the queries of ``index/lexical.py`` and
``bot.finding._OTHER_STRICTNESS`` (the level that refuses nine of ten questions off topic) were
chosen by what this prints, in percent:

    answered      questions answered; of the four articles of their language, set one after another
    right         the sentence that answers is cited
    short         the short answer holds the reference and is not the whole sentence
    wrong short   of the short answers that are not the whole sentence, those without the reference
    on topic      questions refused that the four articles do not answer
    off topic     questions of an article refused that are asked of the other three
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from langchain_core.embeddings import Embeddings

from bot import Answer, Bot
from bot.answering import Settings
from bot.build import load_embeddings, load_reader
from bot.config import Config
from bot.finding import Readers
from index.sentences import split_sentences
from index.store import ArticleStore
from index.types import Article

_FILE = Path(__file__).with_name("other_languages.jsonl")
_COLUMNS = ("answered", "right", "short", "wrong short", "on topic", "off topic")


@dataclass(frozen=True, slots=True)
class Source:
    """An article and its questions, each with words found once in the text, or None."""

    language: str
    text: str
    questions: tuple[tuple[str, str | None], ...]


@dataclass(slots=True)
class Tally:
    """Outcomes by column, one entry per question, and what went wrong, in words."""

    columns: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    failures: list[str] = field(default_factory=list)

    def row(self) -> list[str]:
        """Percentages by column; "-" where nothing counts."""
        return [
            f"{100 * sum(values) / len(values):.1f}" if values else "-"
            for values in self.columns.values()
        ]


def load_sources(path: Path = _FILE) -> list[Source]:
    """The development set.

    Raises:
        ValueError: An answer does not stand exactly once in its article.
    """
    found = []
    with path.open(encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            questions = tuple((q["question"], q["answer"]) for q in row["questions"])
            for question, answer in questions:
                if answer is not None and row["text"].count(answer) != 1:
                    raise ValueError(f"not once in the article: {answer!r}, of {question!r}")
            found.append(Source(row["language"], row["text"], questions))
    return found


def measure(embeddings: Embeddings, sources: Sequence[Source], strictness: float) -> Tally:
    """Ask all questions of one language."""
    tally = Tally()
    readers = Readers(english=load_reader("shipped"), other=load_reader("lexical"))
    everything = "\n\n".join(source.text for source in sources)
    with ArticleStore(embeddings) as store:
        store.add_articles([Article("all", everything)])
        bot = Bot(store, readers, settings=Settings(strictness=strictness))
        for source in sources:
            for question, reference in source.questions:
                at = everything.index(source.text)
                _note(tally, question, reference, everything, at, bot.ask(question))
    for source in sources:
        others = "\n\n".join(other.text for other in sources if other is not source)
        with ArticleStore(embeddings) as store:
            store.add_articles([Article("others", others)])
            bot = Bot(store, readers, settings=Settings(strictness=strictness))
            for question, reference in source.questions:
                if reference is not None:
                    answer = bot.ask(question)
                    refused = answer.status == "not_in_article"
                    tally.columns["off topic"].append(refused)
                    if not refused:
                        tally.failures.append(f"OFF {_told(question, answer)}")
    return tally


def _note(
    tally: Tally, question: str, reference: str | None, text: str, start: int, answer: Answer
) -> None:
    """Count one answer from the four articles together, where its own begins at ``start``."""
    answered = answer.status == "answered"
    if reference is None:
        tally.columns["on topic"].append(not answered)
        if answered:
            tally.failures.append(f"ON {_told(question, answer)}")
        return
    at = text.index(reference, start)
    right = any(c.start <= at and at + len(reference) <= c.end for c in answer.citations)
    tally.columns["answered"].append(answered)
    tally.columns["right"].append(right)
    short = answer.short is not None and not _is_sentence(answer, text)
    holds = short and (reference in str(answer.short) or str(answer.short) in reference)
    tally.columns["short"].append(holds)
    if short:
        tally.columns["wrong short"].append(not holds)
    if not right or (short and not holds):
        kind = "WRONG" if answered else "REFUSED"
        tally.failures.append(f"{kind} {_told(question, answer)} | expected {reference}")


def _is_sentence(answer: Answer, text: str) -> bool:
    """Whether the short answer is a whole sentence of the article."""
    span = answer.span
    return span is not None and (span.start, span.end) in split_sentences(text)


def _told(question: str, answer: Answer) -> str:
    cited = " / ".join(c.quote for c in answer.citations)
    return f"{answer.confidence:.2f} {question} -> {answer.short} | {cited}"


def main() -> None:
    """Parse the arguments and print a row for each language and level of strictness."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--languages", nargs="+", default=["de", "es", "fr", "ru", "ar", "zh"])
    parser.add_argument(
        "--strictness",
        nargs="+",
        type=float,
        default=[Config().strictness],
        help="as in the product's settings",
    )
    parser.add_argument("--failures", action="store_true", help="print what went wrong too")
    arguments = parser.parse_args()
    embeddings = load_embeddings("minilm")
    sources = load_sources()
    print("  ".join(f"{name:>11}" for name in ("", *_COLUMNS)))
    for level in arguments.strictness:
        for language in arguments.languages:
            own = [source for source in sources if source.language == language]
            tally = measure(embeddings, own, level)
            cells = (f"{language} {level:.2f}", *tally.row())
            print("  ".join(f"{cell:>11}" for cell in cells), flush=True)
            if arguments.failures:
                print("\n".join(tally.failures))


if __name__ == "__main__":
    main()
