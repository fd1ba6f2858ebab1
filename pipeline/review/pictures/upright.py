"""Which way a page was turned before it was read. The reading tells that it was; where its characters stand tells how."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.reading import Block, Box, Reading
from pipeline.review.pictures.leaf import Pixels
from pipeline.scan.upright import quarter_turned

_CELL = 3.0  # points: a quarter of a line of print
_TURNED, _RECOGNISED = "page-turned", "page-by-ocr"  # codes of notes: on a page that recognition set upright, on one that was read from its picture

Density = NDArray[np.float32]  # how much ink, in cells of a page


class Line(NamedTuple):
    """So many characters, printed in that place."""

    box: Box
    characters: int


def recognised_pages(reading: Reading) -> set[int]:
    """The pages that were read from their pictures."""
    return {note.page for note in reading.notes if note.code == _RECOGNISED and note.page}


def turned_pages(reading: Reading) -> dict[int, list[Line]]:
    """The pages that recognition turned, by number, with what was read on them."""
    found: dict[int, list[Line]] = {note.page: [] for note in reading.notes if note.code == _TURNED and note.page}
    for block in reading.blocks if found else ():
        for page, line in _lines(block):
            if page in found:
                found[page].append(line)
    return found


def _lines(block: Block) -> Iterator[tuple[int | None, Line]]:
    ends = [*(place.start for place in block.places), len(block.text)]
    for place, (start, end) in zip(block.places, pairwise(ends), strict=True):
        yield place.page, Line(place.bbox, end - start)
    for cell in (c for row in block.rows for c in row if c.bbox):
        yield cell.page, Line(cell.bbox or (0, 0, 0, 0), len(cell.text))


def set_upright(pixels: Pixels, width: float, height: float, lines: list[Line]) -> tuple[Pixels, float, float]:
    """The page as it was read, and its sides in points. `lines`: what was read there."""
    turns = max((1, 2, 3), key=lambda n: _likeness(pixels, n, *_sides(width, height, n), lines))
    return quarter_turned(pixels, turns), *_sides(width, height, turns)


def _sides(width: float, height: float, turns: int) -> tuple[float, float]:
    return (height, width) if turns % 2 else (width, height)


def _likeness(pixels: Pixels, turns: int, width: float, height: float, lines: list[Line]) -> float:
    """How well the ink of the page, turned, lies where characters were read: from -1 to 1."""
    size = max(1, round(width / _CELL)), max(1, round(height / _CELL))
    read, seen = _expected(size, lines), _ink(pixels, turns, size)
    return float(np.corrcoef(read.ravel(), seen.ravel())[0, 1]) if read.std() and seen.std() else -1.0


def _ink(pixels: Pixels, turns: int, size: tuple[int, int]) -> Density:
    grey = cv2.cvtColor(quarter_turned(pixels, turns), cv2.COLOR_BGR2GRAY)
    return 255 - np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _expected(size: tuple[int, int], lines: list[Line]) -> Density:
    """Every line's characters, spread over its place."""
    page = np.zeros((size[1], size[0]), np.float32)
    for (left, top, right, bottom), characters in lines:
        part = page[max(0, int(top / _CELL)):max(0, round(bottom / _CELL)), max(0, int(left / _CELL)):max(0, round(right / _CELL))]
        part += characters / max(1, part.size)
    return page
