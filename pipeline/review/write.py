"""The review of a results folder written: a page for each document, the index, what they share. A page that nothing touched since is left as it is."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from extractors.reading import Reading
from extractors.record import Record
from grammars.regions import Regions
from pipeline import results
from pipeline.review import document, index
from pipeline.review.document import Neighbour
from pipeline.review.entries import Entry, entry
from pipeline.review.folder import Folder, Page, opened, stamp
from pipeline.review.names import DOCUMENTS, page_name
from pipeline.review.pictures.leaf import Missing
from pipeline.review.pictures.pages import Picture, has_pictures, pictures_of
from pipeline.review.source import Gone, Originals, originals
from pipeline.store import reading_path
from pipeline.version import fingerprint

_HERE = Path(__file__).parent
_MAKES = ("pipeline.review.write",)  # with all that it imports, what decides what a page holds
Progress = Callable[[int, int, str], None]  # done, of how many, the document's name


class Written(NamedTuple):
    """How many pages were written, stood as they were, were removed."""

    written: int
    unchanged: int
    removed: int


class _Turn(NamedTuple):
    """A document whose page is to stand: its record's file, its line in the index, and those before and behind it."""

    path: Path
    page: Page
    before: Neighbour | None
    behind: Neighbour | None

    @property
    def entry(self) -> Entry:
        return Entry(**self.page.entry)


def write(results_folder: Path, to: Path, regions: Regions, progress: Progress, passwords: Sequence[str] = ()) -> Written:
    """Write the review of `results_folder` into `to`. `UsageError`: there are no results, or `to` cannot be written."""
    shared = {f"assets/{name}": body for name, body in (*document.assets().items(), *index.assets().items())}
    with opened(to, [*index.FILES, *shared]) as folder, originals(results_folder, passwords) as sources:
        writer = _Writer(results_folder, folder, sources, passwords)
        former, turns = folder.pages, list(writer.turns(regions))
        folder.pages = {turn.entry.key: turn.page for turn in turns}
        count = 0
        for n, turn in enumerate(turns, 1):
            count += writer.page(turn)
            progress(n, len(turns), turn.entry.name)
        gone = former.keys() - folder.pages.keys()
        folder.remove(file for key in gone for file in former[key].files)
        for name, body in shared.items():
            folder.write(name, [body])
        for name, pieces in index.files(results_folder, [turn.entry for turn in turns]):
            folder.write(name, pieces)
        folder.keep()
    return Written(count, len(turns) - count, len(gone))


def _dress() -> str:
    """A digest of the templates, styles and scripts."""
    files = sorted(path for folder in ("review", "charts") for path in (_HERE.parent / folder).rglob("*") if path.suffix in (".html", ".css", ".js"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


class _Writer:
    """Writes pages into a folder. What a page was made from is known by `code` and the files it rests on."""

    def __init__(self, results_folder: Path, folder: Folder, sources: Originals, passwords: Sequence[str]) -> None:
        self.results, self.folder, self.sources, self.passwords = results_folder, folder, sources, passwords
        self.code = fingerprint(_MAKES) + _dress()
        self.known = {page.read: page for page in folder.pages.values()}

    def turns(self, regions: Regions) -> Iterator[_Turn]:
        """Every document with its neighbours. `UsageError` where there is none."""
        pages = [(path, self._known(path, regions)) for path in results.paths(self.results)]
        if not pages:
            next(results.results(self.results))  # says what to run
        around = [None, *(Neighbour(page.entry["name"], page.entry["title"] or page.entry["name"]) for _, page in pages), None]
        for n, (path, page) in enumerate(pages):
            yield _Turn(path, page, around[n], around[n + 2])

    def _known(self, path: Path, regions: Regions) -> Page:
        """The page as it stands, where its record does; else one still to be written."""
        read = stamp([path], self.code)
        return self.known.get(read) or Page(read, entry(results.record(path), regions)._asdict())

    def page(self, turn: _Turn) -> bool:
        """Write the page where it does not stand yet: whether it was."""
        told = turn.entry
        of = stamp([turn.path, reading_path(self.results, told.name)], f"{self.code} {turn.before} {turn.behind}")
        if turn.page.of == of and all((self.folder.path / file).is_file() for file in turn.page.files):
            return False
        record = results.record(turn.path)
        self.folder.remove(turn.page.files)
        turn.page.of, turn.page.files = of, list(self._written(record, turn))
        return True

    def _written(self, record: Record, turn: _Turn) -> Iterator[str]:
        """Writes the pictures and the page: their names."""
        name = record.source.path
        reading = results.reading(self.results, name, record.source.sha256)
        pictures, notes = self._pictures(record, reading, f"{DOCUMENTS}/{turn.entry.key}")
        self.folder.write(page_name(name), document.page(record, reading, pictures, notes, folder=f"{turn.entry.key}/", before=turn.before, behind=turn.behind))
        yield from (f"{DOCUMENTS}/{turn.entry.key}/{picture.file}" for picture in pictures)
        yield page_name(name)

    def _pictures(self, record: Record, reading: Reading, to: str) -> tuple[list[Picture], list[str]]:
        """The pictures of a source with pages; why there are none, and of which pages there are none."""
        if not has_pictures(record.source.media_type):
            return [], []
        data = self.sources.data(record.source)
        if isinstance(data, Gone):
            return [], [f"没有页面图像：{data}"]
        (self.folder.path / to).mkdir(parents=True, exist_ok=True)
        told = list(pictures_of(data, reading, self.folder.path / to, self.passwords))
        missing = [one for one in told if isinstance(one, Missing)]
        return [one for one in told if isinstance(one, Picture)], [f"第 {one.number} 页没有图像：{one.reason}" for one in missing]
