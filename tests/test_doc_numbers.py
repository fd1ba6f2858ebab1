import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.doc_numbers import canonical, find, whole
from extractors.folding import folded
from grammars.grammar import Grammar

AGENCIES = st.sampled_from(["财社", "甘财社", "新财社", "桂财教", "财社发", "国办发", "云财农", "湘财预"])
YEARS, SERIALS = st.integers(1990, 2029), st.integers(1, 9999)
BRACKETS = st.sampled_from(["〔〕", "[]", "【】", "﹝﹞", "［］", "（）", "()"])


@given(agency=AGENCIES, year=YEARS, serial=SERIALS, brackets=BRACKETS, gap=st.sampled_from(["", " ", "\u3000", "\u200b"]), end=st.sampled_from("号號"))
def test_every_spelling_has_one_form(agency: str, year: int, serial: int, brackets: str, gap: str, end: str, grammar: Grammar) -> None:
    printed = f"{agency}{gap}{brackets[0]}{gap}{year}{gap}{brackets[1]}{gap}{serial}{gap}{end}"
    assert whole(folded(printed), grammar) == f"{agency}〔{year}〕{serial}号"


@given(agency=AGENCIES, year=YEARS, serial=SERIALS)
def test_a_number_in_a_sentence_is_found_where_it_stands(agency: str, year: int, serial: int, grammar: Grammar) -> None:
    number = f"{agency}〔{year}〕{serial}号"
    text = f"根据《关于下达资金的通知》({number})要求,现下达。"
    found = list(find(text, grammar))
    assert [(n.text, n.agency, n.year, n.serial, text[n.start:n.end]) for n in found] == [(number, agency, year, serial, number)]


@pytest.mark.parametrize(("text", "numbers"), [
    ("按照财社〔2024〕33号和甘财社〔2024〕21号执行", ["财社〔2024〕33号", "甘财社〔2024〕21号"]),
    ("和州财政局临州财函〔2023〕17号", ["临州财函〔2023〕17号"]),
    ("3份(桂财社〔2023〕151号)", ["桂财社〔2023〕151号"]),
    ("资金来源文号:财教〔2022〕5号", ["财教〔2022〕5号"]),
    ("2024年第3号公告", []),
    ("共33号房屋", []),
    ("〔2024〕33号", []),
])
def test_find(text: str, numbers: list[str], grammar: Grammar) -> None:
    assert [n.text for n in find(text, grammar)] == numbers


@pytest.mark.parametrize(("text", "number"), [
    ("发文字号:财社〔2024〕33号", "财社〔2024〕33号"),
    ("财社2024〕33号", "财社〔2024〕33号"),
    ("财社〔2024〕33号文件已收悉", None),
    ("财社", None),
    ("", None),
])
def test_whole(text: str, number: str | None, grammar: Grammar) -> None:
    assert whole(text, grammar) == number


def test_the_serial_stays_as_printed() -> None:
    assert canonical("财社", "2024", "033") == "财社〔2024〕033号"
