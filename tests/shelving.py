"""A library of small articles, and what the tests of libraries share."""

import pytest

from benchmarks.crash import MODELS, HashedWords, check_parts
from index.library import Library


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library.db", HashedWords(MODELS[0])) as opened:
        yield opened
        check_parts(opened)


def statuses(changes):
    return [(change.id, change.status) for change in changes]


def long_text(name: str, words: int = 4000) -> str:
    return " ".join(f"{name}{n}." for n in range(words))
