"""A folder of documents, again and again: what is new or changed is read, what a change of the grammar can reach is made again, all else stands."""

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grammars.grammar import FOLDER, Grammar, load
from grammars.prints import Prints
from grammars.yaml_strict import GrammarError
from pipeline import engine
from pipeline.documents import Document
from pipeline.fingerprints import sight_fingerprint, work_fingerprint
from pipeline.inputs import collect
from pipeline.ledger import Ledger, Row
from pipeline.linking import Linking
from pipeline.outcomes import PROVENANCE, REPORT, Failed, Result, Task
from pipeline.plan import Now, Planner, Standing, Todo
from pipeline.publish import Publisher, refused
from pipeline.shelter import BrokenLedger, aside_told, held, ledger_of, set_aside
from pipeline.sources import Remembering
from pipeline.store import FAILURES, Store, opened
from pipeline.version import VERSION, code_fingerprint

if TYPE_CHECKING:
    from pipeline.corrections.correction import Corrections
    from pipeline.tasks import Shop

PATIENCE = 600.0  # seconds a document may take
_PLAIN = frozenset(("", "text", "markdown", "html", "mht"))  # kinds that no library outside Python's care is needed for; "" fails on sight
_LIGHT = 4  # documents that are made again from kept readings take as long as one that is read

Progress = Callable[[int, int, Result], None]


@dataclass(frozen=True)
class Summary:
    """What a run came to. `counts`: documents by what became of them; `told`: what else the user should know."""

    documents: int
    values: int
    findings: Mapping[str, int]
    failures: tuple[Failed, ...]
    output: Path
    counts: Mapping[str, int]
    vanished: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """What the user asked for."""

    paths: Sequence[str | Path]
    output: Path
    jobs: int | None = None
    progress: Progress | None = None
    grammar: Path = FOLDER
    passwords: Sequence[str] = ()
    seconds: float | None = None
    corrections: Path | None = None


def run(paths: Sequence[str | Path], output: Path, jobs: int | None = None, progress: Progress | None = None,
        grammar: Path = FOLDER, passwords: Sequence[str] = (), seconds: float | None = None, corrections: Path | None = None) -> Summary:
    """Every document of `paths` into `output`; the same files for any order and number of jobs, and however often it was run before.

    `jobs`: processes; None fits them to the machine and the work. `passwords` are tried on what is encrypted. `seconds`: how long a document may take.
    `corrections`: a folder of them.
    `UsageError`, `GrammarError` before anything is written.
    """
    order = Order(paths, output, jobs, progress, grammar, tuple(passwords), seconds, corrections)
    if not output.is_dir():  # nothing is made for what cannot be done
        collect(paths, output, passwords)
        load(grammar)
        _corrections(corrections)
    with held(output):
        try:
            return _run(order)
        except BrokenLedger:  # found out in the middle: all is made again
            return _run(order, aside_told(set_aside(output)))


def _run(order: Order, *told: str) -> Summary:
    with ledger_of(order.output) as ledger, opened(order.output) as store:
        ledger.told += told
        return _Run(order, ledger, store).done()


