"""Every sample document has a golden answer, and what is read is what it says.

The comparison is that of the scorer beside the repository (`../shared/score/score.py`); without it only the pairs are tested.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.record import Record
from tests.conftest import CORPUS, Output, documents, write

# Total F1 that a folder must reach, and the F1 of any section of 20 facts or more of one document.
SAMPLES, CORPUS_MIN, CORPUS_SECTION, DEVSET = 0.97, 0.99, 0.95, 0.95
# No sample document may fall below this, however good the others are.
ONE = 0.85


@pytest.fixture(scope="session")
def scorer(shared: Path) -> Path:
    path = shared / "score" / "score.py"
    if not path.is_file():
        pytest.skip("no scorer at ../shared/score/score.py: F1 is not measured")
    return path


def run(scorer: Path, outputs: list[Output], golden: Path, folder: Path, *options: str) -> dict[str, dict[str, float]]:
    """The scorer's report; fails with what it printed where it says that a threshold is not met."""
    report = folder / "report"
    done = subprocess.run([sys.executable, scorer, write(outputs, folder), golden, "--json", report, "--show", "6", *options],
                          capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, dict[str, float]] = json.loads(report.read_text(encoding="utf-8"))
    return told


def test_every_document_has_a_golden_answer() -> None:
    pairs = {p.stem for p in documents(CORPUS / "documents")}, {p.stem for p in (CORPUS / "golden").glob("*.json")}
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) == len(documents(CORPUS / "documents")), "two documents have one name"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("**/golden/*.json")), ids=lambda p: p.stem)
def test_golden_answers_use_the_contract_s_keys(path: Path) -> None:
    """A key of no model would never be compared."""
    known = {*Record.model_fields, "attachments"}  # a gold answer may forgive attachments that the text names besides
    keys = {k.removesuffix("_any").removesuffix("_optional") for k in json.loads(path.read_text(encoding="utf-8")) if not k.startswith("_")}
    assert keys <= known


def test_samples(scorer: Path, outputs: list[Output], tmp_path: Path) -> None:
    report = run(scorer, outputs, CORPUS / "golden", tmp_path, "--min", str(SAMPLES))
    low = {name: round(told["f1"], 3) for name, told in report.items() if told["f1"] < ONE}
    assert not low, f"below {ONE}: {low}"


def test_real_documents(scorer: Path, shared: Path, shared_outputs: dict[str, list[Output]], tmp_path: Path) -> None:
    if "corpus" not in shared_outputs:
        pytest.skip("no ../shared/corpus")
    limits = ("--min", str(CORPUS_MIN), "--min-section", str(CORPUS_SECTION))
    run(scorer, shared_outputs["corpus"], shared / "corpus" / "gold", tmp_path, *limits)


def test_other_layouts(scorer: Path, shared: Path, shared_outputs: dict[str, list[Output]], tmp_path: Path) -> None:
    if "devset" not in shared_outputs:
        pytest.skip("no ../shared/devset")
    run(scorer, shared_outputs["devset"], shared / "devset" / "gold", tmp_path, "--min", str(DEVSET))
