"""`gongwen runs`: the runs there were over a results folder."""

import argparse
import json
from typing import TYPE_CHECKING

from pipeline.commands.common import Commands, console, output

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.ledger import Run

_STATES = {"done": "完成", "stopped": "中断"}
_COUNTS = {"documents": "文件", "new": "新增", "changed": "有变", "again": "重做", "reprinted": "指纹", "unchanged": "未变", "failed": "失败", "vanished": "不在", "values": "数值"}


def add(commands: Commands) -> None:
    parser = commands.add_parser("runs", help="列出历次运行：时间、语法和程序的指纹、各类文件数")
    parser.add_argument("--json", action="store_true", help="以 JSON 打印")
    output(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline.shelter import reading_ledger

    with reading_ledger(given.output) as ledger:
        runs = ledger.runs()
    if given.json:
        print(json.dumps([run._asdict() for run in runs], ensure_ascii=False, indent=1))
    else:
        console().print(_table(runs))
    return 0


def _table(runs: "list[Run]") -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("", "命令", "开始", "状态", "语法", "程序"):
        table.add_column(head, no_wrap=True)
    for head in _COUNTS.values():
        table.add_column(head, justify="right", no_wrap=True)
    for run in runs:
        counts = (f"{n:,}" if (n := run.counts.get(key, 0)) else "·" for key in _COUNTS)
        cells = (str(run.id), run.command, run.started.replace("T", " ")[:16], _STATES[run.state], run.grammar[:6], run.code[:6], *counts)
        table.add_row(*map(Text, cells))
    return table
