"""Tables over pages: cut anywhere, they come together as they were; a table of its own stays one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block, Cell
from pipeline.pages.flow import blocks_of
from pipeline.pages.joining import continues, joined
from pipeline.pages.page import Glyph, Page, Rule
from pipeline.pages.sheet import Grid
from tests.pdfs import letters, lines, ruled, words_in

XS = (80.0, 160.0, 280.0, 400.0)
HEAD = ("序号", "地区", "金额")
ROWS = [HEAD, *((str(n), f"第{n}县", f"{n * 37}.5") for n in range(1, 13))]
LONG = "为进一步规范资金管理提高资金使用效益现就有关事项通知如下请各地各部门结合实际认真组织实施"


def grid(page: int, rows: Sequence[Sequence[str]], xs: Sequence[float] = XS, ruled: bool = True, open: Sequence[int] = (),
         full: Sequence[int] = ()) -> Grid:
    cells = [[Cell(told, n, page=page) for n, told in enumerate(row)] for row in rows]
    return Grid(page, (xs[0], 100, xs[-1], 400), list(xs), cells, ruled, frozenset(open), frozenset(full))


def texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[c.text for c in row] for row in rows]


def printed(number: int, rows: Sequence[Sequence[str]], xs: Sequence[float] = XS, top: float = 72, above: Sequence[Glyph] = ()) -> Page:
    ys = [top + 20 * n for n in range(len(rows) + 1)]
    return Page(number, 595, 842, [*above, *words_in(xs, ys, rows)], ruled(xs, ys))


def tables(*pages: Page) -> list[Block]:
    return [b for b in blocks_of(pages) if b.kind == "table"]


# Which tables are one

def test_goes_on() -> None:
    assert continues([grid(1, ROWS[:5])], grid(2, ROWS[5:]))


@pytest.mark.parametrize(("above", "below"), [
    (grid(1, ROWS[:5]), grid(3, ROWS[5:])),  # a page lies between
    (grid(1, [("项目名称", "教育"), *(r[:2] for r in ROWS[1:5])], XS[:3]), grid(2, [("项目名称", "教育"), *(r[:2] for r in ROWS[5:])], XS[:3])),  # a form again
    (grid(1, ROWS[:5]), grid(2, ROWS[5:], (120, 200, 300, 480))),  # other sides
    (grid(1, ROWS[:5]), grid(2, ROWS[5:], ruled=False)),
    (grid(1, ROWS[:5], ruled=False), grid(2, [row[:2] for row in ROWS[5:]], XS[:3], ruled=False)),
])
def test_is_a_table_of_its_own(above: Grid, below: Grid) -> None:
    assert not continues([above], below)


def test_same_sides_with_other_columns_go_on() -> None:
    assert continues([grid(1, ROWS[:5])], grid(2, [("合计", "760")], (80, 280, 400)))


def test_sides_a_little_off_go_on() -> None:
    assert continues([grid(1, ROWS[:5])], grid(2, ROWS[5:], [x + 3 for x in XS]))


def test_unruled_columns_that_stand_under_one_another() -> None:
    assert continues([grid(1, ROWS[:5], ruled=False)], grid(2, ROWS[5:], (85, 150, 270, 390), ruled=False))


# Rows

@given(st.lists(st.integers(1, 12), max_size=3, unique=True))
def test_cut_between_rows(cuts: list[int]) -> None:
    """However a table is cut between its rows, its pages give the same cells as one page."""
    ends = [0, *sorted(cuts), len(ROWS)]
    (table,) = tables(*(printed(n + 1, ROWS[a:b]) for n, (a, b) in enumerate(pairwise(ends))))
    assert texts(table.rows) == [list(row) for row in ROWS]
    pages = [row[0].page or 0 for row in table.rows]
    assert pages == sorted(pages), "each row keeps its page"


def test_one_part_is_itself() -> None:
    one = grid(1, ROWS)
    assert joined([one]) is one.rows


def test_columns_are_counted_on_all_edges() -> None:
    rows = joined([grid(1, ROWS[:3]), grid(2, [("合计", "760.5")], (80, 280, 400))])
    assert [(c.text, c.column, c.colspan) for c in rows[-1]] == [("合计", 0, 2), ("760.5", 2, 1)]
    assert [(c.column, c.colspan) for c in rows[0]] == [(0, 1), (1, 1), (2, 1)]


def test_row_that_the_break_cut() -> None:
    first = grid(1, [*ROWS[:3], ("3", "定西市", LONG[:30])], full=[2])
    rest = grid(2, [("", "", LONG[30:]), *ROWS[4:6]])
    rows = joined([first, rest])
    assert texts(rows) == [list(r) for r in [*ROWS[:3], ("3", "定西市", LONG), *ROWS[4:6]]]


@pytest.mark.parametrize("row", [("", "合计", "760"), ("", "", "310"), ("4", "", ""), ("", "其中：", "")])
def test_row_that_only_looks_cut(row: tuple[str, ...]) -> None:
    """Figures, or words where the row above has none, are a row."""
    above = ("", "", "") if row[1] == "其中：" else ("3", "定西市", "205")
    assert texts(joined([grid(1, [*ROWS[:3], above]), grid(2, [row, *ROWS[4:6]])]))[4] == list(row)


def test_cell_that_ended_is_not_glued() -> None:
    rows = joined([grid(1, [*ROWS[:3], ("3", "定西市", "按时完成。")]), grid(2, [("", "", "质量合格。"), *ROWS[4:6]])])
    assert texts(rows)[3:5] == [["3", "定西市", "按时完成。"], ["", "", "质量合格。"]]


def test_merged_cell_over_the_break() -> None:
    """A cell over several rows, cut by the page: on the next page it is there again, empty."""
    first = [Cell("产出指标", 0, 2), Cell("数量", 1), Cell("10", 2)], [Cell("质量", 1), Cell("20", 2)]
    second = [Cell("", 0, 2), Cell("时效", 1), Cell("30", 2)], [Cell("成本", 1), Cell("40", 2)]
    rows = joined([Grid(1, (80, 0, 400, 9), list(XS), [list(r) for r in first]), Grid(2, (80, 0, 400, 9), list(XS), [list(r) for r in second])])
    assert texts(rows) == [["产出指标", "数量", "10"], ["质量", "20"], ["时效", "30"], ["成本", "40"]]
    assert rows[0][0].rowspan == 4


def test_cell_that_no_line_closes() -> None:
    """Its text goes on on the next page, and the row is one."""
    ys, low = [640.0, 660.0], 780.0
    rules = [*(Rule(80, y, 400, y) for y in ys), *(Rule(x, 640, x, low) for x in XS)]
    upper = Page(1, 595, 842, [*words_in(XS, ys, [HEAD, ("1", "兰州市")]), *(letters("为进一步规范资金", 283, 700, 10))], rules)
    rules = [*(Rule(80, y, 400, y) for y in (120, 140)), *(Rule(x, 72, x, 140) for x in XS)]
    lower = Page(2, 595, 842, [*letters("管理。", 283, 76, 10), *words_in(XS, [120.0], [("2", "天水市", "245")])], rules)
    (table,) = tables(upper, lower)
    assert [c.text.replace("\n", "") for c in table.rows[1]] == ["1", "兰州市", "为进一步规范资金管理。"]
    assert texts(table.rows)[2:] == [["2", "天水市", "245"]]


# Heads that pages repeat

TWO_ROWS = [[Cell("序号", 0, 2), Cell("地区", 1, 2), Cell("资金（万元）", 2, 1, 2)], [Cell("中央", 2), Cell("省级", 3)]]


def with_head(page: int, numbers: Sequence[int]) -> Grid:
    body = [[Cell(told, n, page=page) for n, told in enumerate((str(k), f"第{k}县", f"{k * 3}.5", f"{k}"))] for k in numbers]
    return Grid(page, (80, 0, 500, 9), [80, 160, 280, 400, 500], [*([replace(c, page=page) for c in row] for row in TWO_ROWS), *body])


def test_head_of_two_rows_is_there_once() -> None:
    first, second = with_head(1, range(1, 5)), with_head(2, range(5, 9))
    assert continues([first], second)
    assert texts(joined([first, second])) == [*texts(TWO_ROWS), *([str(k), f"第{k}县", f"{k * 3}.5", f"{k}"] for k in range(1, 9))]


def test_part_that_is_nothing_but_the_head() -> None:
    """A second table that has no row yet is not swallowed by the first."""
    head = ("序号", "地区", "用途")
    assert not continues([grid(1, [head, ("1", "兰州市", "培训")])], grid(2, [head]))


# Over pages, with what stands between

def test_page_numbers_do_not_part_a_table() -> None:
    foot = [letters(f"— {n} —", 280, 800) for n in (1, 2)]
    (table,) = tables(printed(1, ROWS[:6], above=foot[0]), printed(2, ROWS[6:], above=foot[1]))
    assert len(table.rows) == len(ROWS)


def test_text_parts_tables() -> None:
    assert len(tables(printed(1, ROWS[:6]), printed(2, ROWS[6:], top=300, above=lines("附件2", "第二张表")))) == 2


def test_tables_of_one_page_stay_apart() -> None:
    upper, lower = printed(1, ROWS[:4]), printed(1, ROWS[4:8], top=300)
    assert len(tables(Page(1, 595, 842, upper.glyphs + lower.glyphs, upper.rules + lower.rules))) == 2


def test_repeated_head_is_told_once() -> None:
    above, below = grid(1, ROWS[:5]), grid(2, [HEAD, *ROWS[5:]])
    assert continues([above], below)
    assert texts(joined([above, below])) == [list(r) for r in ROWS]


def test_row_cut_under_a_repeated_head() -> None:
    above, below = grid(1, [*ROWS[:3], ("3", "定西市", LONG[:30])], full=[2]), grid(2, [HEAD, ("", "", LONG[30:]), *ROWS[4:6]])
    assert texts(joined([above, below])) == [list(r) for r in [*ROWS[:3], ("3", "定西市", LONG), *ROWS[4:6]]]


@given(st.lists(st.sampled_from(["", "培训", LONG]), min_size=9, max_size=9).filter(lambda w: w[:3] not in (w[3:6], w[6:])), st.integers(1, 2))
def test_no_text_is_lost(words: list[str], cut: int) -> None:
    """Whatever the cells hold, all of it is in the joined table, in order."""
    rows = [words[n:n + 3] for n in (0, 3, 6)]
    out = joined([grid(1, rows[:cut]), grid(2, rows[cut:])])
    for column in range(3):
        assert "".join(c.text for row in out for c in row if c.column == column) == "".join(row[column] for row in rows)
