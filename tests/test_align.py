import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.align import align

KINDS = st.sampled_from("RHCNPXWTL")
ROLES = st.sampled_from(["name", "weight", "score", "target", "actual", "baseline", "remark", "unit", "seq", "money", "note", "project"])


def rising(draw: st.DrawFn, values: st.SearchStrategy[str], most: int) -> tuple[tuple[str, int], ...]:
    places = sorted(draw(st.sets(st.integers(0, 9), min_size=1, max_size=most)))
    return tuple((draw(values), place) for place in places)


CELLS = st.composite(lambda draw: rising(draw, KINDS, 6))()
COLUMNS = st.composite(lambda draw: rising(draw, ROLES, 7))()


@given(CELLS, COLUMNS)
def test_cells_and_columns_keep_their_order(cells: tuple[tuple[str, int], ...], columns: tuple[tuple[str, int], ...]) -> None:
    found = align(cells, columns)
    placed = [n for n in found if n is not None]
    assert len(found) == len(cells)
    assert placed == sorted(set(placed)) and all(0 <= n < len(columns) for n in placed)


@given(COLUMNS)
def test_a_row_that_stands_right_under_a_fitting_head_is_taken_as_printed(columns: tuple[tuple[str, int], ...]) -> None:
    fits = {"name": "T", "remark": "T", "unit": "T", "note": "T", "project": "T", "seq": "P", "target": "N", "actual": "N", "baseline": "N"}
    cells = tuple((fits.get(role, "P"), place) for role, place in columns)
    assert align(cells, columns) == tuple(range(len(columns)))


HEAD = (("name", 2), ("target", 3), ("actual", 4), ("remark", 5))


@pytest.mark.parametrize(("cells", "found"), [
    ((("T", 2), ("N", 3), ("N", 4), ("T", 5)), (0, 1, 2, 3)),
    ((("T", 1), ("N", 2), ("N", 3)), (0, 1, 2)),
    ((("T", 0), ("N", 1), ("N", 2), ("W", 3)), (0, 1, 2, 3)),
    ((("T", 3), ("N", 4), ("N", 5)), (0, 1, 2)),
    ((("T", 2), ("N", 3), ("N", 4)), (0, 1, 2)),
    ((("T", 2), ("N", 3), ("T", 5)), (0, 1, 3)),
])
def test_shifted_and_short_rows(cells: tuple[tuple[str, int], ...], found: tuple[int | None, ...]) -> None:
    assert align(cells, HEAD) == found


def test_money_goes_under_money_where_a_total_was_shifted() -> None:
    head = (("seq", 0), ("name", 1), ("money", 2), ("note", 3))
    assert align((("T", 0), ("P", 1)), head) == (1, 2)
    assert align((("T", 2), ("P", 3)), head) == (1, 2)


def test_a_row_that_moved_as_a_whole_keeps_its_distances() -> None:
    assert align((("T", 0), ("P", 4)), (("name", 1), ("money", 3), ("money", 5))) == (0, 2)
    assert align((("T", 0), ("P", 2)), (("name", 1), ("money", 3), ("money", 5))) == (0, 1)
