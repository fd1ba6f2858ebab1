"""The folder of the review: which files in it are ours, and what each document's page was made from.

Nothing that we did not write is touched: what is ours stands in a list beside the pages. A page is written aside and takes its place when it is whole.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.review.names import DOCUMENTS

LIST = ".gongwen-review.json"
_VERSION = 1


@dataclass
class Page:
    """`read`: fingerprint of the record that `entry`, its line in the index, was made from; `of`: of all that the page was. `files`: its own, from the folder."""

    read: str
    entry: dict[str, Any]
    of: str = ""
    files: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """It is to be written anew."""
        self.of, self.files = "", []


@dataclass
class Folder:
    """`pages`: by key. `files`: others that are ours (the index, its data, styles and scripts)."""

    path: Path
    pages: dict[str, Page] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def write(self, name: str, pieces: Iterable[str | bytes]) -> None:
        write(self.path / name, pieces)

    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            path = self.path / name
            path.unlink(missing_ok=True)
            with suppress(OSError):  # others' files are in it
                path.parent.rmdir()

    def keep(self) -> None:
        """Write down what is ours."""
        told = {"version": _VERSION, "files": self.files, "pages": {key: vars(page) for key, page in self.pages.items()}}
        self.write(LIST, [json.dumps(told, ensure_ascii=False)])


def write(path: Path, pieces: Iterable[str | bytes]) -> None:
    """A file, whole or not there. `OSError`: the disk refuses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode(errors="replace") if isinstance(piece, str) else piece)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def opened(path: Path, files: Iterable[str]) -> Iterator[Folder]:
    """The folder with what is known of it; `files`: those we shall write beside the pages. `UsageError`: it is not ours to write, or the disk refuses."""
    if path.is_file():
        raise UsageError(f"{path} 是一个文件，不是文件夹；请用 -o 另选文件夹")
    known = _known(path)
    wanted = list(files)
    taken = [name for name in wanted if name not in known.files and (path / name).exists()]
    if taken or not known.files and (path / DOCUMENTS).exists():
        raise UsageError(f"{path} 中已有别的 {'、'.join(taken) or DOCUMENTS}，不是 gongwen review 写的；请用 -o 另选文件夹")
    try:
        path.mkdir(parents=True, exist_ok=True)
        known.files = wanted
        known.keep()
        yield known
    except OSError as error:
        raise UsageError(f"无法写入 {error.filename or path}（{error.strerror}）；请检查磁盘空间和权限") from error


def _known(path: Path) -> Folder:
    """What the list tells; nothing where there is none, or one of another version."""
    try:
        told = json.loads((path / LIST).read_bytes())
        return Folder(path, {key: Page(**page) for key, page in told["pages"].items()}, list(told["files"])) if told["version"] == _VERSION else _older(path, told)
    except FileNotFoundError:
        return Folder(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path / LIST} 无法读取；请删去这个文件夹，或用 -o 另选文件夹") from error


def _older(path: Path, told: Mapping[str, Any]) -> Folder:
    raise UsageError(f"{path} 是另一版 gongwen 写的（版本 {told['version']}）；请删去这个文件夹后再运行")


def stamp(paths: Iterable[Path], more: str) -> str:
    """A fingerprint of files as they stand, by size and time, and of `more`."""
    signs = [f"{path}\0{_sign(path)}" for path in paths]
    return hashlib.sha256("\n".join([*signs, more]).encode(errors="surrogatepass")).hexdigest()[:16]


def _sign(path: Path) -> str:
    try:
        told = os.stat(path)
        return f"{told.st_size} {told.st_mtime_ns}"
    except OSError:
        return "-"
