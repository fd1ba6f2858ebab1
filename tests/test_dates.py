import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.dates import iso

DAYS = st.dates(datetime.date(1949, 10, 1), datetime.date(2099, 12, 31))
DIGITS = "〇一二三四五六七八九"


def han(value: int) -> str:
    tens, ones = divmod(value, 10)
    return ("" if not tens else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "")


@pytest.mark.parametrize(("text", "date"), [
    ("2024年5月23日", "2024-05-23"), ("2024-05-23", "2024-05-23"), ("2024/5/3", "2024-05-03"), ("2024.12.31", "2024-12-31"),
    ("二〇〇五年三月三日", "2005-03-03"), ("二○二一年十一月二十六日", "2021-11-26"), ("二零一九年十月三十一日", "2019-10-31"),
    ("2024年5月", "2024-05"), ("二〇二四年十二月", "2024-12"), ("甘肃省财政厅2023年11月28日印发", "2023-11-28"),
])
def test_iso(text: str, date: str) -> None:
    assert iso(text) == date


@pytest.mark.parametrize("text", ["2023年2月29日", "2024年13月1日", "2024年0月3日", "2024年4月31日", "2024年度", "2024年", "5月23日", "", "财社〔2024〕33号", None])
def test_no_date(text: str | None) -> None:
    assert iso(text) is None


@given(DAYS)
def test_every_day_in_every_spelling(day: datetime.date) -> None:
    year = "".join(DIGITS[int(c)] for c in str(day.year))
    for text in (f"{day.year}年{day.month}月{day.day}日", f"{day.year}年{day.month:02}月{day.day:02}日", f"{day.year}/{day.month}/{day.day}", day.isoformat(),
                 f"{year}年{han(day.month)}月{han(day.day)}日"):
        assert iso(text) == day.isoformat()


@given(st.integers(1950, 2099), st.integers(1, 12))
def test_a_month_alone(year: int, month: int) -> None:
    assert iso(f"{year}年{month}月") == f"{year}-{month:02}"


def test_a_year_of_zeros_is_none() -> None:
    assert iso("0001年1月") is None


@given(st.text(st.sampled_from("123456789年月日-/.一二〇十 "), max_size=14))
def test_whatever_is_printed_gives_a_date_that_exists_or_none(text: str) -> None:
    told = iso(text)
    if told:
        datetime.date.fromisoformat(told if len(told) == 10 else f"{told}-01")
