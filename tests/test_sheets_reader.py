"""Spreadsheets of every kind: what is displayed is read, what is hidden is told, and no file of any shape takes more than its due."""

import io
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from struct import pack
from typing import Any

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from extractors.reading import Block, Note
from grammars.grammar import Grammar
from pipeline import process as single
from pipeline.errors import DocumentError
from pipeline.readers.content import Content, File
from pipeline.readers.sheets import blocks as sheet_blocks
from pipeline.readers.sheets import grid as sheet_grid
from pipeline.readers.sheets import package as sheet_package
from pipeline.readers.sheets import xlsx as sheet_xlsx
from pipeline.readers.sheets.reader import read_sheets, read_xlsx
from tests.conftest import through
from tests.sheet_files import (
    cell12,
    encrypted,
    label,
    number,
    ods,
    ole,
    record,
    record12,
    related,
    row12,
    saved,
    style,
    wide,
    wide12,
    xls_stream,
    xlsb,
    xlsx,
    zipped,
)

CENTER, LEFT, RIGHT = (Alignment(horizontal=h) for h in ("center", "left", "right"))
BOX = Border(*[Side(style="thin")] * 4)


def read(data: bytes) -> Content:
    return read_xlsx(File(data, "附件.xlsx"))


def other(data: bytes, password: str | None = None) -> Content:
    return read_sheets(File(data, "附件.xls", password))


def failure(reader: Callable[[bytes], Content], data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as told:
        reader(data)
    return told.value


def texts(content: Content) -> list[str]:
    return [b.text for b in content.blocks if b.kind == "text"]


def tables(content: Content) -> list[list[list[str]]]:
    return [[[c.text for c in row] for row in b.rows] for b in content.blocks if b.kind == "table"]


def codes(content: Content) -> dict[str, Note]:
    return {note.code: note for note in content.notes}


def filled(sheet: Worksheet, rows: list[list[Any]], top: int = 1, left: int = 1, box: bool = False) -> None:
    """Values from a place on; a pair is a value and its number format, None is no cell but a box."""
    for r, row in enumerate(rows, top):
        for c, value in enumerate(row, left):
            cell = sheet.cell(r, c)
            if isinstance(value, tuple):
                value, cell.number_format = value
            if value is not None:
                cell.value = value
            if box:
                cell.border = BOX


def book(rows: list[list[Any]], box: bool = False) -> Workbook:
    made = Workbook()
    filled(made.active, rows, box=box)
    return made


def sheet_xml(*rows: str, after: str = "") -> str:
    return f"<sheetData>{''.join(f'<row>{row}</row>' for row in rows)}</sheetData>{after}"


# an allocation sheet

def allocation() -> Workbook:
    """As finance bureaus draw it: mark, title and unit above, a head of two rows, a total, a note below."""
    made = Workbook()
    sheet = made.active
    sheet.title = "附件1分配表"
    sheet["A1"], sheet["A2"], sheet["F3"], sheet["A10"] = "附件1", "2024年就业补助资金分配表", "单位：万元", "注：第一批已于2023年12月下达。"
    filled(sheet, [["序号", "地区", "合计", "资金安排", None, "备注"], [None, None, None, "中央资金", "省级资金", None],
                   [1, "兰州市", (310, "#,##0.00"), (1210.5, "#,##0.00"), (-900.5, "#,##0.00"), None], [2, "天水市", (245, "#,##0.00"), (200, "#,##0.00"),
                   (45, "#,##0.00"), None],
                   [3, "定西市", (205, "#,##0.00"), (205, "#,##0.00"), (0, "#,##0.00"), "另文下达"], ["合计", None, (760, "#,##0.00"), (1615.5, "#,##0.00"),
                   (-855.5, "#,##0.00"), None]], top=4, box=True)
    for merged in ("A2:F2", "A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "A9:B9", "A10:F10"):
        sheet.merge_cells(merged)
    sheet["A2"].alignment, sheet["F3"].alignment, sheet["A10"].alignment = CENTER, RIGHT, LEFT
    return made


def test_an_allocation_sheet_is_captions_a_table_and_a_note() -> None:
    content = read(saved(allocation()))
    assert content.pages == 1 and not content.notes
    assert [(b.kind, b.text, b.line, b.centered, b.whole) for b in content.blocks if b.kind != "table"] == [
        ("furniture", "附件1分配表", 0, False, False), ("text", "附件1", 1, False, True), ("text", "2024年就业补助资金分配表", 2, True, True),
        ("text", "单位：万元", 3, False, True),
        ("text", "注：第一批已于2023年12月下达。", 10, False, True)]
    assert tables(content) == [[["序号", "地区", "合计", "资金安排", "备注"], ["中央资金", "省级资金"], ["1", "兰州市", "310.00", "1,210.50", "-900.50", ""],
                                ["2", "天水市", "245.00", "200.00", "45.00", ""], ["3", "定西市", "205.00", "205.00", "0.00", "另文下达"],
                                ["合计", "760.00", "1,615.50", "-855.50", ""]]]
    table = next(b for b in content.blocks if b.kind == "table")
    assert [(c.column, c.rowspan, c.colspan) for c in table.rows[0]] == [(0, 2, 1), (1, 2, 1), (2, 2, 1), (3, 1, 2), (5, 2, 1)]
    assert [(c.column, c.rowspan, c.colspan) for c in table.rows[5]] == [(0, 1, 2), (2, 1, 1), (3, 1, 1), (4, 1, 1), (5, 1, 1)]
    assert table.line == 4 and {c.page for row in table.rows for c in row} == {1} and table.page == 1


ALLOCATION_HTML = """<p>附件1</p><p align=center>2024年就业补助资金分配表</p><p>单位：万元</p><table>
<tr><td rowspan=2>序号<td rowspan=2>地区<td rowspan=2>合计<td colspan=2>资金安排<td rowspan=2>备注<tr><td>中央资金<td>省级资金
<tr><td>1<td>兰州市<td>310.00<td>1,210.50<td>-900.50<td><tr><td>2<td>天水市<td>245.00<td>200.00<td>45.00<td>
<tr><td>3<td>定西市<td>205.00<td>205.00<td>0.00<td>另文下达<tr><td colspan=2>合计<td>760.00<td>1,615.50<td>-855.50<td></table><p>注：第一批已于2023年12月下达。</p>"""
TARGET_HTML = """<p>附件2</p><p align=center>就业补助资金绩效目标表</p><p align=center>（2024年度）</p><table>
<tr><td colspan=2>专项名称<td colspan=3>就业补助资金<tr><td colspan=2>中央主管部门<td colspan=3>人力资源社会保障部
<tr><td colspan=2 rowspan=2>资金情况（万元）<td>年度金额：<td colspan=2>760<tr><td>其中：中央补助<td colspan=2>700
<tr><td>绩效指标<td>一级指标<td>二级指标<td>三级指标<td>指标值
<tr><td rowspan=3><td rowspan=2>产出指标<td>数量指标<td>享受培训补贴人数（人）<td>≥100<tr><td>质量指标<td>补贴发放准确率（%）<td>98.5%
<tr><td>满意度指标<td>服务对象满意度指标<td>就业服务满意度（%）<td>90%</table>"""


def target() -> Workbook:
    """A form whose first rows are labels with their values."""
    made = Workbook()
    sheet = made.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "附件2", "就业补助资金绩效目标表", "（2024年度）"
    filled(sheet, [["专项名称", None, "就业补助资金", None, None], ["中央主管部门", None, "人力资源社会保障部", None, None], ["资金情况（万元）", None, "年度金额：", 760, None],
                   [None, None, "其中：中央补助", 700, None], ["绩效指标", "一级指标", "二级指标", "三级指标", "指标值"],
                   [None, "产出指标", "数量指标", "享受培训补贴人数（人）", "≥100"], [None, None, "质量指标", "补贴发放准确率（%）", (0.985, "0.0%")],
                   [None, "满意度指标", "服务对象满意度指标", "就业服务满意度（%）", (0.9, "0%")]], top=4, box=True)
    for merged in ("A2:E2", "A3:E3", "A4:B4", "C4:E4", "A5:B5", "C5:E5", "A6:B7", "D6:E6", "D7:E7", "A9:A11", "B9:B10"):
        sheet.merge_cells(merged)
    return made


@pytest.mark.parametrize(("made", "html"), [(allocation, ALLOCATION_HTML), (target, TARGET_HTML)], ids=["allocation", "target"])
@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "bare"])
def test_a_sheet_gives_the_facts_of_the_same_page(made: Callable[[], Workbook], html: str, ruled: bool, grammar: Grammar, tmp_path: Path) -> None:
    workbook = made()
    for row in () if ruled else workbook.active.iter_rows():
        for cell in row:
            cell.border = Border()
    path = tmp_path / "附件.xlsx"
    path.write_bytes(saved(workbook))
    done = single.process(path, path.name, grammar)
    assert isinstance(done, single.Done)
    assert done.record.allocations or done.record.performance_tables
    assert facts(done.record.model_dump(mode="json")) == facts(through(html, grammar, ".html").record.model_dump(mode="json"))


