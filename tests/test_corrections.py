"""Lines of corrections: what is one and what is not, whose they are, and files that only grow."""

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from pipeline.corrections.correction import Correction, Corrections, load, parse
from pipeline.corrections.fields import SECTIONS, field
from pipeline.corrections.files import append, gathered, new
from pipeline.errors import UsageError

ID = "9455d7a3d3f9432e"
AMOUNT = {"text": "760万元", "value": 760, "unit": "万元", "label": None, "per": None}


def data(**more: Any) -> dict[str, Any]:
    """A sound line, less what is told as `...`."""
    told = {"document": {"id": ID, "name": "通知.txt"}, "locator": {"block": "b8", "span": [3, 9], "text": "760万元"}, "field": "amounts.value",
            "value": 766, "was": 760, "reason": "印刷模糊", "who": "王某", "when": "2024-05-23T10:00:00+08:00", **more}
    return {k: v for k, v in told.items() if v is not ...}


def line(**more: Any) -> Correction:
    return parse(json.dumps(data(**more)))


def written(folder: Path, *texts: str | bytes, name: str = "corrections.jsonl") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"".join(t if isinstance(t, bytes) else t.encode() for t in texts))
    return folder


# fields

@pytest.mark.parametrize(("name", "value"), [
    ("doc_type", "notice"), ("header.title", "关于下达资金的通知"), ("header.title", None), ("header.issuers", ["甲县财政局"]),
    ("header.issued_on", "2024-05-23"), ("header.issued_on", "2024-05"),
    ("header.title", "a\\name"), ("allocations.rows.adcode", "620500"),
    ("header.doc_number_parts", {"agency_code": "新财社", "year": 2024, "serial": 33}), ("header.doc_number_parts.year", 2024),
    ("header.attachments.title", "分配表"), ("outline.level", 2), ("amounts.value", 5), ("amounts.value", 5.5), ("amounts.per", None), ("amounts", None),
    ("amounts", AMOUNT), ("statements.actual.number", 98.2), ("statements.actual", {"text": "98.2%", "op": "=", "number": 98.2, "unit": "%"}),
    ("performance_tables.indicators.values.op", "≥"), ("performance_tables.indicators.repaired", True), ("allocations.rows.values[0]", 12),
    ("allocations.rows.values[免学费/提前下达]", None), ("allocations.rows.values[资金.甲（万元）]", 3), ("allocations.rows.values", [1, None, 2.5]),
    ("allocations.columns", ["金额"]), ("allocations.columns[0]", "金额"),
    ("performance_tables.indicators", {"level1": None, "level2": None, "name": "培训人数"}),
])
def test_what_can_be_corrected(name: str, value: Any) -> None:
    assert line(field=name, value=value).value == value


@pytest.mark.parametrize(("name", "value", "word"), [
    ("amounts.value", "760", "应是数"), ("amounts.value", True, "应是数"), ("amounts.value", None, "应是数"), ("amounts.unit", 5, "应是文字"), ("outline.level", 6, "太大"),
    ("outline.level", 1.5, "应是整数"), ("amounts.worth", 5, "value"), ("amount.value", 5, "amounts"), ("header", {}, "title"), ("header.issuers", "甲县", "应是列表"),
    ("performance_tables.indicators.values.op", "不低于", "≥"), ("doc_type", "letter", "notice"), ("amounts", {**AMOUNT, "worth": 5}, "worth：没有这一项"),
    ("amounts", {k: v for k, v in AMOUNT.items() if k != "text"}, "text：缺少这一项"), ("amounts", {**AMOUNT, "yuan": 760}, "应是 7600000"), ("amounts", 760, "应是对象"),
    ("amounts", {**AMOUNT, "evidence": {}}, "locator"), ("performance_tables.indicators", {"level1": None, "level2": None, "name": "培训人数", "values": []}, "values"),
    ("header.issued_on", "2024年5月23日", "2024-05-23"), ("header.issued_on", "2024-13-01", "2024-05-23"), ("allocations.rows.adcode", "6205", "六位"),
    ("transfers", {"received_on": "昨天"}, "received_on"), ("header.title", "甲\n乙", "换行"), ("amounts", {**AMOUNT, "text": "甲\x00"}, "控制"),
    ("amounts.evidence", None, "没有"), ("findings", None, "没有"), ("residue", None, "没有"), ("id", ID, "没有"), ("amounts[0].value", 5, "[ ]"), ("amounts.value[0]", 5, "[ ]"),
    ("amounts.", 5, "不是字段的名字"), ("", 5, "不是字段的名字"), ("金额", 5, "不是字段的名字"), ("amounts.value.", 5, "不是字段的名字"), ("amounts..value", 5, "不是字段的名字"),
    ("amounts.value.more", 5, "没有"),
])
def test_what_cannot(name: str, value: Any, word: str) -> None:
    with pytest.raises(ValueError) as caught:
        line(field=name, value=value)
    assert word in str(caught.value)


