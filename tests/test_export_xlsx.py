"""The workbook: what a person finds in it, what leads to the review, and what no cell may be."""

import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import regex
from openpyxl.worksheet.worksheet import Worksheet

from grammars.grammar import Grammar
from pipeline.export import workbook
from pipeline.export.cells import FLAGGED, FORMATS, LONGEST, cell
from pipeline.export.export import export
from pipeline.export.put import Job
from pipeline.review.names import page_name
from pipeline.tables import words
from pipeline.tables.schema import TABLES
from pipeline.tables.table import Column, Row, Table
from tests import exported
from tests.exported import NASTY, NUMBERS, record

BY_NAME = {table.name: table for table in TABLES}
AMOUNTS, GOALS = BY_NAME["amounts"], BY_NAME["goals"]
TEXT, NUMBER = Column("text"), Column("value", "decimal")


def made(tmp_path: Path, grammar: Grammar, *records: dict[str, Any], review: Path | None = None) -> tuple[Path, list[str]]:
    """The workbook of results with these records, and what was told."""
    told: list[str] = []
    export(exported.write(tmp_path / "results", *records), tmp_path / "export", ["xlsx"], grammar, told.append, review)
    return tmp_path / "export" / "gongwen.xlsx", told


def sheet(path: Path, table: str) -> Worksheet:
    return openpyxl.load_workbook(path)[words.title(table)]


def column(table: str, name: str) -> int:
    """From 1 on."""
    return [column.name for column in BY_NAME[table].columns].index(name) + 1