def facts(data: Any) -> Any:
    """A record without where its values were read."""
    if isinstance(data, dict):
        return {k: facts(v) for k, v in data.items() if k not in ("evidence", "source", "block", "table", "page", "findings", "provenance", "id")}
    return [facts(v) for v in data] if isinstance(data, list) else data


# where a table begins and ends

def test_a_blank_row_divides_tables_and_a_ruled_one_does_not() -> None:
    rows: list[list[Any]] = [["甲", "乙"], ["a", "b"], [None, None], ["丙", "丁"], ["c", "d"]]
    assert tables(read(saved(book(rows)))) == [[["甲", "乙"], ["a", "b"]], [["丙", "丁"], ["c", "d"]]]
    assert tables(read(saved(book(rows, box=True)))) == [[["甲", "乙"], ["a", "b"], ["", ""], ["丙", "丁"], ["c", "d"]]]


def test_rows_of_figures_after_a_blank_row_go_on_with_their_table() -> None:
    rows: list[list[Any]] = [["地区", "金额"], ["甲县", 5], [None, None], ["合计", 5]]
    assert tables(read(saved(book(rows)))) == [[["地区", "金额"], ["甲县", "5"], ["合计", "5"]]]
    wider: list[list[Any]] = [["地区", "金额"], ["甲县", 5], [None], ["乙县", 5, 6]]
    assert len(tables(read(saved(book(wider))))) == 2


def test_gaps_are_the_blank_rows_before_a_block() -> None:
    content = read(saved(book([["附件1"], [None], [None], ["分配表"], [None], ["地区", "金额"], ["甲县", 5], [None], ["注：无"]])))
    assert [(b.text or b.kind, b.gap) for b in content.blocks[1:]] == [("附件1", 0), ("分配表", 2), ("table", 1), ("注：无", 1)]


def test_a_title_is_centered_where_it_is_set_so_or_merged_across() -> None:
    made = book([["附件1"], [None], ["分配表"], [None], ["地区", "金额", "备注"], ["甲县", 5, "无"], ["注：甲"], ["注：乙"]])
    for row, aligned in ((3, None), (7, None), (8, LEFT)):
        made.active.merge_cells(f"A{row}:C{row}")
        made.active.cell(row, 1).alignment = aligned or Alignment()
    assert [(b.text, b.centered) for b in read(saved(made)).blocks if b.kind == "text"] == [("附件1", False), ("分配表", True), ("注：甲", True), ("注：乙", False)]


def test_a_row_of_one_text_is_a_caption_unless_it_is_ruled_as_the_table_is() -> None:
    rows: list[list[Any]] = [["项目名称", None, None], ["主管部门", "财政厅", "甲"], ["实施单位", "某局", "乙"], ["其他说明", None, None]]
    assert texts(read(saved(book(rows)))) == ["项目名称", "其他说明"]
    assert tables(read(saved(book(rows, box=True)))) == [[["项目名称", "", ""], ["主管部门", "财政厅", "甲"], ["实施单位", "某局", "乙"], ["其他说明", "", ""]]]
    made = book(rows, box=True)
    made.active.merge_cells("A1:C1")
    assert texts(read(saved(made))) == ["项目名称"]


def test_a_text_merged_with_rows_of_the_table_is_of_the_table() -> None:
    made = book([["类别", None, None], [None, "甲", "1"], [None, "乙", "2"], ["合计", "丙", "3"], [None, None, None], [None, "x", None]])
    made.active.merge_cells("A1:A3")
    made.active.merge_cells("A4:A6")
    assert tables(read(saved(made))) == [[["类别", "", ""], ["甲", "1"], ["乙", "2"], ["合计", "丙", "3"], ["", ""], ["x", ""]]]


def test_two_words_outside_the_ruled_part_are_paragraphs() -> None:
    made = Workbook()
    filled(made.active, [["填报单位：甲局", None, None, "单位：万元"]])
    filled(made.active, [["序号", "地区", "金额", "备注"], [1, "甲县", 5, None]], top=2, box=True)
    filled(made.active, [["负责人：", None, "填表人：", None]], top=4)
    content = read(saved(made))
    assert texts(content) == ["填报单位：甲局", "单位：万元", "负责人：", "填表人："]
    assert tables(content)[0][0] == ["序号", "地区", "金额", "备注"]


