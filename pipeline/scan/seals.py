"""Red seals: found by their ring, taken off what they cover, and read on their own. A red letterhead and the rule under it stay."""

from statistics import fmean
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan import engine
from pipeline.scan.picture import Area, Mask, Picture

_RED = 45  # levels that red is above green and blue
_SMALLEST, _LARGEST = 22.0, 62.0  # millimetres: the sides of seals, round and oval
_LONGEST = 1.7  # times its height that an oval seal is wide
_BROKEN = 0.7  # millimetres of the ring that may be missing between pieces
_RING, _COVERED = (0.84, 1.04), 0.8  # the ring lies at these shares of the radius, all around for this share of it
_FAINT = 20  # levels: what is no darker than this against paper is what is left of the edges of red strokes
_LEGIBLE = 0.6  # confidence
_LETTERS = (0.52, 0.92)  # shares of the radius between which the words stand


class Seal(NamedTuple):
    """Where a seal lies. In red light (0 to 255) the paper around it is `paper`; its full ink is `darker`, and `redder` than grey by so much."""

    area: Area
    paper: float
    darker: float
    redder: float


def seals(image: Picture, mm: float) -> list[Seal]:
    """The seals of a page. `mm`: pixels of a millimetre."""
    red = np.where(_redness(image) > _RED, np.uint8(255), np.uint8(0))
    if cv2.countNonZero(red) < (_SMALLEST * mm):
        return []
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((max(1, round(_BROKEN * mm)),) * 2, np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for n, (left, top, width, height, _) in enumerate(stats.tolist()):
        if n and _SMALLEST * mm <= height <= _LARGEST * mm and width >= _SMALLEST * mm:
            mask = labels[top:top + height, left:left + width] == n
            found += [part for part in _parts(Area(left, top, left + width, top + height)) if _ringed(mask[:, part.left - left:part.right - left])]
    return [_seal(image, red, area) for area in found]


def without(image: Picture, found: list[Seal]) -> Picture:
    """The page less the seals: red light takes nearly all of them away, and what it leaves is made up for by how red a place is."""
    page = image.copy() if found else image
    for seal in found:
        part = seal.area.of(page)
        inked = np.clip(_redness(part) / seal.redder, 0, 1)
        dark = seal.paper - part[:, :, 2] - inked * seal.darker
        faint = _FAINT * np.clip(3 * cv2.blur(inked, (1 + part.shape[1] // 30,) * 2), 0, 1)
        print_only = np.maximum(dark - faint, 0) * (seal.paper / (seal.paper - faint))
        part[:] = np.clip(seal.paper - print_only, 0, 255).astype(np.uint8)[:, :, None]
    return page


def words(image: Picture, seal: Seal) -> str:
    """What is written around a seal; empty where it cannot be read."""
    letters = engine.read(_unrolled(image, seal))
    return "".join(letter.text for letter in letters) if letters and fmean(letter.confidence for letter in letters) >= _LEGIBLE else ""


def _unrolled(image: Picture, seal: Seal) -> Picture:
    """The words around a seal as a straight line, clockwise from the bottom; black print that it covers is taken for paper."""
    part = seal.area.of(image)
    side = max(seal.area.width, seal.area.height)
    red = 255 - np.clip((part[:, :, 2].astype(np.int16) - part[:, :, 1]) * 2, 0, 255).astype(np.uint8)
    square = cv2.resize(red, (side, side))
    around = cv2.warpPolar(square, (side // 2, round(np.pi * side * 0.72)), (side / 2, side / 2), side / 2, cv2.INTER_CUBIC)
    turn = np.rot90(around)[::-1]  # angle to the right, radius downwards from the centre
    start = turn.shape[1] // 4  # angles count from the right, clockwise: a quarter is the bottom
    line = np.roll(turn, -start, axis=1)[round(_LETTERS[0] * side / 2):round(_LETTERS[1] * side / 2)][::-1]
    return np.ascontiguousarray(np.repeat(line[:, :, None], 3, axis=2))


def _redness(image: Picture) -> NDArray[np.float32]:
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.subtract(red, cv2.max(blue, green)), dtype=np.float32)


def _parts(area: Area) -> list[Area]:
    """One area for each seal of a row of seals that touch."""
    count = max(1, round(area.width / area.height)) if area.width > _LONGEST * area.height else 1
    step = area.width / count
    return [Area(area.left + round(n * step), area.top, area.left + round((n + 1) * step), area.bottom) for n in range(count)]


def _ringed(mask: NDArray[np.bool_]) -> bool:
    """Whether a ring goes around along the sides; letters of a head leave gaps at the corners of their row and across it."""
    height, width = mask.shape
    y, x = np.nonzero(mask)
    dx, dy = (2 * x + 1) / width - 1, (2 * y + 1) / height - 1
    radius = np.hypot(dx, dy)
    on = (radius >= _RING[0]) & (radius <= _RING[1])
    angles = np.floor((np.arctan2(dy[on], dx[on]) / np.pi + 1) * 36).astype(np.int32) % 72
    return len(np.unique(angles)) >= _COVERED * 72 and bool((radius > _RING[1]).mean() < 0.05)


def _seal(image: Picture, red: Mask, area: Area) -> Seal:
    margin = 1 + area.width // 40  # the edge of the ring is too pale to count as red
    wider = Area(area.left - margin, area.top - margin, area.right + margin, area.bottom + margin)
    light, inked = area.of(image)[:, :, 2], area.of(red) > 0
    paper = float(np.median(light[~inked]))
    return Seal(wider, paper, max(0.0, paper - float(np.percentile(light[inked], 40))), float(np.percentile(_redness(area.of(image))[inked], 60)))