def parts(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as packed:
        yield from ((name, packed.read(name).decode()) for name in packed.namelist() if name.endswith(".xml") or name.endswith(".rels"))


def test_no_cell_is_a_formula(tmp_path: Path, grammar: Grammar) -> None:
    path, _ = made(tmp_path, grammar, record("=1+1.txt", NASTY, NUMBERS))
    sheets = [text for name, text in parts(path) if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(TABLES) + 2
    assert not [text for text in sheets if regex.search(r"<f[ >/]|<c [^>]*t=\"str\"", text)]
    assert not [name for name, _ in parts(path) if "calcChain" in name or "externalLink" in name]


def test_sheets_are_named_and_headed_in_chinese(tmp_path: Path, grammar: Grammar) -> None:
    path, _ = made(tmp_path, grammar, record("a.txt", ["x"], [Decimal(1)]))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["说明", "字段", *(words.title(table.name) for table in TABLES)]
    assert not [name for name in book.sheetnames if len(name) > 31 or regex.search(r"[\[\]:*?/\\]|^'|'$", name)]
    for table in TABLES:
        one = book[words.title(table.name)]
        head = [cell.value for cell in one[1]]
        assert head == [words.heading(table.name, column.name) for column in table.columns] and len(set(head)) == len(head)
        assert one.freeze_panes == "B2" and one.auto_filter.ref.startswith("A1:")
        assert [(cell.comment.text if cell.comment else "").split("\n")[0] for cell in one[1]] == [column.name for column in table.columns]


def test_numbers_have_their_units(tmp_path: Path, grammar: Grammar) -> None:
    one = record("a.txt", ["x", "y"], [Decimal("1.5"), Decimal("200")])
    one["performance_tables"][0]["funds"] = [{"name": "资金", "source": "total", "budget": 12, "rate": Decimal("98.5"), "evidence": None}]
    path, _ = made(tmp_path, grammar, one)
    amounts, funds = sheet(path, "amounts"), sheet(path, "funds")
    assert [amounts.cell(row, column("amounts", "yuan")).number_format for row in (2, 3)] == [FORMATS["yuan"]] * 2
    assert [amounts.cell(row, column("amounts", "value")).number_format for row in (2, 3)] == [FORMATS["fraction"], FORMATS["number"]]
    assert funds.cell(2, column("funds", "rate")).number_format == FORMATS["percent"] and funds.cell(2, column("funds", "rate")).value == 98.5
    issued = sheet(path, "transfers").cell(2, column("transfers", "issued_on"))
    assert issued.number_format == "yyyy-mm-dd" and issued.value.date() == date(2024, 12, 31)


def test_what_is_in_doubt_is_a_word_and_a_colour(tmp_path: Path, grammar: Grammar) -> None:
    one = record("a.txt", ["x", "y"], [Decimal(1)])
    wrong = one["amounts"][1]["evidence"] = {**one["amounts"][1]["evidence"], "span": [7, 9]}
    one["findings"] = [{"code": "bad", "severity": "error", "message": "不符", "expected": None, "found": None, "evidence": wrong, "related": None}]
    path, _ = made(tmp_path, grammar, one)
    amounts = sheet(path, "amounts")
    last = column("amounts", "flagged")
    assert [amounts.cell(row, last).value for row in (2, 3)] == ["否", FLAGGED]
    (rule,) = [rule for rules in amounts.conditional_formatting for rule in rules.rules]
    assert rule.formula == [f'$M2="{FLAGGED}"'] and amounts.cell(1, last).column_letter == "M"
    counts = {row[0].value: (row[2].value, row[3].value) for row in openpyxl.load_workbook(path)["说明"].iter_rows()}
    assert counts[words.title("amounts")] == (2, 1) and counts[words.title("documents")] == (1, None)


# --- links


def test_places_lead_to_the_review_page(tmp_path: Path, grammar: Grammar) -> None:
    """From the workbook to the page's file, with the place in it; of a part of a cell, the cell."""
    review = tmp_path / "审 阅"
    page = review / page_name("a.txt")
    page.parent.mkdir(parents=True)
    page.write_text("x")
    path, told = made(tmp_path, grammar, record("a.txt", ["x"], [Decimal(1)]), record("b.txt", ["x"], [Decimal(1)]), review=review)
    amounts, indicators = sheet(path, "amounts"), sheet(path, "indicators")
    links = {amounts.cell(row, 1).value: amounts.cell(row, column("amounts", "place")).hyperlink for row in (2, 3)}
    assert links["b.txt"] is None and links["a.txt"].location == "b1:0-1"
    assert (path.parent / links["a.txt"].target.replace("\\", "/").replace("%20", " ")).resolve() == page.resolve()
    assert indicators.cell(2, column("indicators", "place")).value == "t1:3:2:0-4"
    assert indicators.cell(2, column("indicators", "place")).hyperlink.location == "t1:3:2"
    assert sheet(path, "documents").cell(2, 1).hyperlink.location is None
    assert any("gongwen review" in sentence for sentence in told)


@pytest.mark.parametrize("name", ["a#b", "a%20b"])
def test_a_folder_that_no_link_can_name_is_not_linked(name: str, tmp_path: Path, grammar: Grammar) -> None:
    page = tmp_path / name / page_name("a.txt")
    page.parent.mkdir(parents=True)
    page.write_text("x")
    path, told = made(tmp_path, grammar, record("a.txt", ["x"], [Decimal(1)]), review=tmp_path / name)
    assert sheet(path, "amounts").cell(2, column("amounts", "place")).hyperlink is None and told


def test_no_more_links_than_excel_takes(tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LINKS", 3)
    page = tmp_path / "review" / page_name("a.txt")
    page.parent.mkdir(parents=True)
    page.write_text("x")
    path, told = made(tmp_path, grammar, record("a.txt", list("abcde"), [Decimal(1)]), review=tmp_path / "review")
    amounts = sheet(path, "amounts")
    cells = [amounts.cell(row, column("amounts", "place")) for row in range(2, 7)]
    assert [bool(cell.hyperlink) for cell in cells] == [True] * 3 + [False] * 2 and all(cell.value == "b1:0-1" for cell in cells)
    assert any("正文金额" in sentence and "（2 处）" in sentence for sentence in told)


# --- what does not fit


def test_rows_go_on_in_another_sheet(tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 4)  # three beside the head
    path, _ = made(tmp_path, grammar, record("a.txt", list("abcdefg"), [Decimal(1)]))
    book = openpyxl.load_workbook(path)
    title = words.title("amounts")
    found = [[row[column("amounts", "text") - 1] for row in book[name].iter_rows(min_row=2, values_only=True)] for name in (title, f"{title}（2）", f"{title}（3）")]
    assert found == [list("abc"), list("def"), ["g"]]
    assert f"{title}（4）" not in book.sheetnames and book[f"{title}（2）"].freeze_panes == "B2"


@pytest.mark.parametrize(("text", "whole"), [("长" * LONGEST, True), ("长" * (LONGEST + 1), False), ("🀄" * (LONGEST // 2), True), ("🀄" * LONGEST, False),
                                             ("\x01" * LONGEST, False)])
def test_a_text_too_long_is_cut_and_says_so(text: str, whole: bool) -> None:
    one = cell(TEXT, text)
    assert one and isinstance(one.value, str) and len(one.value.encode("utf-16-le")) <= 2 * LONGEST and one.cut is not whole
    assert whole or one.value.endswith(f"…（共 {len(text)} 字，全文见 JSON）") and one.value[:100] in text.replace("\x01", "\\x01")


def test_a_cut_text_is_told(tmp_path: Path, grammar: Grammar) -> None:
    path, told = made(tmp_path, grammar, record("a.txt", ["长" * 40_000], [Decimal(1)]))
    assert any("正文金额" in sentence and "全文见 JSON" in sentence for sentence in told)
    assert any("全文见 JSON" in str(row[0]) for row in openpyxl.load_workbook(path)["说明"].iter_rows(values_only=True))


@pytest.mark.parametrize(("number", "value"), [("123456789012345", 123456789012345.0), ("1234567890123450", 1234567890123450.0), ("1234567890123456", "1234567890123456"),
                                               ("0.123456789012", 0.123456789012), ("12345.67890123456", "12345.67890123456"), ("-0.5", -0.5)])
def test_digits_that_a_spreadsheet_would_lose_are_text(number: str, value: Any) -> None:
    one = cell(NUMBER, Decimal(number))
    assert one and one.value == value and type(one.value) is type(value)


@pytest.mark.parametrize(("day", "value"), [(date(1900, 3, 1), date(1900, 3, 1)), (date(1900, 2, 28), "1900-02-28"), (date(1, 1, 1), "0001-01-01")])
def test_days_before_the_calendar_of_spreadsheets_are_text(day: date, value: Any) -> None:
    one = cell(Column("issued_on", "date"), day)
    assert one and one.value == value


@pytest.mark.parametrize(("text", "style", "lines"), [("短", "text", 1), ("长" * 31, "text", 1), ("长" * 40, "long", 2), ("a\nb\nc", "long", 3),
                                                      ("长" * 2000, "clipped", 1), ("a\n" * 50, "clipped", 1)])
def test_long_texts_are_wrapped_and_longer_ones_clipped(text: str, style: str, lines: int) -> None:
    one = cell(TEXT, text)
    assert one and (one.style, one.lines) == (style, lines)


def test_rows_do_not_stay_in_memory(tmp_path: Path) -> None:
    """Of 2,000 rows, each higher than a line and linked nowhere, the library keeps one and the head."""
    with workbook.opened(Job(tmp_path, lambda document: None, lambda sentence: None)) as put:
        book = put.__self__  # type: ignore[attr-defined]
        put(GOALS, [_goal(GOALS, n) for n in range(2_000)])
        kept = book.sheets["goals"][0].sheet
        assert len(kept.table) <= 1 and len(kept.row_info) <= 2 and len(kept.row_sizes) <= 2 and not kept.hyperlinks
    assert openpyxl.load_workbook(tmp_path / "gongwen.xlsx")[words.title("goals")].max_row == 2_001


def _goal(table: Table, n: int) -> Row:
    values: dict[str, Any] = {"text": "长" * 80, "integer": n, "boolean": False}
    return [values[column.kind] for column in table.columns]
