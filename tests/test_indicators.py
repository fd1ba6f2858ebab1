from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.indicators import is_unit, name_and_unit
from extractors.record import Indicator, Record
from grammars.grammar import Grammar

Read = Callable[..., Record]
HEAD = "就业补助资金区域绩效自评表\n（2023年度）\n"


def read(rows: str, read_text: Read, head: str = "|一级指标|二级指标|三级指标|分值|指标值|全年实际完成值|得分|未完成原因|", title: str = HEAD) -> list[Indicator]:
    bars = "|---" * (head.count("|") - 1) + "|"
    return read_text(f"{title}{head}\n{bars}\n{rows}", ".md").performance_tables[0].indicators


def values(one: Indicator) -> list[tuple[Any, ...]]:
    return [(v.role, v.text, v.op, v.number, v.unit) for v in one.values]


def test_a_row(read_text: Read) -> None:
    one, = read("|产出指标（50分）|数量指标|指标1：享受培训补贴人数（人）|10|≥100|120|9.5|无|\n", read_text)
    assert (one.name, one.unit, one.weight, one.score, one.remark, one.level1, one.level2) == ("享受培训补贴人数", "人", 10, 9.5, "无", "产出指标", "数量指标")
    assert values(one) == [("target", "≥100", "≥", 100, "人"), ("actual", "120", "=", 120, "人")]
    assert [(v.label, v.year) for v in one.values] == [("指标值", 2023), ("全年实际完成值", 2023)]


@pytest.mark.parametrize(("value", "op", "number", "unit"), [
    ("≥95%", "≥", 95, "%"), ("不超过5.5%", "≤", 5.5, "%"), ("0起", "=", 0, "起"), ("保持稳定", None, None, None), ("以文件为准", None, None, None), ("公里", None, None, None),
    ("2024年底前", None, None, None),
])
def test_values(value: str, op: str | None, number: float | None, unit: str | None, read_text: Read) -> None:
    one, = read(f"|产出指标|质量指标|工作进展情况|10|{value}|{value}|10|无|\n", read_text)
    assert values(one)[0] == ("target", value, op, number, unit)


def test_no_number_is_borrowed_from_a_neighbouring_row(read_text: Read) -> None:
    rows = read("|产出指标|数量指标|新建里程|10|50公里|50公里|10||\n|||改造里程|10|公里|公里|10||\n|||养护里程|10|80公里|80公里|10||\n", read_text)
    assert [(i.name, i.values[0].number) for i in rows if i.values] in ([("新建里程", 50), ("改造里程", None), ("养护里程", 80)], [("新建里程", 50), ("养护里程", 80)])


def test_a_row_shifted_left(read_text: Read) -> None:
    rows = read("|产出指标|数量指标|享受培训补贴人数（人）|10|≥100|120|10|无|\n|享受见习补贴人数（人）|10|≥50|60|10|无|||\n||质量指标|发放准确率（%）|10|≥98|99|10|无|\n",
        read_text)
    assert [(i.name, i.weight, [v.number for v in i.values], i.score) for i in rows] == [
        ("享受培训补贴人数", 10, [100, 120], 10), ("享受见习补贴人数", 10, [50, 60], 10), ("发放准确率", 10, [98, 99], 10)]


def test_value_columns_with_years_of_their_own(read_text: Read) -> None:
    one, = read("|产出指标|数量指标|培训人数（人）|100|200|\n", read_text, "|一级指标|二级指标|三级指标|2023年完成值|2024年目标值|", "2024年就业补助资金绩效目标表\n")
    assert [(v.role, v.year, v.number) for v in one.values] == [("baseline", 2023, 100), ("target", 2024, 200)]


def test_a_row_of_labels_alone_is_no_indicator(read_text: Read) -> None:
    assert [i.name for i in read("|产出指标|数量指标|||||||\n|||培训人数（人）|10|100|120|10||\n", read_text)] == ["培训人数"]


@pytest.mark.parametrize(("printed", "name", "unit"), [
    ("培训人数（人）", "培训人数", "人"), ("培训人次(万人次)", "培训人次", "万人次"), ("合格率（100%）", "合格率", "%"), ("是否公开（是/否）", "是否公开", "是/否"),
    ("指标1：培训人数（人）", "培训人数", "人"),
    ("其中：指标2.培训人数", "培训人数", None), ("受益人数（含脱贫人口）", "受益人数（含脱贫人口）", None), ("成本（元/人）", "成本", "元/人"), ("指标体系建设", "指标体系建设",
    None),
])
def test_name_and_unit(printed: str, name: str, unit: str | None, grammar: Grammar) -> None:
    assert name_and_unit(printed, grammar) == (name, unit)


@pytest.mark.parametrize(("text", "unit"), [("人", True), ("万人次", True), ("%", True), ("元/人", True), ("台套", True), ("脱贫人口", False), ("含中央", False), ("", False),
    ("2023年", False)])
def test_is_unit(text: str, unit: bool, grammar: Grammar) -> None:
    assert is_unit(text, grammar) == unit


@given(name=st.text(st.sampled_from("培训人数质量合格率"), min_size=1, max_size=10), unit=st.sampled_from(["人", "%", "个", "万元", "公里"]))
def test_a_unit_in_brackets_is_taken_off_the_name(name: str, unit: str, grammar: Grammar) -> None:
    assert name_and_unit(f"{name}（{unit}）", grammar) == (name, unit)


UNWEIGHED = "|一级指标|二级指标|三级指标|分值|指标值|全年实际完成值|得分|未完成原因|"


@pytest.mark.parametrize(("cell", "weight", "target"), [
    ("10≥95%", 10, ("target", "≥95%", "≥", 95, "%")), ("8≥420场", 8, ("target", "≥420场", "≥", 420, "场")), ("2.5≤3次", 2.5, ("target", "≤3次", "≤", 3, "次")),
])
def test_a_weight_run_into_the_value(cell: str, weight: float, target: tuple[Any, ...], read_text: Read) -> None:
    one, = read(f"|产出指标|质量指标|工作进展情况|{cell}|98%|9|无|\n", read_text, UNWEIGHED)
    assert (one.weight, one.score, one.remark, values(one)[0], values(one)[1][1]) == (weight, 9, "无", target, "98%")


def test_a_figure_before_a_sign_is_no_weight_where_the_head_has_none(read_text: Read) -> None:
    one, = read("|产出指标|质量指标|工作进展情况|10≥95%|\n", read_text, "|一级指标|二级指标|三级指标|指标值|", "就业补助资金区域绩效目标表\n（2023年度）\n")
    assert one.weight is None and [v.text for v in one.values] == ["10≥95%"]


def test_a_value_with_its_sign_keeps_its_column_beside_a_weight(read_text: Read) -> None:
    one, = read("|产出指标|质量指标|工作进展情况|10|≥95%|98%|9|无|\n", read_text, UNWEIGHED)
    assert (one.weight, one.score, [v.text for v in one.values]) == (10, 9, ["≥95%", "98%"])
