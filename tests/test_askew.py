"""Boxes of a page that was levelled lie on the page as it was scanned."""

from math import radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block, Cell, Place
from pipeline.pages.askew import Lie, put_back
from pipeline.pages.flow import blocks_of
from pipeline.pages.page import Page
from tests.pdfs import letters, ruled, words_in


@given(st.floats(-5, 5), st.tuples(st.floats(0, 595), st.floats(0, 842)))
def test_a_point_is_turned_about_the_middle(skew: float, at: tuple[float, float]) -> None:
    x, y = at
    left, top, right, bottom = Lie(595, 842, skew).box((x, y, x, y))
    assert (left, top) == (right, bottom)
    assert (left - 297.5) ** 2 + (top - 421) ** 2 == pytest.approx((x - 297.5) ** 2 + (y - 421) ** 2, abs=90)
    there = Lie(595, 842, -skew).box((left, top, right, bottom))
    assert there[:2] == pytest.approx((x, y), abs=0.3)


def test_lines_that_rise_are_higher_at_the_right() -> None:
    lie = Lie(600, 800, 2.0)
    left, right = lie.box((0, 400, 0, 400)), lie.box((600, 400, 600, 400))
    assert left[1] - right[1] == pytest.approx(600 * tan(radians(2)), abs=0.5)


def test_other_pages_stay() -> None:
    block = Block("", "text", "文", places=(Place(0, 1, (10.0, 10.0, 20.0, 20.0)), Place(1, 2, (10.0, 10.0, 20.0, 20.0))))
    back = put_back(block, {2: Lie(595, 842, 1.0)})
    assert back.places[0] == block.places[0] and back.places[1] != block.places[1]


def test_cells_of_a_levelled_page() -> None:
    xs, ys = (80.0, 160.0, 280.0), (100.0, 120.0, 140.0)
    glyphs, rules = words_in(xs, ys, [("地区", "金额"), ("太原市", "120")]), ruled(xs, ys)
    level, askew = (blocks_of([Page(1, 595, 842, glyphs, rules, skew=s)])[0] for s in (0.0, 1.5))
    assert [[c.text for c in row] for row in level.rows] == [[c.text for c in row] for row in askew.rows]
    cell: Cell = askew.rows[1][1]
    assert cell.bbox == Lie(595, 842, 1.5).box((160.0, 120.0, 280.0, 140.0))


def test_text_keeps_its_line() -> None:
    block, = blocks_of([Page(1, 595, 842, letters("附件", 80, 100, 12), skew=-1.0)])
    assert block.text.strip() == "附件" and block.places[0].bbox[1] != 100
