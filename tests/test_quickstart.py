"""The lines of pandas and DuckDB in the README: they run as they are printed, on what the commands before them wrote."""

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import regex

from pipeline.results import results
from tests.conftest import CORPUS, ROOT

Command = Callable[..., subprocess.CompletedProcess[str]]
LINES = regex.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), regex.S)


@pytest.fixture(scope="module")
def folder(gongwen: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README says comes first."""
    made = tmp_path_factory.mktemp("desk")
    for call in (["run", CORPUS / "documents"], ["export", "--format", "parquet"], ["export", "--format", "duckdb"]):
        done = gongwen(*call, cwd=made)
        assert done.returncode == 0, done.stderr
    return made


def ran(lines: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", lines], cwd=folder, capture_output=True, text=True, encoding="utf-8", env={"PYTHONIOENCODING": "utf-8"}, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_there_are_ten_lines_of_each_at_most() -> None:
    assert [lines.split()[1] for lines in LINES] == ["pandas", "duckdb"]
    assert all(len([line for line in text.split("\n") if line]) <= 10 for text in LINES)


def sound(fund: Any, record: Any) -> bool:
    """A sum of funds that is told, and that no check found wrong."""
    wrong = any(finding["severity"] == "error" and finding["evidence"] == fund["evidence"] for finding in record["findings"])
    return fund["source"] == "total" and bool(fund["budget"]) and fund["executed"] is not None and not wrong


def test_pandas_tells_the_lowest_execution_rates(folder: Path) -> None:
    """Told again from the JSON."""
    rates = sorted(Decimal(fund["executed"]) / Decimal(fund["budget"]) * 100 for one in results(folder / "output")
                   for table in one.data["performance_tables"] for fund in table["funds"] if sound(fund, one.data))
    told = ran(LINES[0], folder).split("\n")
    lowest = [float(line.split()[-3]) for line in told[1:6]]
    assert lowest == [round(float(rate), 2) for rate in rates[:5]]


def test_duckdb_tells_missed_targets(folder: Path) -> None:
    told = ran(LINES[1], folder).strip().split("\n")
    assert len(told) == 5 and all(" → " in line and regex.search(r"\(\S+ t\d+:\d+:\d+\)$", line) for line in told)
