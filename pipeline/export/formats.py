"""The formats that the tables are written in. Another one: a module with `FILES` and `opened`, and a line here."""

from typing import NamedTuple

from pipeline.export import csv_files, duckdb_file, json_lines, parquet_files, sqlite_file, workbook
from pipeline.export.put import Opened


class Format(NamedTuple):
    """`files`: the names it writes."""

    files: tuple[str, ...]
    opened: Opened


FORMATS = {
    "parquet": Format(parquet_files.FILES, parquet_files.opened),
    "duckdb": Format(duckdb_file.FILES, duckdb_file.opened),
    "csv": Format(csv_files.FILES, csv_files.opened),
    "xlsx": Format(workbook.FILES, workbook.opened),
    "sqlite": Format(sqlite_file.FILES, sqlite_file.opened),
    "jsonl": Format(json_lines.FILES, json_lines.opened),
}
