"""How a spreadsheet prints a number: what the formats of Chinese workbooks show, and that no code of any kind breaks it."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.sheets.number_formats import BUILT_IN, GENERAL, parse, shown, shown_text

ACCOUNTING = r'_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ '
MONEY = r'_ "¥"* #,##0.00_ ;_ "¥"* \-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ '
DAY = 45356  # 2024-03-05, a Tuesday


@pytest.mark.parametrize(("value", "code", "printed"), [
    (0.95, "0.00%", "95.00%"), (0.9567, "0.0%", "95.7%"), (0.005, "0%", "1%"), (1, "0%", "100%"), (0.1234, "0.00%;-0.00%;0%", "12.34%"), (0, "0.00%;-0.00%;0%", "0%"),
    (12345.678, "#,##0.00", "12,345.68"), (999.995, "#,##0.00", "1,000.00"), (1234567, "#,##0", "1,234,567"), (0, "#,##0", "0"), (0, "#,###", ""),
    (12345.6, "0.0_ ", "12345.6"), (1234.5, "¥#,##0", "¥1,235"), (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"), (-1234.5, "[$¥-804]#,##0.00", "-¥1,234.50"),
    (1234.5, ACCOUNTING, "1,234.50"), (-1234.5, ACCOUNTING, "-1,234.50"), (0, ACCOUNTING, "-"), (1234.5, MONEY, "¥1,234.50"), (0, MONEY, "¥-"),
    (1.005, "0.00", "1.01"), (2.675, "0.00", "2.68"), (0.5, "0", "1"), (1.5, "0", "2"), (2.5, "0", "3"), (-2.5, "0", "-3"),
    (-0.001, "0.00", "0.00"), (-0.006, "0.00", "-0.01"), (5, "0.##", "5"), (5.5, "0.##", "5.5"), (5.255, "0.##", "5.26"), (0.5, "#.00", ".50"), (7, "000", "007"),
    (110000, "000000", "110000"), (1234567, "00-00-00", "123-45-67"), (7, '"第"0"批"', "第7批"), (3, "0元", "3元"), (12, r"0\户", "12户"),
])
def test_numbers(value: float, code: str, printed: str) -> None:
    assert shown(value, code) == printed


@pytest.mark.parametrize(("value", "code", "printed"), [
    (-5, "0;(0)", "(5)"), (-5, "0.00_);[Red](0.00)", "(5.00)"), (0, "0;-0;;@", ""), (3, "0;-0;;@", "3"), (0, '0;-0;"零"', "零"), (5, ";;;", ""), (-5, '0;"减"0', "减5"),
    (15000, '[>=10000]0.0,"千";0', "15.0千"), (5, '[>=10000]0.0,"千";0', "5"), (-5, '[>=10000]0.0,"千";0', "-5"), (-5, '[<0]"负"0;0', "负5"), (5, "[<0]0;0.0", "5.0"),
    (60, '[<60]"不合格";[<80]"合格";"良好"', "合格"), (95, '[<60]"不合格";[<80]"合格";"良好"', "良好"), (-3, 'G/通用格式"人"', "-3人"), (5, "0;@", "5"), (-5, "0;@", "-5"),
])
def test_sections(value: float, code: str, printed: str) -> None:
    assert shown(value, code) == printed


@pytest.mark.parametrize(("value", "code", "printed"), [
    (12345678, "#,##0,", "12,346"), (12345678, '0.00,,"百万"', "12.35百万"), (123456, r"0\.0,", "12.3"), (123456, "0!.0,", "12.3"), (1234567890, r'0\.0000,"亿"', "123.4568亿"),
])
def test_last_commas_divide_by_thousands(value: float, code: str, printed: str) -> None:
    """`0\\.0,` is how 元 are shown as 万元: by thousands, the point set as a letter."""
    assert shown(value, code) == printed


@pytest.mark.parametrize(("value", "printed"), [
    (0.1 + 0.2, "0.3"), (1 / 3, "0.333333333"), (1234.56789012, "1234.56789"), (12345678.123, "12345678.12"), (12345678901.5, "12345678902"), (0, "0"), (-0.0, "0"),
    (-12.5, "-12.5"), (1e-7, "0.0000001"), (-2.77556e-17, "-2.77556E-17"), (1e20, "1E+20"), (13812345678, "13812345678"), (650102199001011, "650102199001011"),
    (float("inf"), "inf"),
])
def test_general_prints_eleven_characters_and_all_digits_of_whole_numbers(value: float, printed: str) -> None:
    assert shown(value, GENERAL) == printed


@pytest.mark.parametrize(("value", "code", "printed"), [
    (0.5, "# ?/?", "1/2"), (1.25, "# ??/??", "1 1/4"), (2, "# ?/?", "2"), (1.5, "?/?", "3/2"), (0.25, "# ?/8", "2/8"), (0.999, "# ?/?", "1"), (-0.5, "# ?/?", "-1/2"),
    (0, "# ?/?", "0"), (12345, "0.00E+00", "1.23E+04"), (0.001, "0.00E+00", "1.00E-03"), (9.999, "0.0E+0", "1.0E+1"), (12345, "##0.0E+0", "12.3E+3"), (0, "0.0E+0", "0.0E+0"),
])
def test_fractions_and_powers(value: float, code: str, printed: str) -> None:
    assert shown(value, code) == printed


@pytest.mark.parametrize(("value", "code", "printed"), [
    (DAY, 'yyyy"年"m"月"d"日"', "2024年3月5日"), (DAY, "yyyy年m月d日", "2024年3月5日"), (DAY, "yyyy-mm-dd", "2024-03-05"), (DAY, "yyyy/m/d;@", "2024/3/5"),
    (DAY, "yyyymmdd", "20240305"),
    (DAY, r"[$-804]yyyy\-mm\-dd;@", "2024-03-05"), (DAY, "yy.m.d", "24.3.5"), (DAY, "[$-804]aaaa;@", "星期二"), (DAY, "[$-804]aaa;@", "周二"), (DAY, "mmm-yy", "Mar-24"),
    (DAY, "dddd", "Tuesday"), (DAY, 'e"年"', "2024年"), (DAY, r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", "2024年3月5日"), (DAY + 0.5, "yyyy/m/d h:mm", "2024/3/5 12:00"),
    (DAY + 0.60763, "yyyy-mm-dd hh:mm:ss", "2024-03-05 14:34:59"), (DAY + 0.60763, "h:mm AM/PM", "2:34 PM"), (DAY + 0.60763, '上午/下午h"时"mm"分"', "下午2时34分"),
    (DAY, "h:mm AM/PM", "12:00 AM"), (1.5, "[h]:mm", "36:00"), (1.5, "[mm]:ss", "2160:00"), (DAY, "yyyy\"年\"m\"月\"", "2024年3月"),
    (DAY + 0.99999999, "yyyy-mm-dd hh:mm:ss", "2024-03-06 00:00:00"),
    (1.25 / 86400, "ss.00", "01.25"), (59, "yyyy-m-d", "1900-2-28"), (60, "yyyy-m-d", "1900-2-29"), (61, "yyyy-m-d", "1900-3-1"), (0, "yyyy/m/d", "1900/1/0"),
    (-5, "yyyy-m-d", "-5"), (3e6, "yyyy-m-d", "3000000"),
])
def test_dates(value: float, code: str, printed: str) -> None:
    assert shown(value, code) == printed


def test_days_may_be_counted_from_1904() -> None:
    assert shown(DAY - 1462, "yyyy-mm-dd", True) == "2024-03-05"
    assert shown(2958465, "yyyy", True) == "2958465"


def test_m_is_minutes_beside_hours_and_seconds_only() -> None:
    assert shown(DAY + 0.5, "mm/hh:mm") == "03/12:00"
    assert shown(DAY + 125 / 86400, "mm:ss") == "02:05"
    assert shown(DAY, "h m") == "0 0"
    assert shown(DAY, "m d h") == "3 5 0"


@pytest.mark.parametrize(("value", "code", "printed"), [
    (DAY, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二四年三月五日"), (45636, '[DBNum1][$-804]m"月"d"日"', "十二月十日"), (123, "[DBNum1]General", "一百二十三"),
    (105, "[DBNum1]General", "一百〇五"),
    (1005, '[DBNum2][$-804]General"元整"', "壹仟零伍元整"), (123, "[DBNum1]0", "一二三"), (100000005, "[DBNum1]General", "一亿〇五"), (120000, "[DBNum2]General", "壹拾贰万"),
    (12.5, "[DBNum2]General", "壹拾贰.伍"), (0, "[DBNum1]General", "〇"), (12, "[DBNum3]0", "１２"),
])
def test_chinese_numerals(value: float, code: str, printed: str) -> None:
    assert shown(value, code) == printed


def test_texts() -> None:
    assert shown_text("甲", "@") == shown_text("甲", "0.00") == shown_text("甲", GENERAL) == "甲"
    assert shown_text("甲", '"第"@"组"') == "第甲组"
    assert shown_text("甲", "0;-0;0;") == ""
    assert shown_text("甲", "0;-0;;@") == "甲"
    assert shown(5.25, "@") == "5.25"


def test_words_that_look_like_fields_are_words() -> None:
    assert shown(5, '0"m"') == "5m"
    assert shown(5, r"0\d") == "5d"
    assert shown(5, '#,##0.0"百分点"') == "5.0百分点"
    assert shown(5, "0.0h") == "5.0h"


@pytest.mark.parametrize(("number", "value", "printed"), [(9, 0.95, "95%"), (10, 0.95, "95.00%"), (14, DAY, "2024/3/5"), (31, DAY, "2024年3月5日"),
    (57, DAY, "2024年3月"), (4, 1234.5, "1,234.50"),
                                                          (43, 0, "-"), (44, 1234.5, "¥1,234.50"), (40, -5, "-5.00"), (22, DAY + 0.5, "2024/3/5 12:00"), (49, 5, "5")])
def test_formats_told_by_number_are_those_of_a_chinese_system(number: int, value: float, printed: str) -> None:
    assert shown(value, BUILT_IN[number]) == printed


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_places_round_half_up(value: float, places: int) -> None:
    printed = shown(value, "0" + ("." + "0" * places if places else ""))
    wanted = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(printed) == wanted


@given(st.integers(-10 ** 14, 10 ** 14))
def test_thousands_are_the_same_digits(value: int) -> None:
    assert shown(value, "#,##0") == f"{value:,}"


@given(st.floats(allow_nan=True, allow_infinity=True), st.text(st.sampled_from('0#?.,%/@;"\\_*[]<>=-E+ymdhsage年$DBNum1!'), max_size=24))
def test_any_code_prints_something(value: float, code: str) -> None:
    assert isinstance(shown(value, code), str)
    assert isinstance(shown_text("甲", code), str)


def test_a_code_of_any_length_is_bounded() -> None:
    assert shown(1.5, "0" * 10 ** 6) == "1.5"
    assert len(parse("[<1]" * 10 ** 6)) == 1
    assert len(shown(1e300, "0.00")) == 304
