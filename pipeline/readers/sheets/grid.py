"""What a spreadsheet file of any kind tells of one sheet as it is printed, and how much of a file is taken."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.errors import DocumentError
from pipeline.readers.sheets.number_formats import GENERAL, shown, shown_text

MOST_CELLS = 500_000  # cells with text in one file: some 1,500 printed pages
MOST_BLANKS = 5_000_000  # empty cells that only have a look
MOST_TEXT = 100_000_000  # characters of all cells
LONGEST_CELL = 100_000  # characters; Excel allows 32,767
MOST_SHEETS = 2000
MOST_COLUMNS = 16_384
MOST_MERGES = 200_000
LONGEST_BLANK = 20  # ruled rows without text that still belong to one table
_NAMED = 8  # cells that a note names

Place = tuple[int, int]  # row and column, from 0


class Style(NamedTuple):
    """`code`: number format. `align`: as the format names it, "" where none is set. `ruled`: a line at the left or right of the cell."""

    code: str = GENERAL
    align: str = ""
    ruled: bool = False


class Printed(NamedTuple):
    text: str
    numeric: bool
    align: str


class Range(NamedTuple):
    """All inclusive, from 0."""

    top: int
    left: int
    bottom: int
    right: int


def too_large(what: str) -> DocumentError:
    return DocumentError("too-large", f"表格文件过大：{what}", "请按工作表或地区拆分另存后再运行")


@dataclass
class Tally:
    """How many cells a file held so far. `DocumentError` (too-large) beyond what is taken, so that memory and time are bounded."""

    cells: int = 0
    blanks: int = 0
    characters: int = 0

    def cell(self, text: str) -> None:
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise too_large(f"有内容的单元格超过 {MOST_CELLS} 个")
        self.text(text)

    def text(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > MOST_TEXT:
            raise too_large(f"文字超过 {MOST_TEXT // 10_000} 万字")

    def blank(self, count: int = 1) -> None:
        self.blanks += count
        if self.blanks > MOST_BLANKS:
            raise too_large(f"空单元格超过 {MOST_BLANKS} 个，几乎没有内容")


@dataclass
class Sheet:
    """Filled cell by cell by a reader. `ruled`: rows with lines between their cells.

    `hidden_rows`, `hidden_columns`: some of them may hold nothing. `told`: by the code of a note, the cells it names, first ones only;
    `counts`: how many there are. `unstyled`: formats could not be read. `unread`: by name, how many things stand on the sheet that are no cells.
    """

    name: str
    tally: Tally
    hidden: bool = False
    since_1904: bool = False
    unstyled: bool = False
    cells: dict[Place, Printed] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    ruled: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    told: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    last_row: int = -1
    room: int = MOST_COLUMNS  # for ranges of hidden columns, which do not overlap

    def number(self, row: int, column: int, value: float, style: Style) -> None:
        printed = shown(value, style.code, self.since_1904)
        if not printed and value:
            self.tell("hidden-by-format", row, column)
        self.put(row, column, printed, style, numeric=True)

    def words(self, row: int, column: int, text: str, style: Style) -> None:
        printed = shown_text(text, style.code)
        if text.strip() and not printed.strip():
            self.tell("hidden-by-format", row, column)
        self.put(row, column, printed, style)

    def truth(self, row: int, column: int, value: bool, style: Style) -> None:
        self.put(row, column, "TRUE" if value else "FALSE", style)

    def error(self, row: int, column: int, text: str, style: Style) -> None:
        """A formula that failed, `#REF!`: printed so, and told."""
        self.tell("error-value", row, column)
        self.put(row, column, text, style)

    def blank(self, row: int, style: Style, count: int = 1) -> None:
        self.tally.blank(count)
        if style.ruled and row - self.last_row <= LONGEST_BLANK:
            self.ruled.add(row)

    def put(self, row: int, column: int, text: str, style: Style, numeric: bool = False) -> None:
        """A cell that is printed with `text`; paragraphs within it are divided by a line feed."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text:
            self.blank(row, style)
            return
        self.tally.cell(text)
        self.cells[row, column] = Printed(text, numeric, style.align)
        self.last_row = max(self.last_row, row)
        if style.ruled:
            self.ruled.add(row)

    def merge(self, merged: Range) -> None:
        if len(self.merges) >= MOST_MERGES:
            raise too_large(f"合并区域超过 {MOST_MERGES} 个")
        self.merges.append(merged)

    def hide_columns(self, first: int, last: int) -> None:
        last = min(last, MOST_COLUMNS - 1)
        self.room -= max(0, last - first + 1)
        if self.room >= 0:
            self.hidden_columns.update(range(first, last + 1))

    def tell(self, code: str, row: int, column: int) -> None:
        self.counts[code] += 1
        if len(self.told[code]) < _NAMED:
            self.told[code].append(f"{letters(column)}{row + 1}")


def letters(column: int) -> str:
    """A, …, Z, AA, … for columns from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
