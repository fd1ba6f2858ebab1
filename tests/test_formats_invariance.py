"""One truth in every format gives the same facts: `corpus/formats`, a folder for each format, against its page in `html`.

Where a fact stands differs between formats and is not compared; what a reader has to tell of its file is not either.
"""

import io
import json
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regex

from extractors.record import Evidence, Record
from grammars.grammar import Grammar
from pipeline import run
from scripts.samples import bundles, plain, sheet, truth, word
from tests.conftest import CORPUS, Output, process, write

FORMATS = CORPUS / "formats"
GATHERED = ("allocations", "performance_tables", "quantities", "residue")  # that the members of a bundle hold apart
BUNDLES, TEXTS = ("eml", "zip", "tar"), ("txt", "md", "html")
OFFICE = ("doc", "wps", "rtf")  # read through LibreOffice
APART = frozenset(("evidence", "related", "source", "id", "provenance"))
PLACE = regex.compile(r"（[^（）]*第\d+[行页段][^（）]*）")
SCANS = {"scan-200": 0.98, "scan-200-tif": 0.98, "scan-200-png": 0.98, "scan-150": 0.97, "scan-150-jpg": 0.97}  # F1 that must be reached
GOLDEN = 0.97
QUOTES = str.maketrans("“”‘’", "\"\"''")
Facts = Callable[[str], Any]


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((FORMATS / folder).iterdir())]


