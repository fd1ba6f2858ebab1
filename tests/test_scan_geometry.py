"""A scanned page made level, its ruling lines, and where on it there is text to read."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.scan.picture import Area, Mask, ink_of
from pipeline.scan.rulings import Stroke, rulings
from pipeline.scan.spots import cells, cut, missed, without_rules
from pipeline.scan.straighten import angle_of, turned
from scripts.samples.scans import degrade
from tests.scan_pictures import HEIGHT, MM, WIDTH, Drawing

XS, YS = (120, 320, 700, 1100), (200, 260, 320, 440, 700)


def drawn(picture: np.ndarray) -> tuple[list[Stroke], list[Stroke]]:
    return rulings(ink_of(picture, MM), MM)


def near(strokes: list[Stroke], places: Sequence[float], within: float = 2) -> bool:
    """Whether the strokes, in order, are those at `places`."""
    return len(strokes) == len(places) and all(abs(s.at - at) <= within for s, at in zip(strokes, places, strict=True))


def ruled() -> Drawing:
    drawing = Drawing()
    drawing.grid(XS, YS)
    return drawing


# Level

@settings(max_examples=6)
@given(st.floats(-4.0, 4.0))
def test_a_turned_table_is_made_level(angle: float) -> None:
    picture = degrade(ruled().picture, 150, angle, 8.0, seed=1)
    assert angle_of(ink_of(picture, MM)) == pytest.approx(angle, abs=0.1)


def test_prose_tells_its_angle() -> None:
    drawing = Drawing()
    for n in range(12):
        drawing.text(150, 200 + 70 * n, "各市财政局人力资源和社会保障局要加强资金管理")
    assert angle_of(ink_of(degrade(drawing.picture, 150, 1.3, 8.0, seed=2), MM)) == pytest.approx(1.3, abs=0.1)


def test_a_level_page_and_an_empty_one_stay() -> None:
    picture = ruled().picture
    assert angle_of(ink_of(picture, MM)) == 0
    assert turned(picture, 0.0) is picture
    assert angle_of(np.zeros((HEIGHT, WIDTH), np.uint8)) == 0


def test_scattered_ink_tells_no_angle() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[np.random.default_rng(3).random(ink.shape) > 0.98] = 255
    assert angle_of(ink) == 0


# Ruling lines

def test_a_clean_table() -> None:
    flat, upright = drawn(ruled().picture)
    assert near(flat, YS) and near(upright, XS)
    assert all(abs(s.start - XS[0]) <= 3 and abs(s.end - XS[-1]) <= 3 for s in flat)


@pytest.mark.parametrize(("dpi", "angle", "noise"), [(150, 2.0, 10.0), (150, -1.1, 6.0), (200, 0.7, 12.0)])
def test_a_scanned_table(dpi: int, angle: float, noise: float) -> None:
    scale = dpi / 150
    picture = degrade(np.asarray(cv2.resize(ruled().picture, None, fx=scale, fy=scale), dtype=np.uint8), dpi, angle, noise, seed=4)
    mm = MM * scale
    level = turned(picture, angle_of(ink_of(picture, mm)))
    flat, upright = rulings(ink_of(level, mm), mm)
    assert near(flat, [y * scale for y in YS], 4) and near(upright, [x * scale for x in XS], 4)


def test_a_broken_line_is_one() -> None:
    drawing = ruled()
    for x in range(180, 1060, 90):
        drawing.pen.rectangle((x, 255, x + 9, 265), fill="white")
    assert near(drawn(drawing.picture)[0], YS)


def test_a_curved_line_is_one_and_straight() -> None:
    drawing = Drawing()
    drawing.line(*(v for x in range(120, 1101, 20) for v in (x, 400 + 4 * np.sin((x - 120) / 312))))
    flat, _ = drawn(drawing.picture)
    assert len(flat) == 1 and flat[0].at == pytest.approx(402, abs=2.5)


def test_a_line_between_two_others_counts_however_short() -> None:
    drawing = ruled()
    drawing.line(200, 200, 200, 260)
    drawing.line(260, 325, 260, 355)  # ends in the air
    assert near(drawn(drawing.picture)[1], (120, 200, 320, 700, 1100))


def test_a_line_that_ends_beside_a_character_ends_there() -> None:
    drawing = Drawing()
    drawing.grid((120, 200, 700), (200, 700))
    drawing.line(120, 450, 200, 450)
    drawing.line(210, 450, 240, 450, width=3)  # a stroke of a character
    flat, _ = drawn(drawing.picture)
    assert near(flat, (200, 450, 700)) and flat[1].end < 208


def test_a_tight_row_alone_has_its_sides() -> None:
    drawing = Drawing()
    drawing.grid(XS, (170, 202))
    drawing.line(XS[-1], 170, XS[-1], 207)
    flat, upright = drawn(drawing.picture)
    assert near(flat, (170, 202)) and near(upright, XS)


@pytest.mark.parametrize("line", [260, 170])
def test_a_row_that_a_page_break_cut_has_its_sides(line: int) -> None:
    drawing = Drawing()
    drawing.line(120, line, 1100, line)
    for x in XS:
        drawing.line(x, 170, x, 260)
    flat, upright = drawn(drawing.picture)
    assert near(flat, (line,)) and near(upright, XS)


def test_a_line_alone_counts_when_no_character_is_so_long() -> None:
    drawing = Drawing()
    drawing.line(200, 400, 1000, 400, width=6)
    drawing.line(200, 600, 240, 600, width=3)
    assert near(drawn(drawing.picture)[0], (400,))


def test_strokes_of_characters_are_no_lines() -> None:
    drawing = ruled()
    for n, size in enumerate((22, 28, 34, 46, 60)):
        drawing.text(130, 760 + 90 * n, "三二一工业日目王正五中十川", size)
    for y in (206, 266):
        drawing.text(330, y, "中川目工中川", 40)  # as high as the row leaves room for
    flat, upright = drawn(drawing.picture)
    assert (len(flat), len(upright)) == (len(YS), len(XS))


def test_a_thick_bar_is_no_line() -> None:
    drawing = Drawing()
    drawing.pen.rectangle((200, 400, 1000, 430), fill="black")
    assert drawn(drawing.picture) == ([], [])


# Cells and spots

def strokes(at: tuple[int, ...], start: int, end: int) -> list[Stroke]:
    return [Stroke(a, start, end, 2, end - start, end - start) for a in at]


FLAT, UPRIGHT = strokes(YS, XS[0], XS[-1]), strokes(XS, YS[0], YS[-1])


def test_cells_are_what_lines_close_in() -> None:
    found = cells((HEIGHT, WIDTH), FLAT, UPRIGHT, MM)
    assert len(found) == 12
    assert min(found) == pytest.approx((122, 202, 319, 259), abs=2)


def test_a_merged_cell_is_one() -> None:
    merged = [*strokes(XS[:1] + XS[2:], YS[0], YS[-1]), *strokes(XS[1:2], YS[2], YS[-1])]
    assert len(cells((HEIGHT, WIDTH), FLAT, merged, MM)) == 10


def test_lines_that_almost_meet_close_a_cell() -> None:
    short = strokes(YS, XS[0] + 4, XS[-1] - 4)
    assert len(cells((HEIGHT, WIDTH), short, UPRIGHT, MM)) == 12


def test_lines_that_close_nothing_in() -> None:
    assert cells((HEIGHT, WIDTH), FLAT, [], MM) == []


def blot(ink: Mask, *boxes: tuple[int, int, int, int]) -> Mask:
    for left, top, right, bottom in boxes:
        ink[top:bottom, left:right] = 255
    return ink


def test_a_line_of_text_over_two_cells_is_cut() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (250, 215, 300, 240), (340, 215, 420, 240))
    left, right = cut([Area(240, 210, 430, 245)], ink, FLAT, UPRIGHT)
    assert left.right < 320 < right.left


def test_a_part_without_ink_is_left_out() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (340, 215, 420, 240))
    (part,) = cut([Area(290, 210, 430, 245)], ink, FLAT, UPRIGHT)
    assert part.left > 320


def test_lines_are_cut_at_a_flat_line_through_their_middle() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (130, 225, 150, 250), (130, 270, 150, 295))
    assert len(cut([Area(125, 220, 155, 300)], ink, FLAT, UPRIGHT)) == 2


def test_a_line_under_some_words_cuts_nothing() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (200, 905, 900, 940))
    assert len(cut([Area(190, 900, 910, 945)], ink, strokes((930,), 400, 600), [])) == 1


def test_lines_grow_to_the_sides_that_are_free() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (200, 905, 400, 930), (200, 942, 400, 970))
    upper, lower = cut([Area(190, 900, 410, 935), Area(190, 936, 410, 975)], ink, [], [])
    assert (upper.top < 900, upper.bottom, lower.top, lower.bottom > 975) == (True, 935, 936, True)


def test_an_area_that_no_line_crosses_stays_even_when_tall() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (800, 900, 820, 1400))
    (area,) = cut([Area(795, 890, 825, 1410)], ink, FLAT, UPRIGHT)
    assert (area.left, area.right) == (795, 825)


def page_of(ink: Mask) -> np.ndarray:
    return np.repeat(255 - ink[:, :, None], 3, axis=2)


def test_a_digit_that_detection_passed_over_is_found() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (340, 215, 420, 240), (800, 330, 812, 352))
    fields = cells(ink.shape, FLAT, UPRIGHT, MM)
    (spot,) = missed(page_of(ink), ink, [Area(335, 210, 425, 245)], fields, MM)
    assert spot.left < 800 and spot.right > 812 and spot.top < 330 and spot.bottom > 352
    assert spot.left > 700 and spot.top > 320  # within its cell


def test_specks_slivers_and_stains_are_no_spots() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (800, 330, 803, 333), (330, 203, 400, 205), (500, 500, 512, 522))
    page = page_of(ink)
    page[500:522, 500:512] = 225  # what is left of a seal
    dark = blot(ink.copy(), (900, 600, 1000, 640))
    page[600:640, 900:1000] = 20
    fields = cells(ink.shape, FLAT, UPRIGHT, MM)
    assert missed(page, dark, [Area(890, 590, 1010, 650)], fields, MM) == []


def test_ink_outside_of_cells_is_left_to_detection() -> None:
    ink = blot(np.zeros((HEIGHT, WIDTH), np.uint8), (800, 900, 812, 922))
    assert missed(page_of(ink), ink, [], cells(ink.shape, FLAT, UPRIGHT, MM), MM) == []


def test_the_ink_of_lines_is_taken_off() -> None:
    drawing = ruled()
    drawing.pen.rectangle((800, 330, 820, 360), fill="black")
    ink = ink_of(drawing.picture, MM)
    bare = without_rules(ink, *rulings(ink, MM), MM)
    y, x = np.nonzero(bare)
    assert (x.min(), x.max(), y.min(), y.max()) == pytest.approx((800, 820, 330, 360), abs=2)
