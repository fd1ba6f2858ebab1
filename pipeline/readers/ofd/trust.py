"""Whether the characters that an OFD page tells are what it shows, and the page read from its picture where they are not."""

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.pages.page import Glyph, Page
from pipeline.readers.ofd.document import Resources
from pipeline.readers.ofd.geometry import Matrix, box_of
from pipeline.readers.ofd.package import Package
from pipeline.readers.ofd.page import Ink
from pipeline.readers.ofd.text import unnamed

_FEW = 12  # characters: a page number and a stamp, not a page of text
_COVER, _SEEN = 0.6, 0.1  # of the page: what a scanned picture covers, and what a picture covers that may hold text
_MOST_UNNAMED = 0.02  # of the characters of a page


def looked_at(ink: Ink, page: Page, package: Package, held: Resources) -> Page:
    """The page; where its own text will not do, with what recognition reads on it. What stays unread is told in its notes."""
    covers = [_share(picture.matrix, page) for picture in ink.pictures]
    scanned = len(page.glyphs) < _FEW and sum(covers) > _COVER
    _tell_unnamed(page)
    if scanned or ink.nameless:
        why = f"有 {len(ink.nameless)} 个字只有字形没有编码" if ink.nameless else "文字层是别的程序识别的" if ink.hidden else "没有文字层"
        return _recognised(ink, page, why, package, held)
    if ink.hidden:
        _set_aside(ink, page)
    if max(covers, default=0.0) > _SEEN:
        told = f"第 {page.number} 页有占页面 {min(1.0, max(covers)):.0%} 的图片，图片里的文字和表格没有读"
        page.notes.append(Note("picture-not-read", told, page.number, "warning"))
    return page


def _share(matrix: Matrix, page: Page) -> float:
    """The part of the page that the unit square covers."""
    left, top, right, bottom = box_of(matrix, 0, 0, 1, 1)
    wide, high = min(right, page.width) - max(left, 0.0), min(bottom, page.height) - max(top, 0.0)
    return max(0.0, wide) * max(0.0, high) / (page.width * page.height)


def _tell_unnamed(page: Page) -> None:
    count = unnamed("".join(g.text for g in page.glyphs))
    if count > _MOST_UNNAMED * len(page.glyphs):
        page.notes.append(_glyph_only(page, f"有 {count} 个字的编码是自定义的，不知是什么字"))


def _glyph_only(page: Page, what: str) -> Note:
    return Note("glyph-only-text", f"第 {page.number} 页{what}", page.number, "warning")


def _set_aside(ink: Ink, page: Page) -> None:
    hidden = "".join(g.text for g in ink.hidden)
    page.aside.append(hidden)
    page.notes.append(Note("hidden-text", f"第 {page.number} 页有不显示的文字“{hidden:.60}”，不计入正文", page.number))


def _recognised(ink: Ink, page: Page, why: str, package: Package, held: Resources) -> Page:
    """The page with the text of its picture; where that cannot be read, with the text that is laid under the picture."""
    from pipeline.readers.ofd.picture import Easel  # an image library, for the pages that need it

    easel = Easel(package, held, page.width, page.height)
    easel.draw(ink)
    if easel.failed:
        page.notes.append(Note("picture-not-read", f"第 {page.number} 页{why}，{'；'.join(sorted(easel.failed)[:3])}", page.number, "warning"))
    try:
        if easel.drawn:
            _add(easel.recognised(page.number), page, lines=bool(ink.pictures))
            page.notes.append(Note("page-by-ocr", f"第 {page.number} 页{why}，由图像识别读取", page.number))
            return page
    except DocumentError as error:
        page.notes.append(Note("page-not-recognised", f"第 {page.number} 页{why}，未能识别图像（{error.reason}）", page.number, "warning"))
    if ink.nameless:
        page.notes.append(_glyph_only(page, f"{why}，没有读到"))
    page.glyphs += ink.hidden
    return page


def _add(seen: Page, page: Page, lines: bool) -> None:
    """What was recognised, less what the page itself tells in the same place. `lines`: ruling lines may be on the picture, too."""
    page.glyphs += [g for g in seen.glyphs if not any(_over(g, own) for own in page.glyphs)]
    page.rules += seen.rules if lines else []
    page.aside += seen.aside
    page.notes += seen.notes
    page.ocr = True


def _over(g: Glyph, own: Glyph) -> bool:
    return own.left <= (g.left + g.right) / 2 <= own.right and own.top <= (g.top + g.bottom) / 2 <= own.bottom
