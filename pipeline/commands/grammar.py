"""`gongwen grammar check`: the grammars' own examples, and faults of rules."""

import argparse
from pathlib import Path

from grammars.grammar import FOLDER
from pipeline.commands.common import Commands
from pipeline.errors import UsageError
from pipeline.terminal import printable


def add(commands: Commands) -> None:
    check = commands.add_parser("grammar", help="检查语法文件").add_subparsers(required=True, metavar="COMMAND").add_parser("check", help="运行全部例子和反例，并检查规则的毛病")
    check.add_argument("--grammar", type=Path, default=FOLDER, metavar="FOLDER", help="语法文件夹（默认随程序提供的）")
    check.add_argument("--corpus", type=Path, metavar="FOLDER", help="用来查找从不命中的规则的文件夹（默认 corpus/documents）")
    check.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline.grammar_check import CORPUS, check

    corpus = given.corpus or (CORPUS if CORPUS.is_dir() else None)
    if given.corpus and not given.corpus.is_dir():
        raise UsageError(f"找不到文件夹：{given.corpus}")
    report = check(given.grammar, corpus)
    for problem in report.problems:
        print(printable(str(problem)))
    errors = sum(p.severity == "error" for p in report.problems)
    print(f"规则 {report.rules} 条 · 例子 {report.examples} 个 · 反例 {report.near_misses} 个"
          f" · 错误 {errors} · 警告 {len(report.problems) - errors}")
    if corpus is None:
        print("没有样本文件夹，未检查从不命中的规则（用 --corpus 指明）")
    return 2 if errors else 0
