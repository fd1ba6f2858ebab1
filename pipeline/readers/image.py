"""png, jpg, tif, bmp: every frame a page, read by recognition, then as every paged source."""

import io
import struct
import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.pages.page import Page
from pipeline.readers.content import Content, File
from pipeline.readers.kinds import UNREADABLE

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
_MOST_PIXELS = 80_000_000  # of a frame: A3 at 600 dpi
_MOST_PAGES = 2000
_FEWEST = 100  # pixels of a side of what can hold a line of text
_DPI = 200  # what recognition works at; more costs time and finds no more
_DPIS, _SIDES = (60, 1300), (300, 1700)  # dots an inch, and points of the longer side, that a page can have: from A5 to A2
_A4 = (595.0, 842.0)  # points
_QUARTER = (5, 6, 7, 8)  # orientations of EXIF that change the sides
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, KeyError, IndexError, TypeError, ZeroDivisionError, OverflowError)  # by what Pillow tells damage


class Frame(NamedTuple):
    """A page of an image: pixels in rows (blue, green, red), its sides in points."""

    picture: NDArray[np.uint8]
    width: float
    height: float


def read_image(file: File) -> Content:
    """The blocks of an image, of all frames of a tif. `DocumentError`: damaged, too large, too small, or recognition is not installed."""
    from pipeline.pages.flow import blocks_of

    notes: list[Note] = []
    count = 0

    def told() -> Iterator[Page]:
        nonlocal count
        for page in _pages(file.data):
            count += 1
            notes.extend(page.notes)
            yield page

    blocks = blocks_of(told())
    return Content(blocks, pages=count, ocr=True, notes=tuple(notes))


def _pages(data: bytes) -> Iterator[Page]:
    from pipeline.scan.recognise import recognise

    for number, frame in enumerate(_frames(data), 1):
        if isinstance(frame, Frame):
            yield recognise(frame.picture, number, frame.width, frame.height)
        else:
            yield Page(number, *_A4, ocr=True, notes=[Note("page-too-small", f"第 {number} 页只有 {frame[0]}×{frame[1]} 像素，没有识别", number, "warning")])


def _frames(data: bytes) -> Iterator[Frame | tuple[int, int]]:
    """The frames in order; of one of several that is too small to read, as previews are, its sides in pixels. `DocumentError`."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            for number in range(_count(image)):
                image.seek(number)
                if min(image.size) >= _FEWEST:
                    yield _frame(image)
                elif _count(image) > 1:
                    yield image.size
                else:
                    raise DocumentError("too-small", f"图片只有 {image.width}×{image.height} 像素，看不清文字", "请取得原图或重新扫描（200 dpi 以上）后再运行")
    except Image.DecompressionBombError as error:
        raise _too_large("像素过多") from error
    except _BROKEN as error:
        raise DocumentError("damaged", "图片损坏，可能被截断", UNREADABLE) from error


def _count(image: Image.Image) -> int:
    count = 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))  # a camera puts other views of the same after the first
    if count > _MOST_PAGES:
        raise DocumentError("too-large", f"图片有 {count} 页，超过上限 {_MOST_PAGES} 页", "请拆分后再运行")
    return count


def _frame(image: Image.Image) -> Frame:
    width, height = _points(image)
    dots = min(_DPI, max(image.width / width, image.height / height) * 72)
    size = round(width / 72 * dots), round(height / 72 * dots)  # the dots of a fax are not square
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) in _QUARTER
    if image.format == "JPEG" and not image.info.get("progressive"):
        image.draft("RGB", size)  # decoded at a half, a quarter, an eighth of its size where that is enough
    if image.width * image.height > _MOST_PIXELS:
        raise _too_large(f"有 {image.width}×{image.height} 像素")
    plain = _plain(image)
    if max(abs(plain.width - size[0]), abs(plain.height - size[1])) > 1:
        plain = plain.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    pixels = np.asarray(ImageOps.exif_transpose(plain))[:, :, ::-1]
    return Frame(np.ascontiguousarray(pixels), *((height, width) if turned else (width, height)))


def _points(image: Image.Image) -> tuple[float, float]:
    """The sides in points by the dots an inch that the file tells; where they are not told or cannot be, as of an A4 page."""
    dots = image.info.get("dpi")
    if isinstance(dots, tuple) and len(dots) == 2 and all(_DPIS[0] <= float(d) <= _DPIS[1] for d in dots):
        width, height = image.width / float(dots[0]) * 72, image.height / float(dots[1]) * 72
        if _SIDES[0] <= max(width, height) <= _SIDES[1]:
            return width, height
    width = _A4[0] if image.width <= image.height else _A4[1]
    return width, width * image.height / image.width


def _plain(image: Image.Image) -> Image.Image:
    """The pixels as red, green and blue, on white paper where they let it through."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        deep = np.asarray(image, dtype=np.float32)
        return Image.fromarray(np.clip(deep / 256, 0, 255).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("RGB")


def _too_large(what: str) -> DocumentError:
    return DocumentError("too-large", f"图片{what}", "请缩小到 A3 纸 600 dpi 以内，或分割后再运行")
