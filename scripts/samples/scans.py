"""A page image made to look scanned: turned, grained, blurred, pressed, with a red seal. Pure functions of their arguments."""

import subprocess
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]  # height × width × 3, blue green red

_A4, _SEAL = 210.0, 42.0  # millimetres: the width of a page, the diameter of an office's seal
_RED = (205, 25, 35)


def degrade(image: Picture, dpi: int, angle: float = 0.0, noise: float = 6.0, seed: int = 0) -> Picture:
    """A page of `dpi` as a scanner gives it. `angle`: degrees, anticlockwise; `noise`: deviation in grey levels (0 to 255)."""
    random = np.random.default_rng(seed)
    page = _grained(_blurred(_turned(image, angle), dpi), noise, random)
    return _pressed(page, quality=int(random.integers(70, 86)))


def stamp(image: Picture, centre: tuple[float, float], text: str) -> Picture:
    """An A4 page with a round red seal at `centre` (pixels), `text` along its ring and a star in its middle; print under it shows through."""
    radius = round(image.shape[1] * _SEAL / _A4 / 2)
    ink = np.asarray(_seal(radius, text), dtype=np.float32) / 255
    page = image.astype(np.float32)
    left, top = round(centre[0]) - radius, round(centre[1]) - radius
    rows = slice(max(0, top), min(image.shape[0], top + 2 * radius))
    columns = slice(max(0, left), min(image.shape[1], left + 2 * radius))
    part = ink[rows.start - top:rows.stop - top, columns.start - left:columns.stop - left, None]
    page[rows, columns] *= 1 - part * (1 - np.array(_RED[::-1], dtype=np.float32) / 255)
    return np.asarray(page, dtype=np.uint8)


def _turned(image: Picture, angle: float) -> Picture:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)), dtype=np.uint8)


def _blurred(image: Picture, dpi: int) -> Picture:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5 * dpi / 150), dtype=np.uint8)


def _grained(image: Picture, noise: float, random: np.random.Generator) -> Picture:
    """Paper that is not quite white, a lamp brighter on one side, grain, and a few specks."""
    height, width = image.shape[:2]
    lamp = np.linspace(0.93, 0.98, width, dtype=np.float32)[None, :, None]
    grain = random.normal(0.0, noise, (height, width, 1)).astype(np.float32)
    page = image.astype(np.float32) * lamp + grain
    specks = random.integers(0, (height, width), (height * width // 40_000, 2))
    page[specks[:, 0], specks[:, 1]] = 90.0
    return np.asarray(np.clip(page, 0, 255), dtype=np.uint8)


def _pressed(image: Picture, quality: int) -> Picture:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def _seal(radius: int, text: str) -> Image.Image:
    """How much ink (0 to 255) lies where: a ring, a star, and the letters of `text` clockwise from the lower left to the lower right."""
    side = 2 * radius
    seal = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(seal)
    draw.ellipse((2, 2, side - 3, side - 3), outline=255, width=max(2, round(radius * 0.055)))
    draw.polygon([_around(radius, angle, radius * (0.30 if i % 2 == 0 else 0.115)) for i, angle in enumerate(range(0, 360, 36))], fill=255)
    size = round(min(radius * 0.30, radius * 3.4 / max(len(text), 1)))
    font = _font(size)
    step = min(270 / max(len(text) - 1, 1), 40)
    for i, letter in enumerate(text):
        angle = (i - (len(text) - 1) / 2) * step
        glyph = Image.new("L", (2 * size, 2 * size), 0)
        ImageDraw.Draw(glyph).text((size, size), letter, fill=255, font=font, anchor="mm")
        x, y = _around(radius, angle, radius * 0.74)
        glyph = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        seal.paste(255, (round(x) - size, round(y) - size), glyph)
    return seal


def _around(centre: float, angle: float, radius: float) -> tuple[float, float]:
    """The point at `angle` degrees clockwise from the top."""
    turn = np.radians(angle)
    return float(centre + radius * np.sin(turn)), float(centre - radius * np.cos(turn))


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    """A Chinese font of this machine. `FileNotFoundError` where there is none."""
    found = subprocess.run(["fc-match", "-f", "%{file}", ":lang=zh-cn"], capture_output=True, text=True, check=True).stdout
    if not found:
        raise FileNotFoundError("no Chinese font on this machine: install fonts-wqy-zenhei")
    return ImageFont.truetype(found, size)
