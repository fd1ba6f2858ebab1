"""The second reader of PDF pages, pdfplumber: slower, through another parser, for what PDFium cannot open."""

import io
import logging
from collections.abc import Iterator

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.page import Page as Plumbed
from pdfplumber.utils.exceptions import PdfminerException

from extractors.reading import Note
from pipeline.pages.page import Glyph, Page, Rule

_BROKEN = (PDFException, PdfminerException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError, OSError)
_MOST_CHARACTERS, _MOST_EDGES = 50_000, 20_000  # of a page


def pages(data: bytes, numbers: range | None = None) -> Iterator[Page]:
    """Pages as ink: all that the file has, or those of `numbers` (from 1). One that cannot be read is empty, and says so."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it tells every oddity of a damaged file
    try:
        with pdfplumber.open(io.BytesIO(data), pages=list(numbers) if numbers else None) as document:
            for held in document.pages:
                yield _page(held)
                held.close()
    except _BROKEN:
        return  # what could be opened has been told; the caller counts


def _page(held: Plumbed) -> Page:
    number = held.page_number
    try:
        page = Page(number, float(held.width), float(held.height))
        page.glyphs = [_glyph(c) for c in held.chars[:_MOST_CHARACTERS] if not c["text"].isspace()]
        page.rules = [Rule(float(e["x0"]), float(e["top"]), float(e["x1"]), float(e["bottom"])) for e in held.edges[:_MOST_EDGES]]
        page.pictures = [(float(i["x0"]), float(i["top"]), float(i["x1"]), float(i["bottom"])) for i in held.images]
        page.notes.append(Note("second-reader", f"第 {number} 页 PDFium 打不开，由 pdfplumber 读取", number))
    except _BROKEN:
        return Page(number, 595.0, 842.0, notes=[Note("page-damaged", f"第 {number} 页损坏，没有读到", number, "warning")])
    return page


def _glyph(c: dict[str, float | str]) -> Glyph:
    return Glyph(float(c["x0"]), float(c["top"]), float(c["x1"]), float(c["bottom"]), str(c["text"]))
