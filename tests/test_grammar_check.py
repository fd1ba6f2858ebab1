from pathlib import Path

import pytest

from grammars.grammar import FOLDER, load
from grammars.yaml_strict import GrammarError
from pipeline.grammar_check import Problem, Report, check

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus" / "documents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The grammar's data, to be spoilt."""
    (tmp_path / "layouts").mkdir()
    for path in (*FOLDER.glob("*.yaml"), *FOLDER.glob("layouts/*.yaml"), *FOLDER.glob("*.csv")):
        (tmp_path / path.relative_to(FOLDER)).write_bytes(path.read_bytes())
    return tmp_path


def add(folder: Path, file: str, text: str) -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def told(report: Report, rule: str) -> list[str]:
    return [p.reason for p in report.problems if p.rule == rule]


def spoilt(folder: Path, rule: str) -> list[str]:
    """What the check says of a rule added to `outline.yaml` (its rules come last in the file)."""
    add(folder, "outline.yaml", f"  spoilt:\n    {rule}\n")
    return told(check(folder), "spoilt")


def test_the_grammar_of_the_program_has_no_error() -> None:
    assert [str(p) for p in check(FOLDER).problems if p.severity == "error"] == []


@pytest.mark.parametrize(("rule", "reason"), [
    ("{pattern: 元, examples: [万], near_misses: [角]}", "does not match its example '万'"),
    ("{pattern: 元, examples: [元], near_misses: [5元]}", "matches its near miss '5元'"),
    ("{pattern: 元, near_misses: [角]}", "has no example"),
    ("{pattern: 元, examples: [元]}", "has no near miss"),
    ("{pattern: '(?P<n>元)', examples: [{text: 元, gives: {n: 角}}], near_misses: [角]}", "example '元': n is '元', not '角'"),
    ("{pattern: '(?P<n>元)', examples: [{text: 元, gives: {m: 元}}], near_misses: [角]}", "example '元': there is no group 'm'"),
    ("{pattern: 元, whole: 'true', examples: [5元], near_misses: [角]}", "does not match its example '5元'"),
    ("{pattern: 元, needs: [万], examples: [5元], near_misses: [角]}", "does not match its example '5元'"),
])
def test_examples_and_near_misses_are_run(folder: Path, rule: str, reason: str) -> None:
    before = len([p for p in check(folder).problems if p.severity == "error"])
    path = folder / "outline.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("\nrules:\n", f"\nrules:\n  spoilt: {rule}\n", 1), encoding="utf-8")
    report = check(folder)
    assert told(report, "spoilt") == [reason]
    assert len([p for p in report.problems if p.severity == "error"]) == before + 1


def test_a_near_miss_of_a_whole_rule_may_hold_its_words(folder: Path) -> None:
    assert spoilt(folder, "pattern: 万元\n    whole: 'true'\n    examples: [万元]\n    near_misses: [5万元]") == []


def test_examples_are_folded_as_documents_are(folder: Path) -> None:
    assert spoilt(folder, r"pattern: '^\(一\)$'" + "\n    examples: [（ 一 ）]\n    near_misses: ['〔一〕']") == []


@pytest.mark.parametrize("pattern", ["(?:资|资资)+元$", "(?:1+,?)+元", "资.*金.*元.*角"])
def test_a_pattern_that_can_blow_up_is_found(folder: Path, pattern: str) -> None:
    reasons = spoilt(folder, f"pattern: '{pattern}'")
    assert any(r.startswith("can blow up") for r in reasons)


def test_a_tame_pattern_is_not(folder: Path) -> None:
    assert not any(r.startswith("can blow up") for r in spoilt(folder, r"pattern: '资金[^。]{0,30}元'"))


def test_a_fragment_no_rule_uses_is_found_through_others(folder: Path) -> None:
    add(folder, "fragments.yaml", "lonely: x\nchained: '{lonely}'\n")
    assert told(check(folder), "chained") == told(check(folder), "lonely") == ["no rule uses this fragment"]
    add(folder, "outline.yaml", "  user: {pattern: '{chained}', examples: [x], near_misses: [y]}\n")
    assert told(check(folder), "chained") == told(check(folder), "lonely") == []


def test_a_layout_word_that_an_earlier_role_takes_is_found(folder: Path) -> None:
    path = folder / "layouts" / "allocation.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("examples: [备注, 说明]", "examples: [备注, 序号]").replace("roles: [seq,", "roles: [note,")
    path.write_text(text, encoding="utf-8")
    report = check(folder)
    assert "does not match its example '序号'" in told(report, "columns.note")
    assert told(report, "sample") == ["'序号' is seq, not note"]


def test_rules_that_never_fire_are_warnings(folder: Path) -> None:
    add(folder, "outline.yaml", "  unheard: {pattern: 从未出现的词, examples: [从未出现的词], near_misses: [角]}\n")
    never = [p for p in check(folder, CORPUS).problems if p.severity == "warning"]
    assert {p.rule for p in never} >= {"unheard"} and {p.reason for p in never} == {"never fires on the corpus"}
    assert not {p.rule for p in never} & {"money", "columns.name", "cues.数量指标.1"}
    assert not [p for p in check(folder).problems if p.severity == "warning"]


def test_a_problem_names_file_rule_line_and_reason() -> None:
    assert str(Problem("a.yaml", "x", 3, "has no example")) == "a.yaml: x (line 3): has no example"
    assert str(Problem("a.yaml", "x", 3, "never fires", "warning")) == "a.yaml: x (line 3): warning: never fires"


@pytest.mark.parametrize(("file", "text", "where", "reason"), [
    ("amounts.yaml", "  money: {pattern: 元}\n", "line", "repeated key 'money'"),
    ("amounts.yaml", "  new: {pattern: '{nubmer}元'}\n", "new", "unknown fragment {nubmer}"),
    ("amounts.yaml", "  new: {pattern: '[元'}\n", "new", "does not compile"),
    ("amounts.yaml", "  new: {pattern: 元, exmaple: [元]}\n", "new", "unknown key 'exmaple'"),
    ("amounts.yaml", "rulez: {}\n", "rulez", "unknown section"),
    ("fragments.yaml", "number: x\n", "line", "repeated key 'number'"),
    ("fragments.yaml", "late: '{later}'\nlater: x\n", "late", "unknown fragment {later}"),
    ("layouts/allocation.yaml", "  extra: {pattern: '{nubmer}'}\n", "extra", "unknown fragment {nubmer}"),
    ("indicators.yaml", "某资金:\n  数目指标: [人数]\n", "数目指标", "unknown category"),
])
def test_a_wrong_grammar_does_not_load(folder: Path, file: str, text: str, where: str, reason: str) -> None:
    add(folder, file, text)
    with pytest.raises(GrammarError) as wrong:
        load(folder)
    assert wrong.value.file.endswith(file.rsplit("/", 1)[-1]) and where in wrong.value.where and reason in wrong.value.reason


def test_a_missing_file_or_folder_is_told(folder: Path) -> None:
    (folder / "amounts.yaml").unlink()
    with pytest.raises(GrammarError, match=r"amounts\.yaml: file: is missing"):
        load(folder)
    with pytest.raises(GrammarError, match=r"fragments\.yaml: file: cannot be read"):
        load(folder / "nowhere")
