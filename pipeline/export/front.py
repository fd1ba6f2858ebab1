"""The first sheets of the workbook: what is in it, and what every column means."""

from collections.abc import Sequence
from typing import Any

from pipeline.export.cells import FLAGGED
from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Kind, Table
from pipeline.version import VERSION

ABOUT, COLUMNS = "说明", "字段"
_KINDS: dict[Kind, str] = {"text": "文字", "integer": "整数", "decimal": "数", "boolean": "是或否", "date": "日期"}
_TOLD = (
    f"由 gongwen {VERSION} 从读出的结果导出。一行一个事实；文件名和其后的次序确定一行，各表由此相连。",
    f"“{FLAGGED}”一列写“{FLAGGED}”的行，处在尚未解决的错误之下，整行着色；汇总之前请先核对，或把它们筛去。",
    "空单元格：文件没有给出（也可能是空的文字，表格软件分不出）。超过 15 位有效数字的数写作文字，一位不丢。不能显示的控制字符写作 \\x1b 的样子。",
    "“位置”是出处，带链接的点击即在核对页中打开；核对页由 gongwen review 写出，与本文件的相对位置不能变。",
    f"各列的含义和英文列名见“{COLUMNS}”一表，表头的批注中也有。改动本文件不会改动结果；更正请用核对页或 gongwen correct。",
)


def about(sheet: Any, styles: dict[str, Any], counts: Sequence[tuple[Table, int, int]], notes: Sequence[str]) -> None:
    """`counts`: of every table its rows, and those of them that are in doubt. `notes`: what is not shown, or not linked."""
    for n, width in enumerate((16, 60, 12, 12)):
        sheet.set_column(n, n, width)
    sheet.write_string(0, 0, "公文分析用表", styles["title"])
    told = (*_TOLD, *notes)
    for row, text in enumerate(told, 2):
        sheet.set_row(row, 34 if len(text) > 58 else 18)
        sheet.merge_range(row, 0, row, 3, "", styles["long"])
        sheet.write_string(row, 0, text, styles["long"])
    top = len(told) + 3
    _head(sheet, top, styles, ("工作表", "内容", "行数", FLAGGED))
    for row, (table, count, flagged) in enumerate(counts, top + 1):
        name = words.title(table.name)
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles["link"], name)
        sheet.write_string(row, 1, words.of_table(table.name).chinese, styles["long"])
        sheet.write_number(row, 2, count, styles["number"])
        if table.facts:
            sheet.write_number(row, 3, flagged, styles["number"])
    printed(sheet)


def columns(sheet: Any, styles: dict[str, Any]) -> None:
    """A line for each column of each table."""
    for n, width in enumerate((16, 18, 34, 8, 6, 80)):
        sheet.set_column(n, n, width)
    _head(sheet, 0, styles, ("工作表", "表头", "列名", "类型", "键", "含义"))
    lines = [(table, column) for table in TABLES for column in table.columns]
    for row, (table, column) in enumerate(lines, 1):
        told = words.of_column(table.name, column.name)
        key = "键" if column.name in table.key else ""
        if len(told.chinese) > 38:
            sheet.set_row(row, 30)
        for n, text in enumerate((words.title(table.name), told.heading, f"{table.name}.{column.name}", _KINDS[column.kind], key, told.chinese)):
            sheet.write_string(row, n, text, styles["long"])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(lines), 5)
    printed(sheet)


def printed(sheet: Any, pages: int = 1) -> None:
    """On paper: A4 across, as wide as `pages` beside one another."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages, 0)
    sheet.set_footer("&L&A&R&P / &N")


def _head(sheet: Any, row: int, styles: dict[str, Any], names: Sequence[str]) -> None:
    for n, name in enumerate(names):
        sheet.write_string(row, n, name, styles["head"])
