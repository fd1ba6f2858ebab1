import pytest

from extractors.cells import Item, items, kind
from extractors.reading import Block, Cell
from extractors.record import Evidence
from grammars.grammar import Grammar

TABLE = Block("t3", "table", rows=((Cell("序号", 0), Cell("地区", 1)), (Cell(" １ ", 0), Cell("　", 1), Cell("", 2), Cell("太原\n市", 3))))


@pytest.mark.parametrize(("text", "expected"), [
    ("产出指标", "C"), ("数量指标", "C"), ("满意度指标", "C"),
    ("", "X"), ("-", "X"), ("--", "X"), ("—", "X"), ("/", "X"), ("无数据", "X"),
    ("一", "H"), ("十二", "H"), ("(三)", "H"), ("四、", "H"),
    ("无", "W"), ("无偏差", "W"), ("暂无", "W"),
    ("12", "P"), ("1,236.50", "P"), ("-3", "P"), ("186 000", "P"),
    ("95%", "R"), ("-3.5%", "R"), ("95％", "R"),
    ("≥95%", "N"), ("≤12", "N"), ("100人", "N"), ("1.1万人次", "N"), ("5‰", "N"), ("1O0", "N"), ("9O000", "N"), ("l20人", "N"),
    ("太原市", "T"), ("享受培训补贴人数", "T"), ("IT", "T"), ("无故障运行", "T"), ("一般公共预算", "T"),
    ("长" * 45, "T"), ("长" * 46, "L"),
])
def test_kind(text: str, expected: str, grammar: Grammar) -> None:
    assert kind(text, grammar) == expected


def test_items_are_the_cells_that_hold_something() -> None:
    assert [(i.text, i.column, i.row) for i in items(TABLE, 1)] == [("1", 0, 1), ("太原市", 3, 1)]


def test_an_item_knows_what_was_printed_and_where() -> None:
    one = items(TABLE, 1)[0]
    assert (one.text, one.printed) == ("1", "１")
    assert one.evidence() == Evidence(table="t3", row=1, column=0)


def test_an_item_read_as_something_else_keeps_its_print() -> None:
    assert Item("9", 0, 0, Cell("九 ", 0), TABLE).printed == "九"
