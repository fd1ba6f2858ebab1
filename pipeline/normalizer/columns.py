"""Columns of spaces (`pdftotext -layout`): printed x-places become columns, wrapped lines go back into their rows.

A form has several heads, each with columns of its own, so the lines are taken head by head. Within a part, a line with
figures is a row; the pieces of a line without go to the cell above them, or wait for the row below.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from extractors.folding import folded
from extractors.reading import Block, Cell, Unsure
from grammars.grammar import Grammar
from pipeline.normalizer.lines import cell, glue, tokens, width

_FIGURE = regex.compile(r"[≥≤><=]{0,2}(?!(?:19|20)\d\d年)-?\d[\d,.]*[^\d,。;，；]{0,8}|[—-]{1,2}|无")
_ENDED = regex.compile(r"[。；;]$")
_NEAR = 3  # columns of paper within which edges count as one


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line between gaps, with its place on paper."""

    left: int
    right: int
    cell: Cell

    @property
    def text(self) -> str:
        return folded(self.cell.text)

    @property
    def figure(self) -> bool:
        return bool(_FIGURE.fullmatch(self.text))


Line = tuple[Block, list[Token]]
Row = dict[int, Cell]


def grid_of_spaces(lines: list[Block], grammar: Grammar) -> list[list[Cell]]:
    """The rows of a table whose columns are kept apart by spaces."""
    printed = [(b, _tokens(b)) for b in lines]
    rows: list[Row] = []
    for part in _parts(printed, grammar):
        rows += _rows(part, grammar)
    return [[replace(c, column=n) for n, c in sorted(row.items())] for row in rows]


def _tokens(block: Block) -> list[Token]:
    found = []
    for a, b in tokens(block.text):
        left = width(block.text[:a])
        found.append(Token(left, left + width(block.text[a:b]), cell(block, a, b, 0)))
    return found


def is_head_line(words: list[str], grammar: Grammar) -> bool:
    """A line of head words, most of them known."""
    known = sum(grammar.is_head(w) or grammar.is_money_head(w) for w in words)
    return known >= 2 and known * 3 >= len(words) * 2 and any(grammar.is_head(w) for w in words) and not any(_FIGURE.fullmatch(w) for w in words)


def _parts(printed: list[Line], grammar: Grammar) -> Iterator[list[Line]]:
    part: list[Line] = []
    for line in printed:
        if part and is_head_line([t.text for t in line[1]], grammar) and any(_anchor(ts, grammar) for _, ts in part):
            yield part
            part = []
        part.append(line)
    yield part


def _columns(part: list[Line]) -> list[tuple[int, int]]:
    """Places of the columns: of the first line (the head), and of whatever stands beside them in other lines."""
    columns = [(t.left, t.right) for t in part[0][1]]
    for _, found in sorted(part[1:], key=lambda line: -len(line[1])):
        for token in found:
            if not any(_fits(token, c) for c in columns):
                columns.append((token.left, token.right))
    return sorted(columns)


def _fits(token: Token, column: tuple[int, int]) -> bool:
    return min(token.right, column[1]) > max(token.left, column[0]) or abs(token.left - column[0]) <= _NEAR


