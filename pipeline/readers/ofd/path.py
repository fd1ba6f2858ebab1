"""Paths of an OFD page → ruling lines: upright and flat strokes, sides of stroked frames, thin filled bars."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import regex

from pipeline.pages.page import Rule
from pipeline.readers.ofd.geometry import Matrix, scale

_TOKEN = regex.compile(r"[SMLQBACZ]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", regex.I)
_OPERANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0, "Z": 0}
_THICK = 5.0  # points: what is thicker is a patch of colour
_SHORT = 1.0  # points
_LEANING = 0.01  # a line rises that much on its length and is flat still


class Step(NamedTuple):
    """A point of a path, and whether a straight line leads to it."""

    x: float
    y: float
    straight: bool


class Outline(NamedTuple):
    """One stroke of the pen. `closed`: it ends where it began."""

    steps: list[Step]
    closed: bool


def outlines(data: str, matrix: Matrix) -> Iterator[Outline]:
    """The strokes of an `AbbreviatedData`, in points; what follows something that is no path is left out."""
    a, b, c, d, e, f = matrix
    words = _TOKEN.findall(data)
    at, steps = 0, list[Step]()
    while at < len(words):
        command = words[at].upper()
        count = _OPERANDS.get(command, len(words))
        operands = words[at + 1:at + 1 + count]
        at += 1 + count
        try:
            place = [float(word) for word in operands[-2:]]
        except ValueError:
            break
        if len(operands) < count:
            break
        if command in "SMCZ":
            if len(steps) > 1:
                yield _ended(steps, command in "CZ")
            steps = steps[:1] if command in "CZ" else []
        if place:
            x, y = place
            steps.append(Step(a * x + c * y + e, b * x + d * y + f, command == "L"))
    if len(steps) > 1:
        yield _ended(steps, False)


def _ended(steps: list[Step], closed: bool) -> Outline:
    first, last = steps[0], steps[-1]
    meets = abs(first.x - last.x) + abs(first.y - last.y) < 0.1
    if closed and not meets:
        steps = [*steps, first._replace(straight=True)]
    return Outline(steps, (closed or meets) and len(steps) > 3)


def rules_of(data: str, matrix: Matrix, width: float, stroked: bool, filled: bool) -> Iterator[Rule]:
    """The ruling lines that a path draws. `width` of the stroke in the space of the path."""
    half = width * scale(matrix) / 2 if stroked else 0.0
    for outline in outlines(data, matrix):
        bar = _bar(outline, half) if filled or outline.closed else None
        if bar:
            yield bar
        elif stroked and half * 2 <= _THICK:
            yield from (_grown(p, q, half) for p, q in pairwise(outline.steps) if q.straight and _upright(p, q))


def _bar(outline: Outline, half: float) -> Rule | None:
    """A thin outline is one line, not two or four."""
    xs, ys = [s.x for s in outline.steps], [s.y for s in outline.steps]
    left, top, right, bottom = min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    thin, long = sorted((right - left, bottom - top))
    square = all(q.straight and _upright(p, q, 0.0) for p, q in pairwise(outline.steps))
    return Rule(left, top, right, bottom) if square and thin <= _THICK and long >= 2 * thin else None


def _upright(p: Step, q: Step, shortest: float = _SHORT) -> bool:
    """Flat or upright, and long enough to be a line."""
    short, long = sorted((abs(p.x - q.x), abs(p.y - q.y)))
    return long >= shortest and short <= max(0.2, _LEANING * long)


def _grown(p: Step, q: Step, half: float) -> Rule:
    """The line as thick as it is drawn."""
    flat = abs(p.x - q.x) >= abs(p.y - q.y)
    dx, dy = (0.0, half) if flat else (half, 0.0)
    return Rule(min(p.x, q.x) - dx, min(p.y, q.y) - dy, max(p.x, q.x) + dx, max(p.y, q.y) + dy)
