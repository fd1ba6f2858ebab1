"""Every answer in docs/cookbook.md is what its command prints on the sample documents."""

from pathlib import Path

import pytest

from scripts.renew_cookbook import PAGE, SAMPLE, printed, renewed
from tests.conftest import Output, write


def test_every_answer_is_what_the_command_prints(outputs: list[Output], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / SAMPLE).mkdir()
    write(outputs, tmp_path / SAMPLE)
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page, printed) == page


def test_there_are_ten_questions_each_with_an_answer() -> None:
    page = PAGE.read_text(encoding="utf-8")
    asked = []
    renewed(page, lambda words: asked.append(words) or "")  # type: ignore[func-returns-value]
    assert len(asked) == 10 == page.count("\n```text\n") and [f"## {n}. " in page for n in range(1, 11)] == [True] * 10


def test_an_answer_that_is_not_there_yet_is_put_below_its_command() -> None:
    page = 'a\n\n```sh\ngongwen query "SELECT 1"\n```\n\nb\n'
    told = renewed(page, lambda words: f"{words[1]}\n")
    assert told == 'a\n\n```sh\ngongwen query "SELECT 1"\n```\n\n```text\nSELECT 1\n```\n\nb\n'
    assert renewed(told, lambda words: "2\n") == told.replace("SELECT 1\n```\n\nb", "2\n```\n\nb")
