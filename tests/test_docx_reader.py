"""docx: what Word shows of a document is what the reader gives, each word once and in its place."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from extractors.reading import Block, Row
from grammars.grammar import Grammar
from pipeline import process as single
from pipeline.errors import DocumentError
from pipeline.readers.content import Content, File
from pipeline.readers.docx import package as docx_package
from pipeline.readers.docx import walk as docx_walk
from pipeline.readers.docx.numerals import numeral
from pipeline.readers.docx.reader import read_docx
from tests.conftest import NOTICE

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SPACES = (f'xmlns:w="{MAIN}" xmlns:r="{OFFICE}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
          'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
          'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
          'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"')
ROOTS = {"numbering": "numbering", "styles": "styles", "settings": "settings", "footnotes": "footnotes", "endnotes": "endnotes", "header": "hdr", "footer": "ftr"}
GATE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def package(body: str, **parts: str) -> bytes:
    """A docx of the XML of its body and of other parts, by the kind of their relation."""
    relations = "".join(f'<Relationship Id="{name}" Type="{OFFICE}/{name.rstrip("0123456789")}" Target="{name}.xml"/>' for name in parts)
    held = {f"word/{name}.xml": f"<w:{root} {SPACES}>{xml}</w:{root}>" for name, xml in parts.items() for root in [ROOTS[name.rstrip("0123456789")]]}
    return zipped({
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>", **held})


def zipped(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as held:
        for name, text in parts.items():
            held.writestr(name, text)
    return made.getvalue()


def read(data: bytes) -> Content:
    return read_docx(File(data, "notice.docx"))


def saved(document: "docx.document.Document") -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def blocks(body: str, **parts: str) -> list[Block]:
    return read(package(body, **parts)).blocks


def texts(body: str, kind: str = "text", **parts: str) -> list[str]:
    return [b.text for b in blocks(body, **parts) if b.kind == kind]


def notes(body: str, **parts: str) -> dict[str, str]:
    return {n.code: n.severity for n in read(package(body, **parts)).notes}


def p(text: str = "", properties: str = "", inside: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(text) if text else ''}{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tc(text: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(c if c.startswith('<w:') else tc(c) for c in cells)}</w:tr>"


def tbl(*rows: str, grid: tuple[int, ...] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def val(name: str, value: object) -> str:
    return f"<w:{name} w:val={quoteattr(str(value))}/>"


def rows_of(body: str) -> list[list[tuple[str, int, int, int]]]:
    """The rows of the one table: (text, column, rowspan, colspan) of each cell."""
    tables = [b for b in blocks(body) if b.kind == "table"]
    assert len(tables) == 1, tables
    return [[(c.text, c.column, c.rowspan, c.colspan) for c in row] for row in tables[0].rows]


def as_truth(rows: tuple[Row, ...]) -> list[list[str | None]]:
    """The full grid: None where a cell is merged with the one above, "<" with the one to its left."""
    width = max(c.column + c.colspan for row in rows for c in row)
    grid: list[list[str | None]] = [["?"] * width for _ in rows]
    for n, row in enumerate(rows):
        for cell in row:
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    grid[n + down][cell.column + right] = "<" if right else cell.text if not down else None
    return grid


# paragraphs

def test_paragraphs_of_a_document_that_another_program_wrote() -> None:
    document = docx.Document()
    document.add_paragraph("甘财社〔2024〕21号").alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph()
    document.add_paragraph("  ")
    last = document.add_paragraph("各市（州）")
    last.add_run("财政局：").bold = True
    told = read(saved(document)).blocks
    assert [(b.text, b.centered, b.gap, b.line, b.whole) for b in told] == [("甘财社〔2024〕21号", True, 0, 1, True), ("各市（州）财政局：", False, 2, 4, True)]


def test_a_line_break_ends_a_line_and_not_the_paragraph() -> None:
    document = docx.Document()
    run_ = document.add_paragraph().add_run("甘肃省财政厅")
    run_.add_break()
    run_.add_text("关于下达资金的通知")
    document.add_paragraph("附件").add_run().add_break()
    told = read(saved(document)).blocks
    assert [(b.text, b.whole) for b in told] == [("甘肃省财政厅", False), ("关于下达资金的通知", False), ("附件", True)]


def test_a_new_page_is_a_gap() -> None:
    document = docx.Document()
    document.add_paragraph("甲").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("乙")
    document.add_paragraph("丙").paragraph_format.page_break_before = True
    document.add_section()
    document.add_paragraph("丁")
    gaps = {b.text: b.gap for b in read(saved(document)).blocks}
    assert gaps["甲"] == 0 and gaps["乙"] and gaps["丙"] and gaps["丁"]


def test_characters_that_are_elements() -> None:
    inside = "<w:r><w:t>2024</w:t><w:noBreakHyphen/><w:t>2025</w:t><w:tab/><w:t>年</w:t><w:softHyphen/><w:t>度</w:t></w:r>"
    assert texts(p(inside=inside)) == ["2024-2025\t年度"]


def test_white_space_at_the_edges_counts_only_where_it_is_kept() -> None:
    inside = '<w:r><w:t>  760 </w:t></w:r><w:r><w:t xml:space="preserve"> 万' + "\n" + "元</w:t></w:r>"
    assert texts(p(inside=inside)) == ["760 万 元"]


def test_centered_through_styles_and_not_where_the_paragraph_says_otherwise() -> None:
    styles = (f'<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:pPr>{val("jc", "center")}</w:pPr></w:style>'
              f'<w:style w:type="paragraph" w:styleId="T">{val("basedOn", "N")}</w:style>'
              f'<w:style w:type="paragraph" w:styleId="L">{val("basedOn", "T")}<w:pPr>{val("jc", "left")}</w:pPr></w:style>')
    body = p("默认") + p("继承", val("pStyle", "T")) + p("左", val("pStyle", "L")) + p("自己", val("pStyle", "T") + val("jc", "both"))
    assert [b.centered for b in blocks(body, styles=styles)] == [True, True, False, False]


def test_styles_based_on_one_another_in_a_circle() -> None:
    styles = "".join(f'<w:style w:type="paragraph" w:styleId="{a}">{val("basedOn", b)}</w:style>' for a, b in ("AB", "BA"))
    assert texts(p("资金", val("pStyle", "A")), styles=styles) == ["资金"]


# numbers of lists

def level(at: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    return f'<w:lvl w:ilvl="{at}">{val("start", start)}{val("numFmt", form)}{more}{val("lvlText", text)}</w:lvl>'


def lists(*levels: str, nums: str = "", more: str = "") -> str:
    """One definition with list 1, and what else is told."""
    return f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>{more}<w:num w:numId="1">{val("abstractNumId", 7)}</w:num>{nums}'


def item(text: str, at: int = 0, number: int = 1, more: str = "") -> str:
    return p(text, f"<w:numPr>{val('ilvl', at)}{val('numId', number)}</w:numPr>{more}")


@pytest.mark.parametrize(("form", "count", "shown"), [
    ("decimal", 12, "12"), ("decimalZero", 7, "07"), ("chineseCounting", 10, "十"), ("chineseCounting", 11, "十一"), ("chineseCounting", 20, "二十"),
    ("chineseCountingThousand", 21, "二十一"), ("chineseCountingThousand", 101, "一百〇一"), ("chineseCountingThousand", 110, "一百一十"),
    ("chineseCountingThousand", 1111, "一千一百一十一"), ("chineseCountingThousand", 10012, "一万〇一十二"), ("ideographDigital", 10, "一〇"),
    ("ideographDigital", 25, "二五"), ("japaneseCounting", 12, "十二"), ("japaneseCounting", 120, "百二十"), ("decimalEnclosedCircle", 20, "⑳"),
    ("decimalEnclosedCircle", 21, "21"), ("decimalEnclosedParen", 3, "⑶"), ("decimalFullWidth", 12, "１２"), ("lowerLetter", 28, "bb"), ("upperLetter", 26, "Z"),
    ("lowerRoman", 14, "xiv"), ("upperRoman", 1994, "MCMXCIV"), ("chineseLegalSimplified", 25, "贰拾伍"), ("ideographTraditional", 3, "丙"),
    ("ideographTraditional", 11, "11"), ("none", 3, ""), ("bullet", 3, ""), ("notAForm", 3, "3"), ("upperRoman", 0, "0"), ("lowerLetter", 10**9, str(10**9)),
])
def test_numerals(form: str, count: int, shown: str) -> None:
    assert numeral(count, form) == shown


@given(st.integers(1, 9999))
def test_chinese_numerals_say_what_they_count(count: int) -> None:
    total, digit = 0, 0
    for sign in numeral(count, "chineseCountingThousand").replace("〇", ""):
        if sign in "千百十":
            total, digit = total + (digit or 1) * {"千": 1000, "百": 100, "十": 10}[sign], 0
        else:
            digit = "一二三四五六七八九".index(sign) + 1
    assert total + digit == count


THREE = (level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%3."), level(3, "decimal", "%1.%3-%4"))


def test_levels_count_on_and_start_anew_below_a_higher_one() -> None:
    body = "".join(item(text, at) for text, at in (("甲", 0), ("乙", 1), ("丙", 1), ("丁", 2), ("戊", 2), ("己", 0), ("庚", 1), ("辛", 2), ("壬", 3)))
    assert texts(body, numbering=lists(*THREE)) == ["一、甲", "（一）乙", "（二）丙", "1. 丁", "2. 戊", "二、己", "（一）庚", "1. 辛", "二.1-1 壬"]


def test_a_level_that_is_passed_over_counts_as_begun() -> None:
    steps = (level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3"))
    body = item("甲", 2) + item("乙", 2) + item("丙", 1) + item("丁", 0)
    assert texts(body, numbering=lists(*steps)) == ["1.1.1 甲", "1.1.2 乙", "1.2 丙", "2 丁"]


def test_text_between_items_does_not_stop_the_count() -> None:
    assert texts(item("甲") + p("正文") + item("乙"), numbering=lists(*THREE)) == ["一、甲", "正文", "二、乙"]


def test_lists_of_one_definition_go_on_unless_they_start_anew() -> None:
    override = f'<w:lvlOverride w:ilvl="0">{val("startOverride", 5)}</w:lvlOverride>'
    nums = f'<w:num w:numId="2">{val("abstractNumId", 7)}</w:num><w:num w:numId="3">{val("abstractNumId", 7)}{override}</w:num>'
    body = item("甲") + item("乙", number=2) + item("丙", number=3) + item("丁", number=3)
    assert texts(body, numbering=lists(*THREE, nums=nums)) == ["一、甲", "二、乙", "五、丙", "六、丁"]


def test_a_list_that_redefines_a_level() -> None:
    override = f'<w:num w:numId="2">{val("abstractNumId", 7)}<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)")}</w:lvlOverride></w:num>'
    assert texts(item("甲", number=2), numbering=lists(*THREE, nums=override)) == ["A) 甲"]


def test_when_a_level_starts_anew_is_told() -> None:
    steps = (level(0, "decimal", "第%1章"), level(1, "decimal", "第%2条", val("lvlRestart", 0)), level(2, "decimal", "%3)", val("lvlRestart", 1)))
    body = "".join(item("", at) for at in (0, 1, 2, 1, 2, 0, 1, 2))
    assert texts(body, numbering=lists(*steps)) == ["第1章", "第1条", "1)", "第2条", "2)", "第2章", "第3条", "1)"]


def test_legal_numbering_is_decimal_throughout() -> None:
    steps = (level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert texts(item("甲") + item("乙") + item("丙", 1), numbering=lists(*steps))[-1] == "2.1 丙"


def test_bullets_zeros_and_numbers_that_are_not_shown() -> None:
    wingdings = '<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr>'
    bullet = level(0, "bullet", chr(0xf06c)).replace("</w:lvl>", f"{wingdings}</w:lvl>")
    padded = ('<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice>'
              '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>')
    zeros = f'<w:lvl w:ilvl="1">{val("start", 9)}{padded}{val("suff", "nothing")}{val("lvlText", "%2.")}</w:lvl>'
    body = item("甲") + item("乙", 1) + item("丙", 2) + item("丁", 3) + item("戊", 0, 0) + item("己", 0, 99)
    numbering = lists(bullet, zeros, level(2, "none", "%3"), level(3, "bullet", chr(0xf0e5)))
    assert texts(body, numbering=numbering) == ["● 甲", "009.乙", "丙", "• 丁", "戊", "己"]


def test_numbered_by_a_style_and_the_level_that_names_it() -> None:
    styles = (f'<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr>{val("numId", 1)}</w:numPr></w:pPr></w:style>'
              f'<w:style w:type="paragraph" w:styleId="H2">{val("basedOn", "H1")}</w:style>'
              f'<w:style w:type="paragraph" w:styleId="H3">{val("basedOn", "H2")}<w:pPr><w:numPr>{val("numId", 0)}</w:numPr></w:pPr></w:style>')
    steps = (level(0, "chineseCounting", "%1、", val("pStyle", "H1")), level(1, "chineseCounting", "（%2）", val("pStyle", "H2")))
    body = "".join(p(text, val("pStyle", style)) for text, style in (("甲", "H1"), ("乙", "H2"), ("丙", "H2"), ("丁", "H1"), ("戊", "H3")))
    assert texts(body, numbering=lists(*steps), styles=styles) == ["一、甲", "（一）乙", "（二）丙", "二、丁", "戊"]


def test_a_list_style_leads_to_the_definition() -> None:
    more = f'<w:abstractNum w:abstractNumId="8">{val("numStyleLink", "List")}</w:abstractNum><w:num w:numId="2">{val("abstractNumId", 8)}</w:num>'
    numbering = lists(val("styleLink", "List"), *THREE, more=more)
    assert texts(item("甲", number=2), numbering=numbering) == ["一、甲"]


def test_serial_numbers_of_a_table_that_are_only_counted() -> None:
    body = tbl(*(tr(f"<w:tc>{item('')}</w:tc>", name) for name in ("兰州市", "天水市")))
    (table,) = blocks(body, numbering=lists(level(0, "decimal", "%1")))
    assert [[c.text for c in row] for row in table.rows] == [["1", "兰州市"], ["2", "天水市"]]


def test_odd_definitions_do_not_stop_the_text() -> None:
    steps = (level(0, "decimal", "%1%9" * 4000), level(-3, "decimal", "%1"), level(99, "decimal", "%1"))
    told = texts(item("甲") + item("乙", 99) + item("丙", -3), numbering=lists(*steps, nums='<w:num w:numId="x"/>'))
    assert told[0].endswith(" 甲") and len(told[0]) < 100 and told[1:] == ["乙", "丙"]


def typed_and_numbered() -> tuple[bytes, bytes]:
    """A notice with its numbers typed, and with Word counting them."""
    typed, counted = [], []
    for line in NOTICE.split("附件1\n")[0].strip().split("\n"):
        mark, at = ("一、", 0) if line.startswith("一、") else ("（一）", 1) if line.startswith("（一）") else ("", 0)
        typed.append(p(line))
        counted.append(item(line.removeprefix(mark), at) if mark else p(line))
    return package("".join(typed)), package("".join(counted), numbering=lists(*THREE))


def test_the_facts_are_the_same_whether_numbers_are_typed_or_counted(tmp_path: Path, grammar: Grammar) -> None:
    typed, counted = typed_and_numbered()
    assert b"w:numPr" in zipfile.ZipFile(io.BytesIO(counted)).read("word/document.xml")
    records = []
    for name, data in (("typed", typed), ("counted", counted)):
        (tmp_path / f"{name}.docx").write_bytes(data)
        done = single.process(tmp_path / f"{name}.docx", "notice.docx", grammar)
        assert isinstance(done, single.Done)
        records.append(done.record.model_dump(mode="json", exclude={"source", "id"}))
    assert records[0] == records[1] and "甘财社〔2024〕21号" in str(records[0])


# tables

def test_spans_and_merges() -> None:
    body = tbl(tr(tc("产出", val("vMerge", "restart")), "数量", "10"), tr(tc("", "<w:vMerge/>"), "质量", "95%"), tr(tc("合计", val("gridSpan", 2)), "3"))
    assert rows_of(body) == [[("产出", 0, 2, 1), ("数量", 1, 1, 1), ("10", 2, 1, 1)], [("质量", 1, 1, 1), ("95%", 2, 1, 1)], [("合计", 0, 1, 2), ("3", 2, 1, 1)]]


def test_columns_left_empty_before_a_row() -> None:
    body = tbl(tr("甲", "乙", "丙"), tr("丁", "戊", properties=val("gridBefore", 1)))
    assert rows_of(body)[1] == [("丁", 1, 1, 1), ("戊", 2, 1, 1)]


def test_cells_merged_the_old_way() -> None:
    body = tbl(tr(tc("甲", val("hMerge", "restart")), tc("", "<w:hMerge/>"), "乙"), tr("1", "2", "3"))
    assert rows_of(body)[0] == [("甲", 0, 1, 2), ("乙", 2, 1, 1)]


def test_a_cell_that_goes_on_with_none_is_a_cell() -> None:
    body = tbl(tr(tc("甲", "<w:vMerge/>"), "乙"), tr(tc("丙", "<w:vMerge/>" + val("gridSpan", 2))), tr(tc("丁", "<w:vMerge/>"), "戊"))
    assert [[c[0] for c in row] for row in rows_of(body)] == [["甲", "乙"], ["丙"], ["丁", "戊"]]


def test_text_under_a_merge_is_told() -> None:
    covered = tbl(tr(tc("甲", val("vMerge", "restart")), "1"), tr(tc("乙", "<w:vMerge/>"), "2"))
    repeated = covered.replace("乙", "甲")
    assert notes(covered) == {"merged-text": "warning"} and notes(repeated) == {}


def test_edges_dragged_by_a_hair_are_one() -> None:
    body = tbl(tr(tc("地区", val("gridSpan", 2)), "金额"), tr("兰州市", tc("310", val("gridSpan", 2))), grid=(2000, 40, 1960))
    assert rows_of(body) == [[("地区", 0, 1, 1), ("金额", 1, 1, 1)], [("兰州市", 0, 1, 1), ("310", 1, 1, 1)]]


def test_a_narrow_column_with_a_cell_of_its_own_stays() -> None:
    body = tbl(tr("甲", "乙", "丙"), tr(tc("丁", val("gridSpan", 2)), "戊"), grid=(2000, 40, 1960))
    assert rows_of(body)[0] == [("甲", 0, 1, 1), ("乙", 1, 1, 1), ("丙", 2, 1, 1)]


def test_a_grid_of_unused_columns_is_closed_up() -> None:
    body = tbl(tr(tc("甲", val("gridSpan", 3)), tc("乙", val("gridSpan", 2))), tr(tc("丙", val("gridSpan", 3)), tc("丁", val("gridSpan", 2))), grid=(500,) * 5)
    assert rows_of(body) == [[("甲", 0, 1, 1), ("乙", 1, 1, 1)], [("丙", 0, 1, 1), ("丁", 1, 1, 1)]]


def wide(text: str, width: int) -> str:
    return tc(text, f'<w:tcW w:w="{width}" w:type="dxa"/>')


def test_rows_without_spans_are_put_on_one_grid_by_their_widths() -> None:
    body = tbl(tr(wide("年度总体目标", 6000)), tr(wide("产出", 2010), wide("数量", 3990)), tr(wide("甲", 2000), wide("乙", 2000), wide("丙", 2000)))
    assert rows_of(body) == [[("年度总体目标", 0, 1, 3)], [("产出", 0, 1, 1), ("数量", 1, 1, 2)], [("甲", 0, 1, 1), ("乙", 1, 1, 1), ("丙", 2, 1, 1)]]


def test_rows_whose_widths_do_not_agree_either_are_taken_as_written() -> None:
    body = tbl(tr(wide("甲", 6000)), tr(wide("乙", 1000), wide("丙", 900)))
    assert rows_of(body) == [[("甲", 0, 1, 1)], [("乙", 0, 1, 1), ("丙", 1, 1, 1)]]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "1e3", "99999999999999999999", "²"])
def test_an_odd_span_does_not_stop_the_table(span: str) -> None:
    (row,) = rows_of(tbl(tr(tc("甲", val("gridSpan", span)), "乙")))
    assert [cell[:2] for cell in row] == [("甲", 0), ("乙", 1)]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), max_size=5))
def test_any_merges_of_another_program_give_its_grid(corners: list[tuple[int, int, int, int]]) -> None:
    table = (document := docx.Document()).add_table(4, 5)
    truth: list[list[str | None]] = [[f"格{row}{column}" for column in range(5)] for row in range(4)]
    taken: set[tuple[int, int]] = {(row, 4) for row in range(4)}  # the last column stays whole, so that every row has a cell
    for row, column in ((row, column) for row in range(4) for column in range(5)):
        table.cell(row, column).text = truth[row][column] or ""
    for a, b, c, d in corners:
        rows, columns = range(min(a, c), max(a, c) + 1), range(min(b, d), max(b, d) + 1)
        inside = {(row, column) for row in rows for column in columns}
        if inside & taken:
            continue
        taken |= inside
        table.cell(rows[0], columns[0]).merge(table.cell(rows[-1], columns[-1])).text = "合"
        for row, column in inside:
            truth[row][column] = "<" if column > columns[0] else None if row > rows[0] else "合"
    edged = [n for n in range(5) if any(row[n] != "<" for row in truth)]  # where no cell begins there is no column
    (told,) = read(saved(document)).blocks
    assert as_truth(told.rows) == [[row[n] for n in edged] for row in truth]


def test_paragraphs_and_line_breaks_within_a_cell() -> None:
    body = tbl(tr(tc(p("培训") + p() + p(inside="<w:r><w:t>人数</w:t><w:br/><w:t>（人）</w:t></w:r>")), "95"))
    assert rows_of(body)[0][0][0] == "培训\n人数\n（人）"


def test_a_table_of_data_within_a_cell_follows_and_is_not_lost() -> None:
    inner = tbl(tr("甲", "1"), tr("乙", "2"))
    told = blocks(p("前") + tbl(tr("项目", "内容"), tr("明细", tc(p("见表") + inner + p("完"))), tr("合计", "3")) + p("后"))
    assert [b.kind for b in told] == ["text", "table", "table", "text"]
    assert [[c.text for c in row] for row in told[1].rows] == [["项目", "内容"], ["明细", "见表\n完"], ["合计", "3"]]
    assert [[c.text for c in row] for row in told[2].rows] == [["甲", "1"], ["乙", "2"]]


@pytest.mark.parametrize("outer", [
    lambda inner: tbl(tr(tc(p("标题") + inner))), lambda inner: tbl(tr(tc(p("标题"))), tr(tc(inner))), lambda inner: tbl(tr(tc(p("标题") + inner), "")),
])
def test_a_table_that_only_places_things_is_walked_through(outer: Callable[[str], str]) -> None:
    told = blocks(outer(tbl(tr("甲", "1"), tr("乙", "2"))))
    assert [b.kind for b in told] == ["text", "table"] and told[0].text == "标题"


def test_a_frame_of_one_column_within_a_cell_is_text_of_the_cell() -> None:
    assert rows_of(tbl(tr("甲", tc(p("一") + tbl(tr("二"), tr("三")) + p("四")))))[0][1][0] == "一\n二\n三\n四"


@pytest.mark.parametrize("depth", [3, 40])
def test_tables_in_tables_in_tables(depth: int) -> None:
    body = tbl(tr("地区", "120"))
    for _ in range(depth):
        body = tbl(tr(tc(body)))
    assert rows_of(body) == [[("地区", 0, 1, 1), ("120", 1, 1, 1)]]


# wrappers, boxes, what stands beside the text

def test_content_controls_and_tags_are_walked_into() -> None:
    body = (f"<w:sdt><w:sdtPr/><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt>" + p(inside=f"<w:sdt><w:sdtContent>{r('乙')}</w:sdtContent></w:sdt>")
            + p(inside=f"<w:smartTag><w:customXml>{r('丙')}</w:customXml></w:smartTag><w:hyperlink>{r('丁')}</w:hyperlink>")
            + tbl(f"<w:sdt><w:sdtContent>{tr('戊', '己')}</w:sdtContent></w:sdt>", "<w:tr><w:sdt><w:sdtContent>" + tc("庚") + "</w:sdtContent></w:sdt>" + tc("辛") + "</w:tr>"))
    told = blocks(body)
    assert [b.text for b in told[:-1]] == ["甲", "乙", "丙丁"]
    assert [[c.text for c in row] for row in told[-1].rows] == [["戊", "己"], ["庚", "辛"]]


def textbox(inside: str, offset: int = 0, frame: str = "paragraph") -> str:
    """A text box as Word writes it: once for programs of today, once for older ones."""
    place = f'<wp:positionV relativeFrom="{frame}"><wp:posOffset>{offset}</wp:posOffset></wp:positionV>'
    new = f'<w:drawing><wp:anchor>{place}<a:graphic><a:graphicData uri="{GATE}"><wps:wsp><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx></wps:wsp>'
    old = f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"
    return (f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>'
            f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent></w:r>")


@pytest.mark.parametrize(("offset", "frame", "order"), [
    (0, "paragraph", ["正文", "框"]), (-500000, "paragraph", ["框", "正文"]), (900000, "page", ["框", "正文"]), (9000000, "page", ["正文", "框"]),
])
def test_a_text_box_is_told_once_and_beside_its_paragraph(offset: int, frame: str, order: list[str]) -> None:
    assert texts(p("正文", inside=textbox(p("框"), offset, frame))) == order


def test_text_boxes_of_older_programs_and_in_cells() -> None:
    old = f'<w:r><w:pict><v:group><v:rect><v:textbox><w:txbxContent>{p("甲")}{tbl(tr("乙", "1"))}</w:txbxContent></v:textbox></v:rect></v:group></w:pict></w:r>'
    told = blocks(p(inside=old) + tbl(tr(tc(p("丙", inside=textbox(p("丁")))), "2")))
    assert [b.text or b.rows[0][0].text for b in told] == ["甲", "乙", "丙\n丁"]


def test_word_art_is_text() -> None:
    shape = '<v:shapetype><v:textpath on="t"/></v:shapetype><v:shape><v:textpath string="甘肃省财政厅文件"/></v:shape>'
    assert texts(p(inside=f"<w:r><w:pict>{shape}</w:pict></w:r>")) == ["甘肃省财政厅文件"]


def test_headers_and_footers_are_apart_and_each_told_once() -> None:
    section = "<w:sectPr>{}</w:sectPr>".format
    first = section('<w:headerReference w:type="default" r:id="header1"/><w:footerReference w:type="even" r:id="footer1"/>')
    last = section('<w:headerReference w:type="default" r:id="header2"/><w:footerReference w:type="default" r:id="footer2"/>')
    body = p("正文", first) + p("附件") + last
    told = blocks(body, header1=p("内部资料"), header2=p("内部资料") + p("急件"), footer1=p("- 1 -"), footer2=tbl(tr("第1页", "共2页")))
    assert [(b.kind, b.text) for b in told] == [("furniture", "内部资料"), ("furniture", "急件"), ("text", "正文"), ("text", "附件"), ("furniture", "- 1 -"), ("furniture", "")]
    assert [c.text for c in told[-1].rows[0]] == ["第1页", "共2页"]


def test_a_table_of_contents_is_set_apart_and_kept() -> None:
    styles = "".join(f'<w:style w:type="paragraph" w:styleId="{id}">{val("name", name)}</w:style>' for id, name in (("a1", "toc 1"), ("a2", "Toccata")))
    body = p("一、总体情况\t1", val("pStyle", "a1")) + p("一、总体情况", val("pStyle", "a2"))
    assert texts(body, styles=styles) == ["一、总体情况"] and texts(body, "furniture", styles=styles) == ["一、总体情况\t1"]


def reference(kind: str, id: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{id}"/></w:r>'


def test_notes_stand_at_the_end_with_their_marks() -> None:
    footnotes = "".join(f'<w:footnote w:id="{n}">{p(inside="<w:r><w:footnoteRef/></w:r>" + r(text))}</w:footnote>' for n, text in ((0, "———"), (3, " 含结余"), (5, "不含税")))
    endnotes = f'<w:endnote w:id="2">{p("来源")}</w:endnote>'
    body = p("760万元", inside=reference("footnote", 5) + r("和") + reference("footnote", 3)) + p("完", inside=reference("endnote", 2) + reference("footnote", 99))
    told = texts(body, footnotes=footnotes, endnotes=endnotes)
    assert told == ["760万元[1]和[2]", "完[i][3]", "[1] 不含税", "[2] 含结余", "[i] 来源"]


def test_notes_numbered_with_circles() -> None:
    settings_ = f"<w:footnotePr>{val('numFmt', 'decimalEnclosedCircle')}</w:footnotePr>"
    told = texts(p("资金", inside=reference("footnote", 1)), settings=settings_, footnotes=f'<w:footnote w:id="1">{p("注")}</w:footnote>')
    assert told == ["资金①", "① 注"]


def test_comments_are_left_out_and_told() -> None:
    body = p("资金", inside='<w:r><w:commentReference w:id="1"/></w:r>')
    assert texts(body) == ["资金"] and notes(body) == {"comments-left-out": "info"}


# changes, fields, signs

def test_changes_count_as_accepted() -> None:
    deleted, moved = "<w:del><w:r><w:delText>五</w:delText></w:r></w:del>", f"<w:moveFrom>{r('从前')}</w:moveFrom><w:moveTo>{r('后来')}</w:moveTo>"
    body = p("下达", inside=f"{deleted}<w:ins>{r('七')}</w:ins>{r('百万元')}{moved}")
    assert texts(body) == ["下达七百万元后来"]


def test_a_deleted_paragraph_mark_joins() -> None:
    gone = "<w:rPr><w:del/></w:rPr>"
    body = item("甲") + item("乙", more=gone) + item("丙") + p("", gone) + p("丁", val("jc", "center") + "<w:pPrChange><w:pPr/></w:pPrChange>")
    told = blocks(body, numbering=lists(*THREE))
    assert [(b.text, b.centered) for b in told] == [("一、甲", False), ("二、乙丙", False), ("丁", True)]


def test_deleted_rows_cells_and_tables() -> None:
    rows = (tr("甲", "1"), tr("乙", "2", properties="<w:del/>"), tr("丙", tc("旧", "<w:cellDel/>"), "3", properties="<w:ins/>"))
    assert [[c[0] for c in row] for row in rows_of(tbl(*rows))] == [["甲", "1"], ["丙", "3"]]
    assert texts(tbl(rows[1]) + p("完")) == ["完"]


def field(code: str, result: str) -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{separate}{result}{end}"


def test_fields_are_their_results() -> None:
    nested = field("IF " , r("真")).replace("<w:instrText>IF </w:instrText></w:r>", f"<w:instrText>IF </w:instrText></w:r>{field('REF x', r('内'))}")
    simple = f'<w:fldSimple w:instr="DATE">{r("2024年")}</w:fldSimple>'
    assert texts(p("甲", inside=field("PAGE", r("3")) + r("乙"))) == ["甲3乙"]
    assert texts(p(inside=nested)) == ["真"] and texts(p(inside=simple)) == ["2024年"]


def test_a_field_that_is_not_closed_does_not_swallow_the_rest() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(p("甲", inside=begin) + p("乙", inside='<w:r><w:fldChar w:fldCharType="end"/></w:r>' + r("丙"))) == ["甲", "乙丙"]


def test_boxes_and_lists_to_fill_in() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'.format
    ticked, empty = (begin(f"<w:checkBox>{inside}</w:checkBox>") for inside in ("<w:checked/>", val("default", 0)))
    chosen = begin(f"<w:ddList>{val('result', 1)}{val('listEntry', '否')}{val('listEntry', '是')}</w:ddList>")
    assert texts(p(inside=ticked + r("公开") + empty + r("不公开") + chosen)) == ["☑公开☐不公开是"]


def test_signs_of_symbol_fonts() -> None:
    fonts = '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'
    body = p(inside='<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + r("95%") + r("R", fonts) + r("主动公开") + r("£", fonts) + r("不公开", fonts))
    assert texts(body) == ["≥95%☑主动公开□不公开"] and notes(body) == {}
    assert notes(p("甲", inside='<w:r><w:sym w:font="Wingdings" w:char="F011"/></w:r>')) == {"symbol-not-read": "warning"}


def test_hidden_text_is_left_out_and_told() -> None:
    styles = '<w:style w:type="character" w:styleId="Z"><w:rPr><w:vanish/></w:rPr></w:style>'
    body = p("甲", inside=r("藏", "<w:vanish/>") + r("藏", val("rStyle", "Z")) + r("显", val("rStyle", "Z") + val("vanish", 0)))
    assert texts(body, styles=styles) == ["甲显"] and notes(body, styles=styles) == {"hidden-text": "info"}


def test_a_hidden_paragraph_is_not_counted() -> None:
    hidden = p("", f"<w:numPr>{val('ilvl', 0)}{val('numId', 1)}</w:numPr><w:rPr><w:vanish/></w:rPr>", r("藏", "<w:vanish/>"))
    assert texts(item("甲") + hidden + item("乙"), numbering=lists(*THREE)) == ["一、甲", "二、乙"]


def test_of_ruby_only_the_base() -> None:
    assert texts(p(inside=f"<w:r><w:ruby><w:rt>{r('zī')}</w:rt><w:rubyBase>{r('资')}</w:rubyBase></w:ruby></w:r>{''}")) == ["资"]


def m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def test_mathematics_on_one_line() -> None:
    fraction = f"<m:f><m:num>{m('甲+乙')}</m:num><m:den>{m('丙')}</m:den></m:f>"
    power = f"<m:sSup><m:e>{m('10')}</m:e><m:sup>{m('4')}</m:sup></m:sSup>"
    bracket = f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{m("x")}</m:e></m:d><m:d><m:e>{m("y")}</m:e></m:d>'
    assert texts(p("率=", inside=f"<m:oMathPara><m:oMath>{fraction}{m('×')}{power}{bracket}</m:oMath></m:oMathPara>")) == ["率=(甲+乙)/丙×10^4[x](y)"]


# what is not read

def test_what_cannot_be_read_is_told() -> None:
    chart = '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphic></wp:inline></w:drawing></w:r>'
    sheet = '<w:r><w:object><v:shape><v:imagedata r:id="x"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    body = p("甲", inside=chart + sheet) + '<w:altChunk r:id="x"/>'
    (objects, file) = read(package(body)).notes
    assert (objects.code, objects.severity, file.code, file.severity) == ("object-not-read", "warning", "inserted-file-not-read", "warning") and "2" in objects.message


def test_nothing_but_an_embedded_file_is_a_failure() -> None:
    assert failure(package(p() + '<w:altChunk r:id="x"/>')) == "unsupported"


def test_a_part_that_is_missing_is_told() -> None:
    parts = {name: zipfile.ZipFile(io.BytesIO(package(p("资金"), styles=""))).read(name).decode() for name in
             ("_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml")}
    told = read(zipped(parts))
    assert [b.text for b in told.blocks] == ["资金"] and [n.code for n in told.notes] == ["part-missing"]


def with_picture(inches: float, text: str) -> bytes:
    picture, document = io.BytesIO(), docx.Document()
    Image.new("L", (4, 4)).save(picture, "png")
    document.add_paragraph(text)
    document.add_picture(picture, docx.shared.Inches(inches))
    return saved(document)


@pytest.mark.parametrize(("inches", "text", "severities"), [
    (0.5, "资金", []), (4, "资金", ["info"]), (7, "资金", ["warning"]), (7, "资金安排" * 100, ["info"]),
])
def test_pictures_that_may_hold_text(inches: float, text: str, severities: list[str]) -> None:
    told = read(with_picture(inches, text)).notes
    assert [n.severity for n in told] == severities and all(n.code == "image-not-read" for n in told)


def test_nothing_but_pictures_is_a_failure_that_says_what_to_do() -> None:
    with pytest.raises(DocumentError) as failure:
        read(with_picture(6, " "))
    assert failure.value.code == "image-only" and "PDF" in failure.value.next_step


# forms of the format, and files that are not

def test_the_strict_form() -> None:
    data = package(item("甲", more=val("jc", "center")) + tbl(tr("乙", "1")) + f"<w:p><m:oMath>{m('x')}</m:oMath></w:p>", numbering=lists(*THREE))
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        parts = {n: held.read(n).decode().replace("http://schemas.openxmlformats.org/wordprocessingml/2006/", "http://purl.oclc.org/ooxml/wordprocessingml/")
                 .replace("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/") for n in held.namelist()}
    assert MAIN not in "".join(parts.values())
    told = read(zipped(parts)).blocks
    assert [(b.kind, b.text, b.centered) for b in told] == [("text", "一、甲", True), ("table", "", False), ("text", "x", False)]


def test_names_of_parts_in_another_case_or_with_a_root() -> None:
    with zipfile.ZipFile(io.BytesIO(package(item("甲"), numbering=lists(*THREE)))) as held:
        parts = {n.replace("numbering", "Numbering"): held.read(n).decode().replace('"numbering.xml"', '"/word/numbering.xml"') for n in held.namelist()}
    assert [b.text for b in read(zipped(parts)).blocks] == ["一、甲"]


def failure(data: bytes) -> str:
    with pytest.raises(DocumentError) as raised:
        read(data)
    assert raised.value.reason and raised.value.next_step
    return raised.value.code


def document(xml: str) -> bytes:
    return zipped({"word/document.xml": xml})


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_file(share: float) -> None:
    whole = package(p("资金" * 500))
    assert failure(whole[: int(len(whole) * share)]) == "damaged"


def test_bytes_that_changed_within() -> None:
    whole = bytearray(package(p("资金" * 500)))
    at = whole.index(b"word/document.xml") + 30
    whole[at:at + 8] = b"\xff" * 8
    assert failure(bytes(whole)) == "damaged"


@pytest.mark.parametrize("xml", ["", "<w:document", "<a/>", f"<w:document {SPACES}/>", f"<w:document {SPACES}><w:body><w:p></w:body></w:document>", "\x00\x01"])
def test_a_document_that_is_none(xml: str) -> None:
    assert failure(document(xml)) == "damaged"


def test_without_a_document() -> None:
    assert failure(zipped({"word/styles.xml": "<a/>"})) == "damaged"


@pytest.mark.parametrize("entity", ['<!ENTITY x "资金">', '<!ENTITY x SYSTEM "file:///etc/hostname">',
                                    "<!ENTITY y0 '0123456789'>" + "".join(f"<!ENTITY y{n} '{f'&y{n - 1};' * 10}'>" for n in range(1, 12)) + "<!ENTITY x '&y11;'>"])
def test_entities_are_not_expanded(entity: str) -> None:
    body = f"<w:document {SPACES}><w:body>{p('甲')}<w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    assert failure(document(f"<!DOCTYPE d [{entity}]>{body}")) in ("damaged", "too-large")


def test_more_than_may_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_package, "LARGEST", 100_000)
    assert [b.text for b in read(package(p("甲" * 9_000))).blocks] == ["甲" * 9_000]
    assert failure(package(p("甲" * 40_000))) == "too-large"
    assert failure(package(p("甲" * 9_000), styles="<!-- -->" * 10_000)) == "too-large"


def test_a_directory_that_lies_about_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes that come out are counted too: what is more than the directory says is never unpacked."""
    bomb = bytearray(document(" " * 5_000_000))
    entry = bomb.index(b"PK\x01\x02")
    bomb[entry + 24:entry + 28] = (1000).to_bytes(4, "little")
    monkeypatch.setattr(docx_package, "LARGEST", 100_000)
    assert failure(bytes(bomb)) == "damaged"


