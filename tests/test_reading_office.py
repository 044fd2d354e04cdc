"""Word, EPUB and the other documents that are archives or mark-up of their own."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from index.errors import ReadError
from index.reading import read, read_bytes
from index.types import Article


def read_one(data: bytes, name: str) -> Article:
    (article,) = read_bytes(data, name)
    for heading in article.headings:
        words = article.text[heading.start : heading.end]
        assert words == words.strip() != ""
    return article


def headings(article: Article) -> list[tuple[int, str]]:
    return [(h.level, article.text[h.start : h.end]) for h in article.headings]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def saved(document: "docx.document.Document") -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_word() -> None:
    document = docx.Document()
    document.core_properties.title = "Ferries"
    document.core_properties.author = "Ann Author"
    document.core_properties.created = datetime(2021, 6, 14)
    document.add_heading("A Ferry in Winter", 1)
    paragraph = document.add_paragraph("It left at ")
    paragraph.add_run("nine").bold = True
    paragraph.add_run(" in the\tmorning.")
    document.add_heading("The piano", 2)
    document.add_paragraph("Forty people", style="List Bullet")
    document.add_paragraph("One piano", style="List Bullet")
    table = document.add_table(2, 2)
    for row, words in zip(table.rows, [("Year", "People"), ("2019", "4,120")], strict=True):
        row.cells[0].text, row.cells[1].text = words
    document.add_paragraph("The end.")
    article = read_one(saved(document), "ferry.docx")
    assert article.text == (
        "A Ferry in Winter\n\nIt left at nine in the morning.\n\nThe piano\n\n- Forty people\n"
        "- One piano\n\nYear | People\n2019 | 4,120\n\nThe end."
    )
    assert headings(article) == [(1, "A Ferry in Winter"), (2, "The piano")]
    assert (article.id, article.title) == ("ferry", "Ferries")
    assert article.metadata["author"] == "Ann Author"
    assert article.metadata["date"] == "2021-06-14"


def test_word_deleted_and_hidden_text_is_left_out() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Shown")
    paragraph.add_run(" hidden").font.hidden = True
    for tag, words in (("w:ins", " inserted"), ("w:del", " deleted")):
        change = OxmlElement(tag)
        run = OxmlElement("w:r")
        text = OxmlElement("w:delText" if tag == "w:del" else "w:t")
        text.text = words
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    assert read_one(saved(document), "x.docx").text == "Shown inserted"


def test_word_without_text() -> None:
    with pytest.raises(ReadError, match=r"'x\.docx' has no text"):
        read_one(saved(docx.Document()), "x.docx")


@pytest.mark.parametrize(
    "files",
    [
        {"word/document.xml": "<w/>"},
        {"word/document.xml": "<w/>", "[Content_Types].xml": "<Types/>"},
        {"word/document.xml": "<w/>", "[Content_Types].xml": "rubbish"},
        {"other": ""},
    ],
)
def test_broken_word(files: Mapping[str, str]) -> None:
    with pytest.raises(ReadError, match=r"'x\.docx' is not a readable Word document"):
        read_one(zipped(files), "x.docx")


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The Ferry</dc:title>
<dc:creator>Ann Author</dc:creator><dc:creator>Bo Writer</dc:creator>
<dc:language>en</dc:language></metadata><manifest>
<item id="two" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="img" href="a.png" media-type="image/png"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="img"/><itemref idref="two"/>
<itemref idref="missing"/></spine></package>"""
CHAPTER = (
    '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
    "<title>not text</title><style>p{{}}</style></head><body><h1>{title}</h1><p>{words}</p>"
    "<ul><li>One</li><li>Two</li></ul><p hidden='hidden'>HIDDEN</p></body></html>"
)
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": PACKAGE,
    "OPS/nav.xhtml": CHAPTER.format(title="Contents", words="NAVIGATION"),
    "OPS/text/one.xhtml": CHAPTER.format(title="One", words="It left\nat <b>nine</b>.<br/>Über."),
    "OPS/text/two b.xhtml": CHAPTER.format(title="Two", words="It came back."),
}


def test_epub_in_the_order_of_its_spine() -> None:
    article = read_one(zipped(BOOK), "book.epub")
    assert article.text == (
        "One\n\nIt left at nine.\nÜber.\n\n- One\n- Two\n\nTwo\n\nIt came back.\n\n- One\n- Two"
    )
    assert headings(article) == [(1, "One"), (1, "Two")]
    assert (article.title, article.metadata["author"]) == (
        "The Ferry",
        "Ann Author, Bo Writer",
    )


def test_epub_problems() -> None:
    drm = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        '<enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
        "</enc:EncryptedData></encryption>"
    )
    with pytest.raises(ReadError, match=r"'b\.epub' is protected \(DRM\)"):
        read_one(zipped({**BOOK, "META-INF/encryption.xml": drm}), "b.epub")
    with pytest.raises(ReadError, match=r"'b\.epub' is not a readable EPUB: it has no package"):
        read_one(zipped({"mimetype": "application/epub+zip", "x": ""}), "b.epub")
    with pytest.raises(ReadError, match=r"'b\.epub' has no text"):
        read_one(zipped({**BOOK, "OPS/book.opf": "<package/>"}), "b.epub")
    with pytest.raises(ReadError, match=r"would unpack to 90 MB"):
        read_one(zipped({**BOOK, "OPS/bomb.xhtml": b"a" * 90_000_000}), "b.epub")


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    bomb += '<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    package = bomb + PACKAGE.replace("The Ferry", "&b;&x;")
    assert "root:" not in read_one(zipped({**BOOK, "OPS/book.opf": package}), "b.epub").title


def test_mail() -> None:
    mail = (
        "From: Ann <ann@example.org>\nTo: Bo <bo@example.org>\n"
        "Subject: =?utf-8?q?The_f=C3=A4rry?=\n"
        "Date: Fri, 01 Mar 2019 10:00:00 +0100\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="B"\n\n--B\n'
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\n"
        "The färry left at nine.\n--B\nContent-Type: text/html\n\n<p>HTML</p>\n--B--\n"
    )
    article = read_one(mail.encode("latin-1"), "letter.eml")
    assert (article.title, article.text) == ("The färry", "The färry left at nine.")
    assert article.metadata["date"] == "2019-03-01"
    assert article.notes == ()
    part = 'Content-Type: {}\nContent-Disposition: attachment; filename="{}"\n\nxx\n--B'
    parts = "".join("\n" + part.format("image/png", name) for name in ("a.png", "plan b.pdf"))
    article = read_one(mail.replace("--B--", f"--B{parts}--").encode("latin-1"), "letter.eml")
    assert article.notes == ("what is attached was not read: a.png, plan b.pdf",)
    only_html = b"Subject: x\nContent-Type: text/html\n\n<h2>Head</h2><p>Body <i>text</i>.</p>"
    assert headings(read_one(only_html, "a.eml")) == [(2, "Head")]
    with pytest.raises(ReadError, match="the mail only carries attachments"):
        read_one(b"Content-Type: image/png\n\nxx", "a.eml")


def test_file_and_bytes_agree(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(zipped(BOOK))
    assert read(path).text == read_one(zipped(BOOK), "book.epub").text
