"""xlsx of the tables of a document: a sheet each, merged ranges, numbers as numbers with the format they are printed in."""

import io
import re

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from scripts.samples.steady import THEN, repacked
from scripts.samples.truth import Cell, Document, Line, Part, Table

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%)?")
_RULE = Border(*[Side("thin")] * 4)


def sheet(document: Document) -> bytes:
    """The lines since the table before stand above each table, in merged rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for before, table in _with_captions(document.parts):
        _fill(book.create_sheet(table.name), before, table)
    book.properties.created = THEN
    book.properties.creator = ""
    packed = io.BytesIO()
    book.save(packed)
    return repacked(packed.getvalue())


def _with_captions(parts: tuple[Part, ...]) -> list[tuple[list[Line], Table]]:
    found: list[tuple[list[Line], Table]] = []
    lines: list[Line] = []
    for part in parts:
        match part:
            case Line():
                lines.append(part)
            case Table():
                found.append((lines, part))
                lines = []
            case _:
                lines = []
    return found


def _fill(made: Worksheet, before: list[Line], table: Table) -> None:
    for column, width in enumerate(table.widths):
        made.column_dimensions[made.cell(1, column + 1).column_letter].width = 110 * width / sum(table.widths)
    for row, line in enumerate(before, 1):
        made.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(table.widths))
        made.cell(row, 1, line.text).alignment = Alignment(horizontal="right" if line.style == "right" else "left" if line.style == "flush" else "center")
    for cell in (c for row in table.cells for c in row):
        _cell(made, cell, len(before) + 1)
    made.print_title_rows = f"{len(before) + 1}:{len(before) + table.head}" if table.head else None


def _cell(made: Worksheet, cell: Cell, top: int) -> None:
    row, column = cell.row + top, cell.column + 1
    put = made.cell(row, column)
    assert isinstance(put, SheetCell)
    put.value, put.number_format = _typed("\n".join(cell.paragraphs))
    put.alignment = Alignment(horizontal="center" if len(cell.text) <= 16 else "left", vertical="center", wrap_text=True)
    for r in range(row, row + cell.rowspan):
        for c in range(column, column + cell.colspan):
            made.cell(r, c).border = _RULE
    if cell.rowspan * cell.colspan > 1:
        made.merge_cells(start_row=row, end_row=row + cell.rowspan - 1, start_column=column, end_column=column + cell.colspan - 1)


def _typed(text: str) -> tuple[float | int | str | None, str]:
    """The value of a cell and its number format; a percentage is stored as its fraction."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return text or None, "General"
    decimals, percent = found[1] or "", found[2] or ""
    shown = ("#,##0" if "," in text else "0") + ("." + "0" * (len(decimals) - 1) if decimals else "") + percent
    number = float(text.rstrip("%").replace(",", ""))
    if percent:
        return round(number / 100, 10), shown
    return (number if decimals else int(number)), shown
