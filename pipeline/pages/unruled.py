"""Tables without upright lines: rows of figures whose pieces stand under one another are columns, whatever the gaps between them.

Lines with figures decide where the columns are; the heads above them and the broken lines between them are then put in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import regex

from extractors.reading import Cell
from pipeline.pages.lines import box_of, cell_text, letter
from pipeline.pages.page import Glyph

_GAP = 0.22  # letter heights: the smallest gap between two cells
_ROW_GAP = 1.2  # points by which rows stand further apart than the lines of a cell
_CLEAR = 0.7  # letter heights: the widest gap between columns; words of a list may stand under one another by chance
_FEWEST = 3  # lines of figures that make a table
_HEAD = 5  # lines that a head may have
_EDGE = 40.0  # points from the edge of the paper, where only running heads stand
_FAR = 3.2  # letter heights: what stands further from a table is not of it
_FIGURE = regex.compile(r"\d")
_NUMBER = regex.compile(r"[≥≤＞＜><]?[-－]?[\d,，.．]+[%％]?|[-—–]+")


class Piece(NamedTuple):
    """Characters of one line that stand together."""

    left: float
    right: float
    glyphs: list[Glyph]

    @property
    def text(self) -> str:
        return "".join(g[4] for g in self.glyphs)


@dataclass(slots=True)
class Row:
    """A printed line: its pieces, its place and letter height in points, and its number on the page."""

    index: int
    top: float
    bottom: float
    pieces: list[Piece]

    @property
    def em(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def figures(self) -> int:
        return sum(_FIGURE.search(p.text) is not None for p in self.pieces)


class Columns(NamedTuple):
    """Left and right edges of columns, in points, from the left."""

    edges: tuple[tuple[float, float], ...]

    def spanned(self, piece: Piece) -> tuple[int, int]:
        """First and last column that a piece lies under; of a piece between two columns the nearer one."""
        under = [n for n, (left, right) in enumerate(self.edges) if min(right, piece.right) - max(left, piece.left) > 0.5]
        if under:
            return under[0], under[-1]
        nearest = min(range(len(self.edges)), key=lambda n: max(self.edges[n][0] - piece.right, piece.left - self.edges[n][1]))
        return nearest, nearest

    @property
    def xs(self) -> list[float]:
        """The edges of the columns as lines between them."""
        between = [(a[1] + b[0]) / 2 for a, b in pairwise(self.edges)]
        return [self.edges[0][0], *between, self.edges[-1][1]]


class Found(NamedTuple):
    """A table: the lines of the page it takes, its columns, its rows of cells."""

    lines: range
    columns: Columns
    rows: list[list[Cell]]


def tables(rows: Sequence[list[Glyph]], page: int, height: float, carried: Columns | None = None) -> Iterator[Found]:
    """The unruled tables among the lines of a page of a `height` in points. `carried`: columns of a table that the page before ended with."""
    lines = [_row(n, row) for n, row in enumerate(rows) if row[0][3] > _EDGE and row[0][1] < height - _EDGE]
    at = 0
    for start, end, columns in _blocks(lines, carried):
        if start < at:
            continue
        first = max(at, _head_from(lines, start, columns, at))
        yield Found(range(first, end), columns, _cells(lines[first:end], columns, page))
        at = end


def _row(index: int, glyphs: list[Glyph]) -> Row:
    em = letter(glyphs)
    pieces, begin, right = [], 0, glyphs[0][2]
    for n, g in enumerate(glyphs):
        if g[0] - right > _GAP * em:
            pieces.append(Piece(glyphs[begin][0], right, glyphs[begin:n]))
            begin = n
        right = max(right, g[2])
    pieces.append(Piece(glyphs[begin][0], right, glyphs[begin:]))
    return Row(index, min(g[1] for g in glyphs), max(g[3] for g in glyphs), pieces)


def _blocks(lines: list[Row], carried: Columns | None) -> Iterator[tuple[int, int, Columns]]:
    """Runs of lines of figures, from the first to behind the last, with the columns they make."""
    run: list[Row] = []
    for line in lines:
        if run and (line.top - run[-1].bottom > _FAR * line.em or _prose(line, run)):
            yield from _closed(run, lines, carried)
            run = []
        if _of_figures(line):
            longer = _agreeing([*run, line])
            if longer[-1:] != [line]:
                yield from _closed(run, lines, carried)
                longer = [line]
            run = longer
    yield from _closed(run, lines, carried)


def _of_figures(line: Row) -> bool:
    return len(line.pieces) > 1 and line.figures > 0


def _prose(line: Row, run: list[Row]) -> bool:
    """A line that is no broken cell: one piece as wide as most of the table."""
    width = max(r.pieces[-1].right for r in run) - min(r.pieces[0].left for r in run)
    return any(p.right - p.left > width * 0.7 for p in line.pieces)


def _agreeing(run: list[Row]) -> list[Row]:
    """The end of a run whose lines stand in the columns that all of them make: behind the last line that lies across them."""
    edges = _edges(run)
    across = [n for n, line in enumerate(run) if _lying_across(line, edges) * 2 >= len(line.pieces)]
    return run[across[-1] + 1:] if across else run


def _edges(run: list[Row]) -> list[tuple[float, float]]:
    """Left and right edges of columns: those of the lines with most pieces; pieces under one of them widen it, others are new."""
    edges: list[tuple[float, float]] = []
    for line in sorted(run, key=lambda r: -len(r.pieces)):
        for p in line.pieces:
            at = [n for n, (left, right) in enumerate(edges) if min(right, p.right) - max(left, p.left) > 0.5]
            if not at:
                edges.append((p.left, p.right))
            elif len(at) == 1:
                edges[at[0]] = (min(edges[at[0]][0], p.left), max(edges[at[0]][1], p.right))
    return sorted(edges)


def _lying_across(line: Row, edges: list[tuple[float, float]]) -> int:
    """How many pieces of a line lie under several columns."""
    return sum(sum(min(right, p.right) - max(left, p.left) > 0.5 for left, right in edges) > 1 for p in line.pieces)


def _closed(run: list[Row], lines: list[Row], carried: Columns | None) -> Iterator[tuple[int, int, Columns]]:
    if not run:
        return
    columns = _columns(run)
    if carried and (len(run) < _FEWEST or columns is None) and run[0].index <= 3 and all(_fits(line, carried) for line in run):
        columns = carried
    elif len(run) < _FEWEST:
        return
    if columns is not None:
        yield run[0].index, _tail_to(lines, run[-1], columns), columns


def _columns(run: list[Row]) -> Columns | None:
    """The columns of lines of figures; None where they make no table."""
    edges = _edges(run)
    if len(edges) < 2 or max(b[0] - a[1] for a, b in pairwise(edges)) < _CLEAR * run[0].em or any(b[0] < a[1] for a, b in pairwise(edges)):
        return None
    columns = Columns(tuple(edges))
    if sum(len({columns.spanned(p) for p in line.pieces}) for line in run) < 0.5 * len(edges) * len(run):
        return None
    if len(edges) == 2 and not all(len(line.pieces) == 2 and _NUMBER.fullmatch(line.pieces[1].text) for line in run):
        return None
    return columns


def _fits(line: Row, columns: Columns) -> bool:
    """Whether each piece stands under one column alone."""
    told = [columns.spanned(p) for p in line.pieces]
    return all(t[0] == t[1] for t in told) and len(set(told)) == len(told)


def _tail_to(lines: list[Row], last: Row, columns: Columns) -> int:
    """The line after the table: broken ends of the last row's cells belong to it."""
    end = last.index + 1
    while end < len(lines) and lines[end].top - lines[end - 1].bottom < 0.6 * last.em and len(lines[end].pieces) < len(last.pieces) \
            and lines[end].pieces[0].left > columns.edges[0][1] and not _wide(lines[end], columns):
        end += 1
    return end


