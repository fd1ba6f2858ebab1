"""What the tests of the export share: results made of given texts and numbers, and every format read back by a reader that is not ours."""

import csv
import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import regex
from python_calamine import CalamineWorkbook

from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Kind, Table

Rows = list[dict[str, Any]]
NUMERAL = regex.compile(r'"#([^"#]*)#"')

# Texts that have broken files, pages, spreadsheets or terminals.
NASTY = (
    "", " ", "'", "''", "'=1", "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "  =1", "\u3000=1", "\u200b=1", "\r=1", "\n=1", "a\tb",
    'say "no", he said', "one\r\ntwo\rthree\nfour",
    "<script>alert(1)</script>", "</script><!--", "<r>", "<r></r>", "<r><t>&amp;</t></r>", "]]>",
    "&lt;", "_x0041_", "_x000D_", "\x01\x1b[31m\x7f\x85\x9f", "\ufffe\uffff", "a\u2028b\u2029c",
    "\u202eabc\u202c", "\u2066x\u2069", "אבג", "🀄👨‍👩‍👧", "𠀀𫠝", "e\u0301", "\ufeffbom", "NULL", "null", "None", "NaN", "true", "TRUE", "1E5", "007",
    "2024-01-01", "1/2", "#N/A", "\\N", "\\", "%s{0}",
    "长" * 40_000, "🀄" * 20_000, "a b " * 2_000,
)
NUMBERS = tuple(map(Decimal, (
    "0", "-0.0", "5", "5.0", "-5", "0.1", "1E+3", "0.000000000001", "-0.000000000001", "9999999999999999.999999999999", "-999999999999999999", "123456789012345",
    "1234567890123456", "9007199254740993",
    "0.123456789012", "99999.9999999999", "9.999999999999", "8.000000000001", "999.999999999999", "8000.00000000001", "100", "1200000.50")))


def record(name: str, texts: Sequence[str], numbers: Sequence[Decimal]) -> dict[str, Any]:
    """A record with a fact of several kinds for each text and number."""
    place = {"block": "b1", "span": [0, 1], "table": None, "row": None, "column": None, "page": 2, "bbox": None, "rule": "amounts.money"}
    cell = {**place, "block": None, "span": [0, 4], "table": "t1", "row": 3, "column": 2}
    pairs = [(text, numbers[n % len(numbers)]) for n, text in enumerate(texts)] + [("", number) for number in numbers[len(texts):]]
    value = {"role": "target", "year": 2024, "op": "≥", "unit": "%"}
    table: dict[str, Any] = {
        "kind": "target", "year": 2024, "total_score": numbers[0], "funds": [], "management": [],
        "goals": [{"goal": text, "completion": None, "evidence": place} for text, _ in pairs],
        "indicators": [{"level1": text, "level2": None, "name": text, "repaired": n % 2 == 0, "weight": number, "score": None, "evidence": cell,
                        "values": [{**value, "label": None, "text": text, "number": number, "evidence": cell}]} for n, (text, number) in enumerate(pairs)],
        "evidence": place}
    return {
        "schema_version": "1.1", "id": "0" * 16, "doc_type": "notice",
        "source": {"path": name, "sha256": "0" * 64, "media_type": "text/plain", "size": 1, "pages": None, "reader": "text/2", "ocr": False},
        "header": {"issuers": ["甲", "乙"], "issued_on": "1899-12-31", "printed_on": "2024-02-29", "published_on": "2024-02", "recipients": [],
                   "attachments": [], "contacts": [], "evidence": {"title": place}, "title": texts[0] if texts else None},
        "amounts": [{"text": text, "value": number, "unit": "元", "yuan": number, "per": None, "label": text, "evidence": place} for text, number in pairs],
        "transfers": [{"batch": 1, "value": number, "unit": "元", "yuan": number, "issued_on": "2024-12-31", "evidence": place} for _, number in pairs],
        "performance_tables": [table], "provenance": {"version": "0", "code": "0", "grammar": "0"},
        **{key: [] for key in ("outline", "citations", "account_codes", "allocations", "statements", "findings", "quantities", "residue", "links", "corrections")}}


