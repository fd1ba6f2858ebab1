"""`gongwen watch`: a grammar that is saved is checked, run, and what it changed is told."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from grammars.grammar import FOLDER
from pipeline.commands.common import CORRECTIONS, Commands, output
from pipeline.commands.diff import tell
from pipeline.errors import UsageError


def add(commands: Commands) -> None:
    parser = commands.add_parser("watch", help="改语法时使用：每次保存后检查语法、重做受影响的结果、显示变化（Ctrl-C 结束）")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="要处理的文件或文件夹（默认与上一次运行相同）")
    parser.add_argument("--grammar", type=Path, default=FOLDER, metavar="FOLDER", help="语法文件夹（默认随程序提供的）")
    parser.add_argument("--corrections", type=Path, default=CORRECTIONS, metavar="FOLDER", help=f"更正文件夹（默认 {CORRECTIONS}）")
    parser.add_argument("--all", action="store_true", help="列出全部变化")
    output(parser)
    parser.set_defaults(call=call, json=False, html=None, fail_on_loss=False)


def call(given: argparse.Namespace) -> int:
    from watchfiles import watch

    if not given.grammar.is_dir():
        raise UsageError(f"找不到语法文件夹：{given.grammar}")
    given.paths = given.paths or _paths(given.output)
    _turn(given)
    print(f"等待 {given.grammar} 中的保存（Ctrl-C 结束）", flush=True)
    return follow(given, (changed for changed in watch(given.grammar, raise_interrupt=True)))


def follow(given: argparse.Namespace, saves: Iterable[object]) -> int:
    """A turn for every save."""
    for _ in saves:
        _turn(given)
    return 0


def _paths(output: Path) -> list[str]:
    """What the last run was over. `UsageError`: there was none."""
    from pipeline.shelter import reading_ledger

    with reading_ledger(output) as ledger:
        runs = [run for run in ledger.runs() if run.command == "run"]
    if not runs:
        raise UsageError("请给出要处理的文件或文件夹：gongwen watch PATH")
    return list(runs[-1].paths)


def _turn(given: argparse.Namespace) -> None:
    """Check, run, compare. What is wrong is told, and the next save awaited."""
    from grammars.yaml_strict import GrammarError
    from pipeline.grammar_check import examples
    from pipeline.run import run

    try:
        problems = examples(given.grammar)
        for problem in problems:
            print(problem)
        if problems:
            print(f"语法有 {len(problems)} 处与自己的例子不符，结果未动", flush=True)
            return
        summary = run(given.paths, given.output, grammar=given.grammar, corrections=given.corrections)
    except (GrammarError, UsageError) as error:
        print(f"语法文件有误：{error}" if isinstance(error, GrammarError) else error, flush=True)
        return
    print(f"文件 {summary.documents} 份：重做 {summary.counts.get('again', 0)}、未变 {summary.counts.get('unchanged', 0)}、失败 {len(summary.failures)}")
    if summary.documents > summary.counts.get("unchanged", 0):
        _changes(given)


def _changes(given: argparse.Namespace) -> None:
    from pipeline.history import chosen, pairs
    from pipeline.shelter import reading_ledger

    with reading_ledger(given.output) as ledger:
        before, latest = chosen(ledger, None, None)
        tell(given, pairs(ledger, given.output, before, latest), "保存前", "保存后")
