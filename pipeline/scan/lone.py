"""A character that stands alone has no neighbours to tell it by: its shape decides where recognition is known to be wrong."""

import numpy as np
from numpy.typing import NDArray

from pipeline.scan.engine import Letter
from pipeline.scan.picture import Area, Mask

_ROUND, _UPRIGHT = "Oo〇口", "1lI|丨"
_SLIM = 0.84  # times its height that a nought is wide, at most; the letter O is wider
_LEANING = -0.75  # correlation of right and down in the ink of a slash, at most; of an upright or slanting figure one it is above -0.5


def by_shape(letters: list[Letter], area: Area, ink: Mask) -> list[Letter]:
    """A lone `O` as slim as a nought is `0`; a lone `1` that leans is the slash that fills an empty cell."""
    if len(letters) != 1:
        return letters
    y, x = np.nonzero(area.of(ink))
    if letters[0].text in _ROUND and _width(x) <= _SLIM * _width(y):
        return [letters[0]._replace(text="0")]
    if letters[0].text in _UPRIGHT and _width(x) > 2 and _width(y) > 2 and np.corrcoef(x, y)[0, 1] <= _LEANING:
        return [letters[0]._replace(text="/")]
    return letters


def _width(places: NDArray[np.intp]) -> int:
    return int(places.max() - places.min()) + 1 if len(places) else 0
