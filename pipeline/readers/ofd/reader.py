"""ofd (GB/T 33190-2016): each page as ink, seals and annotations apart, a page that is only images through recognition, then as every paged source."""

import posixpath
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from extractors.reading import Block, Box, Note
from pipeline.errors import DocumentError
from pipeline.pages.flow import blocks_of
from pipeline.pages.page import Glyph, Page, Rule
from pipeline.readers.content import Content, File
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.ofd.document import Document, Resources, documents, resources
from pipeline.readers.ofd.geometry import POINTS, Matrix, box_of, sheet, times
from pipeline.readers.ofd.marks import Marks, attachments, words
from pipeline.readers.ofd.package import Package, Unreadable
from pipeline.readers.ofd.page import Ink, drawn
from pipeline.readers.ofd.trust import looked_at

_TURNED, _ENOUGH = 0.75, 12  # of the characters of a page that stand on its side, and how many it takes to tell
_MOST_DRAWN = 20_000_000  # objects and characters of a document: what a few bytes draw again and again has an end
_TEMPLATES = 16  # of a page; so many are kept drawn


def read_ofd(file: File) -> Content:
    """The blocks of an OFD file. `DocumentError`: encrypted, damaged, too large, nothing on it that can be read."""
    told = _Told(Package(file.data, file.password))
    blocks = blocks_of(told.pages())
    told.check(blocks)
    return Content(blocks, told.count, told.ocr, notes=(*told.package.notes, *told.notes))


def pages_of(package: Package) -> Iterator[Page]:
    """The pages of all documents of the file, one by one, counted through. `DocumentError`: encrypted, or no document."""
    number = 0
    for document in documents(package):
        package.notes.extend(attachments(document))
        printed = _Printed(document)
        for id, location in document.pages:
            number += 1
            yield printed.page(number, id, location)


class _Told:
    """The pages of a file, and what there is to tell of them once they have been read."""

    def __init__(self, package: Package) -> None:
        self.package, self.count = package, 0
        self.ocr = False
        self.notes: list[Note] = []

    def pages(self) -> Iterator[Page]:
        for page in pages_of(self.package):
            self.count += 1
            self.ocr |= page.ocr
            self.notes += page.notes
            yield page

    def check(self, blocks: list[Block]) -> None:
        """`DocumentError` where there is no text because none could be read."""
        if any(block.rows or block.text.strip() for block in blocks if block.kind != "furniture"):
            return
        codes = {note.code for note in self.notes}
        if "glyph-only-text" in codes:
            raise DocumentError("glyph-only", "文件里的文字只有字形、没有编码，读不出文字", "请在 OFD 阅读器中打印为 PDF 或图片后再运行")
        if "page-not-recognised" in codes:
            told = next(note.message for note in self.notes if note.code == "page-not-recognised")
            raise DocumentError("page-not-recognised", told, "请按提示安装文字识别组件，或导出为 PDF 后再运行")
        if "page-damaged" in codes:
            raise DocumentError("damaged", "OFD 的页面都读不到", UNREADABLE)


