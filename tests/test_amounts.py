from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.quantities import yuan
from extractors.record import Record
from grammars.grammar import Grammar
from tests.conftest import through

Read = Callable[..., Record]


@pytest.mark.parametrize(("text", "told"), [
    ("安排资金5000万元。", ("5000万元", 5000, "万元", 50_000_000, None)),
    ("补助1亿元。", ("1亿元", 1, "亿元", 100_000_000, None)),
    ("标准为1600元/人。", ("1600元/人", 1600, "元", 1600, "人")),
    ("每人补助1600元。", ("1600元", 1600, "元", 1600, "人")),
    ("拨付1,236,000.00元。", ("1,236,000.00元", 1236000, "元", 1236000, None)),
    ("安排资金1720万，其余自筹。", ("1720万", 1720, "万元", 17_200_000, None)),
    ("安排资金约300万元。", ("约300万元", 300, "万元", 3_000_000, None)),
    ("安排资金 1200 万元。", ("1200万元", 1200, "万元", 12_000_000, None)),
    ("安排资金808.1万元。", ("808.1万元", 808.1, "万元", 8_081_000, None)),
])
def test_an_amount(text: str, told: tuple[str, float, str, float, str | None], read_text: Read) -> None:
    assert [(a.text, a.value, a.unit, a.yuan, a.per) for a in read_text(text).amounts] == [told]


@pytest.mark.parametrize("text", ["补助XXX元。", "拨付****元。", "培训20.72万人。", "灌溉用水35亿立方米。", "共1720万。", "多元化投入。", "《关于下达5000万元的通知》"])
def test_no_amount(text: str, read_text: Read) -> None:
    assert read_text(text).amounts == []


def test_each_mention_is_told(read_text: Read) -> None:
    assert [a.value for a in read_text("下达120万元，其中省级120万元、市级80.5万元。").amounts] == [120, 120, 80.5]


def test_money_in_a_table_is_not_running_text(read_text: Read) -> None:
    assert read_text("序号\t地区\t金额\n1\t太原市\t120万元\n2\t大同市\t95万元\n").amounts == []


@pytest.mark.parametrize(("text", "label"), [
    ("共筹集中央财政资金5000万元。", "中央财政资金"),
    ("现下达省级财政衔接推进乡村振兴补助资金5000万元。", "省级财政衔接推进乡村振兴补助资金"),
    ("总投入900万元，其中：地方配套资金300万元。", None),
])
def test_what_it_is_the_amount_of(text: str, label: str | None, read_text: Read) -> None:
    told = read_text(text).amounts[-1].label
    assert told == (label or "地方配套资金")


def test_a_label_with_a_bracket_behind_it(read_text: Read) -> None:
    assert read_text("现下达2024年中央就业补助资金（第二批）760万元。").amounts[0].label == "2024年中央就业补助资金（第二批）"


@given(value=st.decimals(0, 10**7, places=2).map(lambda d: f"{d:,.2f}"), unit=st.sampled_from(["元", "千元", "万元", "亿元"]))
def test_value_and_yuan_are_what_is_printed(value: str, unit: str, grammar: Grammar) -> None:
    output = through(f"安排资金{value}{unit}。", grammar)
    amount = output.record.amounts[0]
    assert (amount.text, amount.yuan) == (f"{value}{unit}", yuan(amount.value, unit))
    assert f"{amount.value:,.2f}" == value
    start, end = amount.evidence.span or (0, 0)
    assert output.reading.block(amount.evidence.block or "").text[start:end] == amount.text
