import json
import shutil
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from extractors.record import Record
from extractors.steps import Step, Steps
from grammars.grammar import CATEGORIES, FOLDER, Grammar, load
from pipeline import cli, run
from pipeline.commands import why as command
from pipeline.errors import UsageError
from pipeline.process import finished, started
from pipeline.readers.registry import read
from pipeline.why import fields
from pipeline.why.fields import field
from pipeline.why.listening import Ear, Heard
from pipeline.why.places import Places, Spot
from pipeline.why.rules import Told
from pipeline.why.source import Source
from pipeline.why.tables import taken
from pipeline.why.view import View
from pipeline.why.why import Why, why
from tests.conftest import CORPUS, NOTICE, documents

SAMPLES = documents(CORPUS / "documents")
DINGXI = CORPUS / "documents" / "notice-dingxi-canlian-targets-2024.txt"
Edit = Callable[..., Grammar]


def of(path: Path) -> Source:
    return Source(path.name, None, read(path), ())


def of_text(text: str, folder: Path) -> Source:
    path = folder / "通知.txt"
    path.write_text(text, encoding="utf-8")
    return of(path)


def table(path: Path, grammar: Grammar) -> Mapping[str, Step]:
    """The steps over a document."""
    return started(lambda: read(path), grammar).table


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """`edited(file, old, new, …)`: a copy of the grammar in which that stands otherwise."""
    folder = tmp_path / "grammar"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))

    def edit(*changes: str) -> Grammar:
        for file, old, new in zip(changes[::3], changes[1::3], changes[2::3], strict=True):
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text, f"{file} has no {old}"
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return load(folder)

    return edit


def one(found: Why, rule: str) -> Told:
    return next(t for t in found.rules if t.rule.name == rule)


def shown(found: Why, all: bool = False, width: int = 400) -> str:
    file = StringIO()
    console = Console(file=file, width=width, highlight=False)
    for part in View(found, all).parts():
        console.print(part)
    return file.getvalue()


# --- listening


@pytest.mark.parametrize("path", SAMPLES[::17], ids=lambda p: p.stem)
def test_who_listens_changes_nothing(path: Path, grammar: Grammar) -> None:
    plain = started(lambda: read(path), grammar)
    heard = Heard(plain.table, grammar, set(plain.table) - {"reading"}, Ear())
    assert finished(heard) == finished(plain)
    assert {name: seen for name, seen in heard.seen.items() if name != "reading"} == {name: seen for name, seen in plain.seen.items() if name != "reading"}


@pytest.mark.parametrize("path", SAMPLES[::17], ids=lambda p: p.stem)
def test_every_question_of_a_step_is_heard(path: Path, grammar: Grammar) -> None:
    """What the watch saw a step ask and what was heard of it are the same rules, whatever an earlier step had asked before."""
    steps = Heard(made := table(path, grammar), grammar, set(made) - {"reading"}, Ear())
    finished(steps)
    asked: dict[str, set[str]] = {}
    fired: dict[str, set[str]] = {}
    for question, hits in steps.ear.heard.items():
        asked.setdefault(question.step, set()).add(question.facet)
        fired.setdefault(question.step, set()).update([question.facet] if hits else [])
    for step, (tried, answered) in steps.seen.items():
        if step != "reading":
            assert {n for n in grammar.rules if tried >> grammar.facets.names[n] & 1} == asked.get(step, set()) & grammar.rules.keys()
            assert {n for n in grammar.rules if answered >> grammar.facets.names[n] & 1} <= fired.get(step, set())


def test_only_what_is_wanted_is_heard(grammar: Grammar) -> None:
    steps = Heard(table(DINGXI, grammar), grammar, ["head"], Ear(lambda facet: facet.startswith("doc_number.")))
    assert steps["header"].doc_number == "定财社〔2024〕40号"
    assert {q.step for q in steps.ear.heard} == {"head"} and {q.facet.split(".")[0] for q in steps.ear.heard} == {"doc_number"}
    assert steps.grammar is grammar and steps["document"].grammar is grammar


# --- fields


def facets(grammar: Grammar) -> set[str]:
    groups = {f"layouts/{name}.{group}" for name, layout in grammar.layouts.items() for group in layout.groups}
    cues = {rule.name for some in grammar.all_categories.cues.values() for _, rule in some}
    return {*grammar.rules, *groups, *cues, CATEGORIES, "indicators"}


