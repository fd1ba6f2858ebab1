"""`gongwen query`: what it answers, how it prints it, what it keeps, and what it refuses."""

import argparse
import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from extractors.record import Allocation, AllocationRow, Evidence, Finding, Header, Provenance, Record, Source
from pipeline.commands import query
from pipeline.errors import UsageError
from pipeline.query import kept, listed, views, written
from pipeline.query.ask import Answer, ask
from pipeline.store import HOME, dumps, record_path
from pipeline.tables.schema import TABLES
from pipeline.tables.stream import stream
from tests.conftest import NOTICE, Output, through, write

Ask = Callable[..., str]
CELL = Evidence(table="t1", row=1, column=1)


def record(name: str = "a.txt", **told: Any) -> Record:
    source = Source(path=name, sha256=told.pop("sha256", name), media_type="text/plain", size=1, reader="text/1")
    return Record(id="0" * 16, source=source, doc_type=told.pop("doc_type", "notice"), header=Header(**told.pop("header", {})),
                  provenance=Provenance(version="0", code="0", grammar="0"), **told)


def allocation(columns: list[str], *rows: tuple[str, list[float | None]], unit: str | None = "万元", title: str = "2024年资金分配表") -> Allocation:
    """A table of item rows; the row 合计 is its total."""
    told = [AllocationRow(seq=None, name=name, adcode=None, role="total" if name == "合计" else "item", values=list(values), evidence=CELL.model_copy(update={"row": n}))
            for n, (name, values) in enumerate(rows, 1)]
    return Allocation(title=title, attachment=None, unit=unit, columns=columns, rows=told, evidence=CELL)


def put(folder: Path, *records: Record) -> Path:
    for one in records:
        path = record_path(folder, one.source.path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dumps(one.model_dump(mode="json")))
    return folder


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with kept.opened(folder, print) as database:
        return list(ask(database, sql).rows)