def _distance(token: Token, column: tuple[int, int]) -> int:
    """How far a token is from being set flush left, centred or flush right in a column."""
    return min(abs(token.left - column[0]), abs(token.right - column[1]), abs(token.left + token.right - column[0] - column[1]) // 2)


def _place(found: list[Token], columns: list[tuple[int, int]]) -> Row:
    """Tokens in order into columns in order, each into the nearest that is left."""
    row: Row = {}
    last = -1
    for n, token in enumerate(found):
        rest = len(found) - n - 1
        able = range(last + 1, max(last + 2, len(columns) - rest))
        last = min(able, key=lambda c: (not (c < len(columns) and _fits(token, columns[c])), _distance(token, columns[c]) if c < len(columns) else 999))
        row[last] = token.cell
    return row


def _anchor(found: list[Token], grammar: Grammar) -> bool:
    """A line that is a row: it has a figure beside words, or three cells and more, or a label with its value."""
    if len(found) == 2 and grammar.is_form_head(found[0].text):
        return True
    return len(found) > 2 or any(t.figure for t in found[1:]) or len(found) == 1 and found[0].figure


def _divided(part: list[Line]) -> list[Line]:
    """The lines with tokens cut at single spaces where a column of the head begins: a full cell may touch the next."""
    lefts = {t.left for t in part[0][1]}
    return [part[0], *((block, [piece for t in found for piece in _cut(block, t, lefts)]) for block, found in part[1:])]


def _cut(block: Block, token: Token, lefts: set[int]) -> list[Token]:
    pieces, text, left = [], token.cell.text, token.left
    at = token.cell.at
    for m in _ONE_SPACE.finditer(text):
        here = token.left + width(text[:m.end()])
        if any(abs(here - c) <= 1 for c in lefts) and here - left > 2:
            start = len(text) - len(text[m.end():])
            pieces.append((m.start(), start, here))
    if not pieces:
        return [token]
    found, begin = [], 0
    for end, start, here in [*pieces, (len(text), len(text), 0)]:
        part = text[begin:end]
        unsure = tuple(Unsure(max(u.start - begin, 0), min(u.end, end) - begin, u.confidence) for u in token.cell.unsure if u.start < end and u.end > begin)
        found.append(Token(left, left + width(part), replace(token.cell, text=part, at=at + begin if at is not None else None, unsure=unsure)))
        begin, left = start, here
    return found


_ONE_SPACE = regex.compile(r"(?<=\S) (?=\S)")


def _rows(part: list[Line], grammar: Grammar) -> list[Row]:
    part = _divided(part)
    columns = _columns(part)
    placed = [_place(found, columns) for _, found in part]
    anchors = [_anchor(found, grammar) or n == 0 for n, (_, found) in enumerate(part)]
    for n in range(1, min(3, len(part))):  # a head in two lines: its lower words are heads too
        anchors[n] = anchors[n] or anchors[n - 1] and n < 3 and _sub_head(part[n][1], placed[n], placed[0], grammar)
    for n in range(len(part) - 1):  # a label that goes on in the next line, with its value
        first = min(placed[n])
        if len(placed[n]) == 2 and first in placed[n + 1] and not part[n + 1][0].gap and _completes(placed[n][first], placed[n + 1][first], grammar):
            anchors[n] = True
    usual = {c for c in range(len(columns)) if sum(c in row for row, a in zip(placed, anchors, strict=True) if a) * 2 > sum(anchors)}
    rows: list[Row] = []
    waiting: Row = {}
    for n, row in enumerate(placed):
        if anchors[n]:
            for column, held in waiting.items():
                row[column] = glue(held, row[column]) if column in row else held
            waiting = {}
            rows.append(row)
        else:
            at = next((k for k in range(n + 1, len(part)) if anchors[k]), None)
            below = placed[at] if at is not None and not part[n + 1][0].gap else None
            alone = _spread(row, rows, waiting, below, usual, part[n][0], grammar)
            if alone:
                rows.append(alone)
    if waiting:
        rows.append(waiting)
    return rows


def _sub_head(found: list[Token], row: Row, head: Row, grammar: Grammar) -> bool:
    """A line of head words below the head that complete none of its words."""
    if len(found) < 2 or not all(grammar.is_head(t.text) or grammar.is_money_head(t.text) for t in found):
        return False
    return not any(c in head and _completes(head[c], piece, grammar) for c, piece in row.items())


def _spread(row: Row, rows: list[Row], waiting: Row, below: Row | None, usual: set[int], block: Block, grammar: Grammar) -> Row:
    """The pieces of a wrapped line, each to its cell; what goes nowhere is a row of its own."""
    alone: Row = {}
    for column, piece in row.items():
        above = rows[-1].get(column) if rows else None
        if above is not None and block.gap == 0 and _completes(above, piece, grammar):
            rows[-1][column] = glue(above, piece)
        elif column in waiting:
            waiting[column] = glue(waiting[column], piece)
        elif below is not None and column in usual and column not in below and not (above is not None and block.gap == 0 and _short_of(above, piece)):
            waiting[column] = piece
        elif above is not None and block.gap == 0 and _goes_on(above, piece, grammar):
            rows[-1][column] = glue(above, piece)
        else:
            alone[column] = piece
    return alone


def _completes(above: Cell, piece: Cell, grammar: Grammar) -> bool:
    """The two together are a word of the form, as the upper one alone is not written in full."""
    a, b = folded(above.text), folded(piece.text)
    return len(b) <= 6 and (any(grammar.categories.label(a + b)) or grammar.is_head(a + b)) and not any(grammar.categories.label(b)) and not grammar.is_head(b)


def _short_of(above: Cell, piece: Cell) -> bool:
    """A bracket opened above is closed by the piece."""
    a, b = folded(above.text), folded(piece.text)
    return a.count("(") > a.count(")") and b.count(")") > b.count("(")


def _goes_on(above: Cell, piece: Cell, grammar: Grammar) -> bool:
    """Whether a piece is the rest of the cell above it, not a cell of its own."""
    a, b = folded(above.text), folded(piece.text)
    if _ENDED.search(a) or any(grammar.categories.label(b)):
        return False
    return not grammar.is_head(a) or grammar.is_head(a + b) or len(b) <= 8 and not grammar.is_head(b)
