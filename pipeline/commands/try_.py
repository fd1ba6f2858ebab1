"""`gongwen try`: what another grammar would change, before it is taken."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grammars.grammar import FOLDER
from pipeline.commands.common import CORRECTIONS, Commands, console, output
from pipeline.commands.diff import tell, views
from pipeline.errors import UsageError
from pipeline.terminal import printable

if TYPE_CHECKING:
    from pipeline.trial import Trial


def add(commands: Commands) -> None:
    parser = commands.add_parser("try", help="试用另一套语法：看全部结果会有哪些变化，不改动结果")
    parser.add_argument("grammar", type=Path, metavar="GRAMMAR_FOLDER_OR_FILE", help="语法文件夹，或改过的一个语法文件")
    parser.add_argument("--base", type=Path, default=FOLDER, metavar="FOLDER", help="只给一个文件时，其余取自这个语法文件夹（默认随程序提供的）")
    parser.add_argument("--golden", type=Path, metavar="FOLDER", help="标准答案文件夹：给出修改前后的得分")
    parser.add_argument("-j", "--jobs", type=int, help="并行进程数")
    parser.add_argument("--corrections", type=Path, default=CORRECTIONS, metavar="FOLDER", help=f"更正文件夹（默认 {CORRECTIONS}）")
    views(parser)
    output(parser)
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    from pipeline.compare.answers import Scores, to_data, view
    from pipeline.corrections.correction import load
    from pipeline.trial import grammar_of, tried

    if given.golden and not given.golden.is_dir():
        raise UsageError(f"找不到标准答案文件夹：{given.golden}")
    with grammar_of(given.grammar, given.base) as folder, tried(given.output, folder, load(given.corrections), given.jobs) as trial:
        for line in _head(trial):
            print(line, file=sys.stderr if given.json else sys.stdout)
        if not given.golden:
            return tell(given, trial.pairs, "现有结果", _name(given))
        scores = Scores()
        code = tell(given, scores.watched(trial.pairs, given.golden), "现有结果", _name(given), lambda: {"scores": to_data(scores)})
        for part in view(scores, all=given.all) if not given.json else ():
            console().print(part)
        return code


def _name(given: argparse.Namespace) -> str:
    return f"用 {printable(str(given.grammar))}"


def _head(trial: "Trial") -> Iterator[str]:
    yield f"结果 {trial.documents} 份，新语法可能影响 {trial.reached} 份"
    if trial.outdated:
        yield f"另有 {trial.outdated} 份结果由其他版本的程序得出或已被改动，未比较；请先再次运行 gongwen run"
    for failed in trial.failed:
        yield f"将会失败：{printable(failed.name)}：{printable(failed.reason)}（{failed.code}）"
