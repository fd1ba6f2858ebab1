"""Pages drawn as pixels: ruled tables and text in a Chinese font of this machine."""

import subprocess
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]

A4 = (595.0, 842.0)  # points
WIDTH, HEIGHT = 1240, 1754  # pixels: an A4 page at 150 dpi
MM = WIDTH / 210  # pixels of a millimetre
BLACK, RED = (0, 0, 0), (200, 20, 30)


class Drawing:
    """A white A4 page to draw on, in pixels."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.image = Image.new("RGB", (width, height), "white")
        self.pen = ImageDraw.Draw(self.image)

    @property
    def picture(self) -> Picture:
        """Blue, green, red."""
        return np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])

    def text(self, x: float, y: float, text: str, size: int = 28, colour: tuple[int, int, int] = BLACK) -> None:
        """`text` with its top left at (x, y)."""
        self.pen.text((x, y), text, fill=colour, font=font(size))

    def line(self, *ends: float, width: int = 2, colour: tuple[int, int, int] = BLACK) -> None:
        self.pen.line(ends, fill=colour, width=width)

    def grid(self, xs: Sequence[int], ys: Sequence[int], width: int = 2) -> None:
        for x in xs:
            self.line(x, ys[0], x, ys[-1], width=width)
        for y in ys:
            self.line(xs[0], y, xs[-1], y, width=width)

    def table(self, rows: Sequence[Sequence[str]], left: int = 120, top: int = 200, column: int = 200, row: int = 60, size: int = 26) -> None:
        """A ruled table, its texts in the middle of their cells."""
        self.grid([left + n * column for n in range(len(rows[0]) + 1)], [top + n * row for n in range(len(rows) + 1)])
        for r, cells in enumerate(rows):
            for c, text in enumerate(cells):
                self.pen.text((left + (c + 0.5) * column, top + (r + 0.5) * row), text, fill=BLACK, font=font(size), anchor="mm")


@lru_cache(maxsize=8)
def font(size: int) -> ImageFont.FreeTypeFont:
    """A Chinese font; without one the test is skipped."""
    try:
        found = subprocess.run(["fc-match", "-f", "%{file}", ":lang=zh-cn"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        found = ""
    if not found:
        pytest.skip("no Chinese font, or no fc-match to find one: install fontconfig and fonts-wqy-zenhei")
    return ImageFont.truetype(found, size)
