"""Money by place, or anything else by name: horizontal bars in the order given."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from pipeline.charts import strips
from pipeline.charts.figure import ROUNDED, Drawing, Frame, Grid, figure
from pipeline.charts.numerals import Number, Scale, decimal, exact, scale
from pipeline.charts.strips import Strip

MOST = 200
_LABELS = 126.0


class Bar(NamedTuple):
    """A name and its number; None where the document gives none."""

    label: str
    value: Number | None


def draw(frame: Frame, rows: Sequence[Bar], unit: str, heads: tuple[str, str] = ("地区", "金额")) -> Markup:
    """Bars of numbers in `unit`; money that is long is drawn in 万元 or 亿元, the table keeps `unit`. `heads` name the columns of the table."""
    values = [None if row.value is None else decimal(row.value) for row in rows]
    told = [(row.label, value) for row, value in zip(rows, values, strict=True) if value is not None]
    measure = scale((value for _, value in told[:MOST]), unit)
    drawing = _drawing(frame, told, unit, measure) if told else None
    grid = Grid((heads[0], f"{heads[1]}（{unit}）" if unit else heads[1]), [(row.label, value) for row, value in zip(rows, values, strict=True)])
    return figure(frame, drawing, grid, _notes(len(rows), told, measure))


def _drawing(frame: Frame, told: Sequence[tuple[str, Decimal]], unit: str, measure: Scale) -> Drawing:
    laid, axis = strips.lay([Strip(name, value, measure.told(value), f"{name} {exact(value)}{unit}") for name, value in told[:MOST]], _LABELS)
    (top, most), (last, least) = max(told, key=_value), min(told, key=_value)
    words = f"{len(told)} 条横条，最大 {top} {exact(most)}{unit}，最小 {last} {exact(least)}{unit}"
    return Drawing(list(strips.drawn(frame, laid, axis)), words)


def _value(row: tuple[str, Decimal]) -> Decimal:
    return row[1]


def _notes(given: int, told: Sequence[tuple[str, Decimal]], measure: Scale) -> Iterator[str]:
    if given > len(told):
        yield f"{given - len(told)} 项没有数，未画"
    if len(told) > MOST:
        yield f"只画了前 {MOST} 项，另外 {len(told) - MOST} 项见表格"
    if any(measure.short(value) != exact(value / measure.size) for _, value in told[:MOST]):
        yield ROUNDED
    if any(value < 0 for _, value in told[:MOST]):
        yield "斜线横条为负数（收回）"
