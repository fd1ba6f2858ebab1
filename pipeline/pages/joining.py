"""A table that goes on over pages is one table: its columns on one grid, a row that the page break cut glued."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import regex

from extractors.folding import folded
from extractors.reading import Cell
from pipeline.pages.lines import joint
from pipeline.pages.sheet import Grid

_EDGE = 5.0  # points by which the sides of a table may differ from page to page
_SAME = 3.0  # points within which two column edges are one
_LONG = 40  # characters of a cell of several lines
_STOP = regex.compile(r"[。；;！!]$")
_FIGURE = regex.compile(r"[≥≤＞＜><]?[-－]?[\d,，.．]+(?:[%％]|\p{Han}{0,3})")


def continues(chain: list[Grid], below: Grid) -> bool:
    """Whether `below`, the first thing on its page, goes on with the table whose parts so far are `chain`.

    Not where it begins as that began, a form of the same kind; but a head of columns repeated is.
    """
    first, last = chain[0], chain[-1]
    return last.page == below.page - 1 and _aligned(last, below) and (_first(first) != _first(below) or repeated(first, below) > 0)


def repeated(first: Grid, below: Grid) -> int:
    """How many rows of a head `below` begins with that `first` began with; 0 where they are labels and their values, which forms repeat."""
    alike = 0
    for a, b in zip(first.rows, below.rows, strict=False):
        if [(folded(c.text), c.colspan) for c in a] != [(folded(c.text), c.colspan) for c in b]:  # a scan tells the widths of brackets now so, now so
            break
        alike += 1
    heads = any(sum(not c.empty and not _FIGURE.fullmatch(c.text) for c in row) > 2 for row in below.rows[:alike])
    return alike if heads and alike < len(below.rows) else 0


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
    unclosed, full = set[int](), set[int]()
    for grid in chain:
        lower = _on(grid, xs) if grid.ruled else [list(row) for row in grid.rows]
        if grid is not chain[0]:
            lower = lower[repeated(chain[0], grid):]
        if rows and lower:
            lower = _after_break(rows, lower, unclosed, full)
        rows += [row for row in lower if row]
        unclosed = {_column(xs, grid.xs[c]) for c in grid.open}
        full = {_column(xs, grid.xs[c]) for c in grid.full}
    return rows


def _after_break(rows: list[list[Cell]], lower: list[list[Cell]], unclosed: set[int], full: set[int]) -> list[list[Cell]]:
    """What is left of the rows below a page break when cells that it ran through have taken in their rest."""
    first = lower[0]
    going_on = unclosed | full
    if all(c.column in unclosed for c in first):  # no line at all at the foot of the page does not tell what goes on, unless cells are empty
        filled = {c.column for c in rows[-1] if not c.empty}
        going_on = going_on if any(c.empty and c.column in filled for c in first) else full
        unclosed = set()
    spanning = [c for c in first if c.rowspan > 1 and (c.column in unclosed or c.empty)]
    own = [c for c in first if c not in spanning]
    cut = _cut(rows[-1], own, going_on)
    if cut:
        rows[-1] = _glued(rows[-1], own)
    else:
        spanning += [c for c in own if c.column in unclosed]
    taken = [c for c in spanning if _take(rows, c, c.rowspan - cut)]
    return lower[1:] if cut else [[c for c in first if c not in taken], *lower[1:]]


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
    if to == list(range(len(to))):
        return [list(row) for row in grid.rows]
    return [[replace(c, column=to[c.column], colspan=max(1, to[c.column + c.colspan] - to[c.column])) for c in row] for row in grid.rows]


def _cut(above: list[Cell], row: list[Cell], going_on: set[int]) -> bool:
    """Whether `row` is the rest of the row above: all it has goes on with a cell of it whose last line is full, or that no line closed."""
    last = {c.column: c for c in above}
    told = [c for c in row if not c.empty]
    if not told or any(c.column not in last or last[c.column].colspan != c.colspan for c in told):
        return False
    if len(told) < sum(not c.empty for c in above) and all(len(last[c.column].text) > _LONG and len(c.text) > _LONG // 4 for c in told):
        return True  # the next paragraph of a long cell
    if any(c.column not in going_on for c in told) or any(_FIGURE.fullmatch(c.text) and last[c.column].text for c in told):
        return False
    return len(told) < sum(not c.empty for c in above) or not any(_STOP.search(last[c.column].text) for c in told)


def _glued(row: list[Cell], rest: list[Cell]) -> list[Cell]:
    more = {c.column: c for c in rest}
    return [_more(c, more[c.column]) if c.column in more and not more[c.column].empty else c for c in row]


def _more(cell: Cell, rest: Cell) -> Cell:
    between = "\n" if _STOP.search(cell.text) else joint(cell.text, rest.text)
    start = len(cell.text) + len(between)
    moved = tuple(u._replace(start=u.start + start, end=u.end + start) for u in rest.unsure)
    return replace(cell, text=cell.text + between + rest.text, unsure=cell.unsure + moved)


def _take(rows: list[list[Cell]], rest: Cell, more: int) -> bool:
    """The cell above that reaches the page break takes in its rest, and spans so many rows more."""
    at = _covering(rows, rest)
    if at is None:
        return False
    row, k = at
    whole = rows[row][k] if rest.empty else _more(rows[row][k], rest)
    rows[row][k] = replace(whole, rowspan=len(rows) - row + more)
    return True


def _covering(rows: list[list[Cell]], rest: Cell) -> tuple[int, int] | None:
    """(row, index) of the cell that reaches the last row in the column of `rest`, as wide as it is."""
    for n in range(len(rows) - 1, -1, -1):
        for k, c in enumerate(rows[n]):
            if c.column == rest.column:
                return (n, k) if n + c.rowspan >= len(rows) and c.colspan == rest.colspan else None
    return None
