"""Imports go one way, pipeline → extractors → grammars, and never in a circle."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {"grammars": {"grammars"}, "extractors": {"extractors", "grammars"}, "pipeline": {"pipeline", "extractors", "grammars"}}


def modules() -> dict[str, Path]:
    """Dotted name → file of every module of the three packages."""
    found = {}
    for package in MAY_IMPORT:
        for path in sorted((ROOT / package).rglob("*.py")):
            found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.relative_to(ROOT)} line {node.lineno}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name and name not in known:
                name = name.rpartition(".")[0]
            if name:
                yield name


def test_there_are_modules() -> None:
    assert {"pipeline.readers.registry", "extractors.extract", "grammars.grammar"} <= set(modules())


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    known = modules()
    wrong = [f"{name} imports {other}" for name, path in known.items() if name.split(".")[0] == package
             for other in imported(path, known) if other.split(".")[0] not in MAY_IMPORT[package]]
    assert not wrong


def test_no_circles() -> None:
    known = modules()
    graph = {name: {other for other in imported(path, known) if other != name} for name, path in known.items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


# The core opens no file, starts no process, asks no network: what it gives depends on the reading and the grammar alone.
WORLD = {"asyncio", "concurrent", "multiprocessing", "os", "pathlib", "random", "shutil", "socket", "subprocess", "tempfile",
         "threading", "time", "urllib"}


def test_extractors_do_not_touch_the_world() -> None:
    wrong = []
    for name, path in modules().items():
        if not name.startswith("extractors"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{name} imports {n}" for n in names if n.split(".")[0] in WORLD]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
                wrong.append(f"{name} line {node.lineno} opens a file")
    assert not wrong
