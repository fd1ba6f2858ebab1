"""The export: rows pass through it, files take their places, what others put in the folder stays, and what the databases say of their tables."""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from filelock import FileLock

from grammars.grammar import Grammar
from pipeline.commands import export as command
from pipeline.errors import UsageError
from pipeline.export import folder as places
from pipeline.export.csv_files import line as csv_line
from pipeline.export.export import export
from pipeline.export.formats import FORMATS
from pipeline.export.json_lines import line as json_line
from pipeline.export.put import pour
from pipeline.tables import words
from pipeline.tables.dictionary import dictionary
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Column, Row, Table
from tests import exported
from tests.conftest import ROOT, Output, write
from tests.exported import record

BY_NAME = {table.name: table for table in TABLES}
INDICATORS = BY_NAME["indicators"]
FACTS = [table.name for table in TABLES if table.facts]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return exported.write(tmp_path / "results", record("a.txt", ["x", "y"], [Decimal("1.5")]))


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """Two amounts, the second under an error."""
    one = record("a.txt", ["x", "y"], [Decimal(1)])
    wrong = {**one["amounts"][0]["evidence"], "span": [7, 9]}
    one["amounts"][1]["evidence"] = wrong
    one["findings"] = [{"code": "bad", "severity": "error", "message": "不符", "expected": 1, "found": "2", "evidence": wrong, "related": None}]
    return exported.write(tmp_path / "results", one)


def call(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    return command.call(parser.parse_args(["export", *map(str, arguments)]))


def indicators(count: int) -> Iterator[Row]:
    """Rows of indicators as an archive has them, a text in every text column."""
    for n in range(count):
        yield [_value(column, n) for column in INDICATORS.columns]


def _value(column: Column, n: int) -> Any:
    return {"text": f"{column.name} {n}", "integer": n, "decimal": Decimal(n) / 8, "boolean": False}[column.kind]


# --- rows


def test_few_rows_are_held_at_once() -> None:
    """100,000 rows of indicators among as many documents: what was taken and is not yet written stays under the limit, of one table and of all."""
    taken = written = most = 0

    def rows() -> Iterator[tuple[Table, Row]]:
        nonlocal taken, most
        for n, row in enumerate(indicators(100_000)):
            for table, one in ((INDICATORS, row), (BY_NAME["failures"], [str(n), "a", "b", "c"])):
                taken += 1
                most = max(most, taken - written)
                yield table, one

    def put(table: Table, some: Sequence[Row]) -> None:
        nonlocal written
        written += len(some)

    counts = pour(rows(), [put], print, limit=1_000_000)
    assert counts == {"indicators": 100_000, "failures": 100_000} and taken == written
    assert 100 < most <= 1_000_000 // (4 * 64) + 1  # no row weighs less than its cells


def test_a_row_heavier_than_the_limit_passes_alone() -> None:
    held: list[int] = []
    pour(((BY_NAME["failures"], [str(n), "长" * 2_000, None, None]) for n in range(5)), [lambda table, rows: held.append(len(rows))], print, limit=1_000)
    assert held == [1] * 5


def test_rows_come_in_their_order_into_every_writer() -> None:
    first: list[Row] = []
    second: list[Row] = []
    pour(((INDICATORS, row) for row in indicators(5_000)), [lambda table, rows: first.extend(rows), lambda table, rows: second.extend(rows)], print, limit=100_000)
    assert first == second == list(indicators(5_000))


def test_half_a_character_is_shown_by_its_code(tmp_path: Path, grammar: Grammar) -> None:
    told: list[str] = []
    results = exported.write(tmp_path / "results", record("a.txt", ["\ud83d x"], [Decimal(1)]))
    export(results, tmp_path / "export", list(FORMATS), grammar, told.append)
    assert exported.from_jsonl(tmp_path / "export")["amounts"][0]["text"] == exported.from_duckdb(tmp_path / "export")["amounts"][0]["text"] == "\\ud83d x"
    assert any("a.txt：amounts" in sentence for sentence in told)


def test_every_table_has_its_file_and_columns(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    """Those without rows too."""
    written = export(results, tmp_path / "export", list(FORMATS), grammar, print)
    assert written.rows["links"] == 0 and written.rows["amounts"] == 2
    assert all(path.is_file() for paths in written.files.values() for path in paths)
    for table in TABLES:
        columns = [column.name for column in table.columns]
        assert pyarrow.parquet.read_schema(tmp_path / "export" / f"{table.name}.parquet").names == columns
        assert (tmp_path / "export" / f"{table.name}.csv").read_text(encoding="utf-8-sig").split("\n")[0].strip().split(",") == columns
        assert (tmp_path / "export" / f"{table.name}.jsonl").is_file()


# --- cells of texts

CONTACTS = Table("t", (Column("a"), Column("n", "decimal")), ("a",))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠1", "\tx", "\rx",
                                  " =1", "\u3000=1", "\ufeff=1", "\u200b\u202e=1", "\n=1", "\x00=1", "'", "'=1", "''"])
