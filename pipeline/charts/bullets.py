"""Target against result: for each indicator a bar for the result and a mark for the target, on a scale of their own."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from markupsafe import Markup

from pipeline.charts.figure import LINE, SIZE, SMALL, WIDTH, Drawing, Frame, Grid, Part, figure, hint, letters, paint
from pipeline.charts.lettering import width, wrapped
from pipeline.charts.markup import element, said
from pipeline.charts.numerals import Number, decimal
from pipeline.charts.strips import Axis

MOST = 100
_THICK, _SIDE, _REACH = 10.0, 8.0, Decimal("1.6")  # a result is drawn up to so many times its target

Op = Literal["≥", "≤", ">", "<", "="]
Verdict = Literal["reached", "missed", "above", "below", "unknown"]
_WORDS: dict[Verdict, str] = {"reached": "达到", "missed": "未达到", "above": "高于目标", "below": "低于目标", "unknown": "没有比较符，未判断"}


class Bullet(NamedTuple):
    """An indicator. The texts are as printed; a number is None where the text is words. Units are compared: what differs is not drawn."""

    name: str
    op: Op | None
    target: Number | None
    target_unit: str | None
    target_text: str
    actual: Number | None
    actual_unit: str | None
    actual_text: str


class _Pair(NamedTuple):
    """What can be drawn."""

    bullet: Bullet
    target: Decimal
    actual: Decimal

    @property
    def verdict(self) -> Verdict:
        return verdict(self.bullet.op, self.target, self.actual)


def verdict(op: Op | None, target: Number, actual: Number) -> Verdict:
    """Whether a result is what the target asks. `=` does not say on which side a difference is good: it is told as above or below."""
    want, have = decimal(target), decimal(actual)
    match op:
        case "≥" | ">":
            return "reached" if have > want or have == want and op == "≥" else "missed"
        case "≤" | "<":
            return "reached" if have < want or have == want and op == "≤" else "missed"
        case "=":
            return "reached" if have == want else "above" if have > want else "below"
    return "unknown"


def draw(frame: Frame, rows: Sequence[Bullet]) -> Markup:
    """One bullet for each pair of numbers of one unit; others are counted, and stand in the table."""
    pairs = [pair for row in rows if (pair := _pair(row))]
    grid = Grid(("指标", "目标", "完成", "比较"), [(row.name, row.target_text, row.actual_text, _judged(row)) for row in rows])
    return figure(frame, _drawing(frame, pairs[:MOST]) if pairs else None, grid, _notes(rows, pairs))


def _pair(row: Bullet) -> _Pair | None:
    if row.target is None or row.actual is None or (row.target_unit or "") != (row.actual_unit or ""):
        return None
    return _Pair(row, decimal(row.target), decimal(row.actual))


def _judged(row: Bullet) -> str:
    pair = _pair(row)
    if pair:
        return _WORDS[pair.verdict]
    return "不是数，未比较" if row.target is None or row.actual is None else "单位不同，未比较"


def _drawing(frame: Frame, pairs: Sequence[_Pair]) -> Drawing:
    parts, top = [], 0.0
    for pair in pairs:
        names = wrapped(said(pair.bullet.name), SIZE, WIDTH - 2, 2)
        high = (len(names) + 1) * LINE + _THICK + 16
        parts.append(Part(_bullet(frame, pair, names, top + 4), top, high))
        top += high
    reached = sum(pair.verdict == "reached" for pair in pairs)
    return Drawing(parts, f"{len(pairs)} 个指标，达到 {reached} 个，未达到 {sum(pair.verdict == 'missed' for pair in pairs)} 个")


def _bullet(frame: Frame, pair: _Pair, names: Sequence[str], top: float) -> Markup:
    """Name, bar, and below it both values as printed with the verdict."""
    bar = top + len(names) * LINE + 5
    words = f"{pair.bullet.name}：目标 {pair.bullet.target_text}，完成 {pair.bullet.actual_text}，{_WORDS[pair.verdict]}"
    lines = (letters(line, 0, top + SIZE - 1 + n * LINE) for n, line in enumerate(names))
    return element("g", hint(words), *lines, *_bar(frame, pair, bar), *_foot(pair, bar + _THICK + LINE))


def _bar(frame: Frame, pair: _Pair, y: float) -> Iterator[Markup]:
    axis = _axis(pair.target, pair.actual)
    zero, end, mark = axis.at(Decimal(0)), axis.at(min(pair.actual, axis.high)), axis.at(pair.target)
    yield element("rect", x=axis.left, y=y, width=axis.right - axis.left, height=_THICK, class_="chart-track")
    yield _result(frame, pair.verdict, min(zero, end), y, abs(end - zero))
    if pair.actual > axis.high:
        yield element("path", d=f"M{axis.right:g} {y:g}l{_SIDE - 1:g} {_THICK / 2:g}l{1 - _SIDE:g} {_THICK / 2:g}z", class_="chart-mark")
    yield element("rect", x=mark - 1.5, y=y - 4, width=3, height=_THICK + 8, class_="chart-mark chart-target")
    yield from _side(pair.bullet.op, mark, y - 4)


def _axis(target: Decimal, actual: Decimal) -> Axis:
    """All targets above nothing stand at one place, so that the eye runs down along them."""
    if target > 0 and actual >= 0:
        return Axis(_SIDE, WIDTH - _SIDE, Decimal(0), target * _REACH)
    return Axis(_SIDE, WIDTH - _SIDE, min(target, actual, Decimal(0)), max(target, actual, Decimal(0)))


def _result(frame: Frame, told: Verdict, x: float, y: float, wide: float) -> Markup:
    class_ = {"reached": "chart-bar", "missed": "chart-outlined"}.get(told, "chart-even")
    return element("rect", x=x, y=y + 1, width=wide, height=_THICK - 2, class_=f"{class_} chart-result", fill=paint(frame, "hatch") if told == "missed" else None)


def _side(op: Op | None, mark: float, y: float) -> Iterator[Markup]:
    """A flag at the target's head points to the side that is good."""
    step = {"≥": 6, ">": 6, "≤": -6, "<": -6}.get(op or "")
    if step:
        yield element("path", d=f"M{mark:g} {y:g}l{step} 2.5l{-step} 2.5z", class_="chart-mark")


