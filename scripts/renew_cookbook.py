"""Writes the answers into docs/cookbook.md anew: every `gongwen query` of the page is asked, and its answer put below it.

`.venv/bin/python -m scripts.renew_cookbook`
"""

import argparse
import os
import re
import shlex
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

from pipeline.commands import query, run

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "cookbook.md"
SAMPLE = "sample"  # the results folder that the page asks, in the folder where one stands
_ASKED = re.compile(r"(```sh\ngongwen (query [^\n]*)\n```\n)(?:\n```text\n.*?\n```\n)?", re.DOTALL)


def renewed(page: str, answer: Callable[[list[str]], str]) -> str:
    """The page with the answers that `answer` gives to the words of each command."""
    return _ASKED.sub(lambda found: f"{found[1]}\n```text\n{answer(shlex.split(found[2]))}```\n", page)


def printed(words: list[str]) -> str:
    """What a command of `gongwen` prints where there is no terminal."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for command in (query, run):
        command.add(commands)
    given = parser.parse_args(words)
    os.environ["COLUMNS"] = "120"
    with redirect_stdout(TextIOWrapper(BytesIO(), encoding="utf-8", newline="\n")) as out:
        given.call(given)
        out.flush()
        return out.buffer.getvalue().decode()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        printed(["run", str(ROOT / "corpus" / "documents"), "-o", SAMPLE])
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), printed), encoding="utf-8", newline="\n")
        os.chdir(ROOT)


if __name__ == "__main__":
    main()
