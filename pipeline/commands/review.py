"""`gongwen review`: pages on which a person checks documents against their source."""

import argparse
import os
import sys
from pathlib import Path

from pipeline.commands.common import Commands, results

_REVIEW = Path("review")


def add(commands: Commands) -> None:
    parser = commands.add_parser("review", help="写出核对用的网页：左边原文，右边结果，双击 index.html 打开，不需要网络")
    parser.add_argument("-o", "--output", type=Path, default=_REVIEW, metavar="DIR", help=f"写到这个文件夹（默认 {_REVIEW}）")
    parser.add_argument("--password", action="append", default=[], metavar="TEXT", help="打开加密文件的密码，用来画出页面；可重复")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="并行数（默认处理器数）")
    results(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from grammars.grammar import load
    from pipeline.review.write import write
    from pipeline.terminal import printable

    def progress(done: int, count: int, name: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K[{done}/{count}] {printable(name)[:60]}", end="", file=sys.stderr, flush=True)

    told = write(given.results, given.output, load(), progress, given.password, given.jobs)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    print(f"核对页在 {given.output / 'index.html'}：写出 {told.written} 份，未变 {told.unchanged} 份，删去 {told.removed} 份")
    return 0
