"""What the databases are told in SQL, alike in DuckDB and SQLite: names, texts, and the views that leave out what is in doubt."""

from collections.abc import Iterator

from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import PRECISION, SCALE, Kind, Table

TYPES: dict[Kind, str] = {"text": "VARCHAR", "integer": "BIGINT", "decimal": f"DECIMAL({PRECISION},{SCALE})", "boolean": "BOOLEAN", "date": "DATE"}  # of DuckDB
_HEAD = "-- 在本文件夹中运行 duckdb -init {}，各表即可按名查询；v_ 视图不含存疑的行。"


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def views() -> Iterator[str]:
    """A view `v_TABLE` for every table of facts: its rows that are under no unresolved error."""
    yield from (f"CREATE VIEW {name(f'v_{table.name}')} AS SELECT * FROM {name(table.name)} WHERE NOT flagged;" for table in TABLES if table.facts)


def comments(table: Table, kind: str = "TABLE") -> Iterator[str]:
    """DuckDB's comments of a table, or of a view that stands for it, and of its columns."""
    about = words.of_table(table.name)
    yield f"COMMENT ON {kind} {name(table.name)} IS {literal(f'{about.heading}：{about.chinese}')};"
    for column in table.columns:
        yield f"COMMENT ON COLUMN {name(table.name)}.{name(column.name)} IS {literal(words.comment(table.name, column.name))};"


def script(file: str, queries: dict[str, str]) -> str:
    """The text of `file`, which makes for DuckDB a view of every table from the query that reads it, and the views without what is in doubt."""
    made = (line for table in TABLES for line in (f"CREATE VIEW {name(table.name)} AS {queries[table.name]};", *comments(table, "VIEW")))
    return "\n".join([_HEAD.format(file), *made, *views()]) + "\n"
