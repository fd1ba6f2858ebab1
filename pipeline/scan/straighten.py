"""How far a page was turned when it was scanned, and the page turned back."""

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scan.picture import Mask, Picture

_MOST, _COARSE, _FINE = 5.0, 0.25, 0.03  # degrees: the most a page is turned by accident, first and second steps of the search
_WIDTH = 1000  # pixels: enough to tell a turn of `_FINE`
_LEAST = 0.04  # degrees: less is not worth turning
_CLEARER = 1.05  # lines must stand out this much more than on the page as it is


def angle_of(ink: Mask) -> float:
    """Degrees, anticlockwise, that the lines of a page rise; 0 where it has no lines that tell."""
    x, y = _edges(ink)
    if len(x) < 200:
        return 0.0
    first = _best(x, y, np.arange(-_MOST, _MOST + _COARSE, _COARSE))
    angle = _best(x, y, np.arange(first - _COARSE, first + _COARSE, _FINE))
    clear = _sharpness(x, y, angle) > _CLEARER * _sharpness(x, y, 0.0)
    return float(angle) if clear and abs(first) < _MOST and abs(angle) >= _LEAST else 0.0


def turned(image: Picture, angle: float) -> Picture:
    """The page whose lines rise by `angle`, made level; its size stays."""
    if not angle:
        return image
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _edges(ink: Mask) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where ink begins, from the top: along the tops of letters and lines."""
    scale = min(1.0, _WIDTH / ink.shape[1])
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 100
    y, x = np.nonzero(small[1:] & ~small[:-1])
    return x.astype(np.float32), y.astype(np.float32)


def _best(x: NDArray[np.float32], y: NDArray[np.float32], angles: NDArray[np.float64]) -> float:
    return float(max(angles, key=lambda angle: _sharpness(x, y, angle)))


def _sharpness(x: NDArray[np.float32], y: NDArray[np.float32], angle: float) -> float:
    """How much the edges gather in rows when the page is turned by `angle`."""
    rows = y + x * np.float32(np.tan(np.radians(angle)))
    counts = np.bincount((rows - rows.min()).astype(np.int32)).astype(np.float64)
    return float((counts * counts).sum())
