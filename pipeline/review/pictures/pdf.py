"""Pictures of the pages of a PDF, turned as their text was read."""

from collections.abc import Iterator

import pypdfium2 as pdfium

from extractors.reading import Reading
from pipeline.errors import DocumentError
from pipeline.readers.content import File
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.pdf.ink import _angles, _text_turn
from pipeline.readers.pdf.reader import _opened
from pipeline.review.pictures.leaf import Leaf, Missing, Pixels, scale_of, webp
from pipeline.review.pictures.upright import Line, recognised_pages, set_upright, turned_pages

_AT_ONCE = 50  # pages

def leaves(file: File, reading: Reading) -> Iterator[Leaf | Missing]:
    """The pages in order. `DocumentError`: the file cannot be opened."""
    recognised, turned = recognised_pages(reading), turned_pages(reading)
    for document, number in _numbered(file):
        yield _leaf(document, number, number in recognised, turned.get(number))


def _numbered(file: File) -> Iterator[tuple[pdfium.PdfDocument, int]]:
    """The document with each of its pages, opened anew every so often: PDFium keeps what it has unpacked until it is closed."""
    done, count = 0, 1
    while done < count:
        document = _opened(file)
        if document is None:
            raise DocumentError("damaged", "PDF 结构损坏，画不出页面", UNREADABLE)
        try:
            count = len(document)
            for number in range(done + 1, min(done + _AT_ONCE, count) + 1):
                yield document, number
            done += _AT_ONCE
        finally:
            document.close()


def _leaf(document: pdfium.PdfDocument, number: int, recognised: bool, lines: list[Line] | None) -> Leaf | Missing:
    """`lines`: of a page that recognition turned."""
    try:
        held = document[number - 1]
    except pdfium.PdfiumError:
        return Missing(number, "这一页损坏，画不出来")
    try:
        turn = 0 if recognised else _turn(held)
        width, height = held.get_size()
        page = _drawn(held, turn), *((height, width) if turn % 2 else (width, height))
    except (pdfium.PdfiumError, ValueError):  # no sides, or no room for them
        return Missing(number, f"这一页大小异常（{held.get_width():.0f}×{held.get_height():.0f} 点），画不出来")
    finally:
        held.close()
    pixels, width, height = page if lines is None else set_upright(*page, lines)
    return Leaf(number, width, height, webp(pixels), ".webp")


def _turn(held: pdfium.PdfPage) -> int:
    """Quarters clockwise that the reader turned the page by, beyond what the file tells."""
    told: int = held.get_rotation() // 90
    text = held.get_textpage()
    try:
        return (_text_turn(_angles(text.raw, text.count_chars()), told) - told) % 4
    finally:
        text.close()


def _drawn(held: pdfium.PdfPage, turn: int) -> Pixels:
    drawn: Pixels = held.render(scale=scale_of(*held.get_size()), rotation=turn * 90, draw_annots=True).to_numpy()
    return drawn[:, :, :3] if drawn.ndim == 3 else drawn[:, :, None].repeat(3, axis=2)
