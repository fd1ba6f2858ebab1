"""The tree of a docx part → lines and tables in reading order.

One pass over the elements, with stacks of our own: documents nest tables and text boxes deeper than Python recurses.
What is deleted, hidden or told a second time for older programs is passed over; what only wraps is walked into.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import regex
from lxml import etree

from extractors.reading import Row
from pipeline.errors import DocumentError
from pipeline.readers.docx.footnotes import Marks
from pipeline.readers.docx.numbering import Numbering
from pipeline.readers.docx.package import W
from pipeline.readers.docx.pictures import above, picture_area
from pipeline.readers.docx.styles import Style, Styles, flag, number_of, on, symbol_font
from pipeline.readers.docx.symbols import in_font, sign
from pipeline.readers.docx.table import WrittenRow, place, twips, written_cell, written_row

MOST_CELLS = 400_000
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ONE_LINE = str.maketrans("\r\n\f\v", "    ")
_BREAK = regex.compile(r"[\n\f]")
_SIGN = {f"{_M}den": "/", f"{_M}rad": "√"}
_OPERATOR = regex.compile(r"[-+−±×÷·*/=]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that its writer ended. `whole`: it is a paragraph; `page`: a new page begins with it; `aside`: no text of its own, but a table of contents."""

    text: str
    centered: bool = False
    whole: bool = True
    page: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of data. `page`: as of a line."""

    rows: tuple[Row, ...]
    page: bool = False


Item = Line | Grid


@dataclass
class _Flow:
    """Where paragraphs go: the part itself, a cell, a text box. `carried`: of a paragraph whose end is deleted, which the next one goes on with."""

    owner: etree._Element
    items: list[Item] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    page: bool = False

    def close(self) -> list[Item]:
        if self.carried:
            self.items.append(Line("".join(self.carried)))
            self.carried = []
        return self.items


@dataclass
class _Paragraph:
    """A paragraph being read. `joined`: it goes on with one whose end is not there; `ends`: False where its own is deleted or hidden.
    `fields`: for each open field, whether its code is being read, `codes`: how many are. `hidden`, `font`: of the run being read.
    `boxes`: what stands in the text boxes that hang on it, those above it and those below; `high`: the next is above."""

    style: Style
    parts: list[str]
    joined: bool
    ends: bool = True
    numbered: bool = False
    fields: list[bool] = field(default_factory=list)
    codes: int = 0
    hidden: bool = False
    font: str = ""
    high: bool = False
    boxes: tuple[list[Item], list[Item]] = field(default_factory=lambda: ([], []))

    @property
    def shows(self) -> bool:
        return not self.hidden and not self.codes


@dataclass
class _Table:
    """A table being read: rows as written, and beside each cell what it holds."""

    grid: list[int]
    rows: list[WrittenRow] = field(default_factory=list)
    held: list[list[list[Item]]] = field(default_factory=list)


class Walker:
    """Reads parts of one document. `left_out` counts what is not in the text, by the code of its note; `pictures`: the square points each takes."""

    def __init__(self, styles: Styles, numbering: Numbering, marks: Marks) -> None:
        self._styles, self._numbering, self._marks = styles, numbering, marks
        self._flows: list[_Flow] = []
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._cells = 0
        self.left_out: Counter[str] = Counter()
        self.pictures: list[float] = []

    def read(self, root: etree._Element) -> list[Item]:
        """What stands in a part, or in one note of it. `DocumentError`: more cells than anybody reads."""
        self._flows, self._paragraphs, self._tables = [_Flow(root)], [], []
        walk = etree.iterwalk(root, events=("start", "end"), tag=_TAGS)
        for event, node in walk:
            if event == "end":
                if leave := _LEAVE.get(node.tag):
                    leave(self, node)
            elif _ENTER[node.tag](self, node):
                walk.skip_subtree()
        return self._flows[0].close()

    # paragraphs

    def paragraph(self, node: etree._Element) -> None:
        properties = node.find(f"{W}pPr")
        mark = properties.find(f"{W}rPr") if properties is not None else None
        flow, style = self._flows[-1], self._styles.paragraph(properties)
        read = _Paragraph(style, flow.carried, bool(flow.carried))
        if mark is not None and any(mark.find(W + name) is not None for name in ("del", "moveFrom")):
            read.ends, read.numbered = False, True
        elif mark is not None and flag(mark, "vanish"):
            read.ends = False
        flow.carried = []
        self._paragraphs.append(read)

    def end_paragraph(self, node: etree._Element) -> None:
        read, flow = self._paragraphs.pop(), self._flows[-1]
        if read.ends and not read.numbered:
            self._number(read, alone=True)
        flow.items += read.boxes[0]
        if read.ends:
            flow.items += _lines("".join(read.parts), read.style, flow.page)
            flow.page = _ends_section(node)
        else:
            flow.carried = read.parts
        flow.items += read.boxes[1]

    def _number(self, read: _Paragraph, alone: bool = False) -> None:
        label = self._numbering.label(read.style)
        read.parts.insert(0 if read.joined else len(read.parts), label.rstrip() if alone else label)
        read.numbered = True

    def add(self, text: str) -> None:
        """Text where the walk is, unless that is hidden or the code of a field."""
        if not self._paragraphs or not text:
            return
        read = self._paragraphs[-1]
        if read.hidden and text.strip():
            self.left_out["hidden-text"] += 1
        if read.shows:
            if not read.numbered and text not in "\n\f":
                self._number(read)
            read.parts.append(text)

    # runs

    def run(self, node: etree._Element) -> None:
        if self._paragraphs:
            properties, read = node.find(f"{W}rPr"), self._paragraphs[-1]
            read.hidden = self._styles.hidden(properties, read.style)
            read.font = symbol_font(properties)

    def end_run(self, node: etree._Element) -> None:
        if self._paragraphs:
            self._paragraphs[-1].hidden, self._paragraphs[-1].font = False, ""

    def text(self, node: etree._Element) -> None:
        told = node.text or ""
        told = (told if node.get(_SPACE) == "preserve" else told.strip(" \t\r\n")).translate(_ONE_LINE)
        font = self._paragraphs[-1].font if self._paragraphs else ""
        if font:
            told, unknown = in_font(told, font)
            self.left_out["symbol-not-read"] += unknown
        self.add(told)

    def symbol(self, node: etree._Element) -> None:
        code, font = node.get(f"{W}char", ""), node.get(f"{W}font", "")
        told = sign(int(code, 16), font) if regex.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else None
        self.left_out["symbol-not-read"] += told is None
        self.add(told or "\ufffd")

    def tab(self, node: etree._Element) -> None:
        self.add("\t")

    def line_break(self, node: etree._Element) -> None:
        self.add("\f" if node.get(f"{W}type") in ("page", "column") else "\n")

    def hyphen(self, node: etree._Element) -> None:
        self.add("-")

    def field(self, node: etree._Element) -> None:
        """The code of a field begins, or its result, or it ends; a box or list to fill in has its value in the beginning."""
        if not self._paragraphs:
            return
        read, kind = self._paragraphs[-1], node.get(f"{W}fldCharType")
        if kind == "begin":
            self.add(_filled_in(node))
        elif read.fields:
            read.codes -= read.fields.pop()
        if kind in ("begin", "separate"):
            read.fields.append(kind == "begin")
            read.codes += kind == "begin"

    def note(self, node: etree._Element) -> None:
        if self._paragraphs and self._paragraphs[-1].shows:
            self.add(self._marks.mark(node))

    # tables

    def table(self, node: etree._Element) -> None:
        self._flows[-1].close()
        self._tables.append(_Table([twips(column) for column in node.iterfind(f"{W}tblGrid/{W}gridCol")]))

    def end_table(self, node: etree._Element) -> None:
        items, flow = self._placed(self._tables.pop()), self._flows[-1]
        if items and flow.page:
            items[0], flow.page = replace(items[0], page=True), False
        flow.items += items

    def _placed(self, table: _Table) -> list[Item]:
        """A table of data, and after it the tables within its cells; what only places things is its cells one after the other."""
        held = [item for row in table.held for cell in row for item in cell]
        if _only_places(table):
            return held
        rows, lost = place(table.rows, table.grid)
        self.left_out["merged-text"] += len(lost)
        return [Grid(rows), *(item for item in held if isinstance(item, Grid))]

    def row(self, node: etree._Element) -> bool:
        properties = node.find(f"{W}trPr")
        if not self._tables or properties is not None and properties.find(f"{W}del") is not None:
            return True
        if properties is not None and flag(properties, "hidden"):
            self.left_out["hidden-text"] += 1
            return True
        self._tables[-1].rows.append(written_row(properties))
        self._tables[-1].held.append([])
        return False

    def cell(self, node: etree._Element) -> bool:
        properties = node.find(f"{W}tcPr")
        if not self._tables or not self._tables[-1].rows or properties is not None and properties.find(f"{W}cellDel") is not None:
            return True
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise DocumentError("too-large", f"docx 文件的表格超过 {MOST_CELLS} 个单元格", "请拆分后再运行，或另存为 xlsx 再运行")
        self._tables[-1].rows[-1].cells.append(written_cell(properties))
        self._flows.append(_Flow(node))
        return False

    def end_cell(self, node: etree._Element) -> None:
        if self._flows[-1].owner is node:
            items = self._flows.pop().close()
            self._tables[-1].held[-1].append(items)
            self._tables[-1].rows[-1].cells[-1].text = _text_of(items)

    # drawings

    def drawing(self, node: etree._Element) -> bool:
        if not self._paragraphs:
            return False
        read = self._paragraphs[-1]
        self.left_out["hidden-text"] += read.hidden
        read.high = above(node)
        return read.hidden

    def box(self, node: etree._Element) -> None:
        self._flows.append(_Flow(node))

    def end_box(self, node: etree._Element) -> None:
        self._beside(self._flows.pop().close())

    def _beside(self, items: list[Item]) -> None:
        """What stands in a text box goes above or below the paragraph that the box hangs on."""
        read = self._paragraphs[-1] if self._paragraphs else None
        (self._flows[-1].items if read is None else read.boxes[not read.high]).extend(items)

    def word_art(self, node: etree._Element) -> None:
        if told := node.get("string"):
            self._beside([Line(told.translate(_ONE_LINE))])

    def drawn_text(self, node: etree._Element) -> bool:
        self._beside([Line("".join(part.text or "" for part in node.iter(f"{_A}t")).translate(_ONE_LINE))])
        return True

    def picture(self, node: etree._Element) -> None:
        self.pictures.append(picture_area(node))

    def graphic(self, node: etree._Element) -> None:
        self.left_out["object-not-read"] += node.get("uri", "").rsplit("/", 1)[-1] in ("chart", "chartex", "diagram")

    def choice(self, node: etree._Element) -> bool:
        """What is told for several programs is read once: the first choice, or what the others fall back to."""
        return node.getprevious() is not None

    # mathematics: on one line, as it is typed

    def operand(self, node: etree._Element) -> None:
        """Above or below a fraction's line, or under a root."""
        self.add(_SIGN.get(node.tag, "") + ("(" if _compound(node) else ""))

    def end_operand(self, node: etree._Element) -> None:
        self.add(")" if _compound(node) else "")

    def power(self, node: etree._Element) -> None:
        parent = node.getparent()
        self.add("^" if parent is not None and parent.tag != f"{_M}nary" else "")

    def bracket(self, node: etree._Element) -> None:
        self.add(_delimiter(node, "begChr", "("))

    def end_bracket(self, node: etree._Element) -> None:
        self.add(_delimiter(node, "endChr", ")"))

    def large_operator(self, node: etree._Element) -> None:
        self.add(_delimiter(node, "chr", "∫"))

    # what is passed over

    def nothing(self, node: etree._Element) -> bool:
        return True

    def comment(self, node: etree._Element) -> None:
        self.left_out["comments-left-out"] += 1

    def object(self, node: etree._Element) -> bool:
        self.left_out["object-not-read"] += node.find(f"{W}control") is None  # a button or box of a form holds no text
        return True

    def inserted_file(self, node: etree._Element) -> bool:
        self.left_out["inserted-file-not-read"] += 1
        return True


