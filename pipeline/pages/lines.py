"""Characters in their places → lines of text, with the spaces that the print shows."""

from collections.abc import Iterable
from itertools import pairwise
from operator import itemgetter
from statistics import median
from typing import NamedTuple

from extractors.reading import Box, Place, Unsure
from pipeline.pages.page import Glyph

_SURE = 0.8  # confidence under which a recognised character is told as unsure
_WORD_GAP, _HAN_GAP, _COLUMN_GAP = 0.22, 0.9, 2.0  # ems: between words of letters, between Chinese characters, between columns
_LEFT = itemgetter(0)
_PADDING = 7.0  # points between the text of a cell and its side


class TextLine(NamedTuple):
    """One printed line. `em`: the size of its letters in points; `columnar`: gaps in it are as wide as between columns.

    `pieces`: what stands between such gaps, each with its place.
    """

    text: str
    box: Box
    em: float
    pieces: tuple[tuple[str, Box], ...]
    unsure: tuple[Unsure, ...]

    @property
    def columnar(self) -> bool:
        return len(self.pieces) > 1


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters by line, from the top, each line from the left; a character printed twice (false bold) once."""
    glyphs = list(glyphs)
    rows: list[list[Glyph]] = []
    base, reach = float("-inf"), 0.0
    for g in sorted(glyphs, key=_middle):
        middle = g[1] + g[3]
        if middle - base > reach:
            row: list[Glyph] = []
            rows.append(row)
            base, reach = middle, max(g[3] - g[1], g[2] - g[0]) * 1.1  # middles are doubled: just over half a letter, flat ones too
        row.append(g)
    for row in rows:
        row.sort(key=_LEFT)
        if _overlapping(row):  # printed twice, or set on one another by a program without upright letters
            row.sort(key=lambda g: (round(g[0]), glyphs.index(g)))
            _once(row)
    return rows


def _overlapping(row: list[Glyph]) -> bool:
    left = float("-inf")
    for g in row:
        if g[0] - left < 0.3 * (g[2] - g[0]):
            return True
        left = g[0]
    return False


def _middle(g: Glyph) -> float:
    return g[1] + g[3]


def _once(row: list[Glyph]) -> None:
    for n in range(len(row) - 1, 0, -1):
        g, before = row[n], row[n - 1]
        if g[4] == before[4] and g[0] - before[0] < 0.35 * (g[2] - g[0]) and abs(g[1] - before[1]) < 0.35 * (g[3] - g[1]):
            del row[n]


class _Told(NamedTuple):
    """The text of a row of characters; (start of the text, first character) of each piece but the first; what is unsure in it."""

    text: str
    pieces: list[tuple[int, int]]
    unsure: tuple[Unsure, ...]


def _told(row: list[Glyph], em: float) -> _Told:
    text, right, before = "", row[0][0], ""
    pieces: list[tuple[int, int]] = []
    unsure: list[Unsure] = []
    for n, (left, _, edge, _, char, confidence) in enumerate(row):
        gap = left - right
        if gap > _WORD_GAP * em:
            if gap > _COLUMN_GAP * em:
                text += "  "
                pieces.append((len(text), n))
            elif gap > _HAN_GAP * em or _narrow(before) == _narrow(char) and (_narrow(char) or gap > 4 * _usual_gap(row)):
                text += " "
        if confidence < _SURE:
            unsure.append(Unsure(len(text), len(text) + len(char), round(confidence, 3)))
        text += char
        before = char
        if edge > right:
            right = edge
    return _Told(text, pieces, tuple(unsure))


def letter(row: list[Glyph]) -> float:
    """The size of the letters of a line in points: as wide as its Chinese characters, else somewhat less than its height."""
    wide = max([g[2] - g[0] for g in row])
    high = max([g[3] - g[1] for g in row])
    return min(wide, high) if wide > 0.6 * high else 0.8 * high


def _usual_gap(row: list[Glyph]) -> float:
    """The white between most characters of a line: of a line set wide it is no space."""
    return max(median(b[0] - a[2] for a, b in pairwise(row)), 0.0)


def line_of(row: list[Glyph]) -> TextLine:
    """A line of characters as text."""
    em = letter(row)
    text, breaks, unsure = _told(row, em)
    box = box_of(row)
    if not breaks:
        return TextLine(text, box, em, ((text, box),), unsure)
    edges = [(0, 0), *breaks, (len(text) + 2, len(row))]
    pieces = tuple((text[a:b - 2], box_of(row[m:n])) for (a, m), (b, n) in pairwise(edges))
    return TextLine(text, box, em, pieces, unsure)


def _narrow(text: str) -> bool:
    """A letter or a digit of the Latin kind."""
    return bool(text) and text[-1] < "\u2000"


def box_of(row: list[Glyph]) -> Box:
    """The box around characters, to a tenth of a point."""
    return (round(min([g[0] for g in row]), 1), round(min([g[1] for g in row]), 1), round(max([g[2] for g in row]), 1), round(max([g[3] for g in row]), 1))


def cell_text(glyphs: list[Glyph], right: float) -> tuple[str, tuple[Unsure, ...]]:
    """The text of a cell whose right side is at `right`: lines that its width broke joined, paragraphs divided by a line end."""
    if not glyphs:
        return "", ()
    rows = rows_of(glyphs)
    if len(rows) == 1:
        text, _, unsure_here = _told(rows[0], letter(rows[0]))
        return text, unsure_here
    lines = [line_of(row) for row in rows]
    edge = max(line.box[2] for line in lines)
    text, full = "", False
    unsure: list[Unsure] = []
    for line in lines:
        if text:
            text += joint(text, line.text) if full else "\n"
        unsure += [Unsure(len(text) + a, len(text) + b, c) for a, b, c in line.unsure]
        text += line.text
        full = line.box[2] >= max(edge - 1.3 * line.em, right - 1.8 * line.em - _PADDING)
    return text, tuple(unsure)


def is_full(glyphs: list[Glyph], right: float) -> bool:
    """Whether the last line of a cell reaches its right side, so that its text may go on elsewhere."""
    if not glyphs:
        return False
    last = rows_of(glyphs)[-1]
    return max(g[2] for g in last) >= right - 1.8 * letter(last) - _PADDING


def joint(above: str, below: str) -> str:
    """What stands between two lines of one paragraph: a space between Latin words, else nothing."""
    return " " if above[-1:].isascii() and above[-1:].isalpha() and below[:1].isascii() and below[:1].isalpha() else ""


def places_of(line: TextLine, page: int, start: int = 0) -> tuple[Place, ...]:
    """The pieces of a line as places of a text that has it at `start`."""
    found, at = [], 0
    for text, box in line.pieces:
        at = line.text.index(text, at)
        found.append(Place(start + at, page, box))
        at += len(text)
    return tuple(found)
