"""JSON → each format → back: every value equal, decimals to the last digit, null apart from an empty text where the format can tell them apart."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammars.grammar import Grammar
from pipeline.export.cells import FLAGGED, LONGEST
from pipeline.export.export import export
from pipeline.export.formats import FORMATS
from pipeline.tables.schema import TABLES
from pipeline.tables.stream import stream
from pipeline.tables.table import Kind
from tests import exported
from tests.exported import NASTY, NUMBERS, Rows, record, write

READERS: dict[str, tuple[str, Callable[[Path], dict[str, Rows]]]] = {
    "parquet": ("parquet", exported.from_parquet), "parquet views": ("parquet", exported.from_parquet_views), "duckdb": ("duckdb", exported.from_duckdb),
    "sqlite": ("sqlite", exported.from_sqlite), "jsonl": ("jsonl", exported.from_jsonl), "csv views": ("csv", exported.from_csv_views)}
ALPHABET = st.one_of(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), st.sampled_from("=+-@＝＋－＠'\"\t\r\n ,;\u202e\u2028<>&\x01"))
TEXTS = st.lists(st.text(ALPHABET, max_size=30), min_size=1, max_size=8)
FITTING = st.tuples(st.integers(-10**28 + 1, 10**28 - 1), st.integers(0, 12)).map(lambda pair: Decimal(pair[0]).scaleb(-12) if pair[1] else Decimal(pair[0] // 10**12))
SHORT = st.tuples(st.integers(-10**9, 10**9), st.integers(0, 6)).map(lambda pair: Decimal(f"{pair[0]}E-{pair[1]}"))
LISTED = {"amounts": "amounts", "transfers": "transfers", "goals": "performance_tables.goals", "indicators": "performance_tables.indicators",
          "indicator_values": "performance_tables.indicators.values"}


def streamed(folder: Path, grammar: Grammar) -> dict[str, Rows]:
    found: dict[str, Rows] = {table.name: [] for table in TABLES}
    for table, row in stream(folder, grammar, print):
        found[table.name].append({column.name: value for column, value in zip(table.columns, row, strict=True)})
    return found


def facts(record: dict[str, Any], path: str) -> list[dict[str, Any]]:
    held: list[Any] = [record]
    for key in path.split("."):
        held = [fact for one in held for fact in one[key]]
    return held


def as_in_the_json(rows: dict[str, Rows], folder: Path) -> None:
    """The scalars of every fact, under the same name in its row."""
    records = [json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal) for path in sorted(folder.glob("*.json"))]
    for table, path in LISTED.items():
        there = [fact for one in records for fact in facts(one, path)]
        assert len(rows[table]) == len(there)
        for row, fact in zip(rows[table], there, strict=True):
            same = {key: value for key, value in fact.items() if key in row and not key.endswith("_on")}
            assert same == {key: row[key] for key in same}
            assert fact.get("issued_on") == (str(row["issued_on"]) if "issued_on" in row else None)


def same_in_all(results: Path, folder: Path, grammar: Grammar) -> None:
    told: list[str] = []
    export(results, folder, list(FORMATS), grammar, told.append)
    wanted = streamed(results, grammar)
    as_in_the_json(wanted, results)
    for name, (_, read) in READERS.items():
        found = read(folder)
        for table in wanted:
            assert found[table] == wanted[table], f"{name}: {table}"
    blank = {name: [{key: "" if value is None else value for key, value in row.items()} for row in rows] for name, rows in wanted.items()}
    assert exported.from_csv(folder) == blank
    same_in_workbook(exported.from_xlsx(folder / "gongwen.xlsx"), wanted)


def same_in_workbook(found: dict[str, Rows], wanted: dict[str, Rows]) -> None:
    for table in TABLES:
        for row, told in zip(found[table.name], wanted[table.name], strict=True):
            for column in table.columns:
                shown, value = row[column.name], told[column.name]
                assert same_in_cell(column.kind, column.name, shown, value), f"{table.name}.{column.name}: {shown!r:.100} {value!r:.100}"


def same_in_cell(kind: Kind, name: str, shown: Any, value: Any) -> bool:
    """A spreadsheet cannot tell null from an empty text; what XML cannot hold is written as its code, a text too long is cut."""
    if value is None or value == "":
        return bool(shown == "")
    if kind == "text":
        whole = "".join(f"\\x{ord(c):02x}" if ord(c) < 32 and c not in "\t\n" else f"\\u{ord(c):04x}" if c in "\ufffe\uffff" else c for c in value)
        short = len(whole.encode("utf-16-le")) <= 2 * LONGEST
        return bool(shown == whole) if short else bool(whole.startswith(shown.split("…（共 ")[0]) and f"（共 {len(value)} 字" in shown)
    if kind == "boolean":
        return bool(shown == ("否" if not value else FLAGGED if name == "flagged" else "是"))
    if kind == "date":
        return bool(shown == (value if value >= date(1900, 3, 1) else value.isoformat()))
    return bool(Decimal(shown if isinstance(shown, str) else repr(shown)) == value)


def test_every_value_comes_back(tmp_path: Path, grammar: Grammar) -> None:
    """Texts that have broken files before, and numbers at the edge of what columns hold."""
    results = write(tmp_path / "results", record("甲.txt", NASTY, NUMBERS), record("乙 'x' & <b>.txt", NASTY[::-1], NUMBERS[::-1]))
    same_in_all(results, tmp_path / "export", grammar)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(texts=TEXTS, numbers=st.lists(st.one_of(FITTING, SHORT), min_size=1, max_size=8))
def test_whatever_comes_comes_back(texts: list[str], numbers: list[Decimal], grammar: Grammar) -> None:
    with TemporaryDirectory() as made:
        results = write(Path(made) / "results", record("a.txt", texts, numbers))
        same_in_all(results, Path(made) / "export", grammar)


def test_decimals_keep_their_type(tmp_path: Path, grammar: Grammar) -> None:
    """Equal is not enough: no format gives a number as a text to those who ask by type."""
    results = write(tmp_path / "results", record("a.txt", ["x"], [Decimal("0.1")]))
    export(results, tmp_path / "export", ["parquet", "duckdb"], grammar, print)
    for read in (exported.from_parquet, exported.from_duckdb):
        row = read(tmp_path / "export")["amounts"][0]
        assert type(row["value"]) is Decimal and type(row["flagged"]) is bool and type(row["no"]) is int


@pytest.mark.parametrize(("number", "stored"), [("5", 5), ("5.00", 5), ("0.1", 0.1), ("123456789012345678", 123456789012345678),
                                                ("0.100000000001", 0.100000000001), ("12345678901.123456789", "12345678901.123456789")])
def test_sqlite_stores_the_plainest_exact_value(number: str, stored: Any, tmp_path: Path, grammar: Grammar) -> None:
    import sqlite3

    results = write(tmp_path / "results", record("a.txt", ["x"], [Decimal(number)]))
    export(results, tmp_path / "export", ["sqlite"], grammar, print)
    database = sqlite3.connect(tmp_path / "export" / "gongwen.sqlite")
    value = database.execute("SELECT value FROM amounts").fetchone()[0]
    database.close()
    assert value == stored and type(value) is type(stored)
