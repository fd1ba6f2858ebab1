"""`gongwen schema`: the JSON Schema of the results."""

import argparse
import sys
from pathlib import Path

from pipeline.commands.common import Commands
from pipeline.errors import UsageError


def add(commands: Commands) -> None:
    parser = commands.add_parser("schema", help="输出结果的 JSON Schema")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="写入文件（默认打印）")
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline.schema import schema_text

    if given.output is None:
        sys.stdout.write(schema_text())
        return 0
    try:
        given.output.write_text(schema_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"无法写入 {given.output}（{error.strerror}）") from error
    return 0
