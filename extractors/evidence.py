"""Evidence from a place: a span of folded text, or a cell. `rule`: what of the grammar read it there, a rule or a group of a layout."""

from extractors.reading import Block, Cell
from extractors.record import Evidence


def span(block: Block, start: int, end: int, rule: str | None = None) -> Evidence:
    """The printed span of a folded span of a text block."""
    return printed(block, *block.folded.span(start, end), rule)


def printed(block: Block, start: int, end: int, rule: str | None = None) -> Evidence:
    """A span of a block's own text; of a source with pages the page it begins on, and the box of its lines there."""
    places = [p for n, p in enumerate(block.places) if p.start < end and (n + 1 == len(block.places) or block.places[n + 1].start > start)]
    if not places:
        return Evidence(block=block.id, span=(start, end), page=block.page, rule=rule)
    boxes = [p.bbox for p in places if p.page == places[0].page]
    around = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return Evidence(block=block.id, span=(start, end), page=places[0].page, bbox=around, rule=rule)


def whole(block: Block, rule: str | None = None) -> Evidence:
    """All of a text block; the first cell of a table."""
    if block.rows:
        return cell(block, 0, block.rows[0][0], rule=rule)
    return printed(block, 0, len(block.text), rule)


def cell(table: Block, row: int, found: Cell, start: int | None = None, end: int | None = None, rule: str | None = None) -> Evidence:
    """A cell, or a span of its own text."""
    within = (start, end) if start is not None and end is not None else None
    return Evidence(table=table.id, row=row, column=found.column, span=within, page=found.page, bbox=found.bbox, rule=rule)