class _Printed:
    """The pages of one document as they are printed."""

    def __init__(self, document: Document) -> None:
        self._document, self._package = document, document.package
        self._marks = Marks(document)
        self._templates = document.templates
        self._left = _MOST_DRAWN
        self._template = lru_cache(_TEMPLATES)(self._draw_template)

    def page(self, number: int, id: str, location: str) -> Page:
        """A page; what cannot be read of it is told in its notes."""
        try:
            member = self._package.find(location, self._document.folder)
            root = self._package.xml(member)
        except Unreadable as error:
            return Page(number, 595.0, 842.0, notes=[Note("page-damaged", f"第 {number} 页读不到：{error}", number, "warning")])
        held = self._resources(root, member)
        box = sheet(root.find("{*}Area"), self._document.area)
        ink = self._ink(root, held, _upright(box, 0))
        quarter = _turned(ink)
        if quarter:
            ink = self._ink(root, held, _upright(box, quarter))
        _, _, width, height = box_of(_upright(box, quarter), *box)
        page = Page(number, width, height)
        self._spend(ink.cost)
        _laid(ink, page)
        self._tell_marks(page, id)
        return looked_at(ink, page, self._package, held)

    def _spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise DocumentError("too-large", f"图元超过 {_MOST_DRAWN // 10_000} 万个", "请核对文件来源，按文档拆分后再运行")

    def _resources(self, root: etree._Element, member: str) -> Resources:
        if root.find("{*}PageRes") is None:
            return self._document.resources
        return resources(self._package, root, ("PageRes",), posixpath.dirname(member)).over(self._document.resources)

    def _ink(self, root: etree._Element, held: Resources, matrix: Matrix) -> Ink:
        """The page between its templates."""
        told = ((node.get("TemplateID") or "", node.get("ZOrder")) for node in root.iterfind("{*}Template"))
        used = list(dict.fromkeys(told))[:_TEMPLATES]
        ink = Ink()
        for id, order in used:
            if order != "Foreground":
                ink.add(self._template(id, matrix))
        ink.add(drawn(root, held, matrix))
        for id, order in used:
            if order == "Foreground":
                ink.add(self._template(id, matrix))
        return ink

    def _draw_template(self, id: str, matrix: Matrix) -> Ink:
        node = self._templates.get(id)
        try:
            if node is None:
                raise Unreadable(f"没有编号为“{id:.40}”的模板")
            member = self._package.find(node.get("BaseLoc") or "", self._document.folder)
            root = self._package.xml(member)
        except Unreadable as error:
            self._package.notes.append(Note("missing-part", f"模板页读不到：{error}", severity="warning"))
            return Ink()
        return drawn(root, self._resources(root, member), matrix)

    def _tell_marks(self, page: Page, id: str) -> None:
        for mark in (m for m in self._marks.of(id) if m.seal or m.texts):
            page.aside += mark.texts
            told = "、".join(f"“{text:.60}”" for text in mark.texts) or "（没有文字）"
            code, what = ("seal", "电子印章") if mark.seal else ("annotation", "批注")
            page.notes.append(Note(code, f"第 {page.number} 页有{what}{told}，不计入正文", page.number))


def _upright(box: Box, quarter: int) -> Matrix:
    """From millimetres on the paper to points on the page, turned back by so many right angles."""
    left, top, right, bottom = (side * POINTS for side in box)
    width, height = right - left, bottom - top
    turned = ((1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (0.0, -1.0, 1.0, 0.0, 0.0, width), (-1.0, 0.0, 0.0, -1.0, width, height), (0.0, 1.0, -1.0, 0.0, height, 0.0))
    return times((POINTS, 0.0, 0.0, POINTS, -left, -top), turned[quarter])


def _turned(ink: Ink) -> int:
    """The right angles by which nearly all text is turned."""
    return next((q for q in (1, 2, 3) if ink.quarters[q] > max(_ENOUGH, _TURNED * sum(ink.quarters))), 0)


def _laid(ink: Ink, page: Page) -> None:
    """Puts on the page what lies on it; what does not belong to its text goes aside and is told."""
    page.glyphs = ink.glyphs
    page.rules = [_cut(r, page) for r in ink.rules if r.left < page.width and r.top < page.height and r.right > 0 and r.bottom > 0]
    beyond = "".join(g.text for g in ink.glyphs if not _on(g, page))
    if beyond:
        page.glyphs = [g for g in ink.glyphs if _on(g, page)]
    aslant = list(words(Ink(slanted=ink.slanted)))
    for code, what, texts in (("off-page-text", "纸面以外的文字", [beyond] if beyond else []), ("slanted-text", "斜排的文字（如水印）", aslant)):
        if texts:
            page.aside += texts
            page.notes.append(Note(code, f"第 {page.number} 页有{what}“{texts[0]:.60}”，不计入正文", page.number))
    if ink.missing or ink.cut:
        why = f"缺少{'、'.join(sorted(ink.missing)[:5])}" if ink.missing else "图元过多或嵌套过深"
        page.notes.append(Note("page-incomplete", f"第 {page.number} 页{why}，没有读全", page.number, "warning"))


def _on(g: Glyph, page: Page) -> bool:
    return -2 <= g[0] + g[2] <= 2 * page.width + 2 and -2 <= g[1] + g[3] <= 2 * page.height + 2


def _cut(r: Rule, page: Page) -> Rule:
    return Rule(max(r.left, 0.0), max(r.top, 0.0), min(r.right, page.width), min(r.bottom, page.height))