Act = Callable[[Walker, etree._Element], bool | None]  # true: nothing inside is to be read
_ENTER: dict[str, Act] = {
    f"{W}p": Walker.paragraph, f"{W}r": Walker.run, f"{W}t": Walker.text, f"{_M}t": Walker.text, f"{W}sym": Walker.symbol,
    f"{W}tab": Walker.tab, f"{W}ptab": Walker.tab, f"{W}br": Walker.line_break, f"{W}cr": Walker.line_break, f"{W}noBreakHyphen": Walker.hyphen,
    f"{W}fldChar": Walker.field, f"{W}footnoteReference": Walker.note, f"{W}endnoteReference": Walker.note, f"{W}commentReference": Walker.comment,
    f"{W}tbl": Walker.table, f"{W}tr": Walker.row, f"{W}tc": Walker.cell,
    f"{W}drawing": Walker.drawing, f"{W}pict": Walker.drawing, f"{W}txbxContent": Walker.box, f"{_VML}textpath": Walker.word_art, f"{_A}p": Walker.drawn_text,
    _PICTURE: Walker.picture, f"{_VML}imagedata": Walker.picture, f"{_A}graphicData": Walker.graphic, f"{_MC}Choice": Walker.choice, f"{_MC}Fallback": Walker.choice,
    f"{_M}num": Walker.operand, f"{_M}den": Walker.operand, f"{_M}rad": Walker.operand, f"{_M}sup": Walker.power, f"{_M}d": Walker.bracket, f"{_M}nary": Walker.large_operator,
    f"{W}object": Walker.object, f"{W}altChunk": Walker.inserted_file, f"{W}subDoc": Walker.inserted_file,
    **dict.fromkeys((f"{W}pPr", f"{W}del", f"{W}moveFrom", f"{W}rt"), Walker.nothing),
}
_LEAVE: dict[str, Act] = {
    f"{W}p": Walker.end_paragraph, f"{W}r": Walker.end_run, f"{W}tbl": Walker.end_table, f"{W}tc": Walker.end_cell, f"{W}txbxContent": Walker.end_box,
    f"{_M}num": Walker.end_operand, f"{_M}den": Walker.end_operand, f"{_M}rad": Walker.end_operand, f"{_M}d": Walker.end_bracket,
}
_TAGS = tuple(_ENTER)


