"""The zip behind xlsx, xlsb and ods: its parts as streams, XML as a flat run of events, relations between parts.

No tree is built, so memory stays flat whatever the size of a part. A document type is refused: with none there are no entities to expand.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple, NoReturn
from xml.parsers import expat

from pipeline.errors import DocumentError
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.sheet_grid import too_large

START, END, TEXT = "start", "end", "text"
Event = tuple[str, str, dict[str, str]]  # kind; name, or the text; attributes
LARGEST = 1 << 30  # bytes of all parts that are read, unpacked
_CHUNK = 1 << 16
_NONE: dict[str, str] = {}
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, expat.ExpatError)


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

    def open(self, part: str) -> IO[bytes]:
        info = self._parts.get(part.lower())
        if info is None:
            raise damaged(f"缺少 {part}")
        self._left -= info.file_size
        if self._left < 0:
            raise too_large(f"解压后超过 {LARGEST >> 30} GB")
        try:
            return self._zip.open(info)
        except _BROKEN as error:
            raise damaged(f"{part} 无法解压") from error

    def events(self, part: str, prefixes: bool = False) -> Iterator[Event]:
        """The XML of a part; names without their prefixes unless asked for."""
        with self.open(part) as stream:
            try:
                yield from _events(stream, prefixes)
            except _BROKEN as error:
                raise damaged(f"{part} 的内容不完整") from error

    def relations(self, part: str) -> dict[str, Relation]:
        """By id, what a part refers to; a part without relations has none."""
        folder, name = posixpath.split(part)
        beside = f"{folder}/_rels/{name}.rels"
        if beside not in self:
            return {}
        return {attributes.get("Id", ""): Relation(attributes.get("Type", "").rpartition("/")[2], _target(folder, attributes.get("Target", "")))
                for kind, name, attributes in self.events(beside) if kind == START and name == "Relationship"}


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def _events(stream: IO[bytes], prefixes: bool) -> Iterator[Event]:
    found: list[Event] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if not prefixes:
            name = name.rpartition(":")[2]
            attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        found.append((START, name, attributes))

    def refuse(*_: object) -> NoReturn:
        raise damaged("XML 带有文档类型声明，正常的表格文件没有")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: found.append((END, name if prefixes else name.rpartition(":")[2], _NONE))
    parser.CharacterDataHandler = lambda text: found.append((TEXT, text, _NONE))
    parser.StartDoctypeDeclHandler = refuse
    last = False
    while not last:
        chunk = stream.read(_CHUNK)
        last = not chunk
        parser.Parse(chunk, last)
        yield from found
        found.clear()
