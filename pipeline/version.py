"""Which gongwen this is: its version, and fingerprints of the code that decides what a reading and what a record holds."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

VERSION = "0.1.0"
_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("extractors", "grammars", "pipeline")


_IMPORT = re.compile(rf"^[ \t]*(?:from ((?:{'|'.join(_PACKAGES)})[\w.]*) import (\([^)]*\)|[^\n#]*)|import ((?:{'|'.join(_PACKAGES)})[\w.]*))", re.MULTILINE)
RESULT = ("pipeline.tasks", "pipeline.links")  # what makes a record


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """16 hex digits over the sources of all code that decides what a record holds; the same on every machine."""
    return fingerprint(RESULT)


@lru_cache(maxsize=64)
def fingerprint(modules: tuple[str, ...], libraries: tuple[str, ...] = (), alone: tuple[str, ...] = ()) -> str:
    """16 hex digits over modules of ours with all of ours that they import, modules `alone`, and the versions of libraries."""
    files = sorted(_closure(modules).union(*map(_files, alone)))
    told = "\n".join([_over(files), *(f"{name} {_version(name)}" for name in libraries)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _over(files: Iterable[Path]) -> str:
    told = hashlib.sha256()
    for path in files:
        told.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return told.hexdigest()[:16]


def _closure(modules: Iterable[str]) -> set[Path]:
    found, pending = set[Path](), [path for name in modules for path in _files(name)]
    while pending:
        path = pending.pop()
        if path not in found:
            found.add(path)
            pending += _imported(path)
    return found


def _imported(path: Path) -> Iterator[Path]:
    """The files that a module imports, wherever in it the import stands."""
    for package, names, whole in _IMPORT.findall(path.read_text(encoding="utf-8")):
        for name in names.strip("()").split(",") if package else ("",):
            yield from _files(f"{package or whole}.{name.split(' as ')[0].strip()}".strip("."))


def _files(name: str) -> Iterator[Path]:
    """The file of a module of ours, of the module that a name is in; the files of the packages it is in with it."""
    known, parts = _modules(), name.split(".")
    yield from (known[module] for end in range(1, len(parts) + 1) if (module := ".".join(parts[:end])) in known)


@lru_cache(maxsize=1)
def _modules() -> dict[str, Path]:
    """Dotted name → file."""
    found = [path for package in _PACKAGES for path in (_ROOT / package).rglob("*.py")]
    return {".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in found}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "-"
