"""Lines of a drawing with a label on the left, a bar, and a number on the right: what bars and trees are made of."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from pipeline.charts.figure import LINE, SIZE, WIDTH, Frame, Part, hint, letters, paint, room
from pipeline.charts.lettering import wrapped
from pipeline.charts.markup import element, said

_GAP = 6.0
_THICK = 13.0
_LEAST = 40.0  # of room for bars


class Strip(NamedTuple):
    """`told` stands at the right end, `hint` is said when it is pointed at; the label begins at `indent`. No value: no bar."""

    label: str
    value: Decimal | None
    told: str
    hint: str
    indent: float = 0


class Laid(NamedTuple):
    """A strip in its place, its label divided into lines."""

    strip: Strip
    lines: list[str]
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


class Axis(NamedTuple):
    """Where `low` to `high` stand between `left` and `right`. Nothing is always on it."""

    left: float
    right: float
    low: Decimal
    high: Decimal

    def at(self, value: Decimal) -> float:
        span = self.high - self.low
        return self.left + (self.right - self.left) * float((value - self.low) / span if span else 0)


def lay(strips: Sequence[Strip], most: float) -> tuple[list[Laid], Axis]:
    """Strips one under another, their labels at most `most` units wide (with the indent), and the axis of their bars."""
    ends = room(strip.told for strip in strips)
    widest = max((strip.indent + room([strip.label]) for strip in strips if strip.value is not None), default=0) + 1
    labels = min(most, widest, WIDTH - ends - 2 * _GAP - _LEAST)
    laid, top = [], 0.0
    for strip in strips:
        free = WIDTH - ends - _GAP if strip.value is None else labels  # a label without a bar may stand in its place
        lines = wrapped(said(strip.label), SIZE, free - strip.indent, 3)
        laid.append(Laid(strip, lines, top, len(lines) * LINE + _GAP))
        top += laid[-1].height
    values = [strip.value for strip in strips if strip.value is not None]
    return laid, Axis(labels + _GAP, WIDTH - ends - _GAP, min((*values, Decimal(0))), max((*values, Decimal(0))))


def drawn(frame: Frame, laid: Sequence[Laid], axis: Axis) -> Iterator[Part]:
    for one in laid:
        yield Part(element("g", hint(one.strip.hint), *_label(one), *_bar(frame, one, axis), _number(one)), one.top, one.height)


def _label(one: Laid) -> Iterator[Markup]:
    first = one.middle - len(one.lines) * LINE / 2 + SIZE - 1
    return (letters(line, one.strip.indent, first + n * LINE) for n, line in enumerate(one.lines))


def _bar(frame: Frame, one: Laid, axis: Axis) -> Iterator[Markup]:
    """Less than nothing goes to the left, hatched."""
    if one.strip.value is None:
        return
    zero = axis.at(Decimal(0))
    start, end = sorted((zero, axis.at(one.strip.value)))
    negative = one.strip.value < 0
    yield element("line", x1=zero, y1=one.top, x2=zero, y2=one.top + one.height, class_="chart-axis")
    yield element("rect", x=start, y=one.middle - _THICK / 2, width=end - start, height=_THICK, class_="chart-outlined" if negative else "chart-bar",
                  fill=paint(frame, "hatch") if negative else None)


def _number(one: Laid) -> Markup:
    return letters(one.strip.told, WIDTH, one.middle + SIZE / 2 - 2, anchor="end")
