"""What runs changed: the records that stood at the end of one run beside those at the end of another, and which changed rules may be why."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from extractors.extract import EXTRACTION
from extractors.reading import Reading, from_json
from grammars.facets import Change, group_of
from pipeline import basis
from pipeline.basis import Basis
from pipeline.compare.changes import Pair
from pipeline.errors import UsageError
from pipeline.ledger import Ledger, Run
from pipeline.sealed import Damaged, opened
from pipeline.store import reading_path, record_path

# The step that makes a section of the record, where it has another name, and steps beside it.
_STEPS = {"header": ("header", "head"), "quantities": ("accounting",), "residue": ("accounting",), "allocations": ("shares",), "performance_tables": ("tables",)}


def chosen(ledger: Ledger, old: int | None, new: int | None) -> tuple[int, Run]:
    """The number of the run that is compared with (0: before all), and the run that is looked at. The last one and what stood before it, where none is named.

    `UsageError`: there is none such, or what it replaced is kept no more.
    """
    runs = {run.id: run for run in ledger.runs()}
    if not runs:
        raise UsageError("还没有运行记录；请先运行 gongwen run")
    latest = new if new is not None else max(runs)
    before = old if old is not None else latest - 1
    for number in [n for n in (latest, before) if n and n not in runs or n < 0]:
        raise UsageError(f"没有第 {number} 次运行；用 gongwen runs 查看")
    if before >= latest:
        raise UsageError(f"第 {before} 次运行不早于第 {latest} 次")
    if before < ledger.forgotten():
        raise UsageError(f"第 {before} 次运行时的结果已不再保留，最早可与第 {ledger.forgotten()} 次比较")
    return before, runs[latest]


def pairs(ledger: Ledger, output: Path, before: int, latest: Run) -> Iterator[Pair]:
    """Every document whose record differs between the ends of two runs."""
    later = dict(ledger.replaced(latest.id))
    change = _change(ledger, before, latest)
    for name, body in ledger.replaced(before):
        old, new = _record(body), _record(later[name]) if name in later else _standing(output, name)
        if old != new:
            yield _pair(ledger, output, name, old, new, change)


def _pair(ledger: Ledger, output: Path, name: str, old: Any, new: Any, change: Change | None) -> Pair:
    told = _basis(ledger, name)
    reading = reading_of(output, name)
    bits = {facet: 1 << n for n, facet in enumerate(ledger.facets)}
    causes = causes_of(told, change, bits) if told and change else {}
    same = old is not None and new is not None and old["source"]["sha256"] == new["source"]["sha256"] and old["provenance"]["code"] == new["provenance"]["code"]
    moved = told is None or change is None or _asked(told, ("reading",), change, bits)
    return Pair(name, old, new, reading if same and not moved else None, reading if new is not None else None, causes)


def causes_of(told: Basis, change: Change, bits: Mapping[str, int]) -> Mapping[str, tuple[str, ...]]:
    """Section of the record → the facets that differ and that its step asked; where none, those that the steps before it asked."""
    sections = (*(name for name, step in EXTRACTION.items() if step.kept), "quantities", "residue", "findings")
    found = {section: _of_section(section, told, change, bits) for section in sections}
    return {section: causes for section, causes in found.items() if causes}


def _of_section(section: str, told: Basis, change: Change, bits: Mapping[str, int]) -> tuple[str, ...]:
    steps: tuple[str, ...] = _STEPS.get(section, (section,))
    while steps:
        if asked := _asked(told, steps, change, bits):
            return asked
        steps = tuple(dict.fromkeys(i for step in steps if step in EXTRACTION for i in EXTRACTION[step].inputs)) if steps[0] != "findings" else tuple(EXTRACTION)
    return ()


def _asked(told: Basis, steps: tuple[str, ...], change: Change, bits: Mapping[str, int]) -> tuple[str, ...]:
    tried = basis.union(told.seen[step][0] for step in steps if step in told.seen)
    return tuple(facet for facet in change.facets if tried & bits[facet] or facet not in change.new and tried & bits.get(group_of(facet), 0))


def _change(ledger: Ledger, before: int, latest: Run) -> Change | None:
    """Between the grammars of the two runs; None where there was none before, or its meaning is lost."""
    earlier = next((run for run in ledger.runs() if run.id == before), None)
    if earlier is None:
        return None
    try:
        return Change(ledger.meanings(ledger.grammar(earlier.grammar)), ledger.meanings(ledger.grammar(latest.grammar)))
    except Damaged:
        return None


def _record(body: bytes | None) -> Any:
    try:
        return json.loads(opened(body)) if body else None
    except Damaged:
        raise UsageError("留存的旧结果已损坏，无法比较；请与更近的一次运行比较") from None


def _standing(output: Path, name: str) -> Any:
    path = record_path(output, name)
    try:
        return json.loads(path.read_bytes()) if path.is_file() else None
    except ValueError:
        raise UsageError(f"结果文件已被改动，不是 JSON：{path}；请再运行一次 gongwen run") from None


def reading_of(output: Path, name: str) -> Reading | None:
    """The normalized reading beside a result; None where it cannot be read."""
    try:
        return from_json(json.loads(reading_path(output, name).read_bytes()))
    except (OSError, ValueError):
        return None


def _basis(ledger: Ledger, name: str) -> Basis | None:
    try:
        return basis.from_bytes(ledger.basis(name) or b"")
    except Damaged:
        return None

