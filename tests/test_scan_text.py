"""What was read of a line: marks as printed, characters in their places, shapes that stand alone, stacks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.page import Glyph
from pipeline.scan.engine import Letter
from pipeline.scan.letters import glyphs_of, once
from pipeline.scan.lone import by_shape
from pipeline.scan.picture import Area, ink_of
from pipeline.scan.points import doubted
from pipeline.scan.stacked import stack_of
from pipeline.scan.widths import as_printed, wide
from tests.scan_pictures import MM, Drawing, font


def spaced(text: str, widths: dict[int, float] | None = None) -> list[Letter]:
    """A line as recognition gives it; `widths`: ems of the characters that are not as wide as they usually are."""
    takes = [(widths or {}).get(n, 1.0 if wide(c) else 0.5) for n, c in enumerate(text)]
    return [Letter(c, (sum(takes[:n]) + takes[n] / 2) / sum(takes), 0.99) for n, c in enumerate(text)]


def printed(text: str, widths: dict[int, float] | None = None) -> str:
    return "".join(letter.text for letter in as_printed(spaced(text, widths)))


# Marks

@pytest.mark.parametrize(("text", "at", "told"), [
    ("一并下达,请遵照执行", 4, "一并下达，请遵照执行"), ("通知如下:一、资金", 4, "通知如下：一、资金"),
    ("补助资金(第二批)安排", 4, "补助资金（第二批）安排"), ("目标1:培训提技能", 3, "目标1：培训提技能"),
])
def test_a_mark_with_the_room_of_a_wide_one_is_wide(text: str, at: int, told: str) -> None:
    assert printed(text, {at: 1.0}) == told


@pytest.mark.parametrize("text", ["人员数(万人)合计", "完成值:累计数", "服务就业人数(万人)", "(万元)"])
def test_a_narrow_mark_stays_narrow(text: str) -> None:
    assert printed(text, {n: 0.35 for n, c in enumerate(text) if c in "(:)"}) == text


@pytest.mark.parametrize("text", ["1,234.50", "12:30", "3.5", "≥98%", "-5", "A(B)"])
def test_figures_are_not_touched(text: str) -> None:
    assert printed(text, dict.fromkeys(range(len(text)), 1.0)) == text


@given(st.text("0123456789.,:()[]%-", min_size=1, max_size=12))
def test_a_line_of_figures_stays(text: str) -> None:
    assert printed(text) == text


@pytest.mark.parametrize(("text", "told"), [
    ("财社[2024]33号", "财社〔2024〕33号"), ("财社〔2024]33号", "财社〔2024〕33号"), ("[2024]44号下达", "〔2024〕44号下达"), ("桂财社[2024]", "桂财社〔2024〕"),
    ("[1]", "[1]"), ("项目[2024]年", "项目[2024]年"), ("A[2024]5", "A[2024]5"), ("参见[12345]号", "参见[12345]号"), ("[2024]12", "[2024]12"),
])
def test_brackets_of_document_numbers(text: str, told: str) -> None:
    assert printed(text) == told


def test_a_mark_at_the_end_of_a_line() -> None:
    assert printed("有关事项通知如下:") == "有关事项通知如下："
    assert printed("(第二批") == "(第二批"


def test_angles_between_chinese_characters_are_brackets() -> None:
    assert printed("印发<广西办法>的通知") == "印发〈广西办法〉的通知"
    assert printed("补助<5万元") == "补助<5万元"


def test_brackets_of_a_pair_are_alike() -> None:
    assert printed("补助资金(第二批)", {4: 1.0}) == "补助资金（第二批）"


# Places

AREA = Area(100, 50, 500, 90)


def inked() -> np.ndarray:
    ink = np.zeros((200, 700), np.uint8)
    ink[55:85, 105:495] = 255
    return ink


def test_characters_stand_side_by_side_as_high_as_their_line() -> None:
    glyphs = glyphs_of(spaced("下达资金预算的通知"), AREA, inked())
    assert all(a.right == pytest.approx(b.left) for a, b in pairwise(glyphs))
    assert len({(g.top, g.bottom) for g in glyphs}) == 1
    assert glyphs[0].bottom - glyphs[0].top == pytest.approx(30 / 0.92)


def test_a_gap_in_print_is_a_gap_between_characters() -> None:
    letters = [Letter("省", 0.05, 1.0), Letter("厅", 0.13, 1.0), Letter("金", 0.6, 1.0)]
    left, middle, right = glyphs_of(letters, AREA, inked())
    assert left.right == pytest.approx(middle.left) and right.left - middle.right > 100


def test_two_ones_are_no_two_words() -> None:
    ink = inked()
    em = 30 / 0.72
    letters = [Letter("1", 0.2, 1.0), Letter("1", 0.2 + em / AREA.width, 1.0)]
    one, other = glyphs_of(letters, AREA, ink)
    assert one.right == pytest.approx(other.left)


def test_two_noughts_after_a_sign_stand_together() -> None:
    """Recognition tells the first of two equal figures early and the second late."""
    letters = [Letter(c, at, 1.0) for c, at in zip("≥3100", (0.22, 0.40, 0.58, 0.67, 0.94), strict=True)]
    ink = np.zeros((200, 700), np.uint8)
    ink[60:84, 105:215] = 255
    glyphs = glyphs_of(letters, Area(100, 45, 217, 105), ink)
    assert all(a.right == pytest.approx(b.left) for a, b in pairwise(glyphs))


def test_a_line_without_letters_has_no_characters() -> None:
    assert glyphs_of([], AREA, inked()) == []
    assert once([]) == []


def test_a_character_read_twice_is_told_once() -> None:
    first = [Glyph(0, 0, 10, 10, "目", 1.0), Glyph(10, 0, 15, 10, ":", 0.9)]
    second = [Glyph(10.5, 0.5, 16, 10, "：", 0.7), Glyph(16, 0, 26, 10, "兜", 1.0)]
    below = [Glyph(10, 12, 15, 22, ":", 0.2)]
    assert [g.text for g in once([first, second, below])] == ["目", ":", "兜", ":"]


# Alone

def alone(text: str, size: int = 30) -> tuple[Area, np.ndarray]:
    drawing = Drawing(200, 120)
    drawing.text(80, 40, text, size)
    return Area(60, 30, 140, 100), ink_of(drawing.picture, MM)


def test_a_slim_round_is_a_nought() -> None:
    assert by_shape([Letter("O", 0.5, 0.6)], *alone("0"))[0].text == "0"


def test_a_letter_o_is_none() -> None:
    ink = np.zeros((120, 200), np.uint8)
    ink[40:70, 80:110] = 255
    assert by_shape([Letter("O", 0.5, 0.9)], Area(60, 30, 140, 100), ink)[0].text == "O"


def test_a_slash_is_no_one() -> None:
    assert by_shape([Letter("1", 0.5, 0.9)], *alone("/"))[0].text == "/"
    assert by_shape([Letter("1", 0.5, 0.9)], *alone("1"))[0].text == "1"


def test_beside_others_nothing_is_decided_by_shape() -> None:
    letters = [Letter("O", 0.3, 0.9), Letter("K", 0.7, 0.9)]
    assert by_shape(letters, *alone("0")) == letters
    assert by_shape([], *alone("0")) == []


# Points

def written(text: str, size: int = 30) -> tuple[list[Letter], Area, np.ndarray]:
    """A line, its letters where they are drawn, and its ink."""
    drawing = Drawing(600, 120)
    drawing.text(40, 40, text, size)
    end = 40 + font(size).getlength(text)
    letters = [Letter(c, ((40 + font(size).getlength(text[:n]) + font(size).getlength(c) / 2) - 30) / (end - 20), 1.0) for n, c in enumerate(text)]
    return letters, Area(30, 35, round(end) + 10, 80), ink_of(drawing.picture, MM)


def told(text: str, without: str = "") -> list[float]:
    letters, area, ink = written(text)
    return [letter.confidence for letter in doubted([letter for letter in letters if letter.text not in without], area, ink)]


def test_figures_are_doubtful_beside_a_point_that_was_not_read() -> None:
    assert told("1102.97", without=".") == [1, 1, 1, 0.5, 0.5, 1]
    assert told("共1.4万元", without=".") == [1, 0.5, 0.5, 1, 1]


@pytest.mark.parametrize("text", ["1102.97", "12,345.60", "110297", "第3点要求", "10热点", "3", "1、加强管理", "2024年12月31日", "无"])
def test_a_line_read_in_full_stays(text: str) -> None:
    assert set(told(text)) == {1.0}


def test_a_line_without_ink_or_letters_stays() -> None:
    letters, area, ink = written("12.5")
    assert doubted([], area, ink) == []
    assert doubted(letters, area, np.zeros_like(ink)) == letters


# Stacks

def stacked(text: str, step: int = 40) -> tuple[Area, np.ndarray]:
    drawing = Drawing(200, 400)
    for n, c in enumerate(text):
        drawing.text(60, 30 + n * step, c, 32)
    return Area(50, 25, 105, 35 + len(text) * step), ink_of(drawing.picture, MM)


def test_a_stack_is_its_characters() -> None:
    area, ink = stacked("二产出指标")
    found = stack_of(area, ink, MM)
    assert len(found) == 5
    assert all(a.bottom <= b.top for a, b in pairwise(found))


def test_a_line_and_a_digit_are_no_stacks() -> None:
    ink = np.zeros((400, 700), np.uint8)
    ink[100:130, 100:400] = 255
    assert stack_of(Area(90, 90, 410, 140), ink, MM) == []
    assert stack_of(Area(90, 90, 99, 120), ink, MM) == []
    assert stack_of(Area(500, 100, 540, 300), ink, MM) == []
