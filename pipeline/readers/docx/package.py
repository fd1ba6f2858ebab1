"""The opened package of a docx: its parts as XML, within bounds that are told before they are read."""

import io
import posixpath
import zipfile
import zlib
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from pipeline.errors import DocumentError
from pipeline.readers.kinds import UNREADABLE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = {  # namespace of the strict form -> the usual one
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}
LARGEST = 256 << 20  # bytes of XML in all parts that are read
MOST_TAGS = 8_000_000  # in one part: its tree takes about a gigabyte
_SPLIT = "请拆分后再运行，或另存为 PDF 再运行"


class Relation(NamedTuple):
    """`kind`: the last word of its type (`styles`, `header`, …); `part`: the name of the part it leads to, "" where that is outside the package."""

    kind: str
    part: str


class Package:
    """`missing`: parts that something leads to and that are not there."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
            raise _damaged("压缩结构损坏，文件可能被截断") from error
        self._held = {info.filename.lower(): info for info in self._zip.infolist()}
        self._left = LARGEST
        self.missing: list[str] = []
        self.main = next((r.part for r in self.relations("").values() if r.kind == "officeDocument" and r.part.lower() in self._held), _MAIN)
        self._related = self.relations(self.main)

    def document(self) -> etree._Element:
        root = self.part(self.main)
        if root is None or root.find(f"{W}body") is None:
            raise _damaged("缺少正文（word/document.xml）")
        return root

    def part(self, name: str) -> etree._Element | None:
        """The root of a part; None, and told in `missing`, where it is not there."""
        if name.lower() not in self._held:
            self.missing.append(name)
            return None
        return _parsed(self._read(name))

    def only(self, kind: str) -> etree._Element | None:
        """The root of the one part of a kind that the document leads to; None where it leads to none."""
        name = next((r.part for r in self._related.values() if r.kind == kind and r.part), None)
        return self.part(name) if name else None

    def named(self, id: str | None) -> etree._Element | None:
        """The root of the part that the document names by the id of a relation."""
        relation = self._related.get(id or "")
        return self.part(relation.part) if relation and relation.part else None

    def relations(self, part: str) -> dict[str, Relation]:
        """By id, what a part (or the package: "") leads to."""
        folder, name = posixpath.split(part)
        told = posixpath.join(folder, "_rels", f"{name}.rels")
        if told.lower() not in self._held:
            return {}
        return {node.get("Id", ""): _relation(node, folder) for node in _parsed(self._read(told)).iter(_RELATION)}

    def _read(self, name: str) -> bytes:
        info = self._held[name.lower()]
        if info.file_size > self._left:
            raise _too_large(f"解压后超过 {LARGEST >> 20} MB")
        try:
            with self._zip.open(info) as held:
                data = held.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError) as error:
            raise _damaged(f"其中的 {name} 无法解压") from error
        self._left -= len(data)
        return data


def _relation(node: etree._Element, folder: str) -> Relation:
    kind, target = node.get("Type", "").rsplit("/", 1)[-1], unquote(node.get("Target", ""))
    outside = node.get("TargetMode") == "External" or not target
    return Relation(kind, "" if outside else posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))


def _parsed(data: bytes) -> etree._Element:
    """The root of a part. Entities are never expanded: the format has none, so a part that declares any is refused."""
    if data.count(b"<") > MOST_TAGS:
        raise _too_large("内容的标签过多")
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, usual in _STRICT.items():
            data = data.replace(strict, usual)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True))
    except etree.XMLSyntaxError as error:
        if any(told.type_name == "ERR_RESOURCE_LIMIT" for told in getattr(error, "error_log", ())):
            raise _too_large("内容嵌套过深，或一段文字过长") from error
        raise _damaged("内容的 XML 无法解析") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _damaged("内容声明了实体（DTD），不是正常的 docx")
    return root


def _damaged(reason: str) -> DocumentError:
    return DocumentError("damaged", f"docx 文件{reason}", UNREADABLE)


def _too_large(reason: str) -> DocumentError:
    return DocumentError("too-large", f"docx 文件{reason}", _SPLIT)
