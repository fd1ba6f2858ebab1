import pytest

from extractors.document import Caption
from extractors.forms import Form, money_unit, parse, rows_of, year_of
from extractors.reading import Block, Cell
from grammars.grammar import Grammar

TABLE = """转移支付（项目）名称|就业补助资金
中央主管部门|人力资源社会保障部|资金使用单位|太原市人社局
资金投入情况（万元）||全年预算数（A）|全年执行数（B）|执行率
|年度资金总额：|800|700|87.5%
|其中：中央财政资金|500|450|90%
资金管理情况||情况说明|存在问题和改进措施
|分配科学性|按因素法分配|无
总体目标完成情况|总体目标|全年实际完成情况
|促进就业|就业稳定
绩效指标|一级指标|二级指标|三级指标|指标值|全年实际完成值|未完成原因和改进措施
|产出指标|数量指标|培训人数（人）|≥100|120|无
||质量指标|合格率（%）|≥95|96|
说明|无
"""


def block(text: str) -> Block:
    rows = tuple(tuple(Cell(c, n) for n, c in enumerate(line.split("|"))) for line in text.strip("\n").split("\n"))
    return Block("t1", "table", rows=rows)


def forms(text: str, grammar: Grammar) -> list[Form]:
    table = block(text)
    return list(parse(table, Caption(), rows_of(table, grammar), grammar))


def test_every_part_of_the_national_form(grammar: Grammar) -> None:
    form, = forms(TABLE, grammar)
    assert {role: [i.text if i else None for i in items] for role, items in form.labels.items()} == {
        "program": ["就业补助资金"], "central_authority": ["人力资源社会保障部"], "fund_user": ["太原市人社局"]}
    assert [c.role for c in form.fund_head] == ["budget", "executed", "rate"] and form.fund_unit == "万元"
    assert [row[0].text for row in form.funds] == ["年度资金总额:", "其中:中央财政资金"]
    assert [[i.text for i in row] for row in form.management] == [["分配科学性", "按因素法分配", "无"]]
    assert [[i.text for i in row] for row in form.goals] == [["促进就业", "就业稳定"]]
    assert [c.role for c in form.head] == ["section", "level1", "level2", "name", "target", "actual", "remark"]
    assert [row[-2 if n == 0 else 1].text for n, row in enumerate(form.indicators)] == ["120", "合格率(%)"]
    assert [row[0].text for row in form.notes] == ["说明"]


def test_two_forms_in_one_table(grammar: Grammar) -> None:
    assert [f.labels["program"][0].text for f in forms(TABLE + TABLE.replace("就业补助资金", "学生资助资金"), grammar) if f.labels["program"][0]] == ["就业补助资金",
        "学生资助资金"]


def test_a_label_fused_to_its_value(grammar: Grammar) -> None:
    form, = forms("项目名称：就业补助资金\n一级指标|二级指标|三级指标|指标值\n产出指标|数量指标|培训人数（人）|100\n", grammar)
    value = form.labels["program"][0]
    assert value and value.printed == "就业补助资金"


def test_a_head_whose_words_were_divided_over_two_rows(grammar: Grammar) -> None:
    form, = forms("项目名称|就业补助资金\n一级|二级|三级|指标\n指标|指标|指标|值\n产出指标|数量指标|培训人数（人）|100\n", grammar)
    assert [c.role for c in form.head] == ["level1", "level2", "name", "target"]


def test_a_repeated_head_is_no_indicator(grammar: Grammar) -> None:
    head = "|一级指标|二级指标|三级指标|指标值|全年实际完成值|未完成原因和改进措施"
    form, = forms(TABLE.replace("||质量指标", f"{head}\n||质量指标"), grammar)
    assert len(form.indicators) == 2 and len(form.heads) == 2


@pytest.mark.parametrize(("text", "unit"), [("资金情况(万元)", "万元"), ("金额(单位:元)", "元"), ("拨付金额", None), ("人数(万人)", None)])
def test_money_unit(text: str, unit: str | None, grammar: Grammar) -> None:
    assert money_unit(text, grammar) == unit


@pytest.mark.parametrize(("text", "year"), [("2024年资金分配表", 2024), ("分配表", None), (None, None), ("第1234号", None)])
def test_year_of(text: str | None, year: int | None) -> None:
    assert year_of(text) == year
