"""Tables that only set lines apart (抄送 and 印发 at the foot of a notice, a signature in two columns): their rows are lines of text again."""

from collections.abc import Iterator
from dataclasses import replace

from extractors.folding import folded
from extractors.reading import Block, Cell, Place, Row, Unsure
from grammars.grammar import Grammar

_MOST_ROWS = 6
_BETWEEN = "\u3000\u3000"


def unframed(blocks: list[Block], grammar: Grammar) -> list[Block]:
    """The blocks with every such table as its rows' text."""
    found: list[Block] = []
    for block in blocks:
        found += _lines(block) if block.kind == "table" and _frames_lines(block, grammar) else [block]
    return found


def _frames_lines(table: Block, grammar: Grammar) -> bool:
    """A few rows of at most two texts, one of which only a line of the document can be, or which are a signature."""
    rows = [[c for c in row if not c.empty] for row in table.rows]
    if len(rows) > _MOST_ROWS or any(len(row) > 2 for row in rows):
        return False
    if any(grammar.rule(f"structure.{name}").search(folded("".join(c.text for c in row))) for row in rows for name in ("printed", "copied_to", "disclosure")):
        return True
    texts = [folded(c.text) for row in rows for c in row]
    return _signed(texts, grammar)


def _signed(texts: list[str], grammar: Grammar) -> bool:
    """Bodies and the date they signed on, and nothing else."""
    dates = [t for t in texts if grammar.rule("structure.date_line").search(t)]
    return len(dates) == 1 and len(texts) > 1 and all(grammar.rule("structure.organization").search(t) for t in texts if t not in dates)


def _lines(table: Block) -> Iterator[Block]:
    for n, row in enumerate(table.rows):
        told = [c for c in row if not c.empty]
        if told:
            yield _line(table, n, tuple(told))


def _line(table: Block, n: int, row: Row) -> Block:
    text, places, unsure = "", list[Place](), list[Unsure]()
    for cell in row:
        text += _BETWEEN if text else ""
        places += _placed(cell, len(text))
        unsure += [u._replace(start=u.start + len(text), end=u.end + len(text)) for u in cell.unsure]
        text += cell.text.strip()
    return replace(table, id="", kind="text", rows=(), text=text, line=table.line, gap=table.gap if n == 0 else 0, pieces=(),
                   places=tuple(places), unsure=tuple(unsure), page=row[0].page)


def _placed(cell: Cell, start: int) -> list[Place]:
    return [Place(start, cell.page, cell.bbox)] if cell.page and cell.bbox else []
