"""Tables without upright lines: rows of figures whose pieces stand under one another are columns, whatever the gaps between them.

Lines with figures decide where the columns are; the heads above them and the broken lines between them are then put in.
"""

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from extractors.reading import Cell
from pipeline.pages.page import Glyph, Page
from pipeline.pages.pieces import NUMBER, Columns, Piece, Printed, printed
from pipeline.pages.rulings import Line, flat_lines
from pipeline.pages.stacks import cells

_CLEAR = 0.7  # letters: the widest gap between columns; words of a list may stand under one another by chance
_FEWEST = 3  # lines of figures that make a table
_HEAD = 5  # lines that a head may have
_EDGE = 40.0  # points from the edge of the paper, where only running heads stand
_FAR = 3.2  # letters: what stands further from a table is not of it


class Found(NamedTuple):
    """A table: the lines of the page it takes, its columns, its rows of cells."""

    lines: range
    columns: Columns
    rows: list[list[Cell]]


def tables(rows: Sequence[list[Glyph]], page: Page, carried: Columns | None = None) -> Iterator[Found]:
    """The unruled tables among the lines of a page. `carried`: columns of a table that the page before ended with."""
    if not carried and sum(map(_loose, rows)) < _FEWEST:
        return
    lines = [printed(n, row) for n, row in enumerate(rows) if row[0][3] > _EDGE and row[0][1] < page.height - _EDGE]
    at = 0
    for run, columns in _runs(lines, carried):
        rules = [rule for rule in flat_lines(page.rules) if _along(rule, columns)]
        run = _below_caption(run, rules)
        columns = _columns(run) or columns
        start, end = lines.index(run[0]), lines.index(run[-1]) + 1
        if start < at:
            continue
        first = max(at, _head_from(lines, start, columns, rules))
        end = _tail_to(lines, end, columns, rules)
        columns = _with_head(columns, lines[first:start])
        yield Found(range(lines[first].index, lines[end - 1].index + 1), columns, cells(lines[first:end], start - first, columns, [r.at for r in rules], page.number))
        at = end


def _loose(row: list[Glyph]) -> bool:
    """Whether a line has white in it that may divide columns."""
    return row[-1][2] - row[0][0] - sum([g[2] - g[0] for g in row]) > _CLEAR * (row[0][3] - row[0][1]) / 2


@dataclass(slots=True)
class _Run:
    """Lines of figures that stand in columns, so far. `edges`: those that the lines with most pieces make; others widen them or are new."""

    lines: list[Printed] = field(default_factory=list)
    edges: list[tuple[float, float]] = field(default_factory=list)
    most: int = 0

    def add(self, line: Printed) -> bool:
        """Take a line in; False where it lies across the columns. Lines above that lie across what it tells are let go."""
        if len(line.pieces) > self.most:
            self.lines = _standing([*self.lines, line])
            self.most = max(len(other.pieces) for other in self.lines)
            self.edges = _edges(self.lines)
            return True
        if _across(line, self.edges):
            return False
        self.lines.append(line)
        _widen(self.edges, line)
        return True


def _runs(lines: list[Printed], carried: Columns | None) -> Iterator[tuple[list[Printed], Columns]]:
    """Lines of figures that stand in columns, from the top of the page."""
    run = _Run()
    above: Printed | None = None
    for line in lines:
        if run.lines and above and (line.top - above.bottom > _FAR * line.em or _parts(line, run)):
            yield from _closed(run.lines, lines, carried)
            run = _Run()
        if line.of_figures and not run.add(line):
            yield from _closed(run.lines, lines, carried)
            run = _Run()
            run.add(line)
        above = line
    yield from _closed(run.lines, lines, carried)


