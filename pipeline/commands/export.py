"""`gongwen export`: the results as tables for analysis."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grammars.grammar import FOLDER
from pipeline.commands.common import Commands, results
from pipeline.errors import UsageError
from pipeline.terminal import printable

if TYPE_CHECKING:
    from pipeline.export.export import Written

EXPORT, REVIEW = Path("export"), Path("review")
_FORMATS = ("parquet", "duckdb", "csv", "xlsx", "sqlite", "jsonl")


def add(commands: Commands) -> None:
    parser = commands.add_parser("export", help="把结果写成分析用表：Parquet、DuckDB、CSV、Excel、SQLite、JSONL")
    parser.add_argument("-o", "--output", type=Path, default=EXPORT, metavar="DIR", help=f"写入的文件夹（默认 {EXPORT}）")
    parser.add_argument("--format", action="append", default=[], choices=_FORMATS, help="格式；可重复")
    results(parser)
    parser.add_argument("--review", type=Path, default=REVIEW, metavar="DIR", help=f"核对页的文件夹，Excel 的出处链接到其中（默认 {REVIEW}）")
    parser.add_argument("--dictionary", type=Path, metavar="FOLDER", help="写出数据字典（英文和中文）到文件夹")
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    if not given.format and not given.dictionary:
        raise UsageError(f"请用 --format 指明格式：{'、'.join(_FORMATS)}；可重复")
    if given.dictionary:
        _dictionary(given.dictionary)
    if given.format:
        _export(given)
    return 0


def _export(given: argparse.Namespace) -> None:
    from grammars.grammar import load
    from pipeline.export.export import export

    written = export(given.results, given.output, given.format, load(FOLDER), _tell, given.review)
    for line in _closing(written, given.output):
        print(line)


def _tell(sentence: str) -> None:
    print(f"注意：{printable(sentence)}", file=sys.stderr)


def _closing(written: "Written", folder: Path) -> Iterator[str]:
    """A line of totals, one a format, one a table."""
    yield f"{len(written.rows)} 张表、{sum(written.rows.values()):,} 行写入 {printable(str(folder))}"
    for name, files in written.files.items():
        yield f"  {name:<8} {files[0].name if len(files) == 1 else f'{len(files)} 个文件'}"
    for table, count in written.rows.items():
        yield f"  {table:<20}{count:>12,}"


def _dictionary(folder: Path) -> None:
    """`UsageError` where the folder cannot be written."""
    from pipeline.tables.dictionary import dictionary

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tables.md").write_text(dictionary("en"), encoding="utf-8", newline="\n")
        (folder / "tables.zh-CN.md").write_text(dictionary("zh"), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"数据字典无法写入 {folder}（{error.strerror}）") from error
