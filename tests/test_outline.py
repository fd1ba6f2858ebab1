from collections.abc import Callable

import pytest

from extractors.record import Record

Read = Callable[..., Record]


def headings(text: str, read_text: Read) -> list[tuple[int, str, str]]:
    return [(h.level, h.number, h.title) for h in read_text(text).outline]


def test_levels_go_by_form(read_text: Read) -> None:
    text = "一、总体要求\n（一）资金管理\n1.分配办法\n（1）产出指标\n①数量指标\n二、有关事项\n"
    assert headings(text, read_text) == [(1, "一", "总体要求"), (2, "（一）", "资金管理"), (3, "1", "分配办法"), (4, "（1）", "产出指标"), (5, "①", "数量指标"), (1, "二",
        "有关事项")]


@pytest.mark.parametrize(("text", "found"), [
    ("（一）高度重视，落实责任。各省要切实加强组织领导。\n", (2, "（一）", "高度重视，落实责任")),
    ("二、绩效目标完成情况分析。\n", (1, "二", "绩效目标完成情况分析")),
    ("3．2024年工作安排\n", (3, "3", "2024年工作安排")),
    ("十二、附则\n", (1, "十二", "附则")),
])
def test_a_heading(text: str, found: tuple[int, str, str], read_text: Read) -> None:
    assert headings(text, read_text) == [found]


@pytest.mark.parametrize("text", [
    "一是开展培训，共培训120人。\n",
    "2.5亿元资金已全部下达。\n",
    "2024年工作安排如下。\n",
    "1.请各市州于9月底前将资金拨付到位。\n",
    "一、收到资金后，请于30日内下达。\n",
    "（二）支出2310.5万元，执行率95%。\n",
    "（2024年度）\n",
    "（二）各项补助由县级自行统筹。\n",
])
def test_a_numbered_paragraph_of_running_text_is_no_heading(text: str, read_text: Read) -> None:
    assert headings(text, read_text) == []


def test_numbers_in_a_table_are_no_headings(read_text: Read) -> None:
    assert headings("序号\t地区\t金额\n1\t一、太原市\t120\n2\t（一）大同市\t95\n", read_text) == []
