"""`gongwen.sqlite`: all tables, the views without what is in doubt, and what tables and columns mean in a table `dictionary`.

A decimal is exact: an INTEGER where it is whole, a REAL where the shortest digits of a double are the number (0.1), else its digits as TEXT. Columns of decimals have
no declared type, so that SQLite converts nothing; any declared one but TEXT would turn digits into the nearest double. Dates are ISO texts, booleans 0 and 1.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

from pipeline.export import sql
from pipeline.export.folder import refused
from pipeline.export.numerals import as_double, digits
from pipeline.export.put import Job, Put
from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Kind, Row, Table

FILE = "gongwen.sqlite"
FILES = (FILE,)
_TYPES: dict[Kind, str] = {"text": "TEXT", "integer": "INTEGER", "decimal": "", "boolean": "INTEGER", "date": "TEXT"}
_DICTIONARY = "CREATE TABLE dictionary (table_name TEXT NOT NULL, column_name TEXT, heading TEXT NOT NULL, meaning TEXT NOT NULL, kind TEXT, is_key INTEGER)"


@contextmanager
def opened(job: Job) -> Iterator[Put]:
    """`UsageError` where the disk refuses."""
    try:
        with closing(sqlite3.connect(job.folder / FILE, isolation_level=None)) as database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")  # a draft: broken off, it is thrown away
            for table in TABLES:
                database.execute(_made(table))
            database.execute(_DICTIONARY)
            database.executemany("INSERT INTO dictionary VALUES (?, ?, ?, ?, ?, ?)", _dictionary())

            def put(table: Table, rows: Sequence[Row]) -> None:
                marks = ", ".join("?" * len(table.columns))
                database.executemany(f"INSERT INTO {sql.name(table.name)} VALUES ({marks})", (_stored(table, row) for row in rows))

            yield put
            for view in sql.plain_views():
                database.execute(view)
            database.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise refused(FILE, str(error)) from error


def _made(table: Table) -> str:
    columns = [f"{sql.name(column.name)} {_TYPES[column.kind]}{' NOT NULL' if column.name in table.key else ''}" for column in table.columns]
    return f"CREATE TABLE {sql.name(table.name)} ({', '.join(columns)}, PRIMARY KEY ({', '.join(map(sql.name, table.key))}))"


def _stored(table: Table, row: Row) -> list[Any]:
    return [None if value is None else _STORED[column.kind](value) for column, value in zip(table.columns, row, strict=True)]


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value():
        return int(value)
    near = as_double(value)
    return digits(value) if near is None else near


_STORED: dict[Kind, Callable[[Any], Any]] = {"text": str, "integer": int, "decimal": _number, "boolean": int, "date": lambda value: value.isoformat()}


def _dictionary() -> Iterator[tuple[Any, ...]]:
    """A line for each table (no column), and for each of its columns."""
    for table in TABLES:
        about = words.of_table(table.name)
        yield table.name, None, about.heading, about.chinese, None, None
        for column in table.columns:
            told = words.of_column(table.name, column.name)
            yield table.name, column.name, told.heading, told.chinese, column.kind, int(column.name in table.key)
