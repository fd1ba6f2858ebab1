"""A results folder as programs read it: every record as plain data with exact numbers, what failed, and the readings beside them."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from extractors.reading import Reading, from_json
from extractors.record import SCHEMA_VERSION, Record
from pipeline.errors import UsageError
from pipeline.store import FAILURES, HOME, READINGS, reading_path, record_path

Data = Mapping[str, Any]
# Versions of the schema whose records are records of this one as they stand: 1.0 had no `rule` in its evidence, which may be missing.
_CONVERTED = ("1.0",)


class Result(NamedTuple):
    """A record as it stands in `path`: numbers are int or Decimal, exact. `name`: of the document, unique in the folder."""

    name: str
    path: Path
    data: Data


def results(folder: Path) -> Iterator[Result]:
    """Every result of a folder, by path, one in memory at a time. `UsageError`: there is none, or a file is none that this version reads."""
    found = False
    for path in paths(folder):
        found = True
        told = result(path)
        if record_path(folder, told.name) != path:
            raise UsageError(f"{path} 是 {told.name} 的结果的副本，结果文件夹中每份文件只能有一个结果；请移出这个文件")
        yield told
    if not found:
        raise UsageError(f"{folder} 中没有结果；请先运行 gongwen run FOLDER -o {folder}，或指明别的结果文件夹")


def paths(folder: Path) -> Iterator[Path]:
    """The files of records in a folder, in a steady order."""
    for at, folders, files in os.walk(folder):
        here = Path(at)
        folders[:] = sorted(f for f in folders if not (here == folder and f in (READINGS, HOME)))
        yield from (here / name for name in sorted(files) if name.endswith(".json") and not name.startswith("."))


def result(path: Path) -> Result:
    """The result in a file. `UsageError` says what it is instead, and what to do."""
    data = _data(path, Decimal)
    return Result(_name(data, path), path, data)


def _data(path: Path, number: Callable[[str], Any]) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes(), parse_float=number)
    except OSError as error:
        raise UsageError(f"无法读取 {path}（{error.strerror}）") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} 不是完整的 JSON；请重新运行 gongwen run，会重做这一份") from error
    if not isinstance(data, dict) or "schema_version" not in data:
        raise UsageError(f"{path} 不是 gongwen 的结果；请把它移出结果文件夹，或指明别的结果文件夹")
    return _current(data, path)


def _name(data: Data, path: Path) -> str:
    try:
        return str(data["source"]["path"])
    except (KeyError, TypeError) as error:
        raise UsageError(f"{path} 缺少 source.path，不是完整的结果；请重新运行 gongwen run") from error


def _current(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """A record of this schema."""
    version = data["schema_version"]
    if version in _CONVERTED:
        data["schema_version"] = SCHEMA_VERSION
    elif version != SCHEMA_VERSION:
        newer = isinstance(version, str) and _parts(version) > _parts(SCHEMA_VERSION)
        step = "请升级 gongwen" if newer else "请用本版本重新运行 gongwen run"
        raise UsageError(f"{path} 的格式版本是 {version}，本版本只读 {'、'.join((*_CONVERTED, SCHEMA_VERSION))}；{step}")
    return data


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def record(path: Path) -> Record:
    """The record in a result file as the model. `UsageError` where it is none of a version that is read."""
    try:
        return Record.model_validate(_data(path, float))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "文件"
        raise UsageError(f"{path} 不是本版本的结果（{place}：{first['msg']}）；请重新运行 gongwen run") from error


def reading(folder: Path, name: str, sha256: str) -> Reading:
    """The normalized reading that the evidence of a record points into. `UsageError`: it is not there, damaged, or of another content."""
    path = reading_path(folder, name)
    try:
        found = from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{name} 的读文 {path} 无法读取；请指明它的结果文件夹，或重新运行 gongwen run") from error
    if found.source.sha256 != sha256:
        raise UsageError(f"{path} 不是 {name} 的读文；请重新运行 gongwen run")
    return found


def failures(folder: Path) -> Iterator[Data]:
    """The documents that could not be read: `name`, `code`, `reason`, `next_step`."""
    path = folder / FAILURES
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        yield from (json.loads(line) for line in lines if line)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} 无法读取；请重新运行 gongwen run") from error
