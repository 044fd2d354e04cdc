"""What tests of the page share: a visitor who opens articles and asks, without a browser."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.page.events import TurnState, ask
from bot.page.opening import library, open_article
from bot.page.visit import Visit

QUESTION = "When did Chang'e 5 come back to Earth?"
COMET = "The comet\n\nThe comet Hale was found in 1995 by Anna Berg. It faded in 1997."
LONG = "\n\n".join(f"In {y} the comet of {y} was seen." * 9 for y in range(1000, 1600))


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def opened(visit: Visit, uploads: Path, **request: Any) -> list[Mapping[str, Any]]:
    return list(open_article(visit, {"request": 1, **request}, uploads, allow_private=False))


def listed(visit: Visit) -> list[tuple[str, bool]]:
    return [(row["id"], row["own"]) for row in library(visit)]


def asked(visit: Visit, question: str, *articles: str) -> TurnState:
    *_, final = ask(visit, {"turn": "t", "question": question, "articles": list(articles)})
    return final