def told(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


WHOLE = [p for folder in sorted(FORMATS.iterdir()) if folder.name not in (*BUNDLES, *SCANS, "golden", "html") for p in files(folder.name)]


def facts(record: Record, notes: frozenset[str] = frozenset()) -> Any:
    """The record as plain data, less what tells places; findings of the codes in `notes` are left out."""
    data = plain_facts(record.model_dump(mode="json"))
    data["findings"] = [{**f, "message": PLACE.sub("", f["message"])} for f in data["findings"] if f["code"] not in notes]
    return data


def plain_facts(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: plain_facts(v) for k, v in data.items() if k not in APART}
    return [plain_facts(v) for v in data] if isinstance(data, list) else data


def facts_of(output: Output) -> Any:
    return facts(output.record, frozenset(note.code for note in output.reading.notes))


@pytest.fixture(scope="module")
def pages(grammar: Grammar) -> dict[str, Output]:
    """The html form of every truth, read through, by name."""
    return {path.stem: process(path, grammar) for path in files("html")}


def test_every_truth_is_there() -> None:
    names = {d.name for d in truth.documents()}
    assert names == {p.stem for p in files("golden")}
    for folder in (*TEXTS, "docx", "pdf-libreoffice", "pdf-chromium", "ofd", "mht"):
        assert {p.stem for p in files(folder)} == names, folder


@pytest.mark.parametrize("path", WHOLE, ids=told)
def test_same_facts(path: Path, grammar: Grammar, pages: dict[str, Output]) -> None:
    if path.parent.name in OFFICE and not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed: doc, wps and rtf are not read")
    assert facts_of(process(path, grammar)) == facts_of(pages[path.stem])


@pytest.mark.parametrize("path", files("html"), ids=told)
def test_golden(path: Path, pages: dict[str, Output], shared: Path, tmp_path: Path) -> None:
    """The page, and with it every format, gives what the golden answer says."""
    scorer = shared / "score" / "score.py"
    if not scorer.is_file():
        pytest.skip("no scorer at ../shared/score/score.py: F1 is not measured")
    out, golden = tmp_path / "out", tmp_path / "golden"
    out.mkdir()
    golden.mkdir()
    shutil.copy(FORMATS / "golden" / f"{path.stem}.json", golden)
    done = subprocess.run([sys.executable, scorer, write([pages[path.stem]], out), golden, "--min", str(GOLDEN), "--show", "6"],
                          capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", files(*BUNDLES), ids=told)
def test_bundles(path: Path, pages: dict[str, Output], tmp_path: Path) -> None:
    """The notice and its tables, each a file of its own, hold together what the one document holds, and know of each other."""
    summary = run.run([path], tmp_path, jobs=1)
    assert (summary.documents, summary.failures) == (3, ())
    records = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(tmp_path.glob("*!/*.json"))]
    notice = next(r for r in records if r["doc_type"] == "notice")
    assert [(link["number"], link["title"]) for link in notice["links"]] == [(a["number"], a["title"]) for a in notice["header"]["attachments"]]
    held = [notice, *(r for r in records if r is not notice)]
    together = {**notice, **{key: [one for r in held for one in r[key]] for key in GATHERED}}
    whole = pages[path.name.partition(".")[0]].record.model_dump(mode="json")
    assert _of_bundle(together) == _of_bundle(whole)


def _of_bundle(data: dict[str, Any]) -> Any:
    """Facts without findings and links, and without codes of places: a table alone does not tell the province."""
    data = plain_facts({k: v for k, v in data.items() if k not in ("findings", "links")})
    for row in (row for table in data["allocations"] for row in table["rows"]):
        del row["adcode"]
    return data


# Scans

def leaves(data: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is not null under its path; entries of a list of objects are not numbered, those of a list of values are."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, f"{at}.{key}")
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from leaves(value, at if isinstance(value, dict) else f"{at}[{n}]")
    elif data is not None:
        yield at, data


def scored(data: Any) -> Counter[tuple[str, Any]]:
    """What is scored: all but findings and residue, which are about the reading. Text as the contract compares it."""
    return Counter((at, folded(value)) for at, value in leaves({k: v for k, v in data.items() if k not in ("findings", "residue")}))


def folded(value: Any) -> Any:
    """Text less its layout: widths, quotes and white space are the same to every reader."""
    return "".join(unicodedata.normalize("NFKC", value).translate(QUOTES).split()) if isinstance(value, str) else value


def f1(true: Counter[tuple[str, Any]], found: Counter[tuple[str, Any]]) -> float:
    return 2 * (true & found).total() / (true.total() + found.total())


def figures(data: Any, at: str = "", place: Any = None) -> Iterator[tuple[str, float, tuple[Any, ...]]]:
    """Every number of a record's plain data: its path, itself, and the block or the table's row it was read from."""
    if isinstance(data, dict):
        place = _spot(data.get("evidence")) or place
        for key, value in data.items():
            if key not in APART | {"findings", "residue"}:
                yield from figures(value, f"{at}.{key}", place)
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from figures(value, at if isinstance(value, dict) else f"{at}[{n}]", place)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield at, data, place


def _spot(evidence: Any) -> tuple[Any, ...] | None:
    return (evidence["block"] or evidence["table"], evidence["row"]) if evidence and ("block" in evidence) else None


def spot(evidence: Evidence) -> tuple[Any, ...]:
    return evidence.block or evidence.table, evidence.row


def unflagged(record: Record, true: Record) -> list[str]:
    """Figures that are not in the truth and that no `ocr-suspect` finding is about."""
    left = Counter((at, number) for at, number, _ in figures(true.model_dump(mode="json")))
    suspects = {spot(f.evidence) for f in record.findings if f.code == "ocr-suspect"}
    wrong = []
    for at, number, place in figures(record.model_dump(mode="json")):
        if left[at, number]:
            left[at, number] -= 1
        elif place not in suspects:
            wrong.append(f"{at} = {number} at {place}")
    return wrong


@pytest.mark.parametrize("path", files(*SCANS), ids=told)
def test_scans(path: Path, grammar: Grammar, pages: dict[str, Output]) -> None:
    scan, page = process(path, grammar), pages[path.stem]
    assert scan.record.source.ocr
    true, found = scored(facts_of(page)), scored(facts_of(scan))
    wrong = [*(f"- {x}" for x in true - found), *(f"+ {x}" for x in found - true)]
    assert f1(true, found) >= SCANS[path.parent.name], wrong
    assert not unflagged(scan.record, page.record)


# The committed files are what the script writes

def members(data: bytes) -> dict[str, bytes]:
    """The files in a package: how they are pressed may differ between machines."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("document", truth.documents(), ids=lambda d: d.name)
def test_committed_files_are_up_to_date(document: truth.Document) -> None:
    name = document.name
    assert (FORMATS / "txt" / f"{name}.txt").read_text(encoding="utf-8") == plain.txt(document)
    assert (FORMATS / "md" / f"{name}.md").read_text(encoding="utf-8") == plain.md(document)
    assert (FORMATS / "html" / f"{name}.html").read_text(encoding="utf-8") == plain.html(document)
    assert (FORMATS / "mht" / f"{name}.mht").read_bytes() == bundles.mht(document)
    assert members((FORMATS / "docx" / f"{name}.docx").read_bytes()) == members(word.word(document))
    book = FORMATS / "xlsx" / f"{name}.xlsx"
    assert not book.exists() or members(book.read_bytes()) == members(sheet.sheet(document))
