"""The archive that `make bench-rerun` measures: the same for the same seed, true to what it says of itself, read alike in every format."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from extractors.folding import folded
from grammars.grammar import Grammar, load
from pipeline.grammar_check import check
from pipeline.run import run
from scripts.rerun import archive, edits, kills, runs
from scripts.samples import plain
from tests.conftest import Output, process
from tests.test_formats_invariance import facts_of

SEED = 5
WHOLE = (".txt", ".html", ".md", ".docx", ".pdf", ".ofd")  # formats that hold a whole document
PLANS = [archive.plan(SEED, n) for n in range(300)]
TEXTS = {p.number: plain.txt(archive.content(SEED, p)) for p in PLANS}


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def read(number: int, folder: Path, grammar: Grammar, suffix: str = ".txt") -> Output:
    """A document of the archive as the program reads it in one format."""
    path = folder / f"{number}{suffix}"
    path.write_bytes(archive.WRITERS[suffix](archive.content(SEED, PLANS[number])))
    return process(path, grammar)


def data(output: Output) -> Any:
    return output.record.model_dump(mode="json", exclude={"provenance"})


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    archive.generate(tmp_path / "a", 60, SEED)
    archive.generate(tmp_path / "b", 60, SEED)
    archive.generate(tmp_path / "more", 80, SEED)
    archive.generate(tmp_path / "other", 60, SEED + 1)
    one = tree(tmp_path / "a")
    assert len(one) == 60
    assert one == tree(tmp_path / "b")
    assert one.items() < tree(tmp_path / "more").items()
    assert not set(one.values()) & set(tree(tmp_path / "other").values())


def test_every_hundred_has_the_same_shares() -> None:
    for start in range(0, 300, 100):
        hundred = PLANS[start:start + 100]
        assert sum(p.odd for p in hundred) == sum(p.copied for p in hundred) == 1
        shares = Counter(p.suffix for p in hundred)
        assert all(abs(shares[suffix] - told) <= 1 for suffix, told in archive.SHARES.items())  # a copy is in the format of its original
    assert {p.kind for p in PLANS} == {"notice", "report", "form", "shares"}


def test_a_copy_has_the_bytes_of_another(tmp_path: Path) -> None:
    paths = {p.number: tmp_path / p.path for p in archive.generate(tmp_path, 62, SEED)}
    assert paths[60].read_bytes() == paths[61].read_bytes()
    assert PLANS[61].copied


def test_documents_differ() -> None:
    own = [TEXTS[p.number] for p in PLANS if not p.copied]
    assert len(set(own)) == len(own) == 297
    sizes = sorted(len(text.encode()) for text in own)
    assert 1500 < sizes[30] < sizes[len(sizes) // 2] < sizes[-1] < 16000


def test_only_odd_documents_have_the_rare_words() -> None:
    for planned in PLANS:
        assert ("接获" in TEXTS[planned.number]) == planned.odd
        assert "收到" not in TEXTS[planned.number]


def test_rows_add_up(tmp_path: Path, grammar: Grammar) -> None:
    """What the program reads: every table's rows make its total, and the total is what the notice moves."""
    moved = 0
    for planned in [p for p in PLANS if p.kind == "notice"][:12]:
        record = read(planned.number, tmp_path, grammar).record
        allocation, transfer = record.allocations[0], record.transfers[0]
        total = next(row for row in allocation.rows if row.role == "total")
        for column, whole in enumerate(total.values):
            shares = [value for row in allocation.rows if row.role not in ("total", "subtotal") and (value := row.values[column]) is not None]
            assert sum(shares) == pytest.approx(whole)
        moved += transfer.value == total.values[0]
        assert record.header.doc_number and record.header.issued_on and transfer.basis
    assert moved == 12


def test_reports_and_forms_hold_indicators(tmp_path: Path, grammar: Grammar) -> None:
    chosen = [next(p for p in PLANS if p.kind == kind) for kind in ("report", "form")]
    report, form = (read(p.number, tmp_path, grammar).record for p in chosen)
    assert len(report.statements) > 4 and report.amounts
    assert len(form.performance_tables[0].indicators) > 4 and form.performance_tables[0].funds and form.amounts


