"""The accounting: every figure of a document is claimed by a fact, known as what it is, told as a quantity, or residue."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extractors import doc_numbers, evidence
from extractors.citations import quoted
from extractors.covered import Covered
from extractors.document import Document, said
from extractors.folding import Folded, clean, fold
from extractors.quantities import told
from extractors.reading import Block, Cell
from extractors.record import Evidence, Record, Residue, TextQuantity
from extractors.words import label
from grammars.grammar import Grammar


@dataclass
class Claims:
    """What the extractors read: raw spans of text blocks, and cells (with spans within where only a part was read)."""

    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    cells: set[tuple[str, int, int]] = field(default_factory=set)

    def take(self, where: Evidence | None) -> None:
        if where is None:
            return
        if where.block and where.span:
            self.spans.setdefault(where.block, []).append(where.span)
        elif where.table is not None and where.row is not None and where.column is not None and where.span is None:
            self.cells.add((where.table, where.row, where.column))


def account(document: Document, record: Record, claimed_cells: set[tuple[str, int, int]]) -> None:
    """Fill `quantities` and `residue` with the figures that nothing in the record accounts for."""
    claims = Claims(cells=set(claimed_cells))
    for facts in (record.amounts, record.account_codes, record.statements, record.header.attachments, record.header.contacts):
        for fact in facts:
            claims.take(fact.evidence)
    for allocation in record.allocations:
        for row in allocation.rows:
            claims.take(row.evidence)
    for where in record.header.evidence.values():
        claims.take(where)
    for block in document.reading.blocks:
        role = document.roles[block.id]
        if role in ("body", "note"):
            _text(block, said(block), block.folded, claims.spans.get(block.id, ()), None, document.grammar, record)
        elif role == "table":
            _cells(block, claims, document.grammar, record)


_DIGIT = regex.compile(r"\d")


def _cells(block: Block, claims: Claims, grammar: Grammar, record: Record) -> None:
    for n, row in enumerate(block.rows):
        for cell in row:
            if _DIGIT.search(cell.text) and (block.id, n, cell.column) not in claims.cells:
                folded = fold(cell.text)
                _text(block, folded.text, folded, (), (n, cell), grammar, record)


def _text(block: Block, text: str, folded: Folded, claimed: "list[tuple[int, int]] | tuple[()]", at: tuple[int, Cell] | None, grammar: Grammar, record: Record) -> None:
    taken = Covered(claimed)
    figures = [m for m in grammar.rule("quantities.any_number").finditer(text) if folded.raw(m.start()) not in taken]
    known = Covered(_known(text, grammar) if figures else ())
    for m in figures:
        if m.start() in known:
            continue
        _one(block, text, folded, m.start(), m.end(), at, grammar, record)


def _known(text: str, grammar: Grammar) -> Iterator[tuple[int, int]]:
    """Spans of what is recognised as what it is: dates, numbers of headings and documents, telephones, quoted titles."""
    for rule in grammar.group("accounting"):
        yield from (m.span() for m in rule.finditer(text))
    if "号" in text:
        yield from ((n.start, n.end) for n in doc_numbers.find(text, grammar))
    if "《" in text:
        yield from quoted(text)


def _one(block: Block, text: str, folded: Folded, start: int, end: int, at: tuple[int, Cell] | None, grammar: Grammar, record: Record) -> None:
    """A figure that nobody claimed: a quantity where a unit says of what, else residue."""
    begin = max(0, start - 4)
    found = next((m for m in grammar.rule("quantities.counted").finditer(text, begin) if m.start("number") <= start < m.end("number")), None)
    if found:
        a, b = folded.span(*found.span())
        printed = clean((at[1].text if at else block.text)[a:b])
        what = told(found.group(), grammar)
        if what.number is not None:
            record.quantities.append(TextQuantity(text=printed, op=what.op, number=what.number, unit=what.unit, label=label(text[:found.start()], grammar),
                                                  evidence=_where(block, folded, found.start(), found.end(), at, "quantities.counted")))
            return
    record.residue.append(Residue(text=text[start:end], context=text[max(0, start - 15):end + 15], evidence=_where(block, folded, start, end, at, None)))


def _where(block: Block, folded: Folded, start: int, end: int, at: tuple[int, Cell] | None, rule: str | None) -> Evidence:
    if at:
        return evidence.cell(block, at[0], at[1], *folded.span(start, end), rule)
    return evidence.span(block, start, end, rule)
