"""What the user named on the command line → the documents to read, each with the name its result goes by."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.readers.kinds import EXTENSIONS

# Kinds that may hold a document: found in a folder, they are told as unsupported and not passed over.
DOCUMENT_KINDS = frozenset((
    ".pdf", ".ofd", ".ceb", ".caj", ".doc", ".docx", ".docm", ".dot", ".dotx", ".wps", ".wpt", ".rtf", ".odt", ".ppt", ".pptx", ".dps",
    ".xls", ".xlsx", ".xlsm", ".xlsb", ".et", ".ett", ".ods", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp",
    ".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".eml", ".msg", ".mht", ".mhtml", ".shtml", ".xhtml"))
_KNOWN = DOCUMENT_KINDS.union(*EXTENSIONS.values())
_SYSTEM = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


class Document(NamedTuple):
    """`name`: posix path relative to the folder that was given; unique within a run."""

    path: Path
    name: str


def collect(paths: Sequence[str | Path], output: Path | None = None) -> list[Document]:
    """The documents of files, folders and globs, sorted by name. Nothing under `output` is taken from a folder.

    `UsageError`: a path that is not there, a glob that matches nothing.
    """
    kept = output.absolute() if output else None
    found: dict[str, PurePosixPath] = {}
    for given in paths:
        for path, name in _named(Path(given), kept):
            key = os.path.abspath(path)
            # The same file named twice (a folder, and a file in it) is one document, under its longer name.
            found[key] = max(found.get(key, name), name, key=lambda n: (len(n.parts), str(n)))
    return sorted((Document(Path(path), name) for path, name in _unique(found)), key=lambda d: d.name)


def _named(given: Path, output: Path | None) -> Iterator[tuple[Path, PurePosixPath]]:
    """A path that exists is itself, though its name holds `[2024]`; only else is it a glob."""
    if given.is_dir():
        yield from _folder(given, given, output)
    elif os.path.lexists(given):
        yield given, PurePosixPath(printable_name(given.name))
    elif glob.has_magic(str(given)):
        yield from _matches(given, output)
    else:
        raise UsageError(f"找不到路径：{given}")


def _matches(pattern: Path, output: Path | None) -> Iterator[tuple[Path, PurePosixPath]]:
    base = _fixed(pattern)
    matched = sorted(Path(p) for p in glob.glob(str(pattern), recursive=True))
    if not matched:
        raise UsageError(f"没有文件与通配符匹配：{pattern}")
    for path in matched:
        if output and output in (path.absolute(), *path.absolute().parents):
            continue
        if path.is_dir():
            yield from _folder(path, base, output)
        elif _wanted(path):
            yield path, _relative(path, base)


def _fixed(pattern: Path) -> Path:
    """The folders of a glob before its first wildcard."""
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:first])


def _folder(folder: Path, base: Path, output: Path | None) -> Iterator[tuple[Path, PurePosixPath]]:
    """The documents under a folder, links followed once; a folder that cannot be opened is itself told as one that failed."""
    pending, seen = [folder], set()
    while pending:
        here = pending.pop()
        real = os.path.realpath(here)
        if real in seen or (here != folder and here.absolute() == output):
            continue
        seen.add(real)
        try:
            entries = sorted(here.iterdir())
        except OSError:
            yield here, _relative(here, base)
            continue
        pending += [e for e in entries if e.is_dir() and not _hidden(e)]
        yield from ((e, _relative(e, base)) for e in entries if not e.is_dir() and _wanted(e))


def _wanted(path: Path) -> bool:
    return not _hidden(path) and path.suffix.lower() in _KNOWN


def _hidden(path: Path) -> bool:
    """Lock files of Office (`~$分配表.docx`) and what systems leave in folders."""
    return path.name.startswith((".", "~$")) or path.name.lower() in _SYSTEM


def _relative(path: Path, base: Path) -> PurePosixPath:
    return PurePosixPath(printable_name(Path(os.path.relpath(path, base)).as_posix()))


def printable_name(name: str) -> str:
    """`name` as text: on Linux a name may be GB18030 bytes, which Python keeps as lone surrogates that no file can hold."""
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        raw = os.fsencode(name)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", errors="backslashreplace").replace("\\", "_")


def _unique(found: dict[str, PurePosixPath]) -> Iterator[tuple[str, str]]:
    """Names made distinct by `~2`, `~3` … in the order of the full paths, so that the order of the arguments decides nothing."""
    taken = {str(name) for name in found.values()}
    given: set[str] = set()
    for path, name in sorted(found.items()):
        told, count = str(name), 1
        while told in given or (count > 1 and told in taken):
            count += 1
            told = str(name.with_name(f"{name.stem}~{count}{name.suffix}"))
        given.add(told)
        yield path, told