def _wide(line: Row, columns: Columns) -> bool:
    told = [columns.spanned(p) for p in line.pieces]
    return any(t[0] != t[1] for t in told)


def _head_from(lines: list[Row], start: int, columns: Columns, least: int) -> int:
    """The first line of the head: lines above the figures of several pieces, and what stands between such."""
    first = start
    for n in range(start - 1, max(least, start - _HEAD) - 1, -1):
        line = lines[n]
        if lines[n + 1].top - line.bottom > _FAR * line.em or line.pieces[0].left < columns.edges[0][0] - 6 * line.em:
            break
        if len(line.pieces) > 2 or len(line.pieces) == 2 and len(columns.edges) < 5:
            first = n
    return first


def _cells(lines: list[Row], columns: Columns, page: int) -> list[list[Cell]]:
    """The rows of the table. The broken lines of a cell are put together first, where rows stand further apart than lines do."""
    placed = [(columns.spanned(p), line, p) for line in lines for p in line.pieces]
    blocks = _stacked(placed)
    rows: dict[int, dict[int, tuple[int, list[Glyph]]]] = {}
    middles = _row_middles(blocks)
    for block in blocks:
        home = min(range(len(middles)), key=lambda n: abs(middles[n] - block.middle))
        _put(rows.setdefault(home, {}), block.span, block.glyphs)
    return [_row_of(rows[n], columns, page) for n in sorted(rows)]


