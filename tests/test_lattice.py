"""Lines → cells: any table of merged cells comes out as it was drawn; what is open, double, or a mere frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.lattice import Lattice, lattice
from pipeline.pages.page import Rule
from pipeline.pages.rulings import rulings
from tests.pdfs import letters, ruled

Span = tuple[int, int, int, int]  # row, column, rowspan, colspan
STEP_X, STEP_Y = 50.0, 20.0


def table(rules: list[Rule]) -> Lattice:
    found = [t for t in map(lattice, rulings(rules)) if t]
    assert len(found) == 1
    return found[0]


def spans(found: Lattice) -> list[Span]:
    return sorted((f.row, f.column, f.rowspan, f.colspan) for f in found.fields)


def drawn(fields: list[Span]) -> list[Rule]:
    """The four sides of each field, as programs draw them: shared sides twice."""
    rules = []
    for r, c, down, wide in fields:
        x0, y0, x1, y1 = 80 + c * STEP_X, 90 + r * STEP_Y, 80 + (c + wide) * STEP_X, 90 + (r + down) * STEP_Y
        rules += [Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1)]
    return rules


@st.composite
def merged(draw: st.DrawFn) -> list[Span]:
    """A grid with merged fields in it, each line of it drawn somewhere."""
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    free = {(r, c) for r in range(rows) for c in range(columns)}
    found: list[Span] = []
    for r, c in sorted(free):
        if (r, c) not in free:
            continue
        down, wide = (draw(st.integers(1, 3)), draw(st.integers(1, 3))) if draw(st.booleans()) else (1, 1)
        while not {(r + i, c + j) for i in range(down) for j in range(wide)} <= free:
            down, wide = (down, wide - 1) if wide > 1 else (down - 1, wide)
        free -= {(r + i, c + j) for i in range(down) for j in range(wide)}
        found.append((r, c, down, wide))
    return squeezed(found)


def squeezed(fields: list[Span]) -> list[Span]:
    """Numbered by the lines that are drawn alone."""
    ys = sorted({y for r, _, down, _ in fields for y in (r, r + down)})
    xs = sorted({x for _, c, _, wide in fields for x in (c, c + wide)})
    return sorted((ys.index(r), xs.index(c), ys.index(r + down) - ys.index(r), xs.index(c + wide) - xs.index(c)) for r, c, down, wide in fields)


@given(merged(), st.randoms(use_true_random=False))
def test_any_merged_table(fields: list[Span], chance: object) -> None:
    rules = drawn(fields)
    chance.shuffle(rules)  # type: ignore[attr-defined]  # hypothesis tells its random as object
    if len(fields) == 1:
        assert not any(map(lattice, rulings(rules)))
    else:
        assert spans(table(rules)) == fields


@given(merged().filter(lambda fields: len(fields) > 1))
def test_every_place_has_one_field(fields: list[Span]) -> None:
    found = table(drawn(fields))
    for r, row in enumerate(found.owner):
        for c, field in enumerate(row):
            assert field.row <= r < field.row + field.rowspan and field.column <= c < field.column + field.colspan


@given(merged().filter(lambda fields: len(fields) > 1), st.floats(-1, 1), st.floats(-1, 1))
def test_hand_drawn_lines(fields: list[Span], dx: float, dy: float) -> None:
    """Sides that are drawn a point beside those of the neighbour are the same."""
    rules = [Rule(r.left + dx * (n % 2), r.top + dy * (n % 2), r.right + dx * (n % 2), r.bottom + dy * (n % 2)) for n, r in enumerate(drawn(fields))]
    assert spans(table(rules)) == fields


def test_point_in_field() -> None:
    found = table(ruled([100, 200, 300], [100, 120, 140]))
    inside = found.at(250, 130)
    assert inside and (inside.row, inside.column) == (1, 1)
    assert found.at(99, 110) is None and found.at(301, 110) is None and found.at(150, 99) is None and found.at(150, 141) is None


def test_frame_is_no_table() -> None:
    assert not any(map(lattice, rulings(ruled([100, 300], [100, 140]))))


def test_double_lines_make_no_rows() -> None:
    found = table([r for d in (0.0, 3.0) for r in ruled([100 + d, 200 + d, 300 + d], [100 + d, 120 + d, 140 + d])])
    assert spans(found) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]


def test_narrow_columns_are_columns() -> None:
    assert len(table(ruled([100, 106, 112, 118], [100, 120, 140])).fields) == 6


def test_line_that_stops_short() -> None:
    """A line that parts two columns of three leaves the third merged."""
    rules = [*ruled([100, 150, 200, 250], [100, 140]), Rule(100, 120, 200, 120)]
    assert spans(table(rules)) == [(0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 2, 1), (1, 0, 1, 1), (1, 1, 1, 1)]


@pytest.mark.parametrize(("closed", "open_columns"), [((100, 300), set()), ((100, 200), {1}), ((0, 0), {0, 1})])
def test_columns_that_no_line_closes(closed: tuple[float, float], open_columns: set[int]) -> None:
    xs = [100.0, 200.0, 300.0]
    rules = [*(Rule(x, 100, x, 160) for x in xs), *(Rule(100, y, 300, y) for y in (100, 120)), Rule(closed[0], 160, closed[1], 160)]
    found = table(rules)
    assert found.ys[-1] == 160
    if len(open_columns) < 2:
        assert found.open == open_columns


def test_text_of_a_row_that_the_page_break_cut() -> None:
    found = table([*(Rule(x, 100, x, 160) for x in (100, 200, 300)), *(Rule(100, y, 300, y) for y in (100, 120)), Rule(100, 160, 200, 160)])
    assert found.over(250) is found.owner[-1][1]
    assert found.over(150) is None, "that column is closed"


@given(merged().filter(lambda fields: len(fields) > 1))
def test_words_come_into_their_fields(fields: list[Span]) -> None:
    found = table(drawn(fields))
    for r, c, down, wide in fields:
        box = next(f.box for f in found.fields if (f.row, f.column) == (r, c))
        g = letters("字", (box[0] + box[2]) / 2 - 5, (box[1] + box[3]) / 2 - 5, 10)[0]
        home = found.at((g.left + g.right) / 2, (g.top + g.bottom) / 2)
        assert home and (home.row, home.column, home.rowspan, home.colspan) == (r, c, down, wide)
