"""The index of the review: the documents to search and filter, those that could not be read, and pictures of what the archive says.

The lines of the documents are data for the page's script, in a file of their own: a page opened from the file system may take in scripts and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.charts.style import css
from pipeline.compare.words import CHOICES
from pipeline.review import archive
from pipeline.review.entries import Entry
from pipeline.review.page import as_script, template
from pipeline.tables.rows import Told
from pipeline.terminal import printable

FILES = ("index.html", "index-data.js")
_HERE = Path(__file__).parent
_ASSETS = ("index.css", "index.js")


def assets() -> Mapping[str, bytes]:
    """The files of `assets/` that the index alone takes in, by name."""
    return {**{name: (_HERE / "assets" / name).read_bytes() for name in _ASSETS}, "charts.css": css().encode()}


def files(folder: Path, entries: Sequence[Entry], tell: Told = lambda said: None) -> Iterator[tuple[str, Iterator[str]]]:
    """The index of a results folder, in pieces: name and content of each file. `tell`: takes what is to be said of the results."""
    yield FILES[0], template("index.html").generate(
        count=len(entries), failures=list(results.failures(folder)), choices=_choices(entries), figures=archive.figures(folder, tell), words=CHOICES)
    yield FILES[1], _data(entries)


def _data(entries: Sequence[Entry]) -> Iterator[str]:
    """The lines as one call of the page's script, a line each."""
    yield f"gongwenIndex({as_script(Entry._fields)}, [\n"
    yield from (f"{as_script([printable(value) if isinstance(value, str) else value for value in entry])},\n" for entry in entries)
    yield "]);\n"


def _choices(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """What there is to filter by."""
    return {"doc_type": [kind for kind in CHOICES["doc_type"] if any(entry.doc_type == kind for entry in entries)],
            "province": sorted({entry.province for entry in entries if entry.province}),
            "year": sorted({entry.year for entry in entries if entry.year}, reverse=True)}
