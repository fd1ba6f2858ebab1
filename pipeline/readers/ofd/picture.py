"""A page of an OFD file as an image for recognition: its pictures, and the characters of which only the shape is known."""

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.pages.page import Page
from pipeline.readers.ofd.document import Resources
from pipeline.readers.ofd.font import FIRST, font
from pipeline.readers.ofd.geometry import Matrix, box_of, scale, times
from pipeline.readers.ofd.package import Package, Unreadable
from pipeline.readers.ofd.page import Ink, Picture
from pipeline.readers.ofd.text import Nameless

_DOTS = 200 / 72  # pixels a point
_LONGEST = 8_000  # pixels of a side of the page
_LARGEST = 80_000_000  # pixels of the pictures of a page
_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "JPEG2000")
_BROKEN = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)  # what Pillow raises for damaged images


class Easel:
    """The image of one page. `width`, `height` in points; `failed`: what could not be drawn, in Chinese."""

    def __init__(self, package: Package, resources: Resources, width: float, height: float) -> None:
        self._package, self._resources = package, resources
        self._width, self._height = width, height
        self._dots = min(_DOTS, _LONGEST / max(width, height))
        self._canvas = Image.new("RGB", (max(1, round(width * self._dots)), max(1, round(height * self._dots))), "white")
        self._pen = ImageDraw.Draw(self._canvas)
        self._font = cache(self._load)
        self._left = _LARGEST
        self.failed: set[str] = set()
        self.drawn = 0

    def recognised(self, number: int) -> Page:
        """What recognition reads on the image, in points of the page. `DocumentError`: there is no recognition here."""
        from pipeline.scan.recognise import recognise

        return recognise(self.image(), number, self._width, self._height)

    def image(self) -> NDArray[np.uint8]:
        """Height × width × (blue, green, red)."""
        return np.ascontiguousarray(np.asarray(self._canvas)[:, :, ::-1])

    def draw(self, ink: Ink) -> None:
        """Pictures, then shapes; `drawn` counts both."""
        for done in (*map(self._picture, ink.pictures), *map(self._shape, ink.nameless)):
            self.drawn += done

    def _picture(self, picture: Picture) -> bool:
        member = self._resources.media.get(picture.media)
        try:
            if member is None:
                raise Unreadable(f"缺少图片资源 {picture.media}")
            self._paste(self._opened(self._package.read(member), member), self._pixels(picture.matrix))
        except Unreadable as error:
            self.failed.add(str(error))
            return False
        return True

    def _opened(self, data: bytes, member: str) -> Image.Image:
        """A picture, in grey, in colours, or with its transparency. `Unreadable`: damaged, too large, or of a format that is not read."""
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            self._left -= image.width * image.height
            if self._left < 0:
                raise Unreadable(f"图片“{member:.80}”有 {image.width}×{image.height} 像素，超过上限")
            return image.convert("RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB")
        except _BROKEN as error:
            raise Unreadable(f"图片“{member:.80}”损坏，或格式（如 JBIG2）不能读") from error

    def _pixels(self, matrix: Matrix) -> Matrix:
        return times(matrix, (self._dots, 0.0, 0.0, self._dots, 0.0, 0.0))

    def _paste(self, image: Image.Image, matrix: Matrix) -> None:
        """The image where the matrix puts the unit square; what lies beyond the page is cut off."""
        left, top, right, bottom = box_of(matrix, 0, 0, 1, 1)
        x, y = max(0, int(left)), max(0, int(top))
        size = (min(self._canvas.width, int(right) + 1) - x, min(self._canvas.height, int(bottom) + 1) - y)
        a, b, c, d, e, f = matrix
        area = a * d - b * c
        if min(size) <= 0 or not area:
            return
        coarser = max(1, int(min(image.width / (right - left), image.height / (bottom - top))))
        image = image.reduce(coarser) if coarser > 1 else image
        w, h = image.width / area, image.height / area  # from the page back to the unit square, and on to its pixels
        back = (d * w, -c * w, ((x - e) * d - (y - f) * c) * w, -b * h, a * h, ((y - f) * a - (x - e) * b) * h)
        moved = image.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BILINEAR, fillcolor=None if image.mode == "RGBA" else "white")
        self._canvas.paste(moved, (x, y), moved if image.mode == "RGBA" else None)

    def _shape(self, shape: Nameless) -> bool:
        matrix = self._pixels(shape.matrix)
        a, b, c, d, e, f = matrix
        drawn = self._font(shape.font, round(shape.size * scale(matrix)))
        if drawn is None or abs(b) + abs(c) > 0.1 * abs(a):
            self.failed.add("字形没有内嵌字体可画，或文字是斜排的")
            return False
        place = (a * shape.x + c * shape.y + e, b * shape.x + d * shape.y + f)
        self._pen.text(place, chr(FIRST + shape.glyph), "black", drawn, anchor="ls")
        return True

    def _load(self, name: str, size: int) -> ImageFont.FreeTypeFont | None:
        """The font of a resource at a size in pixels; None where the file has none that can be drawn."""
        member = self._resources.fonts.get(name)
        try:
            return font(self._package.read(member), size) if member and 0 < size <= 1000 else None
        except (Unreadable, ValueError):
            return None