@pytest.mark.parametrize("number", [next(p.number for p in PLANS if p.kind == kind) for kind in ("notice", "report", "form")])
def test_same_facts_in_every_format(number: int, tmp_path: Path, grammar: Grammar) -> None:
    told = [facts_of(read(number, tmp_path, grammar, suffix)) for suffix in WHOLE]
    for facts in told:
        del facts["findings"]  # they tell pages where there are some
    assert all(facts == told[0] for facts in told)


# The changes of a rule

@pytest.mark.parametrize("edit", [edits.RARE, edits.EVERYWHERE], ids=lambda e: e.rule)
def test_edits_keep_the_grammar_sound(edit: edits.Edit, tmp_path: Path, grammar: Grammar) -> None:
    folder = edits.copied(tmp_path / "grammar", edit)
    changed = load(folder)
    assert not [p for p in check(folder).problems if p.severity == "error"]
    assert {name for name, rule in changed.rules.items() if rule.source != grammar.rules[name].source} == {edit.rule}
    assert changed.words.lists == grammar.words.lists
    with pytest.raises(ValueError, match="does not hold once"):
        edit.apply(folder)


def test_the_rare_rule_changes_odd_documents_alone(tmp_path: Path, grammar: Grammar) -> None:
    changed = load(edits.copied(tmp_path / "grammar", edits.RARE))
    for number in (7, 107, 207, 5, 8, 106, 110):
        before, after = read(number, tmp_path, grammar), read(number, tmp_path, changed)
        assert (data(before) != data(after)) == PLANS[number].odd
        assert (after.record.transfers[0].received_on is not None if after.record.transfers else False) == PLANS[number].odd


def test_every_document_feels_the_other(tmp_path: Path, grammar: Grammar) -> None:
    """The rule fires in all of them; in some the result is another."""
    changed = load(edits.copied(tmp_path / "grammar", edits.EVERYWHERE))
    assert all(any(changed.rule("amounts.money").search(folded(line)) for line in TEXTS[p.number].split("\n")) for p in PLANS)
    number = next(p.number for p in PLANS if "逾" in TEXTS[p.number])
    assert data(read(number, tmp_path, grammar)) != data(read(number, tmp_path, changed))


# What is measured

def test_only_results_are_compared(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, grammar in ((one, "a"), (other, "b")):
        (folder / ".gongwen").mkdir(parents=True)
        (folder / "sub").mkdir()
        (folder / ".gongwen" / "ledger").write_text(grammar)
        (folder / "sub" / "x.json").write_text("1")
        (folder / "y.json").write_text("2")
    assert runs.differing(runs.results(one), runs.results(other)) == []
    (other / "y.json").write_text("3")
    (one / "z.json").write_text("4")
    assert runs.differing(runs.results(one), runs.results(other)) == ["y.json", "z.json"]
    assert runs.kept(one) == 1


def test_text_of_a_copy_counts_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text("兰州市财政局\n\n请于2024年5月9日前拨付310万元。\n", encoding="utf-8")
    run([tmp_path / "in"], tmp_path / "out")
    plain_text, pressed = runs.text_sizes(tmp_path / "out")
    assert plain_text == len("兰州市财政局\n请于2024年5月9日前拨付310万元。".encode())
    assert pressed > 0


@pytest.mark.parametrize(("program", "sound"), [
    ('mkdir -p "$4"; sleep 0.2; cat "$6" > "$4/.gongwen-draft"; mv "$4/.gongwen-draft" "$4/result"', True),
    ('mkdir -p "$4"; [ -e "$4/result" ] && exit; : > "$4/result"; sleep 0.2; cat "$6" > "$4/result"', False),  # what is there is taken for whole
], ids=["sound", "unsound"])
def test_kills_find_what_is_half_done(program: str, sound: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = tmp_path / "program"
    command.write_text(f"#!/bin/sh\n{program}\n")
    command.chmod(0o755)
    monkeypatch.setattr(runs, "COMMAND", command)
    for name in ("one", "other"):
        (tmp_path / name).write_text(name)
    struck, wrong = kills.kills([runs.Archive(tmp_path, tmp_path / "out", tmp_path / name) for name in ("one", "other")], 4, Random(1))
    assert struck
    assert bool(wrong) != sound


def test_a_run_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(runs.Broken, match="2"):
        runs.ran(["run", tmp_path / "nothing", "-o", tmp_path / "out"], tmp_path / "log")
