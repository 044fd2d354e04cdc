"""The weights of hybrid retrieval: R@1 and R@5 for several, on articles outside the public sets.

    python benchmarks/fusion.py --data ../shared/data

Asks questions of ``squad11_extra_articles.jsonl``, each of its own article, and fuses the two
rankings in every way; ``index/retriever.py`` holds the choice.
"""

import argparse
import itertools
import random
import sys
from pathlib import Path

# A script's own folder is on the path, its parent is not.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.data import covers, squad_tasks
from bot.build import load_embeddings
from index.retriever import CANDIDATES, fuse
from index.store import ArticleStore

_WEIGHTS: tuple[tuple[float, float], ...] = (
    (1, 0),
    (0, 1),
    (1, 1),
    (1.5, 1),
    (2, 1),
    (3, 1),
    (1, 2),
)
_RRF_K = (10, 60)


def main() -> None:
    """Rank once, fuse in every way, print a row for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=60, help="of each article, at most")
    arguments = parser.parse_args()
    rng = random.Random(0)
    embeddings = load_embeddings("minilm")
    hits: dict[tuple[tuple[float, float], int], list[tuple[bool, bool]]] = {}
    for task in squad_tasks(arguments.data / "squad11_extra_articles.jsonl"):
        with ArticleStore(embeddings) as store:
            store.add_articles([task.article])
            count = min(arguments.questions, len(task.questions))
            for question in rng.sample(task.questions, count):
                lexical = store.rank_lexical(question.text, CANDIDATES)
                dense = store.rank_dense(question.text, CANDIDATES)
                for setting in itertools.product(_WEIGHTS, _RRF_K):
                    (weight_lexical, weight_dense), rrf_k = setting
                    ranking = fuse(lexical, dense, weight_lexical, weight_dense, rrf_k)
                    found = store.passages(ranking[:5])
                    first, any_of_5 = (covers(f, question.spans) for f in (found[:1], found))
                    hits.setdefault(setting, []).append((first, any_of_5))
    print("lexical  dense  rrf_k   R@1   R@5")
    for ((weight_lexical, weight_dense), rrf_k), row in hits.items():
        at_1, at_5 = (100 * sum(column) / len(row) for column in zip(*row, strict=True))
        print(f"{weight_lexical:7}  {weight_dense:5}  {rrf_k:5}  {at_1:4.1f}  {at_5:4.1f}")


if __name__ == "__main__":
    main()