def test_every_field_rests_on_rules_that_there_are(grammar: Grammar) -> None:
    known = facets(grammar)
    for name, patterns in fields._RULES.items():
        assert field(name).rules == patterns
        assert [p for p in patterns if not any(fnmatchcase(facet, p) for facet in known)] == [], name


def test_every_rule_that_a_divided_section_asks_belongs_to_one_of_its_fields(grammar: Grammar) -> None:
    """A new rule is put to the fields that rest on it (`pipeline/why/fields.py`), or no question would find it."""
    sections = {"head": "header", "amounts": "amounts"}
    asked: dict[str, set[str]] = {step: set() for step in sections}
    for path in SAMPLES[::3]:
        steps = Heard(table(path, grammar), grammar, list(sections), Ear())
        for step in sections:
            steps[step]
            asked[step] |= {q.facet for q in steps.ear.heard if q.step == step}
    for step, section in sections.items():
        told = [pattern for name, patterns in fields._RULES.items() if name.startswith(f"{section}.") for pattern in patterns]
        assert [facet for facet in sorted(asked[step]) if not any(fnmatchcase(facet, p) for p in told)] == []


@pytest.mark.parametrize(("name", "told"), [
    ("head", "header、outline"), ("header.doc_nummer", "doc_number、doc_number_parts"), ("header.title.x", "没有字段"), ("amounts.rows", "label"),
    ("allocations.rows.valuse", "values"), ("tables.t1", "没有字段"), ("", "header"), ("header.evidence", "issuers"), ("header.", "issuers")])