def test_every_section_of_facts_can_be_corrected() -> None:
    assert all(field(name).whole for name in SECTIONS if name not in ("doc_type", "header"))


# lines

@pytest.mark.parametrize(("more", "word"), [
    ({"document": {}}, "id 或 name"), ({"document": {"id": "9455"}}, "document.id"), ({"document": {"id": ID, "path": "x"}}, "path"), ({"document": ID}, "document"),
    ({"locator": ...}, "locator"), ({"locator": {"text": " "}}, "locator.text"), ({"locator": {"text": "x", "table": "t1", "row": 1}}, "column"),
    ({"locator": {"text": "x", "block": "b1", "table": "t1", "row": 1, "column": 0}}, "locator"), ({"locator": {"text": "x", "block": "b1", "span": [5, 5]}}, "span"),
    ({"locator": {"text": "x", "occurrence": [2, 1]}}, "occurrence"), ({"locator": {"text": "x", "row": "3"}}, "locator.row"), ({"locator": {"text": "x", "line": 3}}, "line"),
    ({"reason": ...}, "reason：缺少这一项"), ({"reason": " "}, "reason：不能为空"), ({"who": ""}, "who：不能为空"), ({"value": ...}, "value：缺少这一项"),
    ({"when": "2024-05-23T10:00:00"}, "时区"), ({"when": "昨天"}, "时区"), ({"when": 5}, "when"), ({"note": "x"}, "note：没有这一项"),
])
def test_a_line_that_is_none_says_what_is_wrong(more: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError) as caught:
        line(**more)
    assert word in str(caught.value)


@pytest.mark.parametrize(("text", "word"), [
    ("{", "JSON"), ("null", "对象"), ("[]", "对象"), ('{"who": "a", "who": "b"}', "写了两次"), ('{"value": NaN}', "NaN"), ('{"value": 1e999}', "1e999"),
    ('{"value": ' + "9" * 5000 + "}", "999"), ('{"who": "\\ud800"}', "不成文字"), ("[" * 100_000, "嵌套"), ("{} {}", "JSON"),
])
def test_a_text_that_is_no_line(text: str, word: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(text)
    assert word in str(caught.value)


def test_a_line_says_again_what_it_said() -> None:
    one = line(was=...)
    assert parse(one.line) == one and not parse(one.line).knew and parse(one.line).line == one.line
    assert line(was=None).knew


# a folder

def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == Corrections() and load(tmp_path / "none").of(ID, "通知.txt") == ()


def test_files_are_read_in_order_with_marks_ends_and_empty_lines_as_they_come(tmp_path: Path) -> None:
    written(tmp_path, line(value=3).line, name="b.jsonl")
    written(tmp_path, b"\xef\xbb\xbf", line(value=1).line, "\r\n\r\n  \r\n", line(value=2).line, "\r\n", name="a.jsonl")
    written(tmp_path, "not one", name="notes.txt")
    written(tmp_path, "not one", name=".a.jsonl")
    assert [one.value for one in load(tmp_path).lines] == [1, 2, 3]


@pytest.mark.parametrize(("wrong", "word"), [(b"{", "JSON"), (b"\xff\xfe", "UTF-8"), (data(value="x"), "应是数"), (data(field="amounts.worth"), "worth")],
                         ids=["broken", "encoding", "type", "field"])
def test_a_wrong_line_is_told_with_its_file_and_number(wrong: Any, word: str, tmp_path: Path) -> None:
    wrong = wrong if isinstance(wrong, bytes) else json.dumps(wrong)
    written(tmp_path, line().line, "\n\n", wrong, "\n", line().line)
    with pytest.raises(UsageError) as caught:
        load(tmp_path)
    assert "corrections.jsonl 第 3 行" in str(caught.value) and word in str(caught.value) and "请改正" in str(caught.value)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="无法读取"):
        load(written(tmp_path, "", name="x") / "x")


