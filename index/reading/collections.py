"""Files that hold many articles: .jsonl, .json and .csv rows with "id", "title" and "text"."""

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from index.errors import OnError, ReadError, handed_to
from index.reading.archive import stem
from index.reading.document import Document, plain_metadata
from index.reading.encoding import decode
from index.reading.text import plain_document
from index.types import Article

_RESERVED = ("id", "title", "text")
_MAX_FIELD = 10_000_000


def read_jsonl(
    lines: Iterable[bytes], name: str, on_error: OnError | None = None
) -> Iterator[Article]:
    """Read rows ``{"id", "title", "text"}``; other entries become metadata.

    Raises:
        ReadError: A row is no such object; the message names its line. With ``on_error`` the
            error goes there and the row is left out.
    """
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        where = f"{name!r} line {number}"
        with handed_to(on_error):
            yield _row(_json(line, where), where, f"{stem(name)}-{number}")


def read_json(data: bytes, name: str, on_error: OnError | None = None) -> Iterator[Article]:
    """Read a JSON file: one row or a list of rows, as in `read_jsonl`.

    Raises:
        ReadError: It is no JSON; or a row is no such object, without ``on_error``.
    """
    value = _json(decode(data, name).text.encode("utf-8", "surrogatepass"), repr(name))
    rows = value if isinstance(value, list) else [value]
    for number, row in enumerate(rows, start=1):
        with handed_to(on_error):
            yield _row(row, f"{name!r} row {number}", f"{stem(name)}-{number}")


def read_csv(data: bytes, name: str, on_error: OnError | None = None) -> Iterator[Article]:
    """Read a table: rows with a column "text" are articles, any other table is one article.

    Raises:
        ReadError: The file is not a table; or a row has no text, without ``on_error``.
    """
    decoded = decode(data, name)
    text = decoded.text.replace("\0", " ")
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:20_000], ",;\t|")
    except csv.Error:
        dialect = csv.excel_tab if "\t" in text[:1000] else csv.excel
    csv.field_size_limit(_MAX_FIELD)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), dialect) if any(row)]
    except csv.Error as error:
        raise ReadError(f"{name!r} is not a readable table: {error}") from None
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "text" in header:
        for number, row in enumerate(rows[1:], start=2):
            fields = dict(zip(header, row, strict=False))
            with handed_to(on_error):
                yield _row(fields, f"{name!r} row {number}", f"{stem(name)}-{number}")
        return
    document = Document(metadata=decoded.metadata)
    for cells in _told_rows(rows):
        document.row(cells)
    yield document.article()


def _told_rows(rows: list[list[str]]) -> Iterator[list[str]]:
    """Rows to be told; under a header one line each, every value with the name of its column."""
    header = [cell.strip() for cell in rows[0]] if rows else []
    named = (
        len(rows) > 1
        and len(header) > 1
        and len(set(header)) == len(header)
        and all(cell and not cell[0].isdigit() for cell in header)
    )
    if not named:
        yield from rows
        return
    for row in rows[1:]:
        pairs = itertools.zip_longest(header, row, fillvalue="")
        told = (
            f"{column}: {cell.strip()}" if column else cell.strip()
            for column, cell in pairs
            if cell.strip()
        )
        yield ["; ".join(told)]


def _json(line: bytes, where: str) -> object:
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ReadError(f"{where} is not UTF-8: save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise ReadError(f'{where} is not JSON: a line must be {{"id", "title", "text"}}') from None


def _row(row: object, where: str, fallback_id: str) -> Article:
    if not isinstance(row, Mapping):
        raise ReadError(f'{where} is not an object: every row must be {{"id", "title", "text"}}')
    text = row.get("text")
    if not isinstance(text, str):
        raise ReadError(f'{where} has no "text": every row must be {{"id", "title", "text"}}')
    title = row.get("title") or ""
    if not isinstance(title, str):
        raise ReadError(f'{where} has a "title" that is not text: {title!r:.80}')
    identifier = row.get("id")
    if isinstance(identifier, (dict, list, bool)):
        raise ReadError(f'{where} has an "id" that is not text: {identifier!r:.80}')
    document = plain_document(text, title)
    if document.is_empty:
        raise ReadError(f"{where} has no text: fill it in or remove the row")
    document.title = title
    rest = {k: v for k, v in row.items() if k not in _RESERVED and isinstance(v, (str, int, float))}
    document.metadata.update(plain_metadata(rest))
    known = "" if identifier is None else str(identifier).strip()
    return replace(document.article(), id=known or fallback_id)
