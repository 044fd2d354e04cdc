"""Fetching a URL safely: public addresses only, within limits of time, size and redirects."""

import ipaddress
import re
import socket
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from index.errors import ReadError
from index.reading.deadline import in_time
from index.reading.document import one_line

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
MAX_BYTES = 20_000_000
TOTAL_SECONDS = 20.0
_MAX_HOSTS = 4
USER_AGENT = "article-bot/1.0 (reads one article for its user)"
_ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.9,*/*;q=0.5"
_REDIRECTS = (301, 302, 303, 307, 308)
# Public by number, yet a cloud's own services: Azure's host channel, Oracle's metadata.
_METADATA = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
# IPv6 networks whose addresses stand for IPv4 ones.
_TRANSLATED = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2001::/32"),
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("::/96"),
)
_ENDING_BY_TYPE = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt",
    "text/markdown": ".md", "application/pdf": ".pdf", "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/x-ndjson": ".jsonl", "application/jsonl": ".jsonl", "application/json": ".json",
    "text/csv": ".csv", "multipart/related": ".mhtml", "application/rss+xml": ".rss",
    "application/atom+xml": ".atom", "application/xml": ".xml", "text/xml": ".xml",
    "application/rtf": ".rtf", "text/rtf": ".rtf", "text/vtt": ".vtt",
    "message/rfc822": ".eml", "application/zip": ".zip",
}  # fmt: skip
_UNNAMED = ("", "application/octet-stream", "binary/octet-stream", "application/force-download")
_STATUS_HELP = {
    401: "it wants a login; save the page and read the file",
    402: "it is behind a paywall; open it where you may read it and save the page",
    403: "the site refuses programs; save the page and read the file",
    404: "there is no such page; check the address",
    410: "the page is gone; check the address",
    429: "too many requests; try again later",
    451: "it is blocked for legal reasons",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """The body of a response, the address it came from at last, and what the server called it."""

    url: str
    data: bytes
    ending: str
    charset: str


def fetch(url: str, allow_private: bool = False) -> Fetched:
    """Get a URL over http or https.

    Args:
        url: The address.
        allow_private: Also reach private and loopback addresses, for an intranet.

    Raises:
        ReadError: The address is refused, unreachable, too large, too slow, or of a type that
            is no article; the message says which.
    """
    try:
        return next(in_time(_fetch(url, allow_private), TOTAL_SECONDS))
    except TimeoutError:
        raise ReadError(
            f"{url!r} did not answer within {TOTAL_SECONDS:g} seconds: try again later"
        ) from None


def slug(url: str) -> str:
    """A readable id for a URL: host and path in words."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    words = re.sub(r"\.(?:html?|php|aspx?)$", "", unquote(parts.path)) + " " + parts.query
    return re.sub(r"[^\w.]+", "-", f"{host} {words}").strip("-.")[:120] or "page"


def _fetch(url: str, allow_private: bool) -> Iterator[Fetched]:
    import httpx

    target = url
    # No proxies or .netrc from the environment: the address checked is the one connected to.
    with httpx.Client(trust_env=False, follow_redirects=False) as client:
        for _ in range(MAX_REDIRECTS + 1):
            try:
                address = httpx.URL(target)
            except (httpx.InvalidURL, ValueError, TypeError):
                raise ReadError(f"{target!r} is not an address: check it") from None
            hosts = _resolve(address, target, allow_private)
            with closing(_send(client, address, hosts)) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    yield _receive(response, target)
                    return
            try:
                target = urljoin(target, location)
            except ValueError:
                raise ReadError(f"{url!r} redirects to no address: check it") from None
    raise ReadError(f"{url!r} redirects more than {MAX_REDIRECTS} times: check the address")


def _resolve(address: "httpx.URL", url: str, allow_private: bool) -> list[str]:
    """The IP addresses of a URL's host, all of them checked."""
    if address.scheme not in ("http", "https"):
        raise ReadError(f"{url!r} is not an http or https address: only those are read")
    if address.userinfo:
        raise ReadError(f"{address.host!r} is given with a login: save the page and read the file")
    if not address.host:
        raise ReadError(f"{url!r} names no host: check the address")
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(address.raw_host.decode(), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError):
        raise ReadError(f"{url!r} cannot be found: check the host name and connection") from None
    hosts = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for host in hosts:
        if not allow_private and not is_public(host):
            raise ReadError(
                f"{url!r} leads to the private address {host}, which is not opened here"
            )
    return hosts


def _send(client: "httpx.Client", address: "httpx.URL", hosts: list[str]) -> "httpx.Response":
    """Ask the first of the checked IP addresses that answers; the name is not resolved again."""
    import httpx

    headers = {
        "Host": address.netloc.decode("ascii"),
        "User-Agent": USER_AGENT,
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
    }
    failure = "no address"
    for host in hosts[:_MAX_HOSTS]:
        request = client.build_request(
            "GET",
            address.copy_with(host=host, fragment=None),
            headers=headers,
            timeout=TOTAL_SECONDS / 2,
            extensions={"sni_hostname": address.raw_host.decode("ascii")},
        )
        try:
            return client.send(request, stream=True)
        except httpx.TimeoutException:
            failure = "it does not answer"
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            failure = one_line(str(error)) or type(error).__name__
    raise ReadError(f"{str(address)!r} cannot be reached ({failure:.150}): try again later")


def _receive(response: "httpx.Response", url: str) -> Fetched:
    status = response.status_code
    if status != 200:
        reason = _STATUS_HELP.get(status, "try again later or check the address")
        raise ReadError(f"{url!r} answered {status} {response.reason_phrase}: {reason}")
    content_type = Message()
    content_type["content-type"] = response.headers.get("content-type", "")
    named = response.headers.get("content-type", "").split(";")[0].strip().lower()
    ending = _ENDING_BY_TYPE.get(named, "")
    if named in _UNNAMED:
        ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    elif not ending and named.startswith("text/"):
        ending = ".txt"
    elif not ending:
        raise ReadError(f"{url!r} is of the type {named!r}, which is no article: use another URL")
    charset = content_type.get_param("charset", "")
    charset = charset if isinstance(charset, str) else ""
    return Fetched(url, _limited_body(response, url), ending, charset)


def _limited_body(response: "httpx.Response", url: str) -> bytes:
    """The body, unpacked; refused as soon as it is too large, packed or unpacked."""
    import httpx

    coding = response.headers.get("content-encoding", "identity").strip().lower()
    unpack = _UNPACKERS.get(coding)
    if unpack is None:
        raise ReadError(f"{url!r} is compressed as {coding!r}, not as asked: save the page")
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise _too_large(url)
    body = bytearray()
    unpacker = unpack()
    try:
        for chunk in response.iter_raw():
            body += unpacker.decompress(chunk, MAX_BYTES + 1 - len(body))
            if len(body) > MAX_BYTES:
                raise _too_large(url)
    except httpx.TimeoutException:
        raise ReadError(f"{url!r} stopped answering: try again later") from None
    except httpx.HTTPError:
        raise ReadError(f"{url!r} broke off: try again later") from None
    except zlib.error:
        raise ReadError(f"{url!r} sends damaged data: try again later") from None
    return bytes(body)


def _too_large(url: str) -> ReadError:
    return ReadError(f"{url!r} is larger than {MAX_BYTES // 1_000_000} MB: save and split it")


class _Identity:
    def decompress(self, data: bytes, max_length: int) -> bytes:
        return data[:max_length]


class _Zlib:
    """gzip or deflate, never unpacking more than asked for."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=47)
        self._begun = False

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            unpacked = self._inner.decompress(data, max_length)
        except zlib.error:
            if self._begun:
                raise
            self._inner = zlib.decompressobj(wbits=-15)  # "deflate" without its header
            unpacked = self._inner.decompress(data, max_length)
        self._begun = True
        return unpacked


_UNPACKERS: dict[str, type[_Identity] | type[_Zlib]] = {
    "identity": _Identity, "": _Identity, "gzip": _Zlib, "x-gzip": _Zlib, "deflate": _Zlib,
}  # fmt: skip


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet and to no cloud's own services."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _TRANSLATED):
            return False
    elif any(ip in network for network in _METADATA):
        return False
    refused = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast
    return ip.is_global and not (refused or ip.is_reserved or ip.is_unspecified)