@pytest.fixture
def asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`asked(folder, sql, *options)`: what the command prints."""
    monkeypatch.setenv("COLUMNS", "120")

    def call(folder: Path | None, *arguments: str) -> str:
        parser = argparse.ArgumentParser()
        query.add(parser.add_subparsers())
        told = parser.parse_args(["query", *arguments, *(["--results", str(folder)] if folder else [])])
        assert told.call(told) == 0
        return capsys.readouterr().out

    return call


def small(folder: Path) -> Path:
    table = allocation(["金额"], ("甲市", [1.5]), ("乙县", [-2]), ("合计", [-0.5]))
    return put(folder / "output", record(header={"title": "关于下达\x1b[31m资金的通知", "issued_on": "2024-04-09"}, allocations=[table]))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results that no test changes."""
    return small(tmp_path_factory.mktemp("results"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Results of a test's own."""
    return small(tmp_path)


# --- what it answers, and how it is printed


def test_as_a_table(asked: Ask, results: Path) -> None:
    assert asked(results, "SELECT name, yuan, basis FROM v_money ORDER BY row_no").splitlines() == [
        "name     yuan   basis", "──────────────────────", "甲市    15000   single", "乙县   -20000   single", "（2 行）"]


def test_nothing_steers_the_terminal(asked: Ask, results: Path) -> None:
    told = asked(results, "SELECT title AS \"a\x1b[0m\" FROM documents")
    assert "\x1b" not in told and "\\x1b[31m" in told and "a\\x1b[0m" in told


def test_a_long_cell_is_shown_whole_within_the_width(asked: Ask, results: Path) -> None:
    told = asked(results, "SELECT repeat('财政a', 100) AS long, 1 AS n")
    assert all(cell_len(line) <= 120 for line in told.splitlines())
    assert "".join(told.split()).count("财政a") + told.count("财\n") >= 95
    assert sum(told.count(one) for one in "财政a") == 300


def test_many_columns_are_told_one_under_the_other(asked: Ask, results: Path) -> None:
    told = asked(results, "SELECT * FROM documents")
    assert "—— 第 1 行" in told and any(line.split() == ["issued_on", "2024-04-09"] for line in told.splitlines())
    assert all(cell_len(line) <= 120 for line in told.splitlines())


def test_rows_beyond_the_first_are_not_left_out_silently(asked: Ask, results: Path) -> None:
    told = asked(results, "SELECT range AS n FROM range(501)")
    assert f"（以上为前 {written.SHOWN} 行，还有更多；全部请用 --format csv 或 json）" in told
    assert len(asked(results, "SELECT range AS n FROM range(501)", "--format", "csv").splitlines()) == 502


def test_as_csv(asked: Ask, results: Path) -> None:
    sql = "SELECT name, yuan, issued_on, '=1+1' AS f, 'a\"b,c\nd' AS q, NULL AS n FROM v_money JOIN documents USING (document) ORDER BY row_no"
    told = asked(results, sql, "--format", "csv")
    assert "\r" not in told
    assert list(csv.reader(io.StringIO(told))) == [["name", "yuan", "issued_on", "f", "q", "n"], ["甲市", "15000", "2024-04-09", "=1+1", 'a"b,c\nd', ""],
                                                   ["乙县", "-20000", "2024-04-09", "=1+1", 'a"b,c\nd', ""]]


def test_as_json(asked: Ask, results: Path) -> None:
    told = asked(results, "SELECT 12345678901234567.000000000001::DECIMAL(30, 12) AS exact, 1.50::DECIMAL(30, 12) AS d, DATE '2024-04-09' AS day, [1, 2] AS l, "
                 "{'a': 1} AS o, 1 AS n, 2 AS n, 'x\u2028\"' AS t, true AS b, NULL AS nothing, 1.0 / 0 AS endless", "--format", "json")
    assert '"exact": 12345678901234567.000000000001,' in told
    assert json.loads(told, parse_float=Decimal) == [{
        "exact": Decimal("12345678901234567.000000000001"), "d": Decimal("1.5"), "day": "2024-04-09", "l": [1, 2], "o": {"a": 1}, "n": 1, "n_2": 2, "t": "x\u2028\"", "b": True,
        "nothing": None, "endless": "inf"}]
    assert asked(results, "SELECT 1 WHERE false", "--format", "json") == "[]\n"


def test_into_a_file(asked: Ask, results: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert asked(results, "SELECT 1 AS 数", "--format", "csv", "-o", str(path)) == ""
    assert path.read_bytes() == "数\n1\n".encode()
    with pytest.raises(UsageError, match="--format csv"):
        asked(results, "SELECT 1", "-o", str(path))
    with pytest.raises(UsageError, match="无法写入"):
        asked(results, "SELECT 1", "--format", "csv", "-o", str(tmp_path))


@given(st.decimals(min_value=-10**17, max_value=10**17, places=12))
def test_decimals_come_back_exact(value: Decimal) -> None:
    told = "".join(written.as_json(Answer(("d",), ("DECIMAL(30,12)",), iter([(value,)]))))
    assert json.loads(told, parse_float=Decimal) == [{"d": value}]


@given(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.booleans(), st.dates(), st.decimals(allow_nan=False, allow_infinity=False, places=3)), min_size=2, max_size=4))
def test_whatever_the_values_csv_and_json_hold_them(values: list[Any]) -> None:
    def answer() -> Answer:
        return Answer(tuple(f"c{n}" for n in range(len(values))), ("",) * len(values), iter([tuple(values)]))

    (told,) = json.loads("".join(written.as_json(answer())), parse_float=Decimal)
    assert list(told.values()) == [value.isoformat() if isinstance(value, date) else value for value in values]
    _, line = csv.reader(io.StringIO("".join(written.comma_separated(answer())), newline=""))
    assert [cell for cell, value in zip(line, values, strict=True) if isinstance(value, str)] == [value for value in values if isinstance(value, str)]


# --- what there is


def test_the_list_needs_no_results(asked: Ask) -> None:
    told = asked(None, "--list")
    assert all(name in told for name in (*(table.name for table in TABLES), *views.READY)) and "分配明细" in told


def test_the_columns_of_a_view(asked: Ask) -> None:
    told = asked(None, "--list", "v_execution")
    assert "执行率：" in told and "computed_rate" in told and "DECIMAL(18,2)" in told and "Execution rates" in told
    assert json.loads(asked(None, "--list", "amounts", "--format", "json"))[0]["column"] == "document"


def test_no_such_table(asked: Ask) -> None:
    with pytest.raises(UsageError, match=r"^没有名为 amuonts 的表或视图；是否指 amounts.*？全部见 gongwen query --list$"):
        asked(None, "--list", "amuonts")
    with pytest.raises(UsageError, match=r"^没有名为 絜 的表或视图；全部见 gongwen query --list$"):
        asked(None, "--list", "絜")


@pytest.mark.parametrize("view", [view.name for view in views.views()])
def test_every_column_of_a_view_is_told_in_words(view: str) -> None:
    told = list(listed.columns(view).rows)
    assert all(meaning for *_, meaning in told)
    if view in views.READY:
        assert [column for column, *_ in told] == list(next(one for one in views.views() if one.name == view).columns)


def test_every_file_of_a_view_is_a_view() -> None:
    assert {path.stem for path in views.FOLDER.glob("*.sql")} == set(views.READY)


# --- what it keeps


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / HOME).iterdir()}


