"""Articles and how to find passages in them.

The light half is here; ``index.store`` (FAISS, LangChain), ``index.retriever``,
``index.embedding`` and ``index.reading`` are imported where they are needed.
"""

from index.errors import ArticleBotError, LibraryError, ReadError
from index.types import Article, Chunk, Heading, Passage, Span

__all__ = [
    "Article",
    "ArticleBotError",
    "Chunk",
    "Heading",
    "LibraryError",
    "Passage",
    "ReadError",
    "Span",
]