def test_more_tags_than_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_package, "MOST_TAGS", 1000)
    assert failure(package(p("甲") * 1000)) == "too-large"


def test_more_cells_than_anybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_walk, "MOST_CELLS", 500)
    assert len(rows_of(tbl(tr(*[""] * 10) * 50))) == 50
    assert failure(package(tbl(tr(*[""] * 501)))) == "too-large"
    assert failure(package(tbl(tr("", "")) * 251)) == "too-large"


def test_deeper_than_may_be_nested() -> None:
    body = p("甲")
    for _ in range(500):
        body = tbl(tr(tc(body)))
    assert failure(package(body)) == "too-large"


def test_many_open_fields_marks_and_choices_cost_no_more_than_their_number() -> None:
    """Each of these would take hours if every element looked at all the others."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    fallback = "<mc:AlternateContent>" + "<mc:Fallback/>" * 50_000 + "</mc:AlternateContent>"
    styles = "".join(f'<w:style w:type="paragraph" w:styleId="{n}">{val("basedOn", n + 1)}</w:style>' for n in range(400))
    body = p(inside=begin * 50_000) + p(inside=fallback) + "".join(p("甲", val("pStyle", n)) for n in range(400))
    assert texts(body, styles=styles) == ["甲"] * 400


WRAPPED: list[Callable[[str], str]] = [
    lambda inside: tbl(tr(tc(inside))), lambda inside: tbl(tr("格", tc(inside + p()), "子")), lambda inside: tbl(tr(tc(p("左")), tc(p("右"))), tr("下", tc(inside + p()))),
    lambda inside: f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>", lambda inside: p("挂", inside=textbox(inside or p())), lambda inside: inside + p("后"),
]


@settings(max_examples=60)
@given(st.lists(st.integers(0, len(WRAPPED) - 1), max_size=6), st.lists(st.integers(0, len(WRAPPED) - 1), max_size=6))
def test_whatever_it_stands_in_a_word_is_told_once(first: list[int], second: list[int]) -> None:
    body = ""
    for n, wraps in enumerate((first, second)):
        inside = p(f"词{n}")
        for wrap in wraps:
            inside = WRAPPED[wrap](inside)
        body += inside
    told = "".join(b.text + "".join(c.text for row in b.rows for c in row) for b in blocks(body))
    assert told.count("词0") == told.count("词1") == 1 and told.index("词0") < told.index("词1")


SOUP = ["<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>资金</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>",
        "<w:tcPr><w:vMerge/></w:tcPr>", "<w:txbxContent>", "</w:txbxContent>", '<w:fldChar w:fldCharType="end"/>', '<w:fldChar w:fldCharType="separate"/>',
        "<w:drawing>", "</w:drawing>", "<w:footnoteReference/>", "<m:d>", "</m:d>", "<w:del>", "</w:del>", '<a:p><a:t>形</a:t></a:p>', "<v:textpath string='字'/>", "<w:sectPr/>"]


@given(st.lists(st.sampled_from(SOUP), max_size=30))
def test_any_soup_gives_blocks_with_text_or_a_failure(soup: list[str]) -> None:
    opened: list[str] = []
    closed = ""
    for tag in soup:  # well-formed, whatever it means
        if tag.startswith("</"):
            if opened and opened[-1] == tag:
                closed += opened.pop()
            continue
        closed += tag
        name = tag[1:].split(">")[0]
        if "/" not in tag.replace("://", ""):
            opened.append(f"</{name}>")
    for block in blocks(closed + "".join(reversed(opened)) + p("完")):
        assert block.text.strip() or block.rows
        assert all(cell.rowspan > 0 and cell.colspan > 0 for row in block.rows for cell in row)


@pytest.mark.parametrize(("name", "tables"), [("notice", ["alloc", "perf"]), ("selfeval", ["self"]), ("longtable", ["long"])])
def test_every_cell_of_the_fixtures(shared: Path, name: str, tables: list[str]) -> None:
    path = shared / "fixtures" / f"{name}.docx"
    if not path.is_file():
        pytest.skip(f"no {path.name} in ../shared/fixtures: its tables are not tested here")
    truth = json.loads((shared / "fixtures" / "truth.json").read_text(encoding="utf-8"))
    told = [as_truth(b.rows) for b in read(path.read_bytes()).blocks if b.rows]
    assert told == [truth[table] for table in tables]