def test_a_text_that_would_be_run_is_marked(text: str) -> None:
    cell = csv_line(CONTACTS, [text, None]).removesuffix(",").removeprefix('"').removesuffix('"')
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["a=1", "1+1", "x-1", "2024-01-01", "a@b.c", "≥98%", "（1）", "·-", "“=1”", "a'b", "x\ty"])
def test_a_text_that_would_not_is_left(text: str) -> None:
    assert csv_line(CONTACTS, [text, None]) == f"{text},"


@pytest.mark.parametrize(("number", "digits"), [("5.0", "5"), ("-5", "-5"), ("1E+3", "1000"), ("0.10", "0.1"), ("-0.0", "0"), ("1E-12", "0.000000000001"),
                                                ("123456789012345678.123456789012", "123456789012345678.123456789012")])
def test_numbers_are_as_short_as_can_be_and_exact(number: str, digits: str) -> None:
    assert csv_line(CONTACTS, ["a", Decimal(number)]) == f"a,{digits}"
    assert json_line(CONTACTS, ["a", Decimal(number)]) == f'{{"a":"a","n":{digits}}}'


def test_null_is_not_an_empty_text() -> None:
    assert csv_line(CONTACTS, ["", None]) == '"",'
    assert csv_line(CONTACTS, [None, None]) == ","


def test_no_line_of_json_is_broken_by_its_text() -> None:
    line = json_line(CONTACTS, ["a\u2028b\x85c\nd\u2029", None])
    assert len(line.splitlines()) == 1 and json.loads(line)["a"] == "a\u2028b\x85c\nd\u2029"


# --- what databases tell


def test_what_is_in_doubt_is_in_the_tables_and_not_in_the_views(doubtful: Path, tmp_path: Path, grammar: Grammar) -> None:
    export(doubtful, tmp_path / "export", ["duckdb", "sqlite", "parquet", "csv"], grammar, print)
    database = sqlite3.connect(tmp_path / "export" / "gongwen.sqlite")
    with duckdb.connect(tmp_path / "export" / "gongwen.duckdb") as duck, duckdb.connect() as parquet, duckdb.connect() as csv:
        for one, script in ((parquet, "views.sql"), (csv, "views-csv.sql")):
            one.execute(f"SET file_search_path = '{tmp_path / 'export'}'")
            one.execute((tmp_path / "export" / script).read_text(encoding="utf-8"))
        for query in (database.execute, duck.execute, parquet.execute, csv.execute):
            assert query("SELECT text, flagged FROM amounts ORDER BY no").fetchall() == [("x", False), ("y", True)]
            assert query("SELECT text FROM v_amounts").fetchall() == [("x",)]
            for name in FACTS:
                query(f"SELECT * FROM v_{name}").fetchall()
    database.close()


