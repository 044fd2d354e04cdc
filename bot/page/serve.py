"""Serves the page: its own files, its theme, security headers, and clear start-up errors."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import ConfigError

if TYPE_CHECKING:
    import gradio as gr
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MAX_UPLOAD = "50mb"
_STATIC = Path(__file__).parent / "static"
_HEAD = """
<link rel="icon" href="page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page/page.css">
"""

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


def launch(ui: gr.Blocks, host: str, port: int) -> None:
    """Serve the page in the background; ``ui.block_thread()`` then waits for its end.

    Raises:
        ConfigError: Gradio cannot serve there.
    """
    try:
        ui.launch(server_name=host, server_port=port, prevent_thread_lock=True, **_options())
    except Exception as error:  # Gradio passes on whatever its server raises
        raise ConfigError(f"cannot serve on {host}:{port}: {error}") from error


def _options() -> dict[str, Any]:
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
        "max_file_size": _MAX_UPLOAD,
        "theme": Base(font=("sans-serif",), font_mono=("monospace",)),  # no web fonts
        "head": _HEAD,
        "app_kwargs": {
            "routes": [Mount("/page", StaticFiles(directory=_STATIC)), Route("/health", health)],
            "middleware": [Middleware(_SecurityHeaders)],
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
