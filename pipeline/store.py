"""The results folder: one JSON a document, its reading beside it, and the list of failures. A file is whole or not there."""

import hashlib
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic_core import to_json as encode

from pipeline.errors import UsageError

READINGS, FAILURES, LINKS = "readings", "failures.jsonl", "links.jsonl"
_ROOM = ".gongwen-"
_LONGEST = 255 - len(".json")  # bytes of a file name on the common file systems
_STALE = 3600  # seconds after which the room of a run that was killed is cleared away


@dataclass(frozen=True)
class Store:
    """`folder`: where results stand. `room`: a folder in it where this run writes before a file takes its place."""

    folder: Path
    room: Path

    def record_path(self, name: str) -> Path:
        return record_path(self.folder, name)

    def reading_path(self, name: str) -> Path:
        return self.folder / READINGS / f"{_fitting(name)}.json"

    def keep(self, name: str, record: Mapping[str, Any], reading: Mapping[str, Any]) -> None:
        """Both files of a document; the reading first, since the record's evidence points into it. `OSError` where the disk refuses."""
        self._write(self.reading_path(name), dumps(reading))
        self.keep_record(name, record)

    def drop(self, name: str) -> None:
        """No result of an earlier run stays for a document that now fails."""
        for path in (self.record_path(name), self.reading_path(name)):
            path.unlink(missing_ok=True)

    def keep_record(self, name: str, record: Mapping[str, Any]) -> None:
        self._write(self.record_path(name), dumps(record))

    def tell(self, file: str, lines: Iterable[Mapping[str, Any]]) -> None:
        """A file of the output folder with a line of JSON for each of `lines`, in their order; removed where there is none."""
        told = [json.dumps(dict(line), ensure_ascii=False) + "\n" for line in lines]
        if told:
            self._write(self.folder / file, "".join(told).encode())
        else:
            (self.folder / file).unlink(missing_ok=True)

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.room / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:24]}.part"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def record_path(folder: Path, name: str) -> Path:
    """Where the result of a document stands. What lies in a folder `readings` makes way for the readings of this program."""
    fitting = _fitting(name)
    return folder / (f"{READINGS}~/{fitting.split('/', 1)[1]}.json" if fitting.startswith(f"{READINGS}/") else f"{fitting}.json")


def _fitting(name: str) -> str:
    """`name` with parts that leave room for `.json`; a long one is cut and told apart by its digest."""
    return "/".join(map(_cut, PurePosixPath(name).parts))


def _cut(part: str) -> str:
    if len(part.encode()) <= _LONGEST:
        return part
    digest = hashlib.sha256(part.encode()).hexdigest()[:12]
    return part.encode()[:_LONGEST - 13].decode(errors="ignore") + "~" + digest


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store of a results folder, made where it is missing. `UsageError` where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear_stale(folder)
        room = tempfile.TemporaryDirectory(prefix=_ROOM, dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise UsageError(f"输出文件夹不可写：{folder}（{error.strerror}）") from error
    with room as here:
        yield Store(folder, Path(here))


def _clear_stale(folder: Path) -> None:
    """A run that was killed leaves its room; one still at work has touched it lately."""
    for room in folder.glob(f"{_ROOM}*"):
        if time.time() - room.stat().st_mtime > _STALE:
            shutil.rmtree(room, ignore_errors=True)


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
