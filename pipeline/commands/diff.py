"""`gongwen diff`: what runs gained, lost and changed."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commands.common import Commands, console, output, write
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.compare.changes import Pair


def add(commands: Commands) -> None:
    parser = commands.add_parser("diff", help="比较两次运行的结果：哪些文件的哪些值增加、丢失、改变，由哪条规则引起")
    parser.add_argument("runs", nargs="*", type=int, metavar="RUN", help="运行的序号（见 gongwen runs）；一个：与它之前相比；默认最近一次")
    views(parser)
    output(parser)
    parser.set_defaults(call=call)


def views(parser: argparse.ArgumentParser) -> None:
    """How a comparison is told."""
    parser.add_argument("--all", action="store_true", help="列出全部变化")
    parser.add_argument("--json", action="store_true", help="以 JSON 打印")
    parser.add_argument("--html", type=Path, metavar="FILE", help="写成一个网页")
    parser.add_argument("--fail-on-loss", action="store_true", help="有值丢失时退出码为 1")


def call(given: argparse.Namespace) -> int:
    from pipeline.history import chosen, pairs
    from pipeline.shelter import reading_ledger

    if len(given.runs) > 2:
        raise UsageError("最多比较两次运行：gongwen diff [RUN] [RUN]")
    first, second = (*given.runs, None)[:2] if len(given.runs) > 1 else (None, *given.runs, None)[:2]
    with reading_ledger(given.output) as ledger:
        before, latest = chosen(ledger, first, second)
        old = f"第 {before} 次运行" if before else "最初"
        return tell(given, pairs(ledger, given.output, before, latest), old, f"第 {latest.id} 次运行（{latest.started[:19].replace('T', ' ')}）")


def tell(given: argparse.Namespace, found: "Iterable[Pair]", old: str, new: str, more: Callable[[], Mapping[str, Any]] = dict) -> int:
    """The comparison as it was asked for; the exit code. `more`: what else JSON tells, asked when all documents were seen."""
    from pipeline.compare import page, told, written
    from pipeline.compare.comparison import compared

    with compared(found) as comparison:
        if given.json:
            sys.stdout.writelines(written.pieces(comparison, more()))
        else:
            print(f"{old} → {new}")
            for part in told.view(comparison, all=given.all):
                console().print(part)
        if given.html:
            write(given.html, page.pieces(comparison, old=old, new=new))
        return 1 if given.fail_on_loss and comparison.totals.losses else 0
