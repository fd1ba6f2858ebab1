"""A reading laid out for the page: blocks in order, tables on their grid, every text cut where a fact, a number or an unsure character begins or ends."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from extractors.covered import Covered
from extractors.reading import Block, Box, Reading, Unsure
from pipeline.review.claims import Claim, Claims, numbers
from pipeline.review.sizes import size

_WIDE = 40  # characters: what is longer is a sentence or paragraph, and the numbers in it are told apart
_SEVERE = {"error": "e", "warning": "a", "info": "i"}


class Piece(NamedTuple):
    """A stretch of text from `start` on. `facts`: ids of those that claim it, the narrowest first. `marks`: letters, see `_marks`."""

    text: str
    start: int
    facts: tuple[str, ...]
    marks: str


class PrintedCell(NamedTuple):
    """`gap`: columns before it that print no cell of their own."""

    at: str
    pieces: list[Piece]
    rowspan: int
    colspan: int
    gap: int


class PrintedBlock(NamedTuple):
    """`size`: which of the heights; `rows`: of a table; `stream`: whether the source does not say where its rows end."""

    id: str
    kind: str
    pieces: list[Piece]
    rows: list[list[PrintedCell]]
    centered: bool
    spaced: bool
    stream: bool
    size: int
    page: int | None


class Mark(NamedTuple):
    """A printed line or cell on its page, in points from the top left corner. `at`: its place; `marks`: those of its text."""

    at: str
    page: int
    x: float
    y: float
    width: float
    height: float
    marks: str


def blocks(reading: Reading, claims: Claims) -> Iterator[PrintedBlock]:
    """The laid-out text, block by block."""
    for block in reading.blocks:
        rows = _rows(block, claims) if block.rows else []
        pieces = [] if block.rows else _pieces(block.text, claims.at(block.id), block.unsure)
        yield PrintedBlock(block.id, block.kind, pieces, rows, block.centered, block.gap > 0, block.shape == "stream", _size(block), block.page)


def _rows(block: Block, claims: Claims) -> list[list[PrintedCell]]:
    gaps = _gaps(block)
    return [[PrintedCell(f"{block.id}:{n}:{cell.column}", _pieces(cell.text, claims.at(block.id, n, cell.column), cell.unsure), cell.rowspan, cell.colspan, gap)
             for cell, gap in zip(row, gaps[n], strict=True)] for n, row in enumerate(block.rows)]


def _gaps(block: Block) -> list[list[int]]:
    """Before each cell the free columns of the grid, less those that a cell above reaches down into."""
    reach: dict[int, int] = {}  # column → the first row that is free again
    found = []
    for n, row in enumerate(block.rows):
        gaps, at = [], 0
        for cell in row:
            gaps.append(sum(reach.get(column, 0) <= n for column in range(at, cell.column)))
            at = cell.column + cell.colspan
            if cell.rowspan > 1:
                reach.update(dict.fromkeys(range(cell.column, at), n + cell.rowspan))
        found.append(gaps)
    return found


def _size(block: Block) -> int:
    lines = 2 * len(block.rows) if block.shape == "grid" and block.rows else (len(block.text) + sum(len(c.text) + 4 for r in block.rows for c in r)) // 36 + 1
    return size(lines)


# --- pieces ------------------------------------------------------------------------------------------------------------


def _pieces(text: str, claims: Sequence[Claim], unsure: Sequence[Unsure]) -> list[Piece]:
    """The text in stretches over which nothing changes. One sweep: a document may be one block that thousands of facts claim."""
    if not claims and not unsure and not any(c.isdigit() for c in text):
        return [Piece(text, 0, (), "")]
    narrow = Covered((c.start, c.end) for c in claims if c.end - c.start <= _WIDE)
    loose = [(a, b) for a, b, _ in numbers(text) if a not in narrow]
    spans = [*((c.start, c.end) for c in claims), *loose, *((u.start, u.end) for u in unsure)]
    cuts = sorted({0, len(text), *(min(at, len(text)) for span in spans for at in span)})
    number, doubtful = Covered(loose), Covered((u.start, u.end) for u in unsure)
    return [Piece(text[a:b], a, tuple(dict.fromkeys(c.fact.id for c in here)), _marks(here, a in number, a in doubtful))
            for (a, b), here in zip(pairwise(cuts), _standing(cuts, claims), strict=False)] or [Piece(text, 0, (), "")]


def _standing(cuts: Sequence[int], claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """The claims that hold from each cut on, in their order."""
    coming = deque(sorted(enumerate(claims), key=lambda one: one[1].start))
    held: list[tuple[int, Claim]] = []
    for cut in cuts:
        held = [one for one in held if one[1].end > cut]
        while coming and coming[0][1].start <= cut:
            held.append(coming.popleft())
        yield [claim for _, claim in sorted(held, key=lambda one: one[0])]


def _marks(here: Sequence[Claim], number: bool, unsure: bool) -> str:
    """`c` claimed by a fact, `w` by one that is read from a long stretch, `r` residue, `q` a quantity; `n` a number; `e` error, `a` warning, `i` info;

    `u` not surely recognised.
    """
    found = [c for c in here if not c.fact.finding]
    marks = "n" if number else ""
    if found:
        marks += {"residue": "r", "quantities": "q"}.get(found[0].fact.path, "c" if found[0].end - found[0].start <= _WIDE else "w")
    marks += "".join(sorted({_SEVERE[c.fact.emphasis] for c in here if c.fact.finding}))
    return marks + ("u" if unsure else "")


# --- pages -------------------------------------------------------------------------------------------------------------


def marks(printed: PrintedBlock, block: Block) -> Iterator[Mark]:
    """The lines and cells of a block that stand on pages."""
    ends = [place.start for place in block.places[1:]] + [len(block.text)]
    for place, end in zip(block.places, ends, strict=False):
        some = "".join(p.marks for p in printed.pieces if p.start < end and p.start + len(p.text) > place.start)
        yield _mark(f"{block.id}:{place.start}-{end}", place.page, place.bbox, some)
    for cells, row in zip(printed.rows, block.rows, strict=True):
        for shown, cell in zip(cells, row, strict=True):
            if cell.page is not None and cell.bbox is not None and not cell.empty:
                yield _mark(shown.at, cell.page, cell.bbox, "".join(p.marks for p in shown.pieces))


def _mark(at: str, page: int, box: Box, some: str) -> Mark:
    left, top, right, bottom = box
    return Mark(at, page, round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1), "".join(sorted(set(some))))


