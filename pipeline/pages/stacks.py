"""The lines of an unruled table → its rows of cells: the broken lines of a cell put together, cells that stand beside one another one row."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from extractors.reading import Cell
from pipeline.pages.lines import box_of, cell_text
from pipeline.pages.page import Glyph
from pipeline.pages.pieces import NUMBER, Columns, Piece, Printed

_ROW_GAP = 1.2  # points by which rows stand further apart than the lines of a cell
_NEVER = -1e9


@dataclass(slots=True)
class Stack:
    """Lines of one cell: the columns it spans, where it begins and ends in points; `anchor`: the middle of its line
    of figures, which tells its row where it is `anchored`.
    """

    span: tuple[int, int]
    top: float
    bottom: float
    glyphs: list[Glyph]
    anchor: float | None
    anchored: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2 if self.anchor is None else self.anchor


Placed = tuple[tuple[int, int], Printed, Piece]


def cells(lines: list[Printed], head: int, columns: Columns, rules: list[float], page: int) -> list[list[Cell]]:
    """The rows of a table whose lines stand in `columns`, the first `head` of them above its figures.

    `rules`: level lines drawn across it, which divide rows where they are many.
    """
    if 0 < head < len(lines) and all(len(columns.under(p)) < 2 for line in lines[:head] for p in line.pieces):
        return [_one_row(lines[:head], columns, page), *cells(lines[head:], 0, columns, rules, page)]
    placed: list[Placed] = [(columns.spanned(p), line, p) for line in lines for p in line.pieces]
    within = [at for at in rules if lines[0].middle < at < lines[-1].middle]
    fullest = max(Counter(bisect_left(within, line.middle) for line in lines if line.of_figures).values(), default=0)
    if len(within) > 2 and fullest < 2:  # a line under every row
        return _banded(placed, columns, within, page)
    stacks = _stacked(placed, columns)
    middles = _middles(stacks)
    rows: dict[int, dict[int, tuple[int, list[Glyph]]]] = {}
    for stack in stacks:
        home = min(range(len(middles)), key=lambda n: abs(middles[n] - stack.middle))
        _put(rows.setdefault(home, {}), stack.span, stack.glyphs)
    return [_row(rows[n], columns, page) for n in sorted(rows)]


def _one_row(lines: list[Printed], columns: Columns, page: int) -> list[Cell]:
    """Lines of a head of one level: each column's words together, at whatever heights they stand."""
    row: dict[int, tuple[int, list[Glyph]]] = {}
    for line in lines:
        for piece in line.pieces:
            _put(row, columns.spanned(piece), piece.glyphs)
    return _row(row, columns, page)


def _banded(placed: list[Placed], columns: Columns, rules: list[float], page: int) -> list[list[Cell]]:
    """Rows between the lines that are drawn."""
    rows: dict[int, dict[int, tuple[int, list[Glyph]]]] = {}
    for span, line, piece in placed:
        _put(rows.setdefault(bisect_left(rules, line.middle), {}), span, piece.glyphs)
    return [_row(rows[n], columns, page) for n in sorted(rows)]


def _stacked(placed: list[Placed], columns: Columns) -> list[Stack]:
    """Pieces right under one another in one column, as one: by the white between, or, where rows stand no further apart than lines,
    by whether the line above is full. Numbers under numbers are rows."""
    by_column: dict[int, list[Placed]] = {}
    for one in placed:
        by_column.setdefault(one[0][0], []).append(one)
    gaps = sorted(b[1].top - a[1].bottom for column in by_column.values() for a, b in pairwise(column))
    told = bool(gaps) and gaps[len(gaps) * 3 // 4] > gaps[0] + 2 * _ROW_GAP
    near = gaps[0] + _ROW_GAP if told else _NEVER
    numbers = {(line.index, span[0]) for span, line, piece in placed if NUMBER.fullmatch(piece.text)}
    stacks: list[Stack] = []
    for column in by_column.values():
        above: Placed | None = None
        for one in column:
            rows = above is not None and any((above[1].index, n) in numbers and (one[1].index, n) in numbers for n in range(len(columns.edges)))
            if above and not rows and (one[1].top - above[1].bottom <= near or not told and _goes_on(above, one, columns)):
                _grow(stacks[-1], one)
            else:
                stacks.append(_stack(one, anchored=not told))
            above = one
    return stacks


def _stack(one: Placed, anchored: bool) -> Stack:
    span, line, piece = one
    return Stack(span, line.top, line.bottom, piece.glyphs, line.middle if anchored and line.of_figures else None, anchored)


def _grow(stack: Stack, one: Placed) -> None:
    span, line, piece = one
    stack.span = (min(stack.span[0], span[0]), max(stack.span[1], span[1]))
    if line.of_figures and stack.anchored and stack.anchor is None:
        stack.anchor = line.middle
    stack.bottom = line.bottom
    stack.glyphs = stack.glyphs + piece.glyphs


def _goes_on(above: Placed, below: Placed, columns: Columns) -> bool:
    """Whether a piece is the rest of the one above it: that one is full, and it stands in no line of figures, which begins a row."""
    (span, line, piece), (_, under, _) = above, below
    if under.of_figures or under.top - line.bottom > line.em:
        return False
    left, right = columns.edges[span[0]][0], columns.edges[span[1]][1]
    return right - left > 4 * line.em and piece.right > right - 1.4 * line.em


def _middles(stacks: list[Stack]) -> list[float]:
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


def _row(row: dict[int, tuple[int, list[Glyph]]], columns: Columns, page: int) -> list[Cell]:
    """The cells of a row, empty ones too; a head over several columns spans them."""
    made: list[Cell] = []
    at = 0
    for first, (last, glyphs) in sorted(row.items()):
        made += [Cell("", n, page=page) for n in range(at, first)]
        text, unsure = cell_text(glyphs, columns.edges[last][1])
        made.append(Cell(text, first, 1, last - first + 1, page=page, bbox=box_of(glyphs), unsure=unsure))
        at = last + 1
    return made + [Cell("", n, page=page) for n in range(at, len(columns.edges))]
