"""A PDF as an OFD file (GB/T 33190-2016): its characters as text objects, its paths as path objects, in millimetres. Upright text and pages that are not rotated."""

import ctypes
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pypdfium2 as pdfium
import pypdfium2.raw as c

from scripts.samples.steady import zipped

_MM = 25.4 / 72  # of a point
_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FONT = 3  # the id of the one font


class _Char(NamedTuple):
    """A character, its origin on the baseline, its right edge and the size of its font, in millimetres from the top left corner."""

    text: str
    x: float
    y: float
    right: float
    size: float


def ofd(pdf: bytes) -> bytes:
    """The OFD file. The same PDF gives the same bytes."""
    document = pdfium.PdfDocument(pdf)
    try:
        pages = [_page(page) for page in document]
    finally:
        document.close()
    entries = "".join(f'<ofd:Page ID="{n + 1000}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    return zipped([
        ("OFD.xml", _xml("OFD", "<ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
                         ' Version="1.0" DocType="OFD"')),
        ("Doc_0/Document.xml", _xml("Document", "<ofd:CommonData><ofd:MaxUnitID>1000000</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
                                    f"</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>")),
        ("Doc_0/PublicRes.xml", _xml("Res", f'<ofd:Fonts><ofd:Font ID="{_FONT}" FontName="宋体" FamilyName="宋体"/></ofd:Fonts>', ' BaseLoc="Res"')),
        *((f"Doc_0/Pages/Page_{n}/Content.xml", page) for n, page in enumerate(pages)),
    ])


def _xml(root: str, inside: str, attributes: str = "") -> bytes:
    return f"{_HEAD}<ofd:{root} {_SPACE}{attributes}>{inside}</ofd:{root}>".encode()


def _page(page: pdfium.PdfPage) -> bytes:
    width, height = page.get_size()
    objects = [*_paths(page, height), *map(_text, _runs(page, height))]
    numbered = "".join(told.replace(" ID=\"\"", f' ID="{n + 1}"', 1) for n, told in enumerate(objects))
    return _xml("Page", f"<ofd:Area><ofd:PhysicalBox>0 0 {_n(width * _MM)} {_n(height * _MM)}</ofd:PhysicalBox></ofd:Area>"
                        f'<ofd:Content><ofd:Layer ID="0" Type="Body">{numbered}</ofd:Layer></ofd:Content>')


def _n(value: float) -> str:
    """A length in millimetres as it is written."""
    return f"{round(value, 3) + 0.0:g}"


def _runs(page: pdfium.PdfPage, height: float) -> Iterator[list[_Char]]:
    """Characters that follow one another on a line in one size; a step back, or over a gap, ends them."""
    run: list[_Char] = []
    for char in _chars(page, height):
        if run and ((char.y, char.size) != (run[-1].y, run[-1].size) or not 0 < char.x - run[-1].x <= 1.5 * char.size):
            yield run
            run = []
        run.append(char)
    if run:
        yield run


def _chars(page: pdfium.PdfPage, height: float) -> Iterator[_Char]:
    text = page.get_textpage()
    x, y, box = ctypes.c_double(), ctypes.c_double(), c.FS_RECTF()
    codes: list[int] = [c.FPDFText_GetUnicode(text.raw, n) for n in range(text.count_chars())]
    for n, code in enumerate(codes):
        if c.FPDFText_IsGenerated(text.raw, n) == 1 or 0xD800 <= code < 0xDC00 or not c.FPDFText_GetCharOrigin(text.raw, n, ctypes.byref(x), ctypes.byref(y)):
            continue  # what PDFium puts between words and lines, and the first half of a character beyond the basic plane
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + (codes[n - 1] - 0xD800 << 10) + code - 0xDC00
        size = c.FPDFText_GetFontSize(text.raw, n) * _scale(text.raw, n)
        c.FPDFText_GetLooseCharBox(text.raw, n, ctypes.byref(box))
        yield _Char(chr(code) if code > 32 else " ", *(round(v * _MM, 3) for v in (x.value, height - y.value, box.right, size)))
    text.close()


def _scale(text: Any, n: int) -> float:
    """How much taller than its font size a character is drawn."""
    matrix = c.FS_MATRIX()
    return float(matrix.d) if c.FPDFText_GetMatrix(text, n, ctypes.byref(matrix)) and matrix.d > 0 else 1.0


def _text(run: list[_Char]) -> str:
    first, last, size = run[0], run[-1], run[0].size
    box = f"{_n(first.x)} {_n(first.y - size)} {_n(last.right - first.x)} {_n(1.3 * size)}"
    return (f'<ofd:TextObject ID="" Boundary="{box}" Font="{_FONT}" Size="{_n(size)}"><ofd:TextCode X="0" Y="{_n(size)}"{_deltas(run)}>'
            f'{escape("".join(char.text for char in run))}</ofd:TextCode></ofd:TextObject>')


def _deltas(run: list[_Char]) -> str:
    """The steps from each character to the next, repeated ones as `g n d`."""
    steps = [_n(b.x - a.x) for a, b in pairwise(run)]
    same = [(step, len(list(steps))) for step, steps in groupby(steps)]
    told = " ".join(f"g {count} {step}" if count > 2 else " ".join([step] * count) for step, count in same)
    return f' DeltaX="{told}"' if told else ""


def _paths(page: pdfium.PdfPage, height: float) -> Iterator[str]:
    fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
    for thing in page.get_objects(filter=[c.FPDF_PAGEOBJ_PATH], max_depth=1):
        c.FPDFPath_GetDrawMode(thing.raw, ctypes.byref(fill), ctypes.byref(stroke))
        c.FPDFPageObj_GetStrokeWidth(thing.raw, ctypes.byref(width))
        left, bottom, right, top = thing.get_bounds()
        if stroke.value or fill.value:
            yield (f'<ofd:PathObject ID="" Boundary="{_n(left * _MM)} {_n((height - top) * _MM)} {_n((right - left) * _MM)} {_n((top - bottom) * _MM)}"'
                   f' LineWidth="{_n(width.value * _MM)}" Stroke="{str(bool(stroke.value)).lower()}" Fill="{str(bool(fill.value)).lower()}">'
                   f"<ofd:AbbreviatedData>{' '.join(_drawn(thing, left, top))}</ofd:AbbreviatedData></ofd:PathObject>")


def _drawn(path: pdfium.PdfObject, left: float, top: float) -> Iterator[str]:
    """The segments of a path from the top left corner of its box."""
    letters = {c.FPDF_SEGMENT_MOVETO: "M", c.FPDF_SEGMENT_LINETO: "L", c.FPDF_SEGMENT_BEZIERTO: "B"}
    matrix, x, y = path.get_matrix(), ctypes.c_float(), ctypes.c_float()
    curved = 0
    for n in range(c.FPDFPath_CountSegments(path.raw)):
        segment = c.FPDFPath_GetPathSegment(path.raw, n)
        c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        here = matrix.on_point(x.value, y.value)
        letter = letters.get(c.FPDFPathSegment_GetType(segment), "L")
        yield "" if curved % 3 and letter == "B" else letter  # the three points of a curve come one by one
        curved = curved + 1 if letter == "B" else 0
        yield f"{_n((here[0] - left) * _MM)} {_n((top - here[1]) * _MM)}"
        if c.FPDFPathSegment_GetClose(segment):
            yield "C"
