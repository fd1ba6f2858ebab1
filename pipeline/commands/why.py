"""`gongwen why`: what was tried for a field of a document, and what came of it."""

import argparse
import json
import sys
from pathlib import Path

from grammars.grammar import FOLDER
from pipeline.commands.common import Commands, console, output
from pipeline.terminal import printable

_EPILOG = """字段：header.doc_number、amounts.label、performance_tables.indicators.level2 …，或整个一项（header、amounts）；tables：每个表归为哪一种、为什么。
位置：b12（一块）、t2（一个表）、t2:3（一行）、t2:3:1（一格），行列从 0 数，同结果中的 evidence。"""


def add(commands: Commands) -> None:
    parser = commands.add_parser("why", help="说明一个字段为什么是这样：试过哪些规则，命中在哪里，没有命中的差在哪里", epilog=_EPILOG,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("document", metavar="DOCUMENT", help="结果（文件名或编号），或还没有结果的原文件")
    parser.add_argument("field", metavar="FIELD", help="字段，如 header.doc_number")
    parser.add_argument("--at", metavar="PLACE", help="只看这一处")
    parser.add_argument("--all", action="store_true", help="列出全部规则和命中")
    parser.add_argument("--json", action="store_true", help="以 JSON 打印")
    parser.add_argument("--grammar", type=Path, default=FOLDER, metavar="FOLDER", help="语法文件夹（默认随程序提供的）")
    parser.add_argument("--password", action="append", default=[], metavar="TEXT", help="加密文件和压缩包的打开密码；可重复，逐个尝试")
    output(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    """The exit code: 1 where the document cannot be read."""
    from grammars.grammar import load
    from pipeline.errors import DocumentError
    from pipeline.why.data import plain
    from pipeline.why.fields import field
    from pipeline.why.source import source
    from pipeline.why.view import View
    from pipeline.why.why import why

    field(given.field)  # what cannot be asked is told before anything is read
    grammar = load(given.grammar)
    try:
        found = why(source(given.document, given.output, given.password), given.field, grammar, given.at)
    except DocumentError as error:
        print(printable(f"gongwen: {error.reason}（{error.code}）。{error.next_step}"), file=sys.stderr)
        return 1
    if given.json:
        print(_escaped(json.dumps(plain(found, given.all), ensure_ascii=False, indent=1)))
        return 0
    screen = console()
    for part in View(found, given.all).parts():
        screen.print(part)
    return 0


def _escaped(text: str) -> str:
    """JSON in which every character that is not printed is told by its code: it says the same, and steers no terminal."""
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
