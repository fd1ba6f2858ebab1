"""A PDF page's characters and ruling lines, read through PDFium's own functions: a call a character, none more."""

import ctypes
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from extractors.folding import whole
from extractors.reading import Note
from pipeline.pages.page import Glyph, Page, Rule

_MOST_OBJECTS = 60_000  # a drawing, not a table: its lines are left alone
_THIN = 3.0  # points: what is thinner is a line
_DEEPEST = 8  # forms within forms
_ASKED = 100  # characters of a page that are asked for their direction, and whether their font explains them
_TILT = 0.08  # quarters of a turn: a page scanned askew is less

Point = Callable[[float, float], tuple[float, float]]


def page_of(held: pdfium.PdfPage, number: int) -> Page:
    """The page turned so that its text runs from left to right; a page without text as the file turns it."""
    left, bottom, right, top = held.get_bbox()
    width, height = right - left, top - bottom
    text = held.get_textpage()
    try:
        angles = _angles(text.raw, text.count_chars())
        turn = _text_turn(angles, held.get_rotation() // 90)
        place = _placed(turn, left, bottom, right, top)
        if turn % 2:
            width, height = height, width
        aside = _slanted(text.raw, text.count_chars()) if any(map(_tilted, angles)) else {}
        glyphs = _glyphs(text.raw, text.count_chars(), place, aside)
        page = Page(number, width, height, [g for g in glyphs if g[2] > 0 and g[0] < width and g[3] > 0 and g[1] < height],
                    unmapped=_unmapped(text.raw, text.count_chars()), aside=["".join(aside.values())] if aside else [])
    finally:
        text.close()
    _drawings(held, place, page)
    return page


def _placed(turn: int, left: float, bottom: float, right: float, top: float) -> Point:
    """From the file's points (up from the bottom left) to ours (down from the top left), `turn` quarters clockwise."""
    return (lambda x, y: (x - left, top - y), lambda x, y: (y - bottom, x - left),
            lambda x, y: (right - x, y - bottom), lambda x, y: (top - y, right - x))[turn]


def _angles(text: Any, count: int) -> list[float]:
    """The directions of some characters, in quarters of a turn: PDFium tells them against the clock, in the file's own space."""
    return [c.FPDFText_GetCharAngle(text, n) / 1.5708 for n in range(0, count, 1 + count // _ASKED)]


def _tilted(angle: float) -> bool:
    """Whether text runs neither level nor upright, as a watermark does."""
    return abs(angle - round(angle)) > _TILT


def _text_turn(angles: list[float], told: int) -> int:
    """Quarters clockwise by which the page has to be turned for its text to run from left to right; `told` by the file where the text does not say."""
    quarters = [-round(angle) % 4 for angle in angles]
    return next((quarter for quarter in range(4) if quarters.count(quarter) * 4 > len(quarters) * 3), told)


def _unmapped(text: Any, count: int) -> float:
    """The share of characters whose font does not say which they are: PDFium gives their codes in the font."""
    asked = range(0, count, 1 + count // _ASKED)
    errors = sum(int(c.FPDFText_HasUnicodeMapError(text, n)) == 1 for n in asked)
    return errors / (len(asked) or 1)


def _slanted(text: Any, count: int) -> dict[int, str]:
    """The characters of a watermark, by their places in the text."""
    characters = _characters(text, count)
    return {n: characters[n] for n in range(count) if _tilted(c.FPDFText_GetCharAngle(text, n) / 1.5708)}


def _glyphs(text: Any, count: int, place: Point, aside: dict[int, str]) -> list[Glyph]:
    """Characters with the boxes of their letter height, less those of `aside`; white space is told by the gaps."""
    box = c.FS_RECTF()
    where, box_at = ctypes.byref(box), c.FPDFText_GetLooseCharBox
    x, y = place(0, 0)
    upright, (x, y), new = place(1, 1) == (x + 1, y - 1), (-x, y), tuple.__new__
    found: list[Glyph] = []
    for n, char in enumerate(_characters(text, count)):
        if char in _UNSEEN or n in aside or not box_at(text, n, where):
            continue
        if upright:  # nearly every page: a call less for every character
            found.append(new(Glyph, (box.left - x, y - box.top, box.right - x, y - box.bottom, char, 1.0)))
        else:
            (a, b), (d, e) = place(box.left, box.top), place(box.right, box.bottom)
            found.append(Glyph(min(a, d), min(b, e), max(a, d), max(b, e), char))
    return found


def _characters(text: Any, count: int) -> list[str]:
    """The character at every place of the text; in one call where the file keeps one code a place."""
    buffer = (ctypes.c_ushort * (count + 1))()
    if count and c.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        told = whole(bytes(buffer)[:-2].decode("utf-16-le", errors="replace"))
        if len(told) == count:
            return list(told)
    codes = [c.FPDFText_GetUnicode(text, n) for n in range(count)]
    return ["" if 0xDC00 <= code < 0xE000 else _joined(code, codes[n + 1: n + 2]) for n, code in enumerate(codes)]


def _joined(code: int, behind: list[int]) -> str:
    """A character, put together where the file keeps it in two halves."""
    if 0xD800 <= code < 0xDC00:
        return chr(0x10000 + (code - 0xD800 << 10) + behind[0] - 0xDC00) if behind and 0xDC00 <= behind[0] < 0xE000 else "\ufffd"
    return chr(code)


_UNSEEN = frozenset([*map(chr, range(33)), "", *"\u00a0\u00ad\u200b\u200c\u200d\u2002\u2003\u3000\ufeff\ufffe"])


def _drawings(held: pdfium.PdfPage, place: Point, page: Page) -> None:
    """The ruling lines and the places of pictures."""
    count = c.FPDFPage_CountObjects(held.raw)
    if count > _MOST_OBJECTS:
        page.notes.append(Note("too-many-strokes", f"第 {page.number} 页有 {count} 个图形，按图纸处理，其中的表格线没有读", page.number, "warning"))
        return
    drawn = _drawn(held.raw, c.FPDFPage_GetObject, count, (1, 0, 0, 1, 0, 0), 0)
    for kind, (x0, y0, x1, y1) in islice(drawn, _MOST_OBJECTS):
        a, b = place(x0, y0)
        d, e = place(x1, y1)
        box = (a if a < d else d, b if b < e else e, d if a < d else a, e if b < e else b)
        if kind == c.FPDF_PAGEOBJ_IMAGE:
            page.pictures.append(box)
        elif box[2] - box[0] < page.width * 0.995 or box[3] - box[1] < page.height * 0.995:
            page.rules.append(Rule(*box))
    if next(drawn, None) is not None:
        page.notes.append(Note("too-many-strokes", f"第 {page.number} 页的线条超过 {_MOST_OBJECTS} 条，其余的没有读", page.number, "warning"))


Matrix = tuple[float, float, float, float, float, float]
Stroke = tuple[float, float, float, float]


def _drawn(holder: Any, object_at: Callable[[Any, int], Any], count: int, outer: Matrix, depth: int) -> Iterator[tuple[int, Stroke]]:
    """The pictures of a page, or of a form on it, and the thin boxes and straight edges of its paths: kind of object, place in the page's points."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    refs = tuple(map(ctypes.byref, (left, bottom, right, top)))
    for n in range(count):
        thing = object_at(holder, n)
        kind = c.FPDFPageObj_GetType(thing)
        if kind in (c.FPDF_PAGEOBJ_PATH, c.FPDF_PAGEOBJ_IMAGE) and c.FPDFPageObj_GetBounds(thing, *refs):
            x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
            if kind == c.FPDF_PAGEOBJ_IMAGE or min(x1 - x0, y1 - y0) <= _THIN:
                yield kind, _moved((x0, y0, x1, y1), outer)
            else:
                yield from ((kind, _moved(edge, outer)) for edge in _edges(thing))
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = _times(_matrix(thing), outer)
            yield from _drawn(thing, c.FPDFFormObj_GetObject, min(c.FPDFFormObj_CountObjects(thing), _MOST_OBJECTS), inner, depth + 1)


def _moved(stroke: Stroke, by: Matrix) -> Stroke:
    if by == (1, 0, 0, 1, 0, 0):
        return stroke
    x0, y0, x1, y1 = stroke
    a, b, cc, d, e, f = by
    return (a * x0 + cc * y0 + e, b * x0 + d * y0 + f, a * x1 + cc * y1 + e, b * x1 + d * y1 + f)


def _matrix(thing: Any) -> Matrix:
    told = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(thing, ctypes.byref(told))
    return (told.a, told.b, told.c, told.d, told.e, told.f)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, cc, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, cc * p + d * r, cc * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _edges(path: Any) -> Iterator[Stroke]:
    """The straight level and upright edges of a path that is drawn; white paper laid over the page has none."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if not stroke.value and (not fill.value or _white(path)):
        return
    by, x, y = _matrix(path), ctypes.c_float(), ctypes.c_float()
    start = last = None
    for n in range(min(c.FPDFPath_CountSegments(path), _MOST_OBJECTS)):
        segment = c.FPDFPath_GetPathSegment(path, n)
        if not c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            continue
        here = _moved((x.value, y.value, 0, 0), by)[:2]
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == c.FPDF_SEGMENT_LINETO and last and _level(last, here):
            yield (*last, *here)
        if c.FPDFPathSegment_GetClose(segment) and start and _level(here, start):
            yield (*here, *start)
        last = here


def _level(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return abs(a[0] - b[0]) < 1 or abs(a[1] - b[1]) < 1


def _white(path: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    told = c.FPDFPageObj_GetFillColor(path, *map(ctypes.byref, (red, green, blue, alpha)))
    return bool(told) and (alpha.value == 0 or min(red.value, green.value, blue.value) > 250)
