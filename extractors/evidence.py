"""Evidence from a place: a span of folded text, or a cell."""

from extractors.reading import Block, Cell
from extractors.record import Evidence


def span(block: Block, start: int, end: int) -> Evidence:
    """The printed span of a folded span of a text block."""
    return Evidence(block=block.id, span=block.folded.span(start, end), page=block.page)


def whole(block: Block) -> Evidence:
    """All of a text block; the first cell of a table."""
    if block.rows:
        return cell(block, 0, block.rows[0][0])
    return Evidence(block=block.id, span=(0, len(block.text)), page=block.page)


def cell(table: Block, row: int, found: Cell, start: int | None = None, end: int | None = None) -> Evidence:
    """A cell, or a span of its own text."""
    within = (start, end) if start is not None and end is not None else None
    return Evidence(table=table.id, row=row, column=found.column, span=within, page=found.page, bbox=found.bbox)
