"""xlsx, xlsm, xls, et, xlsb and ods: every sheet in order, hidden ones too, figures as they are displayed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from extractors.reading import Block, Note
from pipeline.readers.content import Content, File
from pipeline.readers.sheets.blocks import blocks_of
from pipeline.readers.sheets.grid import Sheet, letters
from pipeline.readers.sheets.ods import CONTENT, ods_sheets
from pipeline.readers.sheets.package import Package
from pipeline.readers.sheets.xls import xls_sheets
from pipeline.readers.sheets.xlsb import xlsb_sheets
from pipeline.readers.sheets.xlsx import xlsx_sheets

_RUNS = 8  # runs of hidden rows that a note names
_TOLD: dict[str, tuple[str, Literal["warning", "info"]]] = {  # code of a note -> what is said of the cells, and how grave it is
    "formula-without-value": ("是没有计算结果的公式，按空格读取；请用 Excel 或 WPS 打开并保存后再运行", "warning"),
    "error-value": ("的公式出错，按显示的错误值读取", "warning"),
    "hidden-by-format": ("有值，但数字格式不显示，按空格读取", "info"),
    "hidden-by-merge": ("有值，但被合并单元格遮住，没有读取", "warning"),
}


def read_xlsx(file: File) -> Content:
    """The sheets of an xlsx. Pages are sheets. `DocumentError`: damaged or too large."""
    return _content(xlsx_sheets(Package(file.data)))


def read_sheets(file: File) -> Content:
    """The sheets of an xls, et, xlsb or ods, told apart by their content. `DocumentError`: encrypted, damaged, too large or too old."""
    if not file.data.startswith(b"PK"):
        return _content(xls_sheets(file.data, file.password))
    package = Package(file.data)
    return _content(ods_sheets(package) if CONTENT in package else xlsb_sheets(package))


def _content(sheets: Iterable[Sheet]) -> Content:
    blocks: list[Block] = []
    notes: list[Note] = []
    page = 0
    for page, sheet in enumerate(sheets, 1):
        blocks += blocks_of(sheet, page)
        notes += _notes(sheet, page)
    return Content(blocks, pages=page or None, notes=tuple(notes))


def _notes(sheet: Sheet, page: int) -> Iterator[Note]:
    name = f"工作表“{sheet.name}”"
    if sheet.hidden and sheet.cells:
        yield Note("hidden-sheet", f"{name}是隐藏的，已读取", page)
    if hidden := _hidden(sheet):
        yield Note("hidden-rows", f"{name}中{hidden}是隐藏的，已读取", page)
    if sheet.unstyled:
        yield Note("styles-unread", f"{name}的数字格式已损坏，数字按原值读取", page, "warning")
    for code, (said, severity) in _TOLD.items():
        if sheet.counts[code]:
            yield Note(code, f"{name}的 {_cells(sheet, code)} {said}", page, severity)
    if comments := sheet.unread.pop("批注", 0):
        yield Note("comment-not-read", f"{name}有批注 {comments} 条，没有读取", page)
    if drawn := "、".join(f"{what} {count} 个" for what, count in sorted(sheet.unread.items()) if count):
        yield Note("drawing-not-read", f"{name}有{drawn}，没有读取", page)


def _cells(sheet: Sheet, code: str) -> str:
    named, count = "、".join(sheet.told[code]), sheet.counts[code]
    return f"{named} 等 {count} 格" if count > len(sheet.told[code]) else named


def _hidden(sheet: Sheet) -> str:
    """The hidden rows and columns that hold something: `第3、5-8行、C列`."""
    rows = sorted({row for row, _ in sheet.cells} & sheet.hidden_rows)
    columns = sorted({column for _, column in sheet.cells} & sheet.hidden_columns)
    told = [f"第{_runs(rows, lambda row: str(row + 1))}行" if rows else "", f"{_runs(columns, letters)}列" if columns else ""]
    return "、".join(part for part in told if part)


def _runs(numbers: list[int], name: Callable[[int], str]) -> str:
    """Numbers with a dash for those that follow each other, the first few runs of them."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    told = "、".join("-".join(map(name, run)) for run in runs[:_RUNS])
    return f"{told} 等" if len(runs) > _RUNS else told
