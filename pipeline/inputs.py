"""What the user named on the command line → the documents to read, each with the name its result goes by."""

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pipeline.bundles.unfold import unfolded
from pipeline.documents import Document, judged, known, of_page, passed_over
from pipeline.errors import UsageError
from pipeline.names import distinct, printable_name

_File = tuple[Path, PurePosixPath, str]  # where it is, the name it goes by, its kind


class Eyes:
    """Who looks into files: every one anew."""

    def judged(self, path: Path) -> tuple[str, bool]:
        """What is no file, or cannot be opened, is a document by its name alone, and tells why when it is read."""
        if path.is_file():
            try:
                with path.open("rb") as file:
                    return judged(file, path.name)
            except OSError:
                pass
        return "", known(path.name)

    def unfolded(self, document: Document, passwords: Sequence[str]) -> list[Document]:
        """The documents in a document: itself, or those of a bundle."""
        return unfolded(document, passwords)


class _Search(NamedTuple):
    """`output`: the folder of which nothing is taken."""

    output: Path | None
    eyes: Eyes


def collect(paths: Sequence[str | Path], output: Path | None = None, passwords: Sequence[str] = (), eyes: Eyes | None = None) -> list[Document]:
    """The documents of files, folders and globs, and those in bundles among them, sorted by name. Nothing under `output` is taken from a folder.

    `UsageError`: a path that is not there, a glob that matches nothing.
    """
    search = _Search(output.absolute() if output else None, eyes or Eyes())
    found: dict[str, tuple[PurePosixPath, str]] = {}
    for given in paths:
        for path, name, kind in _named(Path(given), search):
            key = os.path.abspath(path)
            # The same file named twice (a folder, and a file in it) is one document, under its longer name.
            found[key] = max(found.get(key, (name, kind)), (name, kind), key=lambda told: (len(told[0].parts), str(told[0])))
    files = sorted(found.items())  # by path: the order of the arguments decides nothing
    names = distinct(name for _, (name, _) in files)
    told = [Document(Path(path), str(name), kind=kind) for (path, (_, kind)), name in zip(files, names, strict=True)]
    return sorted(_unique([inner for document in told for inner in search.eyes.unfolded(document, passwords)]), key=lambda d: d.name)


def _unique(documents: list[Document]) -> Iterator[Document]:
    """A folder may be called `附件.zip!` too."""
    if len({d.name for d in documents}) == len(documents):
        yield from documents
        return
    for document, name in zip(documents, distinct(PurePosixPath(d.name) for d in documents), strict=True):
        yield document._replace(name=str(name))


def _named(given: Path, search: _Search) -> Iterator[_File]:
    """A path that exists is itself, though its name holds `[2024]`; only else is it a glob."""
    if given.is_dir():
        yield from _folder(given, given, search)
    elif os.path.lexists(given):
        yield given, PurePosixPath(printable_name(given.name)), search.eyes.judged(given)[0]
    elif glob.has_magic(str(given)):
        yield from _matches(given, search)
    else:
        raise UsageError(f"找不到路径：{given}")


def _matches(pattern: Path, search: _Search) -> Iterator[_File]:
    base = _fixed(pattern)
    matched = sorted(Path(p) for p in glob.glob(str(pattern), recursive=True))
    if not matched:
        raise UsageError(f"没有文件与通配符匹配：{pattern}")
    for path in matched:
        if search.output and search.output in (path.absolute(), *path.absolute().parents):
            continue
        if path.is_dir():
            yield from _folder(path, base, search)
        else:
            yield from _wanted([path], base, search)


def _fixed(pattern: Path) -> Path:
    """The folders of a glob before its first wildcard."""
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:first])


def _folder(folder: Path, base: Path, search: _Search) -> Iterator[_File]:
    """The documents under a folder, links followed once; a folder that cannot be opened is itself told as one that failed."""
    pending, seen = [folder], set()
    while pending:
        here = pending.pop()
        real = os.path.realpath(here)
        if real in seen or (here != folder and here.absolute() == search.output):
            continue
        seen.add(real)
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            yield here, _relative(here, base), ""
            continue
        files = [e.name for e in entries if not e.is_dir()]
        names = {name.lower() for name in files}
        pending += [here / e.name for e in entries if e.is_dir() and not passed_over(e.name) and not of_page(e.name, names)]
        yield from _wanted(map(here.joinpath, files), base, search)


def _wanted(files: Iterable[Path], base: Path, search: _Search) -> Iterator[_File]:
    for path in files:
        kind, wanted = search.eyes.judged(path)
        if wanted and not passed_over(path.name):
            yield path, _relative(path.parent, base) / printable_name(path.name), kind


@lru_cache(maxsize=4)
def _relative(folder: Path, base: Path) -> PurePosixPath:
    return PurePosixPath(printable_name(Path(os.path.relpath(folder, base)).as_posix()))
