"""`gongwen.duckdb`: all tables with their types, and the views of `gongwen query`, with comments in Chinese. It is what `gongwen query` asks, too."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow

from pipeline.export import sql
from pipeline.export.arrow import batch
from pipeline.export.folder import refused
from pipeline.export.put import Job, Put
from pipeline.tables.table import Row, Table

FILE = "gongwen.duckdb"
FILES = (FILE,)
# Little memory, and nothing fetched from anywhere.
_CONFIG = {"threads": "1", "memory_limit": "512MB", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


@contextmanager
def opened(job: Job) -> Iterator[Put]:
    """`UsageError` where the disk refuses."""
    try:
        with duckdb.connect(job.folder / FILE, config={**_CONFIG, "temp_directory": str(job.folder / "duckdb.tmp")}) as database:
            for statement in sql.tables():
                database.execute(statement)

            def put(table: Table, rows: Sequence[Row]) -> None:
                database.register("batch", pyarrow.Table.from_batches([batch(table, rows)]))
                database.execute(f"INSERT INTO {sql.name(table.name)} SELECT * FROM batch")
                database.unregister("batch")

            yield put
            for statement in (*sql.views(), "CHECKPOINT"):
                database.execute(statement)
    except duckdb.OperationalError as error:
        raise refused(FILE, str(error).split("\n", 1)[0]) from error

