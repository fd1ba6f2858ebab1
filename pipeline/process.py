"""One document: read, normalized, extracted, checked. A document that fails says so and stops nothing."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

import regex

from extractors.extract import EXTRACTION, SECTIONS, facts_of, record_of
from extractors.reading import Reading
from extractors.record import AppliedCorrection, Finding, Provenance, Record
from extractors.steps import Former, Step, Steps
from grammars.grammar import Grammar
from pipeline.bundles.shelf import Shelf
from pipeline.checks.checks import check
from pipeline.corrections.apply import apply
from pipeline.corrections.correction import Correction
from pipeline.documents import Document
from pipeline.errors import DocumentError
from pipeline.normalizer.normalize import normalize
from pipeline.outcomes import REPORT, Failed
from pipeline.readers.registry import read_bytes
from pipeline.version import VERSION, code_fingerprint

Made = TypeVar("Made")
_ADDRESS = regex.compile(r"0x[0-9a-f]+")


@dataclass(frozen=True)
class Done:
    name: str
    record: Record
    reading: Reading


Outcome = Done | Failed


def process(path: Path, name: str, grammar: Grammar, passwords: Sequence[str] = ()) -> Outcome:
    """The record and the reading of one file, or why there is none. Raises nothing a document can cause."""
    document, shelf = Document(path, name), Shelf(passwords)
    return guarded(name, lambda: _processed(document, grammar, shelf))


def _processed(document: Document, grammar: Grammar, shelf: Shelf) -> Done:
    steps = started(lambda: read(document, shelf), grammar)
    return Done(document.name, finished(steps), steps["reading"])


def guarded(name: str, work: Callable[[], Made]) -> Made | Failed:
    """What `work` makes of a document, or why it makes nothing."""
    try:
        return work()
    except DocumentError as error:
        return Failed(name, error.code, error.reason, error.next_step)
    except MemoryError:
        return Failed(name, "memory", "内存不足，文件没有处理完", "请减少并行数（-j 1）或拆分文件后再运行")
    except Exception as error:  # a fault of ours: this document alone fails, and says where
        return Failed(name, "internal", f"程序内部错误：{_told(error)}", REPORT)


def content(document: Document, shelf: Shelf) -> bytes:
    """The bytes of a document. `DocumentError` says what is wrong and what to do."""
    if document.failure:
        raise DocumentError(*document.failure)
    if os.path.lexists(document.path) and not os.path.isfile(document.path):  # a folder, a pipe, a broken link: reading it would fail oddly or hang
        raise DocumentError("unreadable", "不是可以读取的文件（文件夹无权访问，或链接已失效）", "请检查路径和权限后再运行")
    return shelf.read(document.path, document.inside)


def read(document: Document, shelf: Shelf) -> Reading:
    """The reading of a document, as its reader gives it."""
    return read_bytes(content(document, shelf), document.name, shelf.passwords, document.made)


def started(raw: Callable[[], Reading], grammar: Grammar, former: Former | None = None, touched: Collection[str] = ()) -> Steps:
    """The steps over a document that `raw` reads; of an earlier result only what `touched` steps reach is made again."""
    return Steps({"reading": Step(lambda s: normalize(raw(), s.grammar)), **EXTRACTION, "findings": _FINDINGS}, grammar, former, touched)


def _findings(steps: Steps) -> list[Finding]:
    document, tables, shares = steps["document"], steps["tables"], steps["shares"]
    return check(record_of(steps), document, tables, shares)


_FINDINGS = Step(_findings, ("reading", *EXTRACTION))


def finished(steps: Steps, corrections: Sequence[Correction] = ()) -> Record:
    """The record with its findings, and what it rests on. Accounting and checks see corrected values."""
    corrected = _corrected(steps, corrections) if corrections else None
    record = record_of(steps)
    record.findings = steps["findings"]
    if corrected:
        record.corrections, told = corrected
        record.findings = [*record.findings, *told]
    fired = 0
    for _, one in steps.seen.values():
        fired |= one
    record.provenance = Provenance(version=VERSION, code=code_fingerprint(), grammar=steps.grammar.prints.of(fired))
    return record


def _corrected(steps: Steps, corrections: Sequence[Correction]) -> tuple[list[AppliedCorrection], list[Finding]]:
    """The sections with corrections put into them, and what there is to tell of these."""
    facts = facts_of(steps)
    told = apply(facts, steps["reading"], corrections)
    steps.made.update((name, getattr(facts, name)) for name in SECTIONS)
    return facts.corrections, told


def _told(error: Exception) -> str:
    """An exception in one line, without what differs between machines and runs."""
    at = extract_tb(error.__traceback__)[-1]
    where = f"{'/'.join(Path(at.filename).parts[-2:])}:{at.lineno}"
    return f"{type(error).__name__}（{where}）{_ADDRESS.sub('0x…', str(error))[:200]}".replace("\n", " ")
