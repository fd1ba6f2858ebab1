"""The document that is asked about: its result where it has one, and its reading, kept or read now."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from extractors.reading import Reading, from_json
from extractors.record import Record
from pipeline import show
from pipeline.bundles.shelf import Shelf, Step
from pipeline.documents import Document
from pipeline.errors import DocumentError, UsageError
from pipeline.fingerprints import work_fingerprint
from pipeline.ledger import Row
from pipeline.process import read
from pipeline.readers.registry import content_of
from pipeline.sealed import unpacked
from pipeline.shelter import reading_ledger


class Source(NamedTuple):
    """`record`: its result, None where it has none; `reading`: as its reader gave it; `notes`: what the user should know of both."""

    name: str
    record: Record | None
    reading: Reading
    notes: tuple[str, ...]


def source(wanted: str, output: Path, passwords: Sequence[str] = ()) -> Source:
    """What `wanted` names: a result as `gongwen show` finds it, else a file. `UsageError`: neither, or its file is gone. `DocumentError`: it cannot be read."""
    given = Path(wanted)
    try:
        record = show.load(show.find(wanted, output))
    except UsageError:
        if given.suffix == ".json" or not given.is_file():
            raise
        return Source(given.name, None, _read(Document(given, given.name), passwords), (f"{output} 中没有这份文件的结果，现在读取原文件",))
    if given.suffix != ".json" and given.is_file() and _digest(given) != record.source.sha256 and "!/" not in record.source.path:
        return Source(given.name, None, _read(Document(given, given.name), passwords), (f"{output} 中的结果出自另一份内容，现在读取 {given}",))
    return _of_result(record, output, given, passwords)


def _digest(path: Path) -> str:
    return hashlib.sha256(content_of(path)).hexdigest()


def _of_result(record: Record, output: Path, given: Path, passwords: Sequence[str]) -> Source:
    name = record.source.path
    row, reading, notes = _kept(name, output)
    if row and row.entry.code != work_fingerprint():
        notes.append("结果由另一版程序得出，这里的可能与它不同；重新运行 gongwen run 可更新")
    if reading is None:
        reading = _again(record, row, given, passwords)
        notes.append("没有留存的读取结果，已重新读取原文件")
    return Source(name, record, replace(reading, source=replace(reading.source, path=name)), tuple(notes))


def _kept(name: str, output: Path) -> tuple[Row | None, Reading | None, list[str]]:
    """What the ledger knows of a document, its kept reading (None where it has none), and what is wrong with the ledger."""
    try:
        with reading_ledger(output) as ledger:
            row = ledger.row(name)
            body = ledger.reading(row.entry.key) if row else None
            return row, from_json(unpacked(body)) if body else None, list(ledger.told)
    except UsageError as error:  # the file itself may be there
        return None, None, [str(error)]


def _again(record: Record, row: Row | None, given: Path, passwords: Sequence[str]) -> Reading:
    """The file of a result read once more. `UsageError`: it is gone, or holds something else by now."""
    name = record.source.path
    document = _member(name, row) if row else Document(given, name)
    if document.path.suffix == ".json" or not document.path.is_file():
        raise UsageError(f"“{name}”没有留存的读取结果，原文件也不在了；请对原文件重新运行 gongwen run")
    reading = _read(document, passwords)
    if reading.source.sha256 != record.source.sha256:
        raise UsageError(f"“{name}”的原文件已改动，与结果不符；请重新运行 gongwen run")
    return reading


def _member(name: str, row: Row) -> Document:
    return Document(Path(row.entry.path), name, tuple(Step(kind, tuple(key)) for kind, key in json.loads(row.entry.inside)))


def _read(document: Document, passwords: Sequence[str]) -> Reading:
    """`DocumentError` with the document's name."""
    try:
        return read(document, Shelf(passwords))
    except DocumentError as error:
        raise DocumentError(error.code, f"{document.name}：{error.reason}", error.next_step) from error
