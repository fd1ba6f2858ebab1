"""What a table of the analysis is: named columns of five kinds. Every format writes these, and nothing else."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

Kind = Literal["text", "integer", "decimal", "boolean", "date"]
Value = str | int | Decimal | bool | date | None
Row = Sequence[Value]  # a value for each column, in their order

PRECISION, SCALE = 30, 12  # of a decimal: 18 digits before the point, 12 behind it
_WHOLE = 2 ** 63  # what an integer column holds is below


class Column(NamedTuple):
    """`decimal`: exact, up to 18 digits before the point and 12 behind it; `integer`: of 64 bits."""

    name: str
    kind: Kind = "text"


class Table(NamedTuple):
    """`key`: the columns, the first ones, that tell a row from all others; `facts`: its rows are facts of a document and say where they were read."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    facts: bool = False


def fits(value: Value) -> bool:
    """Whether a column of its kind holds a value exactly."""
    if isinstance(value, Decimal):
        _, digits, exponent = value.as_tuple()
        spare = len(digits) - len("".join(map(str, digits)).rstrip("0"))  # zeros at the end
        return isinstance(exponent, int) and -exponent - spare <= SCALE and value.copy_abs() < 10 ** (PRECISION - SCALE)
    return not isinstance(value, int) or -_WHOLE <= value < _WHOLE
