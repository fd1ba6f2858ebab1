"""The data dictionary: every table and column, with type, key and meaning, in English or in Chinese. Made from the tables and their words alone."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from pipeline.query import views
from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import PRECISION, SCALE, Kind, Table

Language = Literal["en", "zh"]


class _Text(NamedTuple):
    title: str
    about: str
    heads: str
    key: str
    views: str
    heads_of_views: str
    kinds: dict[Kind, str]


_TEXTS: dict[Language, _Text] = {
    "en": _Text(
        "The tables of the analysis",
        "What `gongwen export` writes and `gongwen query` asks. One fact a row; `document` and the numbers behind it tell a row from all others and lead from a table to its "
        "rows in others. `rule`, `page`, `place` and `reader` lead back to the text. A value that the document does not give is null. "
        "Every table of facts has a view `v_…` without the rows that are `flagged`; DuckDB files and `gongwen query` have the ready views below too, "
        "which `views.sql` makes over Parquet and `views-csv.sql` over CSV files. In CSV a text that a spreadsheet would run as a formula begins with `'`, "
        "and so does a text that begins with `'` itself: take that sign away.",
        "| column | type | key | heading | meaning |\n|---|---|---|---|---|", "key",
        "Ready views", "| view | title | what it says |\n|---|---|---|",
        {"text": "text", "integer": "integer", "decimal": f"decimal({PRECISION},{SCALE})", "boolean": "boolean", "date": "date"}),
    "zh": _Text(
        "分析用表",
        "`gongwen export` 写出、`gongwen query` 查询的表。一行一个事实；`document` 和其后的次序确定一行，并把各表连起来。`rule`、`page`、`place`、`reader` 通回原文。"
        "文件没有给出的值为空。每张事实表有一个 `v_…` 视图，不含 `flagged`（存疑）的行；"
        "DuckDB 文件和 `gongwen query` 另有下面的现成视图，`views.sql`（Parquet）和 `views-csv.sql`（CSV）也建立它们。"
        "CSV 中会被电子表格当作公式运行的文字，以及本身以 `'` 开头的文字，前面都加了一个 `'`，读入时去掉即可。",
        "| 列 | 类型 | 键 | 表头 | 含义 |\n|---|---|---|---|---|", "键",
        "现成视图", "| 视图 | 名称 | 内容 |\n|---|---|---|",
        {"text": "文字", "integer": "整数", "decimal": f"小数（{PRECISION},{SCALE}）", "boolean": "真假", "date": "日期"}),
}


def dictionary(language: Language) -> str:
    """The whole dictionary as Markdown, as it is kept in docs/."""
    text = _TEXTS[language]
    return "\n".join([f"# {text.title}", "", text.about, "", *(line for table in TABLES for line in _table(table, language, text)), *_views(language, text)]).rstrip("\n") + "\n"


def _table(table: Table, language: Language, text: _Text) -> Iterator[str]:
    one = words.of_table(table.name)
    yield from (f"## {table.name} {one.heading}", "", f"{one.english}." if language == "en" else f"{one.chinese}。", "", text.heads)
    for column in table.columns:
        told = words.of_column(table.name, column.name)
        meaning = told.english if language == "en" else told.chinese
        yield f"| `{column.name}` | {text.kinds[column.kind]} | {text.key if column.name in table.key else ''} | {told.heading} | {meaning} |"
    yield ""


def _views(language: Language, text: _Text) -> Iterator[str]:
    """The ready views; how each counts is told by `gongwen query --list NAME`."""
    yield from (f"## {text.views}", "", text.heads_of_views)
    for view in views.ready():
        yield f"| `{view.name}` | {view.title} | {view.english if language == 'en' else view.chinese} |"
