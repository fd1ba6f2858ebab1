"""A line in pieces, as the gaps in it divide it, and the columns that pieces stand under."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import regex

from pipeline.pages.lines import letter
from pipeline.pages.page import Glyph

_GAP = 0.22  # letters: the smallest gap between two cells
NUMBER = regex.compile(r"[≥≤＞＜><]?[-－]?[\d,，.．]+[%％]?|[-—–]+")
_LEADER = regex.compile(r"[.·…．]{4}")  # the dots of a table of contents
_FIGURE = regex.compile(r"\d")


class Piece(NamedTuple):
    """Characters of one line that stand together."""

    left: float
    right: float
    glyphs: list[Glyph]

    @property
    def text(self) -> str:
        return "".join(g[4] for g in self.glyphs)


@dataclass(slots=True)
class Printed:
    """A printed line: its number on the page, its place and letter size in points, its pieces; `of_figures`: several pieces, one with a digit."""

    index: int
    top: float
    bottom: float
    em: float
    pieces: list[Piece]
    of_figures: bool

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Columns(NamedTuple):
    """Left and right edges of columns, in points, from the left."""

    edges: tuple[tuple[float, float], ...]

    def under(self, piece: Piece) -> list[int]:
        """The columns that a piece lies under."""
        return [n for n, (left, right) in enumerate(self.edges) if min(right, piece.right) - max(left, piece.left) > 0.5]

    def spanned(self, piece: Piece) -> tuple[int, int]:
        """First and last column that a piece lies under; of a piece between two columns the nearer one."""
        under = self.under(piece)
        if under:
            return under[0], under[-1]
        nearest = min(range(len(self.edges)), key=lambda n: max(self.edges[n][0] - piece.right, piece.left - self.edges[n][1]))
        return nearest, nearest

    @property
    def xs(self) -> list[float]:
        """The edges of the columns as lines between them."""
        between = [(a[1] + b[0]) / 2 for a, b in pairwise(self.edges)]
        return [self.edges[0][0], *between, self.edges[-1][1]]


def printed(index: int, glyphs: list[Glyph]) -> Printed:
    """A line of characters, from the left, in its pieces."""
    em = letter(glyphs)
    pieces, begin, right = [], 0, glyphs[0][2]
    for n, g in enumerate(glyphs):
        if g[0] - right > _GAP * em:
            pieces.append(Piece(glyphs[begin][0], right, glyphs[begin:n]))
            begin = n
        right = max(right, g[2])
    pieces.append(Piece(glyphs[begin][0], right, glyphs[begin:]))
    texts = [p.text for p in pieces]
    of_figures = len(pieces) > 1 and any(map(_FIGURE.search, texts)) and not any(map(_LEADER.search, texts))
    return Printed(index, min(g[1] for g in glyphs), max(g[3] for g in glyphs), em, pieces, of_figures)
