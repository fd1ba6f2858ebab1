"""What a fingerprint covers: a reader's is of all that its reading depends on."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import regex

from pipeline import version
from pipeline.fingerprints import sight_fingerprint, work_fingerprint
from pipeline.readers.registry import READERS

ROOT = Path(__file__).resolve().parents[1]
_IMPORTS = regex.compile(r"from (pipeline\.readers[\w.]*) import")


def parsed(path: Path) -> Iterator[Path]:
    """The files that a module imports, by Python's own parser."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else \
            [f"{node.module}.{a.name}" for a in node.names] if isinstance(node, ast.ImportFrom) and node.module else []
        for name in names:
            yield from version._files(name)


@pytest.mark.parametrize("path", sorted(p for package in version._PACKAGES for p in (ROOT / package).rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_are_found_as_python_finds_them(path: Path) -> None:
    assert set(version._imported(path)) == set(parsed(path))


@pytest.mark.parametrize("kind", READERS)
def test_a_reader_names_the_module_that_it_imports(kind: str) -> None:
    reader = READERS[kind]
    files = version._closure([f"pipeline.readers.{reader.module}", "pipeline.readers.encoding"])
    for module in _IMPORTS.findall(inspect.getsource(reader.read)):
        assert set(version._files(module)) <= files


def test_a_reader_is_another_when_what_it_imports_is(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {kind: reader.fingerprint for kind, reader in READERS.items()}
    read = Path.read_bytes

    def other(path: Path) -> bytes:
        return read(path) + b"#" if path.name == "lattice.py" else read(path)

    monkeypatch.setattr(Path, "read_bytes", other)
    version.fingerprint.cache_clear()
    changed = {kind for kind, reader in READERS.items() if reader.fingerprint != before[kind]}
    version.fingerprint.cache_clear()
    assert {"pdf", "image"} <= changed and not changed & {"text", "html", "docx", "xlsx"}


def test_other_libraries_are_other_work_but_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    code, work, sight = version.code_fingerprint(), work_fingerprint(), sight_fingerprint()
    for made in (version.fingerprint, version.code_fingerprint, work_fingerprint):
        made.cache_clear()
    monkeypatch.setattr(version, "version", lambda name: "0")
    seen = version.code_fingerprint(), work_fingerprint(), sight_fingerprint()
    for made in (version.fingerprint, version.code_fingerprint, work_fingerprint):
        made.cache_clear()
    assert seen[0] == code and seen[1] != work and seen[2] == sight
