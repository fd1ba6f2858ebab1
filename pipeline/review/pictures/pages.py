"""A document's pages as picture files, one by one: what was drawn stands in the very points that the boxes of its record are in."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from extractors.reading import Reading
from pipeline.errors import DocumentError
from pipeline.readers.content import File
from pipeline.readers.registry import with_passwords
from pipeline.review.pictures.leaf import Leaf, Missing

_DRAWERS = {"application/pdf": "pdf", "image/*": "image", "application/ofd": "ofd"}  # media type → module of this package


class Picture(NamedTuple):
    """A page's picture. `width`, `height`: of the page in points, the way up it was read; `file`: its name in the folder.

    `lacks`: what stands on the page and is not drawn, in Chinese.
    """

    number: int
    width: float
    height: float
    file: str
    lacks: tuple[str, ...] = ()


def has_pictures(media_type: str) -> bool:
    """Whether the pages of a source of that type can be drawn; the others have their text alone."""
    return media_type in _DRAWERS


def pictures_of(data: bytes, reading: Reading, folder: Path, passwords: Sequence[str] = ()) -> Iterator[Picture | Missing]:
    """Every page of a source in order, its picture written into `folder` before it is told; no more than a page is held.

    `data`: the bytes that `reading` came from. A page that cannot be drawn is missing; so are those behind a place where the file is damaged.
    """
    number = 0
    try:
        for leaf in with_passwords(lambda password: _begun(File(data, reading.source.path, password), reading), passwords):
            number = leaf.number
            yield leaf if isinstance(leaf, Missing) else _written(leaf, folder)
    except DocumentError as error:
        for rest in range(number + 1, max(number + 1, reading.source.pages or 0) + 1):
            yield Missing(rest, f"{error.reason}；{error.next_step}")


def _begun(file: File, reading: Reading) -> Iterator[Leaf | Missing]:
    """The pages, the first of them drawn: a wrong password is known by then."""
    leaves: Iterator[Leaf | Missing] = import_module(f"pipeline.review.pictures.{_DRAWERS[reading.source.media_type]}").leaves(file, reading)
    return chain(list(islice(leaves, 1)), leaves)


def _written(leaf: Leaf, folder: Path) -> Picture:
    file = f"{leaf.number}{leaf.suffix}"
    (folder / file).write_bytes(leaf.body)
    return Picture(leaf.number, leaf.width, leaf.height, file, leaf.lacks)
