"""What becomes of an article that is added, decided from what the database holds."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from index.database import Database
from index.types import Article

Status = Literal["added", "updated", "unchanged", "duplicate"]


class Placed(NamedTuple):
    """What becomes of an article that is added, and under which id it is then in."""

    id: str
    status: Status

    @property
    def is_new(self) -> bool:
        """Whether there is anything to write."""
        return self.status in ("added", "updated")


Place = Callable[[Database, Article], Placed]
"""Decides what becomes of an article."""


def by_id(database: Database, article: Article) -> Placed:
    """An article replaces the one with its id, unless that has the same content."""
    stored = database.content_hash(article.id)
    if stored is None:
        return Placed(article.id, "added")
    return Placed(article.id, "unchanged" if stored == article.content_hash else "updated")


def by_source(database: Database, article: Article) -> Placed:
    """An article is known by its source and the id it has there, and else by its content."""
    if article.source:
        known = database.stored_from(article.source, article.id)
        if known is not None:
            same = known.content_hash == article.content_hash
            return Placed(known.id, "unchanged" if same else "updated")
    twin = database.stored_as(article.content_hash)
    if twin is not None:
        return Placed(twin.id, "unchanged" if not article.source else "duplicate")
    free, number = article.id, 1
    while database.content_hash(free) is not None:
        number += 1
        free = f"{article.id}-{number}"
    return Placed(free, "added")
