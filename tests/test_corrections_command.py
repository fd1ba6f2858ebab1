"""`gongwen correct` as it is called: what it writes, what it asks, what it refuses."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.reading import to_json
from extractors.record import Record
from grammars.grammar import Grammar
from pipeline.commands import correct
from pipeline.corrections.apply import apply
from pipeline.corrections.correction import Correction, load
from pipeline.errors import UsageError
from pipeline.store import dumps, reading_path, record_path
from tests.conftest import NOTICE, Output, process

NAME, OUTPUT = "通知.txt", Path("output")
Command = Callable[..., int]


@pytest.fixture
def desk(tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a document and its result."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / NAME).write_text(NOTICE, encoding="utf-8")
    rerun(grammar)
    return tmp_path


def rerun(grammar: Grammar, name: str = NAME) -> Record:
    """The result of a document of the present folder, its corrections applied, written where `gongwen run` does."""
    done: Output = process(Path(name), grammar)
    done.record.findings += apply(done.record, done.reading, load(Path("corrections")).of(done.record.id, name))
    files = {record_path(OUTPUT, name): done.record.model_dump(warnings=False), reading_path(OUTPUT, name): to_json(done.reading)}
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dumps(data))
    return done.record


@pytest.fixture
def call() -> Command:
    def command(*words: str) -> int:
        parser = argparse.ArgumentParser()
        correct.add(parser.add_subparsers())
        given = parser.parse_args(["correct", *words])
        code: int = given.call(given)
        return code

    return command


def lines() -> list[Correction]:
    return list(load(Path("corrections")).lines)


# write

def test_a_correction_is_written_and_applied_at_the_next_run(desk: Path, call: Command, grammar: Grammar, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(NAME, "header.title", "新的标题", "--reason", "标题印在两行", "--who", "王某") == 0
    assert "新的标题" in capsys.readouterr().out
    one, = lines()
    assert (one.field, one.value, one.who, one.reason, one.document.name) == ("header.title", "新的标题", "王某", "标题印在两行", NAME)
    record = rerun(grammar)
    assert record.header.title == "新的标题" and one.document.id == record.id
    assert [(c.status, c.original == one.was) for c in record.corrections] == [("applied", True)]


def test_who_is_the_user_and_when_is_now_with_its_zone(desk: Path, call: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "zhang")
    assert call(NAME, "doc_type", "other", "--reason", "x") == 0
    one, = lines()
    assert one.who == "zhang" and one.when[-6] in "+-"


def test_the_document_by_its_id(desk: Path, call: Command, grammar: Grammar) -> None:
    assert call(rerun(grammar).id[:8], "header.genre", "函", "--reason", "x") == 0


@pytest.mark.parametrize(("field", "text", "value"), [
    ("header.title", "2024", "2024"), ("header.title", "null", None), ("header.doc_number", "[2024]", "[2024]"), ("header.issuers", '["甲"]', ["甲"]),
    ("doc_type", "other", "other"),
])
def test_how_a_value_is_written(field: str, text: str, value: object, desk: Path, call: Command) -> None:
    assert call(NAME, field, text, "--reason", "x") == 0 and lines()[0].value == value


@pytest.mark.parametrize("place", ["760万元", "b7:53-59", "760 万元"])
def test_how_a_place_is_written(place: str, desk: Path, call: Command, grammar: Grammar) -> None:
    where = next(a.evidence for a in rerun(grammar).amounts if a.value == 760)
    place = place if ":" not in place else f"{where.block}:{where.span[0]}-{where.span[1]}" if where.span else ""
    assert call(NAME, "amounts.value", "766", "--at", place, "--reason", "x") == 0
    locator = lines()[0].locator
    assert locator and (locator.block, locator.span, locator.text) == (where.block, where.span, "760万元")


def test_where_several_could_be_meant_they_are_listed_and_nothing_is_written(desk: Path, call: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(NAME, "amounts.value", "766", "--reason", "x") == 2
    told = capsys.readouterr().err
    assert "有 2 处" in told and "760万元 = 760" in told and "= 1600" in told and told.count("--at b") == 2
    place = told.split("--at ")[2].split()[0]
    assert not Path("corrections").exists()
    assert call(NAME, "amounts.value", "766", "--at", place, "--reason", "x") == 0 and lines()[0].was == 760


def test_where_nothing_is_there_what_is_elsewhere_is_listed(desk: Path, call: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(NAME, "amounts.value", "766", "--at", "联系人", "--reason", "x") == 2
    assert "没有 amounts.value" in capsys.readouterr().err


def test_a_place_printed_twice(desk: Path, call: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(NAME, "header.printed_by", "甘肃省财政厅", "--at", "甘肃省财政厅", "--reason", "x") == 2
    assert "【甘肃省财政厅】" in capsys.readouterr().err


def test_a_fact_alone_needs_no_place(desk: Path, call: Command) -> None:
    assert call(NAME, "transfers.batch", "3", "--reason", "x") == 0 and lines()[0].was == 2


@pytest.mark.parametrize(("words", "word"), [
    ((NAME, "header.title"), "DOCUMENT FIELD VALUE"), ((NAME, "header.title", "x"), "--reason"), ((NAME, "header.titel", "x", "--reason", "x"), "title"),
    ((NAME, "amounts.value", "很多", "--reason", "x"), "JSON"), ((NAME, "amounts.value", '"760"', "--reason", "x"), "应是数"),
    ((NAME, "amounts", '{"text": "5元"}', "--at", "760万元", "--reason", "x"), "缺少这一项"),
    ((NAME, "amounts", '{"text": "5元", "value": 5, "unit": "元"}', "--reason", "x"), "--at"),
    ((NAME, "statements.verdict", "x", "--reason", "x"), "没有 statements"), ((NAME, "amounts.value", "5", "--at", "b999", "--reason", "x"), "b999"),
    ((NAME, "amounts.value", "5", "--at", "t1:0:0:5-9", "--reason", "x"), "t1:0:0:5-9"), ((NAME, "header.title", "x", "--reason", "x", "--golden", "g"), "--golden"),
    (("别的.txt", "header.title", "x", "--reason", "x"), "gongwen run"), ((NAME, "allocations.rows.values[没有]", "5", "--at", "天水市", "--reason", "x"), "没有"),
    (("--list", NAME, "header"), "--list"), (("--import", "没有.jsonl"), "没有.jsonl"), (("--import", "x.jsonl", NAME), "DOCUMENT"), (("--as-example", NAME), "--golden"),
    (("--as-example", NAME, "--golden", "g", "--rule", "x"), "--golden"), (("--as-example", NAME, "--golden", "g"), "没有更正"),
])
def test_what_is_refused_and_leaves_nothing(words: tuple[str, ...], word: str, desk: Path, call: Command) -> None:
    with pytest.raises(UsageError) as caught:
        call(*words)
    assert word in str(caught.value) and not Path("corrections").exists()


def test_what_is_so_already_is_not_written(desk: Path, call: Command, grammar: Grammar) -> None:
    title = rerun(grammar).header.title or ""
    with pytest.raises(UsageError, match="没有写入"):
        call(NAME, "header.title", title, "--reason", "x")
    call(NAME, "header.title", "新的标题", "--reason", "x")
    assert call(NAME, "header.title", title, "--reason", "当时看错了") == 0
    assert rerun(grammar).header.title == title
    with pytest.raises(UsageError, match="没有写入"):
        call(NAME, "header.title", title, "--reason", "x")


def test_a_wrong_line_stops_before_another_is_added(desk: Path, call: Command) -> None:
    Path("corrections").mkdir()
    Path("corrections/a.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.jsonl 第 1 行"):
        call(NAME, "header.title", "x", "--reason", "x")
    assert Path("corrections/a.jsonl").read_text(encoding="utf-8") == "{\n"


def test_a_result_without_its_reading(desk: Path, call: Command) -> None:
    reading_path(OUTPUT, NAME).unlink()
    with pytest.raises(UsageError, match="读文"):
        call(NAME, "header.title", "x", "--reason", "x")


def test_a_correction_over_a_correction_knows_what_was_extracted(desk: Path, call: Command, grammar: Grammar) -> None:
    for value in ("766", "767", "768"):
        call(NAME, "amounts.value", value, "--at", "760万元", "--reason", "x")
        record = rerun(grammar)
    assert [one.was for one in lines()] == [760, 760, 760]
    assert [(c.field, c.original, c.value, c.status) for c in record.corrections] == [
        ("amounts.value", 760, 768, "applied"), ("amounts.yuan", 7600000, 7680000, "applied")]
    assert not [f for f in record.findings if f.code.startswith("correction-")]


def test_a_fact_that_was_put_in_can_be_corrected_and_taken_out(desk: Path, call: Command, grammar: Grammar) -> None:
    assert call(NAME, "amounts", '{"text": "33号", "value": 33, "unit": "元"}', "--at", "根据", "--reason", "x") == 0
    assert [a.value for a in rerun(grammar).amounts] == [33, 760, 1600]
    assert call(NAME, "amounts.value", "34", "--at", "根据", "--reason", "x") == 0
    assert [(a.value, a.yuan) for a in rerun(grammar).amounts] == [(34, 34), (760, 7600000), (1600, 1600)]
    assert call(NAME, "amounts", "null", "--at", "根据", "--reason", "x") == 0
    assert [a.value for a in rerun(grammar).amounts] == [760, 1600]


def test_a_fact_that_was_taken_out_can_be_put_back(desk: Path, call: Command, grammar: Grammar) -> None:
    call(NAME, "amounts", "null", "--at", "760万元", "--reason", "x")
    assert [a.value for a in rerun(grammar).amounts] == [1600]
    call(NAME, "amounts", '{"text": "760万元", "value": 766, "unit": "万元"}', "--at", "760万元", "--reason", "x")
    record = rerun(grammar)
    assert [a.value for a in record.amounts] == [766, 1600] and lines()[1].was["value"] == 760
    assert [c.status for c in record.corrections] == ["applied"]


# take in

def test_a_file_is_taken_in_and_taken_in_again(desk: Path, call: Command, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "header.title", "甲", "--reason", "x")
    call(NAME, "doc_type", "other", "--reason", "x")
    Path("corrections/corrections.jsonl").rename("download.jsonl")
    capsys.readouterr()
    assert call("--import", "download.jsonl") == 0 and "导入更正 2 条" in capsys.readouterr().out
    before = Path("corrections/corrections.jsonl").read_bytes()
    assert call("--import", "download.jsonl") == 0
    assert "已有的 2 条略过" in capsys.readouterr().out and Path("corrections/corrections.jsonl").read_bytes() == before


def test_of_a_file_with_a_wrong_line_nothing_is_taken_in(desk: Path, call: Command) -> None:
    call(NAME, "header.title", "甲", "--reason", "x", "--corrections", "elsewhere")
    download = Path("elsewhere/corrections.jsonl")
    download.write_text(download.read_text(encoding="utf-8") + json.dumps({"field": "x"}), encoding="utf-8")
    with pytest.raises(UsageError, match="第 2 行"):
        call("--import", str(download))
    assert not Path("corrections").exists()


# list

def test_the_list_says_how_each_stands(desk: Path, call: Command, grammar: Grammar, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "header.title", "甲", "--reason", "x")
    call(NAME, "header.title", "乙", "--reason", "x")
    rerun(grammar)
    call(NAME, "doc_type", "other", "--reason", "看错了类型")
    other = json.loads(lines()[0].line) | {"document": {"id": "0" * 16}}
    Path("more.jsonl").write_text(json.dumps(other), encoding="utf-8")
    call("--import", "more.jsonl")
    capsys.readouterr()
    assert call("--list") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == NAME and "被后来的取代" in told[1] and "已采用" in told[2] and "待运行" in told[3] and "看错了类型" in told[3]
    assert "没有结果" in told[4] and "待运行" in told[5] and told[-1] == "更正 4 条"
    assert call("--list", NAME) == 0 and capsys.readouterr().out.splitlines()[-1] == "更正 3 条"


def test_the_list_finds_a_renamed_document(desk: Path, call: Command, grammar: Grammar, capsys: pytest.CaptureFixture[str]) -> None:
    call(NAME, "header.title", "甲", "--reason", "x")
    Path(NAME).rename("改名.txt")
    for path in [*OUTPUT.rglob("*.json")]:
        path.unlink()
    rerun(grammar, "改名.txt")
    capsys.readouterr()
    assert call("--list") == 0
    told = capsys.readouterr().out
    assert "改名.txt" in told and "已采用" in told


def test_no_corrections_to_list(desk: Path, call: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--list") == 0 and capsys.readouterr().out == "更正 0 条\n"
