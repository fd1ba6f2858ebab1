"""One document's page and pictures written into the folder of the review: by one process, or by several side by side."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from extractors.reading import Reading
from extractors.record import Record
from pipeline import results
from pipeline.engine import Loss
from pipeline.review import document
from pipeline.review.document import Neighbour
from pipeline.review.folder import write
from pipeline.review.names import DOCUMENTS, page_key, page_name
from pipeline.review.pictures.leaf import Missing
from pipeline.review.pictures.pages import Picture, has_pictures, pictures_of
from pipeline.review.source import Gone, originals


class Turn(NamedTuple):
    """A document whose page is to be written: its record's file, its name, and the documents before and behind it."""

    path: Path
    name: str
    before: Neighbour | None
    behind: Neighbour | None


class Painted(NamedTuple):
    """`files`: those of the document, from the folder; None where the process that wrote them died. `whole`: all pictures are there that can be."""

    turn: Turn
    files: list[str] | None
    whole: bool


class Painter:
    """Writes pages of the results in `results` into `to`; holds the ledger that knows the source files."""

    def __init__(self, results_folder: Path, to: Path, passwords: tuple[str, ...]) -> None:
        self.results, self.to, self.passwords = results_folder, to, passwords
        self._held = ExitStack()
        self.sources = self._held.enter_context(originals(results_folder, passwords))

    def paint(self, turn: Turn) -> "Painted":
        """Writes the page and its pictures. `UsageError`: the reading is not there; `OSError`: the disk refuses."""
        self.lacking = False
        return Painted(turn, list(self.files(turn)), not self.lacking)

    def files(self, turn: Turn) -> Iterator[str]:
        """Writes the pictures and the page: their names."""
        record = results.record(turn.path)
        reading = results.reading(self.results, turn.name, record.source.sha256)
        key = page_key(turn.name)
        pictures, notes = self._pictures(record, reading, f"{DOCUMENTS}/{key}")
        write(self.to / page_name(turn.name), document.page(record, reading, pictures, notes, folder=f"{key}/", before=turn.before, behind=turn.behind))
        yield page_name(turn.name)
        yield from (f"{DOCUMENTS}/{key}/{picture.file}" for picture in pictures)

    def _pictures(self, record: Record, reading: Reading, to: str) -> tuple[list[Picture], list[str]]:
        """The pictures of a source with pages, and what they do not show: why there are none, pages without one, what is missing on one."""
        if not has_pictures(record.source.media_type):
            return [], []
        data = self.sources.data(record.source)
        if isinstance(data, Gone):
            self.lacking = True
            return [], [f"没有页面图像：{data}"]
        (self.to / to).mkdir(parents=True, exist_ok=True)
        told = list(pictures_of(data, reading, self.to / to, self.passwords))
        self.lacking = any(isinstance(one, Missing) for one in told)
        return [one for one in told if isinstance(one, Picture)], [note for one in told for note in _notes(one)]


def _notes(one: Picture | Missing) -> Iterator[str]:
    if isinstance(one, Missing):
        yield f"第 {one.number} 页没有图像：{one.reason}"
    elif one.lacks:
        yield f"第 {one.number} 页的图像中没有画出：{'、'.join(one.lacks)}"


def paint(painter: Painter, turn: Turn) -> Painted:
    return painter.paint(turn)


def lost(turn: Turn, loss: Loss) -> Painted:
    return Painted(turn, None, False)
