"""Where there is text to read: what detection found, cut at ruling lines, and the ink in cells that it passed over."""

import math
from collections.abc import Iterable
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.picture import Area, Mask, Picture
from pipeline.scan.rulings import Stroke

# All in millimetres.
_WALL = 0.5  # around a ruling line: its edges, and what the page is still turned
_CORNER = 1.0  # lines are taken to go on so far, to close the corners of cells
_WORD = 1.4  # characters of one number are no farther apart
_LEAST = 1.3  # the longer side of the smallest thing that is read: a dash, a digit
_THIN = 0.25  # its shorter side
_LINE = 5.0  # the height of a line on a page without lines
_SLIVER = 1.0  # what is thinner and nearer to the side of its cell than this is left of a ruling line
_SMALLEST_CELL = 2.5
_NARROWEST, _LOWEST = 0.2, 0.3  # shares of its height that a part of a line is wide and high, at least
_TALLER = 0.08  # more of its height, over and under a line
_ASIDE, _ABOVE = 0.25, 0.2  # paper beside a spot and over it, as a share of the height of a line, and of its own
_PALE = 0.55  # of the darkness of print: what is paler is what is left of a seal, or a stain
_DENSE = 0.12  # share of a spot that is ink, at least: specks are not


def without_rules(ink: Mask, flat: list[Stroke], upright: list[Stroke], mm: float) -> Mask:
    """The ink that is no ruling line."""
    return np.asarray(cv2.bitwise_and(ink, cv2.bitwise_not(_walls(ink.shape, flat, upright, _WALL * mm, 0))), dtype=np.uint8)


def cells(shape: tuple[int, ...], flat: list[Stroke], upright: list[Stroke], mm: float) -> list[Area]:
    """The fields that ruling lines close in, merged ones as one."""
    walls = _walls(shape, flat, upright, 1, _CORNER * mm)
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(walls), connectivity=4)
    areas = [Area(left, top, left + width, top + height) for left, top, width, height, _ in stats[1:].tolist()]
    return [a for a in areas if a.left > 0 and a.top > 0 and a.right < shape[1] and a.bottom < shape[0] and min(a.width, a.height) > _SMALLEST_CELL * mm]


def cut(areas: Iterable[Area], ink: Mask, flat: list[Stroke], upright: list[Stroke]) -> list[Area]:
    """The areas, cut at every line that crosses them; parts without ink are left out. `ink`: without the lines."""
    found = list(areas)
    parts = [part for area in found for part in _columns(_taller(area, found), upright)]
    parts = [part for area in parts for part in _rows(area, flat)]
    return [part for part in parts if cv2.countNonZero(part.of(ink)) > 3]


def _taller(area: Area, others: list[Area]) -> Area:
    """Detection cuts off the ends of brackets. On a side where another line stands right over or under it, the area stays as it is."""
    more = round(area.height * _TALLER)
    beside = [o for o in others if o is not area and o.left < area.right and o.right > area.left]
    above = any(o.top < area.top and o.bottom > area.top - more for o in beside)
    below = any(o.bottom > area.bottom and o.top < area.bottom + more for o in beside)
    return Area(area.left, area.top if above else max(0, area.top - more), area.right, area.bottom if below else area.bottom + more)


def missed(sheet: Picture, ink: Mask, read: list[Area], fields: Iterable[Area], mm: float) -> list[Area]:
    """Ink in a cell that no area covers, with as much paper around it as a line has; the largest first. `ink`: without the lines."""
    left = ink.copy()
    for area in read:
        area.of(left)[:] = 0
    light = sheet.min(axis=2)
    height = median(area.height for area in read) if read else _LINE * mm
    found = [(spot, field) for field in fields for spot in _spots(field.of(left), mm)]
    darkest = _darkest(light, ink) if found else 0.0
    found.sort(key=lambda pair: -pair[0].width * pair[0].height)
    return [_roomy(spot, field, height) for spot, field in found if _darkest(field.of(light), field.of(left), spot) >= _PALE * darkest]


def _darkest(light: NDArray[np.uint8], ink: NDArray[np.uint8], spot: Area | None = None) -> float:
    """Levels that the darkest tenth of the ink, of a spot or of all, is darker than the paper."""
    part, inked = (spot.of(light), spot.of(ink)) if spot else (light, ink)
    return float(np.median(light)) - float(np.percentile(part[inked > 0], 10)) if inked.any() else 0.0


def _roomy(spot: Area, field: Area, height: float) -> Area:
    """A spot of a field, on the page, as wide and as high as recognition wants a character to be, within the field."""
    aside = round(height * _ASIDE)
    above = max(round((height - spot.height) / 2), round(spot.height * _ABOVE))
    return Area(max(field.left, field.left + spot.left - aside), max(field.top, field.top + spot.top - above),
                min(field.right, field.left + spot.right + aside), min(field.bottom, field.top + spot.bottom + above))


def _walls(shape: tuple[int, ...], flat: list[Stroke], upright: list[Stroke], around: float, beyond: float) -> Mask:
    walls = np.zeros(shape[:2], np.uint8)
    for lines, mask in ((flat, walls), (upright, walls.T)):
        for line in lines:
            half = line.thickness / 2 + around
            mask[max(0, round(line.at - half)):round(line.at + half) + 1, max(0, round(line.start - beyond)):round(line.end + beyond) + 1] = 255
    return walls


def _columns(area: Area, upright: list[Stroke]) -> list[Area]:
    middle = (area.top + area.bottom) / 2
    parts = _between(area.left, area.right, [s for s in upright if s.start <= middle <= s.end])
    return [Area(a, area.top, b, area.bottom) for a, b in parts if len(parts) == 1 or b - a > area.height * _NARROWEST]


def _rows(area: Area, flat: list[Stroke]) -> list[Area]:
    slack = area.height  # a line under some words of the line is no side of a cell
    parts = _between(area.top, area.bottom, [s for s in flat if s.start <= area.left + slack and s.end >= area.right - slack])
    return [Area(area.left, a, area.right, b) for a, b in parts if len(parts) == 1 or b - a > area.height * _LOWEST]


def _between(start: int, end: int, lines: list[Stroke]) -> list[tuple[int, int]]:
    """What is left of `[start, end)` on both sides of the lines in it."""
    edges = [start, end]
    for line in lines:
        if start < line.at < end:
            edges += [math.floor(line.at - line.thickness / 2) - 1, math.ceil(line.at + line.thickness / 2) + 1]
    edges.sort()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _spots(ink: NDArray[np.uint8], mm: float) -> list[Area]:
    if not cv2.countNonZero(ink):
        return []
    near = cv2.morphologyEx(cv2.copyMakeBorder(ink, 0, 0, 0, 0, cv2.BORDER_CONSTANT), cv2.MORPH_CLOSE, np.ones((max(1, round(_LEAST / 2 * mm)), round(_WORD * mm)), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    areas = [Area(left, top, left + width, top + height) for left, top, width, height, _ in stats[1:].tolist()]
    return [a for a in areas if max(a.width, a.height) >= _LEAST * mm and min(a.width, a.height) >= _THIN * mm
            and a.of(ink).mean() / 255 >= _DENSE and not _sliver(a, ink.shape, _SLIVER * mm)]


def _sliver(spot: Area, field: tuple[int, ...], near: float) -> bool:
    across = min(spot.top, field[0] - spot.bottom) if spot.width > spot.height else min(spot.left, field[1] - spot.right)
    return min(spot.width, spot.height) < near and across < near
