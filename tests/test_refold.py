import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block, Cell
from extractors.refold import refold, slots
from grammars.grammar import Grammar

Rows = list[list[str]]


def stream(cells: list[str], apart: bool = False) -> Block:
    """Cells one after the other; `apart`: a blank line before each."""
    rows = [[Cell(c, 0)] for c in cells] if apart else [[Cell(c, n) for n, c in enumerate(cells)]]
    return Block("t1", "table", rows=tuple(map(tuple, rows)), shape="stream")


def folded(cells: list[str], grammar: Grammar, apart: bool = False) -> Rows:
    return [[i.text for i in row] for row in refold(stream(cells, apart), grammar)]


ALLOCATION: Rows = [["序号", "地区", "金额"], ["1", "太原市", "120"], ["2", "大同市", "95"], ["合计", "215"]]
FORM: Rows = [["项目名称", "就业补助资金"], ["一级指标", "二级指标", "三级指标", "指标值", "全年完成值"],
              ["产出指标", "数量指标", "培训人数（人）", "≥100", "120"], ["质量指标", "合格率（%）", "≥95", "96"], ["满意度指标", "服务对象满意度指标", "群众满意度（%）",
                  "≥90", "92"]]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("table", [ALLOCATION, FORM], ids=["allocation", "form"])
def test_a_stream_becomes_the_rows_it_was(table: Rows, apart: bool, grammar: Grammar) -> None:
    assert folded([c for row in table for c in row], grammar, apart) == [[c.replace("（", "(").replace("）", ")") for c in row] for row in table]


def test_a_row_with_an_empty_cell(grammar: Grammar) -> None:
    cells = ["序号", "地区", "金额", "备注", "1", "太原市", "120", "", "2", "大同市", "95", "含上年结转", "3", "阳泉市", "80", ""]
    assert folded(cells, grammar)[1:] == [["1", "太原市", "120"], ["2", "大同市", "95", "含上年结转"], ["3", "阳泉市", "80"]]


def test_a_label_broken_over_lines_is_put_together(grammar: Grammar) -> None:
    cells = ["项目名称", "就业补助资金", "一级指标", "二级指标", "三级指标", "指标值", "产", "出", "指", "标", "数量", "指标", "培训人数（人）", "≥100"]
    assert folded(cells, grammar)[-1] == ["产出指标", "数量指标", "培训人数(人)", "≥100"]


def test_funds_and_their_head(grammar: Grammar) -> None:
    cells = ["项目名称", "就业补助资金", "全年预算数（A）", "全年执行数（B）", "执行率", "年度资金总额：", "800", "700", "87.5%", "其中：中央财政资金", "500", "450", "90%",
        "地方资金", "300", "250", "83.33%"]
    rows = folded(cells, grammar)
    assert [row for row in rows if row[0].startswith(("年度", "其中", "地方"))] == [["年度资金总额:", "800", "700", "87.5%"], ["其中:中央财政资金", "500", "450", "90%"],
        ["地方资金", "300", "250", "83.33%"]]


def test_nothing(grammar: Grammar) -> None:
    assert folded([], grammar) == [] and folded(["", ""], grammar) == []


WORDS = st.sampled_from(["序号", "地区", "金额", "备注", "1", "2", "120", "95.5", "太原市", "合计", "", "一级指标", "二级指标", "三级指标", "指标值", "产出指标", "数量指标",
    "培训人数（人）", "≥95%",
                         "无", "项目名称", "年度资金总额：", "全年预算数", "产", "出"])


@given(cells=st.lists(WORDS, max_size=30))
def test_every_cell_comes_back_once_and_in_order(cells: list[str], grammar: Grammar) -> None:
    table = stream(cells)
    assert "".join(i.text for row in refold(table, grammar) for i in row) == "".join(i.text for i, _ in slots(table) if i)
