"""Corrections turned into golden answers, and into examples and near misses of rules."""

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from extractors.record import Record
from grammars import yaml_strict
from grammars.grammar import FOLDER, Grammar
from grammars.grammar import load as load_grammar
from pipeline.commands import correct
from pipeline.corrections.examples import inserted
from pipeline.errors import UsageError
from tests.conftest import CORPUS, NOTICE
from tests.test_corrections_command import NAME, desk, rerun  # noqa: F401 (a fixture)

Command = Callable[..., int]


@pytest.fixture
def call(desk: Path) -> Command:  # noqa: F811
    def command(*words: str) -> int:
        parser = argparse.ArgumentParser()
        correct.add(parser.add_subparsers())
        given = parser.parse_args(["correct", *words])
        code: int = given.call(given)
        return code

    return command


@pytest.fixture
def grammars(tmp_path: Path) -> Path:
    """A grammar folder of one's own."""
    return Path(shutil.copytree(FOLDER, tmp_path / "grammars", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


# golden answers

def test_a_golden_answer_is_the_corrected_record(call: Command, grammar: Grammar) -> None:
    call(NAME, "header.title", "新的标题", "--reason", "x")
    record = rerun(grammar)
    assert call("--as-example", NAME, "--golden", "golden") == 0
    told = json.loads(Path("golden/通知.json").read_text(encoding="utf-8"))
    assert told["header"]["title"] == "新的标题" and "evidence" not in json.dumps(told) and "correction" not in json.dumps(told)
    assert [a["value"] for a in told["amounts"]] == [a.value for a in record.amounts]
    samples = [json.loads(p.read_text(encoding="utf-8")) for p in (CORPUS / "golden").glob("*.json")]
    assert set(told) <= {key for sample in samples for key in sample} <= {*Record.model_fields, *(k for s in samples for k in s if "_" in k)}


def test_a_golden_answer_of_one_section(call: Command, grammar: Grammar) -> None:
    call(NAME, "amounts.value", "766", "--at", "760万元", "--reason", "x")
    rerun(grammar)
    assert call("--as-example", NAME, "amounts.value", "--golden", "golden") == 0
    told = json.loads(Path("golden/通知.json").read_text(encoding="utf-8"))
    assert list(told) == ["amounts"] and [a["value"] for a in told["amounts"]] == [766, 1600]


def test_a_golden_answer_is_not_written_over_unless_asked(call: Command, grammar: Grammar) -> None:
    call(NAME, "header.title", "新的标题", "--reason", "x")
    rerun(grammar)
    Path("golden").mkdir()
    Path("golden/通知.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="--force"):
        call("--as-example", NAME, "--golden", "golden")
    assert Path("golden/通知.json").read_text(encoding="utf-8") == "{}"
    assert call("--as-example", NAME, "--golden", "golden", "--force") == 0
    assert "新的标题" in Path("golden/通知.json").read_text(encoding="utf-8")


def test_what_is_not_applied_yet_is_no_example(call: Command, grammar: Grammar) -> None:
    call(NAME, "header.title", "新的标题", "--reason", "x")
    with pytest.raises(UsageError, match="先运行"):
        call("--as-example", NAME, "--golden", "golden")


# examples of rules

def test_an_example_the_rule_does_not_hold_is_added_and_said_to_fail(call: Command, grammar: Grammar, grammars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "amounts.unit", "亿元", "--at", "760万元", "--reason", "x")
    rerun(grammar)
    before = (grammars / "amounts.yaml").read_text(encoding="utf-8")
    capsys.readouterr()
    assert call("--as-example", NAME, "--rule", "amounts.money", "--gives", "unit=亿元", "--grammar", "grammars") == 0
    told = capsys.readouterr().out
    assert "不会通过" in told and "已加入" in told
    after = (grammars / "amounts.yaml").read_text(encoding="utf-8")
    new = [line for line in after.splitlines() if line not in before.splitlines()]
    assert len(new) == 1 and after.replace(new[0] + "\n", "") == before
    example = load_grammar(grammars).rule("amounts.money").examples[-1]
    assert example.gives == {"unit": "亿元"} and example.text.startswith("根据《财政部") and "760万元" in example.text


def test_a_group_named_as_the_key_gives_its_value(call: Command, grammar: Grammar, capsys: pytest.CaptureFixture[str]) -> None:
    """Only where the text holds it: a rule cannot give what is not printed."""
    call(NAME, "amounts.unit", "元", "--at", "760万元", "--reason", "x")
    rerun(grammar)
    capsys.readouterr()
    call("--as-example", NAME, "amounts.unit", "--rule", "amounts.money")
    told = capsys.readouterr().out
    assert "unit: '元'" in told and "不会通过" in told and "已加入" not in told


def test_a_fact_that_is_none_is_a_near_miss(call: Command, grammar: Grammar, grammars: Path) -> None:
    call(NAME, "amounts", "null", "--at", "1600元", "--reason", "x")
    rerun(grammar)
    assert call("--as-example", NAME, "--rule", "amounts.money", "--grammar", "grammars") == 0
    rule, was = load_grammar(grammars).rule("amounts.money"), grammar.rule("amounts.money")
    assert rule.near_misses == (*was.near_misses, "每人补助1600元") and rule.examples == was.examples


def test_an_example_holds_nothing_that_the_rule_would_match_before_it(call: Command, grammar: Grammar, capsys: pytest.CaptureFixture[str]) -> None:
    Path(NAME).write_text(NOTICE.replace("每人补助1600元", "共补助32万元，每人补助1600元，安排5万元"), encoding="utf-8")
    rerun(grammar)
    call(NAME, "amounts.unit", "万元", "--at", "1600元", "--reason", "x")
    call(NAME, "amounts", "null", "--at", "5万元", "--reason", "x")
    rerun(grammar)
    capsys.readouterr()
    call("--as-example", NAME, "--rule", "amounts.money", "--at", "1600元")
    call("--as-example", NAME, "--rule", "amounts.money", "--at", "5万元")
    assert [line for line in capsys.readouterr().out.splitlines() if "：- " in line] == [
        "amounts.money 的例子：- '每人补助1600元'", "amounts.money 的反例：- '安排5万元'"]


def test_an_example_that_holds_is_not_said_to_fail_and_is_added_once(call: Command, grammar: Grammar, grammars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "header.disclosure", "依申请公开", "--reason", "x")
    rerun(grammar)
    capsys.readouterr()
    for _ in range(2):
        assert call("--as-example", NAME, "--rule", "structure.disclosure", "--grammar", "grammars") == 0
    told = capsys.readouterr().out
    assert "不会通过" not in told and told.count("已加入") == 1 and told.count("已有") == 1
    assert [e.text for e in load_grammar(grammars).rule("structure.disclosure").examples].count("（此件主动公开）") == 1


def test_a_word_of_a_layout(call: Command, grammar: Grammar, grammars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "performance_tables.program", "就业资金", "--reason", "x")
    rerun(grammar)
    capsys.readouterr()
    assert call("--as-example", NAME, "--rule", "layouts/performance.labels.program", "--grammar", "grammars") == 0
    assert load_grammar(grammars).layouts["performance"].groups["labels"]["program"].examples[-1].text == "专项名称"
    assert "不会通过" not in capsys.readouterr().out


@pytest.mark.parametrize(("words", "word"), [
    (("--rule", "amounts.mony"), "没有规则"), (("--rule", "amounts.money", "--gives", "sum=5"), "number"), (("--rule", "amounts.money", "--gives", "5"), "组=文字"),
    (("doc_type", "--rule", "amounts.money"), "没有采用"), (("--rule", "amounts.money", "--force"), "--force"),
])
def test_what_is_refused(words: tuple[str, ...], word: str, call: Command, grammar: Grammar) -> None:
    call(NAME, "amounts.value", "766", "--at", "760万元", "--reason", "x")
    rerun(grammar)
    with pytest.raises(UsageError) as caught:
        call("--as-example", NAME, *words)
    assert word in str(caught.value)


def test_of_several_corrections_one_is_named(call: Command, grammar: Grammar, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "amounts.value", "766", "--at", "760万元", "--reason", "x")
    call(NAME, "amounts.value", "1700", "--at", "1600元", "--reason", "x")
    rerun(grammar)
    assert call("--as-example", NAME, "--rule", "amounts.money") == 2
    assert capsys.readouterr().err.count("--at") == 3  # the advice and the two
    assert call("--as-example", NAME, "--rule", "amounts.money", "--at", "1600元") == 0


# into a file

def lists(path: Path) -> list[tuple[str, ...]]:
    """The keys to every list of examples and near misses of a grammar file."""
    data, layout = yaml_strict.read(path), path.parent.name == "layouts"
    groups = {k: data[k] for k in data if k not in (yaml_strict.LINE, "words", "sample") and isinstance(data[k], dict)}
    return [(group, name, kind) for group, rules in groups.items() for name, rule in rules.items() if isinstance(rule, dict)
            for kind in ("examples", "near_misses") if isinstance(rule.get(kind), list) and (layout or group == "rules")]


FILES = sorted(p for p in FOLDER.rglob("*.yaml") if p.stem not in ("fragments", "categories", "indicators"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_into_every_list_of_the_grammar_one_item_goes_and_nothing_else(path: Path) -> None:
    text, item = path.read_text(encoding="utf-8"), {"text": "'新': # {例} [句]", "gives": {"x": None}}
    before = yaml.load(text, yaml.CBaseLoader)
    for keys in lists(path):
        made = inserted(text, keys, "{text: '''新'': # {例} [句]', gives: {x: null}}")
        added = yaml.load(made, yaml.CSafeLoader)
        for key in keys:
            added = added[key]
        assert added[-1] == item, keys
        after = yaml.load(made, yaml.CBaseLoader)
        held = after
        for key in keys:
            held = held[key]
        held.pop()
        assert after == before, keys
        assert len(made.splitlines()) - len(text.splitlines()) in (0, 1)


@pytest.mark.parametrize(("text", "wanted"), [
    ("a:\n  - one\n  - two # why\nb: 1\n", "a:\n  - one\n  - two # why\n  - x\nb: 1\n"),
    ("a:\n- one\nb: 1\n", "a:\n- one\n- x\nb: 1\n"),
    ("a:\r\n  - one\r\nb: 1\r\n", "a:\r\n  - one\r\n  - x\r\nb: 1\r\n"),
    ("a:\n  - one", "a:\n  - one\n  - x"),
    ("a:\n  - |\n    one\n    two\nb: 1\n", "a:\n  - |\n    one\n    two\n  - x\nb: 1\n"),
    ("a:\n  - {text: one,\n     gives: {}}\nb: 1\n", "a:\n  - {text: one,\n     gives: {}}\n  - x\nb: 1\n"),
    ("a: [one, 'two'] # why\n", "a: [one, 'two', x] # why\n"), ("a: [one,\n    two]\n", "a: [one,\n    two, x]\n"), ("a: []\n", "a: [x]\n"), ("a: [ ]\n", "a: [x ]\n"),
    ("{a: [one], b: 1}\n", "{a: [one, x], b: 1}\n"), ("a: [中文，😀, two]\n", "a: [中文，😀, two, x]\n"),
])
def test_shapes_of_lists(text: str, wanted: str) -> None:
    assert inserted(text, ("a",), "x") == wanted and yaml.safe_load(wanted)["a"][-1] == "x"


def test_no_list_to_add_to() -> None:
    for text in ("a: one\n", "b: []\n", "a:\n"):
        with pytest.raises(UsageError, match="手工"):
            inserted(text, ("a",), "x")
