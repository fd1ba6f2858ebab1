"""A notice and its attachments in files of their own: linked by the titles of the 附件说明 where that is certain, else not at all."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.record import Record
from grammars.grammar import Grammar
from pipeline import links, run
from pipeline.links import Card, ties
from pipeline.store import HOME
from tests.test_bundles import tarred, zipped
from tests.test_mails import mail

NOTICE = """甘肃省财政厅关于下达2024年就业补助资金的通知
甘财社〔2024〕12号
各市（州）财政局：
现下达你市2024年就业补助资金760万元，请按规定用途使用。
附件：1.2024年就业补助资金分配表
2.2024年就业补助资金区域绩效目标表
甘肃省财政厅
2024年5月23日
"""
TABLE = """2024年就业补助资金分配表
单位：万元
序号\t地区\t金额\t备注
1\t兰州市\t310\t
2\t天水市\t245\t
3\t定西市\t205\t
\t合计\t760\t
"""
TITLES = ((1, "2024年就业补助资金分配表"), (2, "2024年就业补助资金区域绩效目标表"))


def notice(name: str = "通知.txt", attachments: tuple[tuple[int | None, str], ...] = TITLES, number: str | None = "甘财社〔2024〕12号") -> Card:
    return Card(name, f"id-{name}", number, "关于下达2024年就业补助资金的通知", attachments, ("关于下达2024年就业补助资金的通知",))


def other(name: str, *titles: str) -> Card:
    return Card(name, f"id-{name}", None, titles[0] if titles else None, (), titles)


def pairs(grammar: Grammar, *cards: Card) -> set[tuple[str, int, str]]:
    return {(t.notice.name, t.place, t.document.name) for t in ties(cards, grammar)}


# --- which ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attachment", [
    other("附件1.xlsx", "2024年就业补助资金分配表"), other("x.xlsx", "", "《2024年就业补助资金分配表》"), other("a.pdf", "甘肃2024年就业补助资金分配表"),
    *(other(name) for name in ("2024年就业补助资金分配表.pdf", "附件1：2024年就业补助资金分配表.et", "附件12024年就业补助资金分配表.doc", "1.2024年就业补助资金分配表.xls",
                               "附件一、2024年就业补助资金分配表.xls", "2024 年就业补助资金分配表 (1).xlsx")),
], ids=lambda card: f"{card.name} {card.titles}")
def test_by_title_of_the_document_of_a_table_or_of_the_file(grammar: Grammar, attachment: Card) -> None:
    assert pairs(grammar, notice(), attachment) == {("通知.txt", 0, attachment.name)}


@pytest.mark.parametrize("attachment", [
    other("2023年就业补助资金分配表.xlsx"), other("附件2：2024年就业补助资金分配表.xlsx"), other("a.xlsx", "分配表"), other("附件1.xlsx"), other("附件.docx"),
    other("a.xlsx", "2024年就业补助资金分配表第二批"), other("a.xlsx", "2024年就业补助资金分配表（市级各部门执行情况及说明）"), other("下级/2024年就业补助资金分配表.xlsx"),
], ids=lambda card: f"{card.name} {card.titles}")
def test_what_only_looks_like_it_is_not_linked(grammar: Grammar, attachment: Card) -> None:
    assert not pairs(grammar, notice(), attachment)


def test_of_two_that_fit_alike_none_is_linked_but_the_one_that_fits_better_is(grammar: Grammar) -> None:
    one, copy, numbered = (other(name, TITLES[0][1]) for name in ("a.xlsx", "b.xlsx", "附件1.pdf"))
    near = other("c.pdf", f"甘肃{TITLES[0][1]}")
    assert not pairs(grammar, notice(), one, copy)
    assert pairs(grammar, notice(), one, near) == {("通知.txt", 0, "a.xlsx")}
    assert pairs(grammar, notice(), one, copy, numbered) == {("通知.txt", 0, "附件1.pdf")}


def test_of_two_notices_that_claim_one_file_none_gets_it_but_the_same_notice_twice_does(grammar: Grammar) -> None:
    table = other("分配表.xlsx", TITLES[0][1])
    assert not pairs(grammar, notice("a.txt"), notice("b.txt", number="甘财社〔2024〕13号"), table)
    assert pairs(grammar, notice("a.docx"), notice("a.pdf"), table) == {("a.docx", 0, "分配表.xlsx"), ("a.pdf", 0, "分配表.xlsx")}


def test_one_file_may_hold_several_attachments(grammar: Grammar) -> None:
    assert pairs(grammar, notice(), other("附件.xlsx", TITLES[0][1], TITLES[1][1])) == {("通知.txt", 0, "附件.xlsx"), ("通知.txt", 1, "附件.xlsx")}


@pytest.mark.parametrize(("folder", "seen"), [
    ("附件/", True), ("通知附件/", True), ("附件.zip!/", True), ("附件1/", True), ("附件说明/", False), ("资料/", False), ("附件/一/", False), ("../", False),
])
def test_a_folder_of_attachments_below_the_notice_is_looked_into(grammar: Grammar, folder: str, seen: bool) -> None:
    table = other(str(Path("甲", folder, "分配表.xlsx")) if folder != "../" else "分配表.xlsx", TITLES[0][1])
    assert bool(pairs(grammar, notice("甲/通知.txt"), table)) is seen


def test_a_table_of_another_notice_is_its_own(grammar: Grammar) -> None:
    grammar_text = Record.model_validate({**_bare(), "header": {"doc_number": "x〔2024〕1号", "title": "t"}, "allocations": [_allocation()]})
    assert links.card("b.txt", grammar_text).titles == ("t",)
    assert links.card("b.txt", grammar_text.model_copy(update={"header": grammar_text.header.model_copy(update={"doc_number": None})})).titles == ("t", TITLES[0][1])


def _bare() -> dict[str, object]:
    return {"id": "x", "source": {"path": "b.txt", "sha256": "", "media_type": "", "size": 0, "reader": ""}, "doc_type": "notice",
            "provenance": {"version": "", "code": "", "grammar": ""}}


def _allocation() -> dict[str, object]:
    return {"title": TITLES[0][1], "attachment": None, "unit": None, "columns": [], "rows": [], "evidence": {}}


CARDS = [notice("通知.txt"), notice("b/通知.txt"), other("a.xlsx", TITLES[0][1]), other("b/附件2.pdf", TITLES[1][1]), other("b/c.txt", "x"), other("附件/d.pdf", TITLES[1][1])]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.permutations(CARDS))
def test_the_order_of_the_documents_decides_nothing(grammar: Grammar, cards: list[Card]) -> None:
    assert pairs(grammar, *cards) == {("通知.txt", 0, "a.xlsx"), ("通知.txt", 1, "附件/d.pdf"), ("b/通知.txt", 1, "b/附件2.pdf")}


# --- in results -------------------------------------------------------------------------------------------------------


def record(folder: Path, name: str) -> Record:
    return Record.model_validate_json((folder / f"{name}.json").read_bytes())


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "附件1.txt").write_text(TABLE, encoding="utf-8")
    return folder


def test_both_records_tell_the_link_and_the_attachment_is_missing_no_more(docs: Path, tmp_path: Path) -> None:
    alone = run.run([docs / "通知.txt"], tmp_path / "alone", 1)
    summary = run.run([docs], tmp_path / "out", 1)
    one, two = record(tmp_path / "out", "通知.txt"), record(tmp_path / "out", "附件1.txt")
    (there,), (back,) = one.links, two.links
    assert (there.relation, there.number, there.title, there.path, there.id) == ("attachment", 1, TITLES[0][1], "附件1.txt", two.id)
    assert (back.relation, back.number, back.title, back.path, back.id) == ("attached_to", 1, TITLES[0][1], "通知.txt", one.id)
    assert there.evidence == one.header.attachments[0].evidence
    assert [f.code for f in record(tmp_path / "alone", "通知.txt").findings] == ["attachment-missing", "attachment-missing"]
    found = {f.code: f for f in one.findings}
    assert set(found) == {"attachment-missing", "attachment-elsewhere"} and len(one.findings) == 2
    elsewhere = found["attachment-elsewhere"]
    assert elsewhere.severity == "info" and elsewhere.found == "附件1.txt" and "附件1.txt" in elsewhere.message and elsewhere.expected == TITLES[0][1]
    assert found["attachment-missing"].expected == TITLES[1][1]
    assert alone.findings["warning"] - 1 == summary.findings["warning"] - _warnings(two)
    lines = [json.loads(line) for line in (tmp_path / "out" / "links.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [{"document": "通知.txt", **there.model_dump(exclude={"evidence"})}, {"document": "附件1.txt", **back.model_dump(exclude={"evidence"})}]


def _warnings(told: Record) -> int:
    return sum(f.severity == "warning" for f in told.findings)


def test_all_else_in_a_linked_record_is_byte_for_byte_what_it_was(docs: Path, tmp_path: Path) -> None:
    run.run([docs / "附件1.txt"], tmp_path / "alone", 1)
    run.run([docs], tmp_path / "out", 1)
    before, after = ((tmp_path / f / "附件1.txt.json").read_text(encoding="utf-8").splitlines() for f in ("alone", "out"))
    start = before.index(' "links": [],')
    assert before[:start] == after[:start] and before[start + 1:] == after[-len(before) + start + 1:]


def test_a_second_run_writes_the_same_and_without_the_attachment_the_link_is_gone(docs: Path, tmp_path: Path) -> None:
    def files() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file() and HOME not in p.parts}

    run.run([docs], tmp_path / "out", 1)
    first = files()
    run.run(random.Random(1).sample(sorted(docs.iterdir()), 2), tmp_path / "out", 1)
    assert files() == first
    (docs / "附件1.txt").unlink()
    run.run([docs], tmp_path / "out", 1)
    assert not (tmp_path / "out" / "links.jsonl").exists() and not record(tmp_path / "out", "通知.txt").links


@pytest.mark.parametrize("name", ["资料.zip", "资料.tgz", "资料.eml"])
def test_in_a_bundle(tmp_path: Path, name: str) -> None:
    members = {"通知.txt": NOTICE.encode(), "分配表.txt": TABLE.encode()}
    data = {"资料.zip": zipped(members), "资料.tgz": tarred(members), "资料.eml": mail(NOTICE, attached={"分配表.txt": TABLE.encode()}).as_bytes()}[name]
    (tmp_path / name).write_bytes(data)
    run.run([tmp_path / name], tmp_path / "out", 1)
    body = "正文.txt" if name.endswith("eml") else "通知.txt"
    (link,) = record(tmp_path / "out", f"{name}!/{body}").links
    assert link.path == f"{name}!/分配表.txt"


def test_a_bundle_of_attachments_beside_the_notice(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "docs" / "附件.zip").write_bytes(zipped({"分配表.txt": TABLE.encode()}))
    run.run([tmp_path / "docs"], tmp_path / "out", 1)
    assert [one.path for one in record(tmp_path / "out", "通知.txt").links] == ["附件.zip!/分配表.txt"]