def test_captions_between_ruled_tables_divide_them_without_a_blank_row() -> None:
    made = Workbook()
    for top, title in ((1, "表一"), (5, "表二")):
        made.active.cell(top, 1, title)
        filled(made.active, [["地区", "金额"], ["甲县", 5], ["乙县", 6]], top=top + 1, box=True)
    content = read(saved(made))
    assert [b.text or b.kind for b in content.blocks[1:]] == ["表一", "table", "表二", "table"]
    unruled = read(saved(book([["表一"], ["地区", "金额"], ["甲县", 5], ["表二"], ["地区", "金额"], ["乙县", 6]])))
    assert len(tables(unruled)) == 1


def test_tables_side_by_side_are_two_only_with_captions_of_their_own() -> None:
    halves: list[list[Any]] = [["地区", "金额", None, "地区", "金额"], ["甲县", 5, None, "丙县", 7], ["乙县", 6, None, "丁县", 8]]
    assert len(tables(read(saved(book(halves))))) == 1
    assert len(tables(read(saved(book([["分配表"], *halves]))))) == 1
    content = read(saved(book([["表一", None, None, "表二"], *halves])))
    assert [b.text or b.kind for b in content.blocks[1:]] == ["表一", "table", "表二", "table"]
    assert tables(content)[1] == [["地区", "金额"], ["丙县", "7"], ["丁县", "8"]]


def test_prose_in_a_column_is_paragraphs_and_lines_of_a_cell_are_lines() -> None:
    content = read(saved(book([["一、基本情况"], ["项目于2023年启动。\n当年完工。"], ["二、绩效"]], box=True)))
    assert [(b.text, b.whole, b.line) for b in content.blocks if b.kind == "text"] == [("一、基本情况", True, 1), ("项目于2023年启动。", False, 2),
    ("当年完工。", False, 2), ("二、绩效", True, 3)]


def test_margins_and_formats_without_text_are_left_out() -> None:
    made = Workbook()
    filled(made.active, [["地区", "金额"], ["甲县", 5]], top=3, left=3)
    made.active["XFD1048576"].border = BOX
    made.active.column_dimensions["H"].width = 30
    content = read(saved(made))
    table = next(b for b in content.blocks if b.kind == "table")
    assert [[(c.text, c.column) for c in row] for row in table.rows] == [[("地区", 0), ("金额", 1)], [("甲县", 0), ("5", 1)]]
    assert table.line == 3


# what is told

def test_every_sheet_is_read_in_order_and_hidden_ones_are_told() -> None:
    made = book([["第一"]])
    for name, state in (("隐藏表", "hidden"), ("深藏表", "veryHidden"), ("空表", "hidden"), ("末表", "visible")):
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        sheet["A1"] = None if name == "空表" else name
    content = read(saved(made))
    assert [(b.kind, b.text, b.page) for b in content.blocks] == [
        (kind, text, page) for page, name, text in ((1, "Sheet", "第一"), (2, "隐藏表", "隐藏表"), (3, "深藏表", "深藏表"), (5, "末表", "末表"))
        for kind, text in (("furniture", name), ("text", text))]
    assert content.pages == 5
    assert [(n.code, n.page, n.severity) for n in content.notes] == [("hidden-sheet", 2, "info"), ("hidden-sheet", 3, "info")]


def test_hidden_rows_and_columns_are_read_and_told_where_they_hold_something() -> None:
    made = book([[f"{r}行{c}列" for c in range(5)] for r in range(8)])
    for row in (2, 5, 6, 40):
        made.active.row_dimensions[row].hidden = True
    for column in ("B", "D", "K"):
        made.active.column_dimensions[column].hidden = True
    content = read(saved(made))
    assert len(tables(content)[0]) == 8 and len(tables(content)[0][0]) == 5
    assert codes(content)["hidden-rows"].message == "工作表“Sheet”中第2、5-6行、B、D列是隐藏的，已读取"


def test_a_formula_is_its_value_and_without_one_it_is_told() -> None:
    made = book([["甲", "乙"], ["=1+1", "=SUM(A1)"]])
    content = read(saved(made))
    assert codes(content)["formula-without-value"] == Note(
        "formula-without-value", "工作表“Sheet”的 A2、B2 是没有计算结果的公式，按空格读取；请用 Excel 或 WPS 打开并保存后再运行", 1, "warning")
    assert "SUM" not in str(content.blocks)
    cells = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"甲"&amp;"乙"</f><v>甲乙</v></c><c r="C1" t="str"><f>""</f><v></v></c><c r="D1" t="b"><f>TRUE</f><v>1</v></c>'
    content = read(xlsx(sheet_xml(cells)))
    assert tables(content) == [[["2", "甲乙", "", "TRUE"]]] and not content.notes


def test_many_cells_are_told_by_their_count() -> None:
    content = read(saved(book([["x"], *[["=1"]] * 30])))
    assert "A9 等 30 格" in codes(content)["formula-without-value"].message


def test_an_error_is_read_as_printed_and_told() -> None:
    content = read(xlsx(sheet_xml('<c t="inlineStr"><is><t>甲</t></is></c><c t="e"><v>#REF!</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c>')))
    assert tables(content) == [] and texts(content) == ["甲", "#REF!", "#DIV/0!"]
    assert codes(content)["error-value"].severity == "warning" and "B1、C1" in codes(content)["error-value"].message


def test_values_that_their_format_hides_are_told() -> None:
    content = read(saved(book([["甲", (5, ";;;")], ["乙", (0, "0;-0;;@")]])))
    assert tables(content) == [] and texts(content) == ["甲", "乙"]
    assert "B1 有值" in codes(content)["hidden-by-format"].message


def test_comments_and_drawings_are_counted() -> None:
    made = book([["地区", "金额"], ["甲县", 5]])
    made.active["A1"].comment = Comment("核对过", "张三")
    made.active["B2"].comment = Comment("另议", "张三")
    chart = BarChart()
    chart.add_data(Reference(made.active, 2, 1, 2, 2))
    made.active.add_chart(chart, "E5")
    content = read(saved(made))
    assert codes(content)["comment-not-read"].message == "工作表“Sheet”有批注 2 条，没有读取"
    assert codes(content)["drawing-not-read"].message == "工作表“Sheet”有图表 1 个，没有读取"
    assert "核对过" not in str(content.blocks)


