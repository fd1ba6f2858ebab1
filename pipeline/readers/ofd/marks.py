"""What is put on the pages of an OFD file afterwards: seals, stamps, annotations; and the files attached to it."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from extractors.reading import Note
from pipeline.readers.ofd.document import Document
from pipeline.readers.ofd.package import Unreadable
from pipeline.readers.ofd.page import Ink, drawn_block

_MOST = 2_000  # seals, or annotations of one page
_FRONT = 1 << 20  # bytes of a seal in which its name stands
_UTF8, _DEEPEST = 0x0C, 12  # of DER: the tag of a text, and how deep to look for it
_FLAT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Mark(NamedTuple):
    """`seal`: a seal or stamp, else an annotation. `texts`: what it says."""

    seal: bool
    texts: tuple[str, ...]


class Marks:
    """The marks of a document by the id of their page."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seals: dict[str, list[Mark]] = defaultdict(list)
        for page, mark in _seals(document):
            self._seals[page].append(mark)
        self._files = dict(_annotation_files(document))

    def of(self, page: str) -> list[Mark]:
        """Seals first. What cannot be read of them is noted with the package."""
        return [*self._seals.get(page, ()), *self._annotations(page)]

    def _annotations(self, page: str) -> Iterator[Mark]:
        try:
            root = self._document.package.xml(self._files[page]) if page in self._files else None
        except Unreadable as error:
            self._document.package.notes.append(Note("missing-part", f"批注读不到：{error}", severity="warning"))
            return
        for annotation in root.findall("{*}Annot")[:_MOST] if root is not None else ():
            if annotation.get("Visible") not in ("false", "0"):
                yield Mark(annotation.get("Type") == "Stamp", tuple(_said(annotation, self._document)))


def _annotation_files(document: Document) -> Iterator[tuple[str, str]]:
    """(page id, member) of the annotations of every page that has some."""
    package = document.package
    for location in document.root.iterfind("{*}Annotations"):
        try:
            member = package.find(location.text or "", document.folder)
            pages = package.xml(member).findall("{*}Page")
        except Unreadable as error:
            package.notes.append(Note("missing-part", f"批注目录读不到：{error}", severity="warning"))
            continue
        for page in pages:
            try:
                yield page.get("PageID") or "", package.find(page.findtext("{*}FileLoc") or "", posixpath.dirname(member), document.folder)
            except Unreadable as error:
                package.notes.append(Note("missing-part", f"批注读不到：{error}", severity="warning"))


def _said(annotation: etree._Element, document: Document) -> Iterator[str]:
    """The words of an annotation: what it draws, by line of its drawing, and its remark."""
    block = annotation.find("{*}Appearance")
    if block is not None:
        yield from words(drawn_block(block, document.resources, _FLAT))
    remark = annotation.findtext("{*}Remark")
    if remark and remark.strip():
        yield remark.strip()


def words(ink: Ink) -> Iterator[str]:
    """The text that was drawn, in the order it was."""
    text = "".join(g.text for g in ink.glyphs).strip()
    yield from (t for t in (text, *(s.strip() for s in ink.slanted)) if t)


def _seals(document: Document) -> Iterator[tuple[str, Mark]]:
    """(page id, seal) of every place that an electronic signature is stamped on."""
    package = document.package
    location = document.body.findtext("{*}Signatures")
    if not location:
        return
    try:
        member = package.find(location, document.home)
        entries = package.xml(member).findall("{*}Signature")[:_MOST]
    except Unreadable as error:
        package.notes.append(Note("missing-part", f"电子签章目录读不到：{error}", severity="warning"))
        return
    for entry in entries:
        try:
            signature = package.find(entry.get("BaseLoc") or "", posixpath.dirname(member), document.home)
            yield from _stamps(document, signature)
        except Unreadable as error:
            package.notes.append(Note("missing-part", f"电子签章读不到：{error}", severity="warning"))


def _stamps(document: Document, signature: str) -> Iterator[tuple[str, Mark]]:
    package, folder = document.package, posixpath.dirname(signature)
    root = package.xml(signature)
    name = None
    for path in ("{*}SignedInfo/{*}Seal/{*}BaseLoc", "{*}SignedValue"):
        location = root.findtext(path)
        if location and name is None:
            name = seal_name(package.read(package.find(location, folder))[:_FRONT])
    mark = Mark(True, (name,) if name else ())
    yield from ((stamp.get("PageRef") or "", mark) for stamp in root.findall("{*}SignedInfo/{*}StampAnnot")[:_MOST])


def seal_name(data: bytes, depth: int = 0) -> str | None:
    """The name of an electronic seal (GB/T 38540): the first UTF-8 text in its DER, or in that of a signature made with it."""
    at = 0
    while at + 2 <= len(data) and depth < _DEEPEST:
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at:at + more], "big"), at + more
        inside, at = data[at:at + size], at + size
        found = inside.decode("utf-8", "replace").strip() if tag == _UTF8 else seal_name(inside, depth + 1) if tag & 0x20 else None
        if found:
            return found
    return None


def attachments(document: Document) -> Iterator[Note]:
    """A note naming the files that the document carries with it."""
    package = document.package
    for location in document.root.iterfind("{*}Attachments"):
        try:
            root = package.xml(package.find(location.text or "", document.folder))
        except Unreadable as error:
            yield Note("missing-part", f"附件目录读不到：{error}", severity="warning")
            continue
        names = [n.get("Name") or n.findtext("{*}FileLoc") or "未命名" for n in root.iterfind("{*}Attachment")]
        if names:
            told = "、".join(f"“{name.strip():.80}”" for name in names[:20]) + ("等" if len(names) > 20 else "")
            yield Note("attachments", f"文件内带有 {len(names)} 个附件，没有读取：{told}，请取出后另行运行", severity="warning")
