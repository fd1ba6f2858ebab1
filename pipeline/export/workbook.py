"""`gongwen.xlsx`: a sheet a table under its Chinese name, behind a sheet that says what is there and one that says what every column means.

No cell is a formula. Rows leave the memory as they come; a sheet that is full goes on in another.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from pipeline.export import front
from pipeline.export.cells import FLAGGED, FORMATS, WIDE, Cell, cell
from pipeline.export.folder import refused
from pipeline.export.put import Job, Put
from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Column, Row, Table

FILE = "gongwen.xlsx"
FILES = (FILE,)
ROWS = 1_048_576  # of a sheet, its head too
LINKS = 65_530  # of a sheet
_ALL_LINKS = 250_000  # of the workbook: they are what stays in memory
_ADDRESS = 2_000  # characters of a link
_KEY = 48  # the widest that the frozen column gets
_LINE, _PAPER = 15.0, 240  # points; characters that a page takes across
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def opened(job: Job) -> Iterator[Put]:
    """`UsageError` where the disk refuses."""
    book = _Book(job)
    try:
        yield book.put
        book.close()
    except XlsxWriterException as error:
        raise refused(FILE, str(error)) from error


class _Book:
    """The workbook, its styles, the sheets of every table. `links`: how many there are."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.file = xlsxwriter.Workbook(job.folder / FILE, {"constant_memory": True, "tmpdir": str(job.folder), **_PLAIN})
        self.file.use_zip64()
        self.styles = _styles(self.file)
        self.front = [self.file.add_worksheet(name) for name in (front.ABOUT, front.COLUMNS)]
        self.sheets = {table.name: [_Sheet(self, table, 1)] for table in TABLES}
        self.links = 0
        self.notes: dict[str, int] = defaultdict(int)

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        sheets = self.sheets[table.name]
        for row in rows:
            if sheets[-1].count + 1 == ROWS:
                sheets.append(_Sheet(self, table, len(sheets) + 1))
            sheets[-1].add(row)

    def close(self) -> None:
        for sheet in (sheet for sheets in self.sheets.values() for sheet in sheets):
            sheet.finish()
        told = [f"{note}（{count:,} 处）" for note, count in self.notes.items()]
        front.about(self.front[0], self.styles, [(table, *self._counted(table)) for table in TABLES], told)
        front.columns(self.front[1], self.styles)
        for note in told:
            self.job.tell(f"{FILE}：{note}")
        self.file.close()

    def _counted(self, table: Table) -> tuple[int, int]:
        """How many there are, and how many of them are in doubt."""
        sheets = self.sheets[table.name]
        return sum(sheet.count for sheet in sheets), sum(sheet.flagged for sheet in sheets)


def _styles(file: Any) -> dict[str, Any]:
    top = {"valign": "top"}
    left = {**top, "align": "left", "indent": 1}  # a text stands apart from the number on its left
    numbers: dict[str, Any] = {style: {**top, "num_format": pattern} for style, pattern in FORMATS.items()}
    others: dict[str, Any] = {
        "text": left, "long": {**left, "text_wrap": True}, "clipped": {**top, "align": "fill"}, "link": {**left, "font_color": "#0b57a4", "underline": 1},
        "head": {**left, "bold": True, "bg_color": "#e8edf3", "bottom": 1}, "title": {"bold": True, "font_size": 16}, FLAGGED: {"bg_color": "#fde9c8"}}
    return {style: file.add_format(told) for style, told in (numbers | others).items()}


