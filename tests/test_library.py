"""index.library: what comes in, what goes out, what stays when something fails."""

import json
import zipfile
from pathlib import Path

import pytest
from shelving import long_text, statuses

from benchmarks.crash import MODELS, HashedWords, check_parts
from index.embedding import for_many
from index.errors import LibraryError, ReadError
from index.export import export, markdown
from index.intake import UPLOAD
from index.library import Library
from index.naming import find_entries, library_names, library_path
from index.reading import read
from index.retriever import retrieve
from index.types import Article, Heading

pytest_plugins = ["shelving"]
FERRY = "The ferry Selkie left the harbour at nine. It carried forty people and a piano.\n"
CATS = (
    "# Cats\n\nCats sleep for sixteen hours a day.\n\n## Jumping\n\nA cat jumps two metres high.\n"
)


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "articles"
    (found / "deep").mkdir(parents=True)
    (found / "cats.md").write_text(CATS, "utf-8")
    (found / "ferry.txt").write_text(FERRY, "utf-8")
    (found / "deep" / "ferry.txt").write_text("The ferry Orca sank in 1911.\n", "utf-8")
    return found


# ---------------------------------------------------------------------------- adding
def test_add_folder_and_again(library, folder):
    steps, seen = [], []
    changes = library.add([folder], progress=lambda *s: steps.append(s), on_change=seen.append)
    assert statuses(changes) == [("cats", "added"), ("ferry", "added"), ("ferry-2", "added")]
    assert seen == changes
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [(e.id, e.source_id, e.title) for e in library.entries()] == [
        ("cats", "cats", "Cats"),
        ("ferry", "ferry", ""),
        ("ferry-2", "ferry", ""),
    ]
    assert all(e.passages >= 1 and e.characters > 20 for e in library.entries())
    before = library.store._database.meta("generation")
    assert {c.status for c in library.add([str(folder)])} == {"unchanged"}
    assert library.store._database.meta("generation") == before
    assert retrieve(library.store, "Orca", 1)[0].article_id == "ferry-2"


def test_many_articles_go_in_by_the_encoder_for_many(tmp_path, folder, embedding, monkeypatch):
    taken = []

    def watched(given):
        taken.append(for_many(given))
        return taken[-1]

    monkeypatch.setattr("index.library.for_many", watched)
    monkeypatch.setattr("index.library._MANY_CHARACTERS", 1)
    monkeypatch.setattr("index.intake._GROUP_CHARACTERS", 1)
    with Library(tmp_path / "many.db", embedding) as library:
        library.add([folder])
        assert len(taken) == 1
        for name, question in (("cats", "How high do cats jump?"), ("ferry", "What carried it?")):
            best = retrieve(library.store, f"{question} {name}", 1)[0]
            assert best.article_id.startswith(name)
        library.add([folder])  # all is in: nothing is embedded, and nothing loaded for it
        assert len(taken) == 1
        monkeypatch.setattr("index.library._MANY_CHUNKS", 1)
        assert library.rebuild() == 4
        assert len(taken) == 2
        check_parts(library)


