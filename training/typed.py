"""How the reader does on questions as people type them, over held-out articles.

    python -m training.typed --data ../shared/data

The 840 questions of ``typed_questions.jsonl`` were written by this project over 120 paragraphs of
five articles that no training has seen, without the reader in the loop; 480 are answered by their
paragraph. A question may be answered by another paragraph of the article, so each is asked of its
own alone. Prints how well the score tells answers from their absence (AUC), F1 of the spans where
the reader may not refuse, and for levels of strictness the shares answered and refused.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.data import load_metrics
from bot.config import Config
from bot.reader import MODEL_PATH, OnnxReader
from training.corpus import HARD_SOURCE, load_corpus

TYPED_FILE = Path(__file__).with_name("typed_questions.jsonl")
_STRICTNESS = (0.06, 0.12, 0.18, Config().strictness)


def typed_figures(data: Path, reader: OnnxReader) -> dict[str, object]:
    """AUC, F1 of the spans, and the shares answered and refused by strictness, in percent.

    Raises:
        CorpusError: A source of the paragraphs is missing.
    """
    metrics = load_metrics(data)
    scores: list[float] = []
    shares: list[float] = []
    answerable: list[bool] = []
    f1: list[float] = []
    for context in load_corpus(data, TYPED_FILE):
        for question in (q for q in context.questions if q.source == HARD_SOURCE):
            (found,) = reader.read(question.text, [context.text])
            scores.append(found.score)
            shares.append(reader.confidence(found.score, 1))
            answerable.append(bool(question.answers))
            if question.answers:
                golds = [context.text[start:end] for start, end in question.answers]
                f1.append(metrics.f1(context.text[found.start : found.end], golds))
    score, confidence, has = np.array(scores), np.array(shares), np.array(answerable)
    return {
        "answerable": int(has.sum()),
        "unanswerable": int((~has).sum()),
        "auc": round(float((score[has][:, None] > score[~has][None, :]).mean()), 4),
        "f1": round(100 * float(np.mean(f1)), 1),
        "strictness": {
            level: {
                "answered": round(100 * float((confidence[has] >= level).mean()), 1),
                "refused": round(100 * float((confidence[~has] < level).mean()), 1),
            }
            for level in _STRICTNESS
        },
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and score.py")
    parser.add_argument("--reader", type=Path, default=MODEL_PATH, help="an exported reader")
    arguments = parser.parse_args()
    figures = typed_figures(arguments.data, OnnxReader(arguments.reader))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
