"""RSS and Atom feeds: every entry is an article."""

from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from index.errors import ReadError
from index.reading.archive import parse_xml
from index.reading.document import Document, one_line
from index.reading.encoding import decode
from index.reading.markup import add_markup, parse_html
from index.reading.web import slug
from index.types import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROOTS = frozenset(("rss", "feed", "rdf"))
_DATES = ("pubdate", "published", "date", "updated")
# Where the words of an entry are, the fullest first.
_BODIES = ("encoded", "content", "description", "summary")


def read_feed(data: bytes, name: str, charset: str = "") -> Iterator[Article]:
    """Read the entries of a feed; those without words are left out.

    Raises:
        ReadError: It is no feed, or no entry has words.
    """
    text = decode(data, name, charset).text
    start = text.find("?>") + 2 if text.lstrip().startswith("<?xml") else 0
    root = parse_xml(text[start:].encode("utf-8", "replace"), name)
    if _local(root) not in _ROOTS:
        raise ReadError(f"{name!r} is XML of an unknown kind, no RSS or Atom feed: save it as text")
    site = root.findtext("{*}channel/{*}title") or root.findtext("{*}title") or ""
    found = False
    for entry in root.iter("{*}item", "{*}entry"):
        article = _entry(entry, site)
        if article.text:
            found = True
            yield article
    if not found:
        raise ReadError(f"{name!r} has no text: its entries are empty")


def _entry(entry: "_Element", site: str) -> Article:
    document = Document()
    fields = {_local(child): child for child in reversed(entry)}
    title = fields.get("title")
    document.title = _words(title) if title is not None else ""
    for body in _BODIES:
        if body in fields and (markup := _markup(fields[body])):
            tree = parse_html(markup)
            if tree is not None:
                add_markup(document, tree)
            break
    url = _link(entry)
    author = fields.get("author", fields.get("creator"))
    dated = next((fields[key] for key in _DATES if key in fields), None)
    document.describe(
        url=url, site=site, author=_words(author) if author is not None else None,
        date=_date(dated.text or "") if dated is not None else None,
    )  # fmt: skip
    identifier = slug(url) if "://" in url else one_line(document.title)[:120] or "entry"
    return replace(document.article(), id=identifier, source=url)


def _local(element: "_Element") -> str:
    """An element's name without its namespace, in lower case."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _words(element: "_Element") -> str:
    tree = parse_html(_markup(element) or " ")
    return one_line(tree.text_content()) if tree is not None else ""


def _markup(element: "_Element") -> str:
    """The HTML an element holds, escaped in it or as elements below it."""
    from lxml import etree

    if len(element):
        inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
        return ((element.text or "") + inner).strip()
    return (element.text or "").strip()


def _link(entry: "_Element") -> str:
    for link in entry.iterfind("{*}link"):
        target = link.get("href") if link.get("rel", "alternate") == "alternate" else None
        if target or link.text:
            return (target or link.text or "").strip()
    return (entry.findtext("{*}guid") or entry.findtext("{*}id") or "").strip()


def _date(text: str) -> str:
    """The day in ISO form, whichever of the two usual forms it is given in."""
    text = text.strip()
    if text[:4].isdigit():
        return text[:10]
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (TypeError, ValueError, IndexError):
        return text
