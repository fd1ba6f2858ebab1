"""docx: paragraphs with their numbers, tables with their spans, text boxes and notes in reading order; headers and footers apart.

Tracked changes count as accepted, fields as their results. What is not read is told in a note.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from lxml import etree

from extractors.reading import Block, Note
from pipeline.errors import DocumentError
from pipeline.readers.content import Content, File
from pipeline.readers.docx.footnotes import Marks
from pipeline.readers.docx.numbering import Numbering
from pipeline.readers.docx.package import Package, W
from pipeline.readers.docx.styles import Styles, number_of
from pipeline.readers.docx.walk import Grid, Item, Line, Walker

_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_A4 = (11906, 16838)  # twips
_LARGE, _COVERING = 0.12, 0.5  # of the page: may hold text, is a page
_HARDLY = 200  # characters beside a picture of a page
_LEFT_OUT: dict[str, tuple[Literal["warning", "info"], str]] = {
    "hidden-text": ("info", "有{}处隐藏文字，没有读取"),
    "comments-left-out": ("info", "有{}条批注，没有读取"),
    "merged-text": ("warning", "有{}个被合并的单元格里还有别的文字，Word 不显示，没有读取"),
    "symbol-not-read": ("warning", "有{}个符号字体的字符不认识，可能读错"),
    "object-not-read": ("warning", "有{}个嵌入对象（表格、图表、图示等），没有读取"),
    "inserted-file-not-read": ("warning", "有{}处插入的外部文件，没有读取"),
}


def read_docx(file: File) -> Content:
    """The content of a docx. `DocumentError`: damaged, too large, or nothing but pictures and embedded files."""
    package = Package(file.data)
    document = package.document()
    marks = Marks(document, package.only("settings"))
    walker = Walker(Styles(package.only("styles")), Numbering(package.only("numbering")), marks)
    items = walker.read(document)
    items += _referred(package, walker, marks)
    length = sum(len("".join(_text(item).split())) for item in items)
    if not length:
        _refuse(walker)
    told = [*_pictures(walker.pictures, _page_area(document), length), *_left_out(walker)]
    heads, feet = (_furniture(package, walker, document, kind) for kind in ("header", "footer"))
    return Content([*heads, *_blocks(items), *feet], notes=(*told, *_missing(package)))


def _blocks(items: Iterable[Item]) -> Iterator[Block]:
    """`line`: the ordinal of the paragraph, or of the table's first row, in the document."""
    line, gap = 1, 0
    for item in items:
        if isinstance(item, Grid):
            yield Block("", "table", line=line, rows=item.rows, gap=gap)
            line, gap = line + len(item.rows), 0
            continue
        gap += item.page
        if item.text.strip() or "\t" in item.text:  # a line of tabs is a row of empty cells, as it is in text
            yield Block("", "furniture" if item.aside else "text", item.text, line, gap=gap, centered=item.centered, whole=item.whole)
            gap = 0
        else:
            gap += 1
        line += 1


def _referred(package: Package, walker: Walker, marks: Marks) -> Iterator[Item]:
    """Footnotes, then endnotes, each after its mark. A note may refer to no other."""
    for kind in ("footnote", "endnote"):
        wanted = [note for note in marks.referred if note.kind == kind]
        root = package.only(f"{kind}s") if wanted else None
        held = {node.get(f"{W}id"): node for node in root.iterfind(f"{W}{kind}")} if root is not None else {}
        for note in wanted:
            if (node := held.pop(note.id, None)) is not None:
                yield from _marked(walker.read(node), note.mark)


def _marked(items: list[Item], mark: str) -> Iterator[Item]:
    for n, item in enumerate(items):
        yield replace(item, text=f"{mark} {item.text.lstrip()}".lstrip()) if n == 0 and isinstance(item, Line) else item


def _furniture(package: Package, walker: Walker, document: etree._Element, kind: str) -> list[Block]:
    """The headers or footers of all sections, each different one once."""
    sections = (node for node in document.iter(f"{W}sectPr") if (parent := node.getparent()) is None or parent.tag != f"{W}sectPrChange")
    ids = dict.fromkeys(node.get(_R_ID) for section in sections for node in section.iterfind(f"{W}{kind}Reference"))
    roots = [root for id in ids if (root := package.named(id)) is not None]
    blocks = [replace(block, kind="furniture", line=0, gap=0) for root in roots for block in _blocks(walker.read(root))]
    return list({(block.text.strip(), block.rows): block for block in reversed(blocks)}.values())[::-1]


def _refuse(walker: Walker) -> None:
    """`DocumentError` for a document without text, where its text may be in what is not read."""
    if walker.pictures:
        raise DocumentError("image-only", "docx 文件里只有图片，没有文字", "请另存为 PDF 后再运行，图片中的文字会被识别")
    if walker.left_out["object-not-read"] or walker.left_out["inserted-file-not-read"]:
        raise DocumentError("unsupported", "docx 文件里只有嵌入的文件，没有文字", "请在 Word 中打开，把其中的文件另存后再运行，或另存为 PDF 再运行")


def _pictures(areas: list[float], page: float, length: int) -> Iterator[Note]:
    """Pictures that may hold text, by the square points they take of a page; `length`: characters of the text beside them."""
    large, covering = (sum(area >= page * share for area in areas) for share in (_LARGE, _COVERING))
    if covering and length < _HARDLY * covering:
        yield Note("image-not-read", f"有{covering}张整页图片（可能是扫描件），其中的文字没有读取，正文只有{length}字；请另存为 PDF 后再运行", severity="warning")
    elif large:
        yield Note("image-not-read", f"有{large}张较大的图片，其中如有文字，没有读取")


def _text(item: Item) -> str:
    return item.text if isinstance(item, Line) else "".join(cell.text for row in item.rows for cell in row)


def _page_area(document: etree._Element) -> float:
    """Square points of the last section's page; of A4 where it is not told."""
    size = next(iter(list(document.iter(f"{W}pgSz"))[-1:]), None)
    told = [number_of(size.get(W + name)) for name in ("w", "h")] if size is not None else []
    width, height = (got or usual for got, usual in zip(told or (0, 0), _A4, strict=True))
    return width * height / 400


def _left_out(walker: Walker) -> Iterator[Note]:
    for code, (severity, message) in _LEFT_OUT.items():
        if count := walker.left_out[code]:
            yield Note(code, message.format(count), severity=severity)


def _missing(package: Package) -> Iterator[Note]:
    for name in package.missing:
        yield Note("part-missing", f"docx 文件里缺少 {name}，其中的内容没有读取", severity="warning")
