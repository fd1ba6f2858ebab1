"""Rows pass from the results to the files: some are held for each table, so that files grow by batches, and never more than a limit in all."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from pipeline.tables.rows import Told
from pipeline.tables.table import Row, Table, Value

HELD = 16_000_000  # of all rows held at once, as `_Held.weight` counts: some 15,000 rows of facts
_CELL = 64  # what a cell weighs beside its text, about a character a byte

Put = Callable[[Table, Sequence[Row]], None]  # takes a batch of a table's rows; those of a table come in their order


class Job(NamedTuple):
    """What a writer is given. `page`: the address of a document's page in the review, as seen from the folder of the export; None where there is none."""

    folder: Path
    page: Callable[[str], str | None]
    tell: Told


Opened = Callable[[Job], AbstractContextManager[Put]]  # a writer: its files are whole when the context is left


def pour(rows: Iterable[tuple[Table, Row]], puts: Sequence[Put], tell: Told, limit: int = HELD) -> dict[str, int]:
    """All rows into every writer; how many there were of each table."""
    held: dict[str, _Held] = {}
    for table, row in rows:
        held.setdefault(table.name, _Held(table)).take(_encodable(table, row, tell))
        while sum(some.weight for some in held.values()) > limit:
            max(held.values(), key=lambda some: some.weight).put(puts)
    for some in held.values():
        some.put(puts)
    return {name: some.count for name, some in held.items()}


class _Held:
    """The rows of a table that wait to be written. `count`: of all rows that came."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: list[Row] = []
        self.weight = self.count = 0

    def take(self, row: Row) -> None:
        self.rows.append(row)
        self.weight += sum(_CELL + (len(value) if isinstance(value, str) else 0) for value in row)
        self.count += 1

    def put(self, puts: Sequence[Put]) -> None:
        rows, self.rows, self.weight = self.rows, [], 0
        for put in puts if rows else ():
            put(self.table, rows)


def _encodable(table: Table, row: Row, tell: Told) -> Row:
    """The row; halves of characters, which no file holds as text, are shown by their codes."""
    try:
        for value in row:
            if isinstance(value, str):
                value.encode()
        return row
    except UnicodeEncodeError:
        tell(f"{row[0]}：{table.name} 的文字中有不成字符的编码，写作 \\ud800 的样子")
        return list(map(_shown, row))


def _shown(value: Value) -> Value:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