def test_a_field_that_is_none(name: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        field(name)


def test_values_have_the_nearest_place(grammar: Grammar) -> None:
    steps = started(lambda: read(DINGXI), grammar)
    assert [v.evidence.block for v in fields.values(field("header.doc_number"), steps) if v.evidence] == ["b3"]
    levels = fields.values(field("performance_tables.indicators.level2"), steps)
    assert levels[0].value == "数量指标" and levels[0].evidence and (levels[0].evidence.table, levels[0].evidence.row) == ("t2", 7)
    rows = fields.values(field("allocations.rows"), steps)
    assert rows[0].value["name"] == "岷县" or rows[0].evidence
    record: Record = finished(steps)
    for name in fields._RULES:
        if name != fields.TABLES:
            assert fields.values_of(field(name), record) == fields.values(field(name), steps)


# --- places


def test_where_a_text_stands(grammar: Grammar) -> None:
    reading = started(lambda: read(DINGXI), grammar)["reading"]
    places = Places(reading)
    assert places.of("定财社〔2024〕40号") == (Spot("b3"),)
    assert Spot("b6") in places.of("甘财社〔2024〕21号") and places.of("没有这几个字") == ()
    assert places.of("金额") == (Spot("t1", 0, 1),)  # a whole cell before what holds it
    assert set(places.of("定西市财政局和定西市残疾人联合会")) >= {Spot("b1"), Spot("b2")}  # put together of two
    here = Places(reading, "t1:0:1")
    assert here.meant("金额") and not here.meant("岷县") and here.meant("定财社〔2024〕40号") is False
    assert Places(reading, "t1:0").meant("备注") and not Places(reading, "t1:1").meant("备注")


@pytest.mark.parametrize("at", ["b99", "t9", "b3:1", "t1:99", "12", "b", "t1:a"])
def test_a_place_that_is_none(at: str, grammar: Grammar) -> None:
    with pytest.raises(UsageError, match="--at"):
        why(of(DINGXI), "header", grammar, at)


# --- rules


def test_a_value_with_the_rule_that_read_it(grammar: Grammar) -> None:
    found = why(of(DINGXI), "header.doc_number", grammar)
    number = one(found, "doc_number.number")
    assert [v.value for v in found.values] == ["定财社〔2024〕40号"] and found.rules[0].hit
    assert (number.steps, number.hit) == (("document", "head"), 1)
    assert number.matched[0].hit.groups == {"agency": "定财社", "year": "2024", "serial": "40"}
    assert found.steps[:3] == ("reading", "document", "head") and found.stands is None
    text = shown(found)
    assert "b3「【定财社〔2024〕40号】」  agency=定财社  year=2024  serial=40" in text and f"grammars/doc_number.yaml:{number.rule.line}" in text


def test_a_form_of_number_that_no_rule_knows(tmp_path: Path, grammar: Grammar) -> None:
    found = why(of_text(NOTICE.replace("甘财社〔2024〕21号", "甘财社字第〔2024年〕21号"), tmp_path), "header.doc_number", grammar)
    assert not found.values
    best = next(t for t in found.rules if not t.hit)
    assert best.rule.name == "doc_number.number"
    near = best.near[0]
    assert near.text == "甘财社字第〔2024年〕21号" and near.text[near.near.end:near.near.again] == "年〕"
    text = shown(found)
    assert "现在：（没有）" in text and "“甘财社字第〔2024”相符，接着多出“年〕”，没有它就会命中" in text
    assert "没有试到的规则：doc_number.lead、doc_number.long_lead" in text


def test_a_bracket_that_the_pattern_lost(edited: Edit) -> None:
    grammar = edited("doc_number.yaml", "(?:[〔(<{] ?(?P<year>", "(?:[(<{] ?(?P<year>")
    best = next(t for t in why(of(DINGXI), "header.doc_number", grammar).rules if not t.hit)
    near = best.near[0].near
    assert (best.rule.name, best.near[0].text[near.end:near.again], near.expected) == ("doc_number.number", "〔", "[(<{]")


def test_needs_that_keep_a_rule_out(edited: Edit) -> None:
    found = why(of(DINGXI), "amounts.value", edited("amounts.yaml", "needs: [元, 万, 亿]", "needs: [圆]"))
    assert all(t.hit == 0 for t in found.rules)
    changed = why(of(CORPUS / "documents" / "notice-chengde-yiwu-batches-2025.txt"), "amounts.value", found.grammar)
    money = one(changed, "amounts.money")
    assert money.kept_out == money.texts and money.needed[0].hit.groups["unit"] == "万元"
    text = shown(changed)
    assert "没有“圆”，按 needs 不试" in text and "没有 needs 就会命中：b7" in text
    assert changed.rules[0] is money or not changed.rules[0].hit


def test_a_verb_that_the_grammar_lost(tmp_path: Path, edited: Edit) -> None:
    grammar = edited("transfers.yaml", "pattern: '下达|转下", "pattern: '转下")
    found = why(of_text(NOTICE, tmp_path), "transfers", grammar)
    moves = one(found, "transfers.moves")
    assert [m.text[:4] for m in moves.matched] == [] and moves.texts == 1 and "transfers.title_fund" in found.untried
    assert one(why(of_text(NOTICE, tmp_path), "transfers", load()), "transfers.title_fund").hit


def test_a_rule_that_was_not_tried_where_it_would_match(tmp_path: Path, grammar: Grammar) -> None:
    text = NOTICE.replace("甘财社〔2024〕21号\n", "").replace("联系人：张三", "甘财社〔2024〕21号\n联系人：张三")
    found = why(of_text(text, tmp_path), "header.doc_number", grammar)
    assert not found.values
    number = one(found, "doc_number.number")
    assert not number.hit and "甘财社〔2024〕21号" in [m.text for m in number.elsewhere]
    assert "没有在那里试，试了会命中：b" in shown(found)


def test_only_one_place(grammar: Grammar) -> None:
    found = why(of(DINGXI), "amounts", grammar, "b6")
    assert found.block and (found.block.id, found.block.role) == ("b6", "body")
    assert all(Spot("b6") in found.places.spots(t.text) for told in found.rules for t in told.tries if found.places.of(t.text))
    nothing = why(of(DINGXI), "amounts", grammar, "b3")
    assert not nothing.rules and nothing.block and nothing.block.role == "doc_number"
    assert "b3：它在文件中是 doc_number" in shown(nothing) and "这里没有试过" in shown(nothing)


def test_matched_first_then_the_nearest(grammar: Grammar) -> None:
    for name in ("header", "outline", "transfers", "account_codes"):
        told = why(of(DINGXI), name, grammar).rules
        missed = [t for t in told if not t.hit]
        assert list(told[len(told) - len(missed):]) == missed
        shares = [t.near[0].near.share if t.near else 0 for t in missed if not t.needed]
        assert shares == sorted(shares, reverse=True)


def test_how_much_is_printed(grammar: Grammar) -> None:
    found = why(of(DINGXI), "header", grammar)
    some, every = shown(found), shown(found, all=True)
    assert "用 --all 查看" in some and "用 --all 查看" not in every and len(every) > len(some)
    assert all(t.rule.name in every for t in found.rules)


@pytest.mark.parametrize("width", [40, 80])
def test_the_view_keeps_to_the_width(width: int, grammar: Grammar) -> None:
    for name in ("header", "performance_tables", "transfers"):
        lines = shown(why(of(DINGXI), name, grammar), all=True, width=width).splitlines()
        assert all(sum(2 if ord(c) > 0x2E7F else 1 for c in line.rstrip()) <= width for line in lines)


def test_every_field_can_be_asked(grammar: Grammar) -> None:
    for n, name in enumerate((*fields._STEPS, *fields._RULES)):
        found = why(of(SAMPLES[7 * n % len(SAMPLES)]), name, grammar)
        assert found.name in shown(found) and name in shown(found, all=True)


# --- words and tables


def test_tables_are_told_as_they_were_taken(grammar: Grammar) -> None:
    for path in SAMPLES:
        steps = Steps(table(path, grammar), grammar)
        forms = {t.form.table.id for t in steps["tables"]}
        shares = {a.block.id for a in steps["shares"] if a.block}
        for one in taken(steps, grammar, Places(steps["reading"])):
            assert (one.form.taken, one.allocation.taken) == (one.id in forms, one.id in shares)
            assert one.form.because and one.allocation.because
            if one.role == "table":  # a form has all of one way, a table that is none lacks something of each
                assert ("缺 " in one.form.because) == (one.id not in forms and "但" not in one.form.because)


def test_a_head_word_that_no_layout_knows(tmp_path: Path, grammar: Grammar) -> None:
    (first, *_) = why(of_text(NOTICE.replace("序号\t地区\t金额", "序号\t受援地\t金额"), tmp_path), "tables", grammar).tables
    assert {w.word: w.role for w in first.known} == {"序号": "seq", "金额": "money", "备注": "note"}
    assert "受援地=project" in first.allocation.because  # what stands under it and before the money
    unknown = {u.word: u.like for u in first.unknown}
    assert (unknown["受援地"].word, unknown["受援地"].role, unknown["受援地"].common) == ("受灾地区", "name", "受地")
    assert unknown["受援地"].place.startswith("layouts/allocation.yaml:")


def test_why_a_table_allocates_nothing(tmp_path: Path, grammar: Grammar) -> None:
    found = why(of_text(NOTICE.replace("序号\t地区\t金额\t备注", "次序\t受援地\t金额\t"), tmp_path), "allocations", grammar)
    first = found.tables[0].allocation
    assert not first.taken and not found.values
    assert "最接近的是第 1 行（次序=？、受援地=？、金额=money）：没有 name、seq、project 列" in first.because
    text = shown(found)
    assert "没有归入任何一种" in text and "不认得“受援地”" in text and "缺 level1 或 level2" in text


def test_why_a_form_is_none(edited: Edit) -> None:
    grammar = edited(*(part for level in "一二三" for part in ("layouts/performance.yaml", f"'{level}级(?:", f"'第{level}级(?:")))
    second = why(of(DINGXI), "tables", grammar).tables[1]
    assert not second.form.taken and "缺 level1 或 level2；或 name；或 budget、executed" in second.form.because
    assert {u.word: u.like.word for u in second.unknown}["一级指标"] == "一级"


def test_what_is_no_table(grammar: Grammar) -> None:
    found = why(of(CORPUS / "documents" / "notice-longyou-schools-html.html"), "tables", grammar)
    assert [(t.role, t.form.taken or t.allocation.taken) for t in found.tables] == [("furniture", False), ("metadata", False), ("table", True)]
    assert "信息标签" in found.tables[1].form.because


def test_words_of_categories(tmp_path: Path, grammar: Grammar) -> None:
    found = why(of_text(NOTICE.replace("数量指标", "数目指标"), tmp_path), "performance_tables.indicators.printed_level2", grammar)
    group = next(g for g in found.groups if g.name == CATEGORIES)
    assert "质量指标" in [k.word for k in group.known] and {u.word: u.like.word for u in group.unknown}["数目指标"] == "数量指标"


# --- the command


@pytest.fixture
def gongwen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`gongwen(…)`: the exit code, and what was printed."""
    monkeypatch.setattr(cli, "COMMANDS", (*(c for c in cli.COMMANDS if c is not command), command))

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.main(["why", *map(str, arguments)])
        return code, *capsys.readouterr()

    return call


def test_a_result_is_asked_about_without_its_file(tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    raw, output = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "通知.txt").write_text(NOTICE, encoding="utf-8")
    run.run([raw], output, 1)
    shutil.rmtree(raw)
    code, told, _ = gongwen("通知.txt", "header.doc_number", "-o", output)
    assert code == 0 and "现在：甘财社〔2024〕21号" in told and "注意" not in told
    shutil.rmtree(output / ".gongwen")
    code, _, wrong = gongwen("通知.txt", "header.doc_number", "-o", output)
    assert code == 2 and "原文件也不在了" in wrong


def test_a_result_without_what_was_kept_is_read_again(tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    path, output = tmp_path / "通知.txt", tmp_path / "out"
    path.write_text(NOTICE, encoding="utf-8")
    run.run([path], output, 1)
    shutil.rmtree(output / ".gongwen")
    code, told, _ = gongwen(path, "header.doc_number", "-o", output)
    assert code == 0 and "已重新读取原文件" in told and "现在：甘财社〔2024〕21号" in told
    path.write_text(NOTICE.replace("21号", "22号"), encoding="utf-8")
    assert "另一份内容" in gongwen(path, "header.doc_number", "-o", output)[1]


def test_a_result_of_another_grammar(tmp_path: Path, edited: Edit, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    output = tmp_path / "out"
    run.run([DINGXI], output, 1)
    grammar = edited("doc_number.yaml", "(?:[〔(<{] ?(?P<year>", "(?:[(<{] ?(?P<year>")
    code, told, _ = gongwen(DINGXI.name, "header.doc_number", "-o", output, "--grammar", grammar.folder)
    assert code == 0 and "现在：（没有）" in told and "结果文件中：定财社〔2024〕40号" in told
    assert f"{grammar.folder}/doc_number.yaml:" in told


def test_a_file_without_a_result(tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    code, told, _ = gongwen(DINGXI, "header.doc_number", "-o", tmp_path)
    assert code == 0 and "没有这份文件的结果，现在读取原文件" in told
    code, told, wrong = gongwen("没有.txt", "header", "-o", tmp_path)
    assert code == 2 and "找不到" in wrong and not told


def test_a_document_that_failed(tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    raw, output = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "空.txt").write_text("", encoding="utf-8")
    run.run([raw], output, 1)
    code, told, wrong = gongwen("空.txt", "header", "-o", output)
    assert code == 2 and "没有结果：文件是空的" in wrong and not told
    code, told, wrong = gongwen(raw / "空.txt", "header", "-o", output)
    assert code == 1 and "空.txt：文件是空的" in wrong and not told


@pytest.mark.parametrize(("words", "told"), [(["head"], "可以问：doc_type"), (["header.number"], "header 中有：issuers"), (["header", "--at", "b99"], "b1–b"),
                                             (["header", "--grammar", "nowhere"], "语法文件有误")])
def test_a_wrong_question(words: list[str], told: str, tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    code, printed, wrong = gongwen(DINGXI, *words, "-o", tmp_path)
    assert code == 2 and told in wrong and not printed


def test_the_answer_as_data(tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    code, printed, _ = gongwen(DINGXI, "header.doc_number", "-o", tmp_path, "--json")
    told = json.loads(printed)
    number = next(r for r in told["rules"] if r["rule"] == "doc_number.number")
    assert code == 0 and told["values"] == [{"value": "定财社〔2024〕40号", "evidence": {"block": "b3", "span": [0, 12], "rule": "doc_number.number"}}]
    assert number["matches"][0]["groups"]["serial"] == "40" and number["matches"][0]["places"] == [{"block": "b3"}]
    assert (number["file"], number["steps"], number["matched"]) == ("doc_number.yaml", ["document", "head"], 1)
    tables = json.loads(gongwen(DINGXI, "tables", "-o", tmp_path, "--json")[1])["tables"]
    assert [(t["table"], t["performance"]["taken"], t["allocation"]["taken"]) for t in tables][:2] == [("t1", False, True), ("t2", True, False)]


def test_a_document_cannot_steer_the_terminal(tmp_path: Path, gongwen: Callable[..., tuple[int, str, str]]) -> None:
    path = tmp_path / "通知\x1b[31m.txt"
    path.write_text(NOTICE.replace("21号", "21\u202e号").replace("760万元", "760\x9b31m万元"), encoding="utf-8")
    for words in (["header"], ["amounts"], ["tables"], ["header.doc_number", "--all"], ["amounts", "--json", "--all"]):
        code, told, _ = gongwen(path, *words, "-o", tmp_path / "out")
        assert code == 0 and not any(c in told for c in "\x1b\x9b\u202e")
    assert json.loads(told)["document"] == "通知\x1b[31m.txt"
