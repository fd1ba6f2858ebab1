"""What commands share: where results are, how they print."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = argparse._SubParsersAction

OUTPUT, CORRECTIONS = Path("output"), Path("corrections")


def output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, metavar="FOLDER", help=f"结果文件夹（默认 {OUTPUT}）")


def results(parser: argparse.ArgumentParser) -> None:
    """Of commands whose `-o` is what they write."""
    parser.add_argument("--results", type=Path, default=OUTPUT, metavar="FOLDER", help=f"结果文件夹（默认 {OUTPUT}）")


def console() -> "Console":
    """Of the terminal's width; where none is there, plain text of a steady one."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120")), highlight=False)
