from collections.abc import Callable

import pytest

from extractors.record import PerformanceTable, Record
from tests.test_forms import TABLE

Read = Callable[..., Record]
CAPTION = "太原市2023年就业补助资金区域绩效自评表\n（2023年度）\n"


def tables(text: str, read_text: Read) -> list[PerformanceTable]:
    return read_text(text, ".md").performance_tables


def test_a_self_evaluation_table(read_text: Read) -> None:
    table, = tables(CAPTION + TABLE, read_text)
    assert (table.kind, table.title, table.year, table.program, table.region) == ("self_evaluation", "太原市2023年就业补助资金区域绩效自评表", 2023, "就业补助资金", "太原市")
    assert (table.central_authority, table.fund_user) == ("人力资源社会保障部", "太原市人社局")
    assert [(f.name, f.source, f.budget, f.executed, f.rate, f.unit) for f in table.funds] == [
        ("年度资金总额", "total", 800, 700, 87.5, "万元"), ("其中：中央财政资金", "central", 500, 450, 90, "万元")]
    assert [(m.aspect, m.situation, m.problems) for m in table.management] == [("分配科学性", "按因素法分配", "无")]
    assert [(g.goal, g.completion) for g in table.goals] == [("促进就业", "就业稳定")]
    assert [(i.level2, i.name) for i in table.indicators] == [("数量指标", "培训人数"), ("质量指标", "合格率")]


TARGET = ("2024年就业补助资金绩效目标表\n|项目名称|就业补助资金||\n|---|---|---|\n|资金情况（万元）|年度金额：|310|\n||其中：省级补助|310|\n"
          "|总体目标|{}||\n|一级指标|二级指标|三级指标|指标值|\n|产出指标|数量指标|培训人数（人）|≥100|\n")


def test_the_one_figure_of_a_target_table_is_the_budget(read_text: Read) -> None:
    table, = tables(TARGET.format("促进就业。"), read_text)
    assert table.kind == "target"
    assert [(f.source, f.budget, f.executed, f.unit) for f in table.funds] == [("total", 310, None, "万元"), ("province", 310, None, "万元")]


@pytest.mark.parametrize(("cell", "goals"), [
    ("促进就业。", ["促进就业。"]),
    ("目标1：促进就业。目标2：稳定市场。", ["目标1：促进就业。", "目标2：稳定市场。"]),
    ("总的要求。目标1：促进就业。目标2：稳定市场。", ["总的要求。", "目标1：促进就业。", "目标2：稳定市场。"]),
    ("年度目标：目标1：促进就业。目标2：稳定市场。", ["目标1：促进就业。", "目标2：稳定市场。"]),
    ("实现目标100人。", ["实现目标100人。"]),
])
def test_one_goal_for_each_numbered_one(cell: str, goals: list[str], read_text: Read) -> None:
    table, = tables(TARGET.format(cell), read_text)
    assert [g.goal for g in table.goals] == goals


@pytest.mark.parametrize("between", ["\n\n2023年就业补助资金区域绩效自评表\n", "\n\n", "\n\n—3—\n\n"])
def test_several_tables_under_one_title(between: str, read_text: Read) -> None:
    found = tables("2023年就业补助资金区域绩效自评表\n" + TABLE + between + TABLE.replace("太原市", "大同市"), read_text)
    assert [t.fund_user for t in found] == ["太原市人社局", "大同市人社局"]
    assert {t.title for t in found} == {"2023年就业补助资金区域绩效自评表"}


@pytest.mark.parametrize(("line", "region"), [("实施城市：大同市\n", "大同市"), ("", None)])
def test_whose_table_it_is(line: str, region: str | None, read_text: Read) -> None:
    table, = tables(f"就业补助资金绩效自评表\n{line}" + TABLE.replace("太原市", "市"), read_text)
    assert table.region == region


def test_the_place_of_its_own_finance_bureau(read_text: Read) -> None:
    table, = tables("就业补助资金绩效目标表\n" + TARGET.split("\n", 1)[1].format("甲").replace("|项目名称|就业补助资金||", "|市县财政部门|木垒县财政局||"), read_text)
    assert (table.finance_department, table.region) == ("木垒县财政局", "木垒县")


def test_the_total_score_is_the_score_reached(read_text: Read) -> None:
    head = "|一级指标|二级指标|三级指标|分值|指标值|全年实际完成值|得分|\n|---|---|---|---|---|---|---|\n"
    text = CAPTION + head + "|产出指标|数量指标|培训人数（人）|100|≥100|120|98.5|\n|总分|||100|||98.5|\n"
    assert [t.total_score for t in tables(text, read_text)] == [98.5]


def test_an_allocation_is_no_performance_table(read_text: Read) -> None:
    assert tables("2024年资金分配表\n单位：万元\n|序号|地区|金额|\n|---|---|---|\n|1|太原市|120|\n|2|大同市|95|\n", read_text) == []
