"""Rates over years: a line with marks for each series, broken where a year has no number, its name at its end."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from pipeline.charts.figure import SIZE, SMALL, WIDTH, Drawing, Frame, Grid, Part, figure, hint, letters, room
from pipeline.charts.lettering import wrapped
from pipeline.charts.markup import element, said
from pipeline.charts.numerals import Number, brief, decimal, exact, short
from pipeline.charts.strips import Axis

MOST = 8  # series that can be told apart
_NAMES, _TOP, _PLOT, _EDGE = 112.0, 10.0, 200.0, 10.0
_ROW = SIZE + 1

# A mark and a dash for each series: a colour alone would not do on paper. Marks are drawn around their middle.
_MARKS = ("M0-4A4 4 0 1 1 0 4A4 4 0 1 1 0-4z", "M-3.5-3.5h7v7h-7z", "M0-4.5 4.5 3.5h-9z", "M0-5 5 0 0 5-5 0z",
          "M0 4.5-4.5-3.5h9z", "M-1.3-4.5h2.6v3.2h3.2v2.6h-3.2v3.2h-2.6v-3.2h-3.2v-2.6h3.2z", "M-5-2h10v4h-10z", "M-2-5h4v10h-4z")
_DASHES = (None, "6 3", "2 3", "8 3 2 3", None, "6 3", "2 3", "8 3 2 3")
_COLORS = ("#1f5f99", "#a8480f", "#176b2c", "#6b3fa0", "#8a1c4a", "#4a4a4a", "#0b6b70", "#7a5200")


class Point(NamedTuple):
    year: int
    value: Number | None


class Series(NamedTuple):
    """`points` in any order, one a year; a year without a number is a gap."""

    name: str
    points: Sequence[Point]


class _Told(NamedTuple):
    name: str
    values: dict[int, Decimal]


class _Label(NamedTuple):
    """The name of a series beside its last mark; `top` is where its lines begin."""

    lines: list[str]
    top: float


def draw(frame: Frame, series: Sequence[Series], unit: str = "%") -> Markup:
    """Lines over all years of the series. Of percentages the axis goes from 0 to 100 at least."""
    told = [_Told(one.name, {point.year: decimal(point.value) for point in one.points if point.value is not None}) for one in series]
    full = [one for one in told if one.values]
    given = sorted({point.year for one in series for point in one.points})
    grid = Grid(("名称", *(f"{year}年（{unit}）" for year in given)), [(one.name, *(one.values.get(year) for year in given)) for one in told])
    return figure(frame, _drawing(full[:MOST], unit) if full else None, grid, _notes(told, full))


def _drawing(told: Sequence[_Told], unit: str) -> Drawing:
    values = [value for one in told for value in one.values.values()]
    low, high, step = _span(values, Decimal(100 if unit == "%" else 0))
    labels = [_lines(one, unit) for one in told]
    plot = max(_PLOT, sum(len(lines) * _ROW + 3 for lines in labels))
    ups = Axis(_TOP + plot, _TOP, low, high)
    years = _years(told, room((_tick(tick, unit) for tick in _ticks(low, high, step)), SMALL))
    names = _spread(told, labels, ups, plot)
    inside = [*_rules(ups, years, low, high, step, unit), *(_series(n, one, years, ups, unit) for n, one in enumerate(told)),
              *(_named(n, one, label, years, ups) for n, (one, label) in enumerate(zip(told, names, strict=True)))]
    words = f"{len(told)} 条折线，{int(years.low)} 至 {int(years.high)} 年，数值 {exact(min(values))}{unit} 至 {exact(max(values))}{unit}"
    return Drawing([Part(Markup("").join(inside), 0, _TOP + plot + 24)], words)


def _span(values: Sequence[Decimal], least: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """The axis: its ends, which are ticks, and how far a tick is from the next."""
    low, high = min((*values, Decimal(0))), max((*values, least))
    step = next(s for s in _nice((high - low) / 6) if (high - low) / s <= 6) if high > low else Decimal(1)
    return (low / step).to_integral_value(ROUND_FLOOR) * step, max((high / step).to_integral_value(ROUND_CEILING) * step, step), step


def _nice(least: Decimal) -> Iterator[Decimal]:
    power = Decimal(10) ** least.adjusted()
    return (power * n for n in (1, 2, 5, 10))


def _ticks(low: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    return [low + step * n for n in range(int((high - low) / step) + 1)]


def _tick(tick: Decimal, unit: str) -> str:
    return short(tick) + brief(unit)


def _years(told: Sequence[_Told], ticks: float) -> Axis:
    years = [year for one in told for year in one.values]
    return Axis(ticks + 6 + _EDGE, WIDTH - _NAMES - _EDGE, Decimal(min(years)), Decimal(max(years)))


def _x(years: Axis, year: int) -> float:
    """A single year stands in the middle."""
    return years.at(Decimal(year)) if years.high > years.low else (years.left + years.right) / 2


def _rules(ups: Axis, years: Axis, low: Decimal, high: Decimal, step: Decimal, unit: str) -> Iterator[Markup]:
    for tick in _ticks(low, high, step):
        y = ups.at(tick)
        yield element("line", x1=years.left - _EDGE, y1=y, x2=years.right + _EDGE, y2=y, class_="chart-rule" if tick else "chart-axis")
        yield letters(_tick(tick, unit), years.left - _EDGE - 4, y + 4, "chart-small chart-faint", "end")
    for year in _told_years(years):
        yield letters(str(year), _x(years, year), ups.left + 16, "chart-small chart-faint", "middle")


def _told_years(years: Axis) -> list[int]:
    """So many that they do not touch: counted back from the last."""
    first, last = int(years.low), int(years.high)
    fitting = max(1, int((years.right - years.left) // 34))
    return list(range(last, first - 1, -max(1, -(-(last - first) // fitting))))


def _series(n: int, one: _Told, years: Axis, ups: Axis, unit: str) -> Markup:
    told = sorted(one.values.items())
    joined = (element("line", x1=_x(years, a), y1=ups.at(u), x2=_x(years, b), y2=ups.at(v), class_="chart-line", stroke=_COLORS[n], stroke_dasharray=_DASHES[n])
              for (a, u), (b, v) in pairwise(told) if b == a + 1)
    marks = (element("g", hint(f"{one.name} {year}年 {exact(value)}{unit}"), _mark(n, _x(years, year), ups.at(value))) for year, value in told)
    return element("g", *joined, *marks)


def _mark(n: int, x: float, y: float) -> Markup:
    return element("path", d=_MARKS[n], transform=f"translate({x:.2f} {y:.2f})", fill=_COLORS[n], class_="chart-point")


def _lines(one: _Told, unit: str) -> list[str]:
    last = max(one.values)
    return [*wrapped(said(one.name), SMALL, _NAMES - 14, 2), *wrapped(said(f"{last}年 {short(one.values[last])}{brief(unit)}"), SMALL, _NAMES - 14, 2)]


def _spread(told: Sequence[_Told], labels: Sequence[list[str]], ups: Axis, plot: float) -> list[_Label]:
    """Names as near to their ends as they can be without touching, in the order of the ends."""
    order = sorted(range(len(told)), key=lambda n: (-told[n].values[max(told[n].values)], n))
    heights = {n: len(labels[n]) * _ROW + 3 for n in order}
    tops, below = {}, _TOP + plot
    free = sum(heights.values())
    for n in reversed(order):  # from the foot up: none may push another out of the picture
        free -= heights[n]
        wanted = ups.at(told[n].values[max(told[n].values)]) - heights[n] / 2
        tops[n] = below = max(_TOP + free, min(wanted, below - heights[n]))
    return [_Label(labels[n], tops[n]) for n in range(len(told))]


def _named(n: int, one: _Told, label: _Label, years: Axis, ups: Axis) -> Markup:
    """Name and last number, the mark of the series before them, a thin line to its end."""
    last, left = max(one.values), WIDTH - _NAMES + 12
    middle = label.top + _ROW / 2
    leader = element("line", x1=_x(years, last) + 5, y1=ups.at(one.values[last]), x2=left - 12, y2=middle, class_="chart-rule")
    texts = (letters(line, left, label.top + SIZE - 2 + i * _ROW, "chart-small") for i, line in enumerate(label.lines))
    return element("g", hint(one.name), leader, _mark(n, left - 7, middle), *texts)


def _notes(told: Sequence[_Told], full: Sequence[_Told]) -> Iterator[str]:
    if len(told) > len(full):
        yield f"{len(told) - len(full)} 项没有一年有数，未画"
    if len(full) > MOST:
        yield f"只画了前 {MOST} 项，另外 {len(full) - MOST} 项见表格"
    if any(len(one.values) < max(one.values) - min(one.values) + 1 for one in full[:MOST]):
        yield "折线断开处该年没有数"
