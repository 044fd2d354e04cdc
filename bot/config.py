"""Settings, and the only place that reads the environment."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from bot.errors import ConfigError

_PREFIX = "ARTICLE_BOT_"
TOP_K = 5
"""Passages read for one question, unless set."""
STRICTNESS = 0.255
"""Confidence below which the articles do not say, unless set: the highest level tried at which 93 %
of the answerable questions of SQuAD 2.0's public part are answered. On the documents held out of
training (``training/tune_answering.py``) a somewhat lower one is worth as much or little more."""


@dataclass(frozen=True, slots=True)
class Config:
    """What can be set. Precedence: command-line flag, then environment, then the default here.

    The variable of a field is its name in capitals after ``ARTICLE_BOT_``:
    ``ARTICLE_BOT_LLM=none``.
    """

    article: str | Path | None = None
    """Path, URL or text to answer from; None is the article that is shipped."""
    library: Path | None = None
    """Name or SQLite file of the library that keeps articles; None keeps them in memory."""
    llm: str | None = None
    """none, local, gguf:PATH or provider:model; None is local where its weights are installed."""
    base_url: str | None = None
    """Address of an OpenAI-compatible server."""
    api_key: str | None = field(default=None, repr=False)
    """Key of the LLM provider; None leaves it to the provider's own variable."""
    embedder: str = "minilm"
    """minilm, sentence-transformers, or the name or folder of a sentence-transformers model."""
    reader: str = "shipped"
    """shipped, lexical, or the name or folder of a transformers question-answering model."""
    top_k: int = TOP_K
    """Passages read for one question."""
    strictness: float = STRICTNESS
    """Abstain below this confidence, 0 (answer always) to 1 (hardly ever)."""
    host: str = "127.0.0.1"
    port: int = 7860
    allow_private_urls: bool = False
    """Let article URLs point into private networks."""

    @property
    def names_hub_model(self) -> bool:
        """Whether a model may have to come from a hub."""
        return self.reader not in ("shipped", "lexical") or self.embedder not in (
            "minilm",
            "sentence-transformers",
        )

    def __post_init__(self) -> None:
        if self.top_k < 1:
            raise ConfigError(f"top_k must be at least 1, got {self.top_k}")
        if not 0 <= self.strictness <= 1:
            raise ConfigError(f"strictness must be from 0 to 1, got {self.strictness}")
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"port must be from 0 to 65535, got {self.port}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """Settings from the environment; ``overrides`` that are not None win.

        Raises:
            ConfigError: A value is not of the setting's form; the message never shows a key.
        """
        return cls(**_values(fields(cls), environ, overrides))


@dataclass(frozen=True, slots=True)
class Serving:
    """How the page is served; set like ``Config``, ``ARTICLE_BOT_ROOT_PATH=/reading``."""

    root_path: str = ""
    """Path prefix under which a reverse proxy shows the page: "/reading"."""
    auth: str | None = field(default=None, repr=False)
    """"user:password" that a visitor has to give; None lets everyone in."""
    max_upload_mb: int = 50
    """Largest file a visitor may open, in megabytes."""
    concurrency: int = 8
    """Questions answered, and articles opened, at once."""
    queue: int = 256
    """How many more may wait for their turn; the next one is turned away."""
    keys: bool | None = None
    """Let visitors choose a provider's model with a key of their own; None does so when the
    page is served to this machine alone."""
    feedback: Path | None = None
    """JSONL file that gets a line for every rating; None keeps ratings in the browser."""

    def __post_init__(self) -> None:
        path = self.root_path.strip("/")
        if not re.fullmatch(r"[\w.~/-]*", path, re.ASCII) or ".." in path or "//" in path:
            raise ConfigError(f"root_path must be a path such as /reading, got {self.root_path!r}")
        object.__setattr__(self, "root_path", f"/{path}" if path else "")
        if self.auth is not None and not all(self.auth.partition(":")[::2]):
            raise ConfigError("auth must be user:password, with a colon between the two")
        for name in ("max_upload_mb", "concurrency"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.queue < 0:
            raise ConfigError(f"queue must be at least 0, got {self.queue}")
        if self.feedback is not None and not self.feedback.resolve().parent.is_dir():
            raise ConfigError(f"feedback: there is no folder {str(self.feedback.parent)!r}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Self:
        """As ``Config.from_env``."""
        return cls(**_values(fields(cls), environ, overrides))


def _values(
    known: Sequence[Field[Any]], environ: Mapping[str, str] | None, overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """The settings that are given: by ``overrides``, or else by the environment."""
    source = os.environ if environ is None else environ
    names = [item.name for item in known]
    if unknown := [name for name in overrides if name not in names]:
        raise ConfigError(f"unknown setting {unknown[0]!r}")
    values: dict[str, Any] = {}
    for item in known:
        if overrides.get(item.name) is not None:
            values[item.name] = overrides[item.name]
        elif text := source.get(_PREFIX + item.name.upper()):
            values[item.name] = _parse(item.name, item.type, text)
    return values


def _parse(name: str, kind: object, text: str) -> Any:
    try:
        if kind is int:
            return int(text)
        if kind is float:
            return float(text)
        if kind in (bool, bool | None):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.lower()
            ]
    except (ValueError, KeyError):
        raise ConfigError(
            f"{_PREFIX}{name.upper()}={text!r} is not a valid {getattr(kind, '__name__', kind)}"
        ) from None
    return Path(text) if kind == Path | None else text
