"""What another grammar would change over all results, without touching them."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from grammars.grammar import load
from pipeline import engine
from pipeline.basis import Basis
from pipeline.compare.changes import Pair
from pipeline.corrections.correction import Corrections
from pipeline.errors import UsageError
from pipeline.fingerprints import work_fingerprint
from pipeline.history import causes_of, reading_of
from pipeline.ledger import Ledger, Row
from pipeline.outcomes import PROVENANCE, Failed, Task
from pipeline.plan import result_sign
from pipeline.reach import Reach
from pipeline.run import PATIENCE, processes, why_lost
from pipeline.shelter import reading_ledger
from pipeline.sources import document_of
from pipeline.store import Store, record_path
from pipeline.tasks import Tried, attempt, shop


class Trial(NamedTuple):
    """`pairs`: each document with a result, as it is and as it would be; of those that the grammar cannot reach both are the same.

    `reached`: how many were made again; `outdated`: results of other code, or not as they were written, which are left out; `failed`: what would fail.
    """

    pairs: Iterator[Pair]
    documents: int
    reached: int
    outdated: int
    failed: Sequence[Failed]


@contextmanager
def grammar_of(path: Path, base: Path) -> Iterator[Path]:
    """The folder of a grammar: `path` itself, or `base` with this one file in the place of its namesake. `UsageError`: it has none."""
    if path.is_dir():
        yield path
        return
    if not path.is_file():
        raise UsageError(f"找不到语法文件夹或文件：{path}")
    able = path.suffix == ".yaml" or path.name == "regions.csv"
    replaced = [p for p in (base / path.name, base / "layouts" / path.name) if able and p.is_file()]
    if len(replaced) != 1:
        raise UsageError(f"{base} 中没有名为 {path.name} 的语法文件；请给出整个语法文件夹")
    with TemporaryDirectory(prefix="gongwen-grammar-") as made:
        shutil.copytree(base, made, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copyfile(path, Path(made) / replaced[0].relative_to(base))
        yield Path(made)


@contextmanager
def tried(output: Path, folder: Path, corrections: Corrections | None = None, jobs: int | None = None) -> Iterator[Trial]:
    """Every result of `output` under the grammar of `folder`. `UsageError`: there are no results; `GrammarError`."""
    with reading_ledger(output) as ledger, TemporaryDirectory(prefix="gongwen-try-") as room:
        yield _Trial(ledger, Store(output, Path(room)), folder, corrections or Corrections()).done(jobs)


class _Trial:
    def __init__(self, ledger: Ledger, store: Store, folder: Path, corrections: Corrections) -> None:
        self.ledger, self.store, self.folder, self.corrections = ledger, store, folder, corrections
        self.grammar = load(folder, ledger.facets)
        self.reach = Reach(ledger, None, lambda: self.grammar.meanings)

    def done(self, jobs: int | None) -> Trial:
        rows = [row for row in self.ledger.rows() if not row.entry.failure]
        sound = [row for row in rows if row.entry.code == work_fingerprint() and row.entry.result == result_sign(self.store, row.name)]
        todo = {row.name: (row, steps) for row in sound if (steps := self.reach.steps(row)) not in ((), (PROVENANCE,))}
        tasks = (self._task(row, steps) for row, steps in todo.values())
        start = partial(shop, self.folder, self.ledger.facets, self.store, ())
        made = list(engine.each(tasks, processes([], len(todo), jobs, None), start, attempt, why_lost, PATIENCE)) if todo else []
        records = {one.name: one.record for one in made if isinstance(one, Tried)}
        failed = sorted((one for one in made if isinstance(one, Failed)), key=lambda f: f.name)
        return Trial(self._pairs(sound, todo, records), len(sound), len(todo), len(rows) - len(sound), failed)

    def _task(self, row: Row, steps: tuple[str, ...] | None) -> Task:
        some = self.corrections.of(row.entry.id, row.name)
        if steps is None or some or row.entry.corrections:
            return Task(document_of(row), row.entry.content, self.ledger.reading(row.entry.key), corrections=some)
        touched = (*steps, "findings") if row.entry.linked else steps
        body = self.ledger.reading(row.entry.key) if "reading" in touched else None
        return Task(document_of(row), row.entry.content, body, self.ledger.basis(row.name), touched, row.entry.record)

    def _pairs(self, sound: Sequence[Row], todo: Mapping[str, Any], records: Mapping[str, Path]) -> Iterator[Pair]:
        for row in sound:
            old = json.loads(record_path(self.store.folder, row.name).read_bytes())
            if row.name not in todo:
                yield Pair(row.name, old, old)
            else:
                new = json.loads(records[row.name].read_bytes()) if row.name in records else None
                steps = todo[row.name][1]
                reading = reading_of(self.store.folder, row.name) if steps and "reading" not in steps else None
                yield Pair(row.name, old, new, reading, reading, self._causes(row))

    def _causes(self, row: Row) -> Mapping[str, tuple[str, ...]]:
        told: Basis | None = self.reach.basis(row)
        found = self.reach.change(row.grammar)
        return causes_of(told, found[0], {facet: 1 << n for facet, n in self.reach.bits.items()}) if told and found else {}
