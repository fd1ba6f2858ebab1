"""Red seals are taken off and read on their own; red heads and black print stay."""

import numpy as np
import pytest

from pipeline.scan.seals import seals, without, words
from scripts.samples.scans import degrade, stamp
from tests.scan_pictures import MM, RED, WIDTH, Drawing, font

OFFICE = "某某省财政厅"


@pytest.fixture(autouse=True)
def _font() -> None:
    font(20)


def print_under(x: int, y: int) -> Drawing:
    drawing = Drawing()
    drawing.text(x - 200, y - 14, "某某省财政厅人力资源厅")
    return drawing


def darkness(picture: np.ndarray, left: int, top: int, right: int, bottom: int) -> float:
    return 255 - float(picture[top:bottom, left:right].mean())


@pytest.mark.parametrize("noise", [0.0, 8.0])
def test_a_seal_is_found_and_taken_off(noise: float) -> None:
    page = degrade(stamp(Drawing().picture, (800, 900), OFFICE), 150, 0.8, noise, seed=1)
    (seal,) = seals(page, MM)
    assert (seal.area.left + seal.area.right) / 2 == pytest.approx(800, abs=12)
    assert seal.area.width / MM == pytest.approx(42, abs=6)
    plain = without(page, [seal])
    part = seal.area.of(plain).astype(int)
    assert (np.abs(part - np.median(part)) < 60).mean() > 0.998  # nothing darker is left but specks


def test_print_under_a_seal_stays() -> None:
    page = degrade(print_under(800, 900).picture, 150, 0.0, 0.0)
    sealed = degrade(stamp(print_under(800, 900).picture, (800, 900), OFFICE), 150, 0.0, 0.0)
    plain = without(sealed, seals(sealed, MM))
    box = (600, 880, 1000, 920)
    assert darkness(plain, *box) == pytest.approx(darkness(page, *box), rel=0.25)


def test_the_words_of_a_seal() -> None:
    page = degrade(stamp(print_under(800, 900).picture, (800, 900), OFFICE), 150, 0.0, 6.0, seed=2)
    assert [words(page, seal) for seal in seals(page, MM)] == [OFFICE]


def test_two_seals_that_touch() -> None:
    radius = round(WIDTH * 42 / 210 / 2)
    page = stamp(stamp(Drawing().picture, (500, 900), OFFICE), (500 + 2 * radius - 4, 900), "某某省审计厅")
    assert [words(page, seal) for seal in seals(page, MM)] == [OFFICE, "某某省审计厅"]


@pytest.mark.parametrize("size", [60, 90, 130])
def test_a_red_head_is_no_seal(size: int) -> None:
    drawing = Drawing()
    drawing.text(100, 150, "某某省财政厅文件"[:1000 // size], size, RED)
    drawing.text(300, 350, "文件", size, RED)
    drawing.line(100, 560, 1140, 560, width=6, colour=RED)
    page = degrade(drawing.picture, 150, 0.5, 6.0)
    assert seals(page, MM) == []
    assert without(page, []) is page


def test_a_red_block_and_a_red_frame_are_no_seals() -> None:
    drawing = Drawing()
    drawing.pen.rectangle((200, 200, 440, 440), fill=RED)
    drawing.pen.rectangle((600, 200, 840, 440), outline=RED, width=6)
    assert seals(drawing.picture, MM) == []


def test_a_small_red_ring_is_no_seal() -> None:
    drawing = Drawing()
    drawing.pen.ellipse((300, 300, 360, 360), outline=RED, width=4)
    assert seals(drawing.picture, MM) == []


def test_a_seal_at_the_edge_of_the_page() -> None:
    page = stamp(Drawing().picture, (WIDTH - 60, 900), OFFICE)
    for seal in seals(page, MM):
        without(page, [seal])
        words(page, seal)
