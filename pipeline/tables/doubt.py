"""Which facts stand under an error that nobody has resolved.

An error is resolved where a person's correction of its numbers was applied, or confirmed, at its place: then somebody has looked. A sum that fails says that one of its
parts is wrong and not which: at a total or subtotal it puts the whole allocation in doubt, at a fund of the whole sum all funds of the table.
"""

from collections.abc import Callable, Iterator
from typing import Any

from pipeline.results import Data

_RESOLVED = ("applied", "confirmed")
# What a sum is made of: who corrects a note or a name of the row has not said that the numbers are right.
_SUMMED = ("allocations.rows.values", "allocations.rows.role", "performance_tables.funds.budget", "performance_tables.funds.initial_budget",
           "performance_tables.funds.executed", "performance_tables.funds.source")
Address = tuple[str | int, ...]  # keys and places of lists that lead to a fact of the record


def doubted(record: Data) -> Callable[[Address, Data], bool]:
    """Tells of a fact of the record, by its address, whether it is in doubt."""
    seen = {_place(c["evidence"]) for c in record.get("corrections", ()) if c["status"] in _RESOLVED and c.get("evidence") and c["field"].startswith(_SUMMED)}
    errors = [[e for e in (f["evidence"], f.get("related")) if e] for f in record["findings"] if f["severity"] == "error"]
    places = [place for one in errors for place in map(_place, one) if not seen & set(map(_place, one))]
    if not places:
        return lambda address, fact: False
    groups = {*_groups(record, "allocations", "rows", lambda row: row["role"] != "item", places),
              *_groups(record, "performance_tables", "funds", lambda fund: fund["source"] == "total", places)}
    return lambda address, fact: address[:3] in groups or any(_meet(_place(fact["evidence"]), place) for place in places if fact.get("evidence"))


def _groups(record: Data, tables: str, rows: str, sums: Callable[[Data], bool], places: list[Any]) -> Iterator[Address]:
    """The lists of rows, one of which is a sum in doubt."""
    for n, table in enumerate(record[tables]):
        if any(sums(row) and any(_meet(_place(row["evidence"]), place) for place in places) for row in table[rows]):
            yield tables, n, rows


def _place(evidence: Data) -> tuple[Any, ...]:
    """Table, row and column; or block and span."""
    if evidence.get("table") is not None:
        return "table", evidence["table"], evidence.get("row"), evidence.get("column")
    return "block", evidence.get("block"), *(evidence.get("span") or (0, 0))


def _meet(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    if one[:2] != other[:2] or one[1] is None:
        return False
    return one == other if one[0] == "table" else one[2] < other[3] and other[2] < one[3]
