"""Points between figures that recognition passed over: `1102.97` read as `110297` is a number, and a wrong one. The ink shows the point."""

import cv2
import numpy as np

from pipeline.scan.engine import Letter
from pipeline.scan.picture import Area, Mask

_FIGURES, _POINTS = frozenset("0123456789"), frozenset(".,，．。、:：;；·")
_DOT = (0.08, 0.3)  # of the height of its figures: the sides of a point
_LOW = 0.15  # of that height: how far over their foot a point ends, at most
_NEAR = 0.8  # of that height: how far from its ink a point may be told to stand
_DOUBT = 0.5  # the confidence that is left of the figures beside it


def doubted(letters: list[Letter], area: Area, ink: Mask) -> list[Letter]:
    """The letters; figures with a point between them that was not read are doubtful, since the point may be one of decimals."""
    if len(_FIGURES.intersection(letter.text for letter in letters)) < 1 or len(letters) < 2:
        return letters
    places = [letter.at * area.width for letter in letters]
    for dot, height in _dots(area.of(ink)):
        after = next((n for n, place in enumerate(places) if place > dot), 0)
        beside = letters[after - 1:after + 1]
        told = any(letter.text in _POINTS and abs(place - dot) <= _NEAR * height for letter, place in zip(letters, places, strict=True))
        if after and not told and all(letter.text in _FIGURES for letter in beside):
            letters = [*letters[:after - 1], *(letter._replace(confidence=min(letter.confidence, _DOUBT)) for letter in beside), *letters[after + 1:]]
    return letters


def _dots(line: Mask) -> list[tuple[float, float]]:
    """The middles of what looks like a point at the foot of a line, from the left, and the height of the line, in pixels."""
    rows = np.flatnonzero(np.count_nonzero(line, axis=1) > 1)
    if len(rows) < 6:
        return []
    foot, height = int(rows[-1]) + 1, int(rows[-1] - rows[0]) + 1
    least, most = _DOT[0] * height, _DOT[1] * height
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(line), connectivity=8)
    return sorted((left + width / 2, float(height)) for left, top, width, high, _ in stats[1:].tolist()
                  if least <= width <= most and least <= high <= most and foot - (top + high) <= _LOW * height)
