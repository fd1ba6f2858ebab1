"""Rows of cells as a docx writes them → printed cells on one grid, merged ones once.

A file tells where a cell stands by how many grid columns it spans, and by its width. Real files have grids that do not fit:
rows whose spans do not add up, edges dragged by a hair that leave slivers between columns. So the edges that cells really
have make the grid here, and edges a hair apart are one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from extractors.reading import Cell, Row
from pipeline.readers.docx.package import W
from pipeline.readers.docx.styles import number_of

_HAIR = 120  # twips, about 2 mm: no column that holds text is narrower
_WIDEST = 1000  # columns: the most that a span may say


@dataclass
class Written:
    """A cell as written. `width` in twips, 0 where it is not told. `merged`: it is part of a merge of rows; `down`, `right`: and goes on with the cell above, left of it."""

    text: str = ""
    span: int = 1
    width: int = 0
    merged: bool = False
    down: bool = False
    right: bool = False


@dataclass
class WrittenRow:
    """`before`, `after`: grid columns left empty at its sides; `indent`: the width of those before, in twips."""

    before: int = 0
    after: int = 0
    indent: int = 0
    cells: list[Written] = field(default_factory=list)


@dataclass
class _Box:
    """A printed cell between two edges of its row; `rows` it takes."""

    left: int
    right: int
    cell: Written
    rows: int = 1


def written_row(properties: etree._Element | None) -> WrittenRow:
    """A row by its properties (`w:trPr`), its cells to come."""
    if properties is None:
        return WrittenRow()
    before, after, indent = (properties.find(W + name) for name in ("gridBefore", "gridAfter", "wBefore"))
    return WrittenRow(_span(before, 0), _span(after, 0), twips(indent))


def written_cell(properties: etree._Element | None) -> Written:
    """A cell by its properties (`w:tcPr`), its text to come."""
    if properties is None:
        return Written()
    down, right, width = (properties.find(W + name) for name in ("vMerge", "hMerge", "tcW"))
    return Written("", _span(properties.find(f"{W}gridSpan"), 1), twips(width), down is not None, _goes_on(down), _goes_on(right))


def _goes_on(merge: etree._Element | None) -> bool:
    return merge is not None and merge.get(f"{W}val", "continue") != "restart"


def _span(node: etree._Element | None, least: int) -> int:
    told = number_of(node.get(f"{W}val")) if node is not None else None
    return max(least, min(told or 0, _WIDEST))


def twips(node: etree._Element | None) -> int:
    """A width in twips; 0 where it is told otherwise, or not at all."""
    if node is None or node.get(f"{W}type", "dxa") != "dxa":
        return 0
    return max(0, number_of(node.get(f"{W}w")) or 0)


def place(rows: list[WrittenRow], grid: list[int]) -> tuple[tuple[Row, ...], set[str]]:
    """The printed rows, and the texts within merged cells that are printed nowhere. `grid`: widths of the grid's columns in twips."""
    wide = _by_width(rows)
    boxes = [list(_boxes(row, wide)) for row in rows]
    edges = {edge for row in boxes for box in row for edge in (box.left, box.right)}
    columns = _columns({e: e for e in edges} if wide else _positions(edges, grid), boxes)
    kept = _down(boxes, columns)
    printed = tuple(tuple(Cell(b.cell.text, columns[b.left], b.rows, columns[b.right] - columns[b.left]) for b in row) for row in kept)
    return printed, {c.text for row in rows for c in row.cells} - {""} - {c.text for row in printed for c in row}


def _by_width(rows: list[WrittenRow]) -> bool:
    """Whether spans do not add up, and widths do."""
    spans = {row.before + sum(c.span for c in row.cells) + row.after for row in rows}
    if len(spans) < 2 or any(not c.width for row in rows for c in row.cells):
        return False
    ends = [row.indent + sum(c.width for c in row.cells) for row in rows if not row.after]
    return bool(ends) and max(ends) - min(ends) < 2 * _HAIR


def _boxes(row: WrittenRow, wide: bool) -> Iterator[_Box]:
    at, box = (row.indent if wide else row.before), None
    for cell in row.cells:
        end = at + (cell.width if wide else cell.span)
        if cell.right and box:
            box.right = end
        else:
            if box:
                yield box
            box = _Box(at, end, cell)
        at = end
    if box:
        yield box


def _positions(edges: set[int], grid: list[int]) -> dict[int, int]:
    """Grid edges in twips; far apart where the grid's widths do not tell."""
    told = [0, *accumulate(grid)]
    if min(grid, default=0) > 0 and max(edges, default=0) < len(told):
        return {edge: told[edge] for edge in edges}
    return {edge: edge * 10 * _HAIR for edge in edges}


def _columns(positions: dict[int, int], boxes: list[list[_Box]]) -> dict[int, int]:
    """Edge → column: edges a hair apart are one, unless a cell stands between them."""
    groups: list[list[int]] = []
    for edge in sorted(positions, key=positions.__getitem__):
        if groups and positions[edge] - positions[groups[-1][0]] <= _HAIR:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    group = {edge: n for n, held in enumerate(groups) for edge in held}
    apart = {group[b.left] for row in boxes for b in row if group[b.left] == group[b.right]}
    parts = [part for n, held in enumerate(groups) for part in ([[e] for e in held] if n in apart else [held])]
    return {edge: n for n, held in enumerate(parts) for edge in held}


def _down(boxes: list[list[_Box]], columns: dict[int, int]) -> list[list[_Box]]:
    """The boxes by row, those that go on with one of the same edges above counted to its rows."""
    open_: dict[tuple[int, int], _Box] = {}
    kept: list[list[_Box]] = []
    for row in boxes:
        above, open_ = open_, {}
        kept.append([])
        for box in row:
            edges = columns[box.left], columns[box.right]
            if box.cell.down and edges in above:
                box = above[edges]
                box.rows += 1
            else:
                kept[-1].append(box)
            if box.cell.merged:
                open_[edges] = box
    return kept
