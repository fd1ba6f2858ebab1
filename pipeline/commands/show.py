"""`gongwen show`: a result on the terminal."""

import argparse

from pipeline.commands.common import Commands, console, output


def add(commands: Commands) -> None:
    parser = commands.add_parser("show", help="在终端查看一份结果")
    parser.add_argument("wanted", metavar="FILE_OR_ID", help="结果文件、原文件名或编号")
    output(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline import show

    show.show(show.load(show.find(given.wanted, given.output)), console())
    return 0
