from collections.abc import Callable, Sequence

import pytest

from extractors.cells import Item
from extractors.placing import place
from extractors.reading import Block, Cell
from extractors.record import Allocation, AllocationRow, Evidence, Number, Record

Values = Sequence[Number | None]
Printed = tuple[str, Values]
TABLE = Block("t1", "table")


def shares(*rows: Printed) -> tuple[Allocation, list[list[Item | None]]]:
    """An allocation with rows of (role, values), and the cells that the values stand in."""
    made = [AllocationRow.model_validate({"seq": None, "name": str(n), "adcode": None, "role": role, "values": list(values), "evidence": {}})
            for n, (role, values) in enumerate(rows)]
    items = [[None if v is None else Item(str(v), k, n, Cell(str(v), k), TABLE) for k, v in enumerate(values)] for n, (_, values) in enumerate(rows)]
    columns = [f"第{k}列" for k in range(max(len(values) for _, values in rows))]
    return Allocation(title=None, attachment=None, unit="万元", columns=columns, rows=made, evidence=Evidence()), items


def placed(*rows: Printed) -> list[list[Number | None]]:
    allocation, items = shares(*rows)
    place(allocation, items)
    return [r.values for r in allocation.rows]


def unmoved(*rows: Printed) -> bool:
    return placed(*rows) == [list(values) for _, values in rows]


FULL: Printed = ("item", [10, 20, 30])


@pytest.mark.parametrize(("short", "total", "whole"), [
    ([5, 7, None], [15, 20, 37], [5, None, 7]),
    ([5, 7, None], [10, 25, 37], [None, 5, 7]),
    ([5, None, None], [10, 20, 35], [None, None, 5]),
    ([5, None, None], [10, 25, 30], [None, 5, None]),
    ([0.1, 0.2, None], [10.1, 20, 30.2], [0.1, None, 0.2]),
])
def test_the_one_way_to_make_the_total_is_taken(short: Values, total: Values, whole: Values) -> None:
    assert placed(FULL, ("item", short), ("total", total)) == [[10, 20, 30], whole, total]


def test_several_rows_are_placed_together() -> None:
    assert placed(FULL, ("item", [5, None, None]), ("item", [7, None, None]), ("total", [10, 27, 35]))[1:3] == [[None, None, 5], [None, 7, None]]


def test_decimals_are_summed_as_printed() -> None:
    assert placed(("item", [0.1, 1]), ("item", [0.2, None]), ("item", [2, None]), ("total", [0.3, 3]))[1:3] == [[0.2, None], [None, 2]]


@pytest.mark.parametrize("rows", [
    (("item", [5, None]), ("item", [5, None]), ("total", [5, 5])),
    (FULL, ("item", [0, 7, None]), ("total", [10, 20, 37])),
    (FULL, ("item", [5, None, None]), ("item", [5, None, None]), ("total", [15, 25, 30])),
], ids=["alike", "nought", "of three"])
def test_two_ways_leave_the_rows_as_they_are(rows: tuple[Printed, ...]) -> None:
    assert unmoved(*rows)


@pytest.mark.parametrize("rows", [
    (FULL, ("item", [5, 7, None]), ("total", [15, 27, 30])),
    (FULL, ("item", [None, None, 5]), ("total", [10, 20, 35])),
    (FULL, ("item", [5, 7, None]), ("total", [15, None, None])),
], ids=["packed", "apart", "one column"])
def test_a_total_that_fits_changes_nothing(rows: tuple[Printed, ...]) -> None:
    assert unmoved(*rows)


@pytest.mark.parametrize("rows", [
    (FULL, ("item", [5, 7, None]), ("total", [15, 20, 38])),
    (FULL, ("item", [5, 7, 1]), ("total", [15, 20, 38])),
    (FULL, ("item", [None, None, None]), ("total", [15, 20, 37])),
    (FULL, ("item", [5, 7, None]), ("total", [15, 37])),
    (FULL, ("item", [5, 7]), ("total", [15, 20, 37])),
    (FULL, ("item", [5, 7, None])),
], ids=["no way", "no cell lost", "nothing told", "a short total", "a row of another width", "no total"])
def test_rows_that_no_total_places(rows: tuple[Printed, ...]) -> None:
    assert unmoved(*rows)


def test_a_column_without_a_total_may_hold_what_fits_nowhere_else() -> None:
    assert placed(FULL, ("item", [5, None, None]), ("total", [10, None, 30]))[1] == [None, 5, None]


def test_the_order_of_the_figures_is_kept() -> None:
    assert unmoved(FULL, ("item", [5, 7, None]), ("total", [17, 20, 35]))


def test_subtotals_above_their_items() -> None:
    rows = placed(("total", [12, 33]), ("subtotal", [2, 8]), ("item", [2, 3]), ("item", [5, None]), ("subtotal", [10, 25]), ("item", [10, 20]), ("item", [5, None]))
    assert [rows[3], rows[6]] == [[None, 5], [None, 5]]


def test_subtotals_below_their_items() -> None:
    rows = placed(("item", [2, 3]), ("item", [5, None]), ("subtotal", [2, 8]), ("item", [10, 20]), ("item", [6, None]), ("subtotal", [10, 26]),
                  ("item", [1, 1]), ("item", [7, None]), ("subtotal", [1, 8]), ("total", [13, 42]))
    assert [rows[1], rows[4], rows[7]] == [[None, 5], [None, 6], [None, 7]]


def test_a_subtotal_places_its_own_items_alone() -> None:
    rows = placed(("subtotal", [2, 8]), ("item", [2, 3]), ("item", [5, None]), ("subtotal", [99, 99]), ("item", [10, 20]), ("item", [5, None]))
    assert [rows[2], rows[5]] == [[None, 5], [5, None]]


def test_the_cells_move_with_the_values() -> None:
    allocation, items = shares(FULL, ("item", [5, 7, None]), ("total", [15, 20, 37]))
    place(allocation, items)
    assert [[i and i.text for i in row] for row in items] == [["10", "20", "30"], ["5", None, "7"], ["15", "20", "37"]]
    assert items[1][2] and items[1][2].cell.column == 1  # where it is printed


def test_a_table_without_the_cells_of_every_row_is_left() -> None:
    allocation, items = shares(FULL, ("item", [5, 7, None]), ("total", [15, 20, 37]))
    place(allocation, items[:2])
    assert allocation.rows[1].values == [5, 7, None]


@pytest.mark.parametrize(("count", "moved"), [(4, True), (5, False)])
def test_too_many_ways_are_not_tried(count: int, moved: bool) -> None:
    figures = [(4 ** n, 2 * 4 ** n) for n in range(count)]  # every figure shows in the total it is part of: one way only
    total = [0, sum(a for a, _ in figures), 0, sum(b for _, b in figures)]
    rows = placed(*(("item", [a, b, None, None]) for a, b in figures), ("total", total))
    assert rows[:-1] == ([[None, a, None, b] for a, b in figures] if moved else [[a, b, None, None] for a, b in figures])


def test_a_copied_table_that_dropped_its_empty_cells(read_text: Callable[..., Record]) -> None:
    text = "2024年就业补助资金分配表\n单位：万元\n|序号|地区|中央资金|省级资金|市级资金|\n|---|---|---|---|---|\n|1|太原市|10|20|30|\n|2|大同市|5|7|\n||合计|15|20|37|\n"
    one, = read_text(text, ".md").allocations
    assert [r.values for r in one.rows] == [[10, 20, 30], [5, None, 7], [15, 20, 37]]
