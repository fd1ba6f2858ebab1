"""A table that goes on over pages is one table: its columns on one grid, a row that the page break cut glued."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import regex

from extractors.reading import Cell
from pipeline.pages.lines import joint
from pipeline.pages.sheet import Grid

_EDGE = 5.0  # points by which the sides of a table may differ from page to page
_SAME = 3.0  # points within which two column edges are one
_STOP = regex.compile(r"[。；;！!]$")
_FIGURE = regex.compile(r"[≥≤＞＜><]?[-－]?[\d,，.．]+[%％]?")


def continues(chain: list[Grid], below: Grid) -> bool:
    """Whether `below`, the first thing on its page, goes on with the table whose parts so far are `chain`.

    Not where it begins as that began: a head repeated, or a form of the same kind, which only their words can tell apart.
    """
    first, last = chain[0], chain[-1]
    return last.page == below.page - 1 and _aligned(last, below) and _first(first) != _first(below)


def _aligned(above: Grid, below: Grid) -> bool:
    """Ruled tables have the same sides, or most of their column edges; the columns of others stand under one another, each under one."""
    if above.ruled and below.ruled:
        sides = abs(above.xs[0] - below.xs[0]) <= _EDGE and abs(above.xs[-1] - below.xs[-1]) <= _EDGE
        shared = sum(any(abs(x - y) <= _SAME for y in above.xs) for x in below.xs)
        return sides or shared > 3 and shared * 4 >= len(below.xs) * 3
    return len(above.xs) == len(below.xs) and all(
        min(a[1], b[1]) > max(a[0], b[0]) for a, b in zip(pairwise(above.xs), pairwise(below.xs), strict=True)) and above.ruled == below.ruled


def _first(grid: Grid) -> str:
    """The text that a table begins with."""
    return next((c.text for row in grid.rows[:1] for c in row if not c.empty), "")


def joined(chain: list[Grid]) -> list[list[Cell]]:
    """The rows of all parts, their columns counted on the union of the column edges."""
    if len(chain) == 1:
        return chain[0].rows
    xs = _union(x for grid in chain for x in grid.xs) if chain[0].ruled else chain[0].xs
    rows: list[list[Cell]] = []
    unclosed: set[int] = set()
    for grid in chain:
        lower = _on(grid, xs) if grid.ruled else [list(row) for row in grid.rows]
        if rows and lower:
            if not unclosed and _cut(rows[-1], lower[0]):
                rows[-1] = _glued(rows[-1], lower[0])
                lower = lower[1:]
            if lower:
                _span(rows, lower, unclosed)
        rows += [row for row in lower if row]
        unclosed = {_column(xs, grid.xs[c]) for c in grid.open}
    return rows


def _column(xs: list[float], x: float) -> int:
    """The number of the column edge at `x`."""
    return min(max(bisect_left(xs, x - _SAME), 0), len(xs) - 1)


def _union(edges: Iterable[float]) -> list[float]:
    found: list[float] = []
    for x in sorted(edges):
        if not found or x - found[-1] > _SAME:
            found.append(x)
    return found


def _on(grid: Grid, xs: list[float]) -> list[list[Cell]]:
    """The rows with their columns counted on `xs`."""
    to = [_column(xs, x) for x in grid.xs]
    return [[replace(c, column=to[c.column], colspan=max(1, to[c.column + c.colspan] - to[c.column])) for c in row] for row in grid.rows]


def _cut(above: list[Cell], row: list[Cell]) -> bool:
    """Whether `row` is the rest of the row above: all it has goes on with a cell of it, in the middle of a sentence or a word."""
    last = {c.column: c for c in above}
    told = [c for c in row if not c.empty]
    if not told or any(c.column not in last or last[c.column].empty or last[c.column].colspan != c.colspan for c in told):
        return False
    if any(_FIGURE.fullmatch(c.text) for c in told):
        return False
    full = [c for c in above if not c.empty]
    return len(told) < len(full) and not all(_STOP.search(last[c.column].text) for c in told) or all(_breaks(last[c.column].text) for c in told)


def _breaks(text: str) -> bool:
    return len(text) > 12 and not _STOP.search(text)


def _glued(row: list[Cell], rest: list[Cell]) -> list[Cell]:
    more = {c.column: c for c in rest}
    return [_more(c, more[c.column]) if c.column in more and not more[c.column].empty else c for c in row]


def _more(cell: Cell, rest: Cell) -> Cell:
    between = joint(cell.text, rest.text)
    start = len(cell.text) + len(between)
    moved = tuple(u._replace(start=u.start + start, end=u.end + start) for u in rest.unsure)
    return replace(cell, text=cell.text + between + rest.text, unsure=cell.unsure + moved)


def _span(rows: list[list[Cell]], lower: list[list[Cell]], unclosed: set[int]) -> None:
    """A cell that goes on over the page takes in its rest: one that no line closed, or a merged one that is empty there."""
    goes_on = [c for c in lower[0] if c.column in unclosed or c.empty and c.rowspan > 1 and not unclosed]
    for rest in goes_on:
        at = _covering(rows, rest)
        if at is not None:
            row, k = at
            more = rest.rowspan - (len(goes_on) == len(lower[0]))  # a row that was cut as a whole is no row more
            rows[row][k] = replace(_more(rows[row][k], rest) if not rest.empty else rows[row][k], rowspan=len(rows) - row + more)
            lower[0].remove(rest)


def _covering(rows: list[list[Cell]], rest: Cell) -> tuple[int, int] | None:
    """(row, index) of the cell that reaches the last row in the column of `rest`, as wide as it is."""
    for n in range(len(rows) - 1, -1, -1):
        for k, c in enumerate(rows[n]):
            if c.column == rest.column:
                return (n, k) if n + c.rowspan >= len(rows) and c.colspan == rest.colspan else None
    return None
