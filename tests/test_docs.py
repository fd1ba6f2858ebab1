"""The commands that the documentation tells, and those that there are."""

import argparse
import shlex

import pytest
import regex

from pipeline.cli import COMMANDS
from tests.conftest import ROOT

READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted(str(path.relative_to(ROOT)) for folder in (".", "docs", "grammars", "corpus", "output") for path in (ROOT / folder).glob("*.md"))


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Name → parser of every command."""
    commands = argparse.ArgumentParser().add_subparsers()
    for command in COMMANDS:
        command.add(commands)
    return dict(commands.choices)


def lines(page: str) -> list[list[str]]:
    """The words after `gongwen` in every line of a page's code blocks that calls it."""
    blocks = regex.findall(r"```(?:sh|bash|console)\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), regex.S)
    told = [shlex.split(line, comments=True) for block in blocks for line in block.split("\n")]
    return [words[1:] for words in told if words and words[0].removeprefix(".venv/bin/") == "gongwen"]


@pytest.mark.parametrize("page", PAGES)
def test_every_line_that_is_told_is_understood(page: str) -> None:
    known, wrong = parsers(), []
    for name, *rest in lines(page):
        try:
            known[name].parse_args(rest)
        except (KeyError, SystemExit):
            wrong.append(shlex.join([name, *rest]))
    assert not wrong


@pytest.mark.parametrize("page", PAGES)
def test_a_command_named_in_a_sentence_is_there(page: str) -> None:
    named = regex.findall(r"`gongwen ([a-z]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert set(named) <= set(parsers())


@pytest.mark.parametrize("page", READMES)
def test_every_command_is_told(page: str) -> None:
    assert {name for name, *_ in lines(page)} == set(parsers())


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("docs/")])
def test_files_that_are_told_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = regex.findall(r"`((?:pipeline|extractors|grammars|corpus|tests|scripts)/[\w./-]*\.\w+)`", text)
    links = regex.findall(r"\]\(([^)#:]+)\)", text)
    assert not [name for name in named if not (ROOT / name).exists()] + [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]
