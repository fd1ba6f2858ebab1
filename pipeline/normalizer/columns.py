"""Columns of spaces (`pdftotext -layout`): printed x-places become columns, wrapped lines go back into their rows."""

from dataclasses import dataclass

import regex

from extractors.folding import folded
from extractors.reading import Block, Cell
from grammars.grammar import Grammar
from pipeline.normalizer.lines import cell, glue, tokens, width

_FIGURE = regex.compile(r"[≥≤><=]?-?\d[\d,.]*\S{0,6}|[—-]{1,2}|无")


@dataclass(frozen=True, slots=True)
class Token:
    left: int
    right: int
    cell: Cell

    @property
    def figure(self) -> bool:
        return bool(_FIGURE.fullmatch(folded(self.cell.text)))


Line = tuple[Block, list[Token]]


def grid_of_spaces(lines: list[Block], grammar: Grammar) -> list[list[Cell]]:
    """The rows of a table whose columns are kept apart by spaces."""
    printed = [(b, _tokens(b)) for b in lines]
    edges = _columns(printed)
    placed: list[tuple[Block, dict[int, Cell], list[Token]]] = [(b, _place(ts, edges), ts) for b, ts in printed]
    return [[_at(c, n) for n, c in sorted(row.items())] for row in _rows(placed, grammar)]


def _at(found: Cell, column: int) -> Cell:
    return Cell(found.text, column, at=found.at)


def _tokens(block: Block) -> list[Token]:
    found = []
    for a, b in tokens(block.text):
        left = width(block.text[:a])
        found.append(Token(left, left + width(block.text[a:b]), cell(block, a, b, 0)))
    return found


def _columns(printed: list[Line]) -> list[tuple[int, int]]:
    """Column edges: runs of x-places that some line with most of the tokens covers, divided where none does."""
    most = max(len(ts) for _, ts in printed)
    full = [ts for _, ts in printed if len(ts) >= max(2, most - 1)]
    spans = sorted((t.left, t.right) for ts in full for t in ts)
    edges: list[tuple[int, int]] = []
    for left, right in spans:
        if edges and left < edges[-1][1]:
            edges[-1] = (edges[-1][0], max(edges[-1][1], right))
        else:
            edges.append((left, right))
    if len(edges) >= most:
        return edges
    widest = max((ts for _, ts in printed), key=len)  # columns run into one another: the fullest line divides them
    cuts = [(a.right + b.left) // 2 for a, b in zip(widest, widest[1:], strict=False)]
    return list(zip([0, *cuts], [*cuts, 10_000], strict=True))


def _place(found: list[Token], edges: list[tuple[int, int]]) -> dict[int, Cell]:
    row: dict[int, Cell] = {}
    for token in found:
        column = max(range(len(edges)), key=lambda n: (_overlap(token, edges[n]), -abs(token.left + token.right - sum(edges[n]))))
        row[column] = glue(row[column], token.cell) if column in row else token.cell
    return row


def _overlap(token: Token, edge: tuple[int, int]) -> int:
    return max(0, min(token.right, edge[1]) - max(token.left, edge[0]))


def _rows(placed: list[tuple[Block, dict[int, Cell], list[Token]]], grammar: Grammar) -> list[dict[int, Cell]]:
    """Lines to rows. A line with a figure, or a head, is a row; a line without belongs to the row it wraps."""
    anchors = [_anchor(row, ts, grammar) for _, row, ts in placed]
    if not any(anchors):
        return [row for _, row, _ in placed]
    above = _split_fragments(placed, anchors)
    rows: list[dict[int, Cell]] = []
    for k, (_, row, _) in enumerate(placed):
        if anchors[k]:
            merged: dict[int, Cell] = {}
            for n in [*above[k][0], k, *above[k][1]]:
                _merge(merged, placed[n][1])
            rows.append(merged)
        elif not any(k in one or k in two for one, two in above.values()):
            rows.append(dict(row))
    return rows


def _anchor(row: dict[int, Cell], found: list[Token], grammar: Grammar) -> bool:
    if any(t.figure for t in found[1:]) or (len(found) == 1 and found[0].figure and 0 not in row):
        return True
    return sum(grammar.is_head(folded(t.cell.text)) for t in found) >= 2 or len(found) >= 3


def _merge(into: dict[int, Cell], row: dict[int, Cell]) -> None:
    for column, found in row.items():
        into[column] = glue(into[column], found) if column in into else found


def _split_fragments(placed: list[tuple[Block, dict[int, Cell], list[Token]]], anchors: list[bool]) -> dict[int, tuple[list[int], list[int]]]:
    """For each row's own line, the wrapped lines above and below it that are part of the row.

    A wrapped cell is set level with the middle of its row: as many of its lines stand above the figures as below. Where nothing
    stands above the first row, cells are set level with the top, and every wrapped line belongs to the row above it.
    """
    places = [k for k, anchor in enumerate(anchors) if anchor]
    found: dict[int, tuple[list[int], list[int]]] = {k: ([], []) for k in places}
    between = zip([-1, *places], [*places, len(placed)], strict=True)
    for above, below in between:
        loose = list(range(above + 1, below))
        if not loose:
            continue
        if above < 0 or below == len(placed):
            if above >= 0 and _belongs(placed, above, loose[0]):
                found[above][1].extend(loose)
            elif above < 0 and _belongs(placed, below, loose[-1]):
                found[below][0].extend(n for n in loose if _belongs(placed, below, n))
            continue
        upper = _share(placed, found[above][0], above, below, loose)
        found[above][1].extend(loose[:upper])
        found[below][0].extend(loose[upper:])
    return found


def _belongs(placed: list[tuple[Block, dict[int, Cell], list[Token]]], anchor: int, line: int) -> bool:
    return len(placed[line][1]) >= 1 and (len(placed[line][2]) > 1 or any(c > 0 for c in placed[line][1]) or 0 in placed[anchor][1])


def _share(placed: list[tuple[Block, dict[int, Cell], list[Token]]], taken: list[int], above: int, below: int, loose: list[int]) -> int:
    """How many of the loose lines between two rows belong to the upper one."""
    gaps = [n for n, k in enumerate(loose) if placed[k][0].gap]
    if gaps and gaps[0] > 0 or placed[below][0].gap and not gaps:
        return gaps[0] if gaps else len(loose)
    if gaps and gaps[0] == 0:
        return 0
    column = max(placed[loose[0]][1], key=lambda c: len(placed[loose[0]][1][c].text))
    if taken:  # symmetrical about the figures
        return min(len(taken), len(loose))
    if column in placed[above][1] and column not in placed[below][1]:
        return 0 if len(loose) == 1 else len(loose) // 2
    if column not in placed[above][1]:
        return max(1, len(loose) // 2)
    return len(loose)
