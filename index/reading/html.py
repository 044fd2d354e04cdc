"""Pages of the Web: the main article only, with its headings and what is known about it."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from index.errors import ReadError
from index.reading.document import Document, one_line
from index.reading.encoding import decode
from index.reading.markup import is_hidden, is_invisible, parse_html
from index.types import Article

_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SIMPLE_SELECTOR = re.compile(r"[a-z]*([.#])([A-Za-z_][\w-]*)")
_LEVEL = re.compile(r"h([1-6])")
_KEPT = frozenset(("html", "body", "main", "article"))
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
_SUBSCRIBE = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|to continue reading|subscribers? only"
    r"|already a subscriber|this (?:article|content|story) is (?:for|only)",
    re.IGNORECASE,
)
_SCRIPT_WALL = re.compile(
    r"(?:enable|requires?|need|turn on|activate)\W+(?:\w+\W+){0,3}javascript"
    r"|javascript\W+(?:\w+\W+){0,3}(?:disabled|required|enable)",
    re.IGNORECASE,
)
# A private character that stands for a line break while those of the page's source are taken away.
_BREAK = "\ue000"
# Up to so many characters a text is nothing, a stub of an article, or its free preview.
_SHELL_CHARACTERS = 80
_STUB_CHARACTERS = 250
_PREVIEW_CHARACTERS = 1500


def read_html(data: bytes, name: str, charset: str = "", url: str = "") -> Article:
    """Read a page, saved or fetched.

    Args:
        data: The page.
        name: What to call it in an error.
        charset: The charset the server named.
        url: Its address, which helps to find the date.

    Raises:
        ReadError: There is no article on the page; the message says why.
    """
    decoded = decode(data, name, charset)
    document = html_document(decoded.text, name, url)
    document.metadata.update(decoded.metadata)
    document.describe(url=url)
    return document.article()


def html_document(markup: str, name: str, url: str = "") -> Document:
    """The article on a page as blocks.

    Raises:
        ReadError: The page is an empty shell, asks for a subscription, or has no text.
    """
    tree = parse_html(markup)
    if tree is None:
        raise ReadError(f"{name!r} has no text: the page is empty")
    language = (tree.get("lang") or tree.get("xml:lang") or "")[:2].lower()
    _remove_hidden(tree)
    document = Document()
    found = _extract(etree.tostring(tree, encoding="unicode", method="html"), url)
    if found is not None:
        document.title = found.title or ""
        document.describe(
            author=found.author, date=found.date, site=found.sitename or found.hostname,
            description=found.description, language=found.language or language,
        )  # fmt: skip
        _add_body(document, found.body)
    _refuse_stub(document, markup, tree, name)
    return document


def _extract(markup: str, url: str) -> Any:
    from trafilatura import bare_extraction

    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return bare_extraction(
        markup, url=url or None, favor_precision=True, include_comments=False, with_metadata=True
    )


def _remove_hidden(tree: HtmlElement) -> None:
    """Drop what a browser would not show: by attribute, inline style or a plain style rule."""
    classes, ids = _hidden_names(tree)
    for element in list(tree.iter()):
        if element.tag in _KEPT or not isinstance(element.tag, str) or element.getparent() is None:
            continue
        names = set((element.get("class") or "").split())
        hidden = is_hidden(element) or names & classes or element.get("id") in ids
        if hidden or element.tag == "template":
            element.drop_tree()


def _hidden_names(tree: HtmlElement) -> tuple[set[str], set[str]]:
    classes: set[str] = set()
    ids: set[str] = set()
    for style in tree.iter("style"):
        for selectors, body in _plain_rules(style.text or ""):
            if not is_invisible(body):
                continue
            for selector in selectors.split(","):
                if match := _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                    (classes if match[1] == "." else ids).add(match[2])
    return classes, ids


def _plain_rules(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold always, not only in print or the like."""
    depth = 0
    head = ""
    for part in re.split(r"([{}])", _CSS_COMMENT.sub("", css)):
        if part == "{":
            depth += 1
        elif part == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            head = part
        elif depth == 1 and "@" not in head:
            yield head, part


def _add_body(document: Document, body: Any) -> None:
    """Add the blocks of trafilatura's own small markup, and the bare text between them."""
    document.paragraph(one_line(body.text or ""))
    for element in body:
        match element.tag:
            case "head":
                level = _LEVEL.search(element.get("rend") or "")
                document.heading(_words(element), int(level[1]) if level else 2)
            case "list":
                for item in element.iter("item"):
                    if words := "".join(_own_text(item)).strip():
                        document.line(f"- {words}")
            case "table":
                for row in element.iter("row"):
                    document.row(_words(cell) for cell in row.iter("cell"))
            case "quote" if len(element):
                _add_body(document, element)
            case _:
                document.paragraph(_lines(element))
        document.paragraph(one_line(element.tail or ""))


def _words(element: Any) -> str:
    return "".join(element.itertext())


def _own_text(item: Any) -> list[str]:
    """Text of a list item without the lists inside it, whose items are lines of their own."""
    texts = [item.text or ""]
    for child in item:
        if child.tag != "list":
            texts += child.itertext()
            texts.append(" " if child.tag in ("p", "lb") else "")
        texts.append(child.tail or "")
    return texts


def _lines(element: Any) -> str:
    """Text of a paragraph, a line break only where the page shows one."""
    for mark in element.iter("lb"):
        mark.text = _BREAK
    text = "".join(element.itertext())
    lines = text.replace(_BREAK, "\n") if element.tag == "code" else text.replace("\n", " ")
    return "\n".join(one_line(line) for line in re.split(f"[\n{_BREAK}]", lines)).strip()


def _refuse_stub(document: Document, markup: str, tree: HtmlElement, name: str) -> None:
    """Refuse a page that keeps its article back; tell of one that may show only its beginning."""
    text = document.article().text
    walled = len(text) < _PREVIEW_CHARACTERS and (
        _NOT_FREE.search(markup) or _SUBSCRIBE.search(tree.text_content())
    )
    if walled and len(text) < _STUB_CHARACTERS:
        raise ReadError(
            f"{name!r} is behind a paywall: open it where you may read it and save the page"
        )
    asks_for_script = _SCRIPT_WALL.search(text if len(text) > _SHELL_CHARACTERS else markup)
    if asks_for_script and len(text) < _STUB_CHARACTERS:
        raise ReadError(
            f"{name!r} shows its text only with JavaScript: save the page from a browser"
        )
    if not text and next(tree.iter("script"), None) is not None:
        raise ReadError(
            f"{name!r} has no text: it is filled in by JavaScript; save the page from a browser"
        )
    if not text:
        raise ReadError(f"{name!r} has no text: no article was found on the page; paste the text")
    if walled:
        document.describe(notice="this may be only the free preview of an article")
