"""One page in parts: its ruled tables with their texts, and the lines of text outside them, from the top."""

from dataclasses import dataclass, field

from extractors.reading import Box, Cell
from pipeline.pages import unruled
from pipeline.pages.lattice import Field, Lattice, lattice
from pipeline.pages.lines import TextLine, box_of, cell_text, line_of, rows_of
from pipeline.pages.page import Glyph, Page
from pipeline.pages.rulings import rulings
from pipeline.pages.unruled import Columns

_TRAILING = 4  # lines of a foot under a table that goes on on the next page


@dataclass(slots=True)
class Grid:
    """A table of one page: `xs` its column edges in points, `rows` of cells; `ruled`: lines draw its columns.

    `open`: columns that no line closes at the foot of the page.
    """

    page: int
    box: Box
    xs: list[float]
    rows: list[list[Cell]]
    ruled: bool = True
    open: frozenset[int] = frozenset()


@dataclass(slots=True)
class Sheet:
    """A page's parts. `width`, `height` in points; `carried`: the columns of an unruled table that it ends with."""

    number: int
    width: float
    height: float
    parts: list[TextLine | Grid] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    carried: Columns | None = None


def sheet_of(page: Page, carried: Columns | None = None) -> Sheet:
    """The parts of a page, its characters each in the innermost table they lie in, or in a line of text.

    `carried`: columns of the unruled table that the page before ended with.
    """
    tables = [table for table in map(lattice, rulings(page.rules)) if table]
    tables.sort(key=lambda t: (t.box[2] - t.box[0]) * (t.box[3] - t.box[1]))
    loose = _dealt(page.glyphs, tables)
    grids: list[Grid] = []
    for table in tables:
        if _is_frame(table):
            loose += [g for f in table.fields for g in f.glyphs]
        else:
            grids.append(_grid(table, page.number))
    rows = rows_of(loose)
    found = list(unruled.tables(rows, page.number, page.height, carried))
    taken = {n for table in found for n in table.lines}
    parts = [*(line_of(row) for n, row in enumerate(rows) if n not in taken), *grids, *(_unruled_grid(t, rows, page.number) for t in found)]
    parts.sort(key=lambda part: (part.box[1], part.box[0]))
    return Sheet(page.number, page.width, page.height, parts, page.aside, found[-1].columns if found and len(rows) - found[-1].lines.stop < _TRAILING else None)


def _unruled_grid(table: unruled.Found, rows: list[list[Glyph]], page: int) -> Grid:
    around = box_of([g for n in table.lines for g in rows[n]])
    return Grid(page, around, table.columns.xs, table.rows, ruled=False)


def _dealt(glyphs: list[Glyph], tables: list[Lattice]) -> list[Glyph]:
    """Characters put into the fields they lie in; those that lie in none."""
    if not tables:
        return list(glyphs)
    loose: list[Glyph] = []
    for g in glyphs:
        x, y = (g[0] + g[2]) / 2, (g[1] + g[3]) / 2
        for table in tables:
            found = table.at(x, y) or (table.under(x, y, 1.3 * (g[3] - g[1])) if table.open else None)
            if found is not None:
                found.glyphs.append(g)
                break
        else:
            loose.append(g)
    return loose


def _is_frame(table: Lattice) -> bool:
    """Lines that only frame text: no row of it has two fields, or hardly a field has text."""
    return len(table.xs) == 2 or len(table.ys) == 2 and not any(f.glyphs for f in table.fields)


def _grid(table: Lattice, page: int) -> Grid:
    rows: list[list[Cell]] = [[] for _ in table.ys[1:]]
    for f in table.fields:
        rows[f.row].append(_cell(f, page))
    return Grid(page, table.box, table.xs, rows, open=table.open)


def _cell(f: Field, page: int) -> Cell:
    text, unsure = cell_text(f.glyphs, f.box[2])
    left, top, right, bottom = f.box
    return Cell(text, f.column, f.rowspan, f.colspan, page=page, bbox=(round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)), unsure=unsure)