def test_source_is_the_same_from_any_folder(library, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert statuses(library.add(["ferry.txt"])) == [("ferry", "added")]
    monkeypatch.chdir(folder / "deep")
    assert statuses(library.add(["../ferry.txt"])) == [("ferry", "unchanged")]
    assert library.entries()[0].source == str(folder / "ferry.txt")


def test_same_content_from_elsewhere_is_a_duplicate(library, folder):
    (folder / "copy.txt").write_text(FERRY, "utf-8")
    library.add([folder / "ferry.txt"])
    (change,) = library.add([folder / "copy.txt"])
    assert (change.id, change.status) == ("ferry", "duplicate")
    assert change.source == str(folder / "copy.txt")
    twins = [Article("a", "Twin text."), Article("b", "Twin text.")]
    assert statuses(library.add_articles(twins)) == [("a", "added"), ("a", "unchanged")]
    assert len(library.entries()) == 2


def test_changed_file_replaces_its_article(library, folder):
    library.add([folder])
    (folder / "ferry.txt").write_text("The ferry Selkie was sold to zanzibar.\n", "utf-8")
    assert ("ferry", "updated") in statuses(library.add([folder]))
    assert library.article("ferry").text == "The ferry Selkie was sold to zanzibar."
    assert library.store.rank_lexical("piano", 5) == []


def test_errors_are_collected_and_the_rest_goes_in(library, folder):
    (folder / "bad.txt").write_bytes(b"\x7fELF" + bytes(500))
    (folder / "rows.jsonl").write_text('{"id": "r1", "text": "Row one."}\n{"id": 2}\n', "utf-8")
    (folder / "none").mkdir()
    errors = []
    changes = library.add([folder, folder / "missing.txt", folder / "none"], on_error=errors.append)
    assert {c.id for c in changes} == {"cats", "ferry", "ferry-2", "r1"}
    lines = [str(error) for error in errors]
    assert [next(w for w in ("bad", "line 2", "missing", "holds no") if w in e) for e in lines] == [
        "bad",
        "line 2",
        "missing",
        "holds no",
    ]
    with pytest.raises(ReadError, match="looks like a program"):
        library.add([folder / "bad.txt"])


# -------------------------------------------------------------------------- removing
def test_removed_article_leaves_no_trace(tmp_path):
    path = tmp_path / "library.db"
    secret = Article("secret", long_text("zyxwvut"), "Vutsrq report", "/none/qponmlk.txt")
    with Library(path, HashedWords(MODELS[0])) as library:
        library.add_articles([Article("kept", long_text("kept", 400)), secret])
    vector = (tmp_path / "library.db.faiss").stat().st_size
    before = path.stat().st_size
    with Library(path, HashedWords(MODELS[0])) as library:
        assert [e.id for e in library.remove(["vutsrq REPORT"])] == ["secret"]
        for words in ("zyxwvut17", "Vutsrq report"):
            for found in (library.store.rank_lexical(words, 9), library.store.rank_dense(words, 9)):
                assert {p.article_id for p in library.store.passages(found)} <= {"kept"}
        with pytest.raises(LibraryError, match="there is no article 'secret'"):
            library.remove(["secret"])
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        for trace in (b"zyxwvut", b"Vutsrq", b"vutsrq", b"qponmlk", b"secret"):
            assert trace not in left
    assert path.stat().st_size < before / 2
    assert (tmp_path / "library.db.faiss").stat().st_size < vector


def test_wrong_name_among_several_removes_nothing(library, folder):
    library.add([folder])
    with pytest.raises(LibraryError, match="no article 'cat' in the library: did you mean 'cats'"):
        library.remove(["ferry", "cat"])
    assert len(library.entries()) == 3


# -------------------------------------------------------------------------- updating
def test_update_reads_sources_again(library, folder):
    with zipfile.ZipFile(folder / "pack.zip", "w") as pack:
        pack.writestr("inside.txt", "Inside a zip the kiwi sleeps.")
    rows = [{"id": "one", "text": "Row one."}, {"id": "two", "text": "Row two."}]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    library.add([folder])
    library.add_articles([Article("pasted", "Pasted text.")])
    assert {c.status for c in library.update()} == {"unchanged"}

    (folder / "deep" / "ferry.txt").write_text("The ferry Orca was raised in 1950.\n", "utf-8")
    with zipfile.ZipFile(folder / "pack.zip", "w") as pack:
        pack.writestr("inside.txt", "Inside a zip the kiwi wakes.")
    rows = [{"id": "two", "text": "Row two, longer."}, {"id": "three", "text": "New row."}]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (folder / "cats.md").unlink()
    errors = []
    updated = [c.id for c in library.update(on_error=errors.append) if c.status == "updated"]
    assert updated == ["ferry-2", "inside", "two"]
    assert library.article("ferry-2").text == "The ferry Orca was raised in 1950."
    assert {e.id for e in library.entries()} == {
        *("cats", "ferry", "ferry-2", "inside", "one", "two", "pasted")
    }
    assert [str(error).split(":")[0] for error in errors] == ["cats", "one"]
    assert retrieve(library.store, "kiwi wakes", 1)[0].text == "Inside a zip the kiwi wakes."
    assert b"raised in 1950" in library.path.read_bytes()
    assert b"sank in 1911" not in library.path.read_bytes()
    with pytest.raises(ReadError, match="pasted: kept as it is, it was not read from a file"):
        library.update(["pasted"])
    with pytest.raises(ReadError, match=r"cats: kept as it is, '.*cats\.md' is gone"):
        library.update(["cats"])


def test_update_passes_over_what_was_uploaded(library, folder):
    library.add([folder / "ferry.txt"])
    library.add_articles([Article("notes", "Notes of a visitor.", source=f"{UPLOAD}notes.md")])
    (folder / "ferry.txt").write_text("The ferry Selkie sank.\n", "utf-8")
    assert statuses(library.update()) == [("ferry", "updated")]
    with pytest.raises(ReadError, match="notes: kept as it is, it was not read from a file"):
        library.update(["notes"])


# ------------------------------------------------------------------------ rebuilding
def test_other_model_names_the_rebuild_command(tmp_path):
    path = tmp_path / "a library.db"
    with Library(path, HashedWords(MODELS[0])) as library:
        library.add_articles([Article("a", "Cats sleep.")])
    with Library(path, HashedWords(MODELS[1])) as library:
        message = (
            f"made with the embedding model '{MODELS[0]}', not '{MODELS[1]}': name the former, or "
            f"run article-bot library rebuild --library '{path}'"
        )
        with pytest.raises(LibraryError, match=message):
            library.add_articles([Article("b", "Dogs bark.")])
        assert [e.id for e in library.entries()] == ["a"]
        assert library.rebuild() == 1
        assert statuses(library.add_articles([Article("b", "Dogs bark.")])) == [("b", "added")]
        (_, score), *_ = library.store.rank_dense("Cats sleep.", 1)
        assert score == pytest.approx(1, abs=1e-5)
        check_parts(library)


class Stopping(HashedWords):
    """Counts what it embeds, and stops after so many texts as a killed process would."""

    def __init__(self, model_id: str, after: int) -> None:
        super().__init__(model_id)
        self.left, self.embedded = after, 0

    def embed_documents(self, texts):
        if self.embedded >= self.left:
            raise KeyboardInterrupt
        self.embedded += len(texts)
        return super().embed_documents(texts)


def test_stopped_rebuild_goes_on_and_the_old_vectors_serve_meanwhile(tmp_path):
    path = tmp_path / "library.db"
    with Library(path, HashedWords(MODELS[0])) as old:
        old.add_articles([Article(str(n), f"Text {n}.") for n in range(150)])
        with Library(path, Stopping(MODELS[1], 100)) as new, pytest.raises(KeyboardInterrupt):
            new.rebuild()
        assert retrieve(old.store, "Text 77.", 1)[0].article_id == "77"
        old.add_articles([Article("late", "Added late.")])
        resumed, steps = Stopping(MODELS[1], 1000), []
        with Library(path, resumed) as new:
            assert new.rebuild(lambda *step: steps.append(step)) == 151
            check_parts(new)
            assert retrieve(new.store, "Added late.", 1)[0].article_id == "late"
        assert resumed.embedded <= 151 - 64
        assert steps[0][0] >= 64
        assert steps[-1] == (151, 151)
        for _ in range(2):  # a program that still has the old model is told, and told again
            with pytest.raises(LibraryError, match=f"model '{MODELS[1]}', not '{MODELS[0]}'"):
                old.store.rank_dense("Text 77.", 1)


def test_no_library_is_made_by_looking(tmp_path):
    with (
        Library(tmp_path / "none.db") as library,
        pytest.raises(
            LibraryError, match=r"there is no library '.*none\.db' yet: article-bot library add"
        ),
    ):
        library.entries()
    assert list(tmp_path.iterdir()) == []


# ----------------------------------------------------------------------------- names
def test_named_libraries(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert library_names() == []
    assert library_path().name == "default.db"
    assert library_path("science").parent == library_path().parent
    assert library_path("a.db") == Path("a.db")
    assert library_path("x/science") == Path("x/science")
    for name in ("bad name!", "x" * 65):
        with pytest.raises(LibraryError, match="is no name of a library: use at most 64 letters"):
            Library(name)
    with Library("science", HashedWords(MODELS[0])) as library:
        library.add_articles([Article("a", "Text.")])
    assert library_names() == ["science"]
    assert library_path("science").is_file()


def test_folder_of_libraries_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way", "utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(LibraryError, match=r"cannot be made \(.*\): name a file with --library"):
        Library("science", HashedWords(MODELS[0])).add_articles([Article("a", "Text.")])


def test_articles_by_title_or_id(library):
    library.add_articles(
        [
            Article("a1", "One.", "Moon  Rocks"),
            Article("a2", "Two.", "Twins"),
            Article("a3", "Three.", "Twins"),
            Article("Twin", "Four.", "a1"),
            Article("b", "Five."),
            Article("pasted-2", "Six."),
        ]
    )
    entries = library.entries()
    assert [e.id for e in find_entries(entries, ["moon rocks", "a2", "a1"])] == ["a1", "a2"]
    assert [e.id for e in find_entries(entries, ["pasted text 2"])] == ["pasted-2"]
    with pytest.raises(LibraryError, match="2 articles have the title 'twins': name an id: a2, a3"):
        find_entries(entries, ["twins"])
    with pytest.raises(LibraryError, match="no article 'moon rock' in the library: did you mean"):
        find_entries(entries, ["moon rock"])
    with pytest.raises(LibraryError, match=r"there is no article '' in the library$"):
        find_entries(entries, [""])


# ---------------------------------------------------------------------------- export
def test_export_markdown(library, folder, tmp_path):
    library.add([folder])
    library.add_articles([Article("Index", "Not the index."), Article("../up/é?", "Up.", "Ünï")])
    target = tmp_path / "out"
    assert export(library.articles(), target) == 5
    rows = json.loads((target / "index.json").read_text("utf-8"))
    files = {row["id"]: row["file"] for row in rows}
    assert sorted(p.name for p in target.iterdir()) == sorted(["index.json", *files.values()])
    assert files["../up/é?"] == "up-é.md"
    assert files["Index"] == "Index-2.md"
    assert (target / files["cats"]).read_text("utf-8") == CATS
    assert (target / "up-é.md").read_text("utf-8") == "# Ünï\n\nUp.\n"
    assert read(target / "cats.md").text == library.article("cats").text
    with pytest.raises(LibraryError, match="exists: name a new file or an empty folder"):
        export(library.articles(), target)


def test_export_jsonl_can_be_added_again(library, folder, tmp_path):
    library.add([folder])
    target = tmp_path / "out.jsonl"
    assert export(library.articles(), target) == 3
    with Library(tmp_path / "second.db", HashedWords(MODELS[0])) as second:
        assert [c.id for c in second.add([target])] == ["cats", "ferry", "ferry-2"]
        assert [a.text for a in second.articles()] == [a.text for a in library.articles()]
    with pytest.raises(LibraryError, match=r"out\.jsonl' exists"):
        export(library.articles(), target)
    with pytest.raises(LibraryError, match=r"cannot write '.*no/out\.jsonl': No such file"):
        export(library.articles(), tmp_path / "no" / "out.jsonl")


def test_markdown_marks_headings():
    article = Article("a", "One\n\nText.\n\nTwo\n\nMore.", "T", headings=(Heading(12, 15, 2),))
    assert markdown(article) == "# T\n\nOne\n\nText.\n\n## Two\n\nMore.\n"


def test_a_library_in_memory_is_gone_when_it_is_closed():
    library = Library(None, HashedWords(MODELS[0]))
    changes = library.add_articles([Article("ferry", FERRY), Article("cats", CATS)])
    assert [change.status for change in changes] == ["added", "added"]
    assert [entry.id for entry in library.remove(["cats"])] == ["cats"]
    found = retrieve(library.store, "ferry piano cat", 5)
    assert {passage.article_id for passage in found} == {"ferry"}
    library.close()
    assert library.entries() == []
    library.close()


def test_a_library_in_memory_is_not_rebuilt_and_stays_as_it_is():
    with Library(None, HashedWords(MODELS[0])) as library:
        library.add_articles([Article("a", "The lighthouse was lit in 1871.")])
        with pytest.raises(LibraryError, match="in memory"):
            library.rebuild()
        assert [entry.id for entry in library.entries()] == ["a"]
