"""The views: of every table of facts its rows that are not in doubt, and the ready ones of `views/*.sql`.

A file of a ready view says what it is in its first lines: a Chinese title and sentence, an English sentence, how it counts, its columns (`-- yuan: 元`).
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import regex

from pipeline.tables import words
from pipeline.tables.schema import TABLES

FOLDER = Path(__file__).with_name("views")
# In the order in which they are made: a view stands after those it reads.
READY = ("v_copies", "v_money_basis", "v_money", "v_money_by_place", "v_targets", "v_execution", "v_funding_edges", "v_funding_tree", "v_allocation_sums", "v_completeness",
         "v_indicators_by_category", "v_findings_by_code")
_UNDOUBTED = ("findings",)  # what raises a doubt is not itself in doubt
_COLUMN = regex.compile(r"([a-z_0-9]+): (\S.*)")


class View(NamedTuple):
    """`title`, `chinese`, `english`: what it is; `rule`: how it counts; `columns`: name → meaning, in their order."""

    name: str
    title: str
    chinese: str
    english: str
    rule: str
    columns: Mapping[str, str]
    sql: str


@lru_cache(maxsize=1)
def views() -> tuple[View, ...]:
    """All of them, each after those it reads."""
    return (*plain(), *ready())


def ready() -> tuple[View, ...]:
    """Those of `views/*.sql`, which sum, compare and follow."""
    return tuple(map(_ready, READY))


def plain() -> tuple[View, ...]:
    """Those of one table each, in SQL that any database understands."""
    return tuple(_plain(table.name) for table in TABLES if table.facts or table.name == "documents")


def _plain(table: str) -> View:
    """The rows of a table that are not flagged; of documents and of findings all."""
    columns = {column.name: words.comment(table, column.name) for one in TABLES if one.name == table for column in one.columns}
    title = words.title(table)
    if table in (*_UNDOUBTED, "documents"):
        return View(f"v_{table}", title, f"与表 {table} 相同。", f"The same as the table {table}.", "", columns, f"SELECT * FROM {table}")
    chinese, english = f"表 {table} 中不存疑的行（flagged 为假）。", f"The rows of {table} that are not flagged."
    return View(f"v_{table}", title, chinese, english, "", columns, f"SELECT * FROM {table} WHERE NOT flagged")


def _ready(name: str) -> View:
    lines = (FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    told = [line[2:].strip() for line in lines if line.startswith("--")]
    title, chinese = told[0].split("：", 1)
    columns = [found for line in told[2:] if (found := _COLUMN.fullmatch(line))]
    rule = "\n".join(line for line in told[2:] if line and not _COLUMN.fullmatch(line))
    return View(name, title, chinese, told[1], rule, {found[1]: found[2] for found in columns}, "\n".join(line for line in lines if not line.startswith("--")))
