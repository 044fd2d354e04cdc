"""The one-shot function for scripts."""

import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from bot.chat import Bot
from bot.config import Config
from bot.types import Answer, History
from index.types import Article

_LOADING = threading.Lock()


def answer(
    question: str,
    article: str | Path | None = None,
    history: History = (),
    llm: str | None = None,
) -> Answer:
    """Answer a question about an article.

    The models are loaded once a process and the last few articles stay indexed; a program with
    a life of its own keeps a ``Bot`` instead.

    Args:
        question: In any language.
        article: Path, URL or text of the article; None is the one that is shipped.
        history: Earlier turns of the conversation.
        llm: "none", "local", "gguf:PATH" or "provider:model"; None is the configured one.

    Returns:
        The answer with its citations; ``status`` is "not_in_article" when the article does
        not say.

    Raises:
        ArticleBotError: The question, the article or the model is not usable.
    """
    from bot.build import read_articles

    config = Config.from_env(article=article, llm=llm)
    articles = tuple(read_articles(config))
    content = _Content(tuple((item.id, item.content_hash) for item in articles), articles)
    with _LOADING:
        bot = _bot_for(replace(config, article=None, library=None), content)
    return bot.ask(question, history)


@dataclass(frozen=True, slots=True)
class _Content:
    """Articles, equal when ids and texts are: a file that changed is indexed anew."""

    hashes: tuple[tuple[str, str], ...]
    articles: tuple[Article, ...] = field(compare=False)


@lru_cache(maxsize=8)
def _bot_for(config: Config, content: _Content) -> Bot:
    return _models(config).with_articles(content.articles)


@lru_cache(maxsize=2)
def _models(config: Config) -> Bot:
    from bot.build import build_bot

    return build_bot(config, articles=[])
