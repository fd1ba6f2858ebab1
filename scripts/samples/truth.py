"""The one truth that every sample is written from: `truth/NAME.yaml`, a document as lines and tables.

A table is drawn as text: a row a line, cells divided by `|`; `<` joins a cell with its left neighbour, `^` with the one above, `¶` divides
paragraphs. Styles of lines: `letterhead` `number` `title` `centre` `flush` `body` `heading` `inset` (a second item below a body line) `right`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent / "truth"
LEFT, ABOVE, PARAGRAPH = "<", "^", "¶"


class Line(NamedTuple):
    style: str
    text: str


class Blank(NamedTuple):
    lines: int


class Page(NamedTuple):
    """A new page begins."""


class Cell(NamedTuple):
    """A printed cell; `row` and `column` count from 0 on the full grid."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split(PARAGRAPH)


@dataclass(frozen=True)
class Table:
    """`head`: rows that are repeated on every page; `widths`: relative, one for each column; `cells` row by row, none that another covers."""

    name: str
    head: int
    widths: tuple[int, ...]
    cells: tuple[tuple[Cell, ...], ...]


Part = Line | Blank | Page | Table


@dataclass(frozen=True)
class Document:
    """`running`: the head of every page, or None."""

    name: str
    running: str | None
    parts: tuple[Part, ...]

    @property
    def tables(self) -> list[Table]:
        return [p for p in self.parts if isinstance(p, Table)]


def documents() -> list[Document]:
    return [load(path) for path in sorted(FOLDER.glob("*.yaml"))]


def load(path: Path) -> Document:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Document(path.stem, data.get("running"), tuple(_part(style, told) for entry in data["parts"] for style, told in entry.items()))


def _part(style: str, told: Any) -> Part:
    if style == "table":
        return _table(told)
    if style == "page":
        return Page()
    return Blank(told) if style == "blank" else Line(style, str(told))


def _table(told: dict[str, Any]) -> Table:
    grid = [[cell.strip() for cell in row.split("|")] for row in told["rows"].splitlines()]
    widths = tuple(told["widths"])
    uneven = [row for row in grid if len(row) != len(widths)]
    if uneven:
        raise ValueError(f"{told['name']}: not {len(widths)} cells: {uneven[0]}")
    return Table(told["name"], told.get("head", 0), widths, tuple(tuple(_cells(grid, r)) for r in range(len(grid))))


def _cells(grid: list[list[str]], row: int) -> list[Cell]:
    return [Cell(text, row, c, _run(grid, row, c, 1, 0, ABOVE), _run(grid, row, c, 0, 1, LEFT))
            for c, text in enumerate(grid[row]) if text not in (LEFT, ABOVE)]


def _run(grid: list[list[str]], row: int, column: int, down: int, right: int, mark: str) -> int:
    """How far the cell at `row`, `column` reaches in one direction."""
    length = 1
    while row + length * down < len(grid) and column + length * right < len(grid[row]) and grid[row + length * down][column + length * right] == mark:
        length += 1
    return length
