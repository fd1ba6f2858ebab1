"""The tables of a results folder into files, in one pass for all formats: what `gongwen export` does."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from grammars.grammar import Grammar
from pipeline.errors import UsageError
from pipeline.export.folder import drafts
from pipeline.export.formats import FORMATS
from pipeline.export.put import Job, pour
from pipeline.review.names import page_name
from pipeline.tables.rows import Told
from pipeline.tables.schema import TABLES
from pipeline.tables.stream import stream


class Written(NamedTuple):
    """`rows`: how many there are of each table; `files`: that took their places, by format."""

    rows: dict[str, int]
    files: dict[str, tuple[Path, ...]]


def export(results: Path, folder: Path, formats: Sequence[str], grammar: Grammar, tell: Told, review: Path | None = None) -> Written:
    """Every file whole or not at all. `review`: the folder whose pages a spreadsheet leads to; `tell`: of what is not as it is in the results.

    `UsageError`: there are no results, or the folder cannot be written.
    """
    if folder.resolve() == results.resolve():
        raise UsageError(f"{folder} 是结果文件夹，不能导出到其中；请用 -o 指定另一个文件夹")
    chosen = list(dict.fromkeys(formats))
    with drafts(folder, [file for name in chosen for file in FORMATS[name].files]) as room, ExitStack() as stack:
        job = Job(room, _pages(review, folder), tell)
        counts = pour(stream(results, grammar, tell), [stack.enter_context(FORMATS[name].opened(job)) for name in chosen], tell)
    return Written({table.name: counts.get(table.name, 0) for table in TABLES}, {name: tuple(folder / file for file in FORMATS[name].files) for name in chosen})


def _pages(review: Path | None, folder: Path) -> Callable[[str], str | None]:
    """The address of a document's page as seen from `folder`; None where there is no page, or no address that spreadsheets keep as it is."""
    start = _between(folder, review) if review else None

    @lru_cache(maxsize=1)
    def page(document: str) -> str | None:
        name = page_name(document)
        return f"{start}/{name}" if start and review and (review / name).is_file() else None

    return page


def _between(folder: Path, other: Path) -> str | None:
    try:
        way = os.path.relpath(other.resolve(), folder.resolve()).replace(os.sep, "/")
    except ValueError:  # on another drive
        way = other.resolve().as_posix()
    return None if "#" in way or "%" in way else way
