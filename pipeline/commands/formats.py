"""`gongwen formats`: what is read on this machine, and what is missing for the rest."""

import argparse
import json

from pipeline.commands.common import Commands, console


def add(commands: Commands) -> None:
    parser = commands.add_parser("formats", help="列出本机能读的文件类型、所用程序，其余需要安装什么")
    parser.add_argument("--json", action="store_true", help="以 JSON 打印")
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline.formats import formats, table

    told = formats()
    if given.json:
        print(json.dumps([f._asdict() for f in told], ensure_ascii=False, indent=1))
    else:
        console().print(table(told))
    return 0
