"""What a run has to do: for each document whether its result stands, or what of it a change can reach. What cannot be excluded is done."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractors.ids import id_of
from pipeline import signs
from pipeline.bundles.shelf import Shelf
from pipeline.documents import Document
from pipeline.errors import DocumentError
from pipeline.ledger import Entry, Ledger, Row
from pipeline.readers import kinds
from pipeline.readers.registry import READERS
from pipeline.sealed import CONTENT
from pipeline.store import Store, places

if TYPE_CHECKING:
    from pipeline.reach import Reach

# Failures that another time, another machine or another password may not have: they are tried again.
_RETRIED = frozenset(("timeout", "crashed", "memory", "internal", "unreadable", "encrypted", "changing", "unwritable", "conversion",
                      "needs-libreoffice", "ocr-unavailable"))


class Todo(NamedTuple):
    """A document to do something for. `entry`: what is known of it beforehand; `row`: what stood; `touched`: the steps that cannot
    stand, None where all must be made anew."""

    document: Document
    entry: Entry
    row: Row | None
    touched: tuple[str, ...] | None


class Standing(NamedTuple):
    """A document whose result stands. `entry`: as it is to be noted, None where it is as noted."""

    row: Row
    entry: Entry | None


class Now(NamedTuple):
    """What the present run works with: the code's fingerprint, the grammar's id, the corrections of a document (by its id and name), the passwords given."""

    code: str
    grammar: int
    corrections: Callable[[str, str], str]
    passwords: Sequence[str]


class Planner:
    """Decides about one document after another."""

    def __init__(self, ledger: Ledger, store: Store, now: Now) -> None:
        self.ledger, self.store, self.now = ledger, store, now
        self.shelf = Shelf(now.passwords)
        self._signs: dict[str, str] = {}

    def decide(self, document: Document) -> Todo | Standing:
        row = self.ledger.row(document.name)
        entry = self._entry(document, row)
        if row is None or not self._same_work(row.entry, entry):
            return Todo(document, entry, row, None)
        if row.entry.failure:
            return Todo(document, entry, row, None) if row.entry.failure[0] in _RETRIED else self._standing(row, entry)
        if row.entry.result != result_sign(self.store, row.name):
            return Todo(document, entry, row, None)
        touched = self._touched(row)
        if touched == ():
            return self._standing(row, entry)
        return Todo(document, entry, row, touched if touched and not row.entry.corrections else None)

    def _entry(self, document: Document, row: Row | None) -> Entry:
        """What is known of a document before it is read: the digest of its content, where its file is not the one that was seen."""
        path, inside = str(document.path), json.dumps(document.inside) if document.inside else "[]"
        sign = self._sign(path)
        seen = row and (row.entry.path, row.entry.inside, row.entry.sign) == (path, inside, sign) and sign != ""
        content, id = (row.entry.content, row.entry.id) if row and seen else self._content(document)
        return Entry(path, "", inside, sign, content, self._key(document, content, row), self.now.code, self.now.corrections(id, document.name), id=id)

    def _sign(self, path: str) -> str:
        if path not in self._signs:
            self._signs = {path: signs.of_source(path)}  # members of a bundle come one after another
        return self._signs[path]

    def _content(self, document: Document) -> tuple[str, str]:
        """The digest of a document's bytes, and its id; "" where there are none."""
        if document.failure or not os.path.isfile(document.path):
            return "", ""
        try:
            whole = hashlib.sha256(self.shelf.read(document.path, document.inside)).hexdigest()
        except DocumentError:  # told when it is read
            return "", ""
        return whole[:CONTENT], id_of(whole)

    def _key(self, document: Document, content: str, row: Row | None) -> str:
        """Of the reading of a content under a name of this kind, by this code; "" where there is no content."""
        if not content:
            return ""
        if row and (row.entry.content, row.entry.code) == (content, self.now.code) and row.entry.key:
            return row.entry.key  # one name, one content, one code: one reading
        told = f"{content} {kinds.suffix(document.name)} {document.kind} {_fingerprint(document.kind)}"
        return hashlib.sha256(told.encode()).hexdigest()[:20]

    def _same_work(self, was: Entry, entry: Entry) -> bool:
        """Whether the same code would read the same content, with the same corrections."""
        return bool(entry.key) and (was.key, was.code, was.corrections) == (entry.key, entry.code, entry.corrections)

    def _standing(self, row: Row, entry: Entry) -> Standing:
        noted = row.entry._replace(path=entry.path, inside=entry.inside, sign=entry.sign)
        return Standing(row, noted if noted != row.entry else None)

    def _touched(self, row: Row) -> tuple[str, ...] | None:
        """The steps of a result that cannot stand; () where it stands, None where that cannot be told."""
        return () if row.grammar == self.now.grammar else self._reach.steps(row)

    @cached_property
    def _reach(self) -> "Reach":
        from pipeline.reach import Reach

        return Reach(self.ledger, self.now.grammar, lambda: self.ledger.meanings(self.now.grammar))


@lru_cache(maxsize=64)
def _fingerprint(kind: str) -> str:
    readers = [READERS[kind]] if kind in READERS else READERS.values()  # what is locked may be of any kind
    return ",".join(sorted({reader.fingerprint for reader in readers}))


def result_sign(store: Store, name: str) -> str:
    """Of the files of a result; "" where one is gone."""
    return signs.of_result(*places(str(store.folder), name))

