"""Pictures of one document: money by place, targets against results. All from its record."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from markupsafe import Markup

from extractors.record import Allocation, AllocationRow, Indicator, IndicatorValue, PerformanceTable
from pipeline.charts import bars, bullets
from pipeline.charts.bars import Bar
from pipeline.charts.bullets import Bullet
from pipeline.charts.figure import Frame
from pipeline.charts.numerals import decimal

_BARS = 40  # of a picture: more would take pages


def allocation(n: int, told: Allocation) -> Markup | None:
    """Bars of the column with the most money, sums left out; None where no row has a number."""
    items = [row for row in told.rows if row.role == "item"]
    column = _widest(items, len(told.columns))
    if column is None:
        return None
    values = [_value(row.values, column) for row in items]
    most = set(sorted(range(len(items)), key=lambda at: abs(values[at] or Decimal(0)), reverse=True)[:_BARS])
    frame = Frame(f"allocation{n}", f"{told.columns[column]}：{named(told)}", notes=(*_left_out(told, told.columns[column]), *_smaller(len(items))))
    return bars.draw(frame, [Bar(row.name or "（无名称）", values[at]) for at, row in enumerate(items) if at in most], told.unit or "")


def _smaller(rows: int) -> Iterator[str]:
    if rows > _BARS:
        yield f"只画了最多的 {_BARS} 行，另外 {rows - _BARS} 行见分配表"


def named(told: Allocation) -> str:
    return told.title or ("分配表" if told.evidence.table else "正文中的分配")


def _widest(items: Sequence[AllocationRow], columns: int) -> int | None:
    """A column of totals has more than any of its parts, wherever it stands; the first of equal ones."""
    values = {column: [value for row in items if (value := _value(row.values, column)) is not None] for column in range(columns)}
    return max((column for column in values if values[column]), key=lambda column: sum(map(abs, values[column])), default=None)


def _value(values: list[int | float | None], column: int) -> Decimal | None:
    value = values[column] if column < len(values) else None
    return None if value is None else decimal(value)


def _left_out(told: Allocation, column: str) -> Iterator[str]:
    if sums := sum(row.role != "item" for row in told.rows):
        yield f"合计和小计 {sums} 行未画"
    if len(told.columns) > 1:
        yield f"只画了“{column}”一列，另外 {len(told.columns) - 1} 列见分配表"


def indicators(n: int, told: PerformanceTable) -> Markup | None:
    """Bullets of the indicators that have one target and one result; None where none has a result."""
    pairs = [(one, _values(one, "target"), _values(one, "actual")) for one in told.indicators]
    single = [(one, targets[0], actuals[0]) for one, targets, actuals in pairs if len(targets) == len(actuals) == 1]
    if not any(actuals for _, _, actuals in pairs):
        return None
    return bullets.draw(Frame(f"indicators{n}", "目标与完成", notes=tuple(_others(len(pairs) - len(single)))), [_bullet(*one) for one in single])


def _values(indicator: Indicator, role: str) -> list[IndicatorValue]:
    return [value for value in indicator.values if value.role == role]


def _bullet(one: Indicator, target: IndicatorValue, actual: IndicatorValue) -> Bullet:
    units = [value.unit or one.unit for value in (target, actual)]
    return Bullet(one.name, target.op, target.number, units[0], _text(target, one), actual.number, units[1], _text(actual, one))


def _text(value: IndicatorValue, one: Indicator) -> str:
    """As printed, with the unit that stands elsewhere in the row."""
    unit = value.unit or one.unit or ""
    return value.text if value.number is None or unit in value.text or "％" in value.text else f"{value.text}{unit}"


def _others(count: int) -> Iterator[str]:
    if count:
        yield f"{count} 个指标不是恰有一个目标值和一个完成值，不在图中，见指标表"