def test_text_boxes_and_pictures_are_told_and_plain_shapes_are_not() -> None:
    drawing = """<d xmlns:mc="m"><sp><txBody><t>注意事项</t></txBody></sp><sp><txBody></txBody></sp><pic/><pic/>
      <mc:AlternateContent><mc:Choice><graphicFrame/></mc:Choice><mc:Fallback><pic/></mc:Fallback></mc:AlternateContent></d>"""
    parts: dict[str, str | bytes] = {"xl/worksheets/_rels/sheet1.xml.rels": related([("drawing", "../drawings/drawing1.xml"),
    ("image", "../media/none.png")]), "xl/drawings/drawing1.xml": drawing}
    content = read(xlsx(sheet_xml("<c><v>1</v></c>"), parts=parts))
    assert codes(content)["drawing-not-read"].message == "工作表“表1”有图片 2 个、图表 1 个、文本框 1 个，没有读取"


def test_a_sheet_that_is_a_chart_is_told() -> None:
    made = book([["甲"]])
    made.create_chartsheet("图").add_chart(BarChart())
    assert codes(read(saved(made)))["drawing-not-read"].page == 2


def test_a_picture_that_wps_puts_into_a_cell_is_no_text() -> None:
    cell = '<c t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    content = read(xlsx(sheet_xml("<c><v>1</v></c>" + cell)))
    assert "DISPIMG" not in str(content.blocks) and "图片 1 个" in codes(content)["drawing-not-read"].message


# values

def test_values_are_read_as_displayed() -> None:
    accounting = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '
    rows: list[list[Any]] = [["完成率", (0.9567, "0.0%")], ["成文日期", (date(2024, 3, 5), 'yyyy"年"m"月"d"日"')], ["金额", (-1234.5, accounting)],
                             ["编号", "007"], ["是否", True], ["和", 0.1 + 0.2], ["身份证", "650102199001011234"]]
    assert [row[1] for row in tables(read(saved(book(rows))))[0]] == ["95.7%", "2024年3月5日", "-1,234.50", "007", "TRUE", "0.3", "650102199001011234"]


def test_text_is_without_readings_and_escapes() -> None:
    strings = ('<si><r><t>富</t></r><r><t xml:space="preserve">文本 </t></r></si><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
               "<si><t>上_x000D_\n下_x005F_x</t></si><si/>")
    cells = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(4))
    cells += '<c t="inlineStr"><is><r><t>行</t></r><r><t>内</t></r><rPh><t>ハン</t></rPh></is></c><c t="d"><v>2024-03-05</v></c>'
    content = read(xlsx(sheet_xml(cells, "<c><v>1</v></c><c><v>2</v></c>"), strings=strings))
    assert tables(content)[0][0] == ["富文本", "東京", "上\n下_x", "", "行内", "45356"]


def test_days_counted_from_1904() -> None:
    styles = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    assert texts(read(xlsx(sheet_xml('<c s="0"><v>43894</v></c>'), styles=styles, since_1904=True))) == ["2024/3/5"]


def test_cells_without_addresses_follow_each_other() -> None:
    content = read(xlsx("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c r='B4'><v>3</v></c><c><v>4</v></c></row></sheetData>"))
    assert [b.line for b in content.blocks if b.rows] == [1, 4] and tables(content) == [[["1", "2"]], [["3", "4"]]]


def test_looks_are_read_from_their_own_part_of_the_styles() -> None:
    styles = """<numFmts><numFmt numFmtId="164" formatCode="0.0&quot;户&quot;"/></numFmts><borders><border/><border><left style="thin"/></border></borders>
      <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="164" borderId="1"><alignment horizontal="center"/></xf></cellXfs>
      <dxfs><dxf><numFmt numFmtId="164" formatCode="0"/></dxf></dxfs>"""
    content = read(xlsx(sheet_xml('<c s="0"><v>5</v></c>'), styles=styles))
    assert [(b.text, b.centered) for b in content.blocks[1:]] == [("5.0户", True)]


def test_damaged_styles_do_not_cost_the_values() -> None:
    content = read(xlsx(sheet_xml('<c s="3"><v>0.5</v></c>'), parts={"xl/styles.xml": "<styleSheet><cellXfs><xf"}))
    assert texts(content) == ["0.5"] and codes(content)["styles-unread"].severity == "warning"


def test_names_of_parts_and_of_elements_may_be_written_otherwise() -> None:
    """Upper case, a backslash, a path from the root, a prefix: as other programs write them."""
    plain = zipfile.ZipFile(io.BytesIO(xlsx(sheet_xml("<c><v>5</v></c>"))))
    parts: dict[str, str | bytes] = {n.upper().replace("/SHEET1", "\\SHEET1"): plain.read(n) for n in plain.namelist() if "sheet1" not in n and "rels" not in n}
    parts["XL/WORKSHEETS\\SHEET1.XML"] = '<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    parts["xl/_rels/workbook.xml.rels"] = related([("worksheet", "/xl/worksheets/sheet1.xml")])
    assert texts(read(zipped(parts))) == ["5"]


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(-10 ** 6, 10 ** 6), st.booleans(), st.text(st.sampled_from("甲乙 丙\n"), max_size=4)), max_size=5), max_size=6))
@settings(max_examples=40)
def test_every_text_is_read_once_as_two_other_readers_read_it(rows: list[list[Any]]) -> None:
    """Against openpyxl and calamine: the same texts, none lost, none twice, whatever blocks they go to."""
    data = saved(book(rows))
    cells = [c.value for row in load_workbook(io.BytesIO(data)).active.iter_rows() for c in row]
    told = [str(v).upper() if isinstance(v, bool) else str(v).strip() for v in cells if v is not None and str(v).strip()]
    sheet = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
    again = [str(v).upper() if isinstance(v, bool) else str(int(v)) if isinstance(v, float) else str(v).strip() for row in sheet.to_python() for v in row if str(v).strip()]
    content = read(data)
    found = [c.text for b in content.blocks for row in b.rows for c in row if c.text] + [t for t in texts(content)]
    pieces = [sorted(line for text in many for line in text.split("\n") if line.strip()) for many in (told, again, found)]
    assert [p.strip() for p in pieces[0]] == [p.strip() for p in pieces[1]]
    assert sorted(p.strip() for p in pieces[0]) == sorted(p.strip() for p in pieces[2])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 6), st.integers(0, 5)), max_size=6),
       st.sets(st.tuples(st.integers(0, 6), st.integers(0, 5)), max_size=20))
