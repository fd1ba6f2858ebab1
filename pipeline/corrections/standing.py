"""How the lines about a document stand in its result."""

from collections.abc import Sequence
from typing import Literal

from extractors.record import AppliedCorrection, Record
from pipeline.corrections.correction import Correction

Standing = Literal["applied", "confirmed", "conflict", "unplaced", "replaced", "waiting"]


def standings(lines: Sequence[Correction], record: Record | None) -> list[Standing]:
    """Of each line: what the last run made of it; `replaced` by a later one; `waiting` for a run, since files only grow: what comes after the last known."""
    entries = [_entry(line, record) for line in lines]
    last = max((n for n, entry in enumerate(entries) if entry), default=-1)
    return [entry.status if entry else "replaced" if n < last else "waiting" for n, entry in enumerate(entries)]


def _entry(line: Correction, record: Record | None) -> AppliedCorrection | None:
    told = (line.field, line.locator, line.value, line.reason, line.who, line.when)
    return next((e for e in record.corrections if (e.field, e.locator, e.value, e.reason, e.who, e.when) == told), None) if record else None
