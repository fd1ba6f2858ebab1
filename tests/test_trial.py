"""What a change of the grammar does, told before it is made, while it is made and after."""

import argparse
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grammars.grammar import FOLDER
from pipeline import cli, ledger, tasks
from pipeline.commands import watch
from pipeline.store import HOME
from tests.places import ATTACHED, Place, differing, no_money, pattern, results, rewrite, touched

pytest_plugins = ("tests.placed",)

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """`said("diff", "2", place)`: exit code and what was printed."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = cli.main([word for a in arguments for word in (("-o", str(a.out)) if isinstance(a, Place) else (str(a),))])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def changes(told: str) -> dict[str, list[tuple[Any, ...]]]:
    """By document: field, kind, both values and the rules of each change in printed JSON."""
    return {d["name"]: [(c["field"], c["kind"], c["old"], c["new"], c["rules"]) for c in d["changes"]] for d in json.loads(told)["documents"]}


def state(place: Place) -> tuple[Any, ...]:
    home = {p.name: p.read_bytes() for p in (place.out / HOME).iterdir()}
    return touched(place.out), home


def no_level(folder: Path) -> None:
    rewrite(folder / "outline.yaml", lambda data: data["rules"].pop("one"))


def no_titles(folder: Path) -> None:
    for path in (*folder.glob("*.yaml"), *folder.glob("layouts/*.yaml")):
        path.write_text(path.read_text(encoding="utf-8").replace("绩效目标", "喆效目标").replace("产出", "喆出"), encoding="utf-8")


def no_attachments(folder: Path) -> None:
    for path in folder.glob("*.yaml"):
        path.write_text(path.read_text(encoding="utf-8").replace("附件", "喆件"), encoding="utf-8")


# --- diff --------------------------------------------------------------------------------------------------------------


def test_diff_tells_the_last_run_beside_the_one_before_and_any_two(little: Place, said: Said) -> None:
    no_money(little.grammar)
    little.run()  # the third
    (little.docs / "新.txt").write_text("关于公示项目的公告\n现公示3个项目。\n", encoding="utf-8")
    little.run()
    assert list(changes(said("diff", "--json", little)[1])) == ["新.txt"]
    assert changes(said("diff", 4, "--json", little)[1]) == changes(said("diff", 3, 4, "--json", little)[1]) == changes(said("diff", "--json", little)[1])
    lost = changes(said("diff", 3, "--json", little)[1])
    assert set(lost) == {"通知.txt"} and {("amounts", "lost"), ("quantities", "gained")} <= {change[:2] for change in lost["通知.txt"]}
    assert all(rules == ["amounts.money"] for *_, rules in lost["通知.txt"])
    assert set(changes(said("diff", 2, 4, "--json", little)[1])) == {"通知.txt", "新.txt"}
    assert set(changes(said("diff", 0, 4, "--json", little)[1])) == {"通知.txt", "新.txt", ATTACHED}
    assert changes(said("diff", 2, "--json", little)[1]) == {}


def test_what_came_back_is_no_change(little: Place, said: Said) -> None:
    before = (little.grammar / "amounts.yaml").read_bytes()
    no_money(little.grammar)
    little.run()
    (little.grammar / "amounts.yaml").write_bytes(before)
    little.run()
    assert changes(said("diff", 2, 4, "--json", little)[1]) == {}
    assert set(changes(said("diff", "--json", little)[1])) == {"通知.txt"}


@pytest.mark.parametrize(("given", "word"), [
    (["2", "1"], "不早于"), (["1", "1"], "不早于"), (["3", "9"], "没有第 9 次运行"), (["-1"], "没有第 -1 次运行"), (["0", "1", "2"], "最多比较两次"),
    (["9"], "没有第 9 次运行"),
])
def test_runs_that_cannot_be_compared_are_wrong_usage(little: Place, said: Said, given: list[str], word: str) -> None:
    code, _, err = said("diff", *given, little)
    assert code == 2 and word in err


def test_what_was_lost_is_1_where_that_is_asked(little: Place, said: Said) -> None:
    assert said("diff", "--fail-on-loss", little)[0] == 0
    no_money(little.grammar)
    little.run()
    assert (said("diff", little)[0], said("diff", "--fail-on-loss", little)[0]) == (0, 1)
    page = little.out.with_name("diff.html")
    assert said("diff", "--html", page, little)[0] == 0 and "5000万元" in page.read_text(encoding="utf-8")


def test_runs_before_those_that_are_kept_cannot_be_compared_and_are_listed(little: Place, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_KEPT_RUNS", 3)
    no_money(little.grammar)
    for _ in range(4):
        little.run()
    code, _, err = said("diff", 1, 6, little)
    assert code == 2 and "不再保留，最早可与第 3 次比较" in err
    assert said("diff", 3, 6, little)[0] == 0
    assert len(json.loads(said("runs", "--json", little)[1])) == 6


def test_without_a_run_there_is_nothing_to_tell(tmp_path: Path, said: Said) -> None:
    for command in (["runs"], ["diff"], ["try", FOLDER], ["prune"]):
        code, _, err = said(*command, "-o", tmp_path / "nothing")
        assert code == 2 and "请先运行 gongwen run" in err
    assert not (tmp_path / "nothing").exists()


def test_a_record_that_is_none_any_more_does_not_end_a_comparison(little: Place, said: Said) -> None:
    no_money(little.grammar)
    little.run()
    (little.out / "通知.txt.json").unlink()
    (little.out / "通知.txt.json").write_bytes(b"{")
    assert said("diff", little)[0] in (0, 2)


# --- try ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [no_money, no_level, no_titles, pytest.param(no_attachments, marks=pytest.mark.xfail(strict=True, reason="links are told as they stand"))])
def test_try_tells_what_a_run_then_changes_and_touches_nothing(place: Place, said: Said, change: Callable[[Path], None]) -> None:
    other = Path(shutil.copytree(place.grammar, place.grammar.with_name("other")))
    change(other)
    before = state(place)
    code, tried, head = said("try", other, "--json", place)
    assert code == 0 and "结果 13 份" in head and state(place) == before
    place._replace(grammar=other).run()
    assert without_rules(changes(tried)) == without_rules(changes(said("diff", "--json", place)[1])) != {}


def without_rules(told: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [change[:-1] for change in some] for name, some in told.items()}


def test_diff_names_the_rule_that_is_gone(place: Place, said: Said) -> None:
    no_level(place.grammar)
    place.run()
    lost = [change for some in changes(said("diff", "--json", place)[1]).values() for change in some if change[:2] == ("outline", "lost")]
    assert lost and all("outline.one" in rules for *_, rules in lost)


def test_try_tells_texts_and_places_as_diff_does(little: Place, said: Said) -> None:
    no_money(little.grammar)
    tried = json.loads(said("try", little.grammar, "--json", little)[1])
    little.run()
    assert tried["documents"] == json.loads(said("diff", "--json", little)[1])["documents"]


def test_one_file_is_tried_in_the_place_of_its_namesake(little: Place, said: Said) -> None:
    no_money(little.grammar)
    code, told, _ = said("try", little.grammar / "amounts.yaml", "--fail-on-loss", "--json", little)
    assert code == 1 and set(changes(told)) == {"通知.txt"}
    (little.grammar / "amounts.yaml").write_text("rules: [", encoding="utf-8")
    assert said("try", little.grammar / "amounts.yaml", little)[0] == 2


@pytest.mark.parametrize("name", ["nowhere.yaml", "other.yaml", "README.md"])
def test_what_is_no_file_of_the_grammar_is_not_tried(little: Place, said: Said, name: str) -> None:
    (little.out.parent / "other.yaml").write_text("rules: {}\n", encoding="utf-8")
    (little.out.parent / "README.md").write_text("# 说明\n", encoding="utf-8")
    assert said("try", little.out.parent / name, little)[0] == 2


def test_results_that_were_changed_by_hand_are_left_out_of_a_trial_which_says_so(little: Place, said: Said) -> None:
    no_money(little.grammar)
    (little.out / f"{ATTACHED}.json").unlink()
    told = said("try", little.grammar, little)[1]
    assert "结果 1 份" in told and "另有 1 份" in told


def test_a_document_that_would_fail_is_told(little: Place, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("?")

    no_money(little.grammar)
    before = state(little)
    monkeypatch.setattr(tasks, "finished", broken)
    code, told, _ = said("try", little.grammar, little)
    assert code == 0 and "将会失败：通知.txt" in told and state(little) == before


# --- watch -------------------------------------------------------------------------------------------------------------


def _watching(place: Place) -> argparse.Namespace:
    return argparse.Namespace(paths=[place.docs], output=place.out, grammar=place.grammar, corrections=None, json=False, html=None, all=False, fail_on_loss=False)


def test_a_save_that_is_wrong_is_told_and_the_next_changes_the_results(little: Place, capsys: pytest.CaptureFixture[str], moneyless: dict[str, bytes]) -> None:
    before, seen = results(little.out), list[bool]()
    path = little.grammar / "amounts.yaml"
    right = path.read_bytes()

    def saves() -> Iterator[None]:
        path.write_text("rules: [", encoding="utf-8")
        yield
        seen.append("语法文件有误" in capsys.readouterr().out and results(little.out) == before)
        path.write_bytes(right)
        rewrite(path, lambda data: data["rules"]["money"]["examples"].append("没有金额"))
        yield
        told = capsys.readouterr().out
        seen.append("amounts.yaml: money" in told and "结果未动" in told and results(little.out) == before)
        path.write_bytes(right)
        pattern(path, "rules", "money", lambda p: p.replace("万元", "喆元"))
        rewrite(path, lambda data: data["rules"]["money"].update(examples=["7亿元"]))
        yield
        told = capsys.readouterr().out
        seen.append("amounts.money" in told and "5000万元" in told and "重做 1" in told)

    assert watch.follow(_watching(little), saves()) == 0
    assert seen == [True, True, True]
    assert differing(little.out, moneyless) == []


@pytest.mark.parametrize("wrong", [
    lambda folder: (folder / "amounts.yaml").unlink(), lambda folder: (folder / "amounts.yaml").write_bytes(b"\xff\xfe\xfa"), lambda folder: (folder / "fragments.yaml").unlink(),
    lambda folder: (folder / "regions.csv").write_bytes(b"x"), lambda folder: (folder / "regions.csv").unlink(),
    lambda folder: (folder / "layouts" / "performance.yaml").unlink(),
], ids=["gone", "no text", "no fragments", "no table", "no regions", "no layout"])
def test_a_grammar_that_is_half_saved_ends_nothing_and_costs_nothing(little: Place, wrong: Callable[[Path], object], capsys: pytest.CaptureFixture[str]) -> None:
    before, kept = results(little.out), shutil.copytree(little.grammar, little.grammar.with_name("kept"))

    def saves() -> Iterator[None]:
        wrong(little.grammar)
        yield
        assert results(little.out) == before
        shutil.copytree(kept, little.grammar, dirs_exist_ok=True)
        yield

    assert watch.follow(_watching(little), saves()) == 0
    assert "语法文件有误" in capsys.readouterr().out
    assert results(little.out) == before
