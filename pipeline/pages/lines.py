"""Characters in their places → lines of text, with the spaces that the print shows."""

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from extractors.reading import Box, Place, Unsure
from pipeline.pages.page import Glyph

_SURE = 0.8  # confidence under which a recognised character is told as unsure
_WORD_GAP, _HAN_GAP, _COLUMN_GAP = 0.18, 0.75, 1.8  # ems: between words of letters, between Chinese characters, between columns
_PADDING = 7.0  # points between the text of a cell and its side
_LEFT = itemgetter(0)


class TextLine(NamedTuple):
    """One printed line. `em`: its letter height in points; `columnar`: gaps in it are as wide as between columns.

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
    ordered = sorted(glyphs, key=lambda g: g[1] + g[3])
    rows: list[list[Glyph]] = []
    base, reach = 0.0, 0.0
    for g in ordered:
        middle = g[1] + g[3]
        if not rows or middle - base > reach:
            rows.append([])
            base, reach = middle, (g[3] - g[1]) * 1.1  # middles are doubled: just over half a letter
        rows[-1].append(g)
    for row in rows:
        row.sort(key=_LEFT)
    return [_once(row) for row in rows]


def _once(row: list[Glyph]) -> list[Glyph]:
    found: list[Glyph] = []
    for g in row:
        if found and g[4] == found[-1][4] and g[0] - found[-1][0] < 0.35 * (g[2] - g[0]) and abs(g[1] - found[-1][1]) < 0.35 * (g[3] - g[1]):
            continue
        found.append(g)
    return found


def line_of(row: list[Glyph]) -> TextLine:
    """A line of characters as text."""
    em = max(g[3] - g[1] for g in row)
    parts: list[str] = []
    pieces: list[tuple[str, Box]] = []
    unsure: list[Unsure] = []
    length, begin, first = 0, 0, 0
    right, before = row[0][0], ""
    for n, g in enumerate(row):
        gap = g[0] - right
        if gap > _COLUMN_GAP * em:
            pieces.append(("".join(parts[begin:]), _box(row[first:n])))
            parts.append("  ")
            length += 2
            begin, first = len(parts), n
        elif gap > _WORD_GAP * em and (gap > _HAN_GAP * em or _narrow(before) and _narrow(g[4])):
            parts.append(" ")
            length += 1
        parts.append(g[4])
        if g[5] < _SURE:
            unsure.append(Unsure(length, length + len(g[4]), round(g[5], 3)))
        length += len(g[4])
        right, before = max(right, g[2]), g[4]
    pieces.append(("".join(parts[begin:]), _box(row[first:])))
    return TextLine("".join(parts), _box(row), em, tuple(pieces), tuple(unsure))


def _narrow(text: str) -> bool:
    """A letter or a digit of the Latin kind."""
    return bool(text) and text[-1] < "\u2000"


def _box(row: list[Glyph]) -> Box:
    return (round(row[0][0], 1), round(min(g[1] for g in row), 1), round(max(g[2] for g in row), 1), round(max(g[3] for g in row), 1))


def cell_text(glyphs: list[Glyph], right: float) -> tuple[str, tuple[Unsure, ...]]:
    """The text of a cell whose right side is at `right`: lines that its width broke joined, paragraphs divided by a line end."""
    if not glyphs:
        return "", ()
    lines = [line_of(row) for row in rows_of(glyphs)]
    edge = max(line.box[2] for line in lines)
    text, unsure, full = "", [], False
    for line in lines:
        if text:
            text += joint(text, line.text) if full else "\n"
        unsure += [Unsure(len(text) + a, len(text) + b, c) for a, b, c in line.unsure]
        text += line.text
        full = line.box[2] >= max(edge - 1.3 * line.em, right - 1.8 * line.em - _PADDING)
    return text, tuple(unsure)


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
