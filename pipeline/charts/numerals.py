"""Numbers as figures tell them: exact in the table, short in the drawing, money in the unit that suits its size."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pipeline.charts.markup import said

Number = Decimal | int | float

_MONEY = {"元": Decimal(1), "百元": Decimal(10**2), "千元": Decimal(10**3), "万元": Decimal(10**4), "十万元": Decimal(10**5), "百万元": Decimal(10**6),
          "千万元": Decimal(10**7), "亿元": Decimal(10**8)}
_LARGER = ("万元", "亿元")
_ROOM = Decimal(100_000)  # what a label in the given unit stays below
_LONGEST, _UNIT = 12, 6  # characters of a short number, and of a unit beside it


class Scale(NamedTuple):
    """The unit of a drawing, and how many of the data's unit it is."""

    unit: str
    size: Decimal

    def short(self, value: Decimal) -> str:
        return short(value / self.size)

    def told(self, value: Decimal) -> str:
        """The short number with its unit."""
        return self.short(value) + brief(self.unit)


def brief(unit: str) -> str:
    """A unit is text of a document: it may be of any length."""
    told = said(unit)
    return told if len(told) <= _UNIT else f"{told[:_UNIT - 1]}…"


def decimal(value: Number) -> Decimal:
    """The number as printed. `ValueError` where it is none that can be drawn."""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"not a number that can be drawn: {value}")
    return number


def exact(value: Number) -> str:
    """Every digit, thousands separated, no idle zeros: `1,234.5`."""
    told = f"{decimal(value):,f}"
    told = told.rstrip("0").rstrip(".") if "." in told else told
    return "0" if told == "-0" else told


def short(value: Decimal) -> str:
    """Four digits or so: `1,235`, `123.5`, `1.23`; what is nearly nothing is told as such, not as 0."""
    rounded = exact(value.quantize(Decimal(10) ** -_digits(value), ROUND_HALF_UP)) if abs(value) < 10**20 else f"{value:.2E}"
    if rounded == "0" and value:
        return "<0.01" if value > 0 else ">-0.01"
    return rounded if len(rounded) <= _LONGEST else f"{value:.2E}"


def _digits(value: Decimal) -> int:
    """How many after the point."""
    return 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2


def scale(values: Iterable[Decimal], unit: str) -> Scale:
    """Money in `unit`, or in 万元 or 亿元 where numbers would be long; any other unit as it is."""
    largest = max(map(abs, values), default=Decimal(0))
    if unit not in _MONEY or largest < _ROOM:
        return Scale(unit, Decimal(1))
    larger = [name for name in _LARGER if _MONEY[name] > _MONEY[unit]]
    fitting = (name for name in larger if largest * _MONEY[unit] / _MONEY[name] < _ROOM)
    chosen = next(fitting, larger[-1] if larger else unit)
    return Scale(chosen, _MONEY[chosen] / _MONEY[unit])
