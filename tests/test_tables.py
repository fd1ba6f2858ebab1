"""The tables of the analysis: their rows against the records, their words against the tables, the dictionary against both."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grammars.grammar import Grammar
from pipeline.errors import UsageError
from pipeline.results import result, results
from pipeline.tables import words
from pipeline.tables.dictionary import dictionary
from pipeline.tables.schema import LISTED, TABLES
from pipeline.tables.stream import stream
from pipeline.tables.table import Column, Row, Table, fits
from tests.conftest import NOTICE, ROOT, Output, through

Rows = dict[str, list[dict[str, Any]]]


def folder_of(outputs: list[Output], folder: Path) -> Path:
    """A results folder with these records."""
    for output in outputs:
        data = {**output.record.model_dump(mode="json"), "source": {**output.record.source.model_dump(mode="json"), "path": output.path.name}}
        (folder / f"{output.path.name}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return folder


def rows_of(folder: Path, grammar: Grammar, told: list[str] | None = None) -> Rows:
    found: Rows = {table.name: [] for table in TABLES}
    for table, row in stream(folder, grammar, (told if told is not None else []).append):
        found[table.name].append(named(table, row))
    return found


def named(table: Table, row: Row) -> dict[str, Any]:
    return {column.name: value for column, value in zip(table.columns, row, strict=True)}


@pytest.fixture(scope="module")
def archive(outputs: list[Output], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(outputs, tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def every(archive: Path, grammar: Grammar) -> Rows:
    return rows_of(archive, grammar)


# --- words and dictionary


def test_every_table_and_column_has_words_and_no_other() -> None:
    tables, columns = words.written()
    assert tables == {table.name for table in TABLES}
    used = {next(name for name in (f"{table.name}.{column.name}", column.name) if name in columns) for table in TABLES for column in table.columns}
    assert used == columns
    assert not [f"{t.name}.{c.name}" for t in TABLES for c in t.columns if not all(words.of_column(t.name, c.name))]


@pytest.mark.parametrize(("language", "page"), [("en", "docs/tables.md"), ("zh", "docs/tables.zh-CN.md")])
def test_the_dictionary_is_what_the_tables_are(language: Any, page: str) -> None:
    """Renew with `gongwen export --dictionary docs`."""
    assert (ROOT / page).read_text(encoding="utf-8") == dictionary(language)


def test_names_are_plain_sql() -> None:
    """No name needs quotes, none stands twice."""
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names) and all(name.isidentifier() and name == name.lower() for name in names)
        assert tuple(names[:len(table.key)]) == table.key


# --- rows


def test_every_column_holds_what_it_says(every: Rows) -> None:
    kinds = {"text": str, "integer": int, "decimal": Decimal, "boolean": bool}
    wrong = [(table.name, column.name, row[column.name]) for table in TABLES for column in table.columns for row in every[table.name]
             if row[column.name] is not None and not isinstance(row[column.name], kinds.get(column.kind, object))]
    assert not wrong


def test_keys_tell_rows_apart(every: Rows) -> None:
    for table in TABLES:
        keys = [tuple(row[name] for name in table.key) for row in every[table.name]]
        assert len(set(keys)) == len(keys) and None not in {part for key in keys for part in key}, table.name


def test_every_fact_of_a_record_is_a_row(every: Rows, archive: Path) -> None:
    """Counted in the records by their own lists."""
    for listed in LISTED:
        count = 0
        for one in results(archive):
            held: list[Any] = [one.data]
            for path, _ in listed.path:
                for key in path.split("."):
                    held = [inner[key] for inner in held]
                held = [fact for some in held for fact in some]
            count += len(held)
        assert len(every[listed.table.name]) == count, listed.table.name
    assert len(every["findings"]) == sum(len(one.data["findings"]) for one in results(archive))
    assert len(every["documents"]) == len(list(results(archive)))


def test_numbers_are_exact(every: Rows, archive: Path) -> None:
    """The allocated numbers of the rows are those of the files, digit by digit."""
    there = sorted(value for one in results(archive) for a in one.data["allocations"] for r in a["rows"] for value in r["values"] if value is not None)
    here = sorted(row["value"] for row in every["allocation_rows"] if row["value"] is not None)
    assert here == there and any(value != int(value) for value in here)


def test_places_lead_to_the_text(every: Rows, outputs: list[Output]) -> None:
    """The place of an amount, taken apart again, holds what the row says."""
    readings = {output.path.name: output.reading for output in outputs}
    for row in every["amounts"]:
        block, span = row["place"].split(":")
        start, end = map(int, span.split("-"))
        printed = readings[row["document"]].block(block).text[start:end]
        assert "".join(row["text"].split()) == "".join(printed.split())


def test_a_sum_is_told_in_yuan(every: Rows) -> None:
    factors = {"元": 1, "万元": 10_000, "亿元": 10 ** 8}
    rows = [row for row in every["allocation_rows"] if row["value"] is not None and row["unit"] in factors]
    assert rows and all(row["yuan"] == row["value"] * factors[row["unit"]] for row in rows)


def test_a_month_is_no_day(tmp_path: Path, grammar: Grammar) -> None:
    output = through(NOTICE, grammar)
    output.record.header.issued_on = "2024-05"
    document, = rows_of(folder_of([output], tmp_path), grammar)["documents"]
    assert (document["issued_on"], document["issued_on_text"]) == (None, "2024-05")


def test_year_and_place_of_a_document(every: Rows) -> None:
    told = {row["document"]: (row["year"], row["adcode"]) for row in every["documents"]}
    assert told["alloc-hebei-shengtai-shifted-total-2024.md"][0] == 2024
    assert sum(year is not None for year, _ in told.values()) > 0.95 * len(told)
    names = {row["adcode"]: row["name"] for row in every["places"]}
    assert {code for _, code in told.values() if code} <= set(names)


# --- flagged


WRONG = NOTICE.replace("\t天水市\t245", "\t天水市\t254")


def test_a_sum_that_fails_flags_its_parts(tmp_path: Path, grammar: Grammar) -> None:
    found = rows_of(folder_of([through(WRONG, grammar)], tmp_path), grammar)
    assert [row["code"] for row in found["findings"] if row["severity"] == "error"] == ["sum-mismatch"]
    assert all(row["flagged"] for row in found["allocation_rows"]) and len(found["allocation_rows"]) == 4
    assert not any(row["flagged"] for name in ("amounts", "indicators", "indicator_values", "citations") for row in found[name])


def test_nothing_is_flagged_where_all_adds_up(tmp_path: Path, grammar: Grammar) -> None:
    found = rows_of(folder_of([through(NOTICE, grammar)], tmp_path), grammar)
    assert not [row for table in TABLES if table.facts for row in found[table.name] if row["flagged"]]


@pytest.mark.parametrize(("status", "flagged"), [("confirmed", False), ("applied", False), ("unplaced", True), ("conflict", True)])
def test_an_error_that_a_person_looked_at_is_resolved(status: str, flagged: bool, tmp_path: Path, grammar: Grammar) -> None:
    from extractors.record import AppliedCorrection

    output = through(WRONG, grammar)
    error = next(f for f in output.record.findings if f.severity == "error")
    told: Any = dict(field="allocations.rows.values[金额]", locator=None, value=760, original=760, reason="原件如此", who="王某", when="2024-05-23T10:00:00+08:00")
    output.record.corrections = [AppliedCorrection(**told, status=status, evidence=error.evidence)]
    found = rows_of(folder_of([output], tmp_path), grammar)
    assert {row["flagged"] for row in found["allocation_rows"]} == {flagged}
    assert [row["value"] for row in found["corrections"]] == ["760"]


# --- numbers without room, bad input


def test_a_number_without_room_is_left_out_and_told(tmp_path: Path, grammar: Grammar) -> None:
    output = through(NOTICE, grammar)
    output.record.amounts[0].value = 10 ** 18
    told: list[str] = []
    found = rows_of(folder_of([output], tmp_path), grammar, told)
    assert found["amounts"][0]["value"] is None and len(told) == 1 and "amounts.value" in told[0]


@pytest.mark.parametrize(("number", "told"), [("999999999999999999", True), ("1000000000000000000", False), ("0.000000000001", True), ("0.0000000000001", False), ("-1E+3", True),
    ("999999999999999999.999999999999", True), ("12345678901234567.1234567890121", False), ("1.10000000000000000000", True)])
def test_what_a_decimal_column_holds(number: str, told: bool) -> None:
    assert fits(Decimal(number)) is told


@pytest.mark.parametrize(("number", "told"), [(2 ** 63 - 1, True), (2 ** 63, False), (-2 ** 63, True), (-2 ** 63 - 1, False), ("9" * 40, True), (None, True), (True, True)])
def test_what_other_columns_hold(number: Any, told: bool) -> None:
    assert fits(number) is told


def test_a_product_keeps_every_digit(tmp_path: Path, grammar: Grammar) -> None:
    folder = folder_of([through(NOTICE, grammar)], tmp_path)
    path = next(folder.glob("*.json"))
    path.write_text(path.read_text(encoding="utf-8").replace('"values": [310]', '"values": [12345678901234.123456789012]'), encoding="utf-8")
    told: list[str] = []
    row = rows_of(folder, grammar, told)["allocation_rows"][0]
    assert (row["value"], row["yuan"], told) == (Decimal("12345678901234.123456789012"), Decimal("123456789012341234.56789012"), [])


def test_a_copy_of_a_result_is_refused(tmp_path: Path, grammar: Grammar) -> None:
    folder = folder_of([through(NOTICE, grammar)], tmp_path)
    path = next(folder.glob("*.json"))
    (folder / "副本.json").write_bytes(path.read_bytes())
    with pytest.raises(UsageError, match="副本"):
        rows_of(folder, grammar)


def test_no_results_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gongwen run"):
        list(results(tmp_path))


def test_results_of_the_former_schema_are_read(tmp_path: Path, grammar: Grammar) -> None:
    output = through(NOTICE, grammar)
    data = output.record.model_dump(mode="json")
    data["schema_version"] = "1.0"
    for amount in data["amounts"]:
        del amount["evidence"]["rule"]
    path = tmp_path / "inline.txt.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert result(path).data["schema_version"] == "1.1"
    assert rows_of(tmp_path, grammar)["amounts"][0]["rule"] is None


@pytest.mark.parametrize(("content", "word"), [
    ('{"schema_version": "0.9"}', "重新运行"), ('{"schema_version": "2.0"}', "升级"), ('{"schema_version": 1}', "重新运行"), ("{", "不是完整的 JSON"),
    ("[]", "不是 gongwen 的结果"), ('{"schema_version": "1.1"}', "不是完整的结果")])
def test_what_is_no_result_is_refused(content: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=word):
        result(path)


def test_failures_are_rows_too(tmp_path: Path, grammar: Grammar) -> None:
    folder_of([through(NOTICE, grammar)], tmp_path)
    line = {"name": "锁.pdf", "code": "encrypted", "reason": "有密码", "next_step": "用 --password"}
    (tmp_path / "failures.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    assert rows_of(tmp_path, grammar)["failures"] == [{"document": "锁.pdf", "code": "encrypted", "reason": "有密码", "next_step": "用 --password"}]


def test_columns_are_of_known_kinds() -> None:
    assert {column.kind for table in TABLES for column in table.columns} == {"text", "integer", "decimal", "boolean", "date"}
    assert Column("x").kind == "text"


# --- whose document it is


HEAD = "\n".join(["{issuer}文件", "{number}", "{issuer}关于下达2024年中央水利发展资金的通知", "各有关单位：", "现下达2024年中央水利发展资金300万元，具体见附件。",
                  "附件：资金分配表", "{issuer}", "2024年5月6日", "附件", "资金分配表", "单位：万元", "地区\t金额", "桂林市\t100", "柳州市\t200", "合计\t300", ""])


@pytest.mark.parametrize(("issuer", "number", "adcode", "central"), [
    ("广西壮族自治区财政厅", "桂财农〔2024〕12号", "450000", False), ("财政部", "财农〔2024〕12号", None, True), ("水利部", "水财〔2024〕12号", None, True),
    ("新疆生产建设兵团财政局", "兵财农〔2024〕12号", None, False)])
def test_who_gives_is_not_guessed_from_who_gets(issuer: str, number: str, adcode: str | None, central: bool, tmp_path: Path, grammar: Grammar) -> None:
    document, = rows_of(folder_of([through(HEAD.format(issuer=issuer, number=number), grammar)], tmp_path), grammar)["documents"]
    assert document["issuers"] == issuer
    assert (document["adcode"], document["central"]) == (adcode, central)


def test_of_tables_of_two_places_the_place_above_both(every: Rows) -> None:
    told = {row["document"].split(".")[0]: row["adcode"] for row in every["documents"]}
    assert told["selfeval-anhui-education-two-counties-2022"] == "340800"
    assert told["target-guangdong-employment-2016"] == "440700"
    tables = {(row["document"].split(".")[0], row["region"]): row["adcode"] for row in every["performance_tables"]}
    assert tables["selfeval-anhui-education-two-counties-2022", "太湖县"] == "340825"


@pytest.mark.parametrize(("label", "kind", "sums"), [
    ("合计", "money", True), ("其中：中央资金", "part", False), ("补助人数", "measure", False), ("高标准农田建设补助", "money", False), ("本次下达", "now", False),
    ("收回资金", "back", False), ("提前下达", "early", False), ("已下达", "stage", False),
    ("巩固拓展脱贫攻坚成果和乡村振兴任务", "money", False), ("建设任务（亩）", "measure", False), (None, "money", False)])
def test_what_a_column_holds(label: str | None, kind: str, sums: bool, grammar: Grammar) -> None:
    from pipeline.tables.derived import column_kind, column_sums

    assert (column_kind(label, grammar), column_sums(label, grammar)) == (kind, sums)


def test_a_correction_of_a_note_resolves_nothing(tmp_path: Path, grammar: Grammar) -> None:
    from extractors.record import AppliedCorrection

    output = through(WRONG, grammar)
    error = next(f for f in output.record.findings if f.severity == "error")
    told: Any = dict(field="allocations.rows.note", locator=None, value="x", original=None, reason="原件如此", who="王某", when="2024-05-23T10:00:00+08:00")
    output.record.corrections = [AppliedCorrection(**told, status="applied", evidence=error.evidence)]
    assert all(row["flagged"] for row in rows_of(folder_of([output], tmp_path), grammar)["allocation_rows"])
