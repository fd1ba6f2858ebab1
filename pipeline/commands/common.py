"""What commands share: where results are, how they print."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

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


def write(path: Path, pieces: Iterable[str]) -> None:
    """A file that the user named, which is told on stderr. Line ends as given. `UsageError`: the disk refuses."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise UsageError(f"无法写入 {path}（{error.strerror}）") from error
    print(f"已写入 {path}", file=sys.stderr)


def console() -> "Console":
    """Of the terminal's width; where none is there, plain text of a steady one."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "120")), highlight=False)