class _Sheet:
    """One sheet of a table, written row by row. `count`: its rows without the head; `widths`: of its columns, as wide as what was written."""

    def __init__(self, book: _Book, table: Table, number: int) -> None:
        self.book, self.table = book, table
        self.name = words.title(table.name) + (f"（{number}）" if number > 1 else "")
        self.sheet = book.file.add_worksheet(self.name)
        self.count = self.flagged = self.links = 0
        self.widths = [0] * len(table.columns)
        for n, column in enumerate(table.columns):
            self._head(n, column)
        self.sheet.freeze_panes(1, 1)

    def _head(self, n: int, column: Column) -> None:
        heading = words.heading(self.table.name, column.name)
        self.sheet.write_string(0, n, heading, self.book.styles["head"])
        self.sheet.write_comment(0, n, f"{column.name}\n{words.comment(self.table.name, column.name)}", {"x_scale": 2})
        self.widths[n] = 2 * len(heading) + 4  # with the arrow of the filter

    def add(self, row: Row) -> None:
        self.count += 1
        cells = [cell(column, value) for column, value in zip(self.table.columns, row, strict=True)]
        lines = max((one.lines for one in cells[1:] if one), default=1)
        if lines > 1:  # not every program finds the height by itself
            self.sheet.set_row(self.count, lines * _LINE)
        for n, one in enumerate(cells):
            if one:
                self._write(n, one if n else one._replace(style="text"), row)
        for heights in (self.sheet.row_info, self.sheet.row_sizes):  # the library would keep them for all rows
            heights.pop(self.count - 1, None)
        self.flagged += self.table.facts and row[-1] is True

    def _write(self, n: int, one: Cell, row: Row) -> None:
        self.widths[n] = max(self.widths[n], one.width + 2)
        if one.cut:
            self.book.notes[f"“{self.name}”中的文字超过单元格能放的长度，只写出前一部分，全文见 JSON"] += 1
        address = self._address(self.table.columns[n], row, one)
        if address:
            self.sheet.write_url(self.count, n, f"external:{address}", self.book.styles["link"], str(one.value))
        else:
            _write(self.sheet, self.count, n, one, self.book.styles)

    def _address(self, column: Column, row: Row, one: Cell) -> str | None:
        """What the cell leads to: of a fact its place, of a document its page."""
        if column.name != ("place" if self.table.facts else "document") or self.table.name == "failures":
            return None
        page = self.book.job.page(str(row[0]))
        if page is None:
            self.book.notes["没有核对页的出处不带链接，请先运行 gongwen review 再导出"] += 1
            return None
        if self.links == LINKS or self.book.links == _ALL_LINKS or len(page) > _ADDRESS:
            self.book.notes[f"“{self.name}”的出处超过 Excel 允许的链接数，其余不带链接"] += 1
            return None
        self.links, self.book.links = self.links + 1, self.book.links + 1
        return f"{page}#{_anchor(str(one.value))}" if self.table.facts else page

    def finish(self) -> None:
        """What the whole sheet has: widths, filters, the colour of what is in doubt, how it is printed."""
        last = len(self.table.columns) - 1
        self.widths = [min(width, WIDE + 2 if n else _KEY) for n, width in enumerate(self.widths)]
        for n, width in enumerate(self.widths):
            self.sheet.set_column(n, n, width)
        self.sheet.autofilter(0, 0, max(self.count, 1), last)
        if self.table.facts and self.count:
            flag = f'=${_letters(last)}2="{FLAGGED}"'
            self.sheet.conditional_format(1, 0, self.count, last, {"type": "formula", "criteria": flag, "format": self.book.styles[FLAGGED]})
        front.printed(self.sheet, 1 + sum(self.widths) // _PAPER)
        self.sheet.repeat_rows(0)
        self.sheet.repeat_columns(0)


def _anchor(place: str) -> str:
    """A place as the page has it: of a part of a cell, the cell."""
    return ":".join(place.split(":")[:3])


def _letters(column: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(column))


def _write(sheet: Any, row: int, column: int, one: Cell, styles: dict[str, Any]) -> None:
    style = styles[one.style]
    if isinstance(one.value, str):
        if one.value.startswith("<r>") and one.value.endswith("</r>"):  # the library would take it for its own markup
            sheet.write_rich_string(row, column, "<", styles["text"], one.value[1:], style)
        else:
            sheet.write_string(row, column, one.value, style)
    elif isinstance(one.value, int | float):
        sheet.write_number(row, column, one.value, style)
    else:
        sheet.write_datetime(row, column, one.value, style)
