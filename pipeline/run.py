"""One document, or a folder of them: read, normalize, extract, check, keep; then what links them. A document that fails says so and stops nothing."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

import regex

from extractors.extract import extract_all
from extractors.reading import Reading, to_json
from extractors.record import Provenance, Record
from grammars.grammar import FOLDER, Grammar, load
from pipeline import engine, links
from pipeline.bundles.shelf import Shelf
from pipeline.checks.checks import check
from pipeline.conversion import readied
from pipeline.documents import Document
from pipeline.errors import DocumentError
from pipeline.inputs import collect
from pipeline.normalizer.normalize import normalize
from pipeline.readers.registry import read_bytes
from pipeline.store import FAILURES, LINKS, Store, opened
from pipeline.version import VERSION, code_fingerprint

PATIENCE = 600.0  # seconds a document may take
_PLAIN = frozenset(("", "text", "markdown", "html", "mht"))  # kinds that no library outside Python's care is needed for; "" fails on sight
_ADDRESS = regex.compile(r"0x[0-9a-f]+")
_NOT_FACTS = frozenset(("evidence", "source", "provenance", "findings", "residue", "links", "id", "schema_version"))
_REPORT = "请把这个文件和本条信息一起反馈给维护者"


@dataclass(frozen=True)
class Done:
    name: str
    record: Record
    reading: Reading


@dataclass(frozen=True)
class Failed:
    """`code` is stable, `reason` says what happened, `next_step` what the user can do."""

    name: str
    code: str
    reason: str
    next_step: str


Outcome = Done | Failed


@dataclass(frozen=True)
class Kept:
    """A document whose result stands on the disk: how many values it holds, how many findings of each severity, what links it to others."""

    name: str
    values: int
    findings: Mapping[str, int]
    card: links.Card


Progress = Callable[[int, int, Kept | Failed], None]


@dataclass(frozen=True)
class Summary:
    documents: int
    values: int
    findings: Mapping[str, int]
    failures: tuple[Failed, ...]
    output: Path


@dataclass(frozen=True)
class _Shop:
    """What a process needs to work: made once, used for every document."""

    grammar: Grammar
    store: Store
    shelf: Shelf


def process(path: Path, name: str, grammar: Grammar, passwords: Sequence[str] = ()) -> Outcome:
    """The record and the reading of one file, or why there is none. Raises nothing a document can cause."""
    return _outcome(Document(path, name), grammar, Shelf(passwords))


def _outcome(document: Document, grammar: Grammar, shelf: Shelf) -> Outcome:
    name = document.name
    try:
        return _processed(document, grammar, shelf)
    except DocumentError as error:
        return Failed(name, error.code, error.reason, error.next_step)
    except MemoryError:
        return Failed(name, "memory", "内存不足，文件没有处理完", "请减少并行数（-j 1）或拆分文件后再运行")
    except Exception as error:  # a fault of ours: this document alone fails, and says where
        return Failed(name, "internal", f"程序内部错误：{_told(error)}", _REPORT)


def _processed(document: Document, grammar: Grammar, shelf: Shelf) -> Done:
    path, name = document.path, document.name
    if document.failure:
        raise DocumentError(*document.failure)
    if os.path.lexists(path) and not os.path.isfile(path):  # a folder, a pipe, a broken link: reading it would fail oddly or hang
        raise DocumentError("unreadable", "不是可以读取的文件（文件夹无权访问，或链接已失效）", "请检查路径和权限后再运行")
    data = shelf.read(path, document.inside)
    reading = normalize(read_bytes(data, name, shelf.passwords, document.made), grammar)
    record, held, tables, shares = extract_all(reading, grammar)
    record.findings = check(record, held, tables, shares)
    record.provenance = Provenance(version=VERSION, code=code_fingerprint(), grammar=grammar.fingerprint)
    return Done(name, record, reading)


def _told(error: Exception) -> str:
    """An exception in one line, without what differs between machines and runs."""
    at = extract_tb(error.__traceback__)[-1]
    where = f"{'/'.join(Path(at.filename).parts[-2:])}:{at.lineno}"
    return f"{type(error).__name__}（{where}）{_ADDRESS.sub('0x…', str(error))[:200]}".replace("\n", " ")


def run(paths: Sequence[str | Path], output: Path, jobs: int | None = None, progress: Progress | None = None,
        grammar: Path = FOLDER, passwords: Sequence[str] = (), seconds: float | None = None) -> Summary:
    """Every document of `paths` into `output`; the same files for any order and number of jobs.

    `jobs`: processes; None fits them to the machine and the work. `passwords` are tried on what is encrypted. `seconds`: how long a document may take.
    `UsageError`, `GrammarError` before anything is written.
    """
    rules = load(grammar)  # a wrong grammar stops here, not in every worker
    documents = sorted(collect(paths, output, passwords), key=lambda d: (d.path, d.inside))  # as they stand in bundles: a stream is read forward
    processes = _processes(documents, jobs, seconds)
    told: list[Kept | Failed] = []
    with opened(output) as store, readied(documents, store.room, processes, passwords) as ready:
        start = partial(_start, grammar, store, tuple(passwords))
        for outcome in engine.each(ready, processes, start, _work, partial(_lost, store), seconds or PATIENCE):
            told.append(outcome)
            if progress:
                progress(len(told), len(documents), outcome)
        failures = tuple(sorted((f for f in told if isinstance(f, Failed)), key=lambda f: f.name))
        store.tell(FAILURES, map(asdict, failures))
        kept = _link([k for k in told if isinstance(k, Kept)], store, rules)
    return _summary(kept, failures, output)


def _processes(documents: Sequence[Document], wanted: int | None, seconds: float | None) -> int:
    """How many beside this one. A process starts in about a second: a handful of texts is done sooner here, where nothing in them can kill or stop it."""
    heavy = sum(d.kind not in _PLAIN for d in documents)
    machine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = wanted or max(1, min(machine, len(documents) // 16 + heavy))
    return fitting if heavy or fitting > 1 or seconds else 0


def _start(grammar: Path, store: Store, passwords: Sequence[str]) -> _Shop:
    return _Shop(load(grammar), store, Shelf(passwords))


def _work(shop: _Shop, document: Document) -> Kept | Failed:
    outcome = _outcome(document, shop.grammar, shop.shelf)
    return _keep(outcome, shop.store) if isinstance(outcome, Done) else _failed(outcome, shop.store)


def _keep(done: Done, store: Store) -> Kept | Failed:
    try:
        data = done.record.model_dump(warnings=False)
        store.keep(done.name, data, to_json(done.reading))
    except OSError as error:
        why = Failed(done.name, "unwritable", f"结果无法写入（{error.strerror}）", "请检查输出文件夹的权限和磁盘空间后再运行")
        return _failed(why, store)
    except Exception as error:
        return _failed(Failed(done.name, "internal", f"程序内部错误：{_told(error)}", _REPORT), store)
    return Kept(done.name, values(data), _severities(done.record), links.card(done.name, done.record))


def _severities(record: Record) -> Mapping[str, int]:
    return dict(sorted(Counter(f.severity for f in record.findings).items()))


def _failed(failed: Failed, store: Store) -> Failed:
    try:
        store.drop(failed.name)
    except OSError as error:  # an old result that cannot be removed must not pass for a fresh one
        return Failed(failed.name, failed.code, f"{failed.reason}；旧结果也无法删除（{error.strerror}）", failed.next_step)
    return failed


def _lost(store: Store, document: Document, loss: engine.Loss) -> Failed:
    if loss is engine.Loss.DELAY:
        why = Failed(document.name, "timeout", "处理这个文件超过了时限", "请用 --timeout 放宽时限（秒）后再运行，或拆分文件")
    else:
        why = Failed(document.name, "crashed", "处理这个文件的进程意外终止（可能是内存不足）", f"请在内存更大的机器上单独运行这个文件；若仍失败，{_REPORT}")
    return _failed(why, store)


def _link(kept: list[Kept], store: Store, grammar: Grammar) -> list[Kept]:
    """The links between documents, in their records and in a list of their own; the documents with what they now find."""
    found = links.told(links.ties((k.card for k in kept), grammar))
    findings: dict[str, Mapping[str, int]] = {}
    for name, some in found.items():
        record = links.linked(Record.model_validate_json(store.record_path(name).read_bytes()), some)
        store.keep_record(name, record.model_dump(warnings=False))
        findings[name] = _severities(record)
    store.tell(LINKS, ({"document": name, **link.model_dump(exclude={"evidence"})} for name, some in found.items() for link in some))
    return [replace(k, findings=findings.get(k.name, k.findings)) for k in kept]


def values(data: Any) -> int:
    """Facts of a record's plain data: what is not null, evidence and the record's own keeping apart."""
    if isinstance(data, Mapping):
        return sum(values(v) for k, v in data.items() if k not in _NOT_FACTS)
    if isinstance(data, list | tuple):
        return sum(map(values, data))
    return data is not None


def _summary(kept: list[Kept], failures: tuple[Failed, ...], output: Path) -> Summary:
    findings = Counter[str]()
    for one in kept:
        findings.update(one.findings)
    told = {severity: findings[severity] for severity in ("error", "warning", "info")}
    return Summary(len(kept) + len(failures), sum(k.values for k in kept), told, failures, output)
