"""The door of index.reading: what a source is, and every article in it."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from index.errors import ReadError
from index.reading import read, read_all, read_bytes, read_text

STORY = "The ferry left at nine. It carried forty people and a piano."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.md").write_text("# Second\n\nBody of the second.", "utf-8")
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / ".hidden.txt").write_text("not to be read", "utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("Another a.", "utf-8")
    return tmp_path


def test_read_file_names_article_after_it(folder: Path) -> None:
    article = read(folder / "a.txt")
    assert (article.id, article.text) == ("a", STORY)
    assert article.source == str(folder / "a.txt")
    assert read(str(folder / "a.txt")) == article


def test_read_all_folder_is_sorted_recursive_and_skips_unknown(folder: Path) -> None:
    assert [(a.id, a.text[:9]) for a in read_all(folder)] == [
        ("a", "The ferry"),
        ("b", "Second\n\nB"),
        ("a-2", "Another a"),
    ]


def test_read_of_several_articles_says_read_all(folder: Path) -> None:
    with pytest.raises(ReadError, match="holds several articles: use read_all"):
        read(folder)


def test_read_all_folder_without_articles(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"holds no article: put in files that end in \.asc"):
        list(read_all(tmp_path))


def test_read_all_glob(folder: Path) -> None:
    assert [a.id for a in read_all(str(folder / "*.txt"))] == ["a"]
    assert [a.id for a in read_all(str(folder / "**" / "*.txt"))] == ["a", "a-2"]
    with pytest.raises(ReadError, match=r"no such file: '.*nothing\*\.txt'"):
        list(read_all(str(folder / "nothing*.txt")))


def test_read_all_collects_errors(folder: Path) -> None:
    (folder / "empty.txt").write_text(" \n", "utf-8")
    with pytest.raises(ReadError, match=r"empty\.txt' has no text"):
        list(read_all(folder))
    errors: list[ReadError] = []
    assert [a.id for a in read_all(folder, on_error=errors.append)] == ["a", "b", "a-2"]
    assert len(errors) == 1


def test_read_all_zip(folder: Path) -> None:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.txt", STORY)
        archive.writestr("sub/one.txt", "Once more.")
        archive.writestr("rows.jsonl", '{"id": "row", "text": "A row."}')
        archive.writestr("__MACOSX/one.txt", "resource fork")
        archive.writestr("program.bin", b"\0\1\2")
    assert [(a.id, a.source) for a in read_all(path)] == [
        ("one", f"{path}/one.txt"),
        ("row", f"{path}/rows.jsonl"),
        ("one-2", f"{path}/sub/one.txt"),
    ]


def test_zip_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"a" * 100_000_000)
    with pytest.raises(ReadError, match=r"'bomb\.zip' would unpack to 100 MB in 1 files"):
        list(read_bytes(buffer.getvalue(), "bomb.zip"))


def test_damaged_zip() -> None:
    with pytest.raises(ReadError, match=r"'x\.zip' is damaged: it cannot be unpacked"):
        list(read_bytes(b"PK\x03\x04 and nothing more", "x.zip"))


def test_jsonl_rows(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    rows = [
        {"id": "x", "title": "Ferries", "text": STORY, "date": "2020-01-02"},
        {"id": 7, "text": "Seven."},
        {"text": "No id."},
        {"id": "x", "text": "The same id again."},
    ]
    path.write_text("\ufeff" + "\n\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    articles = list(read_all(path))
    assert [a.id for a in articles] == ["x", "7", "news-5", "x-2"]
    assert (articles[0].title, articles[0].metadata["date"]) == ("Ferries", "2020-01-02")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is not JSON"),
        ('"text"', "line 2 is not an object"),
        ('{"id": "b"}', 'line 2 has no "text"'),
        ('{"id": "b", "text": 5}', 'line 2 has no "text"'),
        ('{"id": "b", "text": " "}', "line 2 has no text"),
        ('{"id": ["b"], "text": "t"}', 'line 2 has an "id" that is not text'),
        ('{"id": "b", "title": 3, "text": "t"}', 'line 2 has a "title" that is not text: 3'),
    ],
)
def test_jsonl_bad_row_names_file_and_line(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a", "text": "Fine."}\n' + line + '\n{"id": "c", "text": "Fine."}')
    with pytest.raises(ReadError, match=rf"bad\.jsonl' {problem}"):
        list(read_all(path))
    errors: list[ReadError] = []
    assert [a.id for a in read_all(path, on_error=errors.append)] == ["a", "c"]
    assert len(errors) == 1


def test_json_and_csv_collections() -> None:
    rows = json.dumps([{"id": "a", "text": "First."}, {"id": "b", "text": "Second."}]).encode()
    assert [a.id for a in read_bytes(rows, "all.json")] == ["a", "b"]
    table = b'id,title,text\n1,Ferry,"It left, at nine."\n2,Piano,It stayed.\n'
    assert [(a.id, a.title, a.text) for a in read_bytes(table, "all.csv")] == [
        ("1", "Ferry", "It left, at nine."),
        ("2", "Piano", "It stayed."),
    ]


def test_bad_rows_of_a_collection_are_left_out() -> None:
    rows = json.dumps([{"id": "a", "text": "First."}, {"id": "b"}, {"id": "c", "text": "Last."}])
    table = "id,text\na,First.\nb,\nc,Last.\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("all.csv", table)
    for data, name, problem in (
        (rows.encode(), "all.json", 'all.json\' row 2 has no "text"'),
        (table.encode(), "all.csv", "all.csv' row 3 has no text"),
        (packed.getvalue(), "all.zip", "all.zip/all.csv' row 3 has no text"),
    ):
        errors: list[ReadError] = []
        assert [a.id for a in read_bytes(data, name, on_error=errors.append)] == ["a", "c"]
        assert [problem in str(error) for error in errors] == [True]
        with pytest.raises(ReadError, match=r"row \d has no"):
            list(read_bytes(data, name))


def test_csv_without_text_column_is_one_article() -> None:
    table = "Name;Age\nÅsa;31\nBo;\n".encode("cp1252")
    (article,) = read_bytes(table, "people.csv")
    assert article.text == "Name: Åsa; Age: 31\nName: Bo"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Comets\n\nHale **faded** in 1997.", True),
        ("# Comets\n\nOne.\n\n## Hale\n\nTwo.", True),
        ("See [Hale](https://example.org/hale).\n\n- found in 1995\n- faded in 1997", True),
        ("| comet | year |\n|---|---|\n| **Hale** | 1995 |", True),
        ("To buy:\n- milk\n- eggs\n- bread", False),  # a list is a list in plain text, too
        ("# one line of it\nproves nothing", False),
        ("2 ** 3 is 8.\n3 ** 2 is 9.\n#comet #hale\n#1995", False),
        ("Berg [1] (2019) disagrees.\nSo does Holm [2](see below).", False),
    ],
)
def test_pasted_markdown_is_read_as_such_where_several_lines_show_it(
    text: str, found: bool
) -> None:
    article = read_text(text)
    if found:
        (file,) = read_bytes(text.encode(), "a.md")
        assert (article.text, article.title, article.headings) == (
            file.text,
            file.title,
            file.headings,
        )
    else:
        assert article.text == text
    assert read_text(text, title="Given").title == "Given"


def test_read_text_takes_other_text_as_it_is() -> None:
    article = read_text("# not a *heading*\n\n<b>not</b> a tag")
    assert (article.id, article.title) == ("pasted", "")
    assert article.text == "# not a *heading*\n\n<b>not</b> a tag"


def test_read_str_that_is_text() -> None:
    assert read("Did it rain? It did.").text == "Did it rain? It did."
    assert read("http://example.com is a site.").id == "pasted"


@pytest.mark.parametrize("source", ["missing.pdf", "my notes.txt", "a/b", r"C:\x\y.docx", "./x"])
def test_missing_file(source: str) -> None:
    with pytest.raises(ReadError, match=r"^no such file: "):
        read(source)


def test_missing_path_object(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"^no such file: "):
        read(tmp_path / "with no ending")


@pytest.mark.parametrize(
    "source", ["ftp://host/a.txt", "file:///etc/passwd", "javascript:alert(1)", "FILE:/etc/passwd"]
)
def test_other_schemes_are_refused(source: str) -> None:
    with pytest.raises(ReadError, match="is not an http or https address"):
        read(source)


@pytest.mark.parametrize("source", ["", "  \n", "\0\0", "\ufeff"])
def test_no_text(source: str) -> None:
    with pytest.raises(ReadError, match="has no text"):
        read(source)


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        (b"", "a.txt", "has no text: it is empty"),
        (b" \n\t", "a.pdf", "has no text: it is empty"),
        (b"\x89PNG\r\n\x1a\n", "a.dat", "looks like a PNG image"),
        (b"\x7fELF\2\1\1\0", "a", "looks like a program"),
        (b"\0\1\2\3" * 100, "a.bin", "looks like a binary file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "looks like an old or protected Office"),
        (b"just words", "a.pdf", r"is no \.pdf file, it looks like plain text"),
        (b"<!DOCTYPE html><p>x", "a.docx", r"is no \.docx file, it looks like an HTML page"),
    ],
)
def test_unreadable_files(content: bytes, name: str, problem: str) -> None:
    with pytest.raises(ReadError, match=problem) as caught:
        list(read_bytes(content, name))
    assert "\n" not in str(caught.value)


def test_content_tells_a_wrong_ending() -> None:
    html = b"<html><body><article><p>" + b"A long enough sentence. " * 20 + b"</p></article></body>"
    (article,) = read_bytes(html, "download")
    assert article.text.startswith("A long enough sentence.")


def test_special_files_are_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ReadError, match="is no regular file: use -"):
        read(pipe)


def test_unreadable_permissions(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("secret")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(ReadError, match=r"cannot be opened \(Permission denied\)"):
        read(path)


def test_standard_input() -> None:
    code = "from index.reading import read; print(read('-').text)"
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=STORY.encode(),
        capture_output=True,
        cwd=root,
        check=True,
    )
    assert done.stdout.decode().strip() == STORY


def test_libraries_write_nothing() -> None:
    code = (
        "from index.reading import read_bytes\n"
        "for data, name in ((b'<html>', 'a.html'), (b'%PDF-1.4 x', 'a.pdf')):\n"
        "    try: list(read_bytes(data, name))\n"
        "    except Exception as error: print(type(error).__name__)"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, check=True)
    assert done.stdout.split() == [b"ReadError", b"ReadError"]
    assert done.stderr == b""


def test_import_is_cheap() -> None:
    code = (
        "import sys, index.reading; "
        "print([m for m in ('lxml', 'trafilatura', 'pypdf', 'docx', 'httpx', 'markdown_it',"
        " 'charset_normalizer', 'py3langid') if m in sys.modules])"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=root, check=True)
    assert done.stdout.decode().strip() == "[]"