def test_made_once_and_again_when_results_change(own: Path) -> None:
    rows(own, "SELECT 1")
    first = files(own)
    assert len(first) == 1
    rows(own, "SELECT 1")
    assert files(own) == first
    put(own, record("b.txt"))
    assert rows(own, "SELECT count(*) FROM documents") == [(2,)]
    assert len(files(own)) == 1 and files(own) != first
    (own / "failures.jsonl").write_text('{"name": "c.pdf", "code": "x", "reason": "坏了", "next_step": "换一份"}\n', encoding="utf-8")
    assert rows(own, "SELECT document, was_read, reason FROM v_completeness WHERE NOT was_read") == [("c.pdf", False, "坏了")]


@pytest.mark.parametrize("damage", ["", "not a database", None])
def test_a_damaged_file_is_made_again(own: Path, damage: str | None) -> None:
    rows(own, "SELECT 1")
    (path,) = (own / HOME).iterdir()
    path.write_bytes(path.read_bytes()[:5000] if damage is None else damage.encode())
    assert rows(own, "SELECT count(*) FROM documents") == [(1,)]
    assert path.stat().st_size > 5000


def test_a_folder_that_cannot_be_written(own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (own / HOME).write_text("a file stands where the folder would")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    assert rows(own, "SELECT count(*) FROM documents") == [(1,)]
    assert not list((tmp_path / "elsewhere").iterdir())


def test_two_queries_at_once(own: Path) -> None:
    """Both find nothing kept and make it; the second takes the place of the first, which goes on reading its own."""
    with kept._made(own, print) as one, kept._made(own, print) as other:
        assert one != other
        path = kept._path(own)
        with kept._sealed(kept._placed(one, path)) as first:
            kept._placed(other, path)
            assert first.execute("SELECT count(*) FROM v_money").fetchall() == [(2,)]
    assert files(own) == {path.name}


def test_results_that_change_meanwhile_are_not_kept(own: Path) -> None:
    def changing(*given: Any) -> Iterator[Any]:
        yield from stream(*given)
        put(own, record("late.txt"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "stream", changing)
        assert rows(own, "SELECT count(*) FROM documents") == [(1,)]
    assert not files(own)
    assert rows(own, "SELECT count(*) FROM documents") == [(2,)]


def test_what_a_killed_query_left_goes_when_it_is_old(own: Path) -> None:
    old, new = own / HOME / "tables-draft-old", own / HOME / "tables-draft-new"
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    rows(own, "SELECT 1")
    assert new.name in files(own) and old.name not in files(own)


def test_text_that_utf8_cannot_hold(tmp_path: Path) -> None:
    (tmp_path / "a.txt.json").write_text(json.dumps(record().model_dump(mode="json")).replace('"title": null', '"title": "a\\udcff"'), encoding="utf-8")
    assert rows(tmp_path, "SELECT title FROM documents") == [("a\\udcff",)]


# --- what it refuses


@pytest.mark.parametrize("sql", ["", "  ", "-- nothing", ";"])
def test_no_question(results: Path, sql: str) -> None:
    with pytest.raises(UsageError, match="没有查询语句"):
        rows(results, sql)


def test_several_statements(results: Path) -> None:
    with pytest.raises(UsageError, match="这里有 2 条"):
        rows(results, "SELECT 1; SELECT 2")
    assert rows(results, "SELECT 1;") == [(1,)]


@pytest.mark.parametrize("sql", [
    "INSERT INTO amounts (document) VALUES ('x')", "DELETE FROM amounts", "DROP TABLE amounts", "CREATE TEMP TABLE x AS SELECT 1", "CREATE VIEW x AS SELECT 1",
    "COPY amounts TO 'x.csv'", "ATTACH 'x.db'", "INSTALL httpfs", "LOAD httpfs", "SET threads = 1", "PRAGMA database_list", "EXPORT DATABASE 'x'", "CHECKPOINT",
    "CALL pragma_version()", "PREPARE x AS SELECT 1", "USE main", "BEGIN"])
def test_only_reading(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="只能读取"):
        rows(results, sql)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("source", ["read_text('{}')", "read_csv('{}')", "read_blob('{}')", "glob('{}')", "'{}'", "read_json('http://127.0.0.1:9/a.json')", "parquet_scan('{}')"])
def test_no_other_file_and_no_network(results: Path, tmp_path: Path, source: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\nsecret\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        rows(results, f"SELECT * FROM {source.format(secret)}")
    assert "secret\nsecret" not in str(refused.value)


def test_no_variable_of_the_program(results: Path) -> None:
    folder = results  # noqa: F841
    with pytest.raises(UsageError, match="does not exist"):
        rows(results, "SELECT * FROM folder")


@pytest.mark.parametrize(("sql", "hint"), [
    ("SELECT * FROM amuonts", "是否指 amounts"), ("SELECT yaun FROM amounts", "是否指 yuan"), ("SELCT 1", "--list"), ("SELECT * FROM nothing_at_all_like_it", "--list"),
    ("SELECT $1", "查询有误"), ("SELECT 1 / 'a'", "查询有误"), ("SELECT CAST(name AS INTEGER) FROM allocation_rows", "查询有误")])
def test_what_is_wrong_is_said_in_a_line(results: Path, sql: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        rows(results, sql)
    assert hint in str(refused.value) and "\n" not in str(refused.value)


def test_no_results_yet(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError, match="请先运行 gongwen run"):
            rows(folder, "SELECT 1")
    assert not list(tmp_path.iterdir())


def test_results_of_another_schema(own: Path) -> None:
    path = own / "a.txt.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"schema_version": "1.1"', '"schema_version": "0.9"'), encoding="utf-8")
    with pytest.raises(UsageError, match="请用本版本重新运行"):
        rows(own, "SELECT 1")
    assert not files(own)


@pytest.mark.parametrize("arguments", [[], ["SELECT 1", "--list", "amounts"]])
def test_neither_question_nor_list_or_both(asked: Ask, arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        asked(None, *arguments)


# --- what the views count


def basis(folder: Path, *tables: Allocation, **told: Any) -> list[tuple[Any, ...]]:
    put(folder, record(allocations=list(tables), **told))
    return [tuple(row) for row in rows(folder, "SELECT basis, labels, yuan FROM v_money_basis ORDER BY allocation_no")]


COUNTED: list[tuple[list[str], list[float | None], tuple[Any, ...]]] = [
    (["金额"], [5], ("single", "金额", 50000)),
    (["合计", "中央", "省级"], [5, 2, 3], ("total", "合计", 50000)),
    (["中央", "省级", "小 计"], [2, 3, 5], ("total", "小计", 50000)),
    (["合计", "中央", "省级"], [6, 2, 3], ("unclear", None, None)),
    (["中央", "省级"], [2, 3], ("parts", "中央、省级", 50000)),
    (["中央", "省级"], [None, 3], ("parts", "中央、省级", 30000)),
    (["中央/小计", "中央/甲", "中央/乙", "省级/小计", "省级/丙"], [3, 1, 2, 4, 4], ("parts", "中央/甲、中央/乙、省级/丙", 70000)),
    (["补助资金", "其中：中央"], [5, 2], ("single", "补助资金", 50000)),
    (["合计", "其中：中央资金", "省级资金"], [5, 2, 3], ("total", "合计", 50000)),
    (["合计", "其中：中央资金", "省级资金"], [6, 2, 3], ("unclear", None, None)),
    (["合计", "中央补助", "其中：寄宿制学校", "省级补助"], [5, 2, 1, 3], ("total", "合计", 50000)),
    (["补助资金", "其中：中央", "省级"], [5, 2, 3], ("total", "补助资金", 50000)),
    (["补助资金", "其中：中央", "省级"], [9, 2, 3], ("unclear", None, None)),
    (["另项", "补助资金", "其中：中央", "省级"], [1, 5, 2, 3], ("unclear", None, None)),
    (["省级补助", "中央补助", "其中：寄宿制学校"], [3, 2, 1], ("parts", "省级补助、中央补助", 50000)),
    (["本次下达/合计", "其中：中央", "本次下达/省级"], [5, 2, 3], ("this_time", "本次下达/合计", 50000)),
    (["人数", "补助标准", "补助资金"], [100, 0.05, 5], ("single", "补助资金", 50000)),
    (["应补助", "已下达", "本次下达"], [9, 4, 5], ("this_time", "本次下达", 50000)),
    (["本次下达/合计", "本次下达/中央", "本次下达/省级"], [5, 2, 3], ("this_time", "本次下达/合计", 50000)),
    (["中央/本次清算", "省级/本次清算"], [-2, 3], ("this_time", "中央/本次清算、省级/本次清算", 10000)),
    (["总投资", "本次安排"], [90, 5], ("this_time", "本次安排", 50000)),
    (["提前下达资金"], [5], ("single", "提前下达资金", 50000)),
    (["提前下达", "合计"], [5, 8], ("unclear", None, None)),
    (["已下达", "合计"], [5, 8], ("unclear", None, None)),
    (["原下达资金", "收回资金"], [5, 8], ("unclear", None, None)),
    (["收回资金"], [5], ("unclear", None, None)),
    (["2023年资金", "2024年资金"], [5, 8], ("unclear", None, None)),
    (["", "金额"], [5, 8], ("unclear", None, None)),
    (["其中：中央", "其中：省级"], [5, 8], ("unclear", None, None)),
    (["草原补助", "应急救灾"], [5, 8], ("parts", "草原补助、应急救灾", 130000)),
]


def test_which_columns_are_counted(tmp_path: Path) -> None:
    put(tmp_path, *(record(f"{n:02}", allocations=[allocation(columns, ("甲市", values), ("合计", values))]) for n, (columns, values, _) in enumerate(COUNTED)))
    found = rows(tmp_path, "SELECT basis, labels, yuan FROM v_money_basis ORDER BY document")
    assert list(zip((columns for columns, *_ in COUNTED), found, strict=True)) == [(columns, expected) for columns, _, expected in COUNTED]


def test_a_sum_that_holds_in_one_row_only_is_no_sum(tmp_path: Path) -> None:
    assert basis(tmp_path / "a", allocation(["合计", "甲", "乙"], ("一县", [3, 1, 2]), ("二县", [9, 1, 2])))[0][0] == "unclear"
    with_part = ["合计", "甲", "其中：丙", "乙"]  # without it in one row, with it in the other
    assert basis(tmp_path / "b", allocation(with_part, ("一县", [3, 1, 1, 2]), ("二县", [4, 1, 1, 2])))[0][0] == "unclear"


def test_what_is_not_an_allotment(tmp_path: Path) -> None:
    table = allocation(["金额"], ("甲市", [5]))
    assert basis(tmp_path / "a", table, doc_type="self_evaluation_report") == [("told", None, None)]
    assert basis(tmp_path / "b", allocation(["金额"], ("甲市", [5]), unit=None)) == [("no_unit", None, None)]
    assert basis(tmp_path / "c", allocation(["金额"], ("甲市", [5]), title="2024年资金收回明细表")) == [("unclear", None, None)]


def test_the_same_money_in_two_tables_of_one_document_counts_once(tmp_path: Path) -> None:
    by_place, by_use = allocation(["金额"], ("甲市", [2]), ("乙市", [3])), allocation(["金额"], ("修路", [4]), ("修桥", [1]))
    assert [told[0] for told in basis(tmp_path, by_place, by_use, allocation(["金额"], ("丙", [7])))] == ["single", "again", "single"]


def test_a_document_in_several_files_counts_once(tmp_path: Path) -> None:
    table = allocation(["金额"], ("甲市", [5]))
    number = {"doc_number": "甘财社〔2024〕21号", "title": "关于下达资金的通知"}
    warning = Finding(code="x", severity="warning", message="", evidence=Evidence(block="b1", span=(0, 1)))
    put(tmp_path, record("a.pdf", header=number, allocations=[table], findings=[warning]),
        record("b.docx", header={**number, "title": "关于下达 资金的通知"}, allocations=[table]),
        record("c.txt", header={**number, "title": "关于下达第二批资金的通知"}, allocations=[table]))
    assert rows(tmp_path, "SELECT document, counted, counted_document, files FROM v_copies ORDER BY 1") == [
        ("a.pdf", False, "b.docx", 2), ("b.docx", True, "b.docx", 2), ("c.txt", True, "c.txt", 1)]
    assert rows(tmp_path, "SELECT sum(yuan) FROM v_money_by_place") == [(Decimal(100000),)]
    assert rows(tmp_path, "SELECT count(*) FROM v_completeness") == [(3,)]


def test_of_two_files_the_one_that_holds_more_counts(tmp_path: Path) -> None:
    """However clean a body is that was cut before its tables, alone or beside a table file of another."""
    number, table = {"doc_number": "甘财社〔2024〕21号", "title": "关于下达资金的通知"}, allocation(["金额"], ("甲市", [5]))
    warning = Finding(code="x", severity="warning", message="", evidence=Evidence(block="b1", span=(0, 1)))
    put(tmp_path / "a", record("body.txt", header=number), record("whole.txt", header=number, allocations=[table], findings=[warning]))
    assert rows(tmp_path / "a", "SELECT document FROM v_copies WHERE counted") == [("whole.txt",)]

    wrong = allocation(["金额"], ("甲市", [5]), ("合计", [6]))
    error = Finding(code="sum-mismatch", severity="error", message="不一致", evidence=wrong.rows[1].evidence)
    put(tmp_path / "b", record("in-doubt.txt", header=number, allocations=[wrong, wrong, wrong], findings=[error]), record("right.txt", header=number, allocations=[table]))
    assert rows(tmp_path / "b", "SELECT document FROM v_copies WHERE counted") == [("right.txt",)]

    link = {"relation": "attached_to", "number": 1, "title": "分配表", "path": "z.zip!/body.txt", "id": "0" * 16}
    put(tmp_path / "c", record("body.txt", header=number), record("z.zip!/body.txt", header=number),
        record("z.zip!/1.xlsx", doc_type="allocation_table", allocations=[table], links=[link]))
    assert rows(tmp_path / "c", "SELECT document, counted_document FROM v_copies WHERE counted ORDER BY 1") == [("z.zip!/1.xlsx",) * 2, ("z.zip!/body.txt",) * 2]
    put(tmp_path / "c", record("whole.txt", header=number, allocations=[table, table]))
    assert rows(tmp_path / "c", "SELECT DISTINCT counted_document FROM v_copies") == [("whole.txt",)]


def test_without_a_number_the_title_and_all_numbers_must_agree(tmp_path: Path) -> None:
    told = {"header": {"title": "2024年资金分配表"}, "doc_type": "allocation_table"}
    put(tmp_path, record("a.xlsx", **told, allocations=[allocation(["金额"], ("甲市", [5]))]), record("b.xlsx", **told, allocations=[allocation(["金额"], ("甲市", [5]))]),
        record("c.xlsx", **told, allocations=[allocation(["金额"], ("甲市", [6]))]), record("d.xlsx", sha256="same"), record("e.xlsx", sha256="same"))
    assert rows(tmp_path, "SELECT document FROM v_copies WHERE counted ORDER BY 1") == [("a.xlsx",), ("c.xlsx",), ("d.xlsx",)]


def test_rows_in_doubt_are_left_out_and_come_back_when_resolved(tmp_path: Path) -> None:
    table = allocation(["金额"], ("甲市", [5]), ("合计", [6]))
    error = Finding(code="sum-mismatch", severity="error", message="不一致", evidence=table.rows[1].evidence)
    put(tmp_path, record(allocations=[table], findings=[error]))
    assert rows(tmp_path, "SELECT count(*) FROM v_allocation_rows UNION ALL SELECT count(*) FROM v_money UNION ALL SELECT count(*) FROM v_findings") == [(0,), (0,), (1,)]
    assert rows(tmp_path, "SELECT computed, printed, difference FROM v_allocation_sums") == [(5, 6, 1)]
    put(tmp_path, record(allocations=[table]))
    assert rows(tmp_path, "SELECT count(*) FROM v_money") == [(1,)]


@settings(max_examples=12)  # each makes a database
@given(st.lists(st.lists(st.integers(-1000, 1000), min_size=2, max_size=2), min_size=1, max_size=5), st.booleans())
def test_money_is_what_the_items_add_up_to(table: list[list[int]], with_sum: bool) -> None:
    lines: list[tuple[str, list[float | None]]] = [(f"县{n}", [*values, *([sum(values)] if with_sum else [])]) for n, values in enumerate(table)]
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), record(allocations=[allocation(["中央", "省级", *(["合计"] if with_sum else [])], *lines)]))
        assert rows(Path(folder), "SELECT sum(yuan) FROM v_money") == [(sum(map(sum, table)) * 10000,)]


def moving(name: str, number: str, basis: str, yuan: int) -> Record:
    transfer = {"program": "资金", "value": yuan, "unit": "元", "yuan": yuan, "basis": basis, "document": number, "evidence": Evidence(block="b1", span=(0, 9))}
    return record(name, header={"doc_number": number, "title": name}, transfers=[transfer])


def test_the_funding_tree_follows_chains_and_ends_in_circles(tmp_path: Path) -> None:
    put(tmp_path, moving("a", "省〔1〕1号", "部〔1〕1号", 90), moving("b", "市〔1〕1号", "省〔1〕1号", 50), moving("c", "市〔1〕2号", "省〔1〕1号", 30),
        moving("d", "环〔1〕1号", "环〔1〕2号", 1), moving("e", "环〔1〕2号", "环〔1〕1号", 1))
    assert rows(tmp_path, "SELECT depth, doc_number, yuan, passed_on, children FROM v_funding_tree ORDER BY path") == [
        (0, "部〔1〕1号", None, 90, 1), (1, "省〔1〕1号", 90, 80, 2), (2, "市〔1〕1号", 50, None, 0), (2, "市〔1〕2号", 30, None, 0)]


def test_money_taken_back_moves_down_no_edge_and_counts_as_no_allotment(tmp_path: Path) -> None:
    back = moving("关于收回资金的通知", "省〔1〕2号", "部〔1〕1号", 40)
    back.allocations.append(allocation(["金额"], ("甲市", [5])))
    put(tmp_path, moving("关于下达资金的通知", "省〔1〕1号", "部〔1〕1号", 90), back)
    assert rows(tmp_path, "SELECT doc_number, yuan FROM v_funding_edges WHERE kind = 'transfer'") == [("省〔1〕1号", 90)]
    assert rows(tmp_path, "SELECT passed_on, children FROM v_funding_tree WHERE depth = 0") == [(90, 1)]
    assert rows(tmp_path, "SELECT basis, yuan FROM v_money_basis") == [("unclear", None)]


# Name, second level, target, its sign, result; in which direction they are compared, whether the target is reached.
VERDICTS: list[tuple[tuple[str, str, float, str | None, float], str, bool]] = [
    (("新增高标准农田面积", "数量指标", 4, None, 5), "≥", True), (("新增高标准农田面积", "数量指标", 4, None, 3), "≥", False),
    (("单位成本", "成本指标", 4, None, 5), "≤", False), (("城镇调查失业率", "经济效益指标", 4, None, 5), "≤", False), (("重大事故次数", "质量指标", 0, None, 1), "≤", False),
    (("安全事故隐患整改率", "质量指标", 90, None, 80), "≥", False), (("主要污染物减排量", "生态效益指标", 90, None, 95), "≥", True),
    (("受益人数", "数量指标", 4, "≤", 5), "≤", False), (("受益人数", "数量指标", 4, ">", 4), ">", False), (("单位成本", "成本指标", 4, "≥", 5), "≥", True),
]


def test_whether_a_target_is_reached(tmp_path: Path) -> None:
    def told(name: str, level2: str, target: float, op: str | None, actual: float) -> dict[str, Any]:
        values = [{"label": None, "role": role, "year": None, "text": str(number), "op": sign, "number": number, "evidence": CELL}
                  for role, number, sign in (("target", target, op or "="), ("actual", actual, "="))]
        return {"level1": None, "level2": level2, "name": name, "values": values, "evidence": CELL}

    table = {"kind": "self_evaluation", "indicators": [told(*one) for one, _, _ in VERDICTS], "evidence": CELL}
    put(tmp_path, record(performance_tables=[table]))
    assert rows(tmp_path, "SELECT compared_as, reached FROM v_targets ORDER BY indicator_no") == [(sign, verdict) for _, sign, verdict in VERDICTS]


def test_the_views_agree_with_the_records(outputs: list[Output], tmp_path: Path) -> None:
    """What is counted of each document, by plain Python over the records: no more than all its items, and what the rows of the view say."""
    folder = write(outputs, tmp_path)
    told = dict(rows(folder, "SELECT document, sum(yuan) FROM v_money WHERE basis = 'single' GROUP BY document"))
    for output in outputs:
        tables = [table for table in output.record.allocations if len(table.columns) == 1]
        items = sum(Decimal(str(row.values[0] or 0)) * {"元": 1, "万元": 10**4, "亿元": 10**8}[table.unit or "元"] for table in tables for row in table.rows if row.role == "item")
        if output.path.name in told and len(output.record.allocations) == 1 and tables:
            assert told[output.path.name] == items
    assert len(told) > 20


def test_a_notice_from_end_to_end(grammar: Any, tmp_path: Path, asked: Ask) -> None:
    write([through(NOTICE, grammar)], tmp_path)
    told = json.loads(asked(tmp_path, "SELECT place_name, from_level, year, yuan FROM v_money_by_place ORDER BY yuan DESC", "--format", "json"))
    assert told[0] == {"place_name": "兰州市", "from_level": "province", "year": 2024, "yuan": 3100000} and sum(one["yuan"] for one in told) == 7600000
