"""A question in SQL and its answer. Only one statement that reads is taken; what is wrong with another is said in a sentence."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import duckdb
import regex

from pipeline.errors import UsageError

_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)  # the second: PIVOT
_BATCH = 1000
_NEAREST = regex.compile(r'Did you mean "([^"]+)"|Candidate bindings: ([^\n]+)')
_CLOSED = "已关闭：gongwen query 只读结果的表，不读其他文件，不联网，不装扩展"


class Answer(NamedTuple):
    """`kinds`: DuckDB's names of the columns' types. `rows` are fetched as they are taken."""

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


def ask(database: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """The answer to one statement that reads. `UsageError`: it is none, several, one that writes, or one that DuckDB refuses."""
    try:
        statement = _statement(database.extract_statements(sql))
        found = _run(statement, database)
        told = [(column[0], str(column[1])) for column in found.description or ()]
    except duckdb.Error as error:
        raise _refused(error, database) from error
    return Answer(tuple(name for name, _ in told), tuple(kind for _, kind in told), _rows(found, database))


def _run(statement: duckdb.Statement, database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """In a thread of its own, so that Ctrl-C is heard however long DuckDB works at a stretch."""
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(database.execute, statement)
        try:
            return running.result()
        except KeyboardInterrupt:
            database.interrupt()
            raise


def _statement(found: list[duckdb.Statement]) -> duckdb.Statement:
    if not found:
        raise UsageError("没有查询语句；例如 gongwen query \"SELECT * FROM v_money_by_place\"，可查的表见 gongwen query --list")
    if len(found) > 1:
        raise UsageError(f"一次只能查询一条语句，这里有 {len(found)} 条；请分几次查询，或用 WITH 连成一条")
    if found[0].type not in _READING:
        raise UsageError(f"gongwen query 只能读取，不能执行 {found[0].type.name} 语句；请用 SELECT。要改正结果用 gongwen correct，要另存用 --output FILE")
    return found[0]


def _rows(found: duckdb.DuckDBPyConnection, database: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    try:
        while rows := found.fetchmany(_BATCH):
            yield from rows
    except duckdb.Error as error:
        raise _refused(error, database) from error
    except RuntimeError as error:  # DuckDB's word for Ctrl-C
        raise KeyboardInterrupt from error


def _refused(error: duckdb.Error, database: duckdb.DuckDBPyConnection) -> UsageError:
    """DuckDB's message, short, and what to do next."""
    message = str(error)
    first = message.split("\n", 1)[0].rstrip("!")
    if isinstance(error, duckdb.PermissionException):
        return UsageError(f"查询被拒绝（{_CLOSED}）：{first}")
    if isinstance(error, duckdb.IOException | duckdb.InternalException | duckdb.FatalException):
        return UsageError(f"查询用的表无法读取（{first}）；请删除结果文件夹中的 .gongwen/tables-*.duckdb 后再查，会重新生成")
    return UsageError(f"查询有误：{first}；{_hint(message, database)}")


def _hint(message: str, database: duckdb.DuckDBPyConnection) -> str:
    near = _NEAREST.search(message)
    known = {name for (name,) in database.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    if near and (near[2] or near[1] in known):
        return f"是否指 {(near[1] or near[2]).replace(chr(34), '')}？各表的列见 gongwen query --list NAME"
    return "可查的表见 gongwen query --list，各表的列见 gongwen query --list NAME"
