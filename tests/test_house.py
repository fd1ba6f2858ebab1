"""The rules of the house: what every file of the repository keeps to, and that the documentation says what is there."""

import ast
import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import regex

from tests.conftest import ROOT, Output

PACKAGES = ("pipeline", "extractors", "grammars")
NOT_OURS = {".git", ".venv", "build", "dist", "output", "documents", "__pycache__"}
WRITTEN = ("export", "review")  # what commands write into the present folder
KINDS = {".py", ".md", ".yaml", ".toml", ".json", ".lock", ".csv", ".sh", ".sql", ".html", ".css", ".js", ""}
DOCUMENTS = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md",
             "output/README.md", "corpus/README.md", "grammars/README.md")
Command = Callable[..., subprocess.CompletedProcess[str]]


def texts() -> list[Path]:
    """Every text of the repository that a person wrote; sample documents apart."""
    return [*(p for p in ROOT.rglob("*") if p.is_file() and p.suffix in KINDS and not _set_aside(p)), ROOT / "output" / "README.md"]


def _set_aside(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return folders[:1] in [(f,) for f in WRITTEN] or any(f in NOT_OURS or f.endswith((".egg-info", "_cache")) or f == ".hypothesis" for f in folders)


def lines_with(pattern: str) -> list[str]:
    rule = regex.compile(pattern)
    lines = ((p, n, line) for p in texts() for n, line in enumerate(p.read_text(encoding="utf-8").split("\n"), 1))
    return [f"{p.relative_to(ROOT)}:{n}: {line.strip():.100}" for p, n, line in lines if rule.search(line)]


def test_no_path_of_a_machine() -> None:
    assert not lines_with(r"(?<![\w./~])/(?:work|home|root|Users|mnt)/\w")


def test_no_address_of_a_package_index() -> None:
    assert not lines_with("--(?:extra-)?" + r"index-url|/simple\b/|registry[.][a-z]+[.]|py" + r"pi[.]org|python" + "hosted")


def test_nothing_is_left_for_later() -> None:
    assert not lines_with(r"\b(?:TO" + "DO|FIX" + "ME|Not" + r"ImplementedError)\b")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_a_stub(package: str) -> None:
    empty = []
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
                if all(isinstance(s, ast.Pass) for s in body):
                    empty.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not empty


@pytest.mark.parametrize("package", (*PACKAGES, "scripts"))
def test_every_module_says_what_it_is(package: str) -> None:
    silent = []
    for path in (ROOT / package).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
    assert not silent


def test_lock_pins_every_package() -> None:
    lines = [line for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    assert lines
    assert not [line for line in lines if not regex.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)]
    names = {_name(line) for line in lines}
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_name(d) for d in (*told["dependencies"], *told["optional-dependencies"]["dev"])}
    assert wanted | {"pip", "setuptools", "wheel"} <= names


def _name(requirement: str) -> str:
    """A package's name as indexes compare it."""
    return regex.split(r"[=<>!~ \[;]", requirement)[0].lower().replace("_", "-").replace(".", "-")


def commands(name: str) -> set[str]:
    """The command lines of a document's code blocks, comments taken off."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = regex.findall(r"```(?:sh|bash|console)\n(.*?)```", text, regex.S)
    lines = [regex.sub(r"(?:^|\s)#.*", "", line).removeprefix("$ ").strip() for block in blocks for line in block.split("\n")]
    return {line for line in lines if line}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_that_are_told_are_there(name: str, gongwen: Command) -> None:
    targets = set(regex.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), regex.M))
    unknown = []
    for line in commands(name):
        first, *rest = line.split()
        if first == "make":
            unknown += [line for word in rest if "=" not in word and word not in targets]
        elif first.removeprefix(".venv/bin/") == "gongwen":
            words = [w for w in rest if regex.fullmatch(r"[a-z]+", w)][: 2 if rest[:1] == ["grammar"] else 1]
            unknown += [line] if gongwen(*words, "--help").returncode else []
        elif first not in ("git", "cd", "python3", ".venv/bin/python"):
            unknown.append(line)
    assert not unknown


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_told_are_there(name: str) -> None:
    """Links, and names in backquotes that look like paths of the repository."""
    text = (ROOT / name).read_text(encoding="utf-8")
    here = (ROOT / name).parent
    links = [target for target in regex.findall(r"\]\(([^)#:]+)\)", text) if not (here / target).exists()]
    named = regex.findall(r"`((?:pipeline|extractors|grammars|corpus|tests|scripts)/[\w./-]*)`", text)
    paths = [p for p in named if "NAME" not in p and not (ROOT / p).exists()]
    assert not links + paths


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_what_is_shown_is_what_is_there(name: str, outputs: list[Output]) -> None:
    """The document and the JSON on the first screen are a sample's: every line stands in it, every value in its record."""
    text = (ROOT / name).read_text(encoding="utf-8")
    path = regex.search(r"`corpus/documents/([\w.-]+)`", text)
    document, record = (regex.search(rf"```{kind}\n(.*?)```", text, regex.S) for kind in ("text", "json"))
    assert path and document and record
    output = next(o for o in outputs if o.path.name == path[1])
    source = output.path.read_text(encoding="utf-8")
    assert not [line for line in document[1].split("\n") if line.strip("… ") and line not in source]
    told = json.dumps(output.record.model_dump(mode="json"), ensure_ascii=False)
    values = regex.findall(r'"\w+": (?:"[^"]*"|-?[\d.]+|null|\["[^"]*"\]|\[-?[\d.]+\])', record[1])
    assert len(values) > 10
    assert not [value for value in values if value not in told]


def test_makefile_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set((regex.search(r"^\.PHONY: (.*)$", text, regex.M) or [""])[1].split())
    assert phony == set(regex.findall(r"^([a-z-]+):.*## ", text, regex.M))
