"""The `gongwen` command: parse, call, print. Exit 0 all well, 1 some documents failed, 2 wrong usage or grammar, 130 interrupted."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grammars.grammar import FOLDER
from grammars.yaml_strict import GrammarError
from pipeline.errors import UsageError
from pipeline.terminal import printable
from pipeline.version import VERSION

if TYPE_CHECKING:  # what a command needs is imported when it is called: `gongwen --version` answers at once
    from pipeline.run import Summary

OUTPUT = Path("output")
_SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        code: int = given.call(given)
        sys.stdout.flush()
        return code
    except UsageError as error:
        return _stop(f"gongwen: {printable(str(error))}", 2)
    except GrammarError as error:
        return _stop(f"gongwen: 语法文件有误：{printable(str(error))}", 2)
    except KeyboardInterrupt:
        return _stop("gongwen: 已中断；已完成的结果保留在输出文件夹中", 130)
    except BrokenPipeError:  # `gongwen show … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _stop(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gongwen", description="把财政公文（通知、绩效目标表、绩效自评报告）读成可核对的 JSON。")
    parser.add_argument("--version", action="version", version=f"gongwen {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="处理文件、文件夹或通配符，结果写入输出文件夹")
    run.add_argument("paths", nargs="+", metavar="PATH", help="文件、文件夹（含子文件夹）或加引号的通配符")
    run.add_argument("-j", "--jobs", type=_jobs, help="并行进程数（默认按机器和文件数决定）")
    run.add_argument("--password", action="append", default=[], metavar="TEXT", help="加密文件和压缩包的打开密码；可重复，逐个尝试")
    run.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="每份文件的处理时限（默认 600 秒）")
    run.add_argument("--grammar", type=Path, default=FOLDER, metavar="FOLDER", help="语法文件夹（默认随程序提供的）")
    run.set_defaults(call=_run)
    show = commands.add_parser("show", help="在终端查看一份结果")
    show.add_argument("wanted", metavar="FILE_OR_ID", help="结果文件、原文件名或编号")
    show.set_defaults(call=_show)
    for command in (run, show):
        command.add_argument("-o", "--output", type=Path, default=OUTPUT, metavar="FOLDER", help=f"结果文件夹（默认 {OUTPUT}）")
    formats = commands.add_parser("formats", help="列出本机能读的文件类型、所用程序，其余需要安装什么")
    formats.add_argument("--json", action="store_true", help="以 JSON 打印")
    formats.set_defaults(call=_formats)
    schema = commands.add_parser("schema", help="输出结果的 JSON Schema")
    schema.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件（默认打印）")
    schema.set_defaults(call=_schema)
    _grammar_parser(commands.add_parser("grammar", help="检查语法文件"))
    return parser


def _grammar_parser(parser: argparse.ArgumentParser) -> None:
    check = parser.add_subparsers(required=True, metavar="COMMAND").add_parser("check", help="运行全部例子和反例，并检查规则的毛病")
    check.add_argument("--grammar", type=Path, default=FOLDER, metavar="FOLDER", help="语法文件夹（默认随程序提供的）")
    check.add_argument("--corpus", type=Path, metavar="FOLDER", help="用来查找从不命中的规则的文件夹（默认 corpus/documents）")
    check.set_defaults(call=_grammar_check)


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


def _run(given: argparse.Namespace) -> int:
    from pipeline.process import Failed
    from pipeline.run import run
    from pipeline.tasks import Made

    signal.signal(signal.SIGTERM, _terminated)
    with _progress() as tell:
        def told(done: int, total: int, outcome: Made | Failed) -> None:
            tell(done, total, outcome.name, isinstance(outcome, Failed))

        summary = run(given.paths, given.output, given.jobs, told, given.grammar, given.password, given.timeout)
    for line in _told(summary):
        print(line)
    return 1 if summary.failures else 0


def _told(summary: "Summary") -> Iterator[str]:
    """The closing summary: one line of counts, then a line for each document that failed."""
    counts = "、".join(f"{label} {summary.findings[severity]}" for severity, label in _SEVERITIES.items())
    yield (f"文件 {summary.documents} 份 · 数值 {summary.values} 项 · 检查发现：{counts} · 失败 {len(summary.failures)} 份"
           f" · 结果在 {printable(str(summary.output))}")
    for failed in summary.failures:
        yield f"失败：{printable(failed.name)}：{printable(failed.reason)}（{failed.code}）。{printable(failed.next_step)}"


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


def _show(given: argparse.Namespace) -> int:
    from rich.console import Console

    from pipeline import show

    record = show.load(show.find(given.wanted, given.output))
    plain_width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120"))
    show.show(record, Console(width=plain_width, highlight=False))
    return 0


def _formats(given: argparse.Namespace) -> int:
    from pipeline.formats import formats, table

    told = formats()
    if given.json:
        print(json.dumps([f._asdict() for f in told], ensure_ascii=False, indent=1))
        return 0
    from rich.console import Console

    plain_width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120"))
    Console(width=plain_width, highlight=False).print(table(told))
    return 0


def _schema(given: argparse.Namespace) -> int:
    from pipeline.schema import schema_text

    if given.output is None:
        sys.stdout.write(schema_text())
        return 0
    try:
        given.output.write_text(schema_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"无法写入 {given.output}（{error.strerror}）") from error
    return 0


def _grammar_check(given: argparse.Namespace) -> int:
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


if __name__ == "__main__":
    sys.exit(main())
