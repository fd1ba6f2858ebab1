"""发文字号 in the spellings that governments publish, brought to one form, and what is none told apart."""

from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from extractors import doc_numbers
from extractors.folding import folded
from grammars.grammar import Grammar, load

LABEL = regex.compile(r"^发文字号[:：]")
BRACKETS = regex.compile(r"[\[【(（﹝〔](\d{4})[\]】)）﹞〕]")
VALID = regex.compile(r"([\p{Han}A-Za-z()（）]+〔\d{4}〕\d+号)(?:〔〕)?")
GRAMMAR = load()


def expected(printed: str) -> str | None:
    """The canonical form by another way than the program's; None where the row holds no number of that form."""
    text = LABEL.sub("", regex.sub(r"[\s\u200b-\u200f\ufeff]", "", printed)).replace("號", "号")
    found = VALID.fullmatch(BRACKETS.sub(r"〔\1〕", text))
    return found[1] if found else None


def wrong_rows(rows: list[str]) -> list[str]:
    read = [(row, doc_numbers.whole(folded(row), GRAMMAR), expected(row)) for row in rows]
    return [f"{row!r}: read {got}, is {want}" for row, got, want in read if got != want]


def test_published_numbers(shared: Path) -> None:
    table = (shared / "devset" / "docnumbers.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.split("\n")[1:] if line]
    unlike = [r[1] for r in rows if r[2] == "yes" and expected(r[1]) != r[1]]
    assert not unlike, f"printed canonically, and this test expects another form: {unlike[:5]}"
    wrong = wrong_rows([r[1] for r in rows])
    assert len(wrong) <= len(rows) * 0.01, f"{len(wrong)} of {len(rows)} rows wrong:\n" + "\n".join(wrong)


@pytest.mark.parametrize(("printed", "canonical"), [
    ("财社〔2024〕29号", "财社〔2024〕29号"),
    ("渝府办发〔 2022 〕96 号", "渝府办发〔2022〕96号"),
    ("发文字号：晋政办发[2007]23号", "晋政办发〔2007〕23号"),
    ("发文字号：晋政发(2003)1号", "晋政发〔2003〕1号"),
    ("豫政办 【2010】 59号", "豫政办〔2010〕59号"),
    ("\u200b渝府人〔2018〕35号", "渝府人〔2018〕35号"),
    ("甘财农二﹝2023﹞61號", "甘财农二〔2023〕61号"),
    ("财社〔2024 29号", "财社〔2024〕29号"),
])
def test_spellings(printed: str, canonical: str, grammar: Grammar) -> None:
    assert doc_numbers.whole(folded(printed), grammar) == canonical


@pytest.mark.parametrize("printed", [
    "", "发文字号：", "发文字号：山西省人民政府令第183号", "上海市人民政府令2018年第8号", "公告2018年第1号", "2024年第3号",
    "晋政办发〔2012〕18", "晋政发〔2014〕号16", "〔2014〕16号", "关于下达资金的通知",
])
def test_what_is_none_is_not_forced(printed: str, grammar: Grammar) -> None:
    assert doc_numbers.whole(folded(printed), grammar) is None


@given(agency=st.text("财社农教建综预函发办政府皖湘鄂二", min_size=2, max_size=8), year=st.integers(1950, 2049),
       serial=st.integers(1, 9999),
       brackets=st.sampled_from(["〔〕", "[]", "【】", "（）", "()", "﹝﹞", "［］"]), gap=st.sampled_from(["", " ", "\u3000", "\u200b"]))
def test_one_form_whatever_was_printed(agency: str, year: int, serial: int, brackets: str, gap: str) -> None:
    printed = f"{agency}{gap}{brackets[0]}{gap}{year}{brackets[1]}{gap}{serial}{gap}号"
    assert doc_numbers.whole(folded(printed), GRAMMAR) == f"{agency}〔{year}〕{serial}号"


@given(st.text("财社〔〕()[]0123456789号第年令 政府发", max_size=20))
def test_numbers_found_lie_in_order_within_the_text(text: str) -> None:
    flat = folded(text)
    ends = 0
    for found in doc_numbers.find(flat, GRAMMAR):
        assert ends <= found.start < found.end <= len(flat)
        assert flat[found.start:].startswith(found.agency)
        ends = found.end