def _foot(pair: _Pair, y: float) -> Iterator[Markup]:
    """The verdict on the right by shape and word, the printed values before it."""
    word = _WORDS[pair.verdict]
    x = WIDTH - width(word, SMALL)
    yield letters(word, WIDTH, y, "chart-small chart-strong" if pair.verdict == "missed" else "chart-small", "end")
    yield element("path", d=_SHAPES[pair.verdict].format(x - 11, y - 8), class_="chart-mark")
    values = wrapped(said(f"目标 {pair.bullet.target_text}　完成 {pair.bullet.actual_text}"), SMALL, x - 16, 1)
    yield letters(values[0], 0, y, "chart-small chart-faint")


# From the corner of a square of 8: a hook, a cross, arrows, a dash.
_SHAPES: dict[Verdict, str] = {
    "reached": "M{0:g} {1:g}m0 4 1.5-1.5 2 2 3.5-4.5 1.5 1.2-5 6.3z",
    "missed": "M{0:g} {1:g}m1.2 0 2.8 2.8 2.8-2.8 1.2 1.2-2.8 2.8 2.8 2.8-1.2 1.2-2.8-2.8-2.8 2.8-1.2-1.2 2.8-2.8-2.8-2.8z",
    "above": "M{0:g} {1:g}m4 0 4 7h-8z", "below": "M{0:g} {1:g}m0 1h8l-4 7z", "unknown": "M{0:g} {1:g}m0 3h8v2h-8z",
}


def _notes(rows: Sequence[Bullet], pairs: Sequence[_Pair]) -> Iterator[str]:
    words = sum(row.target is None or row.actual is None for row in rows)
    if words:
        yield f"{words} 个指标的目标或完成值不是数，未画，见表格"
    if len(rows) - words > len(pairs):
        yield f"{len(rows) - words - len(pairs)} 个指标的目标与完成值单位不同，未画，见表格"
    if len(pairs) > MOST:
        yield f"只画了前 {MOST} 个指标，另外 {len(pairs) - MOST} 个见表格"
    if pairs:
        yield "每条各有自己的尺度，竖线为目标，小旗指向达到的一边"
    if any(pair.actual > _axis(pair.target, pair.actual).high for pair in pairs[:MOST]):
        yield f"横条末端有箭头的，完成值超过目标的 {_REACH} 倍"
