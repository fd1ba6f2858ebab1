"""The rows that a result puts into the tables of the analysis."""

from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from typing import Any

from extractors.quantities import yuan_of
from grammars.grammar import Grammar
from pipeline.results import Data, Result
from pipeline.review.names import place
from pipeline.tables import derived
from pipeline.tables.doubt import Address, doubted
from pipeline.tables.leaves import decimal
from pipeline.tables.schema import ALLOCATION_ROWS, DOCUMENTS, ELEMENTS, FINDING, FINDINGS, HEADS, LISTED, PARTIES, SHARE, Listed
from pipeline.tables.table import Row, Table, Value, fits

Told = Callable[[str], None]  # takes a sentence for the user
_EXACT = Context(prec=100)  # digits: no product of a printed number and a unit has more
_PARTIES = {"issuers": "issuer", "recipients": "recipient"}


def rows(result: Result, grammar: Grammar, tell: Told) -> Iterator[tuple[Table, Row]]:
    """Every row of a result, table by table. `tell`: of a number that no decimal column holds; its cell is empty then."""
    facts = _Facts(result, grammar)
    yield DOCUMENTS, _document(result, grammar)
    for table, row in facts.rows():
        yield table, _fitting(table, row, tell)


def _document(result: Result, grammar: Grammar) -> Row:
    record = result.data
    severities = [finding["severity"] for finding in record["findings"]]
    return [*(leaf.of(record) for leaf in HEADS), derived.year(record), derived.adcode(record, grammar), derived.central(record, grammar),
            derived.takes_back(record["header"], grammar),
            "、".join(record["header"]["issuers"]) or None, severities.count("error"), severities.count("warning")]


class _Facts:
    """The facts of one record as rows."""

    def __init__(self, result: Result, grammar: Grammar) -> None:
        self.grammar = grammar
        self.name, self.record = result.name, result.data
        self.reader = self.record["source"]["reader"]
        self.doubted = doubted(self.record)

    def rows(self) -> Iterator[tuple[Table, Row]]:
        yield from self._elements()
        for listed in LISTED:
            yield from self._listed(listed)
        yield from self._shares()
        yield from self._findings()

    def _row(self, keys: list[Value], said: list[Value], address: Address, fact: Data) -> Row:
        return [self.name, *keys, *said, *self._lineage(address, fact)]

    def _lineage(self, address: Address, fact: Data) -> list[Value]:
        evidence = fact.get("evidence") or {}
        return [evidence.get("rule"), evidence.get("page"), place(evidence) or None, self.reader, self.doubted(address, fact)]

    def _elements(self) -> Iterator[tuple[Table, Row]]:
        header = self.record["header"]
        for element, evidence in header["evidence"].items():
            value, fact = header.get(element), {"evidence": evidence}
            told = value if isinstance(value, list) else [value]
            yield ELEMENTS, self._row([element], ["、".join(map(str, told))], ("header", element), fact)
            for n, name in enumerate(told if element in _PARTIES else (), 1):
                yield PARTIES, self._row([_PARTIES[element], n], [name], ("header", element, n - 1), fact)

    def _listed(self, listed: Listed) -> Iterator[tuple[Table, Row]]:
        for address, numbers, fact in _walk(self.record, [path for path, _ in listed.path]):
            said = [*(leaf.of(fact) for leaf in listed.leaves), *(said.of(fact, self.grammar) for said in listed.derived)]
            yield listed.table, self._row(numbers, said, address, fact)

    def _shares(self) -> Iterator[tuple[Table, Row]]:
        """A row for each column of an allocation's row; one without a column where it has no numbers."""
        for address, numbers, row in _walk(self.record, ["allocations", "rows"]):
            allocation = self.record["allocations"][address[1]]
            said = [leaf.of(row) for leaf in SHARE]
            for n, value in enumerate(row["values"] or [None], 1):
                label = allocation["columns"][n - 1] if n <= len(allocation["columns"]) else None
                column = label, derived.column_kind(label, self.grammar), derived.column_sums(label, self.grammar)
                yield ALLOCATION_ROWS, self._row([*numbers, n], [*said, *column, *_money(value, allocation["unit"])], address, row)

    def _findings(self) -> Iterator[tuple[Table, Row]]:
        for address, numbers, finding in _walk(self.record, ["findings"]):
            related = finding.get("related") or {}
            said = [*(leaf.of(finding) for leaf in FINDING), *(_number(finding.get(key)) for key in ("expected", "found")), related.get("page"), place(related) or None]
            yield FINDINGS, self._row(numbers, said, address, finding)


def _walk(data: Data, path: list[str], address: Address = (), numbers: tuple[int, ...] = ()) -> Iterator[tuple[Address, list[Value], Data]]:
    """The facts of a list of lists: their address, their numbers in the lists from 1 on, the facts."""
    held: Any = data
    for key in path[0].split("."):
        held = held.get(key, ())
    for n, fact in enumerate(held):
        at, count = (*address, *path[0].split("."), n), (*numbers, n + 1)
        if len(path) == 1:
            yield at, list(count), fact
        else:
            yield from _walk(fact, path[1:], at, count)


def _money(value: Any, unit: str | None) -> tuple[Value, Value, Value]:
    """A sum, its unit, and the sum in 元."""
    each = yuan_of(unit) if unit else None
    told = None if value is None else decimal(value)
    return told, unit, None if told is None or each is None else _EXACT.multiply(told, Decimal(each))


def _number(value: Any) -> Value:
    return decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _fitting(table: Table, row: Row, tell: Told) -> Row:
    """The row, a number left out that its column cannot hold exactly."""
    if all(map(fits, row)):
        return row
    for column, value in zip(table.columns, row, strict=True):
        if not fits(value):
            tell(f"{row[0]}：{table.name}.{column.name} 的 {value} 超出这一列的范围，表中留空，原值见 JSON")
    return [value if fits(value) else None for value in row]
