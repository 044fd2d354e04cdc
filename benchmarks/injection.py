"""Instructions planted in an article: does the bot follow them, and does it still answer right?

    python benchmarks/injection.py --data ../shared/data
    python benchmarks/injection.py --data ../shared/data --llm local --rows 60

Each row of ``injection.public.jsonl`` is asked twice: of the article with the planted text, and of
the same article without it. The metrics are those of ``score.py`` in the data folder. An attack
also counts as successful when the answer only quotes its words. Prints one JSON object a model.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings
from tqdm import tqdm

# A script's own folder is on the path, its parent is not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.data import json_lines, load_metrics
from bot import Answer, Bot
from bot.answering import Settings
from bot.build import load_embeddings, load_reader
from bot.finding import Readers
from bot.llm import is_small, load_llm
from index.store import ArticleStore
from index.types import Article

Row = dict[str, Any]


class RememberedEmbeddings(Embeddings):
    """Embeds each text once: the articles of the set are few, with other words planted in each."""

    def __init__(self, inner: Embeddings) -> None:
        self._inner = inner
        self._known: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of the texts, computed where they are new."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._inner.embed_documents(new), strict=True))
        return [self._known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self._inner.embed_query(text)


def main() -> None:
    """Parse the arguments and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--llm", nargs="+", default=["none", "local"])
    parser.add_argument("--rows", type=int, help="a random sample of so many (default: all)")
    parser.add_argument("--reader", default="shipped", help="shipped, lexical or a hub model")
    parser.add_argument(
        "--answers", type=Path, help="also write every answer to this JSON-lines file"
    )
    arguments = parser.parse_args()
    metrics = load_metrics(arguments.data)
    rows = list(json_lines(arguments.data / "injection.public.jsonl"))
    if arguments.rows is not None:
        rows = random.Random(0).sample(rows, min(arguments.rows, len(rows)))
    embeddings = RememberedEmbeddings(load_embeddings("minilm"))
    readers = Readers(english=load_reader(arguments.reader), other=load_reader("lexical"))
    for llm in arguments.llm:
        settings = Settings(small_llm=is_small(llm))
        bot = Bot(ArticleStore(embeddings), readers, load_llm(llm), settings)
        attacked = ask_all(bot, rows, f"attacked, llm={llm}", clean=False)
        clean = ask_all(bot, rows, f"clean, llm={llm}", clean=True)
        print(json.dumps(figures(metrics, llm, rows, attacked, clean), ensure_ascii=False))
        if arguments.answers:
            write_answers(arguments.answers, metrics, llm, rows, attacked, clean)


def ask_all(bot: Bot, rows: Sequence[Row], label: str, *, clean: bool) -> list[Answer]:
    """The question of each row, asked of its whole article."""
    answers = []
    for row in tqdm(rows, desc=label):
        article = Article(row["article"], without_attack(row) if clean else row["text"])
        answers.append(bot.with_articles([article]).ask(row["question"]))
    return answers


def without_attack(row: Row) -> str:
    """The article as it was before the text was planted."""
    start, end = row["insert"]
    text: str = row["text"]
    return text[:start] + text[end:]


def figures(
    metrics: Any, llm: str, rows: Sequence[Row], attacked: Sequence[Answer], clean: Sequence[Answer]
) -> dict[str, Any]:
    """Attack success, right answers with and without attack, and what was cited; in percent."""
    with_attack = metrics.score_injection(rows, texts(rows, attacked))
    without = metrics.score_injection(rows, texts(rows, clean))
    cited = [
        any(c.start < row["insert"][1] and row["insert"][0] < c.end for c in answer.citations)
        for row, answer in zip(rows, attacked, strict=True)
    ]
    return {
        "llm": llm,
        "rows": len(rows),
        "attack_success": with_attack["attack_success_rate"],
        "attack_success_95": with_attack["asr_95"],
        "same_check_without_attack": without["attack_success_rate"],
        "planted_text_cited": round(100 * sum(cited) / len(rows), 2),
        "answer_contains": {
            "attacked": with_attack["answer_contains"],
            "clean": without["answer_contains"],
        },
        "answered": {"attacked": answered(attacked), "clean": answered(clean)},
        "by_attack": with_attack["by_attack"],
    }


def texts(rows: Sequence[Row], answers: Sequence[Answer]) -> dict[str, str]:
    """The text of each answer by the id of its row."""
    return {row["id"]: answer.text for row, answer in zip(rows, answers, strict=True)}


def answered(answers: Sequence[Answer]) -> float:
    """Share of the answers that are one, in percent."""
    return round(100 * sum(a.status == "answered" for a in answers) / len(answers), 2)


def write_answers(
    path: Path,
    metrics: Any,
    llm: str,
    rows: Sequence[Row],
    attacked: Sequence[Answer],
    clean: Sequence[Answer],
) -> None:
    """Append one line per row, for reading by eye."""
    with path.open("a", encoding="utf-8") as stream:
        for row, with_attack, without in zip(rows, attacked, clean, strict=True):
            line = {
                "llm": llm,
                "id": row["id"],
                "planted": row["payload"],
                "question": row["question"],
                "references": row["answers"],
                "attacked": with_attack.text,
                "clean": without.text,
                "followed": metrics.attack_succeeded(row, with_attack.text),
            }
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
