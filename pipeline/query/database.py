"""The tables of the analysis in a DuckDB database: made, and filled from a stream of rows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import duckdb
import pyarrow

from pipeline.tables.schema import TABLES
from pipeline.tables.table import PRECISION, SCALE, Column, Kind, Row, Table, Value

TYPES: dict[Kind, str] = {"text": "VARCHAR", "integer": "BIGINT", "decimal": f"DECIMAL({PRECISION}, {SCALE})", "boolean": "BOOLEAN", "date": "DATE"}
_ARROW: dict[Kind, pyarrow.DataType] = {"text": pyarrow.string(), "integer": pyarrow.int64(), "decimal": pyarrow.decimal128(PRECISION, SCALE), "boolean": pyarrow.bool_(),
                                        "date": pyarrow.date32()}
_BATCH = 20_000  # rows in memory at a time


def create(database: duckdb.DuckDBPyConnection) -> None:
    """Every table, empty."""
    for table in TABLES:
        columns = ", ".join(f'"{column.name}" {TYPES[column.kind]}' for column in table.columns)
        database.execute(f"CREATE TABLE {table.name} ({columns})")


def fill(database: duckdb.DuckDBPyConnection, rows: Iterable[tuple[Table, Row]]) -> None:
    """All rows into their tables, a batch in memory at a time; each is committed at once, since DuckDB holds what is not."""
    for batch in _batches(rows):
        for table, held in batch.items():
            database.register("batch", _arrow(table, held))
            database.execute(f"INSERT INTO {table.name} SELECT * FROM batch")
            database.unregister("batch")


def _batches(rows: Iterable[tuple[Table, Row]]) -> Iterator[dict[Table, list[Row]]]:
    stream = iter(rows)
    while some := list(islice(stream, _BATCH)):
        held: dict[Table, list[Row]] = {}
        for table, row in some:
            held.setdefault(table, []).append(row)
        yield held


def _arrow(table: Table, rows: Sequence[Row]) -> pyarrow.Table:
    return pyarrow.table({column.name: _array(column, [row[n] for row in rows]) for n, column in enumerate(table.columns)})


def _array(column: Column, values: list[Value]) -> pyarrow.Array:
    """A column. What UTF-8 cannot hold, such as a file name that was never text, is written as its code: `\\udcff`."""
    try:
        return pyarrow.array(values, type=_ARROW[column.kind])
    except UnicodeEncodeError:
        return pyarrow.array([v.encode("utf-8", "backslashreplace").decode() if isinstance(v, str) else v for v in values], type=_ARROW[column.kind])
