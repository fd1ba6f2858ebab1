"""What there is to ask: the tables and views, and the columns of one, in words."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import duckdb

from pipeline.errors import UsageError
from pipeline.export import sql
from pipeline.query import views
from pipeline.query.ask import Answer, ask
from pipeline.tables import words
from pipeline.tables.schema import TABLES


def everything() -> Answer:
    """The tables, then the views, with their Chinese titles and what a row of them is."""
    tables = ((table.name, "表", words.title(table.name), words.of_table(table.name).chinese) for table in TABLES)
    shown = ((view.name, "视图", view.title, view.chinese) for view in views.views())
    return _answer(("name", "kind", "title", "about"), (*tables, *shown))


def columns(name: str) -> Answer:
    """The columns of a table or view. `UsageError`: there is no such one."""
    meanings = _meanings(name)
    with duckdb.connect(":memory:") as empty:
        for statement in (*sql.tables(), *sql.views()):
            empty.execute(statement)
        told = [(column, kind, meanings.get(column, "")) for column, kind, *_ in ask(empty, f"DESCRIBE {name}").rows]
    return _answer(("column", "type", "about"), told)


def about(name: str) -> Iterator[str]:
    """Lines that say what a table or view is and how it counts."""
    view = next((one for one in views.views() if one.name == name), None)
    if view is None:
        yield f"{name}  {words.title(name)}：{words.of_table(name).chinese}"
        return
    yield f"{name}  {view.title}：{view.chinese}"
    yield view.english
    yield from view.rule.splitlines()


def _meanings(name: str) -> dict[str, str]:
    known = {table.name: {column.name: words.comment(table.name, column.name) for column in table.columns} for table in TABLES}
    known.update({view.name: dict(view.columns) for view in views.views()})
    if name not in known:
        near = get_close_matches(name, known, 3)
        raise UsageError(f"没有名为 {name} 的表或视图" + (f"；是否指 {'、'.join(near)}？" if near else "；") + "全部见 gongwen query --list")
    return known[name]


def _answer(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Answer:
    return Answer(names, ("VARCHAR",) * len(names), iter(rows))
