"""`gongwen.duckdb`: all tables with their types, comments in Chinese, and the views without what is in doubt.

Keys are NOT NULL. They are no PRIMARY KEY: its index would stay in memory whole and grow with the archive.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow

from pipeline.export import sql
from pipeline.export.arrow import batch
from pipeline.export.folder import refused
from pipeline.export.put import Job, Put
from pipeline.tables.schema import TABLES
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
            for statement in (line for table in TABLES for line in (_made(table), *sql.comments(table))):
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


def _made(table: Table) -> str:
    columns = (f"{sql.name(column.name)} {sql.TYPES[column.kind]}{' NOT NULL' if column.name in table.key else ''}" for column in table.columns)
    return f"CREATE TABLE {sql.name(table.name)} ({', '.join(columns)})"
