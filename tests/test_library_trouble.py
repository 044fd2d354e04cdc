"""index.library: several at a time, full disks, folders that nobody may write to."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
from shelving import long_text, statuses

from benchmarks.crash import MODELS, HashedWords, check_parts
from index.errors import LibraryError
from index.library import Library
from index.retriever import retrieve
from index.types import Article

pytest_plugins = ["shelving"]


# ---------------------------------------------------------------- several at a time
def test_second_writer_waits_for_the_first(library):
    library.add_articles([Article("a", "Cats sleep.")])
    other = sqlite3.connect(library.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.4, other.execute, ["ROLLBACK"])
    start = time.monotonic()
    release.start()
    assert statuses(library.add_articles([Article("b", "Dogs bark.")])) == [("b", "added")]
    assert time.monotonic() - start > 0.3
    release.join()
    other.close()


def test_second_writer_gives_up_with_one_line(library):
    library.add_articles([Article("a", "Cats sleep.")])
    library.store._database.connection.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(library.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError, match=r"^the library .* another process is writing to it"):
        library.add_articles([Article("b", "Dogs bark.")])
    assert retrieve(library.store, "Cats sleep.", 1)[0].article_id == "a"
    other.close()
    assert [e.id for e in library.entries()] == ["a"]


def test_reader_sees_one_state(library):
    library.add_articles([Article("a", "Cats sleep.")])
    with Library(library.path, HashedWords(MODELS[0])) as reader, reader.store.snapshot():
        ranking = reader.store.rank_lexical("cats", 1)
        library.remove(["a"])
        assert [p.text for p in reader.store.passages(ranking)] == ["Cats sleep."]
        assert reader.store.article("a").text == "Cats sleep."


# ------------------------------------------------------------------- what goes wrong
def full_disk(library: Library, kept: Article) -> None:
    """Add until there is no room; then everything that was in is in, and can be asked."""
    articles = [Article(f"a{n}", long_text(f"word{n}x", 3000)) for n in range(60)]
    added = []

    def add_all():
        for article in articles:
            added.extend(library.add_articles([article]))

    with pytest.raises(LibraryError, match=r"was not changed: the disk is full: free some") as full:
        add_all()
    assert "\n" not in str(full.value)
    assert 0 < len(added) < 60
    assert {e.id for e in library.entries()} == {kept.id, *(change.id for change in added)}
    assert retrieve(library.store, kept.text, 1)[0].article_id == kept.id
    check_parts(library)


def test_full_database(library):
    kept = Article("kept", "The kiwi sleeps.")
    library.add_articles([kept])
    library.store._database.connection.execute("PRAGMA max_page_count = 300")
    full_disk(library, kept)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a tiny disk")
def test_full_disk(tmp_path):
    disk, kept = tmp_path / "disk", Article("kept", "The kiwi sleeps.")
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a tiny disk cannot be mounted here")
    try:
        with Library(disk / "library.db", HashedWords(MODELS[0])) as library:
            library.add_articles([kept])
            full_disk(library, kept)
            count = len(library.entries())
        with pytest.raises(OSError, match="No space left"):
            (disk / "filler").write_bytes(bytes(3_000_000))
        with Library(disk / "library.db", HashedWords(MODELS[0])) as library:
            assert len(library.entries()) == count
            assert retrieve(library.store, kept.text, 1)[0].article_id == "kept"
        (disk / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        with Library(disk / "library.db", HashedWords(MODELS[0])) as library:
            library.remove([e.id for e in library.entries() if e.id != "kept"])
            assert len(library.add_articles([Article("new", "There is room again.")])) == 1
            check_parts(library)
    finally:
        subprocess.run(["umount", disk], check=True)


READ_ONLY = """
import sys
from benchmarks.crash import MODELS, HashedWords
from index.errors import LibraryError
from index.library import Library
from index.types import Article

with Library(sys.argv[1], HashedWords(MODELS[0])) as library:
    print([p.text for p in library.store.passages(library.store.rank_dense("kiwi", 1))])
    print([e.id for e in library.entries()])
    for change in (lambda: library.remove(["a"]),
                   lambda: library.add_articles([Article("b", "New.")]),
                   lambda: library.rebuild()):
        try:
            change()
        except LibraryError as error:
            print(error)
"""


@contextmanager
def read_only(folder):
    """Root may write anywhere, but not on a read-only mount."""
    if os.geteuid():
        for path in (*folder.iterdir(), folder):
            path.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    for options in (["--bind", folder], ["-o", "remount,ro,bind"]):
        done = subprocess.run(["mount", *options, folder], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("a read-only folder cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a read-only folder")
@pytest.mark.parametrize("whole", [True, False], ids=["closed", "killed"])
def test_read_only_folder(tmp_path, whole):
    source, folder = tmp_path / "source", tmp_path / "folder"
    source.mkdir()
    with Library(source / "library.db", HashedWords(MODELS[0])) as library:
        library.add_articles([Article("a", "The kiwi sleeps.")])
        if not whole:
            shutil.copytree(source, folder)
            assert (folder / "library.db-wal").stat().st_size > 0
    if whole:
        shutil.copytree(source, folder)
    with read_only(folder):
        with Library(folder / "library.db", HashedWords(MODELS[0])) as library:
            assert retrieve(library.store, "kiwi", 1)[0].text == "The kiwi sleeps."
            assert [e.id for e in library.entries()] == ["a"]
            message = r"library\.db' was not changed: it is read-only: check the permissions"
            with pytest.raises(LibraryError, match=message):
                library.remove(["a"])
            with pytest.raises(LibraryError, match=message):
                library.add_articles([Article("b", "New.")])
            assert retrieve(library.store, "kiwi", 1)[0].text == "The kiwi sleeps."
            with pytest.raises(LibraryError, match=message):
                library.rebuild()
        with pytest.raises(LibraryError, match="cannot be opened: unable to open the file: check"):
            Library(folder / "new.db", HashedWords(MODELS[0])).add_articles([Article("b", "New.")])
    with Library(folder / "library.db", HashedWords(MODELS[0])) as library:
        assert [e.id for e in library.entries()] == ["a"]
        check_parts(library)
