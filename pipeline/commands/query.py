"""`gongwen query`: the results asked in SQL."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.common import Commands, console, results, write
from pipeline.errors import UsageError
from pipeline.terminal import printable

if TYPE_CHECKING:
    from pipeline.query.ask import Answer


def add(commands: Commands) -> None:
    parser = commands.add_parser("query", help="用 SQL 查询结果（DuckDB；只读）")
    parser.add_argument("sql", nargs="?", metavar="SQL", help="一条 SELECT 语句；- 从标准输入读取")
    parser.add_argument("--list", nargs="?", const="", metavar="NAME", help="列出表和视图；给出名称则列出它的列")
    results(parser)
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="打印成表格（默认）、CSV 或 JSON")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件")
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    if given.list is not None:
        return _list(given)
    if given.sql is None:
        raise UsageError("请给出查询语句，例如 gongwen query \"SELECT * FROM v_money_by_place\"；可查的表见 gongwen query --list")
    from pipeline.query.ask import ask
    from pipeline.query.kept import opened

    with opened(given.results, lambda told: print(printable(told), file=sys.stderr)) as database:
        _give(ask(database, sys.stdin.read() if given.sql == "-" else given.sql), given)
    return 0


def _list(given: argparse.Namespace) -> int:
    from pipeline.query import listed

    if given.sql is not None:
        raise UsageError("--list 不与查询语句同用；要列出一个表的列，写 gongwen query --list NAME")
    if given.list and given.format == "table":
        answer = listed.columns(given.list)
        for line in listed.about(given.list):
            print(line)
        print()
    else:
        answer = listed.columns(given.list) if given.list else listed.everything()
    _give(answer, given)
    return 0


def _give(answer: "Answer", given: argparse.Namespace) -> None:
    from pipeline.query import written

    if given.format == "table":
        _shown(answer, given.output)
    else:
        _written(written.comma_separated(answer) if given.format == "csv" else written.as_json(answer), given.output)


def _shown(answer: "Answer", path: Path | None) -> None:
    from pipeline.query import written

    if path:
        raise UsageError("写入文件请加 --format csv 或 --format json")
    written.table(answer, console())


def _written(pieces: Iterable[str], path: Path | None) -> None:
    if path is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode())
        return
    write(path, pieces)
