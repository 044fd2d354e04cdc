"""Measure reading on public sets: python -m benchmarks.reading --data ../shared/data.

Prints one line per set: HTML extraction and segments F1, share of encodings decoded exactly,
outcomes on odd PDFs, how often the words of a reference answer are in the text of a PDF, ours
beside plain pypdf, and outcomes of hostile strings as question, title and article.
"""

import argparse
import gzip
import hashlib
import io
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.data import json_lines, load_metrics
from bot import Answer, Bot, Config
from bot.build import build_bot
from bot.page.payload import answer_payload, article_payload
from index.errors import ArticleBotError, ReadError
from index.reading import read, read_bytes, read_text
from index.reading.encoding import decode
from index.types import Article

Row = dict[str, Any]
_FERRY = "The ferry left the harbour at nine. It came back at six."


def main() -> None:
    """Run the chosen measurements and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--only", choices=sorted(MEASURES), nargs="*", default=None)
    arguments = parser.parse_args()
    score = load_metrics(arguments.data)
    for name in arguments.only or MEASURES:
        started = time.perf_counter()
        figures = MEASURES[name](arguments.data, score)
        print(f"{name:16} {figures}  ({time.perf_counter() - started:.1f} s)", flush=True)


def page_text(data: Path, row: Row) -> str:
    """The text read from a saved page, "" when it was refused."""
    html = gzip.decompress((data / row["html"]).read_bytes())
    try:
        return "\n\n".join(article.text for article in read_bytes(html, f"{row['id']}.html"))
    except ReadError:
        return ""


def html_extraction(data: Path, score: ModuleType) -> str:
    """F1 over 4-word shingles against the true text of news pages."""
    pages = list(json_lines(data / "html_extraction.public.jsonl"))
    figures = score.html_scores([(row["text"], page_text(data, row)) for row in pages])
    return "F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}  pages {pages}".format(
        **figures
    )


def html_segments(data: Path, score: ModuleType) -> str:
    """Wanted and unwanted segments in pages of several languages."""
    pages = list(json_lines(data / "html_segments.public.jsonl"))
    figures = score.segment_scores(pages, {row["id"]: page_text(data, row) for row in pages})
    return "F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}  pages {pages}".format(
        **figures
    )


def encodings(data: Path, score: ModuleType) -> str:
    """Files whose decoded text is exactly the reference."""
    files = list(json_lines(data / "encodings.public.jsonl"))
    wrong = []
    for row in files:
        decoded = decode((data / row["file"]).read_bytes(), row["id"])
        if hashlib.sha256(decoded.text.encode("utf-8")).hexdigest() != row["sha256_utf8"]:
            wrong.append(f"{row['id']} as {decoded.encoding}{' (told)' if decoded.note else ''}")
    exact = len(files) - len(wrong)
    return f"exact {exact}/{len(files)} = {exact / len(files):.1%}  wrong: {'; '.join(wrong)}"


def pdf_edge(data: Path, score: ModuleType) -> str:
    """Odd PDFs: read, refused with one line, or crashed; the slowest one."""
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    for row in json_lines(data / "pdf_edge.jsonl"):
        started = time.perf_counter()
        try:
            read(data / row["pdf"])
            outcomes["read"] += 1
        except ReadError as error:
            outcomes["refused" if "\n" not in str(error) else "several lines"] += 1
        except Exception as error:  # a crash is what is counted here
            outcomes[f"crashed with {type(error).__name__}"] += 1
        slowest = max(slowest, (time.perf_counter() - started, row["id"]))
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    return f"{counts}  slowest {slowest[0]:.2f} s ({slowest[1]})"


def naughty_strings(data: Path, score: ModuleType) -> str:
    """Hostile strings as question, as title and as text: answered, refused in one line, crashed."""
    bot = build_bot(Config(llm="none"), articles=[read_text(_FERRY)])
    crashes: list[str] = []
    outcomes: Counter[str] = Counter()
    strings = list(json_lines(data / "naughty_strings.jsonl"))
    for row in strings:
        text = row["text"]
        for use, ask in _USES.items():
            try:
                json.dumps(answer_payload(ask(bot, text)), allow_nan=False).encode("utf-8")
                outcomes[f"{use} answered"] += 1
            except ArticleBotError as error:
                outcomes[f"{use} refused" if "\n" not in str(error) else "several lines"] += 1
            except Exception as error:  # a crash is what is counted here
                crashes.append(f"{row['id']} as {use}: {type(error).__name__}")
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    return f"crashes {len(crashes)} of {3 * len(strings)} {crashes[:5]}  {counts}"


def _ask_of(bot: Bot, article: Article) -> Answer:
    json.dumps(article_payload(article), allow_nan=False).encode("utf-8")
    return bot.with_articles([article]).ask("When did the ferry leave the harbour?")


_USES: dict[str, Callable[[Bot, str], Answer]] = {
    "question": lambda bot, text: bot.ask(text),
    "title": lambda bot, text: _ask_of(bot, read_text(_FERRY, title=text)),
    "text": lambda bot, text: _ask_of(bot, read_text(text)),
}


def pdf_articles(data: Path, score: ModuleType) -> str:
    """Token recall of reference answers in the best window of the text, ours and pypdf's."""
    import pypdf

    ours: list[float] = []
    plain: list[float] = []
    seconds = pypdf_seconds = 0.0
    for row in json_lines(data / "pdf_articles.public.jsonl"):
        content = (data / row["pdf"]).read_bytes()
        started = time.perf_counter()
        (article,) = read_bytes(content, "paper.pdf")
        seconds += time.perf_counter() - started
        started = time.perf_counter()
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = "\n".join(page.extract_text() for page in pages)
        pypdf_seconds += time.perf_counter() - started
        for question in row["questions"]:
            for answer in question["answers"][:1]:
                ours.append(best_window(score, article.text, answer))
                plain.append(best_window(score, text, answer))
    ratio = seconds / pypdf_seconds
    return (
        f"answer words in the best window: ours {sum(ours) / len(ours):.4f}, "
        f"pypdf {sum(plain) / len(plain):.4f}; time ratio {ratio:.2f}  questions {len(ours)}"
    )


def best_window(score: ModuleType, text: str, answer: str) -> float:
    """Largest share of the answer's words found in a window three times its length."""
    wanted = Counter(score.tokens(answer))
    words = score.tokens(text)
    size = max(30, 3 * sum(wanted.values()))
    best = 0
    for start in range(0, max(1, len(words) - size // 2), max(1, size // 3)):
        best = max(best, sum((wanted & Counter(words[start : start + size])).values()))
    return best / max(1, sum(wanted.values()))


MEASURES = {
    "html_extraction": html_extraction,
    "html_segments": html_segments,
    "encodings": encodings,
    "pdf_edge": pdf_edge,
    "pdf_articles": pdf_articles,
    "naughty_strings": naughty_strings,
}

if __name__ == "__main__":
    main()
