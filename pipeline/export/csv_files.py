"""`TABLE.csv` for every table: UTF-8 with a mark that spreadsheets know it by, RFC 4180, exact.

Null is an empty cell, an empty text is `""`. A text that a spreadsheet would run as a formula, and one that begins with `'`, gets a `'` before it: take one
`'` away from every text that begins with one and the text is as it was. `views-csv.sql` does so for DuckDB.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import regex

from pipeline.export import sql
from pipeline.export.numerals import digits
from pipeline.export.put import Job, Put
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Column, Kind, Row, Table

VIEWS = "views-csv.sql"
FILES = (*(f"{table.name}.csv" for table in TABLES), VIEWS)
# The first character behind blanks and what is not seen; a tab or a carriage return begins a formula in some programs.
# A sign that stands alone (an indicator's `=`) runs nothing.
_RUN = regex.compile(r"'|[\s\p{C}]*+[=+\-@＝＋－＠](?!$)|[\s\p{C}]*?[\t\r]")
_LINE = 16_000_000  # bytes that DuckDB is to take for one
_QUOTED = regex.compile(r'[",\r\n]|^\s|\s$|^$')


@contextmanager
def opened(job: Job) -> Iterator[Put]:
    (job.folder / VIEWS).write_text(sql.script(VIEWS, {table.name: _query(table) for table in TABLES}), encoding="utf-8")
    with ExitStack() as stack:
        files = {table.name: stack.enter_context((job.folder / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline="")) for table in TABLES}
        for table in TABLES:
            files[table.name].write(",".join(column.name for column in table.columns) + "\r\n")

        def put(table: Table, rows: Sequence[Row]) -> None:
            files[table.name].writelines(line(table, row) + "\r\n" for row in rows)

        yield put


def line(table: Table, row: Row) -> str:
    return ",".join("" if value is None else _CELLS[column.kind](value) for column, value in zip(table.columns, row, strict=True))


def _text(value: str) -> str:
    told = f"'{value}" if _RUN.match(value) else value
    return '"' + told.replace('"', '""') + '"' if _QUOTED.search(told) else told


_CELLS: dict[Kind, Callable[[Any], str]] = {
    "text": _text, "integer": str, "decimal": digits, "boolean": lambda value: "true" if value else "false", "date": lambda value: str(value.isoformat())}


def _query(table: Table) -> str:
    """Reads the file of a table, typed, texts as they were."""
    types = ", ".join(f"{sql.literal(column.name)}: {sql.literal(sql.TYPES[column.kind])}" for column in table.columns)
    how = f"header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false, max_line_size = {_LINE}, columns = {{{types}}}"
    return f"SELECT {', '.join(map(_column, table.columns))} FROM read_csv({sql.literal(f'{table.name}.csv')}, {how})"


def _column(column: Column) -> str:
    name = sql.name(column.name)
    return f"CASE WHEN starts_with({name}, '''') THEN substring({name}, 2) ELSE {name} END AS {name}" if column.kind == "text" else name
