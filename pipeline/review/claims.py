"""Which fact claims which printed text: by its evidence, and of a row the cells that print its values."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import regex

from extractors.folding import clean, fold
from extractors.reading import Block, Reading
from extractors.reading import Cell as Printed
from extractors.record import Evidence, Model
from pipeline.review.facts import Cell, Fact

ROWS = frozenset(("allocations.rows", *(f"performance_tables.{name}" for name in ("funds", "management", "goals", "indicators"))))
_NUMBER = regex.compile(r"(?<![\d.])-?\d+(?:,\d{3})*(?:\.\d+)?|\d+")
_DIGIT = regex.compile(r"\d")

Key = tuple[str, int, int]  # block, and of a table row and column


class Claim(NamedTuple):
    """`[start, end)` of a printed text, and the fact that was read there."""

    start: int
    end: int
    fact: Fact


def numbers(text: str) -> list[tuple[int, int, Decimal]]:
    """The numbers of a text, each with its printed span."""
    if not _DIGIT.search(text):
        return []
    folded = fold(text)
    return [(*folded.span(*m.span()), Decimal(m[0].replace(",", ""))) for m in _NUMBER.finditer(folded.text)]


class Claims:
    """What the facts of a page claim of a reading. Gives cells of rows their places, and findings and facts one another, on the way."""

    def __init__(self, some: Iterable[Fact], reading: Reading) -> None:
        self.reading = reading
        self._by: dict[Key, list[Claim]] = defaultdict(list)
        every = list(some)
        for fact in every:
            for where in (*fact.places, *fact.related):
                self._claim(fact, where)
        self._rows(every)
        self._heads(every)
        for fact in every:
            if fact.finding:
                self._introduce(fact)

    def at(self, block: str, row: int = 0, column: int = 0) -> list[Claim]:
        """The claims on a text block or cell, the narrowest first; findings come last."""
        found = self._by.get((block, row, column), [])
        return sorted(found, key=lambda c: (c.fact.finding, c.end - c.start)) if len(found) > 1 else found

    def _claim(self, fact: Fact, where: Evidence) -> None:
        found = self._text(where)
        if found:
            key, text = found
            start, end = where.span or (0, len(text))
            self._by[key].append(Claim(start, end, fact))

    def _text(self, where: Evidence) -> tuple[Key, str] | None:
        """What is printed at a place; None where the reading has no such place."""
        block = self.reading.by_id.get(where.table or where.block or "")
        if block is None:
            return None
        if where.table is None:
            return (block.id, 0, 0), block.text
        row = block.rows[where.row] if where.row is not None and where.row < len(block.rows) else ()
        found = next((c for c in row if c.column == where.column), None)
        return ((block.id, where.row or 0, found.column), found.text) if found else None

    # rows

    def _rows(self, every: list[Fact]) -> None:
        """The cells of a row that print a value of its fact, told by the value, are claimed with the fact."""
        tables: dict[str, list[Fact]] = defaultdict(list)
        for fact in every:
            if fact.path in ROWS and fact.places and fact.places[0].table:
                tables[fact.places[0].table].append(fact)
        for id, facts in tables.items():
            if id in self.reading.by_id:
                self._row_values(self.reading.by_id[id], facts)

    def _row_values(self, table: Block, facts: list[Fact]) -> None:
        names = {_name(fact) for fact in facts}
        taken = {(row, column) for row, cells in enumerate(table.rows) for column in (c.column for c in cells)
                 if not all(claim.fact.finding for claim in self._by.get((table.id, row, column), ()))}
        for fact in facts:
            row, column = _name(fact)
            cells = list(_own(table, row, column, names))
            for shown in fact.cells:
                value = _value(fact.data, shown)
                found = next(((n, c) for n, c in cells if (n, c.column) not in taken and _prints(c, value)), None) if value is not None else None
                if found:
                    taken.add((found[0], found[1].column))
                    self._give(fact, shown, table, *found)
            if fact.cells[0].repaired:
                self._category(fact, table, row, column)
        for fact in facts:
            for shown in fact.cells:
                if shown.was and not shown.place:
                    self._misread(fact, shown, table, facts, taken)

    def _misread(self, fact: Fact, shown: Cell, table: Block, facts: list[Fact], taken: set[tuple[int, int]]) -> None:
        """The cell of a corrected value that does not print what was read: the one of the only column that prints this of other rows."""
        columns = {other.place.column for one in facts for other in one.cells if other.key == shown.key and other.place}
        row = fact.places[0].row or 0
        cell = next((c for c in table.rows[row] if {c.column} == columns), None) if row < len(table.rows) else None
        if cell and (row, cell.column) not in taken:
            taken.add((row, cell.column))
            self._give(fact, shown, table, row, cell)

    def _category(self, fact: Fact, table: Block, row: int, column: int) -> None:
        """What is printed as the category of an indicator that was put into another: in its row or the next above that prints it."""
        said = fact.data.printed_level2 or fact.data.printed_level1
        above = ((n, c) for n in range(min(row, len(table.rows) - 1), -1, -1) for c in reversed(table.rows[n]) if n < row or c.column < column)
        found = next((one for one in above if said and _prints(one[1], said)), None)
        if found:
            self._give(fact, fact.cells[0], table, *found)

    def _give(self, fact: Fact, shown: Cell, table: Block, row: int, cell: Printed) -> None:
        shown.place = Evidence(table=table.id, row=row, column=cell.column, page=cell.page, bbox=cell.bbox)
        self._by[table.id, row, cell.column].append(Claim(0, len(cell.text), fact))

    def _heads(self, every: list[Fact]) -> None:
        """What the head of a performance table says, where exactly one cell above its rows says so."""
        first: dict[str, int] = {}
        for fact in every:
            if fact.path in ROWS and fact.places and fact.places[0].table:
                first.setdefault(fact.places[0].table, _name(fact)[0])
        for fact in every:
            table = self.reading.by_id.get(fact.places[0].table or "") if fact.path == "performance_tables" and fact.places else None
            if table:
                self._head_values(fact, table, first.get(table.id, len(table.rows)))

    def _head_values(self, fact: Fact, table: Block, end: int) -> None:
        for shown in fact.cells:
            value = _value(fact.data, shown)
            found = [(n, c) for n, row in enumerate(table.rows[:end]) for c in row if value is not None and _prints(c, value)]
            if len(found) == 1:
                self._give(fact, shown, table, *found[0])

    # findings

    def _introduce(self, finding: Fact) -> None:
        """A finding and the facts at its places know one another."""
        for where in (*finding.places, *finding.related):
            for fact in self._about(where):
                if fact not in finding.targets:
                    finding.targets.append(fact)
                    fact.flags.append(finding)

    def _about(self, where: Evidence) -> list[Fact]:
        """Within the place; where none is, around it."""
        found = self._text(where)
        if not found:
            return []
        start, end = where.span or (0, len(found[1]))
        claims = [c for c in self._by.get(found[0], ()) if not c.fact.finding and c.start < end and start < c.end]
        within = [c for c in claims if start <= c.start and c.end <= end]
        return [c.fact for c in within or claims]


def _name(fact: Fact) -> tuple[int, int]:
    return fact.places[0].row or 0, fact.places[0].column or 0


def _own(table: Block, row: int, column: int, names: set[tuple[int, int]]) -> Iterator[tuple[int, Printed]]:
    """The cells that belong to the name at a place: behind it up to the next name of the row, then before it."""
    cells = table.rows[row] if row < len(table.rows) else ()
    end = min((c for n, c in names if n == row and c > column), default=None)
    start = max((c for n, c in names if n == row and c < column), default=-1)
    yield from ((row, c) for c in cells if c.column > column and (end is None or c.column < end))
    yield from ((row, c) for c in cells if start < c.column < column)


def _value(data: Any, shown: Cell) -> Any:
    """What a fact has under the key of a cell, where the source could print it; before it was corrected."""
    name, _, item = shown.key.partition("[")
    if not isinstance(data, Model) or not name or name not in type(data).model_fields:
        return None
    value = getattr(data, name)
    value = value[int(item[:-1])] if item and isinstance(value, list) else value
    value = shown.was[0] if shown.was else value
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else None


def _prints(cell: Printed, value: float | str) -> bool:
    """Whether a cell prints a value and no other number."""
    if isinstance(value, str):
        return clean(cell.text) == clean(value) != ""
    found = numbers(cell.text)
    return len(found) == 1 and found[0][2] == Decimal(repr(value))
