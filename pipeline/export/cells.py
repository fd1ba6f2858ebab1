"""What a cell of a spreadsheet shows for a value: text that XML can hold, of a length that Excel takes; numbers that a double holds, with their unit."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

import regex

from pipeline.export.numerals import DIGITS, digits, significant
from pipeline.tables.table import Column, Value
from pipeline.terminal import printable

Style = Literal["text", "long", "integer", "number", "fraction", "yuan", "percent", "date", "clipped"]
FORMATS: dict[Style, str] = {"integer": "0", "number": "#,##0", "fraction": "#,##0.############", "yuan": '#,##0.00##########"元"',
                             "percent": '0.00##########"%"', "date": "yyyy-mm-dd"}
LONGEST = 32_767  # of a cell, in the code units of UTF-16
WIDE, HIGH = 64, 12  # characters of Latin: what is longer is wrapped; lines: what has more is clipped
FLAGGED = "存疑"  # the word in the column `flagged`
_UNITS: dict[str, Style] = {"yuan": "yuan", "rate": "percent", "completion_rate": "percent"}
_FIRST = date(1900, 3, 1)  # before it Excel's days are not those of the calendar
# What XML 1.0 has no character for, and the carriage return, which every reader of XML makes a line feed of.
_UNWRITABLE = regex.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class Cell(NamedTuple):
    """`value` as the library takes it; `lines`: that it fills; `cut`: whether a text was too long."""

    value: str | int | float | date
    style: Style
    lines: int = 1
    cut: bool = False

    @property
    def width(self) -> int:
        """In characters of Latin, a Chinese one is two. Of a long text no less than `WIDE`."""
        if isinstance(self.value, str):
            return max(map(_width, self.value[:WIDE].split("\n")))
        return 10 if isinstance(self.value, date) else len(f"{self.value:,}") + 5 * (self.style in _UNITS.values())


def cell(column: Column, value: Value) -> Cell | None:
    """The cell of a value; None of one that is left empty: null, and an empty text, which a spreadsheet cannot tell from it."""
    return None if value is None or value == "" else _CELLS[type(value)](column, value)


def _text(column: Column, value: str) -> Cell:
    shown = _UNWRITABLE.sub(lambda found: printable(found[0]) if found[0] < "\x20" else f"\\u{ord(found[0]):04x}", value)
    told = _cut(shown, len(value))
    return Cell(told, *_shape(told), told is not shown)


def _shape(text: str) -> tuple[Style, int]:
    """Style and lines. A row is as high as its highest cell: a text that would fill the window is left on one line."""
    if len(text) > HIGH * WIDE:
        return "clipped", 1
    lines = sum(1 + max(_width(line) - 1, 0) // (WIDE - 2) for line in text.split("\n"))  # a line may end before a sign that begins none
    return ("text", 1) if lines == 1 else ("long", lines) if lines <= HIGH else ("clipped", 1)


def _width(text: str) -> int:
    return len(text.encode("gbk", "replace"))


def _cut(text: str, length: int) -> str:
    """`length`: of the whole text, that is told where it is cut."""
    if len(text) <= LONGEST // 2 or _units(text) <= LONGEST:
        return text
    mark = f"…（共 {length} 字，全文见 JSON）"
    return text.encode("utf-16-le")[:2 * (LONGEST - len(mark))].decode("utf-16-le", "ignore") + mark


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _truth(column: Column, value: bool) -> Cell:
    return Cell(("是" if column.name != "flagged" else FLAGGED) if value else "否", "text")


def _day(column: Column, value: date) -> Cell:
    return Cell(value, "date") if value >= _FIRST else Cell(value.isoformat(), "text")


def _whole(column: Column, value: int) -> Cell:
    return Cell(value, "integer") if significant(str(value)) <= DIGITS else Cell(str(value), "text")


def _number(column: Column, value: Decimal) -> Cell:
    """As text where a spreadsheet would lose digits."""
    told = digits(value)
    if significant(told) > DIGITS:
        return Cell(told, "text")
    return Cell(float(value), _UNITS.get(column.name) or ("fraction" if "." in told else "number"))


_CELLS: dict[type, Callable[..., Cell]] = {str: _text, bool: _truth, date: _day, int: _whole, Decimal: _number}
