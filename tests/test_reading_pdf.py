"""PDF files, built here byte by byte: text, headings, pages, and each way to have no text."""

import io
from collections.abc import Sequence

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from index.errors import ReadError
from index.reading import read_bytes
from index.types import Article

Lines = Sequence[tuple[float, float, str, float, str]]  # x, y, font (F1, F2 bold), size, words


def build_pdf(pages: Sequence[Lines], title: str = "") -> bytes:
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        fonts = DictionaryObject()
        for name, base in (("F1", "Helvetica"), ("F2", "Helvetica-Bold")):
            fonts[NameObject(f"/{name}")] = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject(f"/{base}"),
                    NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
                }
            )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data(
            b"\n".join(
                b"BT /%s %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj ET"
                % (font.encode(), size, x, y, _escaped(words))
                for x, y, font, size, words in lines
            )
        )
        page[NameObject("/Contents")] = writer._add_object(content)
    if title:
        writer.add_metadata({"/Title": title, "/Author": "A. Author"})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _escaped(words: str) -> bytes:
    data = words.encode("cp1252")
    return data.replace(b"\\", b"\\\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def body(words: Sequence[str], top: float = 640) -> Lines:
    return [(72, top - 14 * n, "F1", 11, line) for n, line in enumerate(words)]


def read_pdf(data: bytes, name: str = "paper.pdf") -> Article:
    (article,) = read_bytes(data, name)
    for heading in article.headings:
        assert article.text[heading.start : heading.end].strip()
    return article


FIRST = [
    "The ferry leaves the harbour at nine in the morning and it comes",
    "back at six. Between the two there is nothing to do but to walk,",
    "to swim and to look at the sea. Many people find that this is en-",
    "ough for a day.",
    "In winter there is no ferry at all, so the islanders put in stores for",
    "four months, and the post comes with a helicopter of the coast",
]
SECOND = ["guard once every week, when the weather allows it.", "Nobody complains."]


@pytest.fixture(scope="module")
def paper() -> Article:
    head = (72.0, 760.0, "F1", 9.0, "Island Review")
    pages: list[Lines] = [
        [head, (72, 700, "F2", 20, "A Ferry in Winter"), *body(FIRST), (300, 30, "F1", 9, "1")],
        [head, *body(SECOND), (300, 30, "F1", 9, "2")],
        [head, (72, 680, "F2", 14, "2 The piano"), *body(["It stayed on board."]),
         (300, 30, "F1", 9, "3")],
    ]  # fmt: skip
    return read_pdf(build_pdf(pages))


def test_paragraphs_hyphens_and_running_heads(paper: Article) -> None:
    assert paper.text == (
        "A Ferry in Winter\n\n"
        "The ferry leaves the harbour at nine in the morning and it comes back at six. Between "
        "the two there is nothing to do but to walk, to swim and to look at the sea. Many people "
        "find that this is enough for a day.\n\n"
        "In winter there is no ferry at all, so the islanders put in stores for four months, and "
        "the post comes with a helicopter of the coast guard once every week, when the weather "
        "allows it.\n\nNobody complains.\n\n2 The piano\n\nIt stayed on board."
    )


def test_page_starts_are_exact(paper: Article) -> None:
    starts = [paper.text[start:][:11] for start in paper.page_starts]
    assert starts == ["A Ferry in ", "guard once ", "2 The piano"]
    assert paper.page(paper.text.index("helicopter")) == 1
    assert paper.page(paper.text.index("guard")) == 2
    assert paper.page(paper.text.index("stayed")) == 3


def test_headings_and_title(paper: Article) -> None:
    found = [(h.level, paper.text[h.start : h.end]) for h in paper.headings]
    assert found == [(1, "A Ferry in Winter"), (2, "2 The piano")]
    assert paper.title == "A Ferry in Winter"
    assert paper.metadata["pages"] == "3"


def test_metadata() -> None:
    article = read_pdf(build_pdf([body(["Some words."])], title="Named"))
    assert (article.title, article.metadata["author"]) == ("Named", "A. Author")
    assert read_pdf(build_pdf([body(["Some words."])], title="Microsoft Word - x.doc")).title == ""


def test_blank_pages_count() -> None:
    article = read_pdf(build_pdf([[], body(["On page two."]), [], body(["On page four."]), []]))
    assert [article.page(article.text.index(word)) for word in ("two", "four")] == [2, 4]
    assert len(article.page_starts) == 5


def test_two_columns_keep_their_order() -> None:
    words = [f"left line number {n} goes on and" for n in range(8)]
    left = [(72.0, 700.0 - 14 * n, "F1", 11.0, line) for n, line in enumerate(words)]
    right = [(330.0, y, "F1", 11.0, line.replace("left", "right")) for _, y, _, _, line in left]
    text = read_pdf(build_pdf([[*left, *right]])).text
    assert text.index("left line number 7") < text.index("right line number 0")
    assert "and left line number 1 goes" in text


def test_table_rows_stay_lines() -> None:
    rows = ["2019 12 14 18 40", "2020 13 15 19 41", "2021 14 16 20 42"]
    assert read_pdf(build_pdf([body([*FIRST, *rows])])).text.endswith("\n".join(rows))


def encrypted(user: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(build_pdf([body(["Secret words."])]))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_password_is_told() -> None:
    with pytest.raises(ReadError, match=r"'p\.pdf' is protected by a password: save a copy"):
        read_pdf(encrypted("user", "RC4-128"), "p.pdf")


def test_strong_encryption_without_password() -> None:
    pytest.importorskip("cryptography")
    assert read_pdf(encrypted("", "AES-256")).text == "Secret words."


def test_encryption_without_password_is_read() -> None:
    assert read_pdf(encrypted("", "RC4-128")).text == "Secret words."


def image_pdf() -> bytes:
    reader = PdfReader(io.BytesIO(build_pdf([[]])))
    writer = PdfWriter(clone_from=reader)
    image = DecodedStreamObject()
    image.set_data(b"\0\0\0")
    for key, value in (("Type", "XObject"), ("Subtype", "Image"), ("ColorSpace", "DeviceRGB")):
        image[NameObject(f"/{key}")] = NameObject(f"/{value}")
    resources = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/I"): writer._add_object(image)})}
    )
    writer.pages[0][NameObject("/Resources")] = resources
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def attachment_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("inside.txt", b"words")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (build_pdf([[]]), "has no text: its pages are blank or drawn"),
        (image_pdf(), "has no text: its pages are images"),
        (attachment_pdf(), "has no text: it only carries attached files"),
        (b"%PDF-1.7\nrubbish", "is a broken PDF"),
        (b"%PDF-1.7\n" + b"1 0 obj\n" * 5000, "is a broken PDF"),
    ],
)
def test_pdf_without_text(data: bytes, problem: str) -> None:
    with pytest.raises(ReadError, match=rf"^'x\.pdf' {problem}") as caught:
        read_pdf(data, "x.pdf")
    assert "\n" not in str(caught.value)


def test_cut_and_flipped_bytes_never_crash() -> None:
    data = build_pdf([body(FIRST)])
    for step in range(40, len(data), 97):
        for broken in (data[:step], data[:step] + b"\xff<<" + data[step + 3 :]):
            message = ""
            try:
                read_pdf(broken, "x.pdf")
            except ReadError as error:
                message = str(error)
            assert "\n" not in message


def test_endless_page_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **__: object) -> str:
        while True:
            pass

    monkeypatch.setattr("index.reading.formats._STALL_SECONDS", 0.3)
    monkeypatch.setattr("pypdf.PageObject.extract_text", endless)
    with pytest.raises(ReadError, match=r"'x\.pdf' took too long to read"):
        read_pdf(build_pdf([body(FIRST)]), "x.pdf")
