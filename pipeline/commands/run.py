"""`gongwen run`: documents into results, new, changed and stale ones alone."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grammars.grammar import FOLDER
from pipeline.commands.common import CORRECTIONS, Commands, output
from pipeline.terminal import printable

if TYPE_CHECKING:
    from pipeline.run import Summary

_SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}
_BECAME = {"new": "新增", "changed": "内容有变", "again": "重做", "reprinted": "只更新语法指纹", "unchanged": "未变"}
_NAMED = 10  # vanished documents that are named


def add(commands: Commands) -> None:
    parser = commands.add_parser("run", help="处理文件、文件夹或通配符，结果写入输出文件夹；再次运行只处理有变化的")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="文件、文件夹（含子文件夹）或加引号的通配符")
    parser.add_argument("-j", "--jobs", type=_jobs, help="并行进程数（默认按机器和文件数决定）")
    parser.add_argument("--password", action="append", default=[], metavar="TEXT", help="加密文件和压缩包的打开密码；可重复，逐个尝试")
    parser.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="每份文件的处理时限（默认 600 秒）")
    parser.add_argument("--grammar", type=Path, default=FOLDER, metavar="FOLDER", help="语法文件夹（默认随程序提供的）")
    parser.add_argument("--corrections", type=Path, default=CORRECTIONS, metavar="FOLDER", help=f"更正文件夹（默认 {CORRECTIONS}，没有则不更正）")
    output(parser)
    parser.set_defaults(call=call)


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"必须是正整数：{text}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"必须是正数（秒）：{text}")
    return seconds


def call(given: argparse.Namespace) -> int:
    from pipeline.outcomes import Failed, Result
    from pipeline.run import run

    signal.signal(signal.SIGTERM, _terminated)
    with _progress() as tell:
        def told(done: int, total: int, outcome: Result) -> None:
            tell(done, total, outcome.name, isinstance(outcome, Failed))

        summary = run(given.paths, given.output, given.jobs, told, given.grammar, given.password, given.timeout, given.corrections)
    for line in closing(summary):
        print(line)
    return 1 if summary.failures else 0


def closing(summary: "Summary") -> Iterator[str]:
    """The closing summary: a line of counts, one of what became of the documents, then a line for each thing to look at."""
    counts = "、".join(f"{label} {summary.findings[severity]}" for severity, label in _SEVERITIES.items())
    yield (f"文件 {summary.documents} 份 · 数值 {summary.values} 项 · 检查发现：{counts} · 失败 {len(summary.failures)} 份"
           f" · 结果在 {printable(str(summary.output))}")
    yield "其中" + "、".join(f"{label} {summary.counts.get(became, 0)} 份" for became, label in _BECAME.items())
    for line in summary.told:
        yield f"注意：{printable(line)}"
    for failed in summary.failures:
        yield f"失败：{printable(failed.name)}：{printable(failed.reason)}（{failed.code}）。{printable(failed.next_step)}"
    for name in summary.vanished[:_NAMED]:
        yield f"原文件已不在：{printable(name)}"
    if summary.vanished:
        yield f"原文件已不在的结果共 {len(summary.vanished)} 份，保留未动；用 gongwen prune -o {printable(str(summary.output))} 清理"


def _terminated(*_: object) -> None:
    """Asked to end, the program clears up after itself as after an interrupt."""
    raise SystemExit(128 + signal.SIGTERM)


class _Lines:
    """One plain line a document, where no one watches a bar."""

    def __call__(self, done: int, total: int, name: str, failed: bool) -> None:
        print(f"[{done}/{total}] {'失败 ' if failed else ''}{printable(name)}", file=sys.stderr)


@contextmanager
def _progress() -> Iterator["_Lines | _Bar"]:
    if not sys.stderr.isatty():
        yield _Lines()
        return
    bar = _Bar()
    with bar.progress:
        yield bar


class _Bar:
    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
        self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.progress.add_task("", total=None)

    def __call__(self, done: int, total: int, name: str, failed: bool) -> None:
        self.progress.update(self.task, completed=done, total=total, description=printable(name)[-40:])
