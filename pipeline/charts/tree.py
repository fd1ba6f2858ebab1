"""Where money comes from and where it goes: a tree with a bar for each sum and its part of the sum above."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from pipeline.charts import strips
from pipeline.charts.figure import ROUNDED, Drawing, Frame, Grid, Part, figure
from pipeline.charts.markup import element
from pipeline.charts.numerals import Number, Scale, decimal, exact, scale
from pipeline.charts.strips import Laid, Strip

MOST = 300
_LABELS = 170.0
_STEP = 12.0
_DEEPEST = 6  # levels that are indented; a deeper one tells its level


class Node(NamedTuple):
    """A document, a fund or a place; `value` in 元, None where it is not told."""

    label: str
    value: Number | None
    children: tuple["Node", ...] = ()


class _Line(NamedTuple):
    """A node in reading order. `parent`: which line it hangs on; `part`: of the sum above, in percent."""

    label: str
    value: Decimal | None
    level: int
    parent: int | None
    part: Decimal | None


def draw(frame: Frame, roots: Sequence[Node]) -> Markup:
    """The trees of `roots`, each sum in 元 drawn in 元, 万元 or 亿元; parts are of the sum told by the nearest line above."""
    lines = list(_flat(roots))
    seen = lines[:MOST]
    values = [line.value for line in seen if line.value is not None]
    measure = scale(values, "元")
    grid = Grid(("名称", "层次", "金额（元）", "占上级（%）"), [(line.label, Decimal(line.level + 1), line.value, line.part) for line in lines])
    return figure(frame, _drawing(frame, seen, measure) if values else None, grid, _notes(lines, measure))


def _flat(roots: Sequence[Node]) -> Iterator[_Line]:
    """Every node before its children. A stack, not recursion: nothing says how deep a tree may be."""
    left: list[tuple[Node, int, int | None, Decimal | None]] = [(root, 0, None, None) for root in reversed(roots)]
    count = 0
    while left:
        node, level, parent, above = left.pop()
        value = None if node.value is None else decimal(node.value)
        yield _Line(node.label, value, level, parent, _part(value, above))
        here = above if value is None else value
        left.extend((child, level + 1, count, here) for child in reversed(node.children))
        count += 1


def _part(value: Decimal | None, above: Decimal | None) -> Decimal | None:
    """In percent, to a hundredth."""
    return round(value / above * 100, 2) if value is not None and above else None


def _drawing(frame: Frame, lines: Sequence[_Line], measure: Scale) -> Drawing:
    laid, axis = strips.lay([_strip(line, measure) for line in lines], _LABELS)
    branches = [_branch(laid[line.parent], one) for line, one in zip(lines, laid, strict=True) if line.parent is not None and line.level <= _DEEPEST]
    words = f"{len(lines)} 个节点，{max(line.level for line in lines) + 1} 层，最大一笔 {exact(max(line.value for line in lines if line.value is not None))}元"
    rows = Markup("").join((*branches, *(part.inside for part in strips.drawn(frame, laid, axis))))
    return Drawing([Part(rows, 0, laid[-1].top + laid[-1].height)], words)  # in one: branches go through many rows


def _strip(line: _Line, measure: Scale) -> Strip:
    label = line.label if line.level <= _DEEPEST else f"[{line.level + 1}层] {line.label}"
    told = "—" if line.value is None else measure.told(line.value)
    part = "" if line.part is None else f" {_percent(line.part)}"
    value = "没有写明金额" if line.value is None else f"{exact(line.value)}元"
    return Strip(label, line.value, told + part, f"{line.label} {value}{f'，占上级{part}' if part else ''}", min(line.level, _DEEPEST) * _STEP)


def _percent(part: Decimal) -> str:
    return f"{exact(round(part, 1))}%" if abs(part) < 10000 else "不可比"


def _branch(above: Laid, below: Laid) -> Markup:
    """From under the beginning of the upper label to the beginning of the lower."""
    x = above.strip.indent + _STEP / 3
    return element("path", d=f"M{x:g} {above.top + above.height - 3:g}V{below.middle:g}H{below.strip.indent - 2:g}", class_="chart-axis")


def _notes(lines: Sequence[_Line], measure: Scale) -> Iterator[str]:
    seen = [line.value for line in lines[:MOST] if line.value is not None]
    missing = sum(line.value is None for line in lines)
    if missing:
        yield f"{missing} 个节点没有写明金额"
    if len(lines) > MOST:
        yield f"只画了前 {MOST} 个节点，另外 {len(lines) - MOST} 个见表格"
    if any(measure.short(value) != exact(value / measure.size) for value in seen):
        yield ROUNDED
    if any(value < 0 for value in seen):
        yield "斜线横条为负数（收回）"
