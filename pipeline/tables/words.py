"""The tables and columns in words, Chinese and English: headings of spreadsheets, comments of databases, the data dictionary."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from grammars.yaml_strict import keys, read

FILE = Path(__file__).with_name("words.yaml")


class Words(NamedTuple):
    """`heading`: a short Chinese name; `chinese` and `english`: what it means, in a sentence."""

    heading: str
    chinese: str
    english: str


@lru_cache(maxsize=1)
def _told() -> tuple[dict[str, Words], dict[str, Words]]:
    data = read(FILE)
    tables, columns = ({name: _words(data[part][name]) for name in keys(data[part])} for part in ("tables", "columns"))
    return tables, columns


def _words(told: list[str | None]) -> Words:
    heading, chinese, english = told
    return Words(heading or "", chinese or heading or "", english or "")


def of_table(table: str) -> Words:
    return _told()[0][table]


def of_column(table: str, column: str) -> Words:
    """Those of the table's own column, else of a column that many tables have."""
    columns = _told()[1]
    return columns.get(f"{table}.{column}") or columns[column]


def title(table: str) -> str:
    return of_table(table).heading


def heading(table: str, column: str) -> str:
    return of_column(table, column).heading


def comment(table: str, column: str) -> str:
    """`heading`, and its meaning where that says more."""
    one = of_column(table, column)
    return one.heading if one.chinese == one.heading else f"{one.heading}：{one.chinese}"


def written() -> tuple[frozenset[str], frozenset[str]]:
    """The names that have words: of tables, and of columns (`funds.rate`, `page`)."""
    tables, columns = _told()
    return frozenset(tables), frozenset(columns)
