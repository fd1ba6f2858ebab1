from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.citations import quoted
from extractors.record import Record

Read = Callable[..., Record]


def cited(text: str, read_text: Read) -> list[tuple[str | None, str | None, str | None, int]]:
    return [(c.doc_number, c.title, c.short_name, c.count) for c in read_text(text).citations]


@pytest.mark.parametrize(("text", "found"), [
    ("根据《财政部关于下达资金的通知》（财社〔2024〕33号）执行。", [("财社〔2024〕33号", "财政部关于下达资金的通知", None, 1)]),
    ("根据财社[2024]33號文件执行。", [("财社〔2024〕33号", None, None, 1)]),
    ("依据《中华人民共和国预算法》执行。", [(None, "中华人民共和国预算法", None, 1)]),
    ("依据预算法执行。", []),
    ("《财政部关于印发〈就业补助资金管理办法〉的通知》（财社〔2017〕164号）", [("财社〔2017〕164号", "财政部关于印发〈就业补助资金管理办法〉的通知", None, 1)]),
    ("根据《甲办法》（财社〔2024〕1号）和《乙办法》（财社〔2024〕2号）", [("财社〔2024〕1号", "甲办法", None, 1), ("财社〔2024〕2号", "乙办法", None, 1)]),
    ("共33号房屋，〔2024〕年。", []),
])
def test_citations(text: str, found: list[tuple[str | None, str | None, str | None, int]], read_text: Read) -> None:
    assert cited(text, read_text) == found


def test_later_mentions_by_number_title_or_short_name_are_counted(read_text: Read) -> None:
    text = "根据《就业补助资金管理办法》（财社〔2017〕164号，以下简称《办法》）下达。\n请按《办法》执行。\n财社〔2017〕164号要求不变。\n见《就业补助资金管理办法》。"
    assert cited(text, read_text) == [("财社〔2017〕164号", "就业补助资金管理办法", "办法", 4)]


def test_the_documents_own_number_and_title_are_no_citations(read_text: Read) -> None:
    text = "财社〔2024〕33号\n关于下达就业补助资金的通知\n各省财政厅：\n请按财社〔2024〕33号和财社〔2024〕1号执行。\n"
    assert [c[0] for c in cited(text, read_text)] == ["财社〔2024〕1号"]


def test_cells_are_read_too(read_text: Read) -> None:
    found = read_text("序号\t地区\t金额\t备注\n1\t太原市\t120\t财社〔2024〕33号\n2\t大同市\t95\t财社〔2024〕33号\n").citations
    assert [(c.doc_number, c.count) for c in found] == [("财社〔2024〕33号", 2)]
    assert found[0].evidence.table == "t1" and found[0].evidence.row == 1


def test_a_number_joined_over_a_line_end(read_text: Read) -> None:
    assert cited("根据财社〔2024〕\n33号执行。", read_text) == [("财社〔2024〕33号", None, None, 1)]


@pytest.mark.parametrize(("text", "inside"), [("《甲》和《乙》", ["甲", "乙"]), ("《关于《办法》的通知》", ["关于《办法》的通知"]), ("《甲", []), ("甲》", []), ("》《甲》",
    ["甲"])])
def test_quoted(text: str, inside: list[str]) -> None:
    assert [text[a:b] for a, b in quoted(text)] == inside


@given(st.text(st.sampled_from("《》甲"), max_size=20))
def test_quoted_spans_stand_between_brackets_and_do_not_meet(text: str) -> None:
    last = 0
    for a, b in quoted(text):
        assert last <= a - 1 and text[a - 1] == "《" and text[b] == "》"
        last = b + 1
