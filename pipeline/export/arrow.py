"""Tables in the columns of Arrow, which Parquet and DuckDB take: exact decimals, dates, Chinese comments in the metadata."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow

from pipeline.tables import words
from pipeline.tables.table import PRECISION, SCALE, Kind, Row, Table

_TYPES: dict[Kind, Any] = {
    "text": pyarrow.string(), "integer": pyarrow.int64(), "decimal": pyarrow.decimal128(PRECISION, SCALE), "boolean": pyarrow.bool_(), "date": pyarrow.date32()}


@cache
def schema(table: Table) -> Any:
    """The `pyarrow.Schema`; columns of the key are never null."""
    about = words.of_table(table.name)
    fields = [pyarrow.field(column.name, _TYPES[column.kind], nullable=column.name not in table.key, metadata={"comment": words.comment(table.name, column.name)})
              for column in table.columns]
    return pyarrow.schema(fields, metadata={"title": about.heading, "comment": about.chinese})


def batch(table: Table, rows: Sequence[Row]) -> Any:
    """Rows as a `pyarrow.RecordBatch`."""
    columns = zip(*rows, strict=True)
    return pyarrow.record_batch([pyarrow.array(values, _TYPES[column.kind]) for column, values in zip(table.columns, columns, strict=True)], schema=schema(table))
