"""`TABLE.jsonl` for every table: an object a line, numbers exact as printed (5, not 5.0), dates as ISO text."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import regex

from pipeline.export.numerals import digits
from pipeline.export.put import Job, Put
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Kind, Row, Table

FILES = tuple(f"{table.name}.jsonl" for table in TABLES)
_BREAKS = regex.compile(r"[\x85\u2028\u2029]")  # some programs end a line at them


@contextmanager
def opened(job: Job) -> Iterator[Put]:
    with ExitStack() as stack:
        files = {table.name: stack.enter_context((job.folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="")) for table in TABLES}

        def put(table: Table, rows: Sequence[Row]) -> None:
            files[table.name].writelines(line(table, row) + "\n" for row in rows)

        yield put


def line(table: Table, row: Row) -> str:
    return "{" + ",".join(f'"{column.name}":{"null" if value is None else _VALUES[column.kind](value)}' for column, value in zip(table.columns, row, strict=True)) + "}"


def _text(value: str) -> str:
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


_VALUES: dict[Kind, Callable[[Any], str]] = {"text": _text, "integer": str, "decimal": digits, "boolean": json.dumps, "date": lambda value: f'"{value.isoformat()}"'}
