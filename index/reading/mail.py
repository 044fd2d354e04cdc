"""Mails (.eml) and pages saved as mails (.mhtml): the readable part of a MIME message."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from index.errors import ReadError
from index.reading.document import Document
from index.reading.encoding import decode
from index.reading.html import read_html
from index.reading.markup import add_markup, parse_html
from index.reading.text import plain_document
from index.types import Article

_MAX_PARTS = 1000


def read_mhtml(data: bytes, name: str) -> Article:
    """Read a page that a browser saved as one file.

    Raises:
        ReadError: There is no page in it, or no article on the page.
    """
    message = _parse(data, name)
    url = str(message.get("Snapshot-Content-Location", "") or "").strip()
    for part in _parts(message):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            charset = part.get_content_charset() or ""
            return read_html(_payload(part), name, charset=charset, url=url)
    raise ReadError(f"{name!r} holds no page: save it again as HTML or MHTML")


def read_mail(data: bytes, name: str) -> Article:
    """Read a mail: its words, as plain text when it has that; a notice names what is attached.

    Raises:
        ReadError: It has no readable part.
    """
    message = _parse(data, name)
    document = _body(message, name)
    document.title = _header(message, "Subject")
    document.describe(author=_header(message, "From"), recipient=_header(message, "To"))
    try:
        sent = parsedate_to_datetime(_header(message, "Date"))
    except (TypeError, ValueError, IndexError):
        sent = None
    document.describe(date=sent.date().isoformat() if sent else None)
    attached = [p.get_filename("without a name") for p in _parts(message) if p.is_attachment()]
    if attached:
        document.describe(notice=f"what is attached was not read: {', '.join(attached)}")
    return document.article()


def _body(message: EmailMessage, name: str) -> Document:
    bodies: dict[str, EmailMessage] = {}
    for part in _parts(message):
        if part.get_content_disposition() != "attachment":
            bodies.setdefault(part.get_content_type(), part)
    for content_type in ("text/plain", "text/html"):
        if content_type not in bodies:
            continue
        part = bodies[content_type]
        decoded = decode(_payload(part), name, part.get_content_charset() or "")
        if content_type == "text/plain" and decoded.text.strip():
            return plain_document(decoded.text, title=_header(message, "Subject") or name)
        tree = parse_html(decoded.text) if content_type == "text/html" else None
        if tree is not None:
            document = Document()
            add_markup(document, tree)
            return document
    raise ReadError(f"{name!r} has no text: the mail only carries attachments")


def _parse(data: bytes, name: str) -> EmailMessage:
    try:
        message = message_from_bytes(data, policy=policy.default)
    except (ValueError, LookupError, RecursionError, IndexError) as error:
        raise ReadError(f"{name!r} is a broken mail: save it again") from error
    return message


def _parts(message: EmailMessage) -> list[EmailMessage]:
    parts = []
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS:
            break
        if not part.is_multipart() and isinstance(part, EmailMessage):
            parts.append(part)
    return parts


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _header(message: EmailMessage, field: str) -> str:
    """A header as text; the broken ones of spam come out as ""."""
    try:
        return str(message.get(field, "") or "")
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        return ""
