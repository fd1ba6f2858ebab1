"""Runs over what was run before: what is made again is as if all had been, and nothing else is touched."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from grammars.grammar import FOLDER, load
from grammars.yaml_strict import GrammarError
from pipeline import cli, fingerprints, plan, prune, signs, version
from pipeline import run as runs
from pipeline.bundles import shelf
from pipeline.errors import UsageError
from pipeline.store import FAILURES, LINKS
from tests.grammar_edits import edit
from tests.places import ATTACHED, NOTICE, TARGETS, Place, archive, differing, no_money, pattern, results, rewrite, touched
from tests.test_bundles import zipped

pytest_plugins = ("tests.placed",)


# --- another grammar ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_after_edits_of_the_grammar_the_results_are_those_of_a_full_run(place: Place, seed: int) -> None:
    random, told = Random(seed), list[str]()
    for _ in range(3):
        kept = shutil.copytree(place.grammar, place.out.parent / f"kept{len(told)}")
        told.append(edit(place.grammar, random))
        try:
            load(place.grammar)
        except GrammarError:
            shutil.copytree(kept, place.grammar, dirs_exist_ok=True)
        place.run()
    assert differing(place.out, place.afresh()) == [], told


def _rule(folder: Path) -> None:
    pattern(folder / "amounts.yaml", "rules", "money", lambda p: p.replace("万元", "万元整"))


def _role(folder: Path) -> None:
    pattern(folder / "layouts" / "allocation.yaml", "columns", "name", lambda p: p.replace("地区|", ""))


def _rule_more(folder: Path) -> None:
    rewrite(folder / "accounting.yaml", lambda data: data.update(rules={"more": {"pattern": r"\d+万元", "examples": ["5万元"]}, **data["rules"]}))


def _rule_less(folder: Path) -> None:
    rewrite(folder / "outline.yaml", lambda data: data["rules"].pop("one"))


def _role_more(folder: Path) -> None:
    rewrite(folder / "layouts" / "performance.yaml", lambda data: data.update(columns={"more": {"pattern": "指标值", "examples": ["指标值"]}, **data["columns"]}))


def _words(folder: Path) -> None:
    rewrite(folder / "quantities.yaml", lambda data: data["words"]["counted"].remove("人"))


def _cue(folder: Path) -> None:
    rewrite(folder / "categories.yaml", lambda data: next(iter(data["cues"].values())).pop())


def _category(folder: Path) -> None:
    rewrite(folder / "categories.yaml", lambda data: data["level2"][0]["words"].append("质量指标"))


def _vocabulary(folder: Path) -> None:
    rewrite(folder / "indicators.yaml", lambda data: next(iter(next(iter(data.values())).values())).append("补贴发放准确率"))


def _region(folder: Path) -> None:
    path = folder / "regions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("石家庄市", "石家店市"), encoding="utf-8")


def _fragment(folder: Path) -> None:
    path = folder / "fragments.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("万元", "万元|百元", 1), encoding="utf-8")


@pytest.mark.parametrize("changes", [(_rule, _region, _rule_less), (_rule_more, _words, _category), (_role, _vocabulary, _fragment), (_role_more, _cue)],
                         ids=lambda changes: " ".join(change.__name__ for change in changes))
def test_each_kind_of_knowledge_is_felt_where_it_changes(place: Place, changes: tuple[Callable[[Path], None], ...]) -> None:
    for change in changes:
        before = results(place.out)
        change(place.grammar)
        place.run()
        assert before != results(place.out), change
    assert differing(place.out, place.afresh()) == []


def test_a_wrong_table_of_regions_is_a_wrong_grammar_and_costs_no_result(little: Place) -> None:
    before, path = results(little.out), little.grammar / "regions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("130100,石家庄市", "130109,石家庄市"), encoding="utf-8")
    with pytest.raises(GrammarError, match=r"regions\.csv"):
        little.run()
    assert results(little.out) == before


def test_a_comment_and_an_example_make_nothing_stale(place: Place) -> None:
    before = touched(place.out)
    rewrite(place.grammar / "amounts.yaml", lambda data: data["rules"]["money"]["examples"].append("7万元"))
    path = place.grammar / "outline.yaml"
    path.write_text("# 说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert place.run().counts["unchanged"] == 13
    assert touched(place.out) == before


@pytest.mark.parametrize(("file", "group", "name"), [("transfers.yaml", "rules", "moves"), ("layouts/performance.yaml", "columns", "target"), ("outline.yaml", "rules", "one")])
def test_a_change_that_no_document_can_feel_changes_nothing_but_the_print_of_the_grammar(place: Place, file: str, group: str, name: str) -> None:
    before = results(place.out)
    pattern(place.grammar / file, group, name, lambda p: f"{p}|喆拨")
    counts = place.run().counts
    assert counts["unchanged"] + counts["reprinted"] == 13
    assert [without_print(data) for data in results(place.out).values()] == [without_print(data) for data in before.values()]
    assert differing(place.out, place.afresh()) == []


def without_print(data: bytes) -> Any:
    told = json.loads(data) if data.startswith(b"{\n") else {}
    return {**told, "provenance": None}


def test_a_change_of_a_rule_that_had_no_answer_touches_no_file(place: Place) -> None:
    before = touched(place.out)
    pattern(place.grammar / "accounting.yaml", "rules", "hotline", lambda p: f"{p}|喆喆专线")
    assert place.run().counts["unchanged"] == 13
    assert touched(place.out) == before


def test_what_one_document_alone_can_feel_is_made_again_alone(place: Place) -> None:
    (place.docs / "喆.txt").write_text(NOTICE.replace("用于就业补助", "喆喆专线12345"), encoding="utf-8")
    place.run()
    before = touched(place.out)
    pattern(place.grammar / "accounting.yaml", "rules", "hotline", lambda p: rf"{p}|喆喆专线(?P<line>\d+)")
    counts = place.run().counts
    assert (counts["again"], counts["unchanged"]) == (1, 13)
    after = touched(place.out)
    assert {name for name in after if before[name] != after[name]} <= {"喆.txt.json", "readings/喆.txt.json"}
    assert differing(place.out, place.afresh()) == []


@pytest.mark.parametrize(("file", "group", "to"), [
    ("accounting.yaml", "rules", r"\d+万元"), ("outline.yaml", "rules", "^(?P<number>现下)(?P<title>.*)"), ("layouts/allocation.yaml", "columns", "金额|县市|合计|地区"),
    ("layouts/performance.yaml", "labels", "专项名称|项目名称"),
])
def test_a_rule_that_was_added_without_effect_is_felt_when_it_gets_one(place: Place, file: str, group: str, to: str) -> None:
    more = {"pattern": "(?P<number>喆)(?P<title>喆)", "gives": {"level": "1"}, "examples": ["喆喆"]}
    rewrite(place.grammar / file, lambda data: data.update({group: {"more": more, **data[group]}}))
    place.run()
    pattern(place.grammar / file, group, "more", lambda _: to)
    place.run()
    assert differing(place.out, place.afresh()) == []


def test_a_role_that_the_record_does_not_know_is_a_wrong_grammar(place: Place) -> None:
    before = results(place.out)
    rewrite(place.grammar / "layouts" / "allocation.yaml", lambda data: data.update(rows={"more": {"pattern": ".*[市县区]", "examples": ["甲县"]}, **data["rows"]}))
    with pytest.raises(GrammarError, match="unknown role"):
        place.run()
    assert results(place.out) == before


def test_a_grammar_saved_while_a_run_works_is_not_mixed_into_its_results(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def saved_meanwhile(self: Any) -> Any:
        todo = planned(self)
        no_money(place.grammar)
        return todo

    before = (place.grammar / "amounts.yaml").read_bytes()
    shutil.rmtree(place.out)
    planned = runs._Run._plan
    monkeypatch.setattr(runs._Run, "_plan", saved_meanwhile)
    place.run()
    monkeypatch.undo()
    (place.grammar / "amounts.yaml").write_bytes(before)  # and taken back before the next run
    place.run()
    assert differing(place.out, place.afresh()) == []


# --- reading once ------------------------------------------------------------------------------------------------------


def test_the_same_content_under_two_names_is_read_once_and_told_twice(little: Place, read: list[str]) -> None:
    for name in ("甲.txt", "乙.txt"):
        (little.docs / name).write_text(NOTICE + "又。\n", encoding="utf-8")
    assert little.run().counts["new"] == 2
    assert len(read) == 1
    one, other = (json.loads((little.out / f"{name}.json").read_bytes()) for name in ("甲.txt", "乙.txt"))
    assert (one.pop("source")["path"], other.pop("source")["path"]) == ("甲.txt", "乙.txt")
    assert one == other
    assert differing(little.out, little.afresh()) == []


def test_a_renamed_and_a_moved_file_is_not_read_again(little: Place, read: list[str]) -> None:
    (little.docs / "通知.txt").rename(little.docs / "关于通知.txt")
    (little.docs / ATTACHED).rename(little.docs / "下级" / ATTACHED)
    summary = little.run()
    assert not read and summary.counts["new"] == 2 and summary.vanished == (ATTACHED, "通知.txt")
    prune.prune(little.out, summary.vanished)
    little.run()
    assert not read and differing(little.out, little.afresh()) == []


def test_a_whole_archive_elsewhere_is_as_it_was(place: Place, read: list[str]) -> None:
    before = touched(place.out)
    place.docs.rename(place.docs.with_name("moved"))
    counts = place.run(place.docs.with_name("moved")).counts
    assert counts["unchanged"] == 13 and not read and touched(place.out) == before


@pytest.mark.parametrize("stamp", [None, 4_000_000_000, 1])
def test_a_changed_file_is_read_again_whatever_the_clock_says(little: Place, read: list[str], stamp: int | None) -> None:
    path = little.docs / "通知.txt"
    was = path.stat()
    path.write_text(NOTICE.replace("5000", "6000"), encoding="utf-8")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns) if stamp is None else (stamp * 10**9, stamp * 10**9))
    counts = little.run().counts
    assert (counts["changed"], counts["unchanged"]) == (1, 1) and read == ["通知.txt"]
    assert little.run().counts["unchanged"] == 2 and len(read) == 1
    assert differing(little.out, little.afresh()) == []


def test_a_file_is_not_looked_into_where_the_system_vouches_for_it(little: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "_SETTLED", 0)
    little.run()
    monkeypatch.setattr(shelf.Shelf, "read", None)
    assert little.run().counts["unchanged"] == 2
    replaced = little.docs / "neu"
    replaced.write_text(NOTICE.replace("5000", "6000"), encoding="utf-8")
    shutil.copystat(little.docs / "通知.txt", replaced)
    replaced.replace(little.docs / "通知.txt")  # of the same size and time
    monkeypatch.undo()
    assert little.run().counts["changed"] == 1


def test_a_file_in_the_future_or_just_written_is_looked_into_each_time(little: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(little.docs / "通知.txt", (4e9, 4e9))
    little.run()
    (little.docs / "通知.txt").write_text(NOTICE.replace("5000", "6000"), encoding="utf-8")
    with monkeypatch.context() as patched:  # a coarse clock: the change has left no trace but the bytes
        patched.setattr(signs, "_sign", lambda *_: "same")
        assert little.run().counts["changed"] == 1


def test_another_library_reads_anew_what_it_reads_and_nothing_else(little: Place, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (little.docs / "页.html").write_text(f"<html><body><p>{NOTICE.replace(chr(10), '</p><p>')}</p></body></html>", encoding="utf-8")
    little.run()
    read.clear()
    caches = (version.fingerprint, plan._fingerprint, fingerprints.work_fingerprint)
    known = version._version
    monkeypatch.setattr(version, "_version", lambda name: "99" if name == "lxml" else known(name))
    for cache in caches:
        cache.cache_clear()
    try:
        assert little.run().counts["again"] == 3
        assert read == ["页.html"]
    finally:
        monkeypatch.undo()
        for cache in caches:
            cache.cache_clear()


def test_a_bundle_that_is_as_it_was_is_not_opened_and_its_members_are_read_once(little: Place, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "_SETTLED", 0)
    path = little.docs / "附件.zip"
    path.write_bytes(zipped({"甲.txt": NOTICE.encode(), "乙.txt": (NOTICE + "又。\n").encode()}))
    little.run()
    assert read == ["附件.zip!/乙.txt"]  # the other is read under another name
    with monkeypatch.context() as patched:
        patched.setattr(shelf, "_opened", None)
        assert little.run().counts["unchanged"] == 4
    path.write_bytes(zipped({"丙.txt": TARGETS.encode(), "乙.txt": (NOTICE + "又。\n").encode()}))
    summary = little.run()
    assert (summary.counts["unchanged"], summary.counts["new"], summary.vanished) == (3, 1, ("附件.zip!/甲.txt",)) and len(read) == 1


# --- what is told ------------------------------------------------------------------------------------------------------


def test_documents_are_told_as_new_changed_unchanged_failed_and_vanished(place: Place) -> None:
    (place.docs / "新.txt").write_text(NOTICE, encoding="utf-8")
    (place.docs / "空.txt").write_bytes(b"")
    (place.docs / "坏.zip").write_bytes(b"PK\x03\x04")
    (place.docs / "通知.txt").write_text(NOTICE * 2, encoding="utf-8")
    place.run()
    (place.docs / ATTACHED).unlink()
    summary = place.run()
    assert summary.vanished == (ATTACHED,) and summary.counts["vanished"] == 1
    assert (summary.counts["unchanged"], summary.counts.get("again", 0), summary.counts["failed"], summary.documents) == (15, 0, 2, 15)
    (place.docs / ATTACHED).write_text(TARGETS, encoding="utf-8")
    summary = place.run()
    assert summary.counts["unchanged"] == 16 and not summary.vanished
    assert differing(place.out, place.afresh()) == []


def test_a_run_over_a_part_leaves_the_rest_alone(place: Place) -> None:
    (place.docs / "空.txt").write_bytes(b"")
    place.run()
    before = touched(place.out)
    assert place.run(place.docs / "通知.txt").documents == 1
    assert touched(place.out) == before
    (place.docs / "通知.txt").write_text(NOTICE.replace("5000", "6000"), encoding="utf-8")
    assert place.run(place.docs / "通知.txt").counts["changed"] == 1
    assert differing(place.out, place.afresh()) == []


def test_links_hold_across_runs_over_parts(tmp_path: Path) -> None:
    place = Place(archive(tmp_path / "docs", real=False), tmp_path / "out", FOLDER)
    place.run(place.docs / "通知.txt")
    assert LINKS not in results(place.out)
    place.run(place.docs / ATTACHED)
    assert differing(place.out, place.afresh()) == []
    (place.docs / "通知.txt").unlink()
    place.run(place.docs / ATTACHED)
    prune.prune(place.out, prune.vanished(place.out))
    assert differing(place.out, place.afresh()) == []


def test_vanished_results_stay_until_they_are_pruned_which_asks(little: Place, capsys: pytest.CaptureFixture[str]) -> None:
    (little.docs / "下级" / "内.txt").write_text(NOTICE, encoding="utf-8")
    (little.docs / "附.zip").write_bytes(zipped({"甲.txt": NOTICE.encode(), "乙.txt": TARGETS.encode()}))
    little.run()
    (little.docs / "下级" / "内.txt").unlink()
    (little.docs / "附.zip").write_bytes(zipped({"乙.txt": TARGETS.encode()}))
    little.run()
    assert cli.main(["prune", "-o", str(little.out)]) == 0 and "加 --yes" in capsys.readouterr().out
    assert "下级/内.txt.json" in results(little.out)
    assert cli.main(["prune", "--yes", "-o", str(little.out)]) == 0 and "已清理 2 份" in capsys.readouterr().out
    assert not (little.out / "下级").exists() and differing(little.out, little.afresh()) == []
    assert cli.main(["diff", "--json", "-o", str(little.out)]) == 0
    assert {d["name"] for d in json.loads(capsys.readouterr().out)["documents"]} >= {"下级/内.txt", "附.zip!/甲.txt"}
    assert cli.main(["prune", "-o", str(little.out)]) == 0 and "没有需要清理" in capsys.readouterr().out


def test_a_file_that_is_back_before_prune_keeps_its_result(little: Place) -> None:
    (little.docs / "通知.txt").rename(little.docs.parent / "通知.txt")
    assert little.run().vanished == ("通知.txt",)
    (little.docs.parent / "通知.txt").rename(little.docs / "通知.txt")
    assert prune.vanished(little.out) == []


def test_a_file_that_is_there_is_not_told_as_gone(little: Place) -> None:
    (little.docs / "下级" / "内.txt").write_text(NOTICE, encoding="utf-8")
    little.run()
    assert little.run(little.docs / "下级").vanished == ()


# --- corrections -------------------------------------------------------------------------------------------------------


def _corrected(folder: Path, **more: Any) -> Path:
    folder.mkdir(exist_ok=True)
    told = {"document": {"name": "通知.txt"}, "locator": {"text": "5000万元", "occurrence": [1, 1]}, "field": "amounts.value", "value": 6000, "was": 5000,
            "reason": "印刷模糊", "who": "王某", "when": "2024-05-23T10:00:00+08:00", **more}
    (folder / "王某.jsonl").write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


def _notice(place: Place) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((place.out / "通知.txt.json").read_bytes())
    return told


def test_a_correction_is_applied_in_the_next_run_and_marked_and_its_removal_restores_the_result(little: Place) -> None:
    before, folder = results(little.out), _corrected(little.out.parent / "corrections")
    assert little.run(corrections=folder).counts["again"] == 1
    told = _notice(little)
    assert told["amounts"][0]["value"] == 6000
    assert {(c["status"], c["original"], c["who"]) for c in told["corrections"]} == {("applied", 5000, "王某"), ("applied", 50000000, "王某")}
    assert told["links"] and differing(little.out, little.afresh(corrections=folder)) == []
    assert little.run(corrections=folder).counts["unchanged"] == 2
    (folder / "王某.jsonl").unlink()
    little.run(corrections=folder)
    assert results(little.out) == before


def test_corrections_are_examined_anew_under_another_grammar(little: Place) -> None:
    folder = _corrected(little.out.parent / "corrections")
    little.run(corrections=folder)
    no_money(little.grammar)
    little.run(corrections=folder)
    assert [c["status"] for c in _notice(little)["corrections"]] == ["unplaced"]
    assert differing(little.out, little.afresh(corrections=folder)) == []


def test_a_wrong_correction_is_wrong_usage_and_changes_nothing(little: Place) -> None:
    before, folder = results(little.out), _corrected(little.out.parent / "corrections", value="很多")
    with pytest.raises(UsageError, match=r"王某\.jsonl 第 1 行"):
        little.run(corrections=folder)
    assert results(little.out) == before


def test_failures_are_listed_for_all_and_those_of_a_part_are_told(little: Place) -> None:
    for name in ("空.txt", "下级/空.txt"):
        (little.docs / name).write_bytes(b"")
    little.run()
    assert [f.name for f in little.run(little.docs / "空.txt").failures] == ["空.txt"]
    assert len((little.out / FAILURES).read_text(encoding="utf-8").splitlines()) == 2
