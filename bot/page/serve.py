"""Serves the page: its own files, its theme, security headers, and clear start-up errors."""

from __future__ import annotations

import asyncio
import base64
import hmac
import ipaddress
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.errors import ConfigError

if TYPE_CHECKING:
    import gradio as gr
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot.config import Serving
    from bot.page.visit import Visits

_STATIC = Path(__file__).parent / "static"
_HEAD = """
<link rel="icon" href="$root/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="$root/page/page.css">
"""
# Open to everyone: a probe has no password, and Gradio asks the other of itself at the start.
_PUBLIC = ("/health", "/gradio_api/startup-events")
_MEGABYTE = 1024 * 1024
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([^/]+)/?")
# Any of these says that a proxy has passed the request on.
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")

# Gradio's own code needs inline and evaluated scripts; nothing needs another host. So even a
# flaw elsewhere could not send a word of an article away, or fetch anything for it.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def check_port(host: str, port: int) -> None:
    """Make sure that the page can be served there, before anything slow is loaded.

    Raises:
        ConfigError: The port is taken, or the host is not an address of this machine.
    """
    if port == 0:
        raise ConfigError("cannot serve on port 0: choose one from 1 to 65535 with --port")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(
            f"cannot serve on {host}:{port} ({reason}): choose another with --port or --host"
        ) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a page that is served on that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def comes_from_here(headers: Mapping[str, str]) -> bool:
    """Whether a request to a loopback address comes from a browser on this machine.

    It does when no proxy says that it has passed it on, and when the browser calls this machine,
    and the page that sends the request, by a name that only means this machine: a proxy may keep
    quiet, and another site may give its own name this machine's address.

    Args:
        headers: Of the request, their names in any case.
    """
    if any(name in headers for name in _PASSED_ON):
        return False
    asked = [f"//{headers.get('host', '')}", headers.get("origin", "//localhost")]
    return all(is_loopback(_host(address)) for address in asked)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def launch(ui: gr.Blocks, host: str, port: int, serving: Serving, visits: Visits) -> None:
    """Serve the page in the background; ``ui.block_thread()`` then waits for its end.

    Args:
        ui: The page.
        host: Address to serve on.
        port: Port there.
        serving: Limits, prefix and password.
        visits: Are told which pages are open.

    Raises:
        ConfigError: Gradio cannot serve there.
    """
    try:
        options = _options(serving, visits)
        ui.launch(server_name=host, server_port=port, prevent_thread_lock=True, **options)
    except Exception as error:  # Gradio passes on whatever its server raises
        raise ConfigError(f"cannot serve on {host}:{port}: {error}") from error


def _options(serving: Serving, visits: Visits) -> dict[str, Any]:
    """What the page needs of Gradio's ``launch``."""
    from gradio.themes import Base
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    def health(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return {
        "quiet": True,
        "inbrowser": False,
        "share": False,
        "ssr_mode": False,
        "enable_monitoring": False,
        "run_history": False,
        "footer_links": [],
        "max_file_size": f"{serving.max_upload_mb}mb",
        "root_path": serving.root_path,
        "theme": Base(font=("sans-serif",), font_mono=("monospace",)),  # no web fonts
        "head": _HEAD.replace("$root/", f"{serving.root_path}/" if serving.root_path else ""),
        "app_kwargs": {
            "routes": [Mount("/page", StaticFiles(directory=_STATIC)), Route("/health", health)],
            "middleware": [
                Middleware(_SecurityHeaders),
                Middleware(_Door, serving=serving),
                Middleware(_Presence, visits=visits),
            ],
        },
    }


class _SecurityHeaders:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class _Door:
    """Sees to the path prefix, and turns away who has no password or brings too much."""

    def __init__(self, app: ASGIApp, serving: Serving) -> None:
        self._app = app
        self._prefix = serving.root_path
        self._most = (serving.max_upload_mb + 1) * _MEGABYTE  # a form around the file
        self._login = b"Basic " + base64.b64encode(serving.auth.encode()) if serving.auth else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if self._prefix:
            # Proxies take the prefix off or leave it on; routing wants it on.
            if f"{path}/".startswith(f"{self._prefix}/"):
                path = path.removeprefix(self._prefix)
            whole = self._prefix + path
            scope = {**scope, "path": whole, "raw_path": whole.encode()}
        headers = dict(scope["headers"])
        given = headers.get(b"authorization", b"")
        if self._login and path not in _PUBLIC and not hmac.compare_digest(given, self._login):
            challenge = (b"www-authenticate", b'Basic realm="Article Bot", charset="UTF-8"')
            await _refuse(send, 401, b"Name and password, please.", challenge)
        elif int(headers.get(b"content-length", b"0")) > self._most:
            await _refuse(send, 413, b"That is too large for this page.")
        else:
            await self._app(scope, receive, send)


class _Presence:
    """Tells which pages are open: each keeps a request running, Gradio's heartbeat."""

    def __init__(self, app: ASGIApp, visits: Visits) -> None:
        self._app = app
        self._visits = visits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        heartbeat = scope["type"] == "http" and _HEARTBEAT.search(scope["path"])
        if not heartbeat:
            await self._app(scope, receive, send)
            return
        self._visits.opened(heartbeat[1])
        try:
            await self._app(scope, receive, send)
        finally:  # on a thread, which a cancelled request does not stop: it may write to disk
            asyncio.get_running_loop().run_in_executor(None, self._visits.left, heartbeat[1])


async def _refuse(send: Send, status: int, line: bytes, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *headers]})
    await send({"type": "http.response.body", "body": line})
