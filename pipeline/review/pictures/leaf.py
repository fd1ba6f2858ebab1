"""A page on its way to a picture file, whatever drew it."""

import io
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]  # height × width × (blue, green, red)

DPI = 150  # a page of A4 is 1240 pixels wide: its smallest print can be read on a screen
_LONGEST = 6000  # pixels of a side, which a drawing of a plotter reaches at fewer dots
_QUALITY, _EFFORT = 60, 2  # of WebP: print stays sharp; more effort takes twice as long for a tenth of the bytes


class Leaf(NamedTuple):
    """A page that was drawn. `width`, `height` in points; `body`: the file that shows it, `suffix` of which kind; `lacks`: what is not drawn, in Chinese."""

    number: int
    width: float
    height: float
    body: bytes
    suffix: str
    lacks: tuple[str, ...] = ()


class Missing(NamedTuple):
    """A page that cannot be drawn, and why, in Chinese."""

    number: int
    reason: str


def scale_of(width: float, height: float) -> float:
    """Pixels a point for a page of that size."""
    return min(DPI / 72, _LONGEST / max(width, height, 1.0))


def fitted(pixels: Pixels, width: float, height: float) -> Pixels:
    """The picture of a page of so many points, no finer than it is shown."""
    scale = scale_of(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if pixels.shape[1] <= size[0] + 1 and pixels.shape[0] <= size[1] + 1:
        return pixels
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def webp(pixels: Pixels) -> bytes:
    """The picture as a file, the same bytes for the same pixels: a tenth of what PNG takes for a scan, and a quarter for print."""
    made = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).save(made, "WEBP", quality=_QUALITY, method=_EFFORT)
    return made.getvalue()
