"""Lines of text on pages → paragraphs: what the margin broke is joined, what the writer ended is kept apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import regex

from extractors.reading import Block, Box, Place, Unsure
from pipeline.pages.lines import TextLine, joint, places_of

_WORD = regex.compile(r"[“‘（《〔【]*(?:[!-~]+|.)(?:[“”‘’/]+(?:[!-~]+|.))*[，。；：、？！）》〕】”’]*", regex.S)
_LABEL = regex.compile(r"\p{Han}{1,3}[：:] ?(?:\d{1,2}[.．、])?")  # 附件：1.
_SPREAD = regex.compile(r"(?:\p{Han} ){3}")  # a name set over the whole line
_ENDED = regex.compile(r"[。；：！？;]$")
_ITEM = regex.compile(r"[一二三四五六七八九十]{1,3}、|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|\d{1,2}[.．、](?!\d)|[①-⑳]")  # an item of a list begins
_FEW_LINES, _SUPPORT = 7, 2
_PITCH = 2.3  # letter sizes: what lies further below begins anew


@dataclass(frozen=True, slots=True)
class Column:
    """The left and right edge of the text on pages of one size, and the white between lines of a paragraph, in points."""

    left: float
    right: float
    leading: float = 0.0


@dataclass(slots=True)
class Paragraph:
    """Lines joined so far. `last`: the line that was joined last, `page` its page.

    `indented`: it begins two letters inside; `aside`: far inside, as a signature at the right does; `level`: at the edge itself, as the
    full first line of a long title does.
    """

    text: str
    last: TextLine
    page: int
    gap: int
    centered: bool = False
    columnar: bool = False
    indented: bool = False
    aside: bool = False
    level: bool = False
    places: list[Place] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    lines: int = 1


def column_of(lines: Iterable[TextLine], tables: list[Box], width: float) -> Column:
    """Where the text of pages of one `width` begins and ends: the edges that many lines reach; of a few lines beside tables, those of the tables."""
    told = [line for line in lines if not line.columnar and len(line.text) > 1]
    if len(told) < _FEW_LINES and tables:
        return Column(min(box[0] for box in tables), max(box[2] for box in tables), _PITCH * 10)
    if not told:
        return Column(width * 0.12, width * 0.88)
    rights = sorted((line.box[2] for line in told), reverse=True)
    lefts = sorted(line.box[0] for line in told)
    left, right = lefts[len(lefts) // 12], max(rights[min(len(rights) // 12, len(rights) - 1)], width * 0.6)
    if sum(line.box[2] > right - 2 * line.em for line in told) < _SUPPORT:  # short lines tell no edge; paper has margins alike
        right = max(right, width - left)
    return Column(left, right, _leading(told, left, right))


def _leading(lines: list[TextLine], left: float, right: float) -> float:
    """The usual white between a line that reaches the right edge and one under it that begins at the left."""
    gaps = sorted(b.box[1] - a.box[3] for a, b in pairwise(lines)
                  if b.box[0] < left + 0.9 * b.em and a.box[2] > right - 2 * a.em and -b.em < b.box[1] - a.box[3] < _PITCH * b.em)
    return gaps[len(gaps) // 2] if gaps else _PITCH * lines[0].em


def opened(line: TextLine, page: int, above: Paragraph | None, column: Column, tabular: bool) -> Paragraph:
    """A paragraph that begins with `line`."""
    centered = not tabular and _centered(line, column)
    if tabular:
        text, places, unsure = _spread(line, page, column)
    else:
        indent = "\u3000" * 2 if not centered and 1.4 * line.em < line.box[0] - column.left < 2.8 * line.em else ""
        text = indent + line.text
        places, unsure = list(places_of(line, page, len(indent))), [u._replace(start=u.start + len(indent), end=u.end + len(indent)) for u in line.unsure]
    gap = int(above is not None and above.page == page and line.box[1] - above.last.box[1] > _PITCH * max(line.em, above.last.em))
    inside = (line.box[0] - column.left) / line.em
    return Paragraph(text, line, page, gap, centered, tabular, 1.4 < inside < 2.8, inside > 4, inside < 1.4, places, unsure)


def _centered(line: TextLine, column: Column) -> bool:
    before, behind = line.box[0] - column.left, column.right - line.box[2]
    return min(before, behind) > 2.8 * line.em and abs(before - behind) < 1.5 * line.em


def goes_on(above: Paragraph, line: TextLine, page: int, column: Column) -> bool:
    """Whether `line` is the rest of a paragraph: the line above it is full, and it begins at the edge itself."""
    last = above.last
    if above.columnar or line.columnar or above.centered or abs(last.em - line.em) > 0.25 * line.em:
        return False
    if above.page == page and line.box[1] - last.box[3] > min(_PITCH * line.em, column.leading + 0.45 * line.em):
        return False
    slack = 1.5 * line.em if above.indented and line.box[0] < column.left + 0.9 * line.em and not _ENDED.search(above.text) else 0.0
    aside = above.aside and not _ITEM.match(above.text.lstrip("\u3000"))
    if aside or last.box[2] + _unbroken(line) + slack < column.right:
        return False
    if _ENDED.search(above.text) and _ITEM.match(line.text):
        return False
    if line.box[0] > column.left + 0.9 * line.em and _hangs(above, line):
        return True
    return line.box[0] < column.left + 0.9 * line.em or above.level and not _SPREAD.search(above.text) and _centered(line, column)


def _hangs(above: Paragraph, line: TextLine) -> bool:
    """The lines of an item behind its number: the second begins further inside than the first, the others where the second does."""
    inside = (line.box[0] - above.last.box[0]) / line.em
    if above.lines > 1:
        return abs(inside) < 0.5
    text = above.text.lstrip("\u3000")
    return 0.8 < inside < 4 and _ITEM.match(text) is not None or 2.5 < inside < 6.5 and _LABEL.match(text) is not None


def _unbroken(line: TextLine) -> float:
    """Points that the first word of a line needs at the end of the line above: a figure is not broken, no line begins with a stop."""
    word = _WORD.match(line.text)
    assert word is not None  # the last alternative matches any text
    return sum(0.5 if ch < "\u2000" else 1.0 for ch in word[0]) * line.em + 0.4 * line.em


def extend(above: Paragraph, line: TextLine, page: int) -> None:
    """`line` joined to its paragraph."""
    above.text += joint(above.text, line.text)
    start = len(above.text)
    above.places += places_of(line, page, start)
    above.unsure += [u._replace(start=u.start + start, end=u.end + start) for u in line.unsure]
    above.text += line.text
    above.last, above.page = line, page
    above.lines += 1


def _spread(line: TextLine, page: int, column: Column) -> tuple[str, list[Place], list[Unsure]]:
    """A line of columns with its pieces at their printed places, half a letter a space."""
    text, places, unsure, unit, at = "", [], [], _unit(line), 0
    for piece, box in line.pieces:
        place = max(round((box[0] - column.left) / unit), 0)
        missing = place - sum(2 if ord(ch) > 0x2000 else 1 for ch in text)
        text += " " * max(missing, 2 if text else 0)
        at = line.text.index(piece, at)
        unsure += [Unsure(u.start - at + len(text), u.end - at + len(text), u.confidence) for u in line.unsure if at <= u.start < at + len(piece)]
        places.append(Place(len(text), page, box))
        text += piece
        at += len(piece)
    return text, places, unsure


def _unit(line: TextLine) -> float:
    """Points for one column of paper: half of the usual letter, the same for all lines of about one size."""
    return max(round(line.em), 6) / 2


def tabular(lines: list[TextLine], column: Column) -> Iterator[bool]:
    """For each of consecutive lines, whether it belongs to columns: wide gaps in it, or a short line beside such a one that begins inside."""
    for n, line in enumerate(lines):
        beside = any(lines[k].columnar for k in (n - 1, n + 1) if 0 <= k < len(lines))
        yield line.columnar or beside and line.box[0] > column.left + 3 * line.em and line.box[2] < column.right - 3 * line.em and not _centered(line, column)


def block_of(paragraph: Paragraph, number: int) -> Block:
    """The paragraph as a block, the `number`-th of the source."""
    return Block("", "text", paragraph.text, number, gap=paragraph.gap, centered=paragraph.centered, page=paragraph.places[0].page,
                 places=tuple(paragraph.places), unsure=tuple(paragraph.unsure))
