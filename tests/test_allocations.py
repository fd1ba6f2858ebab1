from collections.abc import Callable

import pytest

from extractors.record import Allocation, Record

Read = Callable[..., Record]
TITLE = "2024年就业补助资金分配表\n单位：万元\n"


def only(text: str, read_text: Read, suffix: str = ".txt") -> Allocation:
    found = read_text(text, suffix).allocations
    assert len(found) == 1, found
    return found[0]


def rows(one: Allocation) -> list[tuple[object, ...]]:
    return [(r.seq, r.name, r.adcode, r.role, r.values, r.note) for r in one.rows]


def test_a_table(read_text: Read) -> None:
    one = only(TITLE + "序号\t地区\t金额\t备注\n1\t太原市\t1,200.50\t含上年结转\n2\t大同市\t—\t\n\t合计\t1200.5\t\n", read_text)
    assert (one.title, one.unit, one.columns, one.attachment) == ("2024年就业补助资金分配表", "万元", ["金额"], None)
    assert rows(one) == [(1, "太原市", "140100", "item", [1200.5], "含上年结转"), (2, "大同市", "140200", "item", [None], None), (None, "合计", None, "total", [1200.5], None)]


def test_a_two_level_head(read_text: Read) -> None:
    page = ("<p>2024年资金分配表</p><p>单位：万元</p><table><tr><td rowspan=2>序号</td><td rowspan=2>地区</td><td colspan=2>免学费</td></tr>"
            "<tr><td>提前下达</td><td>本次下达</td></tr>"
            "<tr><td>1</td><td>太原市</td><td>120</td><td>30</td></tr><tr><td>2</td><td>大同市</td><td>95</td><td>20</td></tr></table>")
    one = only(page, read_text, ".html")
    assert one.columns == ["免学费/提前下达", "免学费/本次下达"] and [r.values for r in one.rows] == [[120, 30], [95, 20]]


def test_two_blocks_of_columns_side_by_side(read_text: Read) -> None:
    one = only(TITLE + "地区\t金额\t地区\t金额\n太原市\t120\t阳泉市\t80\n大同市\t95\t长治市\t70\n", read_text)
    assert [(r.name, r.values) for r in one.rows] == [("太原市", [120]), ("大同市", [95]), ("阳泉市", [80]), ("长治市", [70])]


@pytest.mark.parametrize("total", ["\t合计\t215\n", "合计\t215\n", "合计\t\t215\n", "\t\t合计\t215\n"])
def test_a_total_that_was_shifted(total: str, read_text: Read) -> None:
    one = only(TITLE + f"序号\t地区\t金额\t备注\n1\t太原市\t120\t\n2\t大同市\t95\t\n{total}", read_text)
    assert (one.rows[-1].name, one.rows[-1].role, one.rows[-1].values) == ("合计", "total", [215])


def test_a_total_at_the_top(read_text: Read) -> None:
    one = only(TITLE + "地区\t金额\n合计\t215\n太原市\t120\n大同市\t95\n", read_text)
    assert [r.role for r in one.rows] == ["total", "item", "item"]


def test_subtotals(read_text: Read) -> None:
    one = only(TITLE + "序号\t地区\t金额\n\t合计\t120\n\t太原市\t80\n1\t小店区\t50\n2\t迎泽区\t30\n\t大同市\t40\n3\t云冈区\t25\n4\t平城区\t15\n", read_text)
    assert [(r.name, r.role) for r in one.rows] == [("合计", "total"), ("太原市", "subtotal"), ("小店区", "item"), ("迎泽区", "item"),
        ("大同市", "subtotal"), ("云冈区", "item"), ("平城区", "item")]
    assert [r.adcode for r in one.rows] == [None, "140100", "140105", "140106", "140200", "140214", "140213"]


def test_a_zone_has_no_code(read_text: Read) -> None:
    one = only(TITLE + "地区\t金额\n太原市\t120\n大同经济技术开发区\t95\n省农垦集团\t80\n", read_text)
    assert [r.adcode for r in one.rows] == ["140100", None, None]


def test_told_in_prose(read_text: Read) -> None:
    one = only("现下达资金，其中：太原市120万元、大同市95万元、阳泉市80.5万元，合计295.5万元。", read_text)
    assert (one.title, one.unit) == (None, "万元")
    assert [(r.name, r.role, r.values) for r in one.rows] == [("太原市", "item", [120]), ("大同市", "item", [95]), ("阳泉市", "item", [80.5]), ("合计", "total", [295.5])]


def test_told_as_a_list(read_text: Read) -> None:
    one = only("资金分配如下：\n1.太原市120万元；\n2.大同市95万元；\n3.阳泉市80万元。\n", read_text)
    assert [(r.name, r.values) for r in one.rows] == [("太原市", [120]), ("大同市", [95]), ("阳泉市", [80])]


@pytest.mark.parametrize("text", [
    "下达资金120万元，其中：中央资金80万元，省级资金40万元。", "现下达太原市资金120万元。", "每人补助1600元，每户补助500元。",
    "序号\t地区\t人数\n1\t太原市\t120\n2\t大同市\t95\n".replace("人数", "联系电话"),
])
def test_no_allocation(text: str, read_text: Read) -> None:
    assert read_text(text).allocations == []


def test_a_table_that_is_not_of_money(read_text: Read) -> None:
    assert not read_text("2024年培训任务表\n单位：人\n序号\t地区\t任务数\n1\t太原市\t120\n2\t大同市\t95\n").allocations


def test_name_of_several_provinces_among_places_of_one(read_text: Read) -> None:
    """永定区 is in Hunan and in Fujian; beside three places of Hunan it is that one."""
    rows = "\n".join(f"{n}\t{name}\t{n * 10}" for n, name in enumerate(("慈利县", "桑植县", "石门县", "永定区"), 1))
    record = read_text(f"2024年水利发展资金分配表\n单位：万元\n序号\t县市区\t金额\n{rows}\n合计\t\t100\n")
    assert [r.adcode for r in record.allocations[0].rows[:4]] == ["430821", "430822", "430726", "430802"]


def test_receiver_merged_over_its_projects(read_text: Read) -> None:
    html = ("<p>2023年安居工程资金分配表</p><p>单位：万元</p><table><tr><td>序号</td><td>县（区）</td><td>项目名称</td><td>金额</td></tr>"
            "<tr><td>1</td><td rowspan=2>甘谷县</td><td>东城片区</td><td>820</td></tr><tr><td>2</td><td>河沿线</td><td>516</td></tr>"
            "<tr><td>3</td><td>武山县</td><td>老街片区</td><td>735</td></tr><tr><td></td><td>合计</td><td></td><td>2071</td></tr></table>")
    assert [r.name for r in only(html, read_text, ".html").rows] == ["甘谷县", "甘谷县", "武山县", "合计"]
