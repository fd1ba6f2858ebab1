"""A picture of a page → its characters and ruling lines in their places."""

from collections.abc import Iterator
from statistics import fmean
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading import Note
from pipeline.pages.page import Glyph, Page, Rule
from pipeline.scan import engine
from pipeline.scan.engine import Letter
from pipeline.scan.letters import glyphs_of, once
from pipeline.scan.lone import by_shape
from pipeline.scan.picture import Area, Mask, Picture, ink_of
from pipeline.scan.points import doubted
from pipeline.scan.rulings import Stroke, rulings
from pipeline.scan.seals import seals, without, words
from pipeline.scan.spots import cells, cut, missed, without_rules
from pipeline.scan.stacked import read_stack, stack_of
from pipeline.scan.straighten import angle_of, turned
from pipeline.scan.upright import quarter_turned, quarters
from pipeline.scan.widths import as_printed

_MM = 72 / 25.4  # points
_LEGIBLE = 0.5  # confidence under which a line is no text: grain, a stain, a signature
_MOST_SPOTS = 300  # that detection passed over and are read all the same: a grainy picture has thousands
_FEWEST = 30  # pixels of a side of what can hold text


class _Sheet(NamedTuple):
    """A level page. `mm`: its pixels in a millimetre; `bare`: its ink without the ruling lines; `marks`: the seals that were taken off;
    `skew`: degrees, anticlockwise, that its lines rose.
    """

    picture: Picture
    mm: float
    flat: list[Stroke]
    upright: list[Stroke]
    bare: Mask
    marks: list[str]
    skew: float


class _Line(NamedTuple):
    """What was read in an area."""

    area: Area
    letters: list[Letter]
    glyphs: list[Glyph]

    @property
    def legible(self) -> bool:
        return bool(self.glyphs) and fmean(g.confidence for g in self.glyphs) >= _LEGIBLE


def recognise(image: NDArray[np.uint8], number: int, width: float, height: float) -> Page:
    """The page that the picture shows, level and the right way up, so its sides may change places.

    `image`: height × width × (blue, green, red), or grey; `width`, `height`: of the page in points.
    `DocumentError`: recognition is not installed.
    """
    picture = _coloured(image)
    if min(picture.shape[:2]) < _FEWEST:
        return Page(number, width, height, ocr=True)
    sheet, lines = _read(picture, width)
    turns = quarters(sheet.picture, [line.area for line in lines], [line.letters for line in lines])
    if turns % 2:
        width, height = height, width
    if turns:
        sheet, lines = _read(quarter_turned(picture, turns), width)
    page = _page(sheet, lines, number, width, height)
    if turns:
        page.notes.append(Note("page-turned", f"第 {number} 页{'横放' if turns % 2 else '倒置'}，已转正后识别", number))
    return page


def _read(picture: Picture, width: float) -> tuple[_Sheet, list[_Line]]:
    """The lines of a page as it lies; `width` in points."""
    sheet = _sheet(picture, picture.shape[1] / width * _MM)
    areas = cut(engine.detect(sheet.picture), sheet.bare, sheet.flat, sheet.upright)
    spots = missed(sheet.picture, sheet.bare, areas, cells(sheet.bare.shape, sheet.flat, sheet.upright, sheet.mm), sheet.mm)
    lines = [_line(sheet, area) for area in areas + spots[:_MOST_SPOTS]]
    return sheet, lines + [_Line(area, [], []) for area in spots[_MOST_SPOTS:]]


def _sheet(picture: Picture, mm: float) -> _Sheet:
    marks = seals(picture, mm)
    plain = without(picture, marks)
    skew = angle_of(ink_of(plain, mm))
    level = turned(plain, skew)
    ink = ink_of(level, mm)
    flat, upright = rulings(ink, mm)
    return _Sheet(level, mm, flat, upright, without_rules(ink, flat, upright, mm), [words(picture, mark) for mark in marks], skew)


def _line(sheet: _Sheet, area: Area) -> _Line:
    stack = stack_of(area, sheet.bare, sheet.mm)
    if stack:
        return _Line(area, *read_stack(sheet.picture, stack))
    letters = doubted(by_shape(engine.read(area.of(sheet.picture)), area, sheet.bare), area, sheet.bare)
    return _Line(area, letters, glyphs_of(as_printed(letters), area, sheet.bare))


def _page(sheet: _Sheet, lines: list[_Line], number: int, width: float, height: float) -> Page:
    page = Page(number, width, height, aside=[mark for mark in sheet.marks if mark], ocr=True, skew=sheet.skew)
    scale = _MM / sheet.mm
    page.glyphs = [_scaled(glyph, scale) for glyph in once([line.glyphs for line in lines if line.legible])]
    page.rules = [Rule(a * scale, b * scale, c * scale, d * scale) for a, b, c, d in _rules(sheet)]
    illegible = sum(not line.legible for line in lines)
    if illegible:
        page.notes.append(Note("ink-not-read", f"第 {number} 页有 {illegible} 处笔迹不能识别（手写、污渍或过于模糊），请对照原件", number))
    return page


def _scaled(glyph: Glyph, scale: float) -> Glyph:
    return glyph._replace(left=glyph.left * scale, top=glyph.top * scale, right=glyph.right * scale, bottom=glyph.bottom * scale)


def _rules(sheet: _Sheet) -> Iterator[tuple[float, float, float, float]]:
    for s in sheet.flat:
        yield s.start, s.at - s.thickness / 2, s.end, s.at + s.thickness / 2
    for s in sheet.upright:
        yield s.at - s.thickness / 2, s.start, s.at + s.thickness / 2, s.end


def _coloured(image: NDArray[np.uint8]) -> Picture:
    if image.ndim == 2 or image.shape[2] == 1:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.ascontiguousarray(image[:, :, :3])