@settings(max_examples=150)
def test_cells_cover_their_grid_once_whatever_is_merged(merges: list[tuple[int, int, int, int]], cells: set[tuple[int, int]]) -> None:
    sheet = sheet_grid.Sheet("表", sheet_grid.Tally())
    for row, column in cells:
        sheet.put(row, column, f"{row},{column}", sheet_grid.Style())
    for a, b, c, d in merges:
        sheet.merge(sheet_grid.Range(min(a, c), min(b, d), max(a, c), max(b, d)))
    blocks = sheet_blocks.blocks_of(sheet, 1)
    for block in blocks:
        if block.rows:
            places = [(k + i, cell.column + j) for k, row in enumerate(block.rows) for cell in row for i in range(cell.rowspan) for j in range(cell.colspan)]
            assert len(places) == len(set(places)) == len(block.rows) * (max(c for _, c in places) + 1)
    printed = [t for b in blocks for t in ([b.text] if b.kind == "text" else [c.text for row in b.rows for c in row if c.text])]
    assert len(printed) == len(set(printed))
    assert len(printed) + sheet.counts["hidden-by-merge"] == len(cells)


# merged cells

def test_a_text_under_a_merged_cell_is_not_printed_but_told() -> None:
    cells = '<c r="A1" t="str"><v>小计</v></c>', '<c r="A2" t="str"><v>旧值</v></c>', '<c r="A3" t="str"><v>小计</v></c>'
    content = read(xlsx(sheet_xml(*(f'{c}<c r="B{n}"><v>{n}</v></c>' for n, c in enumerate(cells, 1)), after='<mergeCells><mergeCell ref="A1:A3"/></mergeCells>')))
    assert tables(content) == [[["小计", "1"], ["2"], ["3"]]]
    assert "A2 有值，但被合并单元格遮住" in codes(content)["hidden-by-merge"].message


def test_a_merge_over_everything_hides_no_table() -> None:
    rows = [f'<c r="A{n}" t="str"><v>第{n}</v></c><c r="B{n}"><v>{n}</v></c>' for n in range(1, 4)]
    for merge in ("A1:XFD1048576", "A1:B2147483647", "B9:A1"):
        assert tables(read(xlsx(sheet_xml(*rows, after=f'<mergeCells><mergeCell ref="{merge}"/></mergeCells>')))) == [[["第1", "1"], ["第2", "2"], ["第3", "3"]]]


def test_merges_that_overlap_without_end_are_bounded() -> None:
    merges = "".join(f'<mergeCell ref="A{1 + k % 9}:C{90 - k % 7}"/>' for k in range(20_000))
    content = read(xlsx(sheet_xml(*(f'<c r="A{n}"><v>{n}</v></c><c r="C{n}"><v>1</v></c>' for n in range(1, 91)), after=f"<mergeCells>{merges}</mergeCells>")))
    assert len(tables(content)[0]) == 90


def test_too_many_merges_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_grid, "MOST_MERGES", 5)
    assert failure(read, xlsx(sheet_xml("<c><v>1</v></c>", after='<mergeCells>' + '<mergeCell ref="A1:B2"/>' * 6 + "</mergeCells>"))).code == "too-large"


# bad input

def test_memory_is_flat_whatever_is_empty() -> None:
    """Fifty thousand styled cells without text leave nothing behind."""
    data = xlsx(sheet_xml("<c><v>1</v></c>", *(['<c s="0"/>' * 500] * 100)), styles='<cellXfs><xf numFmtId="4"/></cellXfs>')
    tracemalloc.start()
    content = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts(content) == ["1.00"] and peak < 4_000_000


@pytest.mark.parametrize(("limit", "module", "xml"), [
    ("MOST_CELLS", sheet_grid, sheet_xml(*["<c><v>1</v></c>"] * 20)), ("MOST_BLANKS", sheet_grid, sheet_xml("<c/>" * 20)),
    ("MOST_AREA", sheet_blocks, sheet_xml('<c r="A1"><v>1</v></c><c r="Z1"><v>1</v></c>')), ("LARGEST", sheet_package, sheet_xml("<c><v>1</v></c>")),
])
def test_what_is_too_large_is_told_at_once(limit: str, module: Any, xml: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, limit, 10)
    told = failure(read, xlsx(xml))
    assert told.code == "too-large" and "拆分" in told.next_step


def test_the_same_sheet_listed_again_and_again_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_xlsx, "MOST_SHEETS", 3)
    assert failure(read, xlsx(*[sheet_xml("<c><v>1</v></c>")] * 4)).code == "too-large"


