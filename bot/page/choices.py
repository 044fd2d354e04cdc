"""What visitors may choose for their own questions: how strict, and which language model."""

from __future__ import annotations

import importlib.util
import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from bot.errors import ConfigError
from bot.llm import default_llm, is_small, load_llm

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bot.chat import Bot

_PROVIDERS = {
    "openai": "langchain_openai",
    "anthropic": "langchain_anthropic",
    "google_genai": "langchain_google_genai",
    "mistralai": "langchain_mistralai",
    "groq": "langchain_groq",
    "deepseek": "langchain_deepseek",
    "xai": "langchain_xai",
}
"""Providers that take a key, and the package each needs."""

_MODEL = re.compile(r"[\w.:/@-]{1,120}", re.ASCII)
_KEY = re.compile(r"[!-~]{1,400}")
_SERVER = re.compile(r"https?://[!-~]{1,300}", re.IGNORECASE)


class Choices:
    """What the page offers, and the bot that a visitor's choice makes of the served one.

    Shared by all visitors: it holds nothing of theirs. A key lives as long as the question it
    came with.
    """

    def __init__(self, llm: str = "none", *, keys: bool = False, servers: bool = False) -> None:
        """Offer what goes with the served language model.

        Args:
            llm: What the page was started with, as ``Config.llm`` names it.
            keys: Offer providers' models, with a key that the visitor types in.
            servers: Let the visitor name the address of such a provider's server, too.
        """
        self._llm = llm
        self._providers = [
            name
            for name, module in _PROVIDERS.items()
            if keys and importlib.util.find_spec(module) is not None
        ]
        self._keys = keys
        self._servers = keys and servers
        self._has_local = llm != "local" and default_llm() == "local"
        self._local: BaseChatModel | None = None
        self._loading = threading.Lock()

    def offered(self) -> dict[str, Any]:
        """The choices as JSON for the page."""
        kind, _, name = self._llm.partition(":")
        return {
            "served": PurePath(name).name if kind == "gguf" else self._llm,
            "local": self._has_local,
            "keys": self._keys,
            "providers": self._providers,
            "servers": self._servers,
        }

    def apply(self, bot: Bot, chosen: Any) -> Bot:
        """The bot that answers with these choices; ``bot`` itself stays as it is.

        Args:
            bot: What answers without any choice.
            chosen: From the browser: ``strictness`` ("lenient", "usual" or "strict") and ``llm``
                ("served", "none", "local" or "provider", which goes with ``provider``,
                ``model``, ``key`` and ``server``). What is missing is as served.

        Raises:
            ConfigError: A choice is not offered, or not of its form.
            LLMError: The chosen model cannot be set up.
        """
        if not isinstance(chosen, Mapping):
            return bot
        settings = bot.settings
        strictness = _strictness(settings.strictness, chosen.get("strictness", "usual"))
        settings = replace(settings, strictness=strictness)
        which = chosen.get("llm", "served")
        if which == "served":
            return bot.with_settings(settings, bot.llm)
        if which == "none":
            return bot.with_settings(settings, None)
        if which == "local" and (self._has_local or self._llm == "local"):
            settings = replace(settings, small_llm=is_small("local"))
            return bot.with_settings(settings, self._local_llm(bot))
        if which == "provider" and chosen.get("provider") in self._providers:
            return bot.with_settings(replace(settings, small_llm=False), self._provider(chosen))
        raise ConfigError("this language model is not offered here: choose another in the settings")

    def _local_llm(self, bot: Bot) -> BaseChatModel | None:
        """The local model, loaded when it is first asked for and shared from then on."""
        if self._llm == "local":
            return bot.llm
        with self._loading:
            if self._local is None:
                self._local = load_llm("local")
            return self._local

    def _provider(self, chosen: Mapping[str, Any]) -> BaseChatModel | None:
        model, key, server = (str(chosen.get(name) or "") for name in ("model", "key", "server"))
        if not _MODEL.fullmatch(model):
            raise ConfigError("the settings name no model of the provider: type its name there")
        if not _KEY.fullmatch(key):
            raise ConfigError("the settings have no usable API key: type it there again")
        if server and not self._servers:
            raise ConfigError("this page does not let visitors name a server: leave it empty")
        if server and not _SERVER.fullmatch(server):
            raise ConfigError(f"{server!r:.200} is not a web address: begin with https://")
        return load_llm(f"{chosen['provider']}:{model}", server or None, key)


def _strictness(served: float, word: Any) -> float:
    """The threshold that a word stands for: the served one, half of it, or nearer to 1."""
    levels = {"lenient": served / 2, "usual": served, "strict": served + (1 - served) / 4}
    if word not in levels:
        raise ConfigError(f"strictness must be one of {', '.join(levels)}")
    return levels[word]
