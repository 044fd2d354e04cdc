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


# What only Markdown writes, and lists, which plain text has too.
_SURE_SIGN = re.compile(
    r" {0,3}#{1,6} +\S"  # a heading
    r"|.*(?<![*\w])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*(?![*\w])"  # strong
    r"|.*(?<!!)\[[^\[\]\n]+\]\((?:https?://|mailto:|[./#])[^()\s]*\)"  # a link
    r"| {0,3}(?:```|~~~)"  # code
    r"|[ |:]*-{3,}[ :]*\|[-|: ]*$"  # the line below the head of a table
)
_LIST_SIGN = re.compile(r" {0,3}(?:[-*+]|\d{1,3}[.)]) +\S")
_FEWEST_SIGNS = 2


def is_markdown(text: str) -> bool:
    """Whether a text of unknown kind is clearly Markdown: signs of it in several lines.

    Lists count only beside a heading, a link or the like: plain text has them as well.
    """
    lines = text.splitlines()
    sure = sum(_SURE_SIGN.match(line) is not None for line in lines)
    listed = sum(_LIST_SIGN.match(line) is not None for line in lines)
    return sure > 0 and sure + listed >= _FEWEST_SIGNS


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
    _Writer(document).write(parser.parse(_COMMENT.sub("", text)))
    return document


class _Writer:
    """Adds the blocks of a Markdown token stream to a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._heading = 0
        self._mark = ""
        self._numbers: list[int | None] = []  # of each open list; None for bullets
        self._cells: list[str] | None = None

    def write(self, tokens: list["Token"]) -> None:
        """Add everything in ``tokens``."""
        for token in tokens:
            if token.type == "inline":
                self._words(_inline(token))
            elif token.type in ("fence", "code_block"):
                self._document.paragraph(token.content)
            elif token.type == "html_block":
                self._document.paragraph(_without_tags(token.content))
            elif token.nesting == 1:
                self._open(token)
            elif token.nesting == -1:
                self._close(token)

    def _open(self, token: "Token") -> None:
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                start = token.attrGet("start")
                self._numbers.append(1 if start is None else int(start))
            case "list_item_open":
                number = self._numbers[-1]
                self._mark = "- " if number is None else f"{number}. "
                self._numbers[-1] = None if number is None else number + 1
            case "tr_open":
                self._cells = []

    def _close(self, token: "Token") -> None:
        match token.type:
            case "heading_close":
                self._heading = 0
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "tr_close":
                self._document.row(self._cells or ())
                self._cells = None

    def _words(self, words: str) -> None:
        if self._cells is not None:
            self._cells.append(words)
        elif self._heading:
            if self._heading == 1 and not self._document.title:
                self._document.title = words
            self._document.heading(words, self._heading)
        elif self._numbers:
            self._document.line(self._mark + words)
            self._mark = ""
        else:
            self._document.paragraph(words)


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
