"""`gongwen prune`: results whose documents are gone are removed, after asking."""

import argparse
import sys

from pipeline.commands.common import Commands, output
from pipeline.terminal import printable


def add(commands: Commands) -> None:
    parser = commands.add_parser("prune", help="清理原文件已不在的结果（先列出并询问）")
    parser.add_argument("--yes", action="store_true", help="不询问")
    output(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline.prune import prune, vanished

    gone = vanished(given.output)
    if not gone:
        print("没有需要清理的结果")
        return 0
    for name in gone:
        print(printable(name))
    if not (given.yes or _asked(len(gone))):
        print("未作改动")
        return 0
    print(f"已清理 {prune(given.output, gone)} 份结果；清理前的内容仍可用 gongwen diff 查看")
    return 0


def _asked(count: int) -> bool:
    if not sys.stdin.isatty():
        print(f"以上 {count} 份结果的原文件已不在；加 --yes 清理")
        return False
    return input(f"以上 {count} 份结果的原文件已不在。清理吗？[y/N] ").strip().lower() in ("y", "yes", "是")