class _Run:
    """One run over the documents of an order, from the plan to the manifest."""

    def __init__(self, order: Order, ledger: Ledger, store: Store) -> None:
        self.order, self.ledger, self.store, self.code = order, ledger, store, work_fingerprint()
        self.corrections = _corrections(order.corrections)
        with ledger.whole():
            documents = collect(order.paths, order.output, order.passwords, Remembering(ledger, sight_fingerprint()))
        self.documents = sorted(documents, key=lambda d: (d.path, d.inside))  # as they stand in bundles: a stream is read forward
        self.folder = _snapshot(order.grammar, store.room / "grammar")
        self._loaded: Grammar | None = None
        self.grammar = self._grammar()
        self.counts, self.findings, self.values = Counter[str](), Counter[str](), 0
        self.failures: list[Failed] = []
        self._own_shop: Shop | None = None

    def _grammar(self) -> int:
        """The id of the grammar in the ledger. A folder that was seen before is not read again. `GrammarError`."""
        note = f"grammar {_folder_digest(self.folder)} {self.code}"
        known = self.ledger.note(note)
        if known and self.ledger.sound(int(known)):
            return int(known)
        grammar = self._loaded = load(self.folder, self.ledger.facets)
        with self.ledger.whole():  # which gives new facets the bits that they have here
            number = self.ledger.enter_grammar(grammar.fingerprint, grammar.meanings)
            self.ledger.keep_note(note, str(number))
        return number

    def done(self) -> Summary:
        manifest = self._manifest()
        with self.ledger.whole():
            number = self.ledger.begin(manifest)
        self.publisher = Publisher(self.ledger, self.store, number, self.grammar)
        try:
            todo = self._documents()
            vanished = self._vanished()
            Linking(self.ledger, self.store, self.publisher, self.grammar, self.code).done(vanished, self._shop, lambda one: self._task(one.document, one))
            self.store.tell(FAILURES, (_failure(row) for row in self.ledger.failures() if row.name not in vanished))
            summary = self._summary(todo, tuple(sorted(vanished)))
            manifest["state"] = "done"
            manifest["counts"] = {**summary.counts, "values": summary.values, "findings": dict(summary.findings)}
            return summary
        except OSError as error:
            raise refused(error) from error
        finally:
            manifest["ended"] = _now()
            with self.ledger.whole():
                self.ledger.end(number, manifest)

    def _manifest(self) -> dict[str, Any]:
        paths = [os.path.abspath(path) for path in self.order.paths]
        return {"command": "run", "started": _now(), "ended": None, "state": "stopped", "version": VERSION, "code": code_fingerprint(),
                "grammar": self.ledger.fingerprint(self.grammar), "grammar_folder": str(self.order.grammar), "paths": paths, "counts": {}}

    # --- documents

    def _documents(self) -> list[Todo]:
        """Every document of the order done that is to be done."""
        todo = self._plan()
        read: set[str] = set()
        first: list[Todo] = []
        later: list[Todo] = []
        for one in self._reprinted(todo):  # what has the content of another is made from that one's reading, once it is there
            waits = one.entry.key in read and not self.ledger.has_reading(one.entry.key)
            (later if waits else first).append(one)
            read.add(one.entry.key)
        for part in (first, later):
            self._work(part, len(first) + len(later))
        if self.counts["changed"] or self.counts["again"]:
            with self.ledger.whole():
                self.ledger.sweep()
        return todo

    def _reprinted(self, todo: Sequence[Todo]) -> list[Todo]:
        """What is left to do when results that only tell of other rules are told anew."""
        able = [one for one in todo if one.touched == (PROVENANCE,)]
        prints = Prints(self.ledger.facets, self.ledger.meanings(self.grammar)) if able else None
        done = {one.document.name for one in able if prints and self.publisher.reprint(one, prints.of)}
        self.publisher.flush()
        return [one._replace(touched=None) if one.touched == (PROVENANCE,) else one for one in todo if one.document.name not in done]

    def _plan(self) -> list[Todo]:
        """What there is to do; what stands is noted as seen."""
        print_of = self.corrections.fingerprint if self.corrections else _none
        now = Now(self.code, self.grammar, print_of, self.order.passwords)
        planner, todo = Planner(self.ledger, self.store, now), []
        with self.ledger.whole():
            for document in self.documents:
                decided = planner.decide(document)
                self.counts[_becomes(decided)] += 1
                if isinstance(decided, Todo):
                    todo.append(decided)
                elif decided.entry:
                    self.ledger.note_entry(decided.row._replace(entry=decided.entry))
                if isinstance(decided, Standing):
                    self._count(decided.row)
                    if decided.row.grammar not in (None, self.grammar):
                        self.ledger.hold([document.name], self.grammar)
        return todo

    def _work(self, todo: Sequence[Todo], total: int) -> None:
        if not todo:
            return
        # What reads and extracts is imported when there is something to do.
        from pipeline.conversion import readied
        from pipeline.tasks import work

        by_name = {one.document.name: one for one in todo}
        unread = [one.document for one in todo if self._unread(one)]
        others = [one.document for one in todo if not self._unread(one)]
        count = processes(unread, len(others), self.order.jobs, self.order.seconds)
        try:
            with readied(unread, self.store.room, count, self.order.passwords) as ready:
                tasks = (self._task(document, by_name[document.name]) for document in chain(others, ready))
                for outcome in engine.each(tasks, count, self._start() if count else self._shop, work, why_lost, self.order.seconds or PATIENCE):
                    self.publisher.take(by_name[outcome.name], outcome)
                    self.counts["worked"] += 1
                    if self.order.progress:
                        self.order.progress(self.counts["worked"], total, outcome)
        finally:
            self.publisher.flush()

    def _unread(self, todo: Todo) -> bool:
        return todo.touched is None and not self.ledger.has_reading(todo.entry.key)

    def _task(self, document: Document, todo: Todo) -> Task:
        if todo.touched is None or todo.row is None:
            some = self.corrections.of(todo.entry.id, document.name) if self.corrections else ()
            return Task(document, todo.entry.content, self.ledger.reading(todo.entry.key), corrections=some)
        # Links are put into a record last: under them the findings may be others.
        touched = (*todo.touched, "findings") if todo.row.entry.linked else todo.touched
        body = self.ledger.reading(todo.entry.key) if "reading" in touched else None
        card = self.ledger.card(document.name) if todo.row.entry.linked else b""
        return Task(document, todo.entry.content, body, self.ledger.basis(document.name), touched, todo.row.entry.record, card=card)

    def _start(self) -> "partial[Shop]":
        """Makes what a process works with."""
        from pipeline.tasks import shop

        return partial(shop, self.folder, self.ledger.facets, self.store, self.order.passwords)

    def _shop(self) -> "Shop":
        """What this process works with."""
        from pipeline.bundles.shelf import Shelf
        from pipeline.tasks import Shop

        if self._own_shop is None:
            self._own_shop = Shop(self._loaded, self.store, Shelf(self.order.passwords)) if self._loaded else self._start()()
        return self._own_shop

    # --- what is between documents

    def _vanished(self) -> set[str]:
        """Documents with a result whose file is gone, or which are no longer in their bundle."""
        names, paths = {d.name for d in self.documents}, {str(d.path) for d in self.documents}
        unnamed = [(name, path) for name, path in self.ledger.paths() if name not in names]
        gone = {name for name, path in unnamed if not os.path.lexists(path)}
        before = set(json.loads(self.ledger.note("vanished") or "[]"))  # out of a bundle that is not looked into this time
        here = {(str(d.path), _within(d.name)) for d in self.documents}  # a file that is named from another folder now is there
        members = {name for name, path in unnamed if name not in gone and ((path, _within(name)) not in here if path in paths else name in before)}
        with self.ledger.whole():
            self.ledger.keep_note("vanished", json.dumps(sorted(members), ensure_ascii=False))
        return gone | members

    def _summary(self, todo: Sequence[Todo], vanished: tuple[str, ...]) -> Summary:
        names = {d.name for d in self.documents}
        made = {one.document.name for one in todo}
        for name in sorted(made):
            self._count(self.ledger.row(name))
        for name, before in self.publisher.relinked.items():
            if name in names and name not in made:
                self.findings.subtract(before.findings)
                self.findings.update((row.entry if (row := self.ledger.row(name)) else before).findings)
        self.counts.update(documents=len(names), failed=len(self.failures), vanished=len(vanished))
        findings = {severity: self.findings[severity] for severity in ("error", "warning", "info")}
        return Summary(len(names), self.values, findings, tuple(sorted(self.failures, key=lambda f: f.name)), self.order.output,
                       dict(self.counts), vanished, tuple(self.ledger.told))

    def _count(self, row: Row | None) -> None:
        """What a document adds to the summary."""
        if row and row.entry.failure:
            self.failures.append(Failed(row.name, *row.entry.failure))
        elif row:
            self.values += row.entry.values
            self.findings.update(row.entry.findings)


