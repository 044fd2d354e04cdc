"""The FAISS half of the store: exact search over the vectors that a database holds.

It is derived: kept in a file beside the database, checked by generation and SHA-256, and made
anew from the database whenever that file is not current.
"""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.errors import LibraryError

_log = logging.getLogger(__name__)

Ranking = list[tuple[int, float]]
"""(chunk key, score), best first."""


def index_file(path: Path) -> Path:
    """The file that keeps the FAISS index of the database at ``path``."""
    return path.with_name(path.name + ".faiss")


class DenseIndex:
    """L2-normalised vectors by chunk key; scores are inner products, that is cosines."""

    def __init__(self, database: Database) -> None:
        """Load the index of a database.

        Raises:
            LibraryError: The database cannot be read.
        """
        self._database = database
        self._faiss: faiss.IndexIDMap2 | None = None
        self._generation = ""
        self._saved = False
        self.load()

    def load(self) -> None:
        """Take the state of the database: from the file beside it when that is current."""
        with self._database.snapshot():
            self._generation = self._database.meta("generation") or ""
            self._faiss = self._read()
            self._saved = self._faiss is not None
            if self._faiss is None:
                keys, vectors = self._database.vectors()
                if keys:
                    self.add(keys, vectors)

    @property
    def is_current(self) -> bool:
        """Whether the database is as it was when this index was loaded or last changed."""
        return self._database.meta("generation") == self._generation

    def committed(self) -> None:
        """What was added and removed since `load` has become one change of the database."""
        self._generation = str(int(self._generation) + 1)

    def add(self, keys: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors (n, d).

        Raises:
            LibraryError: ``d`` is not that of the vectors already in.
        """
        if self._faiss is None:
            self._faiss = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        self._check_dimension(vectors.shape[1])
        self._faiss.add_with_ids(vectors, np.array(keys, dtype=np.int64))
        self._saved = False

    def remove(self, keys: Sequence[int]) -> None:
        """Remove the vectors of these keys."""
        if keys and self._faiss is not None:
            self._faiss.remove_ids(np.array(keys, dtype=np.int64))
            self._saved = False

    def nearest(
        self, query: NDArray[np.float32], k: int, allowed: Sequence[int] | None = None
    ) -> Ranking:
        """Keys and cosines of the ``k`` vectors nearest to ``query`` (1, d), best first.

        Args:
            query: L2-normalised.
            k: How many at most.
            allowed: Keys to choose from; None is all.

        Raises:
            LibraryError: ``d`` is not that of the vectors.
        """
        if self._faiss is None or self._faiss.ntotal == 0:
            return []
        self._check_dimension(query.shape[1])
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.array(allowed, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)
        scores, keys = self._faiss.search(query, min(k, self._faiss.ntotal), params=parameters)
        return [(int(key), float(s)) for key, s in zip(keys[0], scores[0], strict=True) if key >= 0]

    def keys(self) -> list[int]:
        """All keys."""
        return [] if self._faiss is None else faiss.vector_to_array(self._faiss.id_map).tolist()

    def vector(self, key: int) -> NDArray[np.float32]:
        """The vector (d,) of a key that is in."""
        assert self._faiss is not None, "an index without vectors has no keys"
        found: NDArray[np.float32] = self._faiss.reconstruct(key)
        return found

    def save(self) -> None:
        """Write the file beside the database unless it is current.

        A disk without room for it is logged and no failure: the file only saves time.
        """
        path = self._database.path
        if path is None or self._faiss is None or self._saved:
            return
        written = faiss.serialize_index(self._faiss).tobytes()
        target = index_file(path)
        scratch = target.with_name(target.name + ".tmp")
        try:
            with self._database.exclusive():  # one process writes the file
                if self._database.meta("generation") != self._generation:
                    return
                scratch.write_bytes(written)
                scratch.replace(target)
                digest = hashlib.sha256(written).hexdigest()
                self._database.set_meta("faiss", f"{self._generation}:{digest}")
        except (OSError, LibraryError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            _log.info("%r is not kept, opening will take longer: %s", str(target), reason)
        else:
            self._saved = True

    def _read(self) -> "faiss.IndexIDMap2 | None":
        path, stamp = self._database.path, self._database.meta("faiss")
        if path is None or stamp is None:
            return None
        generation, digest = stamp.split(":")
        target = index_file(path)
        if generation != self._generation or not target.is_file():
            return None
        written = target.read_bytes()
        if hashlib.sha256(written).hexdigest() != digest:
            return None
        return faiss.deserialize_index(np.frombuffer(written, dtype=np.uint8))

    def _check_dimension(self, found: int) -> None:
        assert self._faiss is not None
        if found != self._faiss.d:
            raise LibraryError(
                f"the embedding model gives vectors of {found} numbers, the library "
                f"{str(self._database.path)!r} holds {self._faiss.d}: it was made with another "
                "model"
            )
