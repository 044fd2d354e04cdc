"""The house stands as designed: imports point one way, heavy libraries have one home each."""

import ast
import sys
from pathlib import Path

import pytest

import bot
import index

ROOT = Path(__file__).parents[1]
OURS = ("app", "bot", "index", "prompts")


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    _name(path): path
    for folder in ("bot", "index", "prompts")
    for path in sorted((ROOT / folder).rglob("*.py"))
} | {"app": ROOT / "app.py"}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}


def _targets(node: ast.AST, module: str) -> set[str]:
    """Modules that an import statement names; ``from bot import chat`` names ``bot.chat``."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{module}: relative import"
        inner = {f"{node.module}.{alias.name}" for alias in node.names}
        return {str(node.module)} | (inner & FILES.keys())
    return set()


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(module: str) -> set[str]:
    """Everything a module imports, at any place."""
    return {t for node in ast.walk(TREES[module]) for t in _targets(node, module)}


def load_time_imports(module: str) -> set[str]:
    """What importing a module imports: nothing inside functions, nothing for the type checker."""
    found: set[str] = set()
    todo: list[ast.AST] = list(TREES[module].body)
    while todo:
        node = todo.pop()
        if _is_type_checking(node) or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        found |= _targets(node, module)
        todo.extend(ast.iter_child_nodes(node))
    return found


def top(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def homes(library: str) -> set[str]:
    """Our modules that import a library, at any place."""
    return {
        name for name in FILES for t in imports(name) if t == library or t.startswith(f"{library}.")
    }


def under(package: str) -> list[str]:
    return [name for name in FILES if name == package or name.startswith(f"{package}.")]


def test_index_knows_only_itself():
    assert under("index")
    for module in under("index"):
        assert {top(t) for t in imports(module)} & set(OURS) <= {"index"}, module


def test_prompts_know_only_the_standard_library():
    assert {top(t) for module in under("prompts") for t in imports(module)} <= (
        sys.stdlib_module_names
    )


def test_config_knows_only_the_standard_library_and_our_errors():
    ours = {t for t in imports("bot.config") if top(t) in OURS}
    assert ours == {"bot.errors"}
    assert {top(t) for t in imports("bot.config") - ours} <= sys.stdlib_module_names


def test_only_the_edges_know_the_composition_root():
    assert {"app", "bot.cli", "bot.api"} <= homes("bot.build")
    inner = {"bot.chat", "bot.batch", "bot.citations", "bot.compose", "bot.grounding", "bot.llm"}
    assert not homes("bot.build") & inner


def test_nothing_imports_an_edge():
    assert homes("app") == set()
    assert homes("bot.cli") == {"bot.__main__"}
    page = set(under("bot.page"))
    assert homes("bot.page") <= page | {"app"}


def test_no_cycles_at_load_time():
    graph = {name: load_time_imports(name) & FILES.keys() for name in FILES}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for target in graph[module] - {module}:
                visit(target, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())
    assert done == set(FILES)


@pytest.mark.parametrize(
    ("library", "allowed"),
    [
        ("faiss", {"index.dense"}),
        ("sqlite3", {"index.library_file", "index.sqlite"}),
        ("sentence_transformers", {"index.embedding"}),
        ("xllamacpp", {"bot.local_llm"}),
        ("langchain", {"bot.llm"}),
        ("onnxruntime", {"index.embedding", "bot.reader"}),
        ("torch", {"bot.hub_reader", "index.embedding"}),
        ("tqdm", {"bot.batch", "bot.library_cli"}),
        ("platformdirs", {"index.naming"}),
    ],
)
def test_library_has_one_home(library, allowed):
    assert homes(library) <= allowed
    assert homes(library), f"{library} is used nowhere: drop this row"


def test_gradio_only_in_the_page():
    found = homes("gradio")
    assert found
    assert found <= {"app", *under("bot.page")}


def test_pickle_nowhere():
    assert not homes("pickle") | homes("marshal") | homes("shelve") | homes("langchain_community")
    assert not [name for name, path in FILES.items() if "allow_pickle" in path.read_text("utf-8")]


def test_init_chat_model_only_in_llm():
    named = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and any(alias.name == "init_chat_model" for alias in node.names)
    }
    assert named == {"bot.llm"}


def test_environment_is_read_only_by_config():
    readers = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv", "environb", "putenv")
    }
    assert "bot.config" in readers
    assert readers <= {"bot.config", "app"}


def test_command_line_loads_nothing_but_the_standard_library():
    seen, todo = set(), ["bot.cli"]
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        parents = {module.rsplit(".", n)[0] for n in range(1, module.count(".") + 1)}
        todo.extend((load_time_imports(module) | parents) & FILES.keys())
    outside = {
        f"{module} imports {t}" for module in seen for t in load_time_imports(module) - FILES.keys()
        if top(t) not in sys.stdlib_module_names
    }  # fmt: skip
    assert {"bot", "bot.config", "bot.errors", "index.errors"} <= seen
    assert not outside


@pytest.mark.parametrize("package", [bot, index])
def test_public_door_is_complete_and_sorted(package):
    names = package.__all__
    assert names == sorted(names, key=lambda n: (not n.isupper(), n[0].islower(), n))
    for name in package.__all__:
        assert getattr(package, name) is not None
    exported = {
        alias.asname or alias.name
        for node in TREES[package.__name__].body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert exported == set(package.__all__)
