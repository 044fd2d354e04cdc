"""Fetching URLs from a real server on loopback, and every address that must be refused."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from index.errors import ReadError
from index.reading import read, read_all
from index.reading import web as web_module
from index.reading.web import fetch, is_public, slug

WORDS = "The ferry left at nine with forty people and a piano. It came back at six. "
PAGE = (
    "<html lang=en><head><title>Ferry</title></head><body><article><h1>Ferry</h1>"
    f"<p>{WORDS * 5}</p><p>Größe der Fähre.</p></article></body></html>"
)


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        route = getattr(self, "route_" + self.path.split("?")[0].strip("/").split("/")[0], None)
        if route is None:
            self.send_error(404)
        else:
            route()

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, body: bytes, content_type: str = "text/html", **headers: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def route_page(self) -> None:
        self.answer(PAGE.encode("utf-8"), "text/html; charset=utf-8")

    def route_latin(self) -> None:
        self.answer(PAGE.encode("latin-1"), 'text/html; charset="ISO-8859-1"')

    def route_text(self) -> None:
        self.answer(WORDS.encode(), "text/plain")

    def route_rows(self) -> None:
        rows = b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}'
        self.answer(rows, "application/jsonl")

    def route_badrows(self) -> None:
        self.answer(b'[{"id": "a", "text": "One."}, {"id": "b"}]', "application/json")

    def route_markdown(self) -> None:
        self.answer(b"# Hello\n\nWorld.", "application/octet-stream")

    def route_image(self) -> None:
        self.answer(b"\x89PNG", "image/png")

    def route_liar(self) -> None:
        self.answer(b"\x89PNG\r\n\x1a\n" + bytes(100), "text/html")

    def route_gzip(self) -> None:
        self.answer(gzip.compress(PAGE.encode()), Content_Encoding="gzip")

    def route_deflate(self) -> None:
        packer = zlib.compressobj(wbits=-15)
        self.answer(packer.compress(PAGE.encode()) + packer.flush(), Content_Encoding="deflate")

    def route_badgzip(self) -> None:
        self.answer(b"no gzip at all", Content_Encoding="gzip")

    def route_brotli(self) -> None:
        self.answer(b"whatever", Content_Encoding="br")

    def route_bomb(self) -> None:
        self.answer(gzip.compress(bytes(300_000_000), 1), Content_Encoding="gzip")

    def route_large(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x" * 1_000_000)
        except OSError:
            return

    def route_declared(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "99999999999")
        self.end_headers()

    def route_slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"<p>")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def route_headers(self) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for n in range(100):
                self.wfile.write(b"X-%d: 1\r\n" % n)
                time.sleep(0.1)
        except OSError:
            return

    def route_cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"<p>not all of it")
        self.close_connection = True

    def route_garbage(self) -> None:
        self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")
        self.close_connection = True

    def redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def route_hop(self) -> None:
        left = int(self.path.rsplit("/", 1)[1])
        self.redirect(f"/hop/{left - 1}" if left else "/page")

    def route_loop(self) -> None:
        self.redirect("/loop")

    def route_to(self) -> None:
        self.redirect(self.path.split("?", 1)[1])

    def route_status(self) -> None:
        self.send_error(int(self.path.rsplit("/", 1)[1]))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_page(server: str) -> None:
    article = read(f"{server}/page", allow_private=True)
    assert article.title == "Ferry"
    assert "forty people and a piano" in article.text
    assert article.source == f"{server}/page"
    assert article.id == "127.0.0.1-page"
    agent = Handler.seen[-1][1]["User-Agent"]
    assert agent.startswith("article-bot/")


def test_charset_of_the_server(server: str) -> None:
    assert "Größe der Fähre" in read(f"{server}/latin", allow_private=True).text


def test_other_types(server: str) -> None:
    assert read(f"{server}/text", allow_private=True).text == WORDS.strip()
    assert read(f"{server}/markdown/x.md", allow_private=True).title == "Hello"
    assert [a.id for a in read_all(f"{server}/rows", allow_private=True)] == ["a", "b"]
    errors: list[ReadError] = []
    rows = read_all(f"{server}/badrows", allow_private=True, on_error=errors.append)
    assert [a.id for a in rows] == ["a"]
    assert ["row 2" in str(error) for error in errors] == [True]


@pytest.mark.parametrize("path", ["gzip", "deflate", "hop/4"])
def test_compression_and_redirects(server: str, path: str) -> None:
    assert "a piano" in read(f"{server}/{path}", allow_private=True).text


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("image", "is of the type 'image/png', which is no article"),
        ("liar", "looks like a PNG image"),
        ("badgzip", "sends damaged data"),
        ("brotli", "is compressed as 'br'"),
        ("bomb", "is larger than 20 MB"),
        ("large", "is larger than 20 MB"),
        ("declared", "is larger than 20 MB"),
        ("cut", "broke off"),
        ("garbage", "cannot be reached"),
        ("hop/5", "redirects more than 5 times"),
        ("loop", "redirects more than 5 times"),
        ("nothing", "answered 404 Not Found: there is no such page"),
        ("status/403", "answered 403 Forbidden: the site refuses programs"),
        ("status/500", "answered 500 Internal Server Error: try again later"),
        ("to?ftp://127.0.0.1/x", "is not an http or https address"),
        ("to?file:///etc/passwd", "is not an http or https address"),
        ("to?http://user:pw@127.0.0.1/", "is given with a login"),
        ("to?http://[::1", "cannot be reached"),
    ],
)
def test_refused(server: str, path: str, problem: str) -> None:
    with pytest.raises(ReadError, match=problem) as caught:
        read(f"{server}/{path}", allow_private=True)
    assert "\n" not in str(caught.value)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("path", ["slow", "headers"])
def test_slow_servers_are_given_up(server: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_module, "TOTAL_SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(ReadError, match=r"did not answer within 0\.5 seconds"):
        read(f"{server}/{path}", allow_private=True)
    assert time.monotonic() - started < 3


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ReadError, match="cannot be reached"):
        read(f"http://127.0.0.1:{port}/", allow_private=True)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]",
        "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.100.100.200",
        "168.63.129.16", "224.0.0.1", "255.255.255.255", "[ff02::1]", "192.0.0.192",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(server: str, host: str) -> None:
    port = server.rsplit(":", 1)[1]
    before = len(Handler.seen)
    refusal = r"leads to the private address|cannot be found|is not an address"
    with pytest.raises(ReadError, match=refusal):
        read(f"http://{host}:{port}/page")
    assert len(Handler.seen) == before


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(address)


def test_redirect_to_private_address_is_refused(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first address passes for public; the one it redirects to is checked like the first."""
    monkeypatch.setattr(web_module, "is_public", lambda address: address != "127.0.0.2")
    port = server.rsplit(":", 1)[1]
    before = len(Handler.seen)
    with pytest.raises(ReadError, match=r"leads to the private address 127\.0\.0\.2"):
        read(f"{server}/to?http://127.0.0.2:{port}/page")
    assert len(Handler.seen) == before + 1


