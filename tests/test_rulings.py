"""Ruling lines: pieces joined, near ones made one, tables apart, edges that were not drawn closed."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.page import Rule
from pipeline.pages.rulings import Line, Ruling, rulings
from tests.pdfs import ruled

XS, YS = [100.0, 200.0, 300.0], [100.0, 120.0, 140.0]


def one(rules: list[Rule]) -> Ruling:
    found = rulings(rules)
    assert len(found) == 1
    return found[0]


def places(ruling: Ruling) -> tuple[list[float], list[float]]:
    return [round(line.at, 1) for line in ruling.upright], [round(line.at, 1) for line in ruling.flat]


def test_grid() -> None:
    assert places(one(ruled(XS, YS))) == (XS, YS)


def test_no_rules() -> None:
    assert rulings([]) == []


@pytest.mark.parametrize("rules", [
    [Rule(80, 150, 515, 152)],  # the red line under a letterhead
    [Rule(80, 150, 515, 150), Rule(80, 170, 515, 170), Rule(80, 190, 515, 190)],  # lines that part paragraphs
    [Rule(80, 150, 515, 150), Rule(300, 100, 300, 200)],  # a cross
    [Rule(100, 100, 100, 400), Rule(300, 100, 300, 400)],  # two upright ones that end together
    [Rule(100, 100, 104, 100), Rule(100, 103, 104, 103), Rule(100, 100, 100, 103), Rule(104, 100, 104, 103)],  # the strokes of a letter
])
def test_no_table(rules: list[Rule]) -> None:
    assert rulings(rules) == []


def test_pieces_are_one_line() -> None:
    dashes = [Rule(x, y, x + 3, y) for y in YS for x in range(100, 300, 5)]
    found = one([*dashes, *(Rule(x, 100, x, 140) for x in XS)])
    assert found.flat == [Line(y, 100, 298) for y in YS]


def test_pieces_far_from_one_another_are_lines_of_their_own() -> None:
    found = one([*ruled(XS, [100, 140]), Rule(100, 120, 195, 120), Rule(205, 120, 300, 120)])
    assert [line for line in found.flat if line.at == 120] == [Line(120, 100, 195), Line(120, 205, 300)]


def test_double_lines_are_one() -> None:
    assert places(one([r for d in (0, 1.5) for r in ruled([x + d for x in XS], [y + d for y in YS])])) == ([100.8, 200.8, 300.8], [100.8, 120.8, 140.8])


def test_thick_lines_are_told_by_their_middle() -> None:
    thick = [*(Rule(100, y - 1, 300, y + 1) for y in YS), *(Rule(x - 1, 100, x + 1, 140) for x in XS)]
    assert places(one(thick)) == (XS, YS)


def test_tables_apart_from_the_top() -> None:
    lower, upper = ruled(XS, [400, 420]), ruled([100, 150, 250], YS)
    assert [places(r) for r in rulings([*lower, *upper])] == [([100, 150, 250], YS), (XS, [400, 420])]


def test_tables_side_by_side() -> None:
    assert [r.upright[0].at for r in rulings([*ruled([320, 400], YS), *ruled(XS, YS)])] == [100, 320]


def test_table_in_a_field_is_one_of_its_own() -> None:
    inner = ruled([210, 240, 290], [105, 110, 115])
    assert [places(r)[0] for r in rulings([*ruled(XS, YS), *inner])] == [XS, [210, 240, 290]]


def test_sides_that_are_not_drawn() -> None:
    """Flat lines that go beyond the outer upright ones and end together: the table is open at its sides."""
    rules = [*(Rule(100, y, 400, y) for y in YS), Rule(200, 100, 200, 140), Rule(300, 100, 300, 140)]
    assert places(one(rules))[0] == [100, 200, 300, 400]


def test_top_that_a_page_break_cut_off() -> None:
    rules = [*(Rule(x, 72, x, 140) for x in XS), *(Rule(100, y, 300, y) for y in YS)]
    assert places(one(rules))[1] == [72, *YS]


def test_lines_that_only_reach_a_little_too_far() -> None:
    rules = [*(Rule(x, 96, x, 144) for x in XS), *(Rule(96, y, 304, y) for y in YS)]
    assert places(one(rules)) == (XS, YS)


def test_row_as_tall_as_its_page() -> None:
    assert places(one([Rule(x, 60, x, 780) for x in XS])) == (XS, [60, 780])


def test_corners_that_do_not_quite_meet() -> None:
    rules = [*(Rule(102, y, 298, y) for y in YS), *(Rule(x, 102, x, 138) for x in XS)]
    assert places(one(rules)) == (XS, YS)


@given(st.permutations(ruled(XS, YS) + ruled([100, 150, 250], [400, 420, 440])))
def test_order_of_drawing_does_not_matter(rules: list[Rule]) -> None:
    assert list(map(places, rulings(rules))) == [(XS, YS), ([100, 150, 250], [400, 420, 440])]


@given(st.lists(st.tuples(st.sampled_from(range(105, 300, 5)), st.sampled_from(YS)), unique=True, max_size=8),
       st.lists(st.tuples(st.sampled_from(range(105, 140, 5)), st.sampled_from(XS)), unique=True, max_size=8))
def test_lines_drawn_in_pieces(cuts: list[tuple[int, float]], across: list[tuple[int, float]]) -> None:
    """However lines are cut, they are the same table."""
    rules = []
    for y in YS:
        ends = [100.0, *sorted(x for x, at in cuts if at == y), 300.0]
        rules += [Rule(a, y, b, y) for a, b in pairwise(ends)]
    for x in XS:
        ends = [100.0, *sorted(y for y, at in across if at == x), 140.0]
        rules += [Rule(x, a, x, b) for a, b in pairwise(ends)]
    assert places(one(rules)) == (XS, YS)


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 800), st.floats(0, 300), st.floats(0, 3), st.booleans()), max_size=60))
def test_any_strokes(strokes: list[tuple[float, float, float, float, bool]]) -> None:
    """Every table has lines both ways, in order, and each of them lies within what was drawn."""
    rules = [Rule(x, y, x + long, y + thin) if flat else Rule(x, y, x + thin, y + long) for x, y, long, thin, flat in strokes]
    for found in rulings(rules):
        assert len(found.flat) > 1 and len(found.upright) > 1
        assert found.flat == sorted(found.flat) and found.upright == sorted(found.upright)
        assert all(line.start <= line.end for line in found.flat + found.upright)


def test_a_drawing_of_many_strokes() -> None:
    """Ten thousand hatching lines that all meet one another are one table's lines at most, and done with."""
    hatching = [Rule(0, n * 3.0, 500, n * 3.0) for n in range(100)] + [Rule(n * 3.0, 0, n * 3.0, 300) for n in range(100)]
    assert len(rulings(hatching * 50)) == 1
