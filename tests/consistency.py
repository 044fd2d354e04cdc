"""Two articles, and the check that both halves of a store say the same."""

import numpy as np

from index.store import ArticleStore
from index.types import Article

CATS = Article("cats", "Cats sleep for most of the day.\n\nA cat can jump very high.", "Cats")
TAX = Article("tax", "The tax office opens on Monday.\n\nForms are due in April.", "Tax")


def assert_consistent(store: ArticleStore) -> None:
    """Every chunk in SQLite is in FAISS under its key with its vector, and nothing else is."""
    keys, vectors = store._database.vectors()
    assert sorted(store._dense.keys()) == sorted(keys)
    for key, vector in zip(keys, vectors, strict=True):
        assert np.array_equal(store._dense.vector(key), vector)
    terms = store._database.connection.execute("SELECT rowid FROM chunk_terms ORDER BY rowid")
    assert [key for (key,) in terms] == sorted(keys)
    for name in store.article_ids():
        article = store.article(name)
        for passage in store.passages([(k, 0.0) for k in store._database.chunk_keys([name])]):
            assert article.text[passage.start : passage.end] == passage.text
