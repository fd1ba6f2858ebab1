"""One page in parts: its ruled tables with their texts, and the lines of text outside them, from the top."""

from dataclasses import dataclass, field

from extractors.reading import Box, Cell
from pipeline.pages import unruled
from pipeline.pages.lattice import Field, Lattice, lattice
from pipeline.pages.lines import TextLine, box_of, cell_text, is_full, line_of, rows_of
from pipeline.pages.page import Glyph, Page
from pipeline.pages.pieces import Columns
from pipeline.pages.rulings import rulings

_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)
_EDGE = 40.0  # points from the foot of the paper, where only running feet stand
_LOW = 0.8  # of the height of a page: a page break is below
_TRAILING = 4  # lines of a foot under a table that goes on on the next page


@dataclass(slots=True)
class Grid:
    """A table of one page: `xs` its column edges in points, `rows` of cells; `ruled`: lines draw its columns.

    `open`: columns that no line closes at the foot of the page; `full`: columns whose last cell is full, so that its text may go on.
    """

    page: int
    box: Box
    xs: list[float]
    rows: list[list[Cell]]
    ruled: bool = True
    open: frozenset[int] = frozenset()
    full: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sheet:
    """A page's parts. `width`, `height` in points; `carried`: the columns of an unruled table that it ends with; `skew`: as of a page."""

    number: int
    width: float
    height: float
    parts: list[TextLine | Grid] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    carried: Columns | None = None
    skew: float = 0.0


def sheet_of(page: Page, carried: Columns | None = None) -> Sheet:
    """The parts of a page, its characters each in the innermost table they lie in, or in a line of text.

    `carried`: columns of the unruled table that the page before ended with.
    """
    tables = [table for table in map(lattice, rulings(page.rules)) if table]
    tables.sort(key=lambda t: (t.box[2] - t.box[0]) * (t.box[3] - t.box[1]))
    loose = _dealt(page, tables)
    grids: list[Grid] = []
    for table in tables:
        if _is_frame(table):
            loose += [g for f in table.fields for g in f.glyphs]
        else:
            grids.append(_grid(table, page.number))
    rows = rows_of(loose)
    found = list(unruled.tables(rows, page, carried))
    taken = {n for table in found for n in table.lines}
    parts: list[TextLine | Grid] = [line_of(row) for n, row in enumerate(rows) if n not in taken]
    parts += [*grids, *(_unruled_grid(t, rows, page.number) for t in found)]
    parts.sort(key=lambda part: (part.box[1], part.box[0]))
    return Sheet(page.number, page.width, page.height, parts, page.aside, found[-1].columns if found and len(rows) - found[-1].lines.stop < _TRAILING else None,
                 page.skew)


def _unruled_grid(table: unruled.Found, rows: list[list[Glyph]], page: int) -> Grid:
    around = box_of([g for n in table.lines for g in rows[n]])
    return Grid(page, around, table.columns.xs, table.rows, ruled=False)


def _dealt(page: Page, tables: list[Lattice]) -> list[Glyph]:
    """Characters put into the fields they lie in; those that lie in none."""
    if not tables:
        return list(page.glyphs)
    before: tuple[Glyph, Field] | None = None
    left, top, right, bottom = _NOWHERE  # of the field before: characters come in runs, and most stay in it
    alone = len(tables) == 1
    loose: list[Glyph] = []
    for g in page.glyphs:
        x, y = (g[0] + g[2]) / 2, (g[1] + g[3]) / 2
        if before and alone and left <= x < right and top <= y < bottom:
            before[1].glyphs.append(g)
            before = (g, before[1])
            continue
        found = _field_at(tables, x, y)
        if found is None:
            loose.append(g)
            continue
        if before and found is not before[1] and not page.ocr and _runs_on(before[0], g):
            found = before[1]
        found.glyphs.append(g)
        before = (g, found)
        left, top, right, bottom = found.box
    for table in tables:
        if table.open and page.height * _LOW < table.ys[-1] < page.height - _EDGE:
            loose = _less_broken(loose, table)
    return loose


def _less_broken(loose: list[Glyph], table: Lattice) -> list[Glyph]:
    """The characters less a line right under the table that stands under unclosed fields alone: a page break ran through their text."""
    foot = table.ys[-1]
    below = [g for g in loose if foot <= (g[1] + g[3]) / 2 < foot + 1.3 * (g[3] - g[1]) and table.xs[0] <= g[0] <= table.xs[-1]]
    fields = [table.over((g[0] + g[2]) / 2) for g in below]
    if not below or any(f is None for f in fields):
        return loose
    for g, f in zip(below, fields, strict=True):
        if f is not None:
            f.glyphs.append(g)
    taken = set(map(id, below))
    return [g for g in loose if id(g) not in taken]


def _field_at(tables: list[Lattice], x: float, y: float) -> Field | None:
    for table in tables:
        found = table.at(x, y)
        if found is not None:
            return found
    return None


def _runs_on(before: Glyph, g: Glyph) -> bool:
    """A character printed right behind the one before it: text wider than its cell, as spreadsheets print it."""
    return abs(g[0] - before[2]) < 0.05 * (g[2] - g[0]) and abs(g[1] - before[1]) < 0.5 and before[4] > "\u2e80" < g[4]


def _is_frame(table: Lattice) -> bool:
    """Lines that only frame text: no row of it has two fields, or hardly a field has text."""
    return len(table.xs) == 2 or len(table.ys) == 2 and not any(f.glyphs for f in table.fields)


def _grid(table: Lattice, page: int) -> Grid:
    rows: list[list[Cell]] = [[] for _ in table.ys[1:]]
    for f in table.fields:
        rows[f.row].append(_cell(f, page))
    full = frozenset(f.column for f in _at_foot(table) if is_full(f.glyphs, f.box[2]))
    return Grid(page, table.box, table.xs, rows, open=table.open, full=full)


def _at_foot(table: Lattice) -> list[Field]:
    """The fields that begin in the last row."""
    return [f for f in table.fields if f.row == len(table.ys) - 2]


def _cell(f: Field, page: int) -> Cell:
    text, unsure = cell_text(f.glyphs, f.box[2])
    left, top, right, bottom = f.box
    return Cell(text, f.column, f.rowspan, f.colspan, page=page, bbox=(round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)), unsure=unsure)
