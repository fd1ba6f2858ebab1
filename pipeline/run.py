"""One document, or a folder of them: read, normalize, extract, check, keep. A document that fails says so and stops nothing."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

import regex

from extractors.extract import extract_all
from extractors.reading import Reading, to_json
from extractors.record import Provenance, Record
from grammars.grammar import FOLDER, Grammar, load
from pipeline import engine
from pipeline.checks.checks import check
from pipeline.errors import DocumentError
from pipeline.inputs import Document, collect
from pipeline.normalizer.normalize import normalize
from pipeline.readers.registry import read
from pipeline.store import Store, opened
from pipeline.version import VERSION, code_fingerprint

_ADDRESS = regex.compile(r"0x[0-9a-f]+")
_NOT_FACTS = frozenset(("evidence", "source", "provenance", "findings", "residue", "id", "schema_version"))
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
    """A document whose result stands on the disk: how many values it holds, how many findings of each severity."""

    name: str
    values: int
    findings: Mapping[str, int]


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


def process(path: Path, name: str, grammar: Grammar) -> Outcome:
    """The record and the reading of one document, or why there is none. Raises nothing a document can cause."""
    try:
        return _processed(path, name, grammar)
    except DocumentError as error:
        return Failed(name, error.code, error.reason, error.next_step)
    except MemoryError:
        return Failed(name, "memory", "内存不足，文件没有处理完", "请减少并行数（-j 1）或拆分文件后再运行")
    except Exception as error:  # a fault of ours: this document alone fails, and says where
        return Failed(name, "internal", f"程序内部错误：{_told(error)}", _REPORT)


def _processed(path: Path, name: str, grammar: Grammar) -> Done:
    if os.path.lexists(path) and not os.path.isfile(path):  # a folder, a pipe, a broken link: reading it would fail oddly or hang
        raise DocumentError("unreadable", "不是可以读取的文件（文件夹无权访问，或链接已失效）", "请检查路径和权限后再运行")
    reading = normalize(read(path, name), grammar)
    record, document, tables, shares = extract_all(reading, grammar)
    record.findings = check(record, document, tables, shares)
    record.provenance = Provenance(version=VERSION, code=code_fingerprint(), grammar=grammar.fingerprint)
    return Done(name, record, reading)


def _told(error: Exception) -> str:
    """An exception in one line, without what differs between machines and runs."""
    at = extract_tb(error.__traceback__)[-1]
    where = f"{'/'.join(Path(at.filename).parts[-2:])}:{at.lineno}"
    return f"{type(error).__name__}（{where}）{_ADDRESS.sub('0x…', str(error))[:200]}".replace("\n", " ")


def run(paths: Sequence[str | Path], output: Path, jobs: int | None = None, progress: Progress | None = None,
        grammar: Path = FOLDER) -> Summary:
    """Every document of `paths` into `output`; the same files for any order and number of jobs.

    `jobs`: processes; None fits them to the machine and the work. `UsageError`, `GrammarError` before anything is written.
    """
    documents = collect(paths, output)
    load(grammar)  # a wrong grammar stops here, not in every worker
    told: list[Kept | Failed] = []
    with opened(output) as store:
        start = partial(_start, grammar, store)
        for outcome in engine.each(documents, jobs or _fitting(documents), start, _work, partial(_died, store)):
            told.append(outcome)
            if progress:
                progress(len(told), len(documents), outcome)
        failures = tuple(sorted((f for f in told if isinstance(f, Failed)), key=lambda f: f.name))
        store.tell_failures(asdict(f) for f in failures)
    return _summary([k for k in told if isinstance(k, Kept)], failures, output)


def _fitting(documents: Sequence[Document]) -> int:
    """A process starts in about a second: a handful of documents is done sooner without a pool."""
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, len(documents) // 16))


def _start(grammar: Path, store: Store) -> _Shop:
    return _Shop(load(grammar), store)


def _work(shop: _Shop, document: Document) -> Kept | Failed:
    outcome = process(document.path, document.name, shop.grammar)
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
    return Kept(done.name, values(data), dict(sorted(Counter(f.severity for f in done.record.findings).items())))


def _failed(failed: Failed, store: Store) -> Failed:
    try:
        store.drop(failed.name)
    except OSError as error:  # an old result that cannot be removed must not pass for a fresh one
        return Failed(failed.name, failed.code, f"{failed.reason}；旧结果也无法删除（{error.strerror}）", failed.next_step)
    return failed


def _died(store: Store, document: Document) -> Failed:
    why = "处理这个文件的进程意外终止（可能是内存不足）"
    return _failed(Failed(document.name, "crashed", why, f"请在内存更大的机器上单独运行这个文件；若仍失败，{_REPORT}"), store)


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
