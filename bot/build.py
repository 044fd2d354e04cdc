"""The composition root: a Config -> a Bot."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.answering import Settings
from bot.chat import Bot
from bot.config import Config
from bot.finding import Readers
from bot.llm import default_llm, is_small, load_llm
from index.errors import LibraryError, ReadError
from index.types import Article

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from bot.reader import Reader
    from index.library import Library
    from index.store import ArticleStore

_log = logging.getLogger(__name__)


def build_bot(
    config: Config | None = None,
    articles: Iterable[Article] | None = None,
    progress: Callable[[int, int], None] | None = None,
    only: Sequence[str] = (),
    library: "Library | None" = None,
) -> Bot:
    """Load the models and index the articles.

    Args:
        config: Settings; None takes them from the environment.
        articles: What to answer from; None reads what ``config.article`` names. Other articles
            of ``config.library`` are not asked, unless no article is named at all.
        progress: Called with (chunks embedded, chunks in all) while articles are indexed.
        only: Ids or titles of the articles to answer from; none of them is all.
        library: Takes the place of the one that ``config.library`` names, and may be empty.

    Raises:
        ArticleBotError: A source, a model or a setting is not usable; the message says why.
    """
    from index.store import ArticleStore

    config = config or Config.from_env()
    llm_name = config.llm or default_llm()
    llm = load_llm(llm_name, config.base_url, config.api_key)
    given = None  # a library that is asked as it stands
    if articles is not None or config.article is not None or config.library is None:
        given = list(read_articles(config) if articles is None else articles)
    if library is not None:
        store, scope = library.store, _add(library, given or [], progress)
    elif config.library is None:
        store = ArticleStore(load_embeddings(config.embedder))
        store.add_articles(given or [], progress)
        scope = None
    else:
        store, scope = _open_library(config, given, progress)
    if only:
        scope = _narrowed(store, scope, only)
    settings = Settings(config.top_k, config.strictness, is_small(llm_name), scope)
    readers = Readers(english=load_reader(config.reader), other=load_reader("lexical"))
    return Bot(store, readers, llm, settings)


def _open_library(
    config: Config,
    given: list[Article] | None,
    progress: Callable[[int, int], None] | None,
) -> tuple["ArticleStore", tuple[str, ...] | None]:
    """The store of a library, and the ids of the articles given; None is all that are in.

    Raises:
        LibraryError: The library cannot be used, or no article is given and it has none.
    """
    from index.library import Library

    assert config.library is not None
    library = Library(config.library, load_embeddings(config.embedder))
    if given is None:
        with Library(config.library) as looked_at:
            if not looked_at.entries():
                raise LibraryError(
                    f"the library {str(library.path)!r} holds no article: article-bot library add "
                    "FILE puts one in"
                )
        return library.store, None
    return library.store, _add(library, given, progress)


def _add(
    library: "Library", given: list[Article], progress: Callable[[int, int], None] | None
) -> tuple[str, ...] | None:
    """The ids in the library of the articles given, once they are in; None without any."""
    return tuple(change.id for change in library.add_articles(given, progress)) or None


def _narrowed(
    store: "ArticleStore", scope: tuple[str, ...] | None, only: Sequence[str]
) -> tuple[str, ...]:
    """Ids of the articles in scope that ``only`` means.

    Raises:
        LibraryError: A name means none of them, or several.
    """
    from index.naming import find_entries

    asked = [entry for entry in store.entries() if scope is None or entry.id in scope]
    try:
        return tuple(entry.id for entry in find_entries(asked, only))
    except LibraryError:
        store.close()
        raise


def read_articles(config: Config) -> list[Article]:
    """The articles that the configuration names; the shipped one when it names none.

    Of a folder or another source of several, what cannot be read is left out, and logged.

    Raises:
        ReadError: The source, or everything in it, cannot be read.
    """
    from index.reading import read_all

    if config.article is None:
        return [default_article()]
    errors: list[ReadError] = []
    private = config.allow_private_urls
    articles = list(read_all(config.article, allow_private=private, on_error=errors.append))
    if not articles:
        raise errors[0]
    for error in errors:
        _log.warning("left out: %s", error)
    for article in articles:
        for note in article.notes:
            _log.warning("%s: %s", article.name, note)
    return articles


def default_article() -> Article:
    """The article that is shipped: NASA's talks with China about access to moon rocks."""
    from importlib import resources

    from index.reading import read_bytes

    name = "moon-rocks.md"
    (article,) = read_bytes(resources.files("bot").joinpath("data", name).read_bytes(), name)
    return article


def load_embeddings(name: str) -> "Embeddings":
    """The encoder that ``Config.embedder`` names.

    Raises:
        LibraryError: Its weights are missing or cannot be loaded.
    """
    from index.embedding import MINILM, MiniLMEmbeddings, SentenceTransformerEmbeddings

    if name == "minilm":
        return MiniLMEmbeddings()
    return SentenceTransformerEmbeddings(MINILM if name == "sentence-transformers" else name)


def load_reader(name: str) -> "Reader":
    """The reader that ``Config.reader`` names.

    Raises:
        ReaderError: Its model cannot be loaded.
    """
    if name == "lexical":
        from bot.lexical_reader import LexicalReader

        return LexicalReader()
    if name == "shipped":
        from bot.reader import OnnxReader

        return OnnxReader()
    from bot.hub_reader import HubReader

    return HubReader(name)
