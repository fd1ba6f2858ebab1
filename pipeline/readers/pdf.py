"""pdf: each page as ink through PDFium, a page without a text layer that can be trusted through recognition, then as every paged source."""

from collections.abc import Iterator

import pypdfium2 as pdfium

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.pages.flow import blocks_of
from pipeline.pages.page import Page
from pipeline.readers import pdf_ink, pdf_trust
from pipeline.readers.content import Content, File
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.locked import encrypted

_MOST_PAGES = 5000


def read_pdf(file: File) -> Content:
    """The blocks of a PDF. `DocumentError`: encrypted, damaged, more pages than a document has, nothing that can be read."""
    document = _opened(file)
    try:
        told = _Told(document)
        blocks = blocks_of(told.pages())
    finally:
        document.close()
    return Content(blocks, pages=told.count, ocr=told.ocr, notes=tuple(told.notes))


def _opened(file: File) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(file.data, password=file.password)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise encrypted("PDF ", tried=file.password is not None) from error
        raise DocumentError("damaged", "PDF 结构损坏，打不开", UNREADABLE) from error
    if len(document) == 0:
        raise DocumentError("damaged", "PDF 中一页也没有", UNREADABLE)
    if len(document) > _MOST_PAGES:
        raise DocumentError("too-large", f"PDF 有 {len(document)} 页，超过上限 {_MOST_PAGES} 页", "请按文件拆分后再运行")
    return document


class _Told:
    """The pages of a document, and what there is to tell of them once they have been read."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self.document, self.count = document, len(document)
        self.ocr = False
        self.notes: list[Note] = []

    def pages(self) -> Iterator[Page]:
        for number in range(1, self.count + 1):
            page = self.page(number)
            self.ocr |= page.ocr
            self.notes += page.notes
            yield page

    def page(self, number: int) -> Page:
        try:
            held = self.document[number - 1]
        except pdfium.PdfiumError:
            return Page(number, 595.0, 842.0, notes=[Note("page-damaged", f"第 {number} 页损坏，没有读到", number, "warning")])
        try:
            ink = pdf_ink.page_of(held, number)
            why = pdf_trust.doubt(ink, held)
            return pdf_trust.recognised(held, ink, why) if why else ink
        finally:
            held.close()
