"""Presentations, OpenDocument, rich text, transcripts and feeds."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from index.errors import ReadError
from index.reading import read_bytes
from index.types import Article

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read_one(data: bytes | str, name: str) -> Article:
    (article,) = read_bytes(data.encode("utf-8") if isinstance(data, str) else data, name)
    return article


def headings(article: Article) -> list[tuple[int, str]]:
    return [(h.level, article.text[h.start : h.end]) for h in article.headings]


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def shape(kind: str, *paragraphs: str) -> str:
    words = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    placeholder = f'<p:ph type="{kind}"/>' if kind else ""
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr id='1'/><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>"
        f"<p:txBody>{words}</p:txBody></p:sp>"
    )


def slide(*shapes: str, show: str = "1") -> str:
    inner = "".join(shapes)
    return f"<p:sld xmlns:p='{P}' xmlns:a='{A}' show='{show}'><p:spTree>{inner}</p:spTree></p:sld>"


TABLE = "<a:tbl><a:tr><a:tc><a:p><a:r><a:t>2019</a:t></a:r></a:p></a:tc>"
TABLE += "<a:tc><a:p><a:r><a:t>40</a:t></a:r></a:p></a:tc></a:tr></a:tbl>"
SLIDES = {
    "ppt/presentation.xml": f"<p:presentation xmlns:p='{P}' xmlns:r='{R}'><p:sldIdLst>"
    "<p:sldId r:id='r2'/><p:sldId r:id='r3'/><p:sldId r:id='r1'/></p:sldIdLst></p:presentation>",
    "ppt/_rels/presentation.xml.rels": "<Relationships>"
    "<Relationship Id='r1' Target='slides/slide1.xml'/>"
    "<Relationship Id='r2' Target='slides/slide2.xml'/>"
    "<Relationship Id='r3' Target='/ppt/slides/slide3.xml'/></Relationships>",
    "ppt/slides/slide1.xml": slide(shape("title", "The end"), shape("sldNum", "3"), TABLE),
    "ppt/slides/slide2.xml": slide(shape("ctrTitle", "Ferries"), shape("", "It left.", "At nine.")),
    "ppt/slides/slide3.xml": slide(shape("", "HIDDEN"), show="0"),
    "ppt/slides/_rels/slide2.xml.rels": "<Relationships>"
    "<Relationship Id='r1' Target='../notesSlides/notesSlide1.xml'/></Relationships>",
    "ppt/notesSlides/notesSlide1.xml": f"<p:notes xmlns:p='{P}' xmlns:a='{A}'>"
    + shape("body", "Say hello.")
    + "</p:notes>",
}


def test_slides() -> None:
    article = read_one(zipped(SLIDES), "talk.pptx")
    assert article.text == ("Ferries\n\nIt left.\nAt nine.\nSay hello.\n\nThe end\n\n2019 | 40")
    assert headings(article) == [(1, "Ferries"), (2, "The end")]
    assert article.title == "Ferries"
    assert [article.page(article.text.index(word)) for word in ("nine", "end")] == [1, 3]


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
CONTENT = (
    f"<office:document-content xmlns:office='{OFFICE}:office:1.0' xmlns:text='{OFFICE}:text:1.0' "
    f"xmlns:table='{OFFICE}:table:1.0'><office:body><office:text>"
    "<text:tracked-changes><text:p>DELETED</text:p></text:tracked-changes>"
    "<text:h text:outline-level='1'>A Ferry</text:h>"
    "<text:p>It<text:s/>left<text:tab/>at <text:span>nine</text:span>.<text:line-break/>Over."
    "</text:p>"
    "<text:list><text:list-item><text:p>One</text:p></text:list-item>"
    "<text:list-item><text:p>Two</text:p></text:list-item></text:list>"
    "<table:table><table:table-row><table:table-cell><text:p>2019</text:p></table:table-cell>"
    "<table:table-cell><text:p>40</text:p></table:table-cell></table:table-row></table:table>"
    "</office:text></office:body></office:document-content>"
)
META = (
    '<m xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">'
    "<meta:creation-date>2021-06-14T08:00:00</meta:creation-date></m>"
)
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": CONTENT,
    "meta.xml": META,
}


def test_opendocument() -> None:
    article = read_one(zipped(ODT), "ferry.odt")
    assert article.text == "A Ferry\n\nIt left at nine.\nOver.\n\n- One\n- Two\n\n2019 | 40"
    assert headings(article) == [(1, "A Ferry")]
    assert article.title == "A Ferry"
    assert article.metadata["date"] == "2021-06-14"


def test_opendocument_problems() -> None:
    manifest = "<m><file-entry><encryption-data/></file-entry></m>"
    with pytest.raises(ReadError, match=r"'x\.odt' is protected by a password"):
        read_one(zipped({**ODT, "META-INF/manifest.xml": manifest}), "x.odt")
    sheet = {**ODT, "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
    with pytest.raises(ReadError, match="looks like an OpenDocument file that is no text"):
        read_one(zipped(sheet), "x.ods")
    with pytest.raises(
        ReadError, match="looks like an Excel file: save it as .csv".replace(".", r"\.")
    ):
        read_one(zipped({"xl/workbook.xml": ""}), "x.xlsx")


def test_rich_text() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Times;}}"
        rb"{\colortbl;\red0;}{\*\generator Word}{\info{\title F\'e4hren}{\author Ann Author}"
        rb"{\creatim\yr2021\mo6\dy14\hr8}}{\header HEADER}"
        rb"\pard\outlinelevel0 A Ferry\par\pard It left at {\b nine}, f\'fcr {\f1\'c4\'e0} "
        rb"\u8364? 5 \{x\}\emdash{\v HIDDEN}over.\line Next line.\par"
        rb"\trowd\intbl 2019\cell 40\cell\row\pard The\~end \u-10179?\u-8704?.}"
    )
    article = read_one(rtf, "ferry.rtf")
    assert article.text == (
        "A Ferry\n\nIt left at nine, für Да € 5 {x}—over.\nNext line.\n\n2019 | 40\n\n"
        "The\xa0end \U0001f600."
    )
    assert headings(article) == [(1, "A Ferry")]
    assert (article.title, article.metadata["author"]) == ("Fähren", "Ann Author")
    assert article.metadata["date"] == "2021-06-14"


@pytest.mark.parametrize(
    "broken",
    [
        rb"{\rtf1",
        rb"{\rtf1 }}}}",
        rb"{\rtf1" + b"{" * 50_000 + b"x",
        rb"{\rtf1 \u99999999? \'zz \bin99 x}",
    ],
)
def test_broken_rich_text_never_crashes(broken: bytes) -> None:
    message = ""
    try:
        read_one(broken, "x.rtf")
    except ReadError as error:
        message = str(error)
    assert "\n" not in message


def test_subtitles() -> None:
    srt = (
        "1\r\n00:00:01,000 --> 00:00:03,000\r\n<i>The ferry left</i>\r\n"
        "at nine &amp; on time.\r\n\r\n"
        "2\r\n00:00:03,100 --> 00:00:04,000\r\nIt came back.\r\n\r\n"
        "3\r\n00:01:00,000 --> 00:01:02,000\r\n{\\an8}Much later.\r\n"
    )
    article = read_one(srt, "talk.srt")
    assert article.text == "The ferry left at nine & on time. It came back.\n\nMuch later."


def test_web_captions_with_speakers_and_rolling_lines() -> None:
    vtt = (
        "WEBVTT\n\nNOTE hidden 00:00\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000 align:start\n"
        "<v Ann>Hello there.\n\n00:02.000 --> 00:03.000\n<v Bo>Good day\n\n"
        "00:03.000 --> 00:04.000\nBo: Good day\nto you.\n"
    )
    assert read_one(vtt, "talk.vtt").text == "Ann: Hello there.\n\nBo: Good day to you."
    with pytest.raises(ReadError, match="has no text: no cue has"):
        read_one("WEBVTT\n\nnothing", "x.vtt")


RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Island News</title><item><title>Ferry &amp;amp; piano</title>
<link>https://news.example/2020/ferry.html</link><description>Short.</description>
<content:encoded><![CDATA[<h2>Nine</h2><p>It left at <b>nine</b>.</p>]]></content:encoded>
<dc:creator>Ann</dc:creator><pubDate>Fri, 01 Mar 2019 10:00:00 GMT</pubDate></item>
<item><title>Second</title><guid>x</guid><description>&lt;p&gt;It came back.&lt;/p&gt;</description>
</item><item><title>Empty</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Island</title><entry><title>One</title>
<link rel="self" href="https://a.example/self"/><link href="https://a.example/one"/>
<updated>2020-05-06T07:08:09Z</updated><author><name>Ann</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Words.</p></div></content>
</entry></feed>"""


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "download"])
def test_rss(name: str) -> None:
    first, second = read_bytes(RSS.encode("utf-8"), name)
    assert (first.id, first.title) == ("news.example-2020-ferry", "Ferry & piano")
    assert (first.text, headings(first)) == ("Nine\n\nIt left at nine.", [(2, "Nine")])
    assert first.source == "https://news.example/2020/ferry.html"
    assert dict(first.metadata) == {
        "author": "Ann",
        "date": "2019-03-01",
        "site": "Island News",
        "url": "https://news.example/2020/ferry.html",
    }
    assert (second.id, second.text) == ("Second", "It came back.")


def test_atom() -> None:
    article = read_one(ATOM, "feed.atom")
    assert (article.id, article.title, article.text) == ("a.example-one", "One", "Words.")
    assert article.metadata["date"] == "2020-05-06"


def test_other_xml_is_refused() -> None:
    with pytest.raises(ReadError, match="is XML of an unknown kind"):
        read_one("<?xml version='1.0'?><catalog><book/></catalog>", "x.xml")
    with pytest.raises(ReadError, match="is damaged: it is not well-formed XML"):
        read_one("no xml", "x.xml")
    with pytest.raises(ReadError, match="its entries are empty"):
        read_one("<rss><channel/></rss>", "x.xml")
