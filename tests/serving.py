"""Starts the real app as its own process, and stands in for browsers, for the tests of the page."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_app(*flags: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the app to its end, as for ``--help`` or a bad flag."""
    return subprocess.run(
        [sys.executable, "app.py", *flags],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
    )


@contextmanager
def serving(
    tmp_path: Path, *flags: str, port: int | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the page, on a free port where none is given; yields its address and its process."""
    port = port or free_port()
    log = tmp_path / f"app-{port}.log"
    # Uploads go below tmp_path, where a test can see what is left of them.
    environ = {**os.environ, "GRADIO_TEMP_DIR": str(tmp_path / "uploads")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), *flags],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url, log)
        yield url, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def page_event(
    url: str, session: str, name: str, data: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Send an event as the page does; returns the last state that comes back."""
    events = httpx.get(f"{url}/config").json()["dependencies"]
    event = next(each for each in events if each["targets"] and each["targets"][0][1] == name)
    body = {
        "data": [],
        "event_data": data,
        "fn_index": event["id"],
        "trigger_id": event["targets"][0][0],
        "session_hash": session,
    }
    joined = httpx.post(f"{url}/gradio_api/queue/join", json=body, headers=headers)
    joined.raise_for_status()
    address = f"{url}/gradio_api/queue/data?session_hash={session}"
    with httpx.stream("GET", address, timeout=60) as reply:
        for line in reply.iter_lines():
            message = json.loads(line.removeprefix("data: ") or "{}")
            if message.get("msg") == "process_completed":
                return dict(message["output"]["data"][0])
    raise AssertionError(f"no state came back for {name!r}")


@contextmanager
def answering_http(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Let a handler answer on a free port; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def reverse_proxy(url: str, prefix: str) -> Iterator[str]:
    """Show ``url`` under a path prefix, which is taken off, as nginx does; yields the address."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                # Browsers ask every host for this one by themselves.
                self.send_response(204 if self.path == "/favicon.ico" else 404)
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name != "Connection"}
            inner = url + self.path.removeprefix(prefix)
            with (
                suppress(OSError, httpx.TransportError),  # either side may leave at any time
                httpx.stream(
                    self.command, inner, headers=headers, content=body, timeout=None
                ) as reply,
            ):
                self.send_response_only(reply.status_code)
                for name, value in reply.headers.multi_items():
                    if name.lower() not in ("connection", "keep-alive", "transfer-encoding"):
                        self.send_header(name, value)
                self.end_headers()
                for chunk in reply.iter_raw():
                    self.wfile.write(chunk)

        do_POST = do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with answering_http(Proxy) as address:
        yield address + prefix


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/health", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the app did not start:\n{log.read_text(encoding='utf-8')}")
