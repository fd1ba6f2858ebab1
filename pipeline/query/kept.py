"""The database of a results folder: made when the results, the code that makes tables, or the views have changed, and kept in `.gongwen`.

Nothing in it is the only copy of anything. A file is whole or not there: it is written under a name of its own and then takes its place.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from grammars.grammar import FOLDER, load
from pipeline import results
from pipeline.export import duckdb_file
from pipeline.export.put import Job, pour
from pipeline.query import views
from pipeline.store import FAILURES, HOME
from pipeline.tables.rows import Told
from pipeline.tables.stream import stream
from pipeline.version import fingerprint

_PREFIX, _DRAFT = "tables-", "tables-draft-"
_STALE = 3600.0  # seconds after which a draft is of a command that was killed
# What is asked may have come from anywhere: it reads these tables, and no file, no network, no extension.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "allow_community_extensions": "false",
    "temp_directory": "",
}
_QUIET = "SET enable_progress_bar = false"  # which would stand among the answer


@contextmanager
def opened(folder: Path, tell: Told) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database of a results folder, to read from. `tell`: takes what is to be said of the results. `UsageError` as of `results.results`."""
    path = _path(folder)
    kept = _kept(path)
    if kept:
        with kept:
            yield kept
        return
    with _made(folder, tell) as draft:
        unchanged = _path(folder) == path
        with _sealed(_placed(draft, path) if unchanged else draft) as made:
            yield made


def _kept(path: Path) -> duckdb.DuckDBPyConnection | None:
    """The database that is kept; None where there is none, or a damaged one."""
    try:
        return _sealed(path) if path.is_file() else None
    except duckdb.Error:
        return None


def _sealed(path: Path) -> duckdb.DuckDBPyConnection:
    """A database to read from, and nothing else. `duckdb.Error`: it is damaged."""
    connection = duckdb.connect(path, read_only=True, config=_CLOSED)
    try:
        connection.execute(_QUIET)
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET lock_configuration = true")
        connection.execute(f"SELECT * FROM {views.READY[-1]} LIMIT 0")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _path(folder: Path) -> Path:
    """Where the database of the results as they stand is kept. `UsageError`: there are none."""
    return folder / HOME / f"{_PREFIX}{_state(folder)}.duckdb"


def _state(folder: Path) -> str:
    """16 hex digits of what the tables are made from: every file of results by path, size and time; and of what makes them."""
    told = hashlib.sha256(fingerprint(("pipeline.query.kept",), ("duckdb",)).encode())
    for path in (*sorted(views.FOLDER.glob("*.sql")), *sorted(p for p in FOLDER.rglob("*") if p.suffix in (".yaml", ".csv"))):
        told.update(path.read_bytes())
    found = False
    for path in results.paths(folder):
        found = True
        _add(told, folder, path)
    if not found:
        next(results.results(folder))
    _add(told, folder, folder / FAILURES)
    return told.hexdigest()[:16]


def _add(told: "hashlib._Hash", folder: Path, path: Path) -> None:
    with suppress(FileNotFoundError):
        at = path.stat()
        told.update(f"{path.relative_to(folder)}\0{at.st_size}\0{at.st_mtime_ns}\0".encode("utf-8", "surrogatepass"))


@contextmanager
def _made(folder: Path, tell: Told) -> Iterator[Path]:
    """A new database, in a room that is removed at the end; in the folder, or where that cannot be written among the temporary files."""
    with _room(folder / HOME) as room:
        with duckdb_file.opened(Job(room, lambda document: None, tell)) as put:
            pour(stream(folder, load(trusted=True), tell), [put], tell)
        yield room / duckdb_file.FILE


@contextmanager
def _room(home: Path) -> Iterator[Path]:
    try:
        home.mkdir(exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=home))
    except OSError:
        room = Path(tempfile.mkdtemp(prefix=_DRAFT))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _placed(draft: Path, path: Path) -> Path:
    """The draft in its place, older ones gone; where it cannot be put there, the draft."""
    if draft.parents[1] != path.parent:
        return draft
    try:
        os.replace(draft, path)
    except OSError:  # another query has it open, on a system that does not allow this
        return draft
    for other in path.parent.glob(f"{_PREFIX}*"):
        _drop(other, path)
    return path


def _drop(other: Path, path: Path) -> None:
    """An older database goes at once, a draft only when nobody can be writing it any more."""
    with suppress(OSError):
        if other.name.startswith(_DRAFT):
            if time.time() - other.stat().st_mtime > _STALE:
                shutil.rmtree(other)
        elif other != path:
            other.unlink()
