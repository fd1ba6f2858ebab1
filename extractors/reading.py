"""What a reader gives and an extractor takes: the text of a document with every character in its place.

A `Reading` holds blocks in reading order. A text block has `text`; a table has `rows` of cells. Text is moved by
the normalizer (joined, divided, put into cells) but never edited, so `Evidence` leads back to what was printed.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from extractors.folding import Folded, fold

Kind = Literal["text", "table", "metadata", "furniture"]
Shape = Literal["grid", "stream"]


Box = tuple[float, float, float, float]  # left, top, right, bottom: points from the top left corner of the page


class Place(NamedTuple):
    """Where a printed line of a block stands: from `start` in its text on, at `bbox` of `page` (1-based)."""

    start: int
    page: int
    bbox: Box


class Unsure(NamedTuple):
    """`[start, end)` of a text that recognition was not sure of; `confidence` from 0 to 1."""

    start: int
    end: int
    confidence: float


class Note(NamedTuple):
    """What a reader has to tell of the file: `code` (kebab-case), one Chinese sentence, and the page it is about.

    `warning` where something may be wrong or was left out, `info` where it is only worth knowing.
    """

    code: str
    message: str
    page: int | None = None
    severity: Literal["warning", "info"] = "info"


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell. `column` counts from 0 as printed; `at` is its offset in the source text (None where it has none)."""

    text: str
    column: int
    rowspan: int = 1
    colspan: int = 1
    at: int | None = None
    page: int | None = None
    bbox: Box | None = None
    unsure: tuple[Unsure, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.text.strip()


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph, a line, or a table.

    `line`: 1-based line of the source. `pieces`: (start in `text`, offset in the source) of every stretch that was moved here.
    `rows`: of a table, its cells by printed row; in a `stream` the source did not say where rows end, and each cell is a row.
    `gap`: blank lines before the block. `places`: of a source with pages, where each of its lines stands.
    `whole`: the source itself says where the paragraph begins and ends; kept beside it, the normalizer heals broken lines by their looks all the same.
    """

    id: str
    kind: Kind
    text: str = ""
    line: int = 0
    pieces: tuple[tuple[int, int], ...] = ()
    rows: tuple[Row, ...] = ()
    shape: Shape = "grid"
    gap: int = 0
    centered: bool = False
    page: int | None = None
    places: tuple[Place, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    whole: bool = False

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)


@dataclass(frozen=True, slots=True)
class Source:
    """The file a reading came from. `path` is relative to the folder that was given; `size` in bytes."""

    path: str
    sha256: str
    media_type: str
    size: int
    reader: str
    pages: int | None = None
    ocr: bool = False
    encoding: str | None = None


@dataclass(frozen=True)
class Reading:
    source: Source
    blocks: tuple[Block, ...]
    version: str = field(default="1")
    notes: tuple[Note, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Block]:
        return {block.id: block for block in self.blocks}

    def block(self, id: str) -> Block:
        return self.by_id[id]

    def cell(self, table: str, row: int, column: int) -> Cell:
        """The cell of `table` printed at `row` (0-based) and `column`; `KeyError` where there is none."""
        for cell in self.by_id[table].rows[row]:
            if cell.column == column:
                return cell
        raise KeyError((table, row, column))

    @property
    def tables(self) -> Iterator[Block]:
        return (b for b in self.blocks if b.kind == "table")


def to_json(reading: Reading) -> dict[str, Any]:
    """Plain data for `json.dumps`; what is empty or at its default is left out of blocks and cells."""
    notes = {"notes": [n._asdict() for n in reading.notes]} if reading.notes else {}
    return {"version": reading.version, "source": asdict(reading.source), **notes, "blocks": [_block(b) for b in reading.blocks]}


def from_json(data: dict[str, Any]) -> Reading:
    """The reading that `to_json` wrote."""
    notes = tuple(Note(**n) for n in data.get("notes", ()))
    return Reading(Source(**data["source"]), tuple(_unblock(b) for b in data["blocks"]), data["version"], notes)


def _block(block: Block) -> dict[str, Any]:
    full = {"id": block.id, "kind": block.kind, "text": block.text, "line": block.line, "pieces": block.pieces, "shape": block.shape,
            "gap": block.gap, "centered": block.centered, "page": block.page,
            "places": block.places, "unsure": block.unsure, "whole": block.whole, "rows": [[_cell(c) for c in row] for row in block.rows]}
    return {k: v for k, v in full.items() if k in ("id", "kind") or v not in (None, "", (), [], 0, False, "grid")}


def _cell(cell: Cell) -> dict[str, Any]:
    full = {"text": cell.text, "column": cell.column, "rowspan": cell.rowspan, "colspan": cell.colspan, "at": cell.at, "page": cell.page,
            "bbox": cell.bbox, "unsure": cell.unsure}
    return {k: v for k, v in full.items() if k in ("text", "column") or v not in (None, ()) and not (k in ("rowspan", "colspan") and v == 1)}


def _unblock(data: dict[str, Any]) -> Block:
    rows = tuple(tuple(Cell(**{**c, "bbox": _box(c.get("bbox")), "unsure": _unsure(c)}) for c in row) for row in data.get("rows", ()))
    pieces = tuple((int(a), int(b)) for a, b in data.get("pieces", ()))
    places = tuple(Place(start, page, (a, b, c, d)) for start, page, (a, b, c, d) in data.get("places", ()))
    return Block(**{**data, "rows": rows, "pieces": pieces, "places": places, "unsure": _unsure(data)})


def _unsure(data: dict[str, Any]) -> tuple[Unsure, ...]:
    return tuple(Unsure(*u) for u in data.get("unsure", ()))


def _box(data: list[float] | None) -> Box | None:
    return (data[0], data[1], data[2], data[3]) if data else None
