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
# Classes by which style sheets everywhere hide text from the eye.
_UNSEEN_CLASSES = frozenset((
    "sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only",
))  # fmt: skip
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_ZERO = r"0?(?:\.0+)?0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
_FAR = r"(?:[5-9]\d{3}|\d{5,})(?:\.\d+)?px"
_INVISIBLE_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|(?<![\w-])opacity\s*:\s*(?:0?\.0\d*|[0-4](?:\.\d+)?%|" + _ZERO + r")"
    r"|opacity\(\s*0?(?:\.0\d*|%)?\s*\)|opacity\(\s*0(?:\.0+)?%?\s*\)"
    r"|font-size\s*:\s*(?:" + _ZERO + r"|[01]?(?:\.\d+)?p[xt]\b|0?\.0\d*r?em\b|\d(?:\.\d+)?%)"
    r"|(?<![\w-])(?:left|right|top|text-indent|margin-left)\s*:\s*-\d{3,}"
    r"|(?:bottom|margin|margin-\w+)\s*:\s*-\d{4,}|(?<![\w-])(?:left|top)\s*:\s*" + _FAR
    + r"|scale[xy]?\(\s*0(?:\.0+)?\s*[,)]|translate(?:[xy]|3d)?\([^)]*-" + _FAR
    + r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)  # fmt: skip
_NO_SPACE = re.compile(
    r"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*(?:1px|" + _ZERO + ")", re.IGNORECASE
)
_CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_NO_INK = re.compile(r"transparent|(?:rgb|hsl)a?\(.*[,/] ?0?(?:\.0+)?0?%?\)|#[0-9a-f]{6}00")
_NAMED_COLORS = {
    "white": ("#ffffff", "rgb(255,255,255)", "rgba(255,255,255,1)"),
    "black": ("#000000", "rgb(0,0,0)", "rgba(0,0,0,1)"),
}
_BACKGROUND_STYLE = re.compile(r"background(?:-color|-image)?\s*:", re.IGNORECASE)
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
    """Whether the element's own attributes, or its colour on its background, hide it."""
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") or "").lower() == "true"
        or (element.tag == "input" and element.get("type") == "hidden")
        or (element.tag == "dialog" and element.get("open") is None)
        or not _UNSEEN_CLASSES.isdisjoint((element.get("class") or "").split())
        or is_invisible(element.get("style") or "")
        or _is_blended(element)
    )


def is_invisible(style: str) -> bool:
    """Whether CSS declarations hide what they are for, or paint it in its background's colour."""
    if not style:
        return False
    style = _CSS_COMMENT.sub("", style)
    if _INVISIBLE_STYLE.search(style) or (_NO_SPACE.search(style) and _CLIPPED.search(style)):
        return True
    values = _declarations(style)
    ink = values.get("-webkit-text-fill-color") or values.get("color")
    if ink is None or "text" in values.get("background-clip", ""):
        return False
    return _NO_INK.fullmatch(ink) is not None or ink in _background(values).split()


def _is_blended(element: HtmlElement) -> bool:
    """Whether the element sets its text in the colour of what it stands on.

    Without any colour set behind it that is white, unless a style sheet may say otherwise.
    """
    ink = _declarations(element.get("style") or "").get("color") or ""
    if element.tag == "font":
        ink = ink or _color(element.get("color") or "")
    if not ink:
        return False
    for behind in (element, *element.iterancestors()):
        values = _declarations(behind.get("style") or "")
        background = _background(values) or _color(behind.get("bgcolor") or "")
        if background:
            return ink in background.split()
    return ink == "white" and not _is_styled(element.getroottree().getroot())


def _is_styled(root: HtmlElement) -> bool:
    sheets = (link for link in root.iter("link") if "stylesheet" in (link.get("rel") or "").lower())
    if next(sheets, None) is not None:
        return True
    return any(_BACKGROUND_STYLE.search(style.text or "") for style in root.iter("style"))


def _declarations(style: str) -> dict[str, str]:
    """Property and value of CSS declarations in lower case, colours in one spelling."""
    found = _DECLARATION.findall(_CSS_COMMENT.sub("", style).lower())
    return {name: _color(value.split("!")[0]) for name, value in found}


def _background(values: dict[str, str]) -> str:
    return values.get("background-color") or values.get("background") or ""


def _color(value: str) -> str:
    """A value in one spelling, as far as colours that hide text go."""
    value = re.sub(r"\s*([,()])\s*", r"\1", value.strip().lower())
    value = re.sub(
        "#[0-9a-f]{3}(?![0-9a-f])",
        lambda match: "#" + "".join(digit * 2 for digit in match[0][1:]),
        value,
    )
    for name, spellings in _NAMED_COLORS.items():
        for spelling in spellings:
            value = value.replace(spelling, name)
    return value


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
        if not is_hidden(cell):
            yield cell.text_content()
