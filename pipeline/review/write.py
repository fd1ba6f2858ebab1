"""The review of a results folder written: a page for each document, the index, what they share. A page that nothing touched since is left as it is."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from grammars.grammar import Grammar
from pipeline import results
from pipeline.engine import each
from pipeline.errors import UsageError
from pipeline.review import document, index
from pipeline.review.document import Neighbour
from pipeline.review.entries import Entry, entry
from pipeline.review.folder import Folder, Page, opened, stamp
from pipeline.review.names import page_key
from pipeline.review.painter import Painter, Turn, lost, paint
from pipeline.store import reading_path
from pipeline.version import fingerprint

_HERE = Path(__file__).parent
_MAKES = ("pipeline.review.write",)  # with all that it imports, what decides what a page holds
_FEW = 16  # pages that are written here: starting other processes would take longer
_KEPT = 200  # pages after which it is written down what is ours
Progress = Callable[[int, int, str], None]  # done, of how many, the document's name


class Written(NamedTuple):
    """How many pages were written, stood as they were, were removed."""

    written: int
    unchanged: int
    removed: int


def write(results_folder: Path, to: Path, grammar: Grammar, progress: Progress, passwords: Sequence[str] = (), jobs: int = 1) -> Written:
    """Write the review of `results_folder` into `to`. `UsageError`: there are no results, or `to` cannot be written."""
    if not any(results.paths(results_folder)):
        next(results.results(results_folder))  # says what to run
    shared = {f"assets/{name}": body for name, body in (*document.assets().items(), *index.assets().items())}
    with opened(to, [*index.FILES, *shared]) as folder:
        code, former = fingerprint(_MAKES) + _dress(), folder.pages
        turns = {turn: _of(turn, results_folder, code) for turn in _turns(results_folder, folder, grammar, code)}
        stale = {turn: of for turn, of in turns.items() if not _stands(turn, of, folder)}
        folder.remove(file for key in former.keys() - folder.pages.keys() for file in former[key].files)
        _paint(stale, folder, partial(Painter, results_folder, to, tuple(passwords)), progress, jobs)
        for name, body in shared.items():
            folder.write(name, [body])
        for name, pieces in index.files(results_folder, [Entry(**page.entry) for page in folder.pages.values()]):
            folder.write(name, pieces)
        folder.keep()
        return Written(len(stale), len(turns) - len(stale), len(former.keys() - folder.pages.keys()))


def _dress() -> str:
    """A digest of the templates, styles and scripts."""
    files = sorted(path for folder in ("review", "charts") for path in (_HERE.parent / folder).rglob("*") if path.suffix in (".html", ".css", ".js"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _turns(results_folder: Path, folder: Folder, grammar: Grammar, code: str) -> Iterator[Turn]:
    """Every document with its neighbours; the folder's pages are those of these documents then."""
    former = folder.pages
    known = {page.read: page for page in former.values()}
    pages = [(path, _page(path, known, former, grammar, code)) for path in results.paths(results_folder)]
    folder.pages = {page.entry["key"]: page for _, page in pages}
    around = [None, *(Neighbour(page.entry["name"], page.entry["title"] or page.entry["name"]) for _, page in pages), None]
    for n, (path, page) in enumerate(pages):
        yield Turn(path, page.entry["name"], around[n], around[n + 2])


def _page(path: Path, known: dict[str, Page], former: dict[str, Page], grammar: Grammar, code: str) -> Page:
    """What is known of a page, where its record stands as it did; else one still to be written, over the files it had."""
    read = stamp([path], code)
    if read in known:
        return known[read]
    told = entry(results.record(path), grammar)
    return Page(read, told._asdict(), files=former[told.key].files if told.key in former else [])


def _of(turn: Turn, results_folder: Path, code: str) -> str:
    """A fingerprint of all that a page is made from."""
    return stamp([turn.path, reading_path(results_folder, turn.name)], f"{code} {turn.before} {turn.behind}")


def _stands(turn: Turn, of: str, folder: Folder) -> bool:
    page = folder.pages[page_key(turn.name)]
    return page.of == of and all((folder.path / file).is_file() for file in page.files)


def _paint(turns: Mapping[Turn, str], folder: Folder, start: Callable[[], Painter], progress: Progress, jobs: int) -> None:
    """Write pages, by several processes where there are many. What one was made from is noted when it is written. `UsageError`: a process died over one."""
    for turn in turns:
        folder.remove(folder.pages[page_key(turn.name)].files)
        folder.pages[page_key(turn.name)].forget()
    for n, (turn, files, whole) in enumerate(each(turns, jobs if len(turns) > _FEW else 0, start, paint, lost), 1):
        if files is None:
            raise UsageError(f"写 {turn.name} 的核对页时内存不足；请减少并行数（-j 1）后再运行")
        page = folder.pages[page_key(turn.name)]
        page.files, page.of = files, turns[turn] if whole else ""  # one that lacks pictures is tried again: the source may be back
        progress(n, len(turns), turn.name)
        if n % _KEPT == 0:
            folder.keep()
