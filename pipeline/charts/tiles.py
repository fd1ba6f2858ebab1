"""A map without a map: a tile for each division, in the order of the division codes (GB/T 2260), grouped by province or prefecture."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from pipeline.charts.figure import LINE, ROUNDED, SIZE, SMALL, WIDTH, Drawing, Frame, Grid, Part, figure, hint, letters, paint
from pipeline.charts.lettering import wrapped
from pipeline.charts.markup import element, said
from pipeline.charts.numerals import Number, Scale, decimal, exact, scale
from pipeline.charts.steps import NEGATIVE, STEPS, Steps

_GAP = 4.0


class Tile(NamedTuple):
    """A division by its code of six digits, with the name to print and its number (None: the document gives none)."""

    adcode: str | None
    name: str
    value: Number | None


class _Size(NamedTuple):
    """How tiles are drawn: how many stand side by side, how high each is, how many lines its name has, whether its number is printed."""

    across: int
    high: float
    lines: int
    numbered: bool

    @property
    def wide(self) -> float:
        return (WIDTH - 2 - _GAP * (self.across - 1)) / self.across


_LARGE, _SMALL, _MANY = _Size(5, 50.0, 2, True), _Size(7, 22.0, 1, False), 80

_Told = tuple[str, str, Decimal | None]  # code, name, number


def draw(frame: Frame, tiles: Sequence[Tile], unit: str, names: Mapping[str, str] | None = None) -> Markup:
    """Tiles in five steps of colour, each step the same number of places. `names`: of provinces and prefectures by their codes of six digits, told over the groups."""
    coded = ((t.adcode, t.name, None if t.value is None else decimal(t.value)) for t in tiles if t.adcode)
    told: list[_Told] = sorted(coded, key=lambda one: one[:2])
    values = [value for _, _, value in told if value is not None]
    measure = scale(values, unit)
    grid = Grid(("区划代码", "地区", f"数值（{unit}）" if unit else "数值"), [*told, *_uncoded(tiles)])
    size = _LARGE if len(told) <= _MANY else _SMALL
    drawing = _drawing(frame, told, unit, measure, names or {}, size) if values else None
    return figure(frame, drawing, grid, _notes(tiles, told, measure, size))


def _uncoded(tiles: Sequence[Tile]) -> Iterator[tuple[None, str, Decimal | None]]:
    return ((None, tile.name, None if tile.value is None else decimal(tile.value)) for tile in tiles if not tile.adcode)


def _drawing(frame: Frame, told: Sequence[_Told], unit: str, measure: Scale, names: Mapping[str, str], size: _Size) -> Drawing:
    steps = Steps.of([value for _, _, value in told if value is not None])
    groups = _groups(told)
    parts, top = [], 0.0
    for code, members in groups:
        heading = [] if len(groups) == 1 else [_heading(_name(code, members, names), top)]
        first = top + (LINE + 5 if heading else 1)
        inside = [*heading, *(_tile(frame, one, n, first, unit, measure, steps, size) for n, one in enumerate(members))]
        high = first - top - 1 + -(-len(members) // size.across) * (size.high + _GAP) + 4
        parts.append(Part(Markup("").join(inside), top, high))
        top += high
    legend = list(_legend(frame, steps, measure, top + 4))
    parts.append(Part(Markup("").join(legend), top, 8 + len(legend) * (LINE + 3)))
    words = f"{len(told)} 个地区，{len(groups)} 组，颜色越深数值越大，范围 {exact(steps.low)} 至 {exact(steps.high)}{unit}"
    return Drawing(parts, words)


def _heading(name: str, top: float) -> Markup:
    return letters(wrapped(said(name), SMALL, WIDTH - 2, 1)[0], 1, top + SIZE + 2, "chart-small chart-strong")


def _groups(told: Sequence[_Told]) -> list[tuple[str, list[_Told]]]:
    """Where most are provinces, all stand together; the counties of one province stand by prefecture; else by province. The code of a group ends in zeros."""
    provinces, counties = (sum(of(code) for code, _, _ in told) for of in (_is_province, _is_county))
    if provinces * 2 > len(told):
        return [("", list(told))]
    alone = len({code[:2] for code, _, _ in told}) == 1
    digits = 4 if alone and counties * 2 > len(told) else 2
    return [(code.ljust(6, "0"), list(members)) for code, members in groupby(told, lambda one: one[0][:digits])]


def _is_province(code: str) -> bool:
    return code.endswith("0000")


def _is_county(code: str) -> bool:
    return not code.endswith("00")


def _name(code: str, members: Sequence[_Told], names: Mapping[str, str]) -> str:
    """As given, or as the document itself names it, or else its code."""
    own = next((name for adcode, name, _ in members if adcode == code), None)
    return names.get(code) or own or f"代码 {code}"


def _tile(frame: Frame, one: _Told, n: int, top: float, unit: str, measure: Scale, steps: Steps, size: _Size) -> Markup:
    code, name, value = one
    x, y = 1 + n % size.across * (size.wide + _GAP), top + n // size.across * (size.high + _GAP)
    words = f"{name}（{code}）{'没有数' if value is None else exact(value) + unit}"
    number = [] if not size.numbered else [letters("无数" if value is None else measure.short(value), x + size.wide / 2, y + size.high - 8, "chart-small", "middle")]
    return element("g", hint(words), _square(frame, x, y, size, steps.step(value)), *_lines(name, x, y, size), *number)


def _square(frame: Frame, x: float, y: float, size: _Size, step: int | None) -> Markup:
    """Its colour says the step; its foot says it too, for eyes and paper without colours: a longer bar, a hatch below nothing."""
    square = element("rect", x=x, y=y, width=size.wide, height=size.high, rx=2, class_=_class(step))
    if step is None:
        return square
    if step == NEGATIVE:
        return square + element("rect", x=x, y=y + size.high - 6, width=size.wide, height=6, fill=paint(frame, "hatch"))
    return square + element("rect", x=x, y=y + size.high - 3, width=size.wide * (step + 1) / STEPS, height=3, class_="chart-mark")


def _class(step: int | None) -> str:
    return "chart-blank" if step is None else "chart-tile chart-back" if step == NEGATIVE else f"chart-tile chart-step{step}"


def _lines(name: str, x: float, y: float, size: _Size) -> Iterator[Markup]:
    lines = wrapped(said(name), SMALL, size.wide - 3, size.lines)
    return (letters(line, x + size.wide / 2, y + SIZE + 2 + n * SIZE, "chart-small", "middle") for n, line in enumerate(lines))


def _legend(frame: Frame, steps: Steps, measure: Scale, top: float) -> Iterator[Markup]:
    key = _Size(5, LINE - 1, 1, False)
    for n, (step, low, high, count) in enumerate(steps.told()):
        y = top + n * (LINE + 3)
        span = "没有数" if low is None or high is None else measure.told(low) if low == high else f"{measure.short(low)} 至 {measure.told(high)}"
        yield element("g", _square(frame, 1, y, key._replace(across=12), step), letters(f"{span}，{count} 个", 34, y + SIZE - 1, "chart-small"))


def _notes(tiles: Sequence[Tile], told: Sequence[_Told], measure: Scale, size: _Size) -> Iterator[str]:
    missing = sum(value is None for _, _, value in told)
    if missing:
        yield f"{missing} 个地区没有数（虚线框）"
    if len(tiles) > len(told):
        yield f"{len(tiles) - len(told)} 项没有区划代码，未画，见表格"
    if not size.numbered:
        yield "地区很多，数值见表格"
    elif any(measure.short(value) != exact(value / measure.size) for _, _, value in told if value is not None):
        yield ROUNDED
