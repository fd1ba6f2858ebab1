"""One page in parts: each character in the innermost table it lies in, or in a line of text."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.lines import TextLine
from pipeline.pages.page import Glyph, Page, Rule
from pipeline.pages.sheet import Grid, Sheet, sheet_of
from tests.pdfs import letters, lines, ruled, words_in

XS, YS = [80.0, 180.0, 280.0, 380.0], [100.0, 120.0, 140.0]
WORDS = [("序号", "地区", "金额"), ("1", "兰州市", "310")]


def sheet(glyphs: list[Glyph], rules: list[Rule] | None = None) -> Sheet:
    return sheet_of(Page(1, 595, 842, glyphs, rules or []))


def grids(held: Sheet) -> list[Grid]:
    return [part for part in held.parts if isinstance(part, Grid)]


def texts(grid: Grid) -> list[list[str]]:
    return [[c.text for c in row] for row in grid.rows]


def told(held: Sheet) -> list[object]:
    return [part.text if isinstance(part, TextLine) else texts(part) for part in held.parts]


def test_empty_page() -> None:
    assert sheet([]).parts == []


def test_text_alone() -> None:
    assert told(sheet(lines("甘肃省财政厅", "关于下达资金的通知"))) == ["甘肃省财政厅", "关于下达资金的通知"]


def test_table_between_lines() -> None:
    glyphs = [*lines("资金安排如下：", "特此通知。", y=70, pitch=90), *words_in(XS, YS, WORDS)]
    assert told(sheet(glyphs, ruled(XS, YS))) == ["资金安排如下：", [list(row) for row in WORDS], "特此通知。"]


def test_cell_tells_its_place() -> None:
    (grid,) = grids(sheet(words_in(XS, YS, WORDS), ruled(XS, YS)))
    cell = grid.rows[1][1]
    assert (cell.text, cell.column, cell.page, cell.bbox) == ("兰州市", 1, 1, (180, 120, 280, 140))
    assert grid.xs == XS and grid.ruled and not grid.open


def test_empty_cells_are_there() -> None:
    (grid,) = grids(sheet(words_in(XS, YS, [("甲",)]), ruled(XS, YS)))
    assert texts(grid) == [["甲", "", ""], ["", "", ""]]


def test_merged_cells() -> None:
    rules = [*(Rule(80, y, 380, y) for y in (100, 140)), Rule(180, 120, 380, 120), *(Rule(x, 100, x, 140) for x in (80, 180, 380)), Rule(280, 120, 280, 140)]
    (grid,) = grids(sheet([*letters("合计", 90, 115, 10), *letters("支出", 200, 104, 10), *letters("12", 300, 124, 10)], rules))
    assert [[(c.text, c.column, c.rowspan, c.colspan) for c in row] for row in grid.rows] == [
        [("合计", 0, 2, 1), ("支出", 1, 1, 2)], [("", 1, 1, 1), ("12", 2, 1, 1)]]


def test_tables_side_by_side() -> None:
    right = [420.0, 470.0, 520.0]
    held = sheet([*words_in(XS, YS, WORDS), *words_in(right, YS, [("甲", "乙"), ("1", "2")])], [*ruled(XS, YS), *ruled(right, YS)])
    assert told(held) == [[list(row) for row in WORDS], [["甲", "乙"], ["1", "2"]]]


def test_table_in_a_cell() -> None:
    inner_xs, inner_ys = [190.0, 230.0, 270.0], [125.0, 140.0, 155.0]
    outer_ys = [100.0, 120.0, 160.0]
    glyphs = [*words_in(XS, outer_ys, [("项目", "明细")]), *words_in(inner_xs, inner_ys, [("甲", "10"), ("乙", "20")], 8)]
    held = sheet(glyphs, [*ruled(XS, outer_ys), *ruled(inner_xs, inner_ys)])
    assert told(held) == [[["项目", "明细", ""], ["", "", ""]], [["甲", "10"], ["乙", "20"]]]


@pytest.mark.parametrize("rules", [
    ruled([70, 520], [60, 140]),  # a frame around text
    ruled([70, 520], [60, 88, 140]),  # and one line through it
    [Rule(70, 90, 520, 92)],  # the red line under a letterhead
])
def test_frame_is_no_table(rules: list[Rule]) -> None:
    assert told(sheet(lines("提示：本框中的文字", "是一个文本框。"), rules)) == ["提示：本框中的文字", "是一个文本框。"]


def test_text_on_the_line_between_two_rows_is_in_one_of_them() -> None:
    (grid,) = grids(sheet(letters("合计", 90, 115, 10), ruled(XS, YS)))
    assert Counter(c.text for row in grid.rows for c in row) == {"合计": 1, "": 5}


def test_unruled_table() -> None:
    rows = [("序号", "地区", "金额"), ("1", "兰州市", "310"), ("2", "天水市", "245"), ("3", "定西市", "205")]
    ys = [100.0 + 20 * n for n in range(5)]
    (grid,) = grids(sheet(words_in(XS, ys, rows)))
    assert texts(grid) == [list(row) for row in rows]
    assert not grid.ruled
    assert sheet(words_in(XS, ys, rows)).carried is not None


def test_what_stands_aside_is_kept() -> None:
    page = Page(2, 595, 842, lines("通知"), aside=["某某省财政厅专用章"])
    assert (sheet_of(page).number, sheet_of(page).aside) == (2, ["某某省财政厅专用章"])


def test_text_under_a_table_without_a_foot_is_no_part_of_it() -> None:
    """In the middle of a page nothing is cut: what stands close under an open table is the next paragraph."""
    rules = [*(Rule(x, 100, x, 160) for x in XS), *(Rule(80, y, 380, y) for y in (100, 130))]
    held = sheet([*words_in(XS, [100.0, 130.0], WORDS), *letters("特此通知。", 90, 163, 12)], rules)
    assert told(held)[1:] == ["特此通知。"]


def test_text_wider_than_its_cell() -> None:
    """As spreadsheets print it: the cell beside is not given its end."""
    glyphs = [*letters("政府办公厅（室）及相关", 83, 104, 10), *letters("98.5", 230, 104, 10), *letters("310", 330, 104, 10)]
    (grid,) = grids(sheet(glyphs, ruled(XS, YS)))
    assert texts(grid)[0] == ["政府办公厅（室）及相关", "98.5", "310"]


def test_characters_set_on_one_another_are_in_the_order_of_the_file() -> None:
    """Of a font whose measures a program did not know, one character lies on the next."""
    glyphs = [Glyph(90, 104, 100, 114, "数"), Glyph(100, 104, 110, 114, "量"), Glyph(110.02, 104.05, 120, 114.05, "指"), Glyph(110, 104, 120, 114, "标")]
    (grid,) = grids(sheet(glyphs, ruled(XS, YS)))
    assert texts(grid)[0][0] == "数量指标"


WORD = st.tuples(st.integers(40, 540), st.integers(40, 780), st.text("财政厅关于下达资金2024", min_size=1, max_size=6))
EDGES = st.lists(st.integers(1, 50), min_size=2, max_size=6, unique=True)


@given(st.lists(WORD, max_size=30), EDGES, EDGES)
def test_every_character_is_in_one_part(words: list[tuple[int, int, str]], columns: list[int], rows: list[int]) -> None:
    """Wherever words stand on a page, in and beside a table, each character comes out once."""
    placed = {(x // 80, y // 20): (x // 80 * 80.0, y // 20 * 20.0, told) for x, y, told in words}  # words do not lie on one another
    glyphs = [g for x, y, told in placed.values() for g in letters(told, x, y)]
    held = sheet(glyphs, ruled([40 + 10.0 * n for n in sorted(columns)], [40 + 14.0 * n for n in sorted(rows)]))
    out = "".join(part.text if isinstance(part, TextLine) else "".join("".join(row) for row in texts(part)) for part in held.parts)
    assert Counter("".join(out.split())) == Counter(g.text for g in glyphs)