def _becomes(decided: Todo | Standing) -> str:
    """What the plan has for a document: `new`, `changed` content, to be made `again`, only `reprinted`, or `unchanged`."""
    if isinstance(decided, Standing):
        return "unchanged"
    if decided.row is None:
        return "new"
    if decided.row.entry.content != decided.entry.content:
        return "changed"
    return "reprinted" if decided.touched == (PROVENANCE,) else "again"


def _within(name: str) -> str:
    """The way of a member in its bundle, "" of a file."""
    return name.partition("!/")[2]


def _failure(row: Row) -> Mapping[str, str]:
    code, reason, next_step = row.entry.failure or ("", "", "")
    return {"name": row.name, "code": code, "reason": reason, "next_step": next_step}


def processes(unread: Sequence[Document], kept: int, wanted: int | None, seconds: float | None) -> int:
    """How many beside this one. A process starts in about a second: a handful of texts is done sooner here, where nothing in them can kill or stop it.

    `kept`: documents made again from kept readings.
    """
    heavy = sum(d.kind not in _PLAIN for d in unread)
    machine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = wanted or max(1, min(machine, (len(unread) + kept // _LIGHT) // 16 + heavy))
    return fitting if heavy or fitting > 1 or seconds else 0


def why_lost(task: Task, loss: engine.Loss) -> Failed:
    """A task that no process finished, as the failure of its document."""
    name = task.document.name
    if loss is engine.Loss.DELAY:
        return Failed(name, "timeout", "处理这个文件超过了时限", "请用 --timeout 放宽时限（秒）后再运行，或拆分文件")
    return Failed(name, "crashed", "处理这个文件的进程意外终止（可能是内存不足）", f"请在内存更大的机器上单独运行这个文件；若仍失败，{REPORT}")


def _corrections(folder: Path | None) -> "Corrections | None":
    """Those of a folder; None where there are none. `UsageError` names the line that is wrong."""
    if folder is None or not folder.is_dir():
        return None
    from pipeline.corrections.correction import load as load_corrections

    return load_corrections(folder)


def _none(id: str, name: str) -> str:
    return ""


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _snapshot(folder: Path, to: Path) -> Path:
    """The data of a grammar folder as it is now: what is saved in it during a run is of the next."""
    (to / "layouts").mkdir(parents=True)
    try:
        for path in _data(folder):
            shutil.copyfile(path, to / path.relative_to(folder))
    except OSError as error:
        raise GrammarError(folder.name, "folder", f"cannot be read: {error.strerror}") from error
    return to


def _data(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.y*ml"), *folder.glob("layouts/*.yaml"), *folder.glob("regions.csv")])


def _folder_digest(folder: Path) -> str:
    """Of all the data of a grammar folder."""
    told = hashlib.sha256()
    for path in _data(folder):
        told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()[:16]
