"""An answer as a table on a terminal, as CSV and as JSON. Decimals are exact: as many digits as they have, no trailing zeros."""

import csv
import json
import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.export.numerals import digits
from pipeline.query.ask import Answer
from pipeline.terminal import printable

SHOWN = 500  # rows of a table on a terminal
_NARROWEST = 12  # cells of a terminal a column must have, or what its widest value needs
_BETWEEN = 2
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT")


def table(answer: Answer, console: Console) -> None:
    """On a console: a table; one row after the other, a line for each column, where the columns are too many for its width."""
    rows = [[_cell(value) for value in row] for row in islice(answer.rows, SHOWN + 1)]
    more, rows = len(rows) > SHOWN, rows[:SHOWN]
    with console.capture() as captured:
        if _fits(answer, rows, console.width):
            console.print(_table(answer, rows))
        else:
            console.print(*(_record(n, answer, row) for n, row in enumerate(rows, 1)), sep="\n")
    for line in captured.get().removesuffix("\n").split("\n"):
        print(line.rstrip())
    print(f"（以上为前 {SHOWN} 行，还有更多；全部请用 --format csv 或 json）" if more else f"（{len(rows)} 行）")


def _fits(answer: Answer, rows: list[list[str]], width: int) -> bool:
    widest = [max([cell_len(name), *(cell_len(row[n]) for row in rows)]) for n, name in enumerate(answer.columns)]
    return sum(min(one, _NARROWEST) + _BETWEEN for one in widest) - _BETWEEN <= width


def _table(answer: Answer, rows: list[list[str]]) -> Table:
    told = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, kind in zip(answer.columns, answer.kinds, strict=True):
        told.add_column(Text(printable(name)), justify="right" if kind.startswith(_NUMBERS) else "left", overflow="fold")
    for row in rows:
        told.add_row(*map(Text, row))
    return told


def _record(number: int, answer: Answer, row: list[str]) -> Table:
    told = Table(box=None, show_header=False, pad_edge=False, title=f"—— 第 {number} 行", title_justify="left", title_style="bold")
    told.add_column(no_wrap=True)
    told.add_column(overflow="fold")
    for name, value in zip(answer.columns, row, strict=True):
        told.add_row(Text(printable(name), style="bold"), Text(value))
    return told


def _cell(value: Any) -> str:
    return printable(_words(value))


def _words(value: Any) -> str:
    """A value as text: nothing for none, numbers with all their digits, dates in ISO form, lists and objects as JSON."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return digits(value)
        case float():
            return digits(Decimal(repr(value))) if math.isfinite(value) else str(value)
        case list() | tuple() | dict():
            return _json(value)
        case date() | datetime() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
    return str(value)


def comma_separated(answer: Answer) -> Iterator[str]:
    """CSV with a line of names, lines ended by `\\n`, values as they are: a name that starts with `=` stays so."""
    yield from _lines([answer.columns])
    yield from _lines([_words(value) for value in row] for row in answer.rows)


def _lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    held = StringIO()
    writer = csv.writer(held, lineterminator="\n")
    for row in rows:
        writer.writerow(row)
        yield held.getvalue()
        held.seek(0)
        held.truncate()


def as_json(answer: Answer) -> Iterator[str]:
    """A list of objects, one a line. Decimals are JSON numbers with all their digits; what is no JSON number, as text."""
    names = _unlike(answer.columns)
    before = "[\n"
    for row in answer.rows:
        yield before + "{" + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {_json(value)}" for name, value in zip(names, row, strict=True)) + "}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _unlike(names: tuple[str, ...]) -> list[str]:
    """Names that differ: the second `n` is `n_2`, since an object holds a key once."""
    told: list[str] = []
    for name in names:
        count, own = 1, name
        while own in told:
            count += 1
            own = f"{name}_{count}"
        told.append(own)
    return told


def _json(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(str(key), ensure_ascii=False)}: {_json(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_json, value)) + "]"
        case None | bool() | int():
            return json.dumps(value)
        case Decimal():
            return digits(value)
        case float() if math.isfinite(value):
            return digits(Decimal(repr(value)))
    return json.dumps(_words(value), ensure_ascii=False)
