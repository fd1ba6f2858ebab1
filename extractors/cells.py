"""Cells as extractors see them: folded text, place, and what kind of thing they hold."""

from dataclasses import dataclass

import regex

from extractors import evidence
from extractors.folding import clean, folded
from extractors.quantities import number, told
from extractors.reading import Block, Cell
from extractors.record import Evidence
from grammars.grammar import Grammar
from grammars.watch import remembered

NOTHING = frozenset(["", "-", "--", "—", "/", "\\", "无数据", "－"])
_NUMERIC = regex.compile(r"[≥≤><=]*[-+]?[\d,.]+[%％‰]?")
_SUSPECT = regex.compile(r"(?=.*\d|[≥≤]|.*[oOlI])[\dOoIl工,.]{1,8}(?:[%％]|\p{Han}{1,3})?")


@dataclass(frozen=True, slots=True)
class Item:
    """A cell that holds something, with its row and the table it stands in."""

    text: str
    column: int
    row: int
    cell: Cell
    table: Block

    @property
    def printed(self) -> str:
        return clean(self.cell.text)

    def evidence(self, rule: str | None = None) -> Evidence:
        return evidence.cell(self.table, self.row, self.cell, rule=rule)


def items(table: Block, row: int) -> list[Item]:
    """The cells of a row that are not empty."""
    return [Item(text, cell.column, row, cell, table) for cell in table.rows[row] if (text := folded(cell.text))]


_NUMERAL = regex.compile(r"\(?[一二三四五六七八九十]{1,3}\)?、?")
_PERCENT = regex.compile(r"-?[\d,.]+[%％]")
Kind = str  # R a bare percentage · H a Chinese numeral · C category label · N a quantity · P a bare number · X a dash · W 无 · T text · L long text


@remembered(65536)
def kind(text: str, grammar: Grammar) -> Kind:
    """What a folded cell holds."""
    one, two = grammar.categories.label(text)
    if one or two:
        return "C"
    if text in NOTHING:
        return "X"
    if _NUMERAL.fullmatch(text):
        return "H"
    if text in ("无", "无。", "无偏差", "暂无"):
        return "W"
    if number(text) is not None:
        return "P"
    if _PERCENT.fullmatch(text):
        return "R"
    if _NUMERIC.fullmatch(text) or told(text, grammar).number is not None or _SUSPECT.fullmatch(text):
        return "N"
    return "L" if len(text) > 45 else "T"
