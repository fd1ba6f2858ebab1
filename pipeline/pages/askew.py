"""Boxes of a page that was made level before it was read, put back where the ink stands on the page as it was scanned."""

from dataclasses import replace
from math import cos, radians, sin
from typing import NamedTuple

from extractors.reading import Block, Box


class Lie(NamedTuple):
    """How a page lay: its size in points, and the degrees, anticlockwise, that its lines rise."""

    width: float
    height: float
    skew: float

    def box(self, level: Box) -> Box:
        """The upright box around a box of the level page, turned back about the middle of the page."""
        x, y = self.width / 2, self.height / 2
        c, s = cos(radians(self.skew)), sin(radians(self.skew))
        corners = [(c * (a - x) + s * (b - y) + x, c * (b - y) - s * (a - x) + y) for a in level[0::2] for b in level[1::2]]
        across, down = zip(*corners, strict=True)
        return (round(min(across), 1), round(min(down), 1), round(max(across), 1), round(max(down), 1))


def put_back(block: Block, lies: dict[int, Lie]) -> Block:
    """The block with its boxes on the pages as they lay. `lies`: of the pages that did not lie level, by number."""
    places = tuple(p._replace(bbox=lies[p.page].box(p.bbox)) if p.page in lies else p for p in block.places)
    rows = tuple(tuple(replace(c, bbox=lies[c.page].box(c.bbox)) if c.bbox and c.page in lies else c for c in row) for row in block.rows)
    return replace(block, places=places, rows=rows)