def test_duckdb_says_what_tables_and_columns_mean(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    export(results, tmp_path, ["duckdb"], grammar, print)
    with duckdb.connect(tmp_path / "gongwen.duckdb", read_only=True) as database:
        tables = dict(database.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
        columns = {(table, column): (comment, null) for table, column, comment, null in
                   database.execute("SELECT table_name, column_name, comment, is_nullable FROM duckdb_columns() WHERE NOT starts_with(table_name, 'v_')").fetchall()}
        kinds = dict(database.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'transfers'").fetchall())
    assert set(tables) == set(BY_NAME) and all(words.title(name) in told for name, told in tables.items())
    for table in TABLES:
        for column in table.columns:
            assert columns[table.name, column.name] == (words.comment(table.name, column.name), column.name not in table.key)
    assert (kinds["yuan"], kinds["issued_on"], kinds["no"], kinds["flagged"]) == ("DECIMAL(30,12)", "DATE", "BIGINT", "BOOLEAN")


def test_parquet_says_what_columns_mean(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    export(results, tmp_path, ["parquet"], grammar, print)
    schema = pyarrow.parquet.read_schema(tmp_path / "amounts.parquet")
    assert schema.metadata[b"title"].decode() == words.title("amounts")
    assert schema.field("yuan").metadata[b"comment"].decode() == words.comment("amounts", "yuan")
    assert str(schema.field("yuan").type) == "decimal128(30, 12)" and not schema.field("document").nullable


def test_sqlite_has_its_dictionary_and_keys(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    export(results, tmp_path, ["sqlite"], grammar, print)
    database = sqlite3.connect(tmp_path / "gongwen.sqlite")
    told = {(table, column) for table, column in database.execute("SELECT table_name, column_name FROM dictionary")}
    keys = [row[1] for row in database.execute("PRAGMA table_info(indicators)") if row[5]]
    database.close()
    assert told == {(table.name, name) for table in TABLES for name in (None, *(column.name for column in table.columns))}
    assert tuple(keys) == INDICATORS.key


# --- the folder


def test_what_others_put_there_stays(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    folder = tmp_path / "export"
    (folder / "sub").mkdir(parents=True)
    others = {folder / "notes.txt": "n", folder / "sub" / "amounts.csv": "s", folder / "amounts.json": "j", folder / ".hidden": "h"}
    for path, text in others.items():
        path.write_text(text)
    for _ in range(2):
        export(results, folder, ["csv", "xlsx"], grammar, print)
        assert {path: path.read_text() for path in others} == others


@pytest.mark.parametrize("taken", ["file", "folder", "link", "changed"])
def test_a_name_that_is_taken_is_refused_and_left(taken: str, results: Path, tmp_path: Path, grammar: Grammar) -> None:
    folder = tmp_path / "export"
    if taken == "changed":
        export(results, folder, ["csv"], grammar, print)
    path = folder / "amounts.csv"
    folder.mkdir(exist_ok=True)
    if taken == "folder":
        path.mkdir()
    elif taken == "link":
        (tmp_path / "mine").write_text("mine")
        path.symlink_to(tmp_path / "mine")
    else:
        path.write_text("mine")
    before = sorted(folder.iterdir())
    with pytest.raises(UsageError, match=r"amounts\.csv 不是 gongwen export 写的"):
        export(results, folder, ["csv"], grammar, print)
    assert sorted(p for p in folder.iterdir() if p.name != places.HOME) == [p for p in before if p.name != places.HOME]
    assert path.is_dir() or path.read_text() == "mine"


def test_an_export_takes_the_place_of_the_last(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    folder = tmp_path / "export"
    for formats in (["jsonl"], ["jsonl", "csv"], ["csv", "csv"]):
        export(results, folder, formats, grammar, print)
    exported.write(results, record("b.txt", ["z"], [Decimal(2)]))
    export(results, folder, ["jsonl"], grammar, print)
    assert [row["text"] for row in exported.from_jsonl(folder)["amounts"]] == ["x", "y", "z"]
    assert [row["text"] for row in exported.from_csv(folder)["amounts"]] == ["x", "y"]
    assert sorted(p.name for p in (folder / places.HOME).iterdir()) == ["lock", "written.sha256"]


@pytest.mark.parametrize("beside", ["gongwen.duckdb.wal", "gongwen.sqlite-wal", "gongwen.sqlite-journal"])
def test_a_database_that_is_open_is_left(beside: str, results: Path, tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / beside).write_bytes(b"x")
    with pytest.raises(UsageError, match="正被别的程序打开"):
        export(results, tmp_path / "export", ["duckdb", "sqlite"], grammar, print)
    assert not (tmp_path / "export" / "gongwen.duckdb").exists()


def test_an_export_that_breaks_off_leaves_the_last_one(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    folder = tmp_path / "export"
    export(results, folder, list(FORMATS), grammar, print)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    exported.write(results, record("b.txt", ["z"], [Decimal(2)]))
    (results / "c.txt.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="不是完整的 JSON"):
        export(results, folder, list(FORMATS), grammar, print)
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert not list((folder / places.HOME).glob("drafts-*"))


def test_no_results_leave_no_files(tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "results").mkdir()
    with pytest.raises(UsageError, match="请先运行 gongwen run"):
        export(tmp_path / "results", tmp_path / "export", list(FORMATS), grammar, print)
    assert [path.name for path in (tmp_path / "export").iterdir()] == [places.HOME]


@pytest.mark.parametrize("moved", [0, 1, 13, 25])
def test_ended_while_files_take_their_places_the_next_export_goes_on(moved: int, results: Path, tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever file it was, every one is whole and known to be ours."""
    folder = tmp_path / "export"
    export(results, folder, ["jsonl"], grammar, print)
    exported.write(results, record("b.txt", ["z"], [Decimal(2)]))
    true, count = Path.replace, iter(range(100))

    def replace(self: Path, target: Any) -> Path:
        if self.suffix == ".jsonl" and next(count) == moved:
            raise KeyboardInterrupt
        return true(self, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "replace", replace)
        export(results, folder, ["jsonl"], grammar, print)
    exported.from_jsonl(folder)
    export(results, folder, ["jsonl"], grammar, print)
    assert len(exported.from_jsonl(folder)["amounts"]) == 3


def test_what_a_killed_export_left_is_cleared(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    room = tmp_path / "export" / places.HOME / "drafts-dead"
    room.mkdir(parents=True)
    (room / "amounts.csv").write_text("half")
    export(results, tmp_path / "export", ["csv"], grammar, print)
    assert not room.exists()


def test_two_exports_do_not_meet(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    home = tmp_path / "export" / places.HOME
    home.mkdir(parents=True)
    with FileLock(home / "lock"), pytest.raises(UsageError, match="正被另一个 gongwen export 使用"):
        export(results, tmp_path / "export", ["csv"], grammar, print)


def test_the_results_folder_is_no_place_for_an_export(results: Path, grammar: Grammar) -> None:
    with pytest.raises(UsageError, match="是结果文件夹"):
        export(results, results, ["jsonl"], grammar, print)


def test_an_export_within_the_results_is_no_result(results: Path, grammar: Grammar) -> None:
    for _ in range(2):
        assert export(results, results / "export", list(FORMATS), grammar, print).rows["documents"] == 1


def test_a_folder_that_is_a_file_is_told(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "export").write_text("mine")
    with pytest.raises(UsageError, match="无法写出"):
        export(results, tmp_path / "export", ["csv"], grammar, print)
    assert (tmp_path / "export").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="limits of file sizes are of POSIX")
@pytest.mark.parametrize("format", list(FORMATS))
def test_a_disk_that_refuses_is_told(format: str, tmp_path: Path) -> None:
    """No file may grow beyond 20 kB: the command says so, and nothing stands under a real name."""
    results = exported.write(tmp_path / "results", record("a.txt", [f"{n} {n * n}" for n in range(4_000)], [Decimal(1)]))
    told = (f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
            f"from tests.test_export import call\nfrom pipeline.errors import UsageError\n"
            f"try:\n    call('-o', {str(tmp_path / 'export')!r}, '--format', {format!r}, '--results', {str(results)!r})\n"
            f"except UsageError as error:\n    sys.exit(str(error))")
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120)
    assert done.returncode == 1 and "无法写出" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert [path.name for path in (tmp_path / "export").iterdir()] == [places.HOME]


# --- the command


def test_the_command_says_what_it_wrote(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("-o", tmp_path / "e", "--format", "csv", "--format", "sqlite", "--results", results) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"{len(TABLES)} 张表、") and "gongwen.sqlite" in told.out and f"{len(TABLES) + 1} 个文件" in told.out
    assert {line.split()[0] for line in told.out.splitlines()[3:]} == set(BY_NAME)
    assert (tmp_path / "e" / "amounts.csv").is_file() and (tmp_path / "e" / "gongwen.sqlite").is_file()


def test_a_number_that_does_not_fit_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = exported.write(tmp_path / "results", record("a.txt", ["x"], [Decimal("1E+40")]))
    call("-o", tmp_path / "e", "--format", "jsonl", "--results", results)
    assert "超出这一列的范围" in capsys.readouterr().err
    assert exported.from_jsonl(tmp_path / "e")["amounts"][0]["value"] is None


def test_the_command_needs_a_format() -> None:
    with pytest.raises(UsageError, match="--format"):
        call("-o", "x")


def test_the_formats_of_the_command_are_those_there_are() -> None:
    assert tuple(FORMATS) == command._FORMATS


def test_the_command_writes_the_dictionary(tmp_path: Path) -> None:
    call("--dictionary", tmp_path / "docs")
    assert (tmp_path / "docs" / "tables.md").read_text(encoding="utf-8") == dictionary("en")
    assert (tmp_path / "docs" / "tables.zh-CN.md").read_text(encoding="utf-8") == dictionary("zh")


# --- the sample


def test_all_formats_of_the_sample_agree(outputs: list[Output], tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "results").mkdir()
    written = export(write(outputs, tmp_path / "results"), tmp_path / "export", list(FORMATS), grammar, print)
    readers = (exported.from_parquet, exported.from_duckdb, exported.from_sqlite, exported.from_jsonl, exported.from_csv, exported.from_csv_views)
    first, *others = (read(tmp_path / "export") for read in readers)
    assert {name: len(rows) for name, rows in first.items()} == written.rows and written.rows["allocation_rows"] > 500
    sums = {(table.name, column.name): _sum(first[table.name], column.name) for table in TABLES for column in table.columns if column.kind == "decimal"}
    for other in others:
        assert {name: len(rows) for name, rows in other.items()} == written.rows
        assert {(table, column): _sum(other[table], column) for table, column in sums} == sums
    book = exported.from_xlsx(tmp_path / "export" / "gongwen.xlsx")
    assert {name: len(rows) for name, rows in book.items()} == written.rows
    for table, column in sums:
        assert sum(Decimal(str(row[column])) for row in book[table] if row[column] != "") == sums[table, column]


def _sum(rows: exported.Rows, column: str) -> Decimal:
    return sum((row[column] for row in rows if row[column] not in (None, "")), Decimal(0))
