"""Pictures of the pages of an OFD file, drawn from the ink that its reader finds: the fonts of the file are not used, its seals are not drawn."""

from collections.abc import Iterator
from typing import NamedTuple

from extractors.reading import Reading
from pipeline.readers.content import File
from pipeline.readers.ofd.document import Document, Resources, documents
from pipeline.readers.ofd.geometry import box_of, sheet
from pipeline.readers.ofd.package import Package, Unreadable
from pipeline.readers.ofd.page import Ink
from pipeline.readers.ofd.reader import _Printed, _turned, _upright
from pipeline.review.pictures.leaf import Leaf, Missing, Pixels, fitted, webp
from pipeline.review.pictures.svg import Backdrop, drawn
from pipeline.review.pictures.upright import Line, set_upright, turned_pages

_RECOGNISED = "page-by-ocr"  # the code of the note on a page that was read from its picture
_MM = 72 / 25.4  # points


class _Page(NamedTuple):
    """What a page of so many points draws, with the resources it names."""

    ink: Ink
    held: Resources
    width: float
    height: float


class _Drawn(_Printed):
    """The pages of one document as ink alone: nothing is recognised again."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._where = document.folder

    def ink(self, location: str) -> _Page:
        """`Unreadable`: the page is not there, or damaged."""
        member = self._package.find(location, self._where)
        root = self._package.xml(member)
        held, box = self._resources(root, member), sheet(root.find("{*}Area"), self._document.area)
        ink = self._ink(root, held, _upright(box, 0))
        quarter = _turned(ink)
        if quarter:
            ink = self._ink(root, held, _upright(box, quarter))
        self._spend(ink.cost)
        _, _, width, height = box_of(_upright(box, quarter), *box)
        return _Page(ink, held, width, height)


def leaves(file: File, reading: Reading) -> Iterator[Leaf | Missing]:
    """The pages of all documents of the file, counted through. `DocumentError`: encrypted, damaged, or more to draw than a file may have."""
    package, number = Package(file.data, file.password), 0
    recognised = {note.page for note in reading.notes if note.code == _RECOGNISED}
    turned = turned_pages(reading)
    for document in documents(package):
        printed = _Drawn(document)
        for _, location in document.pages:
            number += 1
            try:
                page = printed.ink(location)
            except Unreadable as error:
                yield Missing(number, f"这一页读不到：{error}")
                continue
            yield _leaf(number, page, _backdrop(page, package, number in recognised, turned.get(number)))


def _leaf(number: int, page: _Page, under: Backdrop | None) -> Leaf:
    width, height = (under.width, under.height) if under else (page.width, page.height)
    return Leaf(number, width, height, drawn(width, height, page.ink.glyphs, page.ink.rules, under), ".svg")


def _backdrop(page: _Page, package: Package, recognised: bool, lines: list[Line] | None) -> Backdrop | None:
    """The pictures of a page and the characters of which only the shape is known; of a page that was recognised turned and level, as its boxes are."""
    if not page.ink.pictures and not page.ink.nameless:
        return None
    from pipeline.readers.ofd.picture import Easel

    easel = Easel(package, page.held, page.width, page.height)
    easel.draw(page.ink)
    seen = easel.image(), page.width, page.height
    pixels, width, height = seen if lines is None else set_upright(*seen, lines)
    if recognised:
        pixels = _level(pixels, width)
    return Backdrop(webp(fitted(pixels, width, height)), width, height)


def _level(pixels: Pixels, width: float) -> Pixels:
    """The page turned as recognition does before it reads."""
    from pipeline.scan.picture import ink_of
    from pipeline.scan.seals import seals, without
    from pipeline.scan.straighten import angle_of, turned

    mm = pixels.shape[1] / width * _MM
    return turned(pixels, angle_of(ink_of(without(pixels, seals(pixels, mm)), mm)))
