"""A correction: one line of `corrections/*.jsonl`, written once and never changed.

    {"document": {"id": "9455d7a3d3f9432e", "name": "通知.txt"}, "locator": {"block": "b8", "span": [98, 106], "text": "15220万元", …},
     "field": "amounts.value", "value": 15222, "was": 15220, "reason": "印刷模糊", "who": "王某", "when": "2024-05-23T10:00:00+08:00"}

`document`: by its id, which is made of the content and outlives a new name; a line without id goes by the name. `locator`: `pipeline.corrections.places`;
needless for `doc_type` and the header, whose elements their names find. `field`, `value`: `pipeline.corrections.fields`. `was`: what the
extraction gave when the line was written; left out, nobody can tell later whether it has changed since.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from extractors.record import Locator
from pipeline.corrections.fields import Field, field, told
from pipeline.errors import UsageError

ENDING = ".jsonl"
_DIGITS = 18
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Named(BaseModel):
    """Which document: its id, its name, or both."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None
    name: Words | None = None


class Correction(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    document: Named
    locator: Locator | None = None
    field: str
    value: Any
    was: Any = None
    reason: Words
    who: Words
    when: str

    @model_validator(mode="after")
    def _sound(self) -> "Correction":
        if not self.document.id and not self.document.name:
            raise ValueError("document 要有 id 或 name")
        if self.target.path and not self.locator:
            raise ValueError(f"{self.field} 要有 locator 指明是哪一处")
        if self.locator:
            _placed(self.locator)
        _dated(self.when)
        try:
            self.target.value(self.value)
        except ValueError as error:
            raise ValueError(f"value 不能用作 {self.field}：{error}") from error
        return self

    @property
    def target(self) -> Field:
        return field(self.field)

    @property
    def knew(self) -> bool:
        """Whether the line says what the extraction gave when it was written."""
        return "was" in self.model_fields_set

    @property
    def line(self) -> str:
        """The line of a file, without its end."""
        return json.dumps(self.model_dump(mode="json", exclude_unset=True), ensure_ascii=False)


def _placed(at: Locator) -> None:
    if not at.text.strip():
        raise ValueError("locator.text 是空的，应是该处印出的文字")
    if at.block and at.table or at.table and (at.row is None or at.column is None) or at.span and not (at.block or at.table):
        raise ValueError("locator 应是 block（可加 span），或 table、row、column（可加 span），或只有 text")
    if at.span and not 0 <= at.span[0] < at.span[1] or at.occurrence and not 1 <= at.occurrence[0] <= at.occurrence[1]:
        raise ValueError("locator 的 span 应是 [起, 止)，occurrence 应是 [第几处, 共几处]")


def _dated(when: str) -> None:
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(f"when 应是带时区的 ISO 8601 时间，例如 2024-05-23T10:00:00+08:00，而不是“{when}”")


# --- reading lines -----------------------------------------------------------------------------------------------------


def parse(text: str) -> Correction:
    """The correction of a line. `ValueError` says in Chinese what is wrong with it."""
    return correction(plain_json(text))


def correction(data: Any) -> Correction:
    if not isinstance(data, dict):
        raise ValueError("一条更正应是 JSON 对象 {…}")
    try:
        return Correction.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise ValueError(told(error)) from error


def plain_json(text: str) -> Any:
    """What a JSON text holds. `ValueError`: it is none, repeats a key, or holds a number or character that no file can."""
    try:
        data = json.loads(text, object_pairs_hook=_distinct, parse_constant=_no_number, parse_float=_figure, parse_int=_figure)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ValueError(f"不是完整的 JSON（第 {error.colno} 个字符附近）") from error
    except UnicodeEncodeError as error:
        raise ValueError("含有不成文字的字符") from error
    except RecursionError as error:
        raise ValueError("JSON 嵌套过深") from error
    return data


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError(f"“{next(k for n, (k, _) in enumerate(pairs) if k in dict(pairs[:n]))}”写了两次")
    return data


def _figure(text: str) -> int | float:
    """No sum of a document has more digits; what has would not be exact in JSON, or overflow where it is counted with."""
    if len(text) > _DIGITS or abs(float(text)) >= 10 ** _DIGITS:
        _no_number(text)
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _no_number(text: str) -> float:
    raise ValueError(f"“{text[:_DIGITS]}”不是能用的数")


# --- the folder --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Corrections:
    """Every line of a folder, in order: of two about the same thing the later one holds (`pipeline.corrections.apply`)."""

    lines: tuple[Correction, ...] = ()

    def of(self, id: str, name: str) -> tuple[Correction, ...]:
        """Those of one document: that name its id, or that name no id and its name."""
        found = {*self._by.get((id, None), ()), *self._by.get((None, name), ())}
        return tuple(self.lines[n] for n in sorted(found))

    def fingerprint(self, id: str, name: str) -> str:
        """16 hex digits over those of one document; empty where it has none."""
        told = "\n".join(one.line for one in self.of(id, name))
        return hashlib.sha256(told.encode()).hexdigest()[:16] if told else ""

    @cached_property
    def _by(self) -> dict[tuple[str | None, str | None], list[int]]:
        by: dict[tuple[str | None, str | None], list[int]] = {}
        for n, line in enumerate(self.lines):
            by.setdefault((line.document.id, None) if line.document.id else (None, line.document.name), []).append(n)
        return by


def files(folder: Path) -> list[Path]:
    """The files of corrections in a folder, by name; hidden ones are passed over. `UsageError`: the folder cannot be read."""
    try:
        return sorted(p for p in folder.iterdir() if p.suffix == ENDING and not p.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(f"更正文件夹无法读取：{folder}（{error.strerror}）") from error


def load(folder: Path) -> Corrections:
    """The corrections of a folder, in order of file name and line; a folder that is not there has none.

    `UsageError` names the file and the line of the first that is wrong.
    """
    return Corrections(tuple(line for path in files(folder) for line in read(path)))


def read(path: Path) -> Sequence[Correction]:
    """The corrections of one file, a line each."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"更正文件无法读取：{path}（{error.strerror}）") from error
    return _parsed(path, data)


def _parsed(path: Path, data: bytes) -> list[Correction]:
    found: list[Correction] = []
    for n, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            found += [parse(text)] if (text := raw.decode("utf-8").strip()) else []
        except ValueError as error:
            reason = "不是 UTF-8 文字" if isinstance(error, UnicodeDecodeError) else error
            raise UsageError(f"{path} 第 {n} 行不是一条更正：{reason}；请改正或删去这一行后再运行") from error
    return found
