import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block
from pipeline.errors import DocumentError
from pipeline.readers.html import html_blocks

TAGS = ["<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "<td>", "<td colspan=2>", "<td rowspan=3>", "</td>", "<b>", "</b>", "<br>", "<ul><li>",
        "<!--", "-->", "<script>", "</script>", "资金", "120", "&nbsp;", "&lt;", "<", ">", "\n"]


def told(page: str, kind: str = "text") -> list[str]:
    return [b.text for b in html_blocks(page) if b.kind == kind]


def grid(page: str) -> list[list[tuple[str, int]]]:
    tables = [b for b in html_blocks(page) if b.kind == "table"]
    assert len(tables) == 1, tables
    return [[(c.text, c.column) for c in row] for row in tables[0].rows]


def test_paragraphs_lines_and_inline_marks() -> None:
    assert told("<p>第一<b>段</b>落</p><p>第二<br>行</p>尾") == ["第一段落", "第二", "行", "尾"]


def test_scripts_styles_and_comments_are_no_text() -> None:
    assert told("<style>p{}</style><p>资金<!-- 注 --></p><script>var a='120万元'</script>") == ["资金"]


def test_a_table_without_end_marks() -> None:
    assert grid("<table><tr><td>地区<td>金额<tr><td>太原市<td>120") == [[("地区", 0), ("金额", 1)], [("太原市", 0), ("120", 1)]]


def test_spans_give_each_cell_its_column() -> None:
    page = "<table><tr><td rowspan=2>产出<td>数量<td>10</tr><tr><td>质量<td>95%</tr><tr><td colspan=2>合计<td>3</tr></table>"
    assert grid(page) == [[("产出", 0), ("数量", 1), ("10", 2)], [("质量", 1), ("95%", 2)], [("合计", 0), ("3", 2)]]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "1e3", "99999999", "２"])
def test_an_odd_span_does_not_stop_the_table(span: str) -> None:
    rows = grid(f"<table><tr><td colspan='{span}'>甲</td><td>乙</td></tr></table>")
    assert [text for text, _ in rows[0]] == ["甲", "乙"] and rows[0][1][1] <= 1000


def test_a_layout_table_is_walked_through() -> None:
    page = "<table><tr><td><p>关于下达资金的通知</p><table><tr><td>地区</td><td>金额</td></tr><tr><td>太原市</td><td>120</td></tr></table></td></tr></table>"
    assert told(page) == ["关于下达资金的通知"]
    assert grid(page) == [[("地区", 0), ("金额", 1)], [("太原市", 0), ("120", 1)]]


def test_tables_in_tables_in_tables() -> None:
    page = "<table><tr><td>" * 30 + "<table><tr><td>地区</td><td>120</td></tr></table>" + "</td></tr></table>" * 30
    assert grid(page) == [[("地区", 0), ("120", 1)]]


@pytest.mark.parametrize("page", [
    "<nav>首页</nav>", "<div class='nav'>首页</div>", "<div id='footer'>首页</div>", "<form>首页</form>", "<div class='bdsharebuttonbox share'>首页</div>",
])
def test_furniture_is_set_apart_and_kept(page: str) -> None:
    whole = f"<body>{page}<p>资金</p></body>"
    assert told(whole) == ["资金"] and told(whole, "furniture") == ["首页"]


@pytest.mark.parametrize("mark", ["navigate", "shareholder", "content", "footnotes"])
def test_a_class_that_only_begins_like_furniture(mark: str) -> None:
    assert told(f"<div class='{mark}'>资金</div>") == ["资金"]


def test_a_wrapper_of_the_whole_page_is_no_furniture() -> None:
    text = "现下达你市资金。" * 500
    assert told(f"<div class='print'><p>{text}</p></div>") == [text]


def test_the_title_of_the_page_is_furniture() -> None:
    assert told("<html><head><title>财政厅网站</title></head><body><p>资金</p></body></html>", "furniture") == ["财政厅网站"]


def test_line_breaks_within_a_cell() -> None:
    assert grid("<table><tr><td>培训<br>人数</td><td><p>≥</p><p>95</p></td></tr></table>") == [[("培训\n人数", 0), ("≥\n95", 1)]]


def test_deeper_than_python_recurses() -> None:
    assert told("<div>" * 1500 + "资金" + "</div>" * 1500) == ["资金"]


def test_what_follows_very_deep_nesting_is_not_lost_in_silence() -> None:
    try:
        blocks = told("<p>甲</p>" + "<font>" * 5000 + "资金" + "</font>" * 5000 + "<p>乙</p>")
    except DocumentError:
        return
    assert blocks == ["甲", "资金", "乙"]


def test_lines_of_the_source() -> None:
    blocks: list[Block] = html_blocks("<html><body>\n<p>甲</p>\n\n<p>乙</p>\n<table><tr><td>1</td><td>2</td></tr></table></body></html>")
    assert [b.line for b in blocks] == [2, 4, 5]


@given(st.lists(st.sampled_from(TAGS), max_size=30).map("".join))
def test_any_soup_gives_blocks_with_text(page: str) -> None:
    try:
        blocks = html_blocks(page)
    except DocumentError:
        return
    for block in blocks:
        assert block.text.strip() or block.rows
        for row in block.rows:
            assert [c.column for c in row] == sorted({c.column for c in row})