def _parts(line: Printed, run: _Run) -> bool:
    """A line that is no broken cell: one piece as wide as most of the table, or a text of its own, wider than a column."""
    width = run.edges[-1][1] - run.edges[0][0]
    if any(p.right - p.left > width * 0.7 for p in line.pieces):
        return True
    if len(line.pieces) > 1:
        return False
    piece, at = line.pieces[0], _under(line.pieces[0], run.edges)
    return len(at) > 1 or len(at) == 1 and piece.right > run.edges[at[0]][1] + 2 * line.em


def _under(piece: Piece, edges: list[tuple[float, float]]) -> list[int]:
    return [n for n, (left, right) in enumerate(edges) if min(right, piece.right) - max(left, piece.left) > 0.5]


def _across(line: Printed, edges: list[tuple[float, float]]) -> bool:
    """Whether half of the pieces of a line lie under several columns."""
    return sum(len(_under(p, edges)) > 1 for p in line.pieces) * 2 >= len(line.pieces)


def _standing(run: list[Printed]) -> list[Printed]:
    """The end of a run whose lines stand in the columns that all of them make: behind the last line that lies across them."""
    edges = _edges(run)
    across = [n for n, line in enumerate(run) if _across(line, edges)]
    return run[across[-1] + 1:] if across and across[-1] + 1 < len(run) else run[-1:] if across else run


def _edges(run: list[Printed]) -> list[tuple[float, float]]:
    edges: list[tuple[float, float]] = []
    for line in sorted(run, key=lambda r: -len(r.pieces)):
        _widen(edges, line)
    return edges


def _widen(edges: list[tuple[float, float]], line: Printed) -> None:
    """Pieces under a column widen it, those under none are new ones; the edges stay in order."""
    for p in line.pieces:
        at = _under(p, edges)
        if not at:
            insort(edges, (p.left, p.right))
        elif len(at) == 1:
            edges[at[0]] = (min(edges[at[0]][0], p.left), max(edges[at[0]][1], p.right))


def _closed(run: list[Printed], lines: list[Printed], carried: Columns | None) -> Iterator[tuple[list[Printed], Columns]]:
    if not run:
        return
    columns = _columns(run) if len(run) >= _FEWEST else None
    if columns is None and carried and run[0] in lines[:4] and all(_fits(line, carried) for line in run):
        columns = carried
    if columns is not None:
        yield run, columns


def _columns(run: list[Printed]) -> Columns | None:
    """The columns of lines of figures; None where they make no table."""
    columns = Columns(_less_labels(_edges(run), run))
    gaps = [b[0] - a[1] for a, b in pairwise(columns.edges)]
    if not gaps or max(gaps) < _CLEAR * run[0].em or min(gaps) < 0:
        return None
    if sum(len({columns.spanned(p) for p in line.pieces}) for line in run) < 0.5 * len(columns.edges) * len(run):
        return None
    if len(columns.edges) == 2 and not all(len(line.pieces) == 2 and NUMBER.fullmatch(line.pieces[1].text) for line in run):
        return None
    return columns


def _less_labels(edges: list[tuple[float, float]], run: list[Printed]) -> tuple[tuple[float, float], ...]:
    """The edges less those of a label set between two columns that are empty beside it (合计 under 序号 and 地区): it makes no column."""
    held = [[(line, p) for line in run for p in line.pieces if n in _under(p, edges)] for n in range(len(edges))]
    kept = []
    for n, edge in enumerate(edges):
        alone = len(held[n]) == 1 and len(run) > _FEWEST and not NUMBER.fullmatch(held[n][0][1].text)
        beside = {m for p in held[n][0][0].pieces for m in _under(p, edges)} if alone else set()
        if not alone or {n - 1, n + 1} & beside or n == len(edges) - 1:
            kept.append(edge)
    return tuple(kept)


def _fits(line: Printed, columns: Columns) -> bool:
    """Whether each piece stands under one column alone."""
    told = [columns.spanned(p) for p in line.pieces]
    return all(first == last for first, last in told) and len(set(told)) == len(told)


