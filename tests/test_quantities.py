from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.quantities import WORDS, Told, decimals, han_number, mended, number, plain, sign, told, yuan
from grammars.grammar import Grammar

FIGURES = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)
NUMERALS = "零一二三四五六七八九"


def han(value: int) -> str:
    """1 … 99 as people write them."""
    tens, ones = divmod(value, 10)
    return ("" if not tens else "十" if tens == 1 else NUMERALS[tens] + "十") + (NUMERALS[ones] if ones else "")


@pytest.mark.parametrize(("text", "value"), [
    ("1,236,000.00", 1236000), ("0", 0), ("-3.5", -3.5), ("21171.47", 21171.47), (" 12 ", 12),
    ("", None), ("1.2.3", None), ("12万", None), ("约12", None), ("３", 3), ("1-2", None), (".5", None),
])
def test_number(text: str, value: float | None) -> None:
    assert number(text) == value


@given(FIGURES)
def test_a_printed_number_is_read_exactly(value: Decimal) -> None:
    assert Decimal(str(number(f"{value:,.2f}"))) == value


@given(st.integers(0, 10**15))
def test_a_whole_number_is_an_int(value: int) -> None:
    read = number(f"{value}.00")
    assert read == value and isinstance(read, int)


def test_plain_is_no_binary_guess() -> None:
    assert repr(plain(Decimal("21171.470"))) == "21171.47"


def test_decimals() -> None:
    assert [decimals(t) for t in ("12", "12.5", "0.250")] == [0, 1, 3]


@pytest.mark.parametrize(("text", "value"), [
    ("十", 10), ("十二", 12), ("二十", 20), ("二〇二三", 2023), ("一百零五", 105), ("两千", 2000), ("三千二百一十", 3210), ("12", 12),
    ("", None), ("第二", None), ("元", None),
])
def test_han_number(text: str, value: int | None) -> None:
    assert han_number(text) == value


@given(st.integers(1, 99))
def test_numerals_to_99(value: int) -> None:
    assert han_number(han(value)) == value


@pytest.mark.parametrize(("text", "value"), [("十二万", 120_000), ("二十万", 200_000), ("一百二十万", 1_200_000)])
def test_han_number_of_ten_thousands(text: str, value: int) -> None:
    assert han_number(text) == value


@pytest.mark.parametrize(("value", "unit", "amount"), [
    (5000, "万元", 50_000_000), (1, "亿元", 100_000_000), (0.1, "万元", 1000), (808.1, "万元", 8_081_000), (3, "元", 3), (2.5, "千元", 2500),
])
def test_yuan(value: float, unit: str, amount: float) -> None:
    assert yuan(value, unit) == amount


@pytest.mark.parametrize(("before", "after", "op"), [
    ("≥", None, "≥"), ("不低于", None, "≥"), ("不超过", None, "≤"), ("超", None, ">"), ("低于", None, "<"), (None, "以内", "≤"), (None, "(及以上)", "≥"),
    (None, None, "="), ("约", None, "="),
])
def test_sign(before: str | None, after: str | None, op: str) -> None:
    assert sign(before, after) == op


@pytest.mark.parametrize(("text", "op", "value", "unit"), [
    ("≥95%", "≥", 95, "%"), ("不低于80%", "≥", 80, "%"), ("5.5%以内", "≤", 5.5, "%"), ("≤1600元/人", "≤", 1600, "元/人"), ("≥16万人次", "≥", 16, "万人次"),
    ("超百个", ">", 100, "个"), ("0起", "=", 0, "起"), ("100", "=", 100, None), ("1,236.5", "=", 1236.5, None), ("不少于3次", "≥", 3, "次"), (">=90", "≥", 90, None),
])
def test_told(text: str, op: str, value: float, unit: str | None, grammar: Grammar) -> None:
    assert told(text, grammar) == Told(op, value, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["以自治区最终评审文件为准", "保持稳定", "是", "公里", "≥%", "2024年12月31日前", "12月底前", "90%-95%", "", "2024年", "不超过其实际缴费额的2/3"])
def test_words_templates_and_dates_are_no_quantity(text: str, grammar: Grammar) -> None:
    assert told(text, grammar) == WORDS


@pytest.mark.parametrize(("text", "op", "value", "unit"), [("≥2050.5", "≥", 2050.5, None), ("2010.55万元", "=", 2010.55, "万元"), ("≤1980.5元", "≤", 1980.5, "元"),
                                                          ("12050.5", "=", 12050.5, None), ("52019.75万元", "=", 52019.75, "万元")])
def test_a_figure_that_begins_like_a_year(text: str, op: str, value: float, unit: str | None, grammar: Grammar) -> None:
    assert told(text, grammar) == Told(op, value, unit)  # type: ignore[arg-type]


@given(op=st.sampled_from(["≥", "≤", ">", "<"]), value=FIGURES, unit=st.sampled_from(["", "%", "人", "万元", "公里", "户"]))
def test_what_is_printed_is_told(op: str, value: Decimal, unit: str, grammar: Grammar) -> None:
    printed = f"{value.normalize():f}"
    assert told(f"{op}{printed}{unit}", grammar) == Told(op, plain(Decimal(printed)), unit or None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "value"), [
    ("186 000", 186000), ("1 186 000.50", 1186000.5), ("-12 000", -12000),
    ("1860 000", None), ("186 00", None), ("186  000", None), ("186 0000", None), ("12 34", None), ("186 000元", None), (" 000", 0),
])
def test_a_number_with_spaces_between_its_thousands(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(("text", "value"), [
    ("9O000", 90000), ("1o5", 105), ("l20", 120), ("2I0.5", 210.5), ("1,2O0", 1200),
    ("90000", None), ("OO", None), ("1O", None), ("O", None), ("9O000元", None), ("9A000", None), ("9O0.0.0", None), ("", None),
])
def test_letters_that_stand_for_digits(text: str, value: float | None) -> None:
    assert mended(text) == value