@dataclass(slots=True)
class _Stack:
    """Lines of one cell: the columns it spans, where it begins and ends in points."""

    span: tuple[int, int]
    top: float
    bottom: float
    glyphs: list[Glyph]

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _stacked(placed: list[tuple[tuple[int, int], Row, Piece]]) -> list[_Stack]:
    """Pieces that stand right under one another in the same columns, as one; all alone where lines and rows lie equally far apart."""
    gaps = sorted(b[1].top - a[1].bottom for column in _by_span(placed) for a, b in pairwise(column))
    near = gaps[0] + _ROW_GAP if gaps and gaps[len(gaps) * 3 // 4] > gaps[0] + 2 * _ROW_GAP else -1e9
    stacks: list[_Stack] = []
    for column in _by_span(placed):
        for n, (span, line, piece) in enumerate(column):
            if n and line.top - stacks[-1].bottom <= near:
                stacks[-1].bottom = line.bottom
                stacks[-1].glyphs = stacks[-1].glyphs + piece.glyphs
            else:
                stacks.append(_Stack(span, line.top, line.bottom, piece.glyphs))
    return stacks


def _by_span(placed: list[tuple[tuple[int, int], Row, Piece]]) -> list[list[tuple[tuple[int, int], Row, Piece]]]:
    """What stands in each column (or group of columns), from the top."""
    columns: dict[int, list[tuple[tuple[int, int], Row, Piece]]] = {}
    for one in placed:
        columns.setdefault(one[0][0], []).append(one)
    return list(columns.values())


def _row_middles(stacks: list[_Stack]) -> list[float]:
    """Where the rows are: cells set in the middle of a row, or at its top, agree; a cell that agrees with none is beside several rows."""
    height = min(s.bottom - s.top for s in stacks)
    found: list[tuple[float, int]] = []
    for middle in sorted(s.middle for s in stacks):
        if found and middle - found[-1][0] < 0.4 * height:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((middle, 1))
    several = [middle for middle, count in found if count > 1]
    return several or [middle for middle, _ in found]


def _put(row: dict[int, tuple[int, list[Glyph]]], span: tuple[int, int], glyphs: list[Glyph]) -> None:
    """Characters into the cell of their columns; cells that it reaches into are one with it."""
    first, last = span
    for begin, (end, held) in list(row.items()):
        if begin <= last and first <= end:
            first, last, glyphs = min(first, begin), max(last, end), held + glyphs
            del row[begin]
    row[first] = (last, glyphs)


def _row_of(row: dict[int, tuple[int, list[Glyph]]], columns: Columns, page: int) -> list[Cell]:
    """The cells of a row, empty ones too; a head over several columns spans them."""
    cells, at = [], 0
    for first, (last, glyphs) in sorted(row.items()):
        cells += [Cell("", n, page=page) for n in range(at, first)]
        text, unsure = cell_text(glyphs, columns.edges[last][1])
        cells.append(Cell(text, first, 1, last - first + 1, page=page, bbox=box_of(glyphs), unsure=unsure))
        at = last + 1
    return cells + [Cell("", n, page=page) for n in range(at, len(columns.edges))]
