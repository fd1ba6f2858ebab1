"""The lines of a table → its cells: the grid of all lines, less those that are not drawn between two fields."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from extractors.reading import Box
from pipeline.pages.page import Glyph
from pipeline.pages.rulings import NEAR, Line, Ruling

_NARROWEST = 4.0  # points: what is narrower is a double line, not a row or a column


@dataclass(slots=True)
class Field:
    """A cell on the grid of its table: 0-based place, spans, and the characters that stand in it."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box
    glyphs: list[Glyph] = field(default_factory=list)


@dataclass(slots=True)
class Lattice:
    """A ruled table of one page. `xs`, `ys`: places of its lines; `fields` by row; `owner[row][column]`: whose field that is.

    `open`: columns under which no line closes the table, so that their fields go on on the next page.
    """

    xs: list[float]
    ys: list[float]
    fields: list[Field]
    owner: list[list[Field]]
    open: frozenset[int] = frozenset()

    @property
    def box(self) -> Box:
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def at(self, x: float, y: float) -> Field | None:
        """The field that a point lies in."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= row < len(self.owner) and 0 <= column < len(self.xs) - 1:
            return self.owner[row][column]
        return None

    def over(self, x: float) -> Field | None:
        """The field of the last row over `x`, where no line closes it."""
        column = bisect_right(self.xs, x) - 1
        return self.owner[-1][column] if column in self.open else None


def lattice(ruling: Ruling) -> Lattice | None:
    """The table that the lines draw; None where they frame one field alone."""
    xs, ys = _places(ruling.upright), _places(ruling.flat)
    if len(xs) < 2 or len(ys) < 2:
        return None
    right_of, below = _drawn(ruling.upright, xs, ys), _drawn(ruling.flat, ys, xs)
    rows, columns = len(ys) - 1, len(xs) - 1
    owner: list[list[Field | None]] = [[None] * columns for _ in range(rows)]
    fields: list[Field] = []
    for r in range(rows):
        for c in range(columns):
            if owner[r][c] is None:
                fields.append(_field(r, c, xs, ys, right_of, below, owner))
    foot = _drawn([line for line in ruling.flat if line not in ruling.added], ys, xs)[-1] if ruling.added else below[-1]
    unclosed = frozenset(c for c in range(columns) if not foot[c])
    return Lattice(xs, ys, fields, owner, unclosed) if len(fields) > 1 else None  # type: ignore[arg-type]  # every place has its owner now


def _places(lines: list[Line]) -> list[float]:
    """Distinct places of lines, in order; those too near to hold a letter between them are one."""
    found: list[float] = []
    for at in sorted(line.at for line in lines):
        if not found or at - found[-1] > _NARROWEST:
            found.append(at)
    return found


def _drawn(lines: list[Line], places: list[float], across: list[float]) -> list[list[bool]]:
    """`[p][k]`: whether the line at `places[p]` is drawn between `across[k]` and `across[k + 1]`."""
    drawn = [[False] * (len(across) - 1) for _ in places]
    for at, start, end in lines:
        p = min(bisect_left(places, at - NEAR), len(places) - 1)
        if p + 1 < len(places) and abs(places[p + 1] - at) < abs(places[p] - at):
            p += 1
        elif p and abs(places[p - 1] - at) < abs(places[p] - at):
            p -= 1
        for k in range(len(across) - 1):
            middle = (across[k] + across[k + 1]) / 2
            if start - NEAR <= middle <= end + NEAR:
                drawn[p][k] = True
    return drawn


def _field(r: int, c: int, xs: list[float], ys: list[float], upright: list[list[bool]], flat: list[list[bool]],
           owner: list[list[Field | None]]) -> Field:
    """The field whose top left place is (r, c): to the right until a line is drawn, down until one is drawn under any of it."""
    right = c + 1
    while right < len(xs) - 1 and not upright[right][r] and owner[r][right] is None:
        right += 1
    down = r + 1
    while down < len(ys) - 1 and not any(flat[down][c:right]) and not any(owner[down][c:right]) and not any(upright[k][down] for k in range(c + 1, right)):
        down += 1
    found = Field(r, c, down - r, right - c, (xs[c], ys[r], xs[right], ys[down]))
    for row in owner[r:down]:
        row[c:right] = [found] * (right - c)
    return found
