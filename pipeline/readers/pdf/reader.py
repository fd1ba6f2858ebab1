"""pdf: each page as ink through PDFium, a page without a text layer that can be trusted through recognition, then as every paged source."""

from collections.abc import Iterator

import pypdfium2 as pdfium

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.pages.flow import blocks_of
from pipeline.pages.page import Page
from pipeline.readers.content import Content, File
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.locked import encrypted
from pipeline.readers.pdf import ink as pdf_ink
from pipeline.readers.pdf import second as pdf_second
from pipeline.readers.pdf import trust as pdf_trust

_MOST_PAGES = 5000


def read_pdf(file: File) -> Content:
    """The blocks of a PDF. `DocumentError`: encrypted, damaged, more pages than a document has."""
    told = _Told()
    document = _opened(file)
    if document is None:
        blocks = blocks_of(told.of(pdf_second.pages(file.data)))
    else:
        try:
            blocks = blocks_of(told.of(_pages(document, file.data)))
        finally:
            document.close()
    if told.count == 0 or document is None and not blocks:
        raise DocumentError("damaged", "PDF 结构损坏，打不开", UNREADABLE)
    return Content(blocks, pages=told.count, ocr=told.ocr, notes=tuple(told.notes))


def _opened(file: File) -> pdfium.PdfDocument | None:
    """None where PDFium cannot open the file at all."""
    try:
        document = pdfium.PdfDocument(file.data, password=file.password)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise encrypted("PDF ", tried=file.password is not None) from error
        return None
    if len(document) > _MOST_PAGES:
        raise DocumentError("too-large", f"PDF 有 {len(document)} 页，超过上限 {_MOST_PAGES} 页", "请按文件拆分后再运行")
    return document


class _Told:
    """What there is to tell of the pages once they have been read."""

    def __init__(self) -> None:
        self.count = 0
        self.ocr = False
        self.notes: list[Note] = []

    def of(self, pages: Iterator[Page]) -> Iterator[Page]:
        for page in pages:
            self.count += 1
            self.ocr |= page.ocr
            self.notes += page.notes
            yield page


def _pages(document: pdfium.PdfDocument, data: bytes) -> Iterator[Page]:
    for number in range(1, len(document) + 1):
        try:
            held = document[number - 1]
        except pdfium.PdfiumError:
            yield next(pdf_second.pages(data, range(number, number + 1)), _lost(number))
            continue
        try:
            ink = pdf_ink.page_of(held, number)
            why = pdf_trust.doubt(ink, held)
            if not why and not ink.glyphs and not ink.pictures:
                ink.notes.append(Note("page-empty", f"第 {number} 页没有内容", number))
            yield pdf_trust.recognised(held, ink, why) if why else ink
        finally:
            held.close()


def _lost(number: int) -> Page:
    return Page(number, 595.0, 842.0, notes=[Note("page-damaged", f"第 {number} 页损坏，没有读到", number, "warning")])