def write(folder: Path, *records: dict[str, Any]) -> Path:
    """Results with these records, every Decimal as its own digits."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in records:
        told = json.dumps(one, ensure_ascii=True, default=lambda number: f"#{number}#")
        (folder / f"{one['source']['path']}.json").write_text(NUMERAL.sub(r"\1", told), encoding="utf-8")
    return folder


def _database(query: Callable[[str], Any]) -> dict[str, Rows]:
    return {table.name: _named(table, query(f'SELECT * FROM "{table.name}"').fetchall()) for table in TABLES}


def _named(table: Table, rows: Sequence[Sequence[Any]]) -> Rows:
    return [{column.name: value for column, value in zip(table.columns, row, strict=True)} for row in rows]


def from_parquet(folder: Path) -> dict[str, Rows]:
    return {table.name: pyarrow.parquet.read_table(folder / f"{table.name}.parquet").to_pylist() for table in TABLES}


def from_duckdb(folder: Path) -> dict[str, Rows]:
    with duckdb.connect(folder / "gongwen.duckdb", read_only=True) as database:
        return _database(database.execute)


def from_views(folder: Path, script: str) -> dict[str, Rows]:
    """What DuckDB reads of the files by the views of a script, run in their folder."""
    with duckdb.connect() as database:
        database.execute(f"SET file_search_path = '{folder}'")
        database.execute((folder / script).read_text(encoding="utf-8"))
        return _database(database.execute)


def from_csv_views(folder: Path) -> dict[str, Rows]:
    return from_views(folder, "views-csv.sql")


def from_parquet_views(folder: Path) -> dict[str, Rows]:
    return from_views(folder, "views.sql")


def from_sqlite(folder: Path) -> dict[str, Rows]:
    database = sqlite3.connect(folder / "gongwen.sqlite")
    try:
        return _typed(_database(database.execute), {"decimal": lambda value: Decimal(str(value)), "boolean": bool, "date": date.fromisoformat})
    finally:
        database.close()


def from_jsonl(folder: Path) -> dict[str, Rows]:
    lines = {table.name: (folder / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines() for table in TABLES}
    found = {name: [json.loads(line, parse_float=Decimal) for line in some] for name, some in lines.items()}
    return _typed(found, {"decimal": Decimal, "date": date.fromisoformat})


def from_csv(folder: Path) -> dict[str, Rows]:
    """The csv module cannot tell null from an empty text: all are ""."""
    csv.field_size_limit(10_000_000)
    found = {}
    for table in TABLES:
        with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
        assert head == [column.name for column in table.columns]
        found[table.name] = _named(table, rows)
    kinds = {"text": lambda value: value.removeprefix("'"), "integer": int, "decimal": Decimal, "boolean": lambda value: value == "true", "date": date.fromisoformat}
    return _typed(found, {kind: lambda value, give=give: give(value) if value else "" for kind, give in kinds.items()})  # type: ignore[misc]


def _typed(rows: dict[str, Rows], kinds: dict[Any, Callable[[Any], Any]]) -> dict[str, Rows]:
    columns = {table.name: {column.name: column.kind for column in table.columns} for table in TABLES}
    return {name: [{key: _given(value, columns[name][key], kinds) for key, value in row.items()} for row in some] for name, some in rows.items()}


def _given(value: Any, kind: Kind, kinds: dict[Any, Callable[[Any], Any]]) -> Any:
    return value if value is None or kind not in kinds else kinds[kind](value)


def from_xlsx(path: Path) -> dict[str, Rows]:
    """Cells as Calamine gives them; "" for an empty one."""
    book = CalamineWorkbook.from_path(path)
    found = {}
    for table in TABLES:
        head, *rows = book.get_sheet_by_name(words.title(table.name)).to_python(skip_empty_area=False)
        assert head == [words.heading(table.name, column.name) for column in table.columns]
        found[table.name] = _named(table, rows)
    return found
