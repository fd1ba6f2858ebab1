"""Tables without upright lines: figures under one another make columns; lists and prose do not."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.lines import rows_of
from pipeline.pages.page import Glyph, Page, Rule
from pipeline.pages.pieces import Columns, Piece
from pipeline.pages.unruled import Found, tables
from tests.pdfs import letters, lines

XS = (80.0, 160.0, 260.0, 420.0)
ROWS = [("序号", "地区", "项目", "金额"), ("1", "兰州市", "农村公路", "310"), ("2", "天水市", "水库除险", "245.5"), ("3", "定西市", "河流治理", "205")]


def typed(rows: Sequence[Sequence[str]], xs: Sequence[float] = XS, top: float = 100, pitch: float = 20, size: float = 10) -> list[Glyph]:
    return [g for n, row in enumerate(rows) for x, told in zip(xs, row, strict=True) for g in letters(told, x, top + n * pitch, size)]


def found(glyphs: list[Glyph], carried: Columns | None = None) -> list[Found]:
    return list(tables(rows_of(glyphs), Page(1, 595, 842, glyphs), carried))


def texts(table: Found) -> list[list[str]]:
    return [[c.text for c in row] for row in table.rows]


def test_rows_of_figures() -> None:
    (table,) = found(typed(ROWS))
    assert texts(table) == [list(row) for row in ROWS]
    assert table.lines == range(4)


def test_places() -> None:
    (table,) = found(typed(ROWS))
    cell = table.rows[1][3]
    assert (cell.column, cell.page, cell.bbox) == (3, 1, (420, 120, 435, 130))


def test_text_around_is_not_of_the_table() -> None:
    prose = "为进一步规范资金管理，提高资金使用效益，现就有关事项通知如下，请认真组织实施"
    glyphs = [*letters(prose, 80, 60), *typed(ROWS), *letters(prose, 80, 200)]
    (table,) = found(glyphs)
    assert texts(table) == [list(row) for row in ROWS]
    assert table.lines == range(1, 5)


@pytest.mark.parametrize("rows", [
    [],
    ["为进一步规范资金管理，提高资金使用效益", "现就2024年资金3,000万元有关事项通知如下"],
    ["1.资金分配表", "2.绩效目标表", "3.自评表"],
    ["单位：某某局      2024年", "联系人：张三      电话：0931-8891234"],
    ["某某省财政厅      某某省农业农村厅", "2024年4月9日      2024年4月9日"],
])
def test_no_table(rows: list[str]) -> None:
    assert found(lines(*rows)) == []


def test_two_lines_of_figures_are_too_few() -> None:
    assert found(typed(ROWS[1:3])) == []


def test_empty_cells_are_there() -> None:
    rows = [*ROWS, ("", "合计", "", "760.5")]
    (table,) = found(typed(rows))
    assert texts(table)[-1] == ["", "合计", "", "760.5"]
    assert [c.column for c in table.rows[-1]] == [0, 1, 2, 3]


def test_figures_set_to_the_right() -> None:
    rows = [("地区", "人数", "金额"), *((f"第{n}县", str(7 * 10 ** n), f"{3 * 10 ** n}.5") for n in range(4))]
    glyphs = [g for n, (a, b, c) in enumerate(rows) for g in [*letters(a, 80, 100 + 20 * n, 10), *letters(b, 250 - 5 * len(b), 100 + 20 * n, 10),
                                                              *letters(c, 400 - 5 * len(c), 100 + 20 * n, 10)]]
    (table,) = found(glyphs)
    assert texts(table)[1:] == [list(row) for row in rows[1:]]


def test_head_over_several_columns() -> None:
    rows = [("科目", "人员", "公用", "项目"), *((f"科目{n}", f"{n}1.5", f"{n}2.5", f"{n}3.5") for n in range(4))]
    glyphs = [*typed(rows, top=120), *letters("基本支出合计其中如下", 165, 100, 10), *letters("合计", 80, 100, 10), *letters("其他", 420, 100, 10)]
    (table,) = found(glyphs)
    head = table.rows[0]
    assert [(c.text, c.column, c.colspan) for c in head] == [("合计", 0, 1), ("基本支出合计其中如下", 1, 2), ("其他", 3, 1)]


def test_broken_cells_where_rows_stand_apart() -> None:
    rows = [("1", "兰州市", "农村公路养护工", "310"), ("2", "天水市", "水库除险", "245.5"), ("3", "定西市", "河流治理", "205")]
    glyphs = [*typed(rows, pitch=34), *(g for n in range(3) for g in letters("程费用", 260, 112 + n * 34, 10))]
    (table,) = found(glyphs)
    assert [row[2].text.replace("\n", "") for row in table.rows] == ["农村公路养护工程费用", "水库除险程费用", "河流治理程费用"]


def test_columns_of_the_page_before() -> None:
    """Two rows at the top of a page, in the columns that the page before ended with."""
    (table,) = found(typed(ROWS))
    assert [texts(t) for t in found(typed(ROWS[1:3]), table.columns)] == [[list(ROWS[1]), list(ROWS[2])]]
    assert found(typed(ROWS[1:3], xs=(80, 150, 195, 420)), table.columns) == [], "two of them under one column"


def test_two_tables() -> None:
    glyphs = [*typed(ROWS), *letters("第二张表的资金安排情况如下，请各地认真组织实施并按时上报", 80, 200), *typed(ROWS, top=260)]
    assert [texts(t) for t in found(glyphs)] == [[list(row) for row in ROWS]] * 2


@pytest.mark.parametrize(("left", "right", "columns"), [(165, 200, (1, 1)), (100, 230, (0, 1)), (90, 310, (0, 2)), (125, 135, (0, 0)), (230, 250, (1, 1)), (400, 410, (2, 2))])
def test_columns_that_a_piece_lies_under(left: float, right: float, columns: tuple[int, int]) -> None:
    held = Columns(((80, 120), (160, 220), (300, 340)))
    assert held.xs == [80, 140, 260, 340]
    assert held.spanned(Piece(left, right, [])) == columns


@given(st.integers(3, 8), st.integers(3, 6), st.data())
def test_any_table_of_figures(count: int, wide: int, data: st.DataObject) -> None:
    """Names and figures in clear columns, some cells empty, come out cell by cell."""
    xs = [80.0 + 75 * n for n in range(wide)]
    rows = [[f"第{n}县", *(f"{data.draw(st.integers(0, 99999))}" for _ in range(wide - 1))] for n in range(count)]
    (table,) = found(typed(rows, xs))
    assert texts(table) == rows


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 35), st.text("财政厅2024年", min_size=1, max_size=9)), max_size=60))
def test_no_character_is_lost(words: list[tuple[int, int, str]]) -> None:
    """Whatever stands in the lines of a table is in one cell of it."""
    glyphs = [g for x, y, told in words for g in letters(told, 40 + 10.0 * x, 50 + 20.0 * y, 10)]
    rows = rows_of(glyphs)
    for table in tables(rows, Page(1, 595, 842, glyphs)):
        expected = sorted(g.text for n in table.lines for g in rows[n])
        assert sorted("".join(c.text for row in table.rows for c in row if c.text).replace(" ", "").replace("\n", "")) == expected


def test_running_head_above() -> None:
    """What stands in the edge of the page counts among its lines and is of no table."""
    glyphs = [*letters("某某省财政厅", 80, 20, 9), *typed(ROWS), *letters("二〇二四年四月九日印发的通知请各地认真贯彻执行并按时上报", 80, 220)]
    (table,) = found(glyphs)
    assert texts(table) == [list(row) for row in ROWS]
    assert table.lines == range(1, 5)


def test_line_under_every_row() -> None:
    """The first line is the one under the head."""
    rules = [Rule(75, y, 450, y) for y in (115, 135, 155, 175)]
    glyphs = typed(ROWS)
    (table,) = tables(rows_of(glyphs), Page(1, 595, 842, glyphs, rules))
    assert texts(table) == [list(row) for row in ROWS]


def test_small_table_of_telephones() -> None:
    rows = [("单位", "联系人", "电话"), ("财政厅农业处", "张三", "0931-8891234"), ("农业农村厅计财处", "李四", "0931-8891235"), ("乡村振兴局", "王五", "0931-8891236")]
    (table,) = found(typed(rows, (80, 240, 320)))
    assert texts(table) == [list(row) for row in rows]


def test_head_over_figures_set_to_the_right() -> None:
    """Heads in the middle of their columns, figures at the right of them, a column without any."""
    head = [("地区", 90), ("补助人数（人）", 180), ("金额（万元）", 350), ("备注", 440)]
    glyphs = [g for told, x in head for g in letters(told, x, 100, 10)]
    for n in range(4):
        glyphs += [*letters(f"第{n}县", 85, 120 + 20 * n, 10), *letters(f"{n}378", 275, 120 + 20 * n, 10), *letters(f"{n}83.7", 405, 120 + 20 * n, 10)]
    (table,) = found(glyphs)
    assert texts(table) == [[told for told, _ in head], *([f"第{n}县", f"{n}378", f"{n}83.7", ""] for n in range(4))]


def test_table_of_contents_is_no_table() -> None:
    glyphs = [g for n, title in enumerate(("一、部门概况", "二、收支情况", "三、名词解释", "四、附表"))
              for g in (*letters(f"{title}…………", 80, 100 + 20 * n, 10), *letters(str(n * 3 + 1), 400, 100 + 20 * n, 10))]
    assert not list(tables(rows_of(glyphs), Page(1, 595, 842, glyphs)))