def test_a_file_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").mkdir()
    with pytest.raises(UsageError, match="无法读取"):
        load(tmp_path)


def test_whose_a_line_is() -> None:
    """By the id whatever the name; by the name only where there is no id."""
    by_both, by_id = line(), line(document={"id": ID})
    by_name, other = line(document={"name": "通知.txt"}), line(document={"id": "0" * 16, "name": "通知.txt"})
    some = Corrections((by_name, other, by_both, by_id))
    assert some.of(ID, "通知.txt") == (by_name, by_both, by_id)
    assert some.of(ID, "甲/改名.txt") == (by_both, by_id)
    assert some.of("f" * 16, "通知.txt") == (by_name,)
    assert pickle.loads(pickle.dumps(some)).of(ID, "通知.txt") == some.of(ID, "通知.txt")


def test_the_fingerprint_is_of_a_document_s_own_lines() -> None:
    one, other = line(), line(document={"id": "0" * 16})
    assert Corrections((one,)).fingerprint(ID, "x") == Corrections((one, other)).fingerprint(ID, "y") != ""
    assert Corrections((one, line(value=7))).fingerprint(ID, "x") != Corrections((one,)).fingerprint(ID, "x")
    assert Corrections((other,)).fingerprint(ID, "x") == ""


# files grow

def test_what_stands_is_the_beginning_of_what_stands_then(tmp_path: Path) -> None:
    folder, before = tmp_path / "a" / "corrections", b""
    for n in range(5):
        path = append(folder, [line(value=n), line(value=n + 10)])
        assert path.read_bytes().startswith(before) and len(path.read_bytes()) > len(before)
        before = path.read_bytes()
    assert [one.value for one in load(folder).lines] == [0, 10, 1, 11, 2, 12, 3, 13, 4, 14]


def test_a_line_left_open_is_ended_first(tmp_path: Path) -> None:
    before = written(tmp_path, line(value=1).line).joinpath("corrections.jsonl").read_bytes()
    append(tmp_path, [line(value=2)])
    assert (tmp_path / "corrections.jsonl").read_bytes().startswith(before)
    assert [one.value for one in load(tmp_path).lines] == [1, 2]


def test_a_new_line_is_the_last_of_all_files(tmp_path: Path) -> None:
    for name in ("li.jsonl", "zhang.jsonl"):
        written(tmp_path, line(value=1).line, "\n", name=name)
    append(tmp_path, [line(value=2)])
    assert load(tmp_path).lines[-1].value == 2 and not (tmp_path / "corrections.jsonl").exists()


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(tmp_path, [line(value=1)])
    before = (tmp_path / "corrections.jsonl").read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, some: write(file, some[:20]))
    with pytest.raises(UsageError, match="没有写入任何一条"):
        append(tmp_path, [line(value=2)])
    assert (tmp_path / "corrections.jsonl").read_bytes() == before


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    written(tmp_path, "", name="corrections")
    with pytest.raises(UsageError):
        append(tmp_path / "corrections", [line()])


def test_lines_from_elsewhere_are_taken_once(tmp_path: Path) -> None:
    folder, download = tmp_path / "corrections", tmp_path / "download.json"
    append(folder, [line(value=1)])
    download.write_text("\ufeff" + json.dumps([data(value=1), data(value=2), data(value=2), data(value=3)], ensure_ascii=False, indent=1), encoding="utf-8")
    some = gathered(download)
    assert [one.value for one in some] == [1, 2, 2, 3] and [one.value for one in new(folder, some)] == [2, 3]
    download.write_text("\n".join(json.dumps(data(value=n)) for n in (1, 4)), encoding="utf-8")
    assert [one.value for one in new(folder, gathered(download))] == [4]


@pytest.mark.parametrize(("text", "word"), [
    ("[{}]", "第 1 条"), (json.dumps([data(), data(value="x")]), "第 2 条"), ("[", "JSON"), ("{", "第 1 行"), (json.dumps(data()) + "\n{", "第 2 行"),
])
def test_a_wrong_line_from_elsewhere(text: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "download").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        gathered(tmp_path / "download")
    assert word in str(caught.value)
