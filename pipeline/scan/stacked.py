"""Characters printed one under another in a narrow cell, read as the line that they are."""

import numpy as np
from numpy.typing import NDArray

from pipeline.pages.page import Glyph
from pipeline.scan import engine
from pipeline.scan.engine import Letter
from pipeline.scan.picture import Area, Mask, Picture

_TALL = 1.7  # times its width that a stack is high, at least
_SQUARE = 1.25  # times its width that a character of a stack is high, at most
_SMALL = 2.0  # millimetres: what is narrower is a digit or a bracket, not a stack


def stack_of(area: Area, ink: Mask, mm: float) -> list[Area]:
    """The characters of a stack from the top; none where the area holds a line."""
    if area.height < _TALL * area.width or area.width < _SMALL * mm:
        return []
    columns = np.flatnonzero(area.of(ink).max(axis=0))
    if not len(columns):
        return []
    side = int(columns[-1] - columns[0]) + 1
    found: list[Area] = []
    for top, bottom in _runs(area.of(ink).max(axis=1) > 0):
        if found and area.top + bottom - found[-1].top <= _SQUARE * side:
            found[-1] = found[-1]._replace(bottom=area.top + bottom)  # strokes of one character: 二 is two runs of rows
        else:
            found.append(Area(area.left, area.top + top, area.right, area.top + bottom))
    return found if len(found) > 1 and all(a.height <= _SQUARE * side for a in found) else []


def read_stack(page: Picture, stack: list[Area]) -> tuple[list[Letter], list[Glyph]]:
    """The characters of a stack, and their places in pixels."""
    side = max(max(a.width, a.height) for a in stack)
    letters = engine.read(np.concatenate([_square(a.of(page), side) for a in stack], axis=1))
    places = [stack[min(int(letter.at * len(stack)), len(stack) - 1)] for letter in letters]
    return letters, [Glyph(a, b, c, d, letter.text, letter.confidence) for (a, b, c, d), letter in zip(places, letters, strict=True)]


def _runs(rows: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Rows with ink, as `[start, end)`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], rows, [False]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _square(part: Picture, side: int) -> Picture:
    """The part in the middle of a square of its own paper."""
    square = np.empty((side, side, 3), np.uint8)
    square[:] = np.median(part, axis=(0, 1))
    top, left = (side - part.shape[0]) // 2, (side - part.shape[1]) // 2
    square[top:top + part.shape[0], left:left + part.shape[1]] = part
    return square
