"""What a visitor does with the drawer of articles, and two articles for it."""

from typing import Any

from browsing import Visitor

COMET = "The comet\n\nThe comet Hale was found in 1995 by Anna Berg. It faded in 1997."
RIVER = "The river Oda is 812 km long. It rises near Tamsel."
WHO, HOW_LONG = "Who found the comet Hale?", "How long is the river Oda?"


def drawer(visitor: Visitor) -> Any:
    """The drawer, opened."""
    found = visitor.page.locator(".ab-library")
    if not found.is_visible():
        visitor.page.click("[data-do=library]")
    return found


def titles(visitor: Visitor) -> list[str]:
    return list(drawer(visitor).locator(".ab-item[data-id] .ab-talk-title").all_inner_texts())


def picked(visitor: Visitor) -> list[str]:
    items = drawer(visitor).locator(".ab-item[data-id]:has(input:checked) .ab-talk-title")
    return list(items.all_inner_texts())


def add(visitor: Visitor, text: str) -> None:
    """Add a text from the drawer."""
    drawer(visitor).locator("[data-do=add]").click()
    visitor.page.fill("#ab-source", text)
    visitor.page.click("[data-do=read]")
    visitor.settled()


def upload(visitor: Visitor, name: str, data: bytes) -> None:
    drawer(visitor).locator("[data-do=add]").click()
    visitor.page.set_input_files(
        ".ab-opener input[type=file]",
        {"name": name, "mimeType": "application/octet-stream", "buffer": data},
    )


def close(visitor: Visitor) -> None:
    visitor.page.locator(".ab-library [data-do=close]").click()


def heard(visitor: Visitor, words: str) -> None:
    """Wait until screen readers have been told so inside the drawer."""
    visitor.page.wait_for_function(
        """(words) => [...document.querySelectorAll('.ab-library [role=status]')]
        .some((node) => node.textContent.includes(words))""",
        arg=words,
    )


def asking(visitor: Visitor) -> str:
    return str(visitor.page.locator(".ab-composer .ab-asking").inner_text())


def remove(visitor: Visitor, title: str) -> None:
    drawer(visitor).get_by_role("button", name=f"Remove “{title}”").click()
    visitor.page.locator(".ab-library .ab-undo:visible").wait_for()
