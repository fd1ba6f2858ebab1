from collections.abc import Callable

import pytest

from extractors.record import Record

Read = Callable[..., Record]


@pytest.mark.parametrize(("text", "codes"), [
    ("支出列“2080799其他就业补助支出”科目。", [("2080799", "其他就业补助支出", "expenditure_function")]),
    ("收入科目请列入“1100248社会保障和就业共同财政事权转移支付收入”。", [("1100248", "社会保障和就业共同财政事权转移支付收入", "revenue")]),
    ("政府预算支出经济分类科目列“51301上下级政府间转移性支出”。", [("51301", "上下级政府间转移性支出", "expenditure_economic")]),
    ("资金标识为“01中央直达资金”。", [("01", "中央直达资金", "direct_fund_tag")]),
    ("支出列2050299其他普通教育支出科目。", [("2050299", "其他普通教育支出", "expenditure_function")]),
    ("支出科目列“20807就业补助”、“20808抚恤”。", [("20807", "就业补助", "expenditure_function"), ("20808", "抚恤", "expenditure_function")]),
])
def test_codes(text: str, codes: list[tuple[str, str, str]], read_text: Read) -> None:
    assert [(c.code, c.name, c.kind) for c in read_text(text).account_codes] == codes


@pytest.mark.parametrize("text", [
    "列入2024年政府收支分类科目。", "支出360万元，列入预算科目。", "项目代码“2050299”，不列科目。", "“十三五”期间科目不变。", "电话0931-8891234，科目另行通知。",
    "安排2130501个科目。",
])
def test_no_code(text: str, read_text: Read) -> None:
    assert read_text(text).account_codes == []


def test_a_code_told_twice_is_listed_once(read_text: Read) -> None:
    text = "支出列“2080799其他就业补助支出”科目。\n县级支出仍列“2080799其他就业补助支出”科目。"
    assert len(read_text(text).account_codes) == 1


def test_the_digits_are_no_quantity_and_no_residue(read_text: Read) -> None:
    record = read_text("支出列“2080799其他就业补助支出”科目。")
    assert (record.quantities, record.residue) == ([], [])
