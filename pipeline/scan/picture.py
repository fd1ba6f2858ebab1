"""A page as pixels: the picture, its ink, and areas of it."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # height × width × 3: blue, green, red
Mask = NDArray[np.uint8]  # height × width: 0 or 255

_BLOCK, _DARKER = 8.0, 24  # millimetres around a pixel, grey levels that ink is darker than they are on average


class Area(NamedTuple):
    """Pixels `[left, right) × [top, bottom)`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def of(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return image[max(0, self.top):max(0, self.bottom), max(0, self.left):max(0, self.right)]


def ink_of(image: Picture, mm: float) -> Mask:
    """What is darker than its surroundings. `mm`: pixels of a millimetre."""
    grey = cv2.blur(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (2, 2))
    block = round(_BLOCK * mm) | 1
    return np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(block, 3), _DARKER), dtype=np.uint8)
