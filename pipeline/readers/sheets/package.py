"""The zip behind xlsx, xlsb and ods: its parts as streams, XML as a flat run of events, relations between parts.

No tree is built, so memory stays flat whatever the size of a part. A document type is refused: with none there are no entities to expand.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple, NoReturn
from xml.parsers import expat

from pipeline.errors import DocumentError
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.sheets.grid import LONGEST_CELL, too_large

START, END, TEXT = "start", "end", "text"
Event = tuple[str, str, dict[str, str]]  # kind; name, or the text; attributes
LARGEST = 1 << 30  # bytes of all parts that are read, unpacked
_LARGEST_ASIDE = 32 << 20  # bytes of a part that holds no cells and no texts of cells
MOST_LISTED = 1 << 16  # looks of cells, relations of a part: twice what spreadsheets allow
_CHUNK = 1 << 16
_DEEPEST = 200  # elements within each other
_LONGEST_TAG = 1 << 20  # bytes
_NONE: dict[str, str] = {}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, expat.ExpatError)


def damaged(what: str) -> DocumentError:
    return DocumentError("damaged", f"表格文件已损坏：{what}", UNREADABLE)


class Relation(NamedTuple):
    """`kind`: the last word of its type (`worksheet`, `drawing`); `part`: the name of the part it leads to."""

    kind: str
    part: str


class Package:
    """Parts by name, whatever its case. What is unpacked over all reads is bounded by the sizes in the zip directory, which zipfile holds a part to."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise damaged("压缩结构不完整") from error
        self._parts = {info.filename.replace("\\", "/").lower(): info for info in self._zip.infolist()}
        self._left = LARGEST

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def open(self, part: str, cells: bool = False) -> IO[bytes]:
        """A part as a stream. `cells`: it holds cells or their texts, and may be large."""
        info = self._parts.get(part.lower())
        if info is None:
            raise damaged(f"缺少 {part}")
        self._left -= info.file_size
        if self._left < 0 or not cells and info.file_size > _LARGEST_ASIDE:
            raise too_large(f"{part} 解压后有 {info.file_size >> 20} MB")
        try:
            return self._zip.open(info)
        except _BROKEN as error:
            raise damaged(f"{part} 无法解压") from error

    def events(self, part: str, prefixes: bool = False, cells: bool = False) -> Iterator[Event]:
        """The XML of a part; names without their prefixes unless asked for."""
        with self.open(part, cells) as stream:
            try:
                yield from _events(stream, _Collector(prefixes))
            except _BROKEN as error:
                raise damaged(f"{part} 的内容不完整") from error

    def relations(self, part: str) -> dict[str, Relation]:
        """By id, what a part refers to; a part without relations has none."""
        folder, name = posixpath.split(part)
        beside = f"{folder}/_rels/{name}.rels"
        if beside not in self:
            return {}
        told = (attributes for kind, name, attributes in self.events(beside) if kind == START and name == "Relationship")
        return {a.get("Id", ""): Relation(a.get("Type", "").rpartition("/")[2], _target(folder, a.get("Target", ""))) for a in islice(told, MOST_LISTED)}


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


class _Collector:
    """Takes what the parser finds. `found` is emptied by who reads it."""

    def __init__(self, prefixes: bool) -> None:
        self.prefixes, self.depth, self.written = prefixes, 0, 0
        self.found: list[Event] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.written = self.depth + 1, 0
        if self.depth > _DEEPEST:
            raise damaged("XML 嵌套过深")
        if not self.prefixes:
            attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        self.found.append((START, self.name(name), attributes))

    def end(self, name: str) -> None:
        self.depth, self.written = self.depth - 1, 0
        self.found.append((END, self.name(name), _NONE))

    def name(self, name: str) -> str:
        return name if self.prefixes else name.rpartition(":")[2]

    def text(self, text: str) -> None:
        self.written += len(text)
        if self.written > LONGEST_CELL:
            raise too_large(f"一格文字超过 {LONGEST_CELL} 字")
        self.found.append((TEXT, text, _NONE))

    def refuse(self, *_: object) -> NoReturn:
        raise damaged("XML 带有文档类型声明，正常的表格文件没有")


def _events(stream: IO[bytes], collector: _Collector) -> Iterator[Event]:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = collector.start, collector.end, collector.text
    parser.StartDoctypeDeclHandler = collector.refuse
    last, silent = False, 0
    while not last:
        chunk = stream.read(_CHUNK)
        last = not chunk
        parser.Parse(chunk, last)
        silent = 0 if collector.found else silent + len(chunk)
        if silent > _LONGEST_TAG:
            raise damaged("XML 的一处标记过长")
        yield from collector.found
        collector.found.clear()
