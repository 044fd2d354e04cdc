"""All vectors of a library made anew with another embedding model, resumable when killed.

The new vectors wait in the table ``rebuilt`` until the last is made; until then the old ones serve.
"""

from collections.abc import Callable

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from index.database import Database, as_blob
from index.embedding import embed_unit, name_of
from index.errors import LibraryError

_BATCH = 64


def rebuild(
    database: Database,
    embedding: Embeddings,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Make all vectors anew, or go on where an earlier call with this model was stopped.

    Args:
        database: The library.
        embedding: The encoder that the library has from now on.
        progress: Called with (chunks done, chunks in all).

    Returns:
        How many chunks there are.

    Raises:
        LibraryError: It cannot be written, or another process ended or restarted the rebuild.
    """
    model_id = name_of(embedding)
    done = _begin(database, model_id)
    while True:
        total = database.count_chunks()
        if progress is not None:
            progress(done, total)
        batch = _to_do(database, _BATCH)
        if not batch and _finish(database, model_id):
            return total
        if batch:
            keys, texts = zip(*batch, strict=True)
            _keep(database, model_id, list(keys), embed_unit(embedding, list(texts)))
            done += len(batch)


def _begin(database: Database, model_id: str) -> int:
    """Start a rebuild, or go on with one of this model; returns how many chunks are done."""
    with database.exclusive():
        if database.meta("rebuild") != model_id:
            database.connection.execute("DELETE FROM rebuilt")
            database.set_meta("rebuild", model_id)
        return int(database.rows("SELECT count(*) FROM rebuilt")[0][0])


def _to_do(database: Database, limit: int) -> list[tuple[int, str]]:
    """Keys and texts of chunks whose new vector is still to be made."""
    sql = "SELECT key, text FROM chunk WHERE key NOT IN (SELECT key FROM rebuilt) LIMIT ?"
    return [(key, text) for key, text in database.rows(sql, (limit,))]


def _keep(database: Database, model_id: str, keys: list[int], vectors: NDArray[np.float32]) -> None:
    """Keep new vectors (n, d) until all are there."""
    with database.exclusive():
        _check(database, model_id)
        database.connection.executemany(
            "INSERT OR REPLACE INTO rebuilt VALUES (?, ?)",
            [(key, as_blob(vector)) for key, vector in zip(keys, vectors, strict=True)],
        )


def _finish(database: Database, model_id: str) -> bool:
    """Put the new vectors in place of the old; False when chunks were added meanwhile."""
    with database.transaction():
        _check(database, model_id)
        if _to_do(database, 1):
            return False
        database.connection.execute(
            "UPDATE chunk SET embedding = "
            "(SELECT embedding FROM rebuilt WHERE rebuilt.key = chunk.key)"
        )
        database.connection.execute("DELETE FROM rebuilt")
        database.connection.execute("DELETE FROM meta WHERE key = 'rebuild'")
        database.connection.execute("INSERT INTO chunk_terms (chunk_terms) VALUES ('rebuild')")
        database.set_meta("embedding", model_id)
        database.compact()
    return True


def _check(database: Database, model_id: str) -> None:
    if database.meta("rebuild") != model_id:
        raise LibraryError(
            f"the library {str(database.path)!r} is rebuilt by another process too: this one stops"
        )
