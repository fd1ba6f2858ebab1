"""What is done for one document by whatever process has time: its result as drafts, made anew or from what stands."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from extractors.reading import Reading, from_json, to_json
from extractors.record import Record
from extractors.steps import Former, Steps
from grammars import grams
from grammars.grammar import Grammar, load
from grammars.grams import Grams
from pipeline import basis, links
from pipeline.basis import Basis
from pipeline.bundles.shelf import Shelf
from pipeline.errors import DocumentError
from pipeline.outcomes import Failed, Made, Task
from pipeline.process import content, finished, guarded, started
from pipeline.readers.registry import read_bytes
from pipeline.sealed import Damaged, content_digest, digest, packed, sealed, unpacked
from pipeline.store import Store, dumps

_NOT_FACTS = frozenset(("evidence", "source", "provenance", "findings", "residue", "links", "corrections", "id", "schema_version"))


class Shop(NamedTuple):
    """What a process needs to work: made once, used for every document."""

    grammar: Grammar
    store: Store
    shelf: Shelf


def shop(folder: Path, facets: Sequence[str], store: Store, passwords: Sequence[str]) -> Shop:
    return Shop(load(folder, facets, trusted=True), store, Shelf(passwords))


class Tried(NamedTuple):
    """What a task would make. `record` lies in the room of the shop's store; `links` as they stand in the present record are in it too."""

    name: str
    record: Path


def attempt(shop: Shop, task: Task) -> Tried | Failed:
    """What a task would make of a document, beside its result."""
    return guarded(task.document.name, lambda: _Work(shop, task).tried())


def work(shop: Shop, task: Task) -> Made | Failed:
    """The result of a task. Raises nothing a document or a disk can cause."""
    return guarded(task.document.name, lambda: _Work(shop, task).made())


class _Work:
    def __init__(self, shop: Shop, task: Task) -> None:
        self.shop, self.task, self.name = shop, task, task.document.name
        self.content, self.body = task.content, task.body
        self.stands = _bytes(shop.store.record_path(self.name))
        self.grams: Grams | None = None  # of the result that stands
        self.damaged = False

    def tried(self) -> Tried:
        _, record = self.result()
        if self.stands and (standing := Record.model_validate_json(self.stands).links):
            record = links.linked(record, standing)
        path = self.shop.store.record_path(self.name)
        return Tried(self.name, self.shop.store.draft(path, dumps(record.model_dump(warnings=False))))

    def made(self) -> Made:
        steps, record = self.result()
        reading_draft, reading = self.reading(steps)
        card = links.card(self.name, record)
        linked = bool(steps.former and self.task.card and packed(card) == self.task.card and self.stands)
        if linked and self.stands:  # what links it to others is as it was
            record = links.linked(record, Record.model_validate_json(self.stands).links)
        seen = self.grams.more(steps.texts) if self.grams else grams.of(steps.texts)
        told = Basis(steps.seen, steps.marks, seen, reading)
        data = record.model_dump(warnings=False)
        text = dumps(data)
        record_draft = self.draft(self.shop.store.record_path(self.name), text, self.stands)
        return Made(self.name, self.content, None if self.task.body else self.body, basis.to_bytes(told), told.asked, told.answered, digest(text),
                    record_draft, reading_draft, sealed(self.stands) if record_draft and self.stands else None,
                    values(data), severities(record), card, self.damaged, linked)

    def reading(self, steps: Steps) -> tuple[Path | None, str]:
        """The draft of the normalized reading, where it is another, and its digest."""
        if steps.former and not steps.changed("reading") and self.task.basis:
            return None, basis.from_bytes(self.task.basis).reading
        text = dumps(to_json(steps["reading"]))
        return self.draft(self.shop.store.reading_path(self.name), text), digest(text)

    def result(self) -> tuple[Steps, Record]:
        """From what stands, where that is whole; else anew."""
        if self.task.basis is not None and self.stands is not None:
            try:
                return self.through(self.former(self.task.basis, self.stands))
            except Damaged:
                self.damaged, self.grams = True, None
        return self.through(None)

    def through(self, former: Former | None) -> tuple[Steps, Record]:
        steps = started(self.raw, self.shop.grammar, former, self.task.touched)
        return steps, finished(steps, self.task.corrections)

    def former(self, blob: bytes, record: bytes) -> Former:
        if digest(record) != self.task.record:
            raise Damaged
        told = basis.from_bytes(blob)
        self.grams = told.grams
        return Former(_kept(record, self.shop.store.reading_path(self.name), told.reading), told.seen, told.marks)

    def raw(self) -> Reading:
        """The reading as its reader gave it: kept, or read now and to be kept."""
        reading = self.kept_reading() or self.read()
        return replace(reading, source=replace(reading.source, path=self.name))

    def kept_reading(self) -> Reading | None:
        return from_json(unpacked(self.body)) if self.body else None

    def read(self) -> Reading:
        data = content(self.task.document, self.shop.shelf)
        self.content = content_digest(data)
        if self.task.content not in ("", self.content):
            raise changing()
        reading = read_bytes(data, self.name, self.shop.shelf.passwords, self.task.document.made)
        self.body = packed(to_json(replace(reading, source=replace(reading.source, path=""))))
        return reading

    def draft(self, path: Path, data: bytes, stands: bytes | None = None) -> Path | None:
        """A draft of a file, unless it stands as it should."""
        if (stands if stands is not None else _bytes(path)) == data:
            return None
        try:
            return self.shop.store.draft(path, data)
        except OSError as error:
            raise DocumentError("unwritable", f"结果无法写入（{error.strerror}）", "请检查输出文件夹的权限和磁盘空间后再运行") from error


def changing() -> DocumentError:
    return DocumentError("changing", "文件在处理过程中被改动", "请等写入或同步完成后再运行")


def _kept(record: bytes, reading: Path, told: str) -> Callable[[str], Any]:
    """The values that a result keeps, read from its files when they are asked for. `told`: the digest of the reading; `Damaged`."""
    held: dict[str, Any] = {}

    def kept(name: str) -> Any:
        if name == "reading":
            if name not in held:
                held[name] = from_json(json.loads(_whole(reading, told)))
            return held[name]
        if "record" not in held:
            held["record"] = Record.model_validate_json(record)
        facts: Record = held["record"]
        return (facts.quantities, facts.residue) if name == "accounting" else getattr(facts, name)

    return kept


def _whole(path: Path, told: str) -> bytes:
    data = _bytes(path)
    if data is None or digest(data) != told:
        raise Damaged
    return data


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def severities(record: Record) -> Mapping[str, int]:
    return dict(sorted(Counter(f.severity for f in record.findings).items()))


def values(data: Any) -> int:
    """Facts of a record's plain data: what is not null, evidence and the record's own keeping apart."""
    if isinstance(data, Mapping):
        return sum(values(v) for k, v in data.items() if k not in _NOT_FACTS)
    if isinstance(data, list | tuple):
        return sum(map(values, data))
    return data is not None