def test_name_is_resolved_once_per_request(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was checked is the one connected to: rebinding has no second answer."""
    port = server.rsplit(":", 1)[1]
    calls: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name == "rebind.example":
            calls.append(name)
            name = "127.0.0.1" if len(calls) == 1 else "203.0.113.9"
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    fetched = fetch(f"http://rebind.example:{port}/page", allow_private=True)
    assert b"a piano" in fetched.data
    assert calls == ["rebind.example"]
    assert Handler.seen[-1][1]["Host"] == f"rebind.example:{port}"


def test_mixed_answers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(ReadError, match=r"leads to the private address 10\.0\.0\.1"):
        fetch("http://mixed.example/")


def test_login_is_refused_without_showing_it() -> None:
    with pytest.raises(ReadError, match=r"'example\.org' is given with a login") as caught:
        read("http://user:secret@example.org/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.org/news/2020/A-ferry.html", "example.org-news-2020-A-ferry"),
        ("http://example.org", "example.org"),
        ("https://example.org/?q=Gr%C3%B6%C3%9Fe", "example.org-q-Gr-C3-B6-C3-9Fe"),
        ("https://example.org/%E6%9D%B1%E4%BA%AC/", "example.org-東京"),
    ],
)
def test_slug(url: str, expected: str) -> None:
    assert slug(url) == expected
