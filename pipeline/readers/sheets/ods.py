"""ods: the tables of an OpenDocument spreadsheet, whose cells hold what they print."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import regex

from pipeline.errors import DocumentError
from pipeline.readers.sheets.grid import LONGEST_BLANK, LONGEST_CELL, MOST_COLUMNS, MOST_SHEETS, Range, Sheet, Style, Tally, too_large
from pipeline.readers.sheets.number_formats import GENERAL, shown
from pipeline.readers.sheets.package import END, START, TEXT, Event, Package

CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_CELL, _COVERED, _TABLE = "table:table-cell", "table:covered-table-cell", "table:table"
_ASIDE = frozenset(("office:annotation", "table:tracked-changes", "table:dde-links", "text:ruby-text", "text:note"))
_SIDES = ("fo:border", "fo:border-left", "fo:border-right")
_NUMERIC = frozenset(("float", "percentage", "currency", "date", "time"))
_SPACE = regex.compile(r"[ \t\r\n]+")  # set for the file's own looks; what is printed has elements of its own
_PLAIN = Style()


def ods_sheets(package: Package) -> Iterator[Sheet]:
    """The sheets in order, hidden ones too. `DocumentError`: encrypted, damaged or too large."""
    if _MANIFEST in package and any(name == "manifest:encryption-data" for _, name, _ in package.events(_MANIFEST, prefixes=True)):
        raise DocumentError("encrypted", "文件有打开密码，ods 的加密无法解开", "请在 LibreOffice 或 WPS 中打开，取消密码后另存")
    content = _Content()
    for kind, name, attributes in _printed(package.events(CONTENT, prefixes=True, cells=True), content.unread):
        if kind == TEXT:
            content.text(_SPACE.sub(" ", name))
        elif kind == START:
            content.begin(name, attributes)
        elif (sheet := content.end(name)) is not None:
            yield sheet


def _printed(events: Iterator[Event], unread: Counter[str]) -> Iterator[Event]:
    """The events less comments, drawings, changes and tables within cells; `unread` counts what was left out, by name."""
    depth = tables = 0
    aside, seen = "", set[str]()
    for event in events:
        kind, name, _ = event
        step = (kind == START) - (kind == END)
        if depth:
            depth += step
            seen |= {name} if kind == START else {TEXT} if kind == TEXT and name.strip() else set()
            if not depth and (told := _told(aside, seen)):
                unread[told] += 1
        elif kind == START and (name in _ASIDE or name.startswith("draw:") or name == _TABLE and tables):
            depth, aside, seen = 1, name, set()
        else:
            tables += step if name == _TABLE and kind != TEXT else 0
            yield event


def _told(aside: str, seen: set[str]) -> str:
    if aside in ("office:annotation", _TABLE):
        return "批注" if aside == "office:annotation" else "嵌套表"
    if not aside.startswith("draw:"):
        return ""
    return "图表" if "draw:object" in seen else "图片" if "draw:image" in seen else "文本框" if TEXT in seen else ""


class _Cell(NamedTuple):
    """A cell of the row that is being read, `times` over. `told`: `error` or `formula-without-value`, where it is that."""

    column: int
    times: int
    text: str
    numeric: bool
    style: Style
    rows: int
    columns: int
    told: str


class _Content:
    """Takes the events of the content, and gives each sheet at its end."""

    def __init__(self) -> None:
        self.tally, self.sheets = Tally(), 0
        self.unread: Counter[str] = Counter()
        self.styles: dict[str, Style] = {}
        self.unshown: set[str] = set()  # styles of tables
        self.styled = ("", "")  # name and family of the style that is being read
        self.sheet: Sheet | None = None
        self.cached = False  # a copy of another file's table, kept for formulas
        self.row = self.column = 0
        self.starts: list[int] = []  # first column of each run of columns, and their style
        self.defaults: list[str] = []
        self.row_attributes: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.cells: list[_Cell] = []
        self.paragraphs: list[str] = []
        self.taking = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith("style:"):
            self.style(name, attributes)
        elif name == _TABLE:
            self.begin_sheet(attributes)
        elif name == "table:table-column":
            self.columns(attributes)
        elif name == "table:table-row":
            self.row_attributes, self.cells, self.column = attributes, [], 0
        elif name in (_CELL, _COVERED):
            self.attributes, self.paragraphs = attributes, []
        elif name == "table:table-source":
            self.cached = self.sheet is not None and self.sheet.name.startswith("'file:")
        elif name.startswith("text:"):
            self.begin_text(name, attributes)

    def end(self, name: str) -> Sheet | None:
        if name == "text:p":
            self.taking = False
        elif name in (_CELL, _COVERED):
            self.end_cell()
        elif name == "table:table-row":
            self.end_row()
        elif name == _TABLE and self.sheet:
            ended, self.sheet = self.sheet, None
            ended.unread.update(self.unread)
            self.unread.clear()
            return None if self.cached else ended
        return None

    def style(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self.styled = attributes.get("style:name", ""), attributes.get("style:family", "")
            if self.styled[1] == "table-cell":
                self.styles[self.styled[0]] = _PLAIN
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.unshown.add(self.styled[0])
        elif self.styled[1] == "table-cell" and name == "style:table-cell-properties" and any(attributes.get(s, "none") != "none" for s in _SIDES):
            self.styles[self.styled[0]] = self.styles[self.styled[0]]._replace(ruled=True)
        elif self.styled[1] == "table-cell" and name == "style:paragraph-properties":
            self.styles[self.styled[0]] = self.styles[self.styled[0]]._replace(align=attributes.get("fo:text-align", ""))

    def begin_sheet(self, attributes: dict[str, str]) -> None:
        self.sheets += 1
        if self.sheets > MOST_SHEETS:
            raise too_large(f"工作表超过 {MOST_SHEETS} 个")
        self.sheet = Sheet(attributes.get("table:name", ""), self.tally, attributes.get("table:style-name", "") in self.unshown)
        self.row, self.column, self.starts, self.defaults, self.cached = 0, 0, [], [], False

    def columns(self, attributes: dict[str, str]) -> None:
        count = _count(attributes, "table:number-columns-repeated")
        if self.sheet and len(self.starts) < MOST_COLUMNS:
            self.starts.append(self.column)
            self.defaults.append(attributes.get("table:default-cell-style-name", ""))
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self.sheet.hide_columns(self.column, self.column + count - 1)
        self.column += count

    def begin_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p":
            self.taking = True
            self.paragraphs.append("")
        elif name == "text:line-break":
            self.text("\n")
        elif name == "text:tab":
            self.text("\t")
        elif name == "text:s":
            self.text(" " * min(_count(attributes, "text:c"), 100))

    def text(self, text: str) -> None:
        if self.taking:
            self.paragraphs[-1] += text
            if len(self.paragraphs[-1]) > LONGEST_CELL:
                raise too_large(f"一格文字超过 {LONGEST_CELL} 字")

    def end_cell(self) -> None:
        attributes, column = self.attributes, self.column
        count = _count(attributes, "table:number-columns-repeated")
        self.column += count
        text = "\n".join(self.paragraphs) if self.paragraphs else _bare(attributes)
        kind = attributes.get("office:value-type", "")
        rows, columns = (_count(attributes, f"table:number-{n}-spanned") for n in ("rows", "columns"))
        told = ""
        if "table:formula" in attributes:
            failed = attributes.get("calcext:value-type") == "error" or text.startswith(("#", "Err:"))
            told = "error" if failed else "" if kind or text else "formula-without-value"
        self.cells.append(_Cell(column, count, text, kind in _NUMERIC, self.style_of(column), rows, columns, told))

    def style_of(self, column: int) -> Style:
        run = bisect_right(self.starts, column) - 1
        name = self.attributes.get("table:style-name") or (self.defaults[run] if run >= 0 else "")
        return self.styles.get(name, _PLAIN)

    def end_row(self) -> None:
        """The row as often as it is repeated; of empty rows no more than may belong to a table."""
        count = _count(self.row_attributes, "table:number-rows-repeated")
        filled = any(c.text.strip() or c.told or c.rows * c.columns > 1 for c in self.cells)
        for row in range(self.row, self.row + (count if filled else min(count, LONGEST_BLANK + 1))):
            for cell in self.cells:
                self.put(row, cell)
        self.row += count

    def put(self, row: int, cell: _Cell) -> None:
        if not self.sheet or self.cached:
            return
        if cell.rows * cell.columns > 1:
            self.sheet.merge(Range(row, cell.column, row + cell.rows - 1, cell.column + cell.columns - 1))
        if cell.told == "formula-without-value":
            self.sheet.tell(cell.told, row, cell.column)
        if not cell.text.strip():
            self.sheet.blank(row, cell.style)
            return
        for column in range(cell.column, cell.column + cell.times):
            if cell.told == "error":
                self.sheet.error(row, column, cell.text, cell.style)
            else:
                self.sheet.put(row, column, cell.text, cell.style, cell.numeric)
        if self.row_attributes.get("table:visibility") in ("collapse", "filter"):
            self.sheet.hidden_rows.add(row)


def _count(attributes: dict[str, str], name: str) -> int:
    """A count of one or more, as the attribute tells it."""
    told = attributes.get(name, "1")
    return max(1, int(told)) if len(told) < 10 and told.isascii() and told.isdigit() else 1


def _bare(attributes: dict[str, str]) -> str:
    """What a cell without a paragraph prints: its value, as no format is known."""
    kind, value = attributes.get("office:value-type", ""), attributes.get("office:value", "")
    if kind == "boolean":
        return attributes.get("office:boolean-value", "").upper()
    try:
        return shown(float(value), "0.##########%" if kind == "percentage" else GENERAL).replace(".%", "%")
    except ValueError:
        return attributes.get("office:date-value") or attributes.get("office:time-value") or attributes.get("office:string-value") or value
