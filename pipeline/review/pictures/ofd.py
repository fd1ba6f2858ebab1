"""Pictures of the pages of an OFD file, drawn from the ink that its reader finds: in other fonts than its own, without what was put on them afterwards."""

from collections.abc import Iterator
from typing import NamedTuple

from extractors.reading import Reading
from pipeline.readers.content import File
from pipeline.readers.ofd.document import Resources, documents
from pipeline.readers.ofd.geometry import box_of, sheet
from pipeline.readers.ofd.package import Package, Unreadable
from pipeline.readers.ofd.page import Ink
from pipeline.readers.ofd.reader import _Printed, _turned, _upright
from pipeline.review.pictures.leaf import Leaf, Missing, Pixels, fitted, webp
from pipeline.review.pictures.svg import Backdrop, drawn
from pipeline.review.pictures.upright import recognised_pages, set_upright, turned_pages

_MM = 72 / 25.4  # points
_ASIDE = {"seal": "电子印章", "annotation": "批注", "slanted-text": "斜排的文字（如水印）"}  # codes of notes on what is not drawn
_MOST_TOLD = 3  # pictures of a page that failed


class _Page(NamedTuple):
    """What a page of so many points draws, with the resources it names."""

    ink: Ink
    held: Resources
    width: float
    height: float


class _Drawn(_Printed):
    """The pages of one document as ink alone: nothing is recognised again."""

    def ink(self, location: str) -> _Page:
        """`Unreadable`: the page is not there, or damaged. `DocumentError`: more to draw than a file may have."""
        member = self._package.find(location, self._document.folder)
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
    """The pages of all documents of the file, counted through. `DocumentError`: encrypted, damaged, or too much to draw."""
    package, number = Package(file.data, file.password), 0
    backdrops = _Backdrops(package, reading)
    for document in documents(package):
        pages = _Drawn(document)
        for _, location in document.pages:
            number += 1
            try:
                page = pages.ink(location)
            except Unreadable as error:
                yield Missing(number, f"这一页读不到：{error}")
                continue
            under, failed = backdrops.of(number, page)
            yield _leaf(number, page, under, (*_aside(reading, number), *failed))


def _leaf(number: int, page: _Page, under: Backdrop | None, lacks: tuple[str, ...]) -> Leaf:
    width, height = (under.width, under.height) if under else (page.width, page.height)
    lacks = (*lacks, *sorted(page.ink.missing)[:_MOST_TOLD], *(["过多的图元"] if page.ink.cut else []))
    return Leaf(number, width, height, drawn(width, height, page.ink.glyphs, page.ink.rules, under), ".svg", lacks)


def _aside(reading: Reading, number: int) -> list[str]:
    """What the reader put aside on a page."""
    return list(dict.fromkeys(_ASIDE[note.code] for note in reading.notes if note.page == number and note.code in _ASIDE))


class _Backdrops:
    """What lies under the text of pages: their pictures, and the characters of which only the shape is known."""

    def __init__(self, package: Package, reading: Reading) -> None:
        self._package = package
        self._recognised, self._turned = recognised_pages(reading), turned_pages(reading)

    def of(self, number: int, page: _Page) -> tuple[Backdrop | None, list[str]]:
        """None where there is nothing; what failed. A page that was recognised is turned and made level, as its boxes are."""
        if not page.ink.pictures and not page.ink.nameless:
            return None, []
        from pipeline.readers.ofd.picture import Easel  # an image library, for the pages that need it

        easel = Easel(self._package, page.held, page.width, page.height)
        easel.draw(page.ink)
        pixels, width, height = easel.image(), page.width, page.height
        if number in self._turned:
            pixels, width, height = set_upright(pixels, width, height, self._turned[number])
        if number in self._recognised:
            pixels = _level(pixels, width)
        return Backdrop(webp(fitted(pixels, width, height)), width, height), sorted(easel.failed)[:_MOST_TOLD]


def _level(pixels: Pixels, width: float) -> Pixels:
    """The page turned as recognition does before it reads."""
    from pipeline.scan.picture import ink_of
    from pipeline.scan.seals import seals, without
    from pipeline.scan.straighten import angle_of, turned

    mm = pixels.shape[1] / width * _MM
    return turned(pixels, angle_of(ink_of(without(pixels, seals(pixels, mm)), mm)))