def _lines(text: str, style: Style, page: bool) -> Iterator[Line]:
    """The lines of a paragraph; `page`: it begins a new one. One that prints nothing is a blank line."""
    page = page or style.new_page
    if not text.strip(" \n\f"):
        yield Line("", page=page or "\f" in text)
        return
    lines = _BREAK.split(text)
    whole = sum(bool(line.strip()) for line in lines) == 1
    for line, before in zip(lines, ("", *_BREAK.findall(text)), strict=True):
        yield Line(line, style.centered, whole, page if not before else before == "\f", style.contents)


def _ends_section(paragraph: etree._Element) -> bool:
    section = paragraph.find(f"{W}pPr/{W}sectPr")
    kind = section.find(f"{W}type") if section is not None else None
    return section is not None and (kind is None or kind.get(f"{W}val") != "continuous")


def _text_of(items: list[Item]) -> str:
    return "\n".join(line for item in items if isinstance(item, Line) and (line := item.text.strip()))


def _only_places(table: _Table) -> bool:
    """A table of one column, or one that holds tables and has no row with two cells of its own text, is there for the layout of the page."""
    if not any(len(row) > 1 for row in table.held):
        return True
    nested = any(isinstance(item, Grid) for row in table.held for cell in row for item in cell)
    return nested and not any(sum(bool(cell.text) for cell in row.cells) > 1 for row in table.rows)


def _filled_in(begin: etree._Element) -> str:
    """What a form field of old shows without a result of its own: the box, ticked or not, the entry chosen."""
    if (box := begin.find(f"{W}ffData/{W}checkBox")) is not None:
        ticked = next((node for name in ("checked", "default") if (node := box.find(W + name)) is not None), None)
        return "☑" if ticked is not None and on(ticked) else "☐"
    if (choice := begin.find(f"{W}ffData/{W}ddList")) is not None:
        chosen, entries = choice.find(f"{W}result"), choice.findall(f"{W}listEntry")
        at = number_of(chosen.get(f"{W}val")) if chosen is not None else 0
        return entries[at].get(f"{W}val", "") if at is not None and 0 <= at < len(entries) else ""
    return ""


def _compound(node: etree._Element) -> bool:
    """Whether an operand needs brackets on one line."""
    return _OPERATOR.search("".join(part.text or "" for part in node.iter(f"{_M}t"))) is not None


def _delimiter(node: etree._Element, name: str, usual: str) -> str:
    told = node.find(f"{_M}{node.tag.rsplit('}', 1)[-1]}Pr/{_M}{name}")
    return usual if told is None else told.get(f"{_M}val", "")
