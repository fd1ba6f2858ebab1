"""The letters of a line → characters in their places on the page."""

import numpy as np

from pipeline.pages.page import Glyph
from pipeline.scan.engine import Letter
from pipeline.scan.picture import Area, Mask
from pipeline.scan.widths import wide

_HAN, _LATIN = 0.92, 0.72  # ems that the ink of a line is high: of Chinese characters, of digits and capitals alone
_IDEOGRAPHS = "\u2e80"  # and what follows
_WIDE, _NARROW = 1.0, 0.52  # ems that a character takes
_SAME = 0.5  # share of the smaller of two characters that the other covers where they are one, read twice
_ROOM = 0.6  # ems beyond their widths that middles of neighbours are apart where there is a gap between them; two ones stand a little apart


def glyphs_of(letters: list[Letter], area: Area, ink: Mask) -> list[Glyph]:
    """The characters of the line in `area`, in pixels; each as high as its line, side by side where print leaves no gap."""
    if not letters:
        return []
    top, bottom = _ink_rows(area, ink)
    em = (bottom - top) / (_HAN if any(letter.text >= _IDEOGRAPHS for letter in letters) else _LATIN)
    above, below = (top + bottom - em) / 2, (top + bottom + em) / 2
    widths = [em * (_WIDE if wide(letter.text) else _NARROW) for letter in letters]
    middles = [area.left + letter.at * area.width for letter in letters]
    edges = [_edges(*pair, em * _ROOM) for pair in zip(middles, middles[1:], widths, widths[1:], strict=False)]
    lefts = [middles[0] - widths[0] / 2, *(right for _, right in edges)]
    rights = [*(left for left, _ in edges), middles[-1] + widths[-1] / 2]
    return [Glyph(a, above, b, below, letter.text, letter.confidence) for a, b, letter in zip(lefts, rights, letters, strict=True)]


def once(lines: list[list[Glyph]]) -> list[Glyph]:
    """All characters; of two that stand in one place, which neighbouring areas both held, the surer one."""
    boxes = np.array([(line[0].left, line[0].top, line[-1].right, line[0].bottom) for line in lines], dtype=float).reshape(-1, 4)
    dropped: set[int] = set()
    for n, box in enumerate(boxes):
        meet = (np.minimum(boxes[:, 2:], box[2:]) > np.maximum(boxes[:, :2], box[:2])).all(axis=1)
        for m in np.flatnonzero(meet[:n]):
            dropped |= {id(min(a, b, key=lambda g: g.confidence)) for a in lines[n] for b in lines[m] if _same(a, b)}
    return [glyph for line in lines for glyph in line if id(glyph) not in dropped]


def _same(a: Glyph, b: Glyph) -> bool:
    across, down = min(a.right, b.right) - max(a.left, b.left), min(a.bottom, b.bottom) - max(a.top, b.top)
    return across > _SAME * min(a.right - a.left, b.right - b.left) and down > _SAME * min(a.bottom - a.top, b.bottom - b.top)


def _edges(middle: float, following: float, width: float, after: float, room: float) -> tuple[float, float]:
    """Where a character ends and its neighbour begins; between them a gap only where there is `room` for one."""
    if following - middle > (width + after) / 2 + room:
        return middle + width / 2, following - after / 2
    between = middle + (following - middle) * width / (width + after)
    return between, between


def _ink_rows(area: Area, ink: Mask) -> tuple[float, float]:
    """The first and last row of a line with ink on it."""
    rows = np.flatnonzero(np.count_nonzero(area.of(ink), axis=1) > 1)
    return (area.top + float(rows[0]), area.top + float(rows[-1]) + 1) if len(rows) else (float(area.top), float(area.bottom))
