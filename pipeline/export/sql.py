"""What the databases are told in SQL, alike in DuckDB and SQLite: names, texts, comments and views."""

from collections.abc import Iterator

from pipeline.query import views as asked
from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import PRECISION, SCALE, Kind, Table

TYPES: dict[Kind, str] = {"text": "VARCHAR", "integer": "BIGINT", "decimal": f"DECIMAL({PRECISION},{SCALE})", "boolean": "BOOLEAN", "date": "DATE"}  # of DuckDB
_HEAD = "-- 在本文件夹中运行 duckdb -init {}，各表和视图即可按名查询；v_ 视图不含存疑的行。"


def name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def tables() -> Iterator[str]:
    """The tables for DuckDB, with their comments. Keys are NOT NULL and no PRIMARY KEY: its index would stay in memory whole and grow with the archive."""
    for table in TABLES:
        columns = (f"{name(column.name)} {TYPES[column.kind]}{' NOT NULL' if column.name in table.key else ''}" for column in table.columns)
        yield f"CREATE TABLE {name(table.name)} ({', '.join(columns)});"
        yield from comments(table)


def views() -> Iterator[str]:
    """The views of `gongwen query`, for DuckDB: of every table of facts the rows that are not in doubt, and the ready ones; each with its comments."""
    for view in asked.views():
        yield f"CREATE VIEW {name(view.name)} AS {view.sql};"
        yield f"COMMENT ON VIEW {name(view.name)} IS {literal(f'{view.title}：{view.chinese}')};"
        yield from (f"COMMENT ON COLUMN {name(view.name)}.{name(column)} IS {literal(meaning)};" for column, meaning in view.columns.items())


def plain_views() -> Iterator[str]:
    """Those that any database understands."""
    yield from (f"CREATE VIEW {name(view.name)} AS {view.sql};" for view in asked.plain())


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
