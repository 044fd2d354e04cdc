"""A tree of HTML elements as blocks, for markup that is an article from end to end.

Used for the chapters of an EPUB, the entries of a feed and the bodies of mails; a page of
the Web, with its menus and notices, goes through `index.reading.html` first.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from index.reading.document import Document, one_line

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = frozenset((
    "script", "style", "template", "noscript", "head", "iframe", "object", "embed", "svg", "math",
    "button", "select", "option", "textarea", "nav", "audio", "video", "canvas",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup",
    "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul", "caption", *_HEADINGS))  # fmt: skip
_ZERO = r"0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
_INVISIBLE_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![\w-])opacity\s*:\s*" + _ZERO
    + r"|font-size\s*:\s*" + _ZERO
    + r"|(?:left|right|top|text-indent|margin-left)\s*:\s*-\d{3,}"
    + r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)  # fmt: skip
_NO_SPACE = re.compile(r"(?:max-)?(?:height|width)\s*:\s*" + _ZERO, re.IGNORECASE)
_CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_COLOR = re.compile(r"(?<![\w-])(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)
# Below this depth text is taken as it comes.
_MAX_DEPTH = 200


def parse_html(markup: str) -> HtmlElement | None:
    """The tree of an HTML text, None when it holds no element."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def is_hidden(element: HtmlElement) -> bool:
    """Whether the element's own attributes keep it from being shown."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (element.tag == "input" and element.get("type") == "hidden")
        or is_invisible(element.get("style") or "")
    )


def is_invisible(style: str) -> bool:
    """Whether CSS declarations hide what they are for, or paint it in its background's colour."""
    if not style:
        return False
    if _INVISIBLE_STYLE.search(style) or (_NO_SPACE.search(style) and _CLIPPED.search(style)):
        return True
    colors = {key.lower()[:10]: _color(value) for key, value in _COLOR.findall(style)}
    ink = colors.get("color")
    return ink is not None and (ink == "transparent" or ink == colors.get("background"))


def _color(value: str) -> str:
    """A colour in one spelling, as far as hiding text goes."""
    value = value.strip().lower()
    if re.fullmatch("#[0-9a-f]{3}", value):
        value = "#" + "".join(digit * 2 for digit in value[1:])
    return {"#ffffff": "white", "rgb(255,255,255)": "white", "#000000": "black"}.get(
        value.replace(" ", ""), value
    )


def add_markup(document: Document, root: HtmlElement) -> None:
    """Add the visible text below ``root`` to ``document``, block by block."""
    _Walker(document).walk(root)


class _Walker:
    """Collects words until a block ends, then adds them as what that block is."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words: list[str] = []

    def walk(self, root: HtmlElement) -> None:
        self._visit(root, 0)
        self._flush()

    def _visit(self, element: HtmlElement, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED or is_hidden(element):
            return
        if tag == "br":
            self._words.append("\n")
        elif depth > _MAX_DEPTH:
            self._words.append(element.text_content().replace("\n", " "))
        elif tag == "tr":
            self._flush()
            self._document.row(_cells(element))
        elif tag == "pre":
            self._flush()
            self._document.paragraph(element.text_content())
        elif tag in _HEADINGS:
            self._flush()
            self._document.heading(element.text_content(), _HEADINGS[tag])
        elif tag in _BLOCKS:
            self._flush()
            self._children(element, depth)
            self._flush(element)
        else:
            self._children(element, depth)

    def _children(self, element: HtmlElement, depth: int) -> None:
        if element.text:
            self._words.append(element.text.replace("\n", " "))
        for child in element:
            self._visit(child, depth + 1)
            if child.tail:
                self._words.append(child.tail.replace("\n", " "))

    def _flush(self, block: HtmlElement | None = None) -> None:
        lines = [one_line(line) for line in "".join(self._words).split("\n")]
        text = "\n".join(line for line in lines if line)
        self._words.clear()
        if block is not None and block.tag == "li" and text:
            self._document.line(f"- {text}")
        elif text:
            self._document.paragraph(text)


def _cells(row: HtmlElement) -> Iterator[str]:
    for cell in row.iter("td", "th"):
        if not is_hidden(cell) and (words := one_line(cell.text_content())):
            yield words
