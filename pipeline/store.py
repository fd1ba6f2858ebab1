"""The results folder: one JSON a document, its reading beside it, lists of failures and links. A file is whole or not there.

Drafts are written in a room of their own, by any process; only who holds the folder publishes them (`pipeline.shelter.held`).
"""

import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic_core import to_json as encode

from pipeline.errors import UsageError

READINGS, FAILURES, LINKS = "readings", "failures.jsonl", "links.jsonl"
HOME = ".gongwen"  # what the program keeps for itself
_ROOM = "drafts-"
_LONGEST = 255 - len(".json")  # bytes of a file name on the common file systems


@dataclass(frozen=True)
class Store:
    """`folder`: where results stand. `room`: a folder in it where files are written before they take their place."""

    folder: Path
    room: Path

    def record_path(self, name: str) -> Path:
        return record_path(self.folder, name)

    def reading_path(self, name: str) -> Path:
        return reading_path(self.folder, name)

    def draft(self, path: Path, data: bytes) -> Path:
        """A whole file that can take the place of `path`. `OSError` where the disk refuses."""
        draft = self.room / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:24]}.part"
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def publish(self, draft: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(path)

    def drop(self, name: str) -> None:
        """Removes the files of a document."""
        for path in (self.record_path(name), self.reading_path(name)):
            path.unlink(missing_ok=True)

    def tell(self, file: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """A file of the output folder with a line of JSON for each of `lines`, in their order; removed where there is none."""
        path = self.folder / file
        told = "".join(json.dumps(dict(line), ensure_ascii=False) + "\n" for line in lines).encode()
        if not told:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != told:
            self.publish(self.draft(path, told), path)


def record_path(folder: Path, name: str) -> Path:
    """Where the result of a document stands."""
    return Path(places(str(folder), name)[0])


def reading_path(folder: Path, name: str) -> Path:
    """Where the reading stands that the evidence of a record points into."""
    return Path(places(str(folder), name)[1])


def places(folder: str, name: str) -> tuple[str, str]:
    """Both. What lies in a folder `readings` makes way for the readings of this program."""
    fitting = _fitting(name)
    own = f"{READINGS}~/{fitting.split('/', 1)[1]}" if fitting.startswith(f"{READINGS}/") else fitting
    return f"{folder}/{own}.json", f"{folder}/{READINGS}/{fitting}.json"


def _fitting(name: str) -> str:
    """`name` with parts that leave room for `.json`; a long one is cut and told apart by its digest."""
    return name if len(name.encode()) <= _LONGEST else "/".join(map(_cut, PurePosixPath(name).parts))


def _cut(part: str) -> str:
    if len(part.encode()) <= _LONGEST:
        return part
    digest = hashlib.sha256(part.encode()).hexdigest()[:12]
    return part.encode()[:_LONGEST - 13].decode(errors="ignore") + "~" + digest


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store of a results folder that this process holds. `UsageError` where it cannot be written."""
    home = folder / HOME
    try:
        home.mkdir(parents=True, exist_ok=True)
        for room in home.glob(f"{_ROOM}*"):  # of runs that were killed
            shutil.rmtree(room, ignore_errors=True)
        made = tempfile.TemporaryDirectory(prefix=_ROOM, dir=home, ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(f"输出文件夹不可写：{folder}（{error.strerror}）") from error
    with made as here:
        yield Store(folder, Path(here))


def dumps(data: Mapping[str, Any]) -> bytes:
    """JSON in the order of the data, one space of indent, numbers as printed (`5`, not `5.0`). `ValueError`: a number that is none."""
    return encode(plain(data), indent=1) + b"\n"


def plain(value: Any) -> Any:
    """`value` with every whole float an int."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number that JSON cannot hold")
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
