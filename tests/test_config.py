"""bot.config: precedence, forms of values, and a key that nobody sees."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from bot.config import Config
from bot.errors import ConfigError


def test_flag_beats_environment_beats_default():
    environ = {"ARTICLE_BOT_LLM": "none", "ARTICLE_BOT_TOP_K": "3", "LLM": "local"}
    config = Config.from_env(environ, top_k=5, base_url=None)
    assert (config.llm, config.top_k, config.base_url, config.port) == ("none", 5, None, 7860)
    assert Config.from_env({}) == Config()


def test_process_environment_is_the_default_source(monkeypatch):
    monkeypatch.setenv("ARTICLE_BOT_STRICTNESS", "0.25")
    assert Config.from_env().strictness == 0.25


def test_every_setting_can_come_from_the_environment():
    other = {int: "7", float: "0.7", bool: "1"}
    for item in fields(Config):
        config = Config.from_env(
            {f"ARTICLE_BOT_{item.name.upper()}": other.get(item.type, "lexical")}
        )
        assert getattr(config, item.name) != getattr(Config(), item.name), item.name
    assert Config.from_env({"ARTICLE_BOT_LIBRARY": "a/b.db"}).library == Path("a/b.db")


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("TRUE", True), ("yes", True), ("0", False), ("No", False)]
)
def test_truth_values(text, value):
    assert Config.from_env({"ARTICLE_BOT_ALLOW_PRIVATE_URLS": text}).allow_private_urls is value


def test_empty_variable_counts_as_unset():
    assert Config.from_env({"ARTICLE_BOT_TOP_K": ""}).top_k == Config().top_k


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("TOP_K", "many", r"^ARTICLE_BOT_TOP_K='many' is not a valid int$"),
        ("TOP_K", "0", "^top_k must be at least 1, got 0$"),
        ("STRICTNESS", "1,5", "^ARTICLE_BOT_STRICTNESS='1,5' is not a valid float$"),
        ("STRICTNESS", "1.5", "^strictness must be from 0 to 1, got 1.5$"),
        ("STRICTNESS", "nan", "^strictness must be from 0 to 1, got nan$"),
        ("PORT", "65536", "^port must be from 0 to 65535, got 65536$"),
        ("PORT", "-1", "^port must be from 0 to 65535, got -1$"),
        ("ALLOW_PRIVATE_URLS", "maybe", "^ARTICLE_BOT_ALLOW_PRIVATE_URLS='maybe' is not a "),
    ],
)  # fmt: skip
def test_bad_value_is_one_line_that_names_it(name, text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        Config.from_env({f"ARTICLE_BOT_{name}": text})
    assert "\n" not in str(caught.value)


def test_unknown_setting():
    with pytest.raises(ConfigError, match=r"^unknown setting 'colour'$"):
        Config.from_env({}, colour="red")


def test_key_is_never_shown():
    key = "sk-very-secret"
    config = Config.from_env({"ARTICLE_BOT_API_KEY": key})
    assert config.api_key == key
    assert key not in repr(config) + str(config)
    with pytest.raises(ConfigError, match="port must be") as caught:
        Config.from_env({"ARTICLE_BOT_API_KEY": key}, port=-1)
    assert key not in str(caught.value)


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'llm'"):
        Config().llm = "none"
