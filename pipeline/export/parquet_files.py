"""`TABLE.parquet` for every table, and `views.sql`, by which DuckDB asks them under their names."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from pyarrow.parquet import ParquetWriter

from pipeline.export import sql
from pipeline.export.arrow import batch, schema
from pipeline.export.put import Job, Put
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Row, Table

VIEWS = "views.sql"
FILES = (*(f"{table.name}.parquet" for table in TABLES), VIEWS)


@contextmanager
def opened(job: Job) -> Iterator[Put]:
    """A row group a batch."""
    queries = {table.name: f"SELECT * FROM {sql.literal(f'{table.name}.parquet')}" for table in TABLES}
    (job.folder / VIEWS).write_text(sql.script(VIEWS, queries), encoding="utf-8")
    with ExitStack() as stack:
        files = {table.name: stack.enter_context(ParquetWriter(job.folder / f"{table.name}.parquet", schema(table), compression="zstd")) for table in TABLES}

        def put(table: Table, rows: Sequence[Row]) -> None:
            files[table.name].write_batch(batch(table, rows))

        yield put
