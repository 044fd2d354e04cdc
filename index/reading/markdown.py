"""Markdown: headings become entries, marks of emphasis, links and code are removed."""

import html
import re
from typing import TYPE_CHECKING

from index.reading.document import Document
from index.reading.encoding import decode
from index.types import Article

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_FIELD = re.compile(r"^(title|author|date|language|lang)[ \t]*:[ \t]*(.+)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[\w-]+\]:?")


def read_markdown(data: bytes, name: str) -> Article:
    """Read a Markdown file.

    Raises:
        ReadError: ``data`` cannot be decoded.
    """
    decoded = decode(data, name)
    document = markdown_document(decoded.text)
    document.metadata.update(decoded.metadata)
    return document.article()


def markdown_document(text: str) -> Document:
    """Blocks of a Markdown text (CommonMark with tables); the title is its first level 1."""
    from markdown_it import MarkdownIt

    document = Document()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if front := _FRONT_MATTER.match(text):
        fields = {key: value.strip().strip("\"'") for key, value in _FRONT_FIELD.findall(front[1])}
        document.title = fields.pop("title", "")
        fields["language"] = fields.pop("lang", "") or fields.get("language", "")
        document.describe(**fields)
        text = text[front.end() :]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    _add_blocks(document, parser.parse(_COMMENT.sub("", text)))
    return document


def _add_blocks(document: Document, tokens: list["Token"]) -> None:
    level = 0
    marks: list[str] = []
    counters: list[int | None] = []
    cells: list[str] = []
    in_cell = False
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1])
            case "heading_close":
                level = 0
            case "bullet_list_open":
                counters.append(None)
            case "ordered_list_open":
                counters.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                counters.pop()
            case "list_item_open":
                number = counters[-1]
                marks.append("- " if number is None else f"{number}. ")
                counters[-1] = None if number is None else number + 1
            case "tr_open":
                cells = []
            case "tr_close":
                document.line(" | ".join(cell for cell in cells if cell))
            case "th_open" | "td_open":
                in_cell = True
            case "th_close" | "td_close":
                in_cell = False
            case "fence" | "code_block":
                document.paragraph(token.content)
            case "html_block":
                document.paragraph(_without_tags(token.content))
            case "inline":
                words = _inline(token)
                if in_cell:
                    cells.append(words)
                elif level:
                    if level == 1 and not document.title:
                        document.title = words
                    document.heading(words, level)
                elif counters:
                    document.line((marks.pop() if marks else "") + words)
                else:
                    document.paragraph(words)


def _without_tags(markup: str) -> str:
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup)))


def _inline(token: "Token") -> str:
    parts = []
    for child in token.children or []:
        if child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or _BREAK.fullmatch(child.content):
            parts.append("\n")
        elif child.type != "html_inline":
            parts.append(child.content)
    return _FOOTNOTE.sub("", "".join(parts)).strip()