def test_texts_are_bounded_one_by_one_and_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A string that many cells share counts in each, since each is written out."""
    strings = "<si><t>四个字的</t></si>"
    monkeypatch.setattr(sheet_grid, "MOST_TEXT", 6)
    assert texts(read(xlsx(sheet_xml('<c t="s"><v>0</v></c>'), strings=strings))) == ["四个字的"]
    assert failure(read, xlsx(sheet_xml('<c t="s"><v>0</v></c>' * 2), strings=strings)).code == "too-large"
    assert failure(read, xlsx(sheet_xml("<c><v>1</v></c>"), strings=strings * 2)).code == "too-large"
    monkeypatch.setattr(sheet_package, "LONGEST_CELL", 3)
    assert failure(read, xlsx(sheet_xml(""), strings=strings)).code == "too-large"


def test_xml_that_only_opens_is_damage() -> None:
    for sheet in ("<a>" * 5000, f'<a b="{"x" * (2 << 20)}"/>'):
        assert failure(read, xlsx(sheet_xml(""), parts={"xl/worksheets/sheet1.xml": sheet})).code == "damaged"
    assert failure(read, xlsx(sheet_xml(""), parts={"xl/styles.xml": b" " * (33 << 20)})).code == "too-large"


def test_a_stray_cell_far_away_makes_a_band_of_its_own() -> None:
    assert texts(read(xlsx('<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'))) == ["1", "2"]


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    told = failure(read, xlsx(sheet_xml(""), parts={"xl/worksheets/sheet1.xml": bomb}))
    assert told.code == "damaged" and "文档类型" in told.reason
    outside = '<!DOCTYPE x SYSTEM "file:///etc/hostname"><worksheet/>'
    assert failure(read, xlsx(sheet_xml(""), parts={"xl/worksheets/sheet1.xml": outside})).code == "damaged"


@pytest.mark.parametrize("data", [
    b"PK\x03\x04 cut", xlsx(sheet_xml("<c><v>1</v></c>"))[:300], xlsx(sheet_xml('<c t="s"><v>7</v></c>')), xlsx(sheet_xml('<c t="s"><v>甲</v></c>')),
    xlsx(sheet_xml(""), parts={"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}), xlsx(sheet_xml(""), parts={"xl/worksheets/sheet1.xml": b"\xff\xfe\x00"}),
    xlsx(sheet_xml(""), parts={"xl/_rels/workbook.xml.rels": related([])}), xlsx(sheet_xml(""), parts={"xl/_rels/workbook.xml.rels": related([("worksheet", "none.xml")])}),
    zipped({"xl/none.xml": ""}),
], ids=["no zip", "cut", "no string", "no index", "open xml", "no xml", "no relation", "no part", "no workbook"])
def test_damage_is_told(data: bytes) -> None:
    told = failure(read, data)
    assert told.code == "damaged" and told.next_step


def test_a_part_that_does_not_unpack_is_damage() -> None:
    data = bytearray(xlsx(sheet_xml(*["<c><v>1</v></c>"] * 400)))
    at = data.find(b"sheet1.xml") + 40
    data[at:at + 8] = bytes(8)
    assert failure(read, bytes(data)).code == "damaged"


@given(st.binary(max_size=60), st.integers(0, 2000))
@settings(max_examples=60)
def test_any_bytes_put_into_a_file_are_read_or_told(noise: bytes, at: int) -> None:
    for data, reader in ((xlsx(sheet_xml("<c><v>1</v></c>" * 3)), read), (ole(xls_stream([("表", 0, number(0, 0, 1) + label(0, 1, "甲"))])), other), (ods(ODS), other)):
        broken = bytearray(data)
        broken[at % len(broken):at % len(broken) + len(noise)] = noise
        try:
            reader(bytes(broken))
        except DocumentError as told:
            assert told.code in ("damaged", "too-large", "encrypted", "unsupported")


# xls

def xls(cells: bytes, book: bytes = style(), **more: Any) -> Content:
    return other(ole(xls_stream([("分配表", 0, cells)], book, **more)))


def shared(*chunks: bytes) -> bytes:
    """The shared strings, divided as given."""
    return b"".join(record(0x3C if k else 0xFC, chunk) for k, chunk in enumerate(chunks))


FORMULA = pack("<HIH", 0, 0, 3) + b"\0\0\0"


def formula(row: int, column: int, value: bytes) -> bytes:
    return record(6, pack("<HHH", row, column, 0) + value + FORMULA)


def test_xls_cells_of_every_kind() -> None:
    looks = style() + style(10) + style(14) + style(164)
    rich = pack("<HBHI", 2, 13, 1, 3) + "富文".encode("utf-16-le") + bytes(7)
    book_records = record(0x41E, pack("<H", 164) + wide('0.0"户"')) + looks + shared(pack("<II", 2, 2) + wide("共享") + rich)
    cells = (number(0, 0, 0.95, 1) + record(0x27E, pack("<HHHI", 0, 1, 0, 1234 << 2 | 3)) + record(0xBD, pack("<HHHIHIH", 0, 2, 2, 45356 << 2 | 2, 3, 7 << 2 | 2, 3))
             + record(0xFD, pack("<HHHI", 1, 0, 0, 0)) + record(0xFD, pack("<HHHI", 1, 1, 0, 1)) + label(1, 2, "直接") + record(0x205, pack("<HHHBB", 1, 3, 0, 1, 0))
             + record(0x205, pack("<HHHBB", 2, 0, 0, 0x17, 1)) + formula(2, 1, pack("<d", 2.5)) + formula(2, 2, b"\0\0\0\0\0\0\xff\xff") + record(0x207, wide("公式文字"))
             + formula(2, 3, b"\2\0\x07\0\0\0\xff\xff") + formula(3, 0, b"\1\0\1\0\0\0\xff\xff") + formula(3, 1, b"\3\0\0\0\0\0\xff\xff") + record(0x201, pack("<HHH", 3, 2, 0))
             + record(0xBE, pack("<HHHHH", 3, 3, 0, 0, 4)) + label(3, 3, "末"))
    content = xls(cells, book_records)
    assert tables(content) == [[["95.00%", "12.34", "2024/3/5", "7.0户"], ["共享", "富文", "直接", "TRUE"], ["#REF!", "2.5", "公式文字", "#DIV/0!"], ["TRUE", "", "", "末"]]]
    assert "A3、D3 的公式出错" in codes(content)["error-value"].message and content.pages == 1
    rows = python_calamine.load_workbook(io.BytesIO(ole(xls_stream([("分配表", 0, cells)], book_records)))).get_sheet_by_index(0).to_python()
    assert rows[1] == ["共享", "富文", "直接", True] and rows[0][:2] == [0.95, 12.34]


def test_xls_strings_go_on_in_further_records() -> None:
    """Where a string is cut, the next record says anew how wide its characters are."""
    whole = pack("<HB", 6, 1) + "甲乙丙".encode("utf-16-le")
    chunks = [pack("<II", 3, 3) + whole, b"\0abc" + pack("<HBI", 2, 4, 6), b"\0de" + bytes(2), bytes(4) + pack("<HB", 1, 0), b"\0z"]
    cells = b"".join(record(0xFD, pack("<HHHI", 0, n, 0, n)) for n in range(3)) + record(0xFD, pack("<HHHI", 1, 0, 0, 0)) + number(1, 1, 1)
    assert tables(xls(cells, style() + shared(*chunks))) == [[["甲乙丙abc", "de", "z"], ["甲乙丙abc", "1", ""]]]


def test_xls_looks_merges_and_what_is_hidden() -> None:
    cells = (label(0, 0, "标题", 1) + label(1, 0, "地区") + label(1, 1, "金额") + label(2, 0, "甲县") + number(2, 1, 5) + record(0xE5, pack("<H4H", 1, 0, 0, 0, 1))
             + record(0x208, pack("<HHHHHHHH", 2, 0, 2, 255, 0, 0, 0x20, 0)) + record(0x7D, pack("<HHHHHH", 1, 9, 2000, 0, 1, 0)) + record(0x1C, bytes(8)) * 2
             + b"".join(record(0x5D, pack("<HHHH", 0x15, 0x12, kind, 1) + bytes(14)) for kind in (8, 5, 0x19, 0x14)))
    content = other(ole(xls_stream([("明", 0, cells), ("暗", 1, label(0, 0, "x")), ("深", 2, label(0, 0, "y"))], style() + style(align=2))))
    assert [(b.text, b.centered) for b in content.blocks if b.kind == "text"] == [("标题", True), ("x", False), ("y", False)]
    assert codes(content)["hidden-rows"].message == "工作表“明”中第3行、B列是隐藏的，已读取"
    assert codes(content)["comment-not-read"].message.endswith("批注 2 条，没有读取")
    assert codes(content)["drawing-not-read"].message == "工作表“明”有图片 1 个、图表 1 个，没有读取"
    assert [n.page for n in content.notes if n.code == "hidden-sheet"] == [2, 3]


def test_xls_ruled_rows_without_text_belong_to_the_table() -> None:
    rows = label(0, 0, "甲", 1) + label(0, 1, "乙", 1) + record(0x201, pack("<HHH", 1, 0, 1)) + label(2, 0, "丙", 1) + label(2, 1, "丁", 1)
    assert tables(xls(rows, style() + style(ruled=True))) == [[["甲", "乙"], ["", ""], ["丙", "丁"]]]
    assert len(tables(xls(rows, style() + style()))) == 0


def test_xls_charts_within_a_sheet_are_passed_over() -> None:
    chart = record(0x809, pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)) + number(0, 0, 99) + record(0x0A)
    assert texts(xls(number(0, 0, 1) + chart + number(2, 0, 3))) == ["1", "3"]


def test_xls_days_from_1904() -> None:
    assert texts(xls(number(0, 0, 43894, 1), record(0x22, pack("<H", 1)) + style() + style(14))) == ["2024/3/5"]


def test_xls_of_excel_95_is_read_by_its_code_page() -> None:
    look = record(0xE0, pack("<HHHBBHHHH", 0, 164, 0, 2, 0, 0, 0, 0, 0))
    book_records = record(0x42, pack("<H", 936)) + record(0x41E, pack("<HB", 164, 9) + '0.0"户"'.encode("gb18030").ljust(9)) + look
    said = "分配表".encode("gb18030")
    content = other(ole(xls_stream([("甲表", 0, record(0x204, pack("<HHHH", 0, 0, 0, len(said)) + said) + number(1, 0, 5))], book_records, version=0x500), "Book"))
    assert [(b.text, b.centered) for b in content.blocks] == [("甲表", False), ("分配表", True), ("5.0户", True)]


@pytest.mark.parametrize(("password", "tried", "said"), [("密码", None, "有打开密码；"), ("密码", "错", "不对"), ("密码", "密码", ""), ("VelvetSweatshop", None, "")],
                         ids=["none", "wrong", "right", "protected only"])
def test_xls_with_a_password(password: str, tried: str | None, said: str) -> None:
    data = ole(encrypted(xls_stream([("分配表", 0, label(0, 0, "甲县") + number(0, 1, 0.95, 1) + label(1, 0, "乙县" * 600) + number(1, 1, 1))], style() + style(10)), password))
    if said:
        told = failure(lambda d: other(d, tried), data)
        assert told.code == "encrypted" and said in str(told) and "--password" in told.next_step
    else:
        assert tables(other(data, tried))[0][0] == ["甲县", "95.00%"]


def test_xls_that_is_too_old_is_told() -> None:
    told = failure(other, ole(record(0x409, pack("<HHH", 0x400, 0x10, 0)) + number(0, 0, 1) + record(0x0A)))
    assert told.code == "unsupported" and "另存为 xlsx" in told.next_step


@pytest.mark.parametrize("stream", [b"", b"\x09\x08", xls_stream([("表", 0, number(0, 0, 1))])[:60], xls_stream([("表", 0, record(0x203, b"\0\0"))]),
                                    xls_stream([("表", 0, record(0xFD, pack("<HHHI", 0, 0, 0, 9)))]), xls_stream([("表", 0, b"")], record(0xFC, pack("<II", 9, 9) + wide("甲"))),
                                    xls_stream([("表", 0, record(0xE5, pack("<H", 900)))])], ids=["empty", "short", "cut", "short cell", "no string", "few strings", "few merges"])
def test_xls_damage_is_told(stream: bytes) -> None:
    whole = ole(stream) if len(stream) != 60 else ole(stream.ljust(4096, b"\xff"))
    assert failure(other, whole).code == "damaged"


def test_xls_sheets_at_one_place_are_damage() -> None:
    stream = bytearray(xls_stream([("甲", 0, b""), ("乙", 0, b"")]))
    places = [k for k in range(len(stream)) if stream[k:k + 2] == b"\x85\0"]
    stream[places[1] + 4:places[1] + 8] = stream[places[0] + 4:places[0] + 8]
    assert failure(other, ole(bytes(stream))).code == "damaged"


# xlsb

def look12(code: int = 0, align: int = 0, border: int = 0) -> bytes:
    return record12(47, pack("<HHHHHBBHH", 0, code, 0, 0, border, 0, 0, align, 0))


def test_xlsb_cells_of_every_kind() -> None:
    border = b"\0" + bytes(20) + b"\1" + bytes(9) + bytes(20)
    styles = (record12(44, pack("<H", 164) + wide12('0.0"户"')) + record12(46, bytes(51)) + record12(46, border) + record12(617, pack("<I", 4))
              + look12() + look12(10) + look12(14, 2) + look12(164, 0, 1)
              + record12(618))
    cells = (row12(0) + cell12(5, 0, pack("<d", 0.95), 1) + cell12(2, 1, pack("<I", 1234 << 2 | 3)) + cell12(9, 2, pack("<d", 45356) + bytes(8), 2) + cell12(5, 3, pack("<d", 7), 3)
             + row12(1, hidden=True) + cell12(7, 0, pack("<I", 0)) + cell12(6, 1, wide12("直接")) + cell12(8, 2, wide12("公式") + bytes(8)) + cell12(62, 3, b"\0" + wide12("富文"))
             + row12(2) + cell12(4, 0, b"\1") + cell12(3, 1, b"\x17") + cell12(10, 2, b"\0" + bytes(8)) + cell12(11, 3, b"\x07" + bytes(8))
             + row12(3) + cell12(1, 0) + cell12(6, 3, wide12("末"))
             + record12(146) + record12(176, pack("<4I", 2, 3, 0, 0)) + record12(60, pack("<IIIIH", 2, 2, 0, 0, 1)))
    parts: dict[str, str | bytes] = {"xl/worksheets/_rels/sheet1.bin.rels": related([("comments", "../comments1.bin"), ("drawing", "../d.xml")]),
                                     "xl/comments1.bin": record12(628) + record12(635, bytes(36)) * 2, "xl/d.xml": "<d><pic/></d>"}
    data = xlsb([("表", 0, cells), ("暗", 1, row12(0) + cell12(6, 0, wide12("x")))], styles, ["共享"], parts)
    content = other(data)
    assert tables(content) == [[["95.00%", "12.34", "2024/3/5", "7.0户"], ["共享", "直接", "公式", "富文"], ["TRUE", "#REF!", "FALSE", "#DIV/0!"], ["", "", "末"]]]
    assert [(n.code, n.page) for n in content.notes] == [("hidden-rows", 1), ("error-value", 1), ("comment-not-read", 1), ("drawing-not-read", 1), ("hidden-sheet", 2)]
    assert codes(content)["hidden-rows"].message == "工作表“表”中第2行、C列是隐藏的，已读取" and "批注 2 条" in codes(content)["comment-not-read"].message
    rows = python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == [0.95, 12.34] and rows[1][:3] == ["共享", "直接", "公式"]


@pytest.mark.parametrize("cells", [row12(0) + cell12(7, 0, pack("<I", 4)), row12(0) + cell12(5, 0, b"\0"), row12(0) + cell12(6, 0, pack("<I", 99) + b"ab"), record12(0, b"\0")],
                         ids=["no string", "short", "long text", "short row"])
def test_xlsb_damage_is_told(cells: bytes) -> None:
    assert failure(other, xlsb([("表", 0, cells)])).code == "damaged"


# ods

ODS = """<office:automatic-styles><style:style style:name="c" style:family="table-cell"><style:table-cell-properties fo:border="1pt solid"/>
<style:paragraph-properties fo:text-align="center"/></style:style><style:style style:name="n" style:family="table-cell"><style:table-cell-properties fo:border="none"/>
</style:style>
<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="分配表"><table:table-column table:number-columns-repeated="2" table:default-cell-style-name="c"/>
<table:table-column table:visibility="collapse"/>
<table:table-column table:number-columns-repeated="16381"/>
<table:table-row><table:table-cell table:number-columns-spanned="3" table:number-rows-spanned="1"><text:p>标<text:span>题</text:span></text:p></table:table-cell>
<table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>
<table:table-row table:visibility="filter"><table:table-cell table:number-columns-repeated="2"
 office:value-type="percentage" office:value="0.95"><text:p>95.00%</text:p></table:table-cell>
