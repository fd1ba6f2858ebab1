"""Ruling lines as drawn → the straight lines a person sees: pieces joined, near ones made one, gaps at the edges closed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.pages.page import Rule

NEAR = 2.6  # points within which two lines are one, and two ends meet
_DOT = 2.0  # points
_SHORTEST = 5.0  # points: what is shorter is part of a letter or a dash of a dashed line
_OPEN = 7.0  # points a line goes beyond the last one that crosses it, where a table has no side


class Line(NamedTuple):
    """A line at `at` (y of a flat one, x of an upright one) from `start` to `end`."""

    at: float
    start: float
    end: float


class Ruling(NamedTuple):
    """The lines of one table: flat ones and upright ones, all connected. `added`: flat ones that are not drawn."""

    flat: list[Line]
    upright: list[Line]
    added: tuple[Line, ...] = ()


def rulings(rules: Iterable[Rule]) -> list[Ruling]:
    """The tables that the rules of a page draw, from the top."""
    drawn: tuple[list[Line], list[Line]] = ([], [])
    for left, top, right, bottom in rules:
        dot = right - left < _DOT and bottom - top < _DOT  # of a dotted line, of which it does not say the way
        if dot or right - left >= bottom - top:
            drawn[0].append(Line((top + bottom) / 2, left, right))
        if dot or right - left < bottom - top:
            drawn[1].append(Line((left + right) / 2, top, bottom))
    flat, upright = _joined(drawn[0]), _joined(drawn[1])
    found = [_closed(r) for r in _connected(flat, upright)]
    return sorted((r for r in found if len(r.flat) > 1 and len(r.upright) > 1), key=lambda r: (r.flat[0].at, r.upright[0].at))


def flat_lines(rules: Iterable[Rule]) -> list[Line]:
    """The level lines of a page, from the top, whether they meet others or not."""
    return _joined([Line((top + bottom) / 2, left, right) for left, top, right, bottom in rules if right - left > bottom - top])


def _joined(lines: list[Line]) -> list[Line]:
    """Lines that lie on one another or go on one another, as one."""
    lines.sort()
    found: list[Line] = []
    for level in _levels(lines):
        at = sum(line.at for line in level) / len(level)
        level.sort(key=lambda line: line.start)
        _, start, end = level[0]
        for _, a, b in level[1:]:
            if a > end + NEAR:
                found.append(Line(at, start, end))
                start, end = a, b
            elif b > end:
                end = b
        found.append(Line(at, start, end))
    return [line for line in found if line.end - line.start >= _SHORTEST]


def _levels(lines: list[Line]) -> Iterator[list[Line]]:
    """Lines of about the same place, taken together."""
    level: list[Line] = []
    for line in lines:
        if level and line.at - level[0].at > NEAR:
            yield level
            level = []
        level.append(line)
    if level:
        yield level


def _connected(flat: list[Line], upright: list[Line]) -> Iterator[Ruling]:
    """Lines that meet belong to one table; upright ones that meet no flat one but end together are one too."""
    places = [line.at for line in upright]
    group = list(range(len(flat) + len(upright)))
    for f, (y, start, end) in enumerate(flat):
        for u in range(bisect_left(places, start - NEAR), bisect_right(places, end + NEAR)):
            if upright[u].start - NEAR <= y <= upright[u].end + NEAR:
                _unite(group, f, len(flat) + u)
    together: dict[int, Ruling] = {}
    for n in range(len(group)):
        ruling = together.setdefault(_root(group, n), Ruling([], []))
        (ruling.flat if n < len(flat) else ruling.upright).append(flat[n] if n < len(flat) else upright[n - len(flat)])
    yield from (r for r in together.values() if r.flat and r.upright)
    yield from _unmet([r.upright[0] for r in together.values() if not r.flat])


def _root(group: list[int], n: int) -> int:
    while group[n] != n:
        group[n] = group[group[n]]
        n = group[n]
    return n


def _unite(group: list[int], a: int, b: int) -> None:
    a, b = _root(group, a), _root(group, b)
    group[max(a, b)] = min(a, b)


def _unmet(upright: list[Line]) -> Iterator[Ruling]:
    """Upright lines that begin and end together: a row as tall as its page, whose flat lines are on the pages beside it."""
    spans: dict[tuple[int, int], list[Line]] = {}
    for line in upright:
        spans.setdefault((round(line.start / NEAR), round(line.end / NEAR)), []).append(line)
    yield from (Ruling([], lines) for lines in spans.values() if len(lines) > 2)


def _closed(ruling: Ruling) -> Ruling:
    """The ruling with the edges that a page break cut off, or that were never drawn."""
    added = tuple(_edges(ruling.upright, ruling.flat))
    flat = sorted([*ruling.flat, *added])
    upright = sorted(ruling.upright + list(_edges(flat, ruling.upright)))
    return Ruling(flat, upright, added)


def _edges(lines: list[Line], across: list[Line]) -> Iterator[Line]:
    """Where two lines and more go beyond all that cross them and end together, an edge over their ends."""
    first, last = min(line.start for line in lines), max(line.end for line in lines)
    for edge, free in ((first, not across or first < min(a.at for a in across) - _OPEN), (last, not across or last > max(a.at for a in across) + _OPEN)):
        ends = [line.at for line in lines if free and min(abs(line.start - edge), abs(line.end - edge)) <= NEAR]
        if len(ends) > 1:
            yield Line(edge, min(ends), max(ends))
