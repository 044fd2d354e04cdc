"""The composition root: a Config -> a Bot."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.chat import Bot, Readers, Settings
from bot.config import Config
from bot.llm import default_llm, is_small, load_llm
from index.types import Article

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from bot.reader import Reader


def build_bot(
    config: Config | None = None,
    articles: Iterable[Article] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Bot:
    """Load the models and index the articles.

    Args:
        config: Settings; None takes them from the environment.
        articles: What to answer from; None reads what ``config.article`` names. Other articles
            of ``config.library`` are not asked, unless no article is named at all.
        progress: Called with (chunks embedded, chunks in all) while articles are indexed.

    Raises:
        ArticleBotError: A source, a model or a setting is not usable; the message says why.
    """
    from index.store import ArticleStore

    config = config or Config.from_env()
    llm_name = config.llm or default_llm()
    llm = load_llm(llm_name, config.base_url, config.api_key)
    store = ArticleStore(load_embeddings(config.embedder), config.library)
    if articles is None and config.article is None and store.article_ids():
        scope = None  # a library that is asked as it stands
    else:
        given = list(read_articles(config) if articles is None else articles)
        store.add_articles(given, progress)
        scope = tuple(article.id for article in given) or None
    settings = Settings(config.top_k, config.strictness, is_small(llm_name), scope)
    readers = Readers(english=load_reader(config.reader), other=load_reader("lexical"))
    return Bot(store, readers, llm, settings)


def read_articles(config: Config) -> list[Article]:
    """The articles that the configuration names; the shipped one when it names none.

    Raises:
        ReadError: The source cannot be read.
    """
    from index.reading import read_all

    if config.article is None:
        return [default_article()]
    return list(read_all(config.article, allow_private=config.allow_private_urls))


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
    from bot.reader import HubReader, OnnxReader

    return OnnxReader() if name == "shipped" else HubReader(name)