def _along(rule: Line, columns: Columns) -> bool:
    """A level line as wide as most of the table."""
    left, right = columns.edges[0][0], columns.edges[-1][1]
    return min(rule.end, right) - max(rule.start, left) > 0.6 * (right - left)


def _below_caption(run: list[Printed], rules: list[Line]) -> list[Printed]:
    """The lines of figures less one over the topmost line drawn: a caption with a number stands there."""
    over = next((rule.at for rule in rules if run[0].middle < rule.at < run[1].middle), None) if len(run) > 2 else None
    return run[1:] if over is not None and len(run[0].pieces) < len(run[-1].pieces) else run


def _head_from(lines: list[Printed], start: int, columns: Columns, rules: list[Line]) -> int:
    """The first line of the head: below the line that is drawn over it, else lines of several pieces, and what stands between such."""
    above = [rule.at for rule in rules if lines[start].top - 10 * lines[start].em < rule.at < lines[start].middle]
    over = _over_head(lines[max(0, start - _HEAD):start], above)
    first = start
    for n in range(start - 1, max(-1, start - 1 - _HEAD), -1):
        line = lines[n]
        if over and line.middle < over or lines[n + 1].top - line.bottom > _FAR * line.em:
            break
        if over or len(line.pieces) > 2 or len(line.pieces) == 2 and len(columns.edges) < 5:
            first = n
    while first and _upper(lines[first - 1], lines[first], columns):
        first -= 1
    return first


def _upper(line: Printed, below: Printed, columns: Columns) -> bool:
    """Words right over words of a head, each in a column that has some: the upper line of a broken head."""
    if below.top - line.bottom > 0.3 * line.em:
        return False
    told = {n for p in below.pieces for n in columns.under(p)}
    return all(len(at) == 1 and at[0] in told for at in map(columns.under, line.pieces))


def _over_head(above: list[Printed], rules: list[float]) -> float | None:
    """The line drawn over a head that ends with the last of the lines `above`: no other line of it stands right over it. None where all are under."""
    for at in reversed(rules):
        over = [line for line in above if line.middle < at]
        if len(over) < len(above) and (not over or len(over[-1].pieces) < 3):
            return at
    return None


def _tail_to(lines: list[Printed], end: int, columns: Columns, rules: list[Line]) -> int:
    """The line after the table: broken ends of the last row's cells belong to it, and what stands over the line that closes it."""
    last = lines[end - 1]
    below = [rule.at for rule in rules if last.middle < rule.at < last.bottom + 4 * last.em]
    while end < len(lines) and (lines[end].middle < below[0] if below else _broken(lines[end], lines[end - 1], last, columns)):
        end += 1
    return end


def _broken(line: Printed, above: Printed, last: Printed, columns: Columns) -> bool:
    """The rest of cells of the last row: close under it, fewer pieces, none in the first column, none across columns."""
    near = line.top - above.bottom < 0.6 * line.em and len(line.pieces) < len(last.pieces)
    return near and line.pieces[0].left > columns.edges[0][1] and all(len(columns.under(p)) < 2 for p in line.pieces)


def _with_head(columns: Columns, head: list[Printed]) -> Columns:
    """The columns with those that have a head and no figure; a head beside its figures widens their column."""
    edges = list(columns.edges)
    fullest = max(head, key=lambda line: len(line.pieces), default=None)
    taken = {n for p in (fullest.pieces if fullest else ()) for n in columns.under(p)}
    for p in fullest.pieces if fullest else ():
        if columns.under(p):
            continue
        nearest = columns.spanned(p)[0]
        if nearest in taken:
            edges.append((p.left, p.right))
        else:
            edges[nearest] = (min(edges[nearest][0], p.left), max(edges[nearest][1], p.right))
            taken.add(nearest)
    edges.sort()
    return Columns(tuple(edges)) if all(a[1] < b[0] for a, b in pairwise(edges)) else columns
