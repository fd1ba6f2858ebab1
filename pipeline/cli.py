"""The `gongwen` command: parse, call, print.

Exit 0 all well, 1 some documents failed or something was lost that must not be, 2 wrong usage or grammar, 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from grammars.yaml_strict import GrammarError
from pipeline.commands import correct, diff, export, formats, grammar, prune, query, report, review, run, runs, schema, show, try_, watch, why
from pipeline.errors import UsageError
from pipeline.terminal import printable
from pipeline.version import VERSION

# What a command needs is imported when it is called: `gongwen --version` answers at once.
COMMANDS = (run, show, review, report, export, query, why, diff, runs, try_, watch, correct, prune, grammar, formats, schema)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        code: int = given.call(given)
        sys.stdout.flush()
        return code
    except UsageError as error:
        return _stop(f"gongwen: {printable(str(error))}", 2)
    except GrammarError as error:
        return _stop(f"gongwen: 语法文件有误：{printable(str(error))}", 2)
    except KeyboardInterrupt:
        return _stop("gongwen: 已中断；已完成的结果保留在输出文件夹中", 130)
    except BrokenPipeError:  # `gongwen show … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _stop(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gongwen", description="把财政公文（通知、绩效目标表、绩效自评报告）读成可核对的 JSON。")
    parser.add_argument("--version", action="version", version=f"gongwen {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
