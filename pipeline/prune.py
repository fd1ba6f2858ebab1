"""Results whose documents are gone."""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.ledger import Ledger
from pipeline.sealed import sealed
from pipeline.shelter import held, ledger_of, reading_ledger
from pipeline.store import FAILURES, Store, opened
from pipeline.version import VERSION, code_fingerprint


def vanished(output: Path) -> list[str]:
    """The documents with a result whose file is gone now, or which the last run did not find in their bundle any more. `UsageError`: there are no results."""
    with reading_ledger(output) as ledger:
        return _vanished(ledger)


def _vanished(ledger: Ledger) -> list[str]:
    out_of_bundle = set(json.loads(ledger.note("vanished") or "[]"))
    return sorted(name for name, path in ledger.paths() if not os.path.lexists(path) or name in out_of_bundle)


def prune(output: Path, names: Sequence[str]) -> int:
    """Removes the results of those of `names` that are still gone: how many. What they held is kept for comparisons."""
    with held(output), ledger_of(output) as ledger, opened(output) as store:
        gone = sorted(set(names).intersection(_vanished(ledger)))
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        last = ledger.runs()[-1]
        manifest = {**last._asdict(), "command": "prune", "started": now, "ended": now, "state": "done", "version": VERSION, "code": code_fingerprint(),
                    "paths": [], "counts": {"documents": len(gone), "vanished": len(gone)}}
        del manifest["id"]
        with ledger.whole():
            run = ledger.begin(manifest)
            for name in gone:
                _replaced(ledger, store, run, name)
        for name in gone:
            store.drop(name)
            _drop_empty(store, name)
        with ledger.whole():
            for name in gone:
                ledger.drop(name)
            ledger.sweep()
            ledger.keep_note("vanished", "[]")
        store.tell(FAILURES, ({"name": r.name, "code": f[0], "reason": f[1], "next_step": f[2]} for r in ledger.failures() if (f := r.entry.failure)))
    return len(gone)


def _replaced(ledger: Ledger, store: Store, run: int, name: str) -> None:
    path = store.record_path(name)
    if path.is_file():
        ledger.replace(run, name, sealed(path.read_bytes()))


def _drop_empty(store: Store, name: str) -> None:
    """The folders that hold nothing without it."""
    for path in (store.record_path(name), store.reading_path(name)):
        for folder in path.parents:
            if folder == store.folder or not folder.is_dir() or any(folder.iterdir()):
                break
            folder.rmdir()
