"""The ruling lines of a level page: straight, whole, and none of them a stroke of a character."""

from statistics import median
from typing import NamedTuple

import cv2
import numpy as np

from pipeline.scan.picture import Mask

# All in millimetres.
_PIECE = 3.6  # the shortest piece of a line
_SPECK = 0.4  # a gap within a piece
_GAP = 2.5  # a gap between pieces of one line
_DRIFT = 0.8  # how far pieces of one line lie apart: lines of a scan are a little curved
_THICKEST = 1.6
_ALONE, _LONG = 24.0, 80.0  # a line that stands alone is so long without a gap, or so long in all: a row of characters with a common foot is not
_SOLID = 0.85  # share of a line that is drawn
_UNBROKEN = 0.6  # share of a line between two others that is drawn without a gap
_LETTER = 14.0  # a run longer than any stroke of a character, or those of two characters that touch
_BESIDE, _END = (0.15, 0.5), 0.5  # the paper beside a line, and its ends, where others meet it
_INKED = (0.14, 0.35)  # shares of the length of a line with ink beside it, of a short one on either side, of a long one on both
_THIN = 0.85  # of the usual thickness: strokes of characters that touch one another from row to row are broken
_TIGHT = 5.8  # a row so low that characters reach from line to line
_SLACK = 1.25  # how much longer one side of a tight row may be than the others
_LEVEL, _SEVERAL = 0.5, 3  # how level the free ends of the sides of a cut row are, and how many
_SHORT, _BEYOND = 0.6, 1.5  # how far an end stays off the line it ends on, or goes beyond it


class Stroke(NamedTuple):
    """A line along one axis: from `start` to `end` at `at`, all in pixels; `drawn` of its length is ink, `run` of it without a gap."""

    at: float
    start: float
    end: float
    thickness: float
    drawn: float
    run: float

    @property
    def length(self) -> float:
        return self.end - self.start


def rulings(ink: Mask, mm: float) -> tuple[list[Stroke], list[Stroke]]:
    """Flat and upright lines, each from its first place on. `mm`: pixels of a millimetre."""
    turned = np.ascontiguousarray(ink.T)
    flat, upright = _strokes(_pieces(ink, mm), mm), _strokes([p for p in _pieces(turned, mm) if _clear(p, turned, mm)], mm)
    sure = ([s for s in flat if _alone(s, mm)], [s for s in upright if _alone(s, mm)])
    while True:  # a line that was made sure of may be what others end on
        known = set(sure[0]), set(sure[1])
        hanging = _hanging(upright, sure[0], mm)
        more = ([s for s in flat if s in known[0] or _held(s, sure[1], mm)], [s for s in upright if s in known[1] or s in hanging or _held(s, sure[0], mm)])
        if len(more[0]) == len(sure[0]) and len(more[1]) == len(sure[1]):
            return _whole(sure[0], mm), _columns(_whole(sure[1], mm), mm)
        sure = more


def _columns(upright: list[Stroke], mm: float) -> list[Stroke]:
    """Upright lines less strokes of characters in tight rows; where none is longer than such a row, it is the last of a table, and all stay."""
    if all(s.length <= _TIGHT * _SLACK * mm for s in upright):
        return upright
    usual = median(s.thickness for s in upright)
    return [s for s in upright if _in_line(s, upright, mm) or s.length > (_TIGHT if s.thickness > _THIN * usual else _ALONE) * mm]


def _in_line(stroke: Stroke, others: list[Stroke], mm: float) -> bool:
    """Whether a stroke has a line, longer than a tight row and than it is, over or under it."""
    return any(o.length > max(_TIGHT * mm, stroke.length) and abs(o.at - stroke.at) <= _DRIFT * mm for o in others)


def _strokes(pieces: list[Stroke], mm: float) -> list[Stroke]:
    """Pieces as they are, and joined, since a line may end beside a stroke of a character."""
    return list(dict.fromkeys([*_whole(pieces, mm), *pieces]))


