"""The ledger of a results folder: readings that are kept, what every result rests on, the runs there were and what they replaced.

One SQLite file in `OUTPUT/.gongwen`. Nothing in it is the only copy of a result: what is damaged or missing is made again.
Masks of facets are of `Ledger.facets`, which only ever grows: a facet keeps its bit for as long as the ledger lives.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from pipeline.sealed import Damaged, checked, digest, marked, opened, packed, unpacked

VERSION = 1  # of the tables
_KEPT_RUNS = 20  # runs whose replaced records are kept
TABLES = """
CREATE TABLE facets (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL);
CREATE TABLE grammars (id INTEGER PRIMARY KEY, fingerprint TEXT UNIQUE NOT NULL, meanings BLOB NOT NULL);
CREATE TABLE readings (key TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE sources (path TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (name TEXT PRIMARY KEY, state TEXT NOT NULL, path TEXT NOT NULL, linked TEXT NOT NULL, run INTEGER NOT NULL, grammar INTEGER,
    asked BLOB, answered BLOB, entry BLOB NOT NULL, basis BLOB, card BLOB);
CREATE TABLE runs (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE replaced (run INTEGER NOT NULL, document TEXT NOT NULL, record BLOB, PRIMARY KEY (run, document));
CREATE TABLE notes (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
"""


class Entry(NamedTuple):
    """What is known of a document. `sign`: of its file when it was read, "" where that cannot be trusted; `content`: the digest of its bytes.

    `key`: of its reading. `result`: signs of the record and of the reading on the disk; `record`: the digest of the record.
    `linked`: digest of the links that stand in the record. `id`: of the document. `failure`: code, reason and next step of one that failed.
    """

    path: str
    linked: str
    inside: str
    sign: str
    content: str
    key: str
    code: str
    corrections: str = ""
    result: str = ""
    record: str = ""
    id: str = ""
    values: int = 0
    findings: Mapping[str, int] = {}
    failure: tuple[str, str, str] | None = None


class Row(NamedTuple):
    """An entry with what is asked of all documents at once. `grammar`: the id of the grammar it holds for."""

    name: str
    entry: Entry
    run: int
    grammar: int | None
    asked: int
    answered: int


class Run(NamedTuple):
    """The manifest of a run. `state`: `done`, or `stopped` of one that was ended before. `counts`: documents by what became of them, values, findings."""

    id: int
    command: str
    started: str
    ended: str | None
    state: str
    version: str
    code: str
    grammar: str
    grammar_folder: str
    paths: Sequence[str]
    counts: Mapping[str, Any]


class Ledger:
    """`told`: what was found damaged when it was opened or used, in words for the user."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self.told: list[str] = []

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All that is written within, or nothing."""
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has undone it already
                self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    # --- facets and grammars

    def prove(self) -> None:
        """`Damaged`: the names of the facets are not those that were entered, and no mask means what it did."""
        known = self.note("facets")
        if self.facets and known != digest("\0".join(self.facets).encode()):
            raise Damaged

    @property
    def facets(self) -> list[str]:
        """The names of all facets there ever were, each at its bit."""
        return [name for (name,) in self.database.execute("SELECT name FROM facets ORDER BY id")]

    def enter_grammar(self, fingerprint: str, meanings: Mapping[str, Any]) -> int:
        """The id of a grammar, entered where it is new; its facets get their bits, in its order."""
        if (found := self.grammar(fingerprint)) and self.sound(found):
            return found
        known = self.facets
        new = [name for name in meanings if name not in known]
        self.database.executemany("INSERT INTO facets VALUES (?, ?)", enumerate(new, len(known)))
        self.keep_note("facets", digest("\0".join(self.facets).encode()))
        cursor = self.database.execute("INSERT INTO grammars (fingerprint, meanings) VALUES (?, ?)", (fingerprint, packed(dict(meanings))))
        return int(cursor.lastrowid or 0)

    def sound(self, grammar: int) -> bool:
        """Whether it is known what a grammar says; one that is damaged is forgotten, which is told."""
        try:
            self.meanings(grammar)
            return True
        except Damaged:
            self.told.append("留存的语法记录已损坏，已丢弃，有关的结果重新处理")
            self.database.execute("DELETE FROM grammars WHERE id = ?", (grammar,))
            return False

    def fingerprint(self, grammar: int) -> str:
        return str(self.database.execute("SELECT fingerprint FROM grammars WHERE id = ?", (grammar,)).fetchone()[0])

    def grammar(self, fingerprint: str) -> int:
        """The id of a grammar that was entered; 0 of one that was not."""
        found = self.database.execute("SELECT id FROM grammars WHERE fingerprint = ?", (fingerprint,)).fetchone()
        return int(found[0]) if found else 0

    def meanings(self, grammar: int) -> Mapping[str, Any]:
        """What each facet of a grammar said; `Damaged`."""
        found = self.database.execute("SELECT meanings FROM grammars WHERE id = ?", (grammar,)).fetchone()
        if not found:
            raise Damaged
        told: Mapping[str, Any] = unpacked(found[0])
        return told

    # --- readings

    def has_reading(self, key: str) -> bool:
        return self.database.execute("SELECT 1 FROM readings WHERE key = ?", (key,)).fetchone() is not None

    def reading(self, key: str) -> bytes | None:
        """A kept reading, sealed; None where there is none, or a damaged one: that is told, dropped and made again."""
        found = self.database.execute("SELECT body FROM readings WHERE key = ?", (key,)).fetchone()
        if not found:
            return None
        try:
            opened(found[0])
        except Damaged:
            self.told.append("留存的一份读取结果已损坏，已丢弃并重新读取原文件")
            self.database.execute("DELETE FROM readings WHERE key = ?", (key,))
            return None
        return bytes(found[0])

    def keep_reading(self, key: str, body: bytes) -> None:
        self.database.execute("INSERT OR REPLACE INTO readings VALUES (?, ?)", (key, body))

    # --- documents

    def row(self, name: str) -> Row | None:
        found = self.database.execute(f"SELECT {_ROW} FROM documents WHERE name = ?", (name,)).fetchone()
        return self._row(found) if found else None

    def rows(self) -> Iterator[Row]:
        """All documents, by name."""
        for found in self.database.execute(f"SELECT {_ROW} FROM documents ORDER BY name").fetchall():
            if row := self._row(found):
                yield row

    def _row(self, found: tuple[Any, ...]) -> Row | None:
        name, run, grammar, asked, answered, stored, linked, body = found
        path = _path(stored)
        try:
            *told, beside = checked(body)
            if beside != _beside(path, linked, asked, answered):
                raise Damaged
            entry = Entry(path, linked, *told)
        except (Damaged, TypeError, ValueError):
            self.told.append(f"“{name}”的记录已损坏，已重新处理")
            return None
        return Row(name, entry, run, grammar, _mask(asked), _mask(answered))

    def keep(self, row: Row, basis: bytes | None, card: bytes | None) -> None:
        state = "failed" if row.entry.failure else "done"
        self.database.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (row.name, state, _kept(row.entry.path), row.entry.linked, row.run, row.grammar, _bytes(row.asked), _bytes(row.answered), _entered(row), basis, card))

    def note_entry(self, row: Row) -> None:
        """The entry of a document, all else of it as it is."""
        self.database.execute("UPDATE documents SET path = ?, linked = ?, entry = ? WHERE name = ?", (_kept(row.entry.path), row.entry.linked, _entered(row), row.name))

    def hold(self, names: Iterable[str], grammar: int) -> None:
        """These results hold for another grammar too: nothing they rest on differs in it."""
        self.database.executemany("UPDATE documents SET grammar = ? WHERE name = ?", ((grammar, name) for name in names))

    def basis(self, name: str) -> bytes | None:
        found = self.database.execute("SELECT basis FROM documents WHERE name = ?", (name,)).fetchone()
        return bytes(found[0]) if found and found[0] else None

    def sealed_cards(self) -> Iterator[tuple[str, str, bytes]]:
        """Name, digest of the links in the record, and packed card of every document that has a result."""
        yield from self.database.execute("SELECT name, linked, card FROM documents WHERE state = 'done' ORDER BY name").fetchall()

    def keep_card(self, name: str, card: bytes) -> None:
        self.database.execute("UPDATE documents SET card = ? WHERE name = ?", (card, name))

    def card(self, name: str) -> bytes:
        """By what a document is linked, as it is kept."""
        found = self.database.execute("SELECT card FROM documents WHERE name = ?", (name,)).fetchone()
        return bytes(found[0]) if found and found[0] else b""

    def paths(self) -> list[tuple[str, str]]:
        """Name and path of every document."""
        return [(name, _path(stored)) for name, stored in self.database.execute("SELECT name, path FROM documents")]

    def failures(self) -> Iterator[Row]:
        found = self.database.execute(f"SELECT {_ROW} FROM documents WHERE state = 'failed' ORDER BY name").fetchall()
        yield from filter(None, map(self._row, found))

    def drop(self, name: str) -> None:
        self.database.execute("DELETE FROM documents WHERE name = ?", (name,))

    def sweep(self) -> int:
        """Readings that no document has any more are dropped: how many."""
        kept = {row.entry.key for row in self.rows()}
        gone = [(key,) for (key,) in self.database.execute("SELECT key FROM readings") if key not in kept]
        self.database.executemany("DELETE FROM readings WHERE key = ?", gone)
        return len(gone)

    # --- sources: what was found in the files that were named

    def source(self, path: str) -> Any:
        found = self.database.execute("SELECT body FROM sources WHERE path = ?", (_kept(path),)).fetchone()
        try:
            return checked(found[0]) if found else None
        except (Damaged, ValueError):
            return None

    def keep_source(self, path: str, told: Any) -> None:
        self.database.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (_kept(path), marked(told)))

    # --- runs

    def begin(self, body: Mapping[str, Any]) -> int:
        cursor = self.database.execute("INSERT INTO runs (body) VALUES (?)", (marked(dict(body)),))
        return int(cursor.lastrowid or 0)

    def end(self, run: int, body: Mapping[str, Any]) -> None:
        """The manifest of a run as it ended; of runs long ago the replaced records go."""
        self.database.execute("UPDATE runs SET body = ? WHERE id = ?", (marked(dict(body)), run))
        self.database.execute("DELETE FROM replaced WHERE run <= ?", (run - _KEPT_RUNS,))

    def forgotten(self) -> int:
        """The last run of which it is not known any more what it replaced: states before it cannot be had."""
        (latest,) = self.database.execute("SELECT MAX(id) FROM runs").fetchone()
        return max(0, (latest or 0) - _KEPT_RUNS)

    def runs(self) -> list[Run]:
        """In their order; one whose manifest is damaged is left out, which is told."""
        found = []
        for number, body in self.database.execute("SELECT id, body FROM runs ORDER BY id"):
            try:
                found.append(Run(id=number, **checked(body)))
            except (Damaged, TypeError, ValueError):
                self.told.append(f"第 {number} 次运行的记录已损坏")
        return found

    def replace(self, run: int, name: str, record: bytes | None) -> None:
        """The record (sealed; None: there was none) that stood before a run; what a run replaces twice stood there once."""
        self.database.execute("INSERT OR IGNORE INTO replaced VALUES (?, ?, ?)", (run, name, record))

    def replaced(self, after: int) -> Iterator[tuple[str, bytes | None]]:
        """Every document whose record changed in a run later than `after`, with the record that stood at its end."""
        told = self.database.execute("SELECT document, MIN(run) FROM replaced WHERE run > ? GROUP BY document ORDER BY document", (after,)).fetchall()
        for name, run in told:
            yield name, self.database.execute("SELECT record FROM replaced WHERE run = ? AND document = ?", (run, name)).fetchone()[0]

    # --- notes

    def note(self, key: str) -> str | None:
        """A note that was kept; None where there is none, or a damaged one."""
        found = self.database.execute("SELECT body FROM notes WHERE key = ?", (key,)).fetchone()
        try:
            return str(checked(found[0])) if found else None
        except (Damaged, TypeError, ValueError):
            return None

    def keep_note(self, key: str, body: str) -> None:
        self.database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, marked(body)))


_ROW = "name, run, grammar, asked, answered, path, linked, entry"


def _entered(row: Row) -> bytes:
    """All but what has a column of its own, and a digest of that."""
    entry = row.entry
    return marked([*entry[2:], _beside(entry.path, entry.linked, _bytes(row.asked), _bytes(row.answered))])


def _beside(path: str, linked: str, asked: bytes | None, answered: bytes | None) -> str:
    return digest(f"{path}\0{linked}\0".encode(errors="surrogatepass") + (asked or b"") + b"\0" + (answered or b""))[:8]


def _kept(path: str) -> str | bytes:
    """A path as SQLite holds it: one that is no text, such as a name in GB18030 on Linux, as its bytes."""
    try:
        path.encode()
        return path
    except UnicodeEncodeError:
        return os.fsencode(path)


def _path(stored: str | bytes) -> str:
    return os.fsdecode(stored)


def _mask(blob: bytes | None) -> int:
    return int.from_bytes(blob or b"", "little")


def _bytes(mask: int) -> bytes:
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")
