"""The archive that `make bench-rerun` measures: the same for the same seed, true to what it says of itself, read alike in every format."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extractors.folding import folded
from grammars.grammar import Grammar, load
from pipeline.grammar_check import check
from scripts.rerun import archive, edits
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
    assert changed.words == grammar.words
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
