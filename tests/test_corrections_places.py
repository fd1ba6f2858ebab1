"""Printed places are found again, whatever became of the blocks around them; and not at all rather than wrongly."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block, Cell, Reading, Source
from extractors.record import Evidence, Locator
from pipeline.corrections.fields import facts
from pipeline.corrections.places import Places, Stretch, Unplaced
from tests.conftest import Output

PATHS = (("header", "attachments"), ("header", "contacts"), ("outline",), ("citations",), ("amounts",), ("account_codes",), ("transfers",), ("allocations",),
         ("allocations", "rows"), ("performance_tables",), ("performance_tables", "funds"), ("performance_tables", "management"), ("performance_tables", "goals"),
         ("performance_tables", "indicators"), ("performance_tables", "indicators", "values"), ("statements",))


def reading(*blocks: "str | list[list[str]]") -> Reading:
    """Paragraphs, and tables as rows of cells."""
    made = [Block(f"b{n}", "text", b) if isinstance(b, str)
            else Block(f"t{n}", "table", rows=tuple(tuple(Cell(text, k) for k, text in enumerate(row)) for row in b)) for n, b in enumerate(blocks, 1)]
    return Reading(Source("x.txt", "0", "text/plain", 0, "x"), tuple(made))


def at(block: str, start: int, end: int) -> Evidence:
    return Evidence(block=block, span=(start, end))


def cell(table: str, row: int, column: int) -> Evidence:
    return Evidence(table=table, row=row, column=column)


def told(before: Reading, where: Evidence) -> Locator:
    places = Places(before)
    stretch = places.stretch(where)
    assert stretch
    return places.locator(stretch)


def found(after: Reading, locator: Locator) -> Evidence:
    places = Places(after)
    return places.evidence(places.find(locator))


def test_every_fact_of_the_samples_is_found_again_after_a_paragraph_was_put_before(outputs: list[Output]) -> None:
    count = 0
    for output in outputs:
        here = Places(output.reading)
        there = Places(replace(output.reading, blocks=(Block("b1", "text", "新的第一段"), *(replace(b, id=f"{b.id}0") for b in output.reading.blocks))))
        for fact in (f for path in PATHS for _, _, f in facts(output.record, path)):
            stretch = here.stretch(fact.evidence)
            assert stretch, fact
            locator = here.locator(stretch)
            assert here.find(locator) == stretch and there.find(locator) == stretch._replace(spot=stretch.spot + 1), fact
            count += 1
    assert count > 4000


def test_the_same_words_twice_are_told_apart_by_what_stands_around_them() -> None:
    before = reading("甲县补助760万元。", "乙县补助760万元。")
    locator = told(before, at("b2", 4, 9))
    assert (locator.text, locator.before, locator.after, locator.occurrence) == ("760万元", "乙县补助", "。", (1, 1))
    assert found(reading("乙县补助760万元。", "丙县补助760万元。", "甲县补助760万元。"), locator) == at("b1", 4, 9)


def test_rows_alike_in_tables_alike_are_told_apart_by_their_order() -> None:
    table = [["培训人数", "100%"], ["满意度", "90%"]]
    locator = told(reading(table, table, table), cell("t2", 0, 1))
    assert locator.occurrence == (2, 3)
    assert found(reading("新的一段", table, table, table), locator) == cell("t3", 0, 1)


@pytest.mark.parametrize("tables", [2, 4])
def test_of_rows_alike_none_is_taken_when_there_are_more_or_fewer(tables: int) -> None:
    table = [["培训人数", "100%"]]
    locator = told(reading(table, table, table), cell("t2", 0, 1))
    with pytest.raises(Unplaced, match=f"有 {tables} 处"):
        found(reading(*[table] * tables), locator)


def test_the_only_one_left_is_found() -> None:
    table = [["培训人数", "100%"]]
    assert found(reading("说明", table), told(reading(table, table), cell("t2", 0, 1))) == cell("t2", 0, 1)


def test_lines_that_are_joined_or_divided_keep_what_stands_in_them() -> None:
    one, many = reading("现下达你市补助资金760万元，列入科目。"), reading("现下达你市补助", "资金 760 万元，", "列入科目。")
    assert found(many, told(one, at("b1", 9, 14))) == at("b2", 3, 9)
    assert found(one, told(many, at("b2", 3, 9))) == at("b1", 9, 14)


def test_a_cell_that_moved_within_its_row_and_one_that_got_empty_neighbours() -> None:
    locator = told(reading([["太原市", "120", "备注"]]), cell("t1", 0, 1))
    assert found(reading([["", "太原市", "", "120", "备注"]]), locator) == cell("t1", 0, 3)


def test_a_cell_is_a_whole_cell() -> None:
    locator = told(reading([["甲", "12"]]), cell("t1", 0, 1))
    with pytest.raises(Unplaced, match="找不到"):
        found(reading([["甲", "120"]]), locator)


def test_widths_and_spaces_are_no_difference() -> None:
    locator = told(reading("共计（１）760 万元。"), at("b1", 5, 11))
    assert found(reading("共计(1) 760万元。"), locator) == at("b1", 6, 11)


def test_by_hand_the_text_alone_or_with_its_place() -> None:
    some = reading("补助760万元。", "自筹760万元，共1520万元。")
    assert found(some, Locator(text="1520万元")) == at("b2", 9, 15)
    assert found(some, Locator(text="760万元", block="b2")) == at("b2", 2, 7)
    assert found(some, Locator(text="760万元", after="。")) == at("b1", 2, 7)
    with pytest.raises(Unplaced, match="有 2 处"):
        found(some, Locator(text="760万元"))
    with pytest.raises(Unplaced, match="找不到“761万元”"):
        found(some, Locator(text="761万元", block="b1"))


def test_a_place_that_is_not_there() -> None:
    places = Places(reading("补助760万元。", [["甲", ""]]))
    assert places.stretch(at("b9", 0, 2)) is None and places.stretch(cell("t2", 5, 0)) is None and places.stretch(cell("t2", 0, 1)) is None


LINES = st.lists(st.text("甲乙0万 （", min_size=1, max_size=8), min_size=1, max_size=6)


@given(LINES, LINES, st.data())
def test_a_stretch_is_found_where_it_is_however_many_lines_come_before_it(some: list[str], more: list[str], data: st.DataObject) -> None:
    """What cannot be told from others by its words is told by its order, if no other like it came; else it is not found: never elsewhere."""
    here = Places(reading(*some))
    n = data.draw(st.integers(0, len(some) - 1))
    start = data.draw(st.integers(0, len(some[n]) - 1))
    stretch = here.stretch(at(f"b{n + 1}", start, data.draw(st.integers(start + 1, len(some[n])))))
    if stretch is None:
        return
    locator = here.locator(stretch)
    assert here.find(locator) == stretch
    there = Places(reading(*more, *some))
    if len(there.agreeing(locator)) == len(here.agreeing(locator)):
        assert there.find(locator) == Stretch(stretch.spot + len(more), stretch.start, stretch.end)
    else:
        with pytest.raises(Unplaced):
            there.find(locator)
