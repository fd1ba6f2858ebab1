"""A table that a page or a repeated head divided is one table again; two blocks of columns side by side become one."""

from dataclasses import replace

from extractors.folding import folded
from extractors.reading import Block, Row
from grammars.grammar import Grammar
from pipeline.normalizer.lines import says


def stitch(blocks: list[Block], grammar: Grammar) -> list[Block]:
    """Tables with the same head, nothing but furniture or a 续表 line between them, joined; the repeated head is left out."""
    joined: list[Block] = []
    for block in blocks:
        above = _above(joined, block, grammar)
        if above is not None:
            rest = _less_head(joined[above].rows, block.rows, grammar)
            if rest is not None:
                joined[above] = replace(joined[above], rows=joined[above].rows + rest)
                for k in range(above + 1, len(joined)):
                    joined[k] = replace(joined[k], kind="furniture")
                continue
        joined.append(block)
    return joined


def _above(joined: list[Block], block: Block, grammar: Grammar) -> int | None:
    """The table that `block` may go on with."""
    if block.kind != "table" or block.shape != "grid":
        return None
    for k in range(len(joined) - 1, -1, -1):
        if joined[k].kind == "table":
            return k if joined[k].shape == "grid" else None
        if joined[k].kind == "text" and not _between(says(joined[k]), grammar):
            return None
    return None


def _between(text: str, grammar: Grammar) -> bool:
    return bool(grammar.rule("structure.continued").search(text) or grammar.rule("structure.unit_line").search(text) and len(text) < 16)


def _words(row: Row) -> tuple[str, ...]:
    return tuple(folded(c.text) for c in row if not c.empty)


def _column_heads(words: tuple[str, ...], grammar: Grammar) -> bool:
    """The head of columns; a label with its value, which every form of a fund begins with, is none."""
    labelled = grammar.layouts["performance"].role("labels", words[0]) is not None and len(words) <= 4
    return not labelled and any(map(grammar.is_head, words)) and sum(grammar.is_head(w) or grammar.is_money_head(w) for w in words) >= 2


def _less_head(above: tuple[Row, ...], below: tuple[Row, ...], grammar: Grammar) -> tuple[Row, ...] | None:
    """The rows of `below` after its repeated head; None where it does not go on with `above`."""
    above = above[next((k for k, row in enumerate(above[:4]) if len(_words(row)) > 1), 0):]  # less a title or a unit set in a cell
    n = 0
    while n < min(len(above), len(below), 4) and _words(above[n]) == _words(below[n]):
        n += 1
    if n and _column_heads(_words(above[0]), grammar):
        return below[n:]
    for k, row in enumerate(above):  # the head of the indicators repeated, deep in a form
        if below and len(_words(row)) > 3 and _words(row) == _words(below[0]) and all(grammar.is_head(w) for w in _words(row)):
            return below[1:] if k else None
    return None
