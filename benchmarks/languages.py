"""Questions and articles in several languages: what is found, answered and refused.

    python benchmarks/languages.py --data ../shared/data
    python benchmarks/languages.py --data ../shared/data --languages de ru --no-answers

Each question of ``xquad.public.jsonl`` is asked of its own article in the same language, without
a language model. Prints a row for each language, all in percent:

    told              the language of the question is told right
    bm25, dense, ours R@1 and R@5 of words alone, vectors alone and the product's retrieval
    answered, cited   questions answered; answers that cite the words of a reference
    refused, in it    off-topic questions (of the article before) refused; refused in the language
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from langchain_core.embeddings import Embeddings
from tqdm import tqdm

# A script's own folder is on the path, its parent is not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.data import Question, Task, covers, squad_tasks
from bot import Bot
from bot.build import load_embeddings, load_reader
from bot.finding import Readers
from bot.language import NOT_IN_ARTICLE_IN
from index.language import question_language
from index.retriever import retrieve
from index.store import ArticleStore

_TOP_K = 5
_OFF_TOPIC = 5
_COLUMNS = (
    "told", "bm25@1", "bm25@5", "dense@1", "dense@5", "ours@1", "ours@5",
    "answered", "cited", "refused", "in it",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What came of the questions in one language, one entry per question."""

    columns: dict[str, list[bool]] = field(default_factory=dict)

    def add(self, column: str, value: bool) -> None:
        """Note the outcome of a question."""
        self.columns.setdefault(column, []).append(value)

    def percent(self, column: str) -> str:
        """Share of the questions that came out well; "-" where none was asked."""
        values = self.columns.get(column)
        return f"{100 * sum(values) / len(values):.1f}" if values else "-"


def main() -> None:
    """Parse the arguments and print a row for each language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--languages", nargs="+", default=["en", "es", "de", "ru", "ar", "zh"])
    parser.add_argument("--no-answers", action="store_true", help="retrieval only")
    arguments = parser.parse_args()
    embeddings = load_embeddings("minilm")
    readers = Readers(english=load_reader("shipped"), other=load_reader("lexical"))
    tasks = squad_tasks(arguments.data / "xquad.public.jsonl")
    print("  ".join(f"{name:>8}" for name in ("", *_COLUMNS)))
    for language in arguments.languages:
        own = [task for task in tasks if task.article.id.startswith(f"{language}:")]
        tally = measure(embeddings, readers, own, language, not arguments.no_answers)
        row = (tally.percent(name) for name in _COLUMNS)
        print("  ".join(f"{cell:>8}" for cell in (language, *row)), flush=True)


def measure(
    embeddings: Embeddings, readers: Readers, tasks: Sequence[Task], language: str, answers: bool
) -> Tally:
    """Ask every question of its article and, as ones that are off topic, some of another's."""
    tally = Tally()
    for number, task in enumerate(tqdm(tasks, desc=language)):
        with ArticleStore(embeddings) as store:
            store.add_articles([task.article])
            bot = Bot(store, readers)
            for question in task.questions:
                tally.add("told", question_language(question.text) == language)
                _retrieval(store, question, tally)
                if answers:
                    _answer(bot, question, tally)
            for question in tasks[number - 1].questions[:_OFF_TOPIC] if answers else ():
                answer = bot.ask(question.text)
                tally.add("refused", answer.status == "not_in_article")
                if answer.status == "not_in_article":
                    tally.add("in it", answer.text == NOT_IN_ARTICLE_IN[language])
    return tally


def _retrieval(store: ArticleStore, question: Question, tally: Tally) -> None:
    for name, found in (
        ("bm25", store.passages(store.rank_lexical(question.text, _TOP_K))),
        ("dense", store.passages(store.rank_dense(question.text, _TOP_K))),
        ("ours", retrieve(store, question.text, _TOP_K)),
    ):
        tally.add(f"{name}@1", covers(found[:1], question.spans))
        tally.add(f"{name}@5", covers(found, question.spans))


def _answer(bot: Bot, question: Question, tally: Tally) -> None:
    answer = bot.ask(question.text)
    tally.add("answered", answer.status == "answered")
    tally.add("cited", any(ref in c.quote for c in answer.citations for ref in question.answers))


if __name__ == "__main__":
    main()
