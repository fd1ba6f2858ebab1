"""Whether the text layer of a PDF page can be trusted, and the page read from its picture where it cannot."""

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
import regex

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.pages.page import Page

DPI = 200
_MOST_PIXELS = 6000  # of the longer side of a page
_FEW = 12  # characters: a page number and a stamp, not a page of text
_COVER, _SOME = 0.6, 0.1  # of the page: a scanned page covers the one, a picture on the page at least the other
_MANY = 60  # objects: letters drawn as shapes
# What a fiscal document prints; another character stands for a glyph that the file does not explain. Scripts of China's peoples are on letterheads.
_RARE = regex.compile(r"[^\u0020-\u007e\u00a0-\u00ff\p{Greek}\p{Cyrillic}\p{Arabic}\p{Tibetan}\p{Mongolian}\p{Yi}\u2000-\u27bf\u2e80-\u30ff\u3100-\u312f\u3200-\u33ff"
                      r"\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
_HAN = regex.compile(r"\p{Han}")
_HOLLOW = regex.compile(r"(?<![\d〇○零一二三四五六七八九十Xx×])年(?:度)?[^\d]{0,2}月[^\d]{0,2}日")  # 年月日 that lost their digits
_MOST_RARE = 0.02


def doubt(ink: Page, held: pdfium.PdfPage) -> str | None:
    """Why the page has to be read from its picture; None where its text layer will do."""
    text = "".join([g[4] for g in ink.glyphs])
    if ink.unmapped > _MOST_RARE:
        return "文字层有不能解释的字符"
    if len(text) < _FEW:
        return "没有文字层" if _covered(ink) > _SOME or c.FPDFPage_CountObjects(held.raw) > _MANY else None
    if len(_RARE.findall(text)) > _MOST_RARE * len(text):
        return "文字层有不能解释的字符"
    if len(_HAN.findall(text)) > 40 and len(_HOLLOW.findall(text)) > 1 and not any(ch.isdigit() for ch in text):
        return "文字层缺少数字"
    covered = _covered(ink)
    if covered > _COVER and _hidden(held):
        return "文字层是别的程序识别的"
    if covered > _SOME:
        ink.notes.append(Note("picture-not-read", f"第 {ink.number} 页有图片，图片中若有文字则没有读", ink.number))
    return None


def _covered(ink: Page) -> float:
    """The part of the page that its pictures cover."""
    return sum((right - left) * (bottom - top) for left, top, right, bottom in ink.pictures) / (ink.width * ink.height or 1.0)


def _hidden(held: pdfium.PdfPage) -> bool:
    """Text that is there to be searched and not seen: the first pieces of it are drawn in no way."""
    for n, thing in enumerate(held.get_objects(filter=[c.FPDF_PAGEOBJ_TEXT], max_depth=2)):
        if c.FPDFTextObj_GetTextRenderMode(thing.raw) != c.FPDF_TEXTRENDERMODE_INVISIBLE:
            return False
        if n > 8:
            break
    return True


def recognised(held: pdfium.PdfPage, ink: Page, why: str) -> Page:
    """The page read from its picture, which is told; where that cannot be done, as it was, with a warning."""
    try:
        from pipeline.scan.recognise import recognise
        page = recognise(_picture(held), ink.number, *held.get_size())
    except DocumentError as error:
        ink.notes.append(Note("page-not-recognised", f"第 {ink.number} 页{why}，未能识别图像（{error.reason}）", ink.number, "warning"))
        return ink
    page.ocr = True
    page.notes = [*ink.notes, *page.notes, Note("page-by-ocr", f"第 {ink.number} 页{why}，由图像识别读取", ink.number)]
    return page


def _picture(held: pdfium.PdfPage) -> np.ndarray:
    """The page drawn at `DPI`, a page of unusual size at fewer: rows of pixels of blue, green, red."""
    scale = min(DPI / 72, _MOST_PIXELS / max(held.get_size()))
    drawn: np.ndarray = held.render(scale=scale, draw_annots=True).to_numpy()
    return drawn
