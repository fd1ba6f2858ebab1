"""A printed document as a scanner gives it: pages turned, with noise, the signature under a red seal; as pdf, tif, png or jpg.

Grey where nothing is red, to keep the files small; the page with the seal keeps its colours.
"""

import io
from itertools import cycle

import numpy as np
import pypdfium2
from PIL import Image

from scripts.samples.scans import Picture, degrade, stamp
from scripts.samples.steady import THEN
from scripts.samples.truth import Document, Line

_ANGLES = (0.8, -1.4, 2.0, -0.5, 1.1)  # degrees, page after page
_NOISE = 4.0
_QUALITY = 58  # of the JPEG in the file
_PAPER = 175  # grey level: what is lighter a scanner's own cleaning makes white


def scanned(pdf: bytes, document: Document, dpi: int, kind: str) -> bytes:
    """`pdf`, the printed document, scanned; `kind`: `pdf`, `tif` (all pages), `png`, `jpg` (the first)."""
    pages = [Image.fromarray(page[..., ::-1]) if colour else Image.fromarray(page[..., 1]) for page, colour in _pages(pdf, document, dpi)]
    made = io.BytesIO()
    if kind == "pdf":
        when = THEN.timetuple()
        pages[0].save(made, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=_QUALITY, creationDate=when, modDate=when)
    elif kind == "tif":
        clean = [_clean(page) for page in pages]
        clean[0].save(made, "TIFF", save_all=True, append_images=clean[1:], compression="tiff_adobe_deflate", dpi=(dpi, dpi))
    elif kind == "png":
        _clean(pages[0]).save(made, "PNG", dpi=(dpi, dpi), optimize=True)
    else:
        pages[0].save(made, "JPEG", dpi=(dpi, dpi), quality=_QUALITY, optimize=True)
    return made.getvalue()


def _clean(page: Image.Image) -> Image.Image:
    """White paper and sixteen levels of ink, so that a file without loss stays small."""
    return page.point([255 if level > _PAPER else level & 0xF0 for level in range(256)] * len(page.getbands()))


def _pages(pdf: bytes, document: Document, dpi: int) -> list[tuple[Picture, bool]]:
    """Each page, blue green red, and whether it has the seal on it."""
    printed = pypdfium2.PdfDocument(pdf)
    signed = _signature(printed, document)
    made = []
    for number, (page, angle) in enumerate(zip(printed, cycle(_ANGLES), strict=False)):
        picture = np.asarray(page.render(scale=dpi / 72).to_numpy()[..., :3])
        if signed and signed[0] == number:
            picture = stamp(picture, (signed[1] * dpi / 72, signed[2] * dpi / 72), signed[3])
        made.append((degrade(picture, dpi, angle, _NOISE, seed=number), bool(signed and signed[0] == number)))
    return made


def _signature(printed: pypdfium2.PdfDocument, document: Document) -> tuple[int, float, float, str] | None:
    """Page (0-based), x and y (points from the top left) of the signature, and the first body that signs; None where nobody does."""
    signed = [line.text for line in document.parts if isinstance(line, Line) and line.style == "right" and not line.text.startswith("单位")]
    if not signed:
        return None
    bodies, date = signed[-2:]
    for number, page in enumerate(printed):
        found = page.get_textpage().search(date).get_next()
        if found:
            left, bottom, right, top = page.get_textpage().get_charbox(found[0] + found[1] // 2)
            return number, (left + right) / 2, page.get_height() - (bottom + top) / 2 - 12, bodies.split("　")[0]
    return None