def _pieces(ink: Mask, mm: float) -> list[Stroke]:
    """Everything flat, thin and longer than `_PIECE`."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _bar(_SPECK * mm + 1))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _bar(_PIECE * mm))
    _, _, stats, centres = cv2.connectedComponentsWithStats(runs, connectivity=8)
    pieces = [Stroke(y, left, left + width, max(area / width, 1.0), width, width)
              for (left, _, width, _, area), (_, y) in zip(stats[1:].tolist(), centres[1:].tolist(), strict=True)]
    return [p for p in pieces if p.thickness <= _THICKEST * mm]


def _clear(stroke: Stroke, ink: Mask, mm: float) -> bool:
    """Whether there is paper beside a stroke, as beside a line between columns: a stroke of a character has others on it. `ink`: with the stroke level."""
    low, high = _BESIDE
    first, last = round(stroke.start + _END * mm), round(stroke.end - _END * mm)
    shares = []
    for way in (-1, 1):
        edges = sorted(round(stroke.at + way * (stroke.thickness / 2 + off * mm)) for off in (low, high))
        strip = ink[max(0, edges[0]):edges[1] + 1, first:last]
        shares.append(float(strip.any(axis=0).mean()) if strip.size else 0.0)
    return max(shares) < _INKED[0] if stroke.length < _LETTER * mm else min(shares) < _INKED[1]


def _bar(length: float) -> Mask:
    return np.ones((1, max(3, round(length))), np.uint8)


def _whole(pieces: list[Stroke], mm: float) -> list[Stroke]:
    """Pieces that go on one another, made one, straight."""
    ended: list[Stroke] = []
    going: list[Stroke] = []
    for piece in sorted(pieces, key=lambda p: p.start):
        ended += [line for line in going if piece.start - line.end > _GAP * mm]
        going = [line for line in going if piece.start - line.end <= _GAP * mm]
        n = next((n for n, line in enumerate(going) if abs(line.at - piece.at) <= _DRIFT * mm), None)
        if n is None:
            going.append(piece)
        else:
            going[n] = _one(going[n], piece)
    return sorted(ended + going)


def _one(line: Stroke, piece: Stroke) -> Stroke:
    share = piece.length / (line.length + piece.length)
    drawn = line.drawn + max(0.0, min(piece.length, piece.end - line.end))
    return Stroke(line.at + (piece.at - line.at) * share, line.start, max(line.end, piece.end), max(line.thickness, piece.thickness), drawn, max(line.run, piece.run))


def _alone(stroke: Stroke, mm: float) -> bool:
    unbroken = stroke.run >= _ALONE * mm or stroke.length >= _LONG * mm and stroke.run >= _LETTER * mm
    return unbroken and stroke.drawn >= _SOLID * stroke.length


def _held(stroke: Stroke, across: list[Stroke], mm: float) -> bool:
    """Whether a stroke goes from one line across it to another, where strokes of characters keep off."""
    if stroke.drawn < _SOLID * stroke.length or stroke.run < min(_UNBROKEN * stroke.length, _LETTER / 2 * mm):
        return False
    meets = [line.at for line in across if line.start - _BEYOND * mm <= stroke.at <= line.end + _BEYOND * mm]
    return any(-_SHORT * mm <= at - stroke.start <= _BEYOND * mm for at in meets) and any(-_SHORT * mm <= stroke.end - at <= _BEYOND * mm for at in meets)


def _hanging(upright: list[Stroke], flat: list[Stroke], mm: float) -> set[Stroke]:
    """The sides of a row that a page break cut off: they stand on a line and begin level with each other, or hang from one and end level."""
    found: set[Stroke] = set()
    solid = [s for s in upright if s.drawn >= _SOLID * s.length]
    for way in (1, -1):
        met = [s for s in solid if any(line.start - _BEYOND * mm <= s.at <= line.end + _BEYOND * mm
                                       and -_SHORT * mm <= way * ((s.end if way > 0 else s.start) - line.at) <= _BEYOND * mm for line in flat)]
        free = [s.start if way > 0 else s.end for s in met]
        found |= {s for s, end in zip(met, free, strict=True) if sum(abs(end - other) <= _LEVEL * mm for other in free) >= _SEVERAL}
    return found
