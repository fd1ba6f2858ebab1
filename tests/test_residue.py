from collections.abc import Callable

import pytest

from extractors.record import Record
from tests.conftest import NOTICE

Read = Callable[..., Record]


def test_a_notice_is_accounted_for(read_text: Read) -> None:
    assert read_text(NOTICE).residue == []


@pytest.mark.parametrize(("text", "told"), [
    ("权重为35%。", ("35%", "=", 35, "%")), ("改造公路50公里。", ("50公里", "=", 50, "公里")), ("请于30日内拨付。", ("30日", None, 30, "日")), ("覆盖率不低于95%。",
    ("不低于95%", "≥", 95, "%")),
])
def test_a_number_with_a_unit_is_a_quantity(text: str, told: tuple[str, str | None, float, str], read_text: Read) -> None:
    record = read_text(text)
    one, = record.quantities
    assert record.residue == [] and (one.number, one.unit) == told[2:] and one.text.startswith(told[0][:3])
    assert told[1] is None or one.op == told[1]


@pytest.mark.parametrize("text", [
    "2024年5月23日", "一、根据财社〔2024〕33号执行。", "联系电话：0931-8891234", "13800138000", "第3条、第12项", "见附件2、表3。", "《关于2024年5000万元资金的通知》",
    "2021-2023年", "2024年度",
    "网址http://www.a.gov.cn/2024/123", "①数量 ②质量", "请于9月底前完成。", "政府令第104号",
])
def test_what_is_known_for_what_it_is(text: str, read_text: Read) -> None:
    record = read_text(f"关于资金的说明如下，{text}\n")
    assert [r.text for r in record.residue] == []


def test_a_bare_number_is_residue_with_the_words_around_it(read_text: Read) -> None:
    one, = read_text("本次核定系数取1.35，据此计算。").residue
    assert one.text == "1.35" and "系数取1.35" in one.context


def test_a_number_in_a_remark_is_not_swallowed_by_it(read_text: Read) -> None:
    text = "2024年资金分配表\n单位：万元\n序号\t地区\t金额\t备注\n1\t太原市\t120\t含结转37户\n2\t大同市\t95\t\n"
    record = read_text(text)
    assert [(q.number, q.unit) for q in record.quantities] + [(r.text, None) for r in record.residue] == [(37, "户")]


def test_an_amount_is_told_once(read_text: Read) -> None:
    record = read_text("下达资金120万元。")
    assert len(record.amounts) == 1 and record.quantities == [] and record.residue == []


def test_every_figure_of_running_text_is_somewhere(read_text: Read) -> None:
    """Figures told as amounts, quantities or residue: each of them, once."""
    record = read_text("下达120万元，惠及3500人，系数0.75，覆盖率95%，每人补助1600元。")
    assert sorted([a.value for a in record.amounts] + [q.number for q in record.quantities if q.number is not None] + [float(r.text) for r in record.residue]) == [0.75, 95,
        120, 1600, 3500]


def test_an_address_ends_where_its_letters_do(read_text: Callable[..., Record]) -> None:
    """Spaces are folded away, so the text goes on right behind it."""
    record = read_text("关于支持项目的通知\n各市财政局：\n详见 http://www.mof.gov.cn/a?b=1 ，共支持35个项目，另有77.5和990012。\n")
    assert [q.text for q in record.quantities] == ["35个"] and [r.text for r in record.residue] == ["77.5", "990012"]