<table:table-cell><office:annotation><text:p>批注</text:p></office:annotation><text:p>甲<text:s text:c="2"/>乙<text:line-break/>丙</text:p><text:p>丁<text:ruby>
 <text:ruby-base>字</text:ruby-base><text:ruby-text>zi</text:ruby-text></text:ruby></text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="16381"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:style-name="n" table:number-columns-repeated="3"/></table:table-row>
<table:table-row><table:table-cell table:formula="of:=1/0" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell table:formula="of:=1"/>
<table:table-cell><draw:frame><draw:image/></draw:frame><draw:frame><draw:object/><draw:image/></draw:frame>
<draw:custom-shape><text:p>框</text:p></draw:custom-shape><draw:line/></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048500"><table:table-cell table:style-name="c" table:number-columns-repeated="16384"/></table:table-row></table:table>
<table:table table:name="暗" table:style-name="h"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="'file:///a.ods'#$表"><table:table-source xlink:href="a.ods"/>
<table:table-row><table:table-cell><text:p>别处</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body>"""


def test_ods_prints_what_its_cells_hold() -> None:
    content = other(ods(ODS))
    assert [(b.kind, b.text, b.centered) for b in content.blocks] == [("furniture", "分配表", False), ("text", "标题", True), ("table", "", False), ("text", "#DIV/0!", True),
                                                                      ("furniture", "暗", False), ("text", "x", False)]
    assert tables(content) == [[["95.00%", "95.00%", "甲  乙\n丙\n丁 字"]]]
    assert {n.code: n.message for n in content.notes if n.page == 1} == {
        "hidden-rows": "工作表“分配表”中第2行、C列是隐藏的，已读取",
        "formula-without-value": "工作表“分配表”的 B5 是没有计算结果的公式，按空格读取；请用 Excel 或 WPS 打开并保存后再运行",
        "error-value": "工作表“分配表”的 A5 的公式出错，按显示的错误值读取", "comment-not-read": "工作表“分配表”有批注 1 条，没有读取",
        "drawing-not-read": "工作表“分配表”有图片 1 个、图表 1 个、文本框 1 个，没有读取"}
    assert codes(content)["hidden-sheet"].page == 2 and content.pages == 2


def table(cells: str) -> bytes:
    return ods(f'<office:body><office:spreadsheet><table:table table:name="表"><table:table-row>{cells}</table:table-row></table:table></office:spreadsheet></office:body>')


@pytest.mark.parametrize(("cell", "printed"), [
    ('<table:table-cell office:value-type="percentage" office:value="0.955"/>', "95.5%"), ('<table:table-cell office:value-type="percentage" office:value="1"/>', "100%"),
    ('<table:table-cell office:value-type="float" office:value="0.30000000000000004"/>', "0.3"),
    ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "TRUE"),
    ('<table:table-cell office:value-type="date" office:date-value="2024-03-05"/>', "2024-03-05"),
])
def test_ods_cells_without_a_paragraph_print_their_value(cell: str, printed: str) -> None:
    assert texts(other(table(cell))) == [printed]


def test_ods_values_that_print_nothing_are_blank() -> None:
    assert other(table('<table:table-cell office:value-type="float" office:value="0"><text:p/></table:table-cell>')).blocks == []


def test_ods_repeats_are_bounded() -> None:
    assert failure(other, table('<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>')).code == "too-large"


def test_ods_changes_and_tables_in_cells_are_no_cells() -> None:
    inner = "<table:table><table:table-row><table:table-cell><text:p>里</text:p></table:table-cell></table:table-row></table:table>"
    content = other(table(f"<table:table-cell><text:p>外</text:p>{inner}</table:table-cell>"))
    assert texts(content) == ["外"] and "嵌套表 1 个" in codes(content)["drawing-not-read"].message


def test_ods_with_a_password_is_told() -> None:
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>'
    told = failure(other, ods("", {"META-INF/manifest.xml": manifest}))
    assert told.code == "encrypted" and "取消密码" in told.next_step


# the same sheet in every kind of file

@pytest.mark.parametrize("made", [allocation, target], ids=["allocation", "target"])
def test_xls_and_ods_give_the_blocks_of_the_xlsx(made: Callable[[], Workbook], tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice (command soffice): the conversion of an xlsx is not tested here")
    (tmp_path / "表.xlsx").write_bytes(saved(made()))
    blocks = [plain(b) for b in read(saved(made())).blocks]
    for kind in ("xls", "ods"):
        subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", kind, "--outdir", tmp_path, tmp_path / "表.xlsx"],
                       check=True, capture_output=True, timeout=120)
        assert [plain(b) for b in other((tmp_path / f"表.{kind}").read_bytes()).blocks] == blocks


def plain(block: Block) -> tuple[Any, ...]:
    return block.kind, block.text, block.line, block.gap, block.centered, block.rows
