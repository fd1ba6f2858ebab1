"""Allocations: who gets how much, from tables (分配表) and from prose; places with their codes, totals and subtotals told apart."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

import regex

from extractors import evidence, placing
from extractors.align import align
from extractors.allocation_tables import Column, Grid, grids
from extractors.cells import Item, kind
from extractors.document import UNIT_NOTE, Document, attachment_number, said, table_title
from extractors.folding import clean
from extractors.forms import rows_of
from extractors.quantities import han_number, mended, number, told
from extractors.reading import Block
from extractors.record import Allocation, AllocationRow, Evidence, Header, Number
from grammars.grammar import Grammar

_COLUMNS, _SHARE, _TOTAL = "layouts/allocation.columns", "allocations.share", "allocations.total"
_YEAR = regex.compile(r"(?:19|20)\d{2}")
_SEQ_AND_NAME = regex.compile(r"(\d{1,3}[.、]?)(\p{Han}.+)")
_NAME_AND_FIGURE = regex.compile(r"(\p{Han}{2,14})(\d[\d,]*(?:\.\d+)?)")
_BRACKET = regex.compile(r"\(.*\)$")
_IN_BRACKET = regex.compile(r"[（(](.+)[)）]$")
_LIST_ITEM = regex.compile(r"[(\d一二三四五六七八九十①-⑳]{1,4}[)、.]?")


@dataclass
class Table:
    """An allocation with the cells its values were read from, for the checks and the accounting."""

    allocation: Allocation
    items: list[list[Item | None]] = field(default_factory=list)
    block: Block | None = None
    others: list[Item] = field(default_factory=list)

    def titled(self, document: Document) -> Evidence:
        """Where the table's title is printed."""
        caption = document.captions.get(self.block.id) if self.block else None
        return evidence.whole(caption.title_block, "structure.caption") if caption and caption.title_block else self.allocation.evidence

    def claimed(self) -> Iterator[Item]:
        """The cells that were read as a whole: the head, numbers of rows, names, values."""
        yield from self.others
        yield from (i for row in self.items for i in row if i)


_Read = tuple[AllocationRow, list[Item | None], list[Item]]
_AGREE = 2  # places whose province they share before a name of several provinces is taken for one of it
_LONGEST_RUN = 400  # rows that one subtotal may sum


def find(document: Document, header: Header, taken: set[str]) -> list[Table]:
    """The allocations of a document, in order. `taken`: ids of tables that are performance tables."""
    context = _context(document, header)
    year = _year(document, header)
    found = []
    for block in document.tables:
        if block.id in taken:
            continue
        rows = rows_of(block, document.grammar)
        made = [_table(grid, block, _captioned(rows, block, document)) for grid in grids(rows, document.grammar)]
        if made:
            whole = _merge(made)
            _unit(whole, rows, block, document)
            unit = whole.allocation.unit
            if unit is None or document.grammar.words.has("allocations.money_units", unit):
                found.append(whole)
    found += list(_prose(document))
    for table in found:
        _places(table.allocation, document.grammar, context, year)
        _roles(table.allocation, document.grammar)
        placing.place(table.allocation, table.items)
    return found


def _context(document: Document, header: Header) -> str | None:
    """The place whose document it is: of its issuers, its number's letterhead, its title."""
    for text in (*header.issuers, header.title or "", header.recipients_text or "", *(c.title or "" for c in document.captions.values())):
        found = document.grammar.regions.find_context(text)
        if found:
            return found
    return None


def _year(document: Document, header: Header) -> int | None:
    if header.doc_number_parts:
        return header.doc_number_parts.year
    found = _YEAR.search((header.issued_on or "") + (header.printed_on or "") + (header.title or ""))
    return int(found[0]) if found else next((c.year for c in document.captions.values() if c.year), None)


# tables

def _captioned(rows: list[list[Item]], block: Block, document: Document) -> Document:
    """The document, the caption of a table completed by what stands in its first cells: mark of the attachment, title, unit."""
    caption = document.captions[block.id]
    for row in rows[:6]:
        text = "".join(i.text for i in row)
        if len(row) > 1 and not document.grammar.rule("structure.caption").search(text) or document.grammar.is_head(row[0].text):
            break
        mark = document.grammar.rule("structure.attachment_mark").search(text)
        if mark:
            caption.attachment = attachment_number(text, document.grammar)
        elif not caption.title and document.grammar.rule("structure.caption").search(UNIT_NOTE.sub("", text)):
            caption.title, year = table_title("".join(i.printed for i in row), document.grammar)
            caption.year = caption.year or year
    return document


def _table(grid: Grid, block: Block, document: Document) -> Table:
    caption = document.captions[block.id]
    money = [n for n, c in enumerate(grid.columns) if c.role == "money"]
    allocation = Allocation(title=caption.title, attachment=caption.attachment, unit=caption.unit,
                                            columns=[grid.columns[n].label for n in money], rows=[], evidence=grid.head[0][0].evidence(_COLUMNS))
    allocation.unit = allocation.unit or next((grid.columns[n].unit for n in money if grid.columns[n].unit), None)
    table = Table(allocation, [], block, [i for row in grid.head for i in row])
    spanning: Item | None = None
    for cells in grid.rows:
        spanning = _spanning(cells, grid.columns, spanning)
        read = _row(cells, grid.columns, document.grammar, spanning)
        if read:
            allocation.rows.append(read[0])
            table.items.append(read[1])
            table.others += [i for i in read[2] if i not in read[1]]
    return table


def _spanning(cells: list[Item], columns: list[Column], above: Item | None) -> Item | None:
    """The merged cell of a receiver that reaches over a row: of the row itself, or of one above it."""
    named = {c.place for c in columns if c.role == "name"}
    own = next((i for i in cells if i.column in named and i.cell.rowspan > 1), None)
    return own or (above if above and cells and cells[0].row < above.row + above.cell.rowspan else None)


def _row(cells: list[Item], columns: list[Column], grammar: Grammar, spanning: Item | None = None) -> _Read | None:
    """A row as read, its values' cells, and every cell that has its place; None where it allocates nothing. `spanning`: a receiver merged over it."""
    cells = _unfused(cells, columns)
    by_column = _aligned(cells, columns, grammar)
    values = [by_column.get(n) for n, c in enumerate(columns) if c.role == "money"]
    name = _name(by_column, columns, grammar)
    if spanning and not {i.column for i in cells} & {c.place for c in columns if c.role == "name"}:
        name = spanning
    if name is None and (len(cells) < 2 or len(cells) != sum(v is not None for v in values)):
        return None  # figures alone, one for each column, are a total whose name was lost
    if not any(v and kind(v.text, grammar) in "PNRX" for v in values):
        return None
    seq = _first(by_column, columns, "seq")
    seq = None if seq is name else seq
    row = AllocationRow(
        seq=han_number(seq.text.strip("、.()")) if seq else None, name=name.printed if name else None, adcode=None, role="item",
        values=[_value(v, grammar) for v in values], note=_note(_first(by_column, columns, "note"), values, grammar), evidence=(name or cells[0]).evidence(_COLUMNS))
    return row, values, [i for n, i in by_column.items() if columns[n].role != "note"]


def _unfused(cells: list[Item], columns: list[Column]) -> list[Item]:
    """`2湾岭镇` and `红毛镇1012320.50` in one cell: the row's number, its name and its first figure apart, where it has a cell less
    than the head."""
    roles = [c.role for c in columns]
    for n, item in enumerate(cells[:3]):
        found = _SEQ_AND_NAME.fullmatch(item.text) if n == 0 and "seq" in roles else None
        found = found or _NAME_AND_FIGURE.fullmatch(item.text)
        if found and len(cells) < len(columns):
            one, two = found.groups()
            cut = len(item.printed) - len(two)
            cells = [*cells[:n], replace(item, text=one, cell=replace(item.cell, text=item.printed[:cut])),
                     *(replace(i, column=i.column + 1) for i in (replace(item, text=two, cell=replace(item.cell, text=item.printed[cut:])), *cells[n + 1:]))]
    return cells


def _aligned(cells: list[Item], columns: list[Column], grammar: Grammar) -> dict[int, Item]:
    """The cells of a row by the columns they belong to."""
    kinds = tuple(("P" if kind(i.text, grammar) == "N" and number(i.text) is not None else kind(i.text, grammar), i.column) for i in cells)
    places = tuple((c.role, c.place) for c in columns)
    return {n: i for i, n in zip(cells, align(kinds, places), strict=True) if n is not None}


def _first(by_column: dict[int, Item], columns: list[Column], role: str) -> Item | None:
    return next((by_column[n] for n, c in enumerate(columns) if c.role == role and n in by_column), None)


def _name(by_column: dict[int, Item], columns: list[Column], grammar: Grammar) -> Item | None:
    """The receiver: of several columns of names the last that is filled; a total may stand in any column before the money."""
    named = [by_column[n] for n, c in enumerate(columns) if c.role == "name" and n in by_column]
    if named:
        return named[-1]
    others = [by_column[n] for n, c in enumerate(columns) if c.role in ("project", "seq") and n in by_column]
    words = [i for i in others if kind(i.text, grammar) in "TL"]
    totals = [i for i in words if grammar.layouts["allocation"].role("rows", i.text)]
    return totals[0] if totals else words[0] if words else None


def _value(item: Item | None, grammar: Grammar) -> Number | None:
    if item is None:
        return None
    found = number(item.text)
    found = mended(item.text) if found is None else found
    return found if found is not None else told(_BRACKET.sub("", item.text), grammar).number


def _note(note: Item | None, values: list[Item | None], grammar: Grammar) -> str | None:
    if note and kind(note.text, grammar) != "X":
        return note.printed
    inside = [m[1] for v in values if v and (m := _IN_BRACKET.search(v.printed))]
    return inside[0] if inside else None


def _merge(made: list[Table]) -> Table:
    """Blocks side by side are one table: the rows of the left one, then those of the right one."""
    first = made[0]
    for other in made[1:]:
        first.allocation.rows += other.allocation.rows
        first.items += other.items
        first.others += other.others
    return first


def _unit(table: Table, rows: list[list[Item]], block: Block, document: Document) -> None:
    if table.allocation.unit:
        return
    rule = document.grammar.rule("structure.unit_line")
    for row in rows[:4]:
        for item in row:
            found = rule.search(item.text)
            if found and len(item.text) < 40:
                table.allocation.unit = found["unit"]
                return


# prose

def _prose(document: Document) -> Iterator[Table]:
    """Allocations told in running text: shares of one paragraph, or of list items one below the other."""
    held: list[tuple[Block, regex.Match[str]]] = []
    for block in document.body:
        text = said(block)
        shares = [(block, m) for m in document.grammar.rule(_SHARE).finditer(text) if _receives(m["name"], document.grammar)] if "元" in text else []
        if len(shares) >= 2:
            yield from _told(held, document)
            held = []
            yield from _told(shares, document)
        elif held and (total := _total_line(block, text, document)):
            yield from _told(held, document, total)
            held = []
        elif len(shares) == 1 and _LIST_ITEM.match(text) and len(text) < 80:
            held += shares
        else:
            yield from _told(held, document)
            held = []
    yield from _told(held, document)


def _total_line(block: Block, text: str, document: Document) -> AllocationRow | None:
    """A line below a list that holds nothing but its sum."""
    found = document.grammar.rule(_TOTAL).search(text)
    return _share(block, found, "total") if found and (len(text) < 30 or found.start() < 3) else None


def _receives(name: str, grammar: Grammar) -> bool:
    return not grammar.rule("allocations.no_receiver").search(name)


def _told(shares: list[tuple[Block, "regex.Match[str]"]], document: Document, total: AllocationRow | None = None) -> Iterator[Table]:
    if len({m["name"] for _, m in shares}) < 2:
        return
    rows = [_share(block, m, "item") for block, m in shares]
    block, last = shares[-1]
    for m in document.grammar.rule(_TOTAL).finditer(said(block)):
        if m["unit"] == last["unit"] and len({b.id for b, _ in shares}) == 1:
            rows.append(_share(block, m, "total"))
            break
    if total:
        rows.append(total)
    units = {m["unit"] for _, m in shares}
    if len(units) == 1:
        first = shares[0]
        yield Table(Allocation(title=None, attachment=None, unit=units.pop(), columns=["金额"], rows=rows,
                                               evidence=evidence.span(first[0], first[1].start("name"), first[1].end(), _SHARE)))


def _share(block: Block, m: "regex.Match[str]", role: str) -> AllocationRow:
    a, b = block.folded.span(*m.span("name"))
    return AllocationRow(seq=None, name=clean(block.text[a:b]), adcode=None, role=role, values=[number(m["number"])], note=None,
                                         evidence=evidence.span(block, m.start("name"), m.end("unit"), _SHARE if role == "item" else _TOTAL))


# places and roles

def _places(allocation: Allocation, grammar: Grammar, context: str | None, year: int | None) -> None:
    """The code of each row's place: under the place of the subtotal it follows, else under the document's."""
    context = grammar.regions.find_context(allocation.title or "") or context
    above: str | None = None
    for row in allocation.rows:
        name = grammar.rule("allocations.place_suffix").less(clean(row.name or "")).strip("（）() ")
        row.adcode = _code(name, above, context, grammar, year)
        if row.adcode and row.adcode.endswith("00") and not row.adcode.endswith("0000"):
            above = row.adcode
    if context is None:
        _places_beside(allocation, grammar, year)


def _places_beside(allocation: Allocation, grammar: Grammar, year: int | None) -> None:
    """Names that several provinces have, in a table that names no place of its own: all others are of one province."""
    provinces = Counter(row.adcode[:2] for row in allocation.rows if row.adcode)
    if len(provinces) == 1 and provinces.total() > _AGREE:
        context = f"{next(iter(provinces))}0000"
        for row in allocation.rows:
            row.adcode = row.adcode or _code(clean(row.name or ""), None, context, grammar, year)


def _code(name: str, above: str | None, context: str | None, grammar: Grammar, year: int | None) -> str | None:
    if len(name) < 2:
        return None
    for when in dict.fromkeys((year, None)):  # the year's own divisions before those of other years
        for within in (above, context, *(grammar.regions.parents(context)[:1] if context else ()), None):
            if within is None and context is not None and len(name) < 4:
                continue
            found = grammar.regions.resolve(name, within=within, year=when)
            if found:
                return found
    return None


def _roles(allocation: Allocation, grammar: Grammar) -> None:
    """Totals and subtotals: by their words, by the place they name, by what they sum."""
    rows = allocation.rows
    for row in rows:
        role = grammar.layouts["allocation"].role("rows", clean(row.name or "").replace(" ", "")) if row.name else "total"
        if role and row.role == "item":
            row.role = role  # type: ignore[assignment]
    numbered = sum(r.seq is not None for r in rows if r.role == "item") * 2 > len(rows)
    if not any(r.role == "total" for r in rows):
        _find_total(rows, numbered)
    _demote(rows)
    _find_subtotals(rows, numbered, grammar)


def _demote(rows: list[AllocationRow]) -> None:
    """Of several totals the one with the largest sum is the table's; the others sum a part of it."""
    totals = [r for r in rows if r.role == "total"]
    if len(totals) > 1:
        top = max(totals, key=lambda r: max((v for v in r.values if v is not None), default=0))
        for row in totals:
            if row is not top:
                row.role = "subtotal"


def _sums(row: AllocationRow, parts: list[AllocationRow]) -> bool:
    """Whether a row is the sum of others in every column that it prints."""
    told_in = [n for n, v in enumerate(row.values) if v is not None]
    return bool(told_in) and len(parts) > 1 and all(
        Decimal(str(row.values[n])) == sum((Decimal(str(p.values[n])) for p in parts if n < len(p.values) and p.values[n] is not None), Decimal(0)) for n in told_in)


def _run_below(rows: list[AllocationRow], n: int, loose: bool) -> Iterator[AllocationRow]:
    """The items below a row, to the next that could sum others or that lies in another place."""
    row = rows[n]
    for r in rows[n + 1:n + 1 + _LONGEST_RUN]:
        if r.role != "item" or loose and r.seq is None or row.adcode and r.adcode and not _under(r.adcode, row.adcode):
            return
        yield r


def _sums_some(row: AllocationRow, below: list[AllocationRow]) -> bool:
    """Whether a row is the sum of the first rows below it; running sums, so that long tables stay cheap."""
    told_in = [n for n, v in enumerate(row.values) if v is not None]
    left = [Decimal(str(row.values[n])) for n in told_in]
    for part in below:
        left = [rest - Decimal(str(part.values[n] or 0)) if n < len(part.values) else rest for rest, n in zip(left, told_in, strict=True)]
        if not any(left):
            return bool(told_in)
        if left[0] < 0:
            return False
    return False


def _find_total(rows: list[AllocationRow], numbered: bool) -> None:
    """A total without a word for it: the first or last row, which sums the others or stands apart without a number."""
    if len(rows) < 3:
        return
    for row in (rows[0], rows[-1]):
        others = [r for r in rows if r is not row and r.role == "item"]
        if _sums(row, others) or row is rows[0] and others and _over_all(row, others) and (numbered and row.seq is None and others[0].seq is not None or _sums_one(row, others)):
            row.role = "total"
            return


def _over_all(row: AllocationRow, others: list[AllocationRow]) -> bool:
    """The row names a place that all the others lie in, as far as they have codes."""
    code = row.adcode
    return code is not None and all(not o.adcode or _under(o.adcode, code) for o in others)


def _sums_one(row: AllocationRow, parts: list[AllocationRow]) -> bool:
    """A row that sums the others in one of its columns; another may be wrong, which a finding tells."""
    def only(r: AllocationRow, n: int) -> AllocationRow:
        return r.model_copy(update={"values": r.values[n:n + 1]})

    return any(_sums(only(row, n), [only(p, n) for p in parts]) for n in range(len(row.values)))


def _under(code: str, above: str) -> bool:
    return code != above and code.startswith(above.rstrip("0") if len(above.rstrip("0")) > 1 else above[:2])


def _find_subtotals(rows: list[AllocationRow], numbered: bool, grammar: Grammar) -> None:
    total = next((r for r in rows if r.role == "total"), None)
    whole = total is not None and _sums(total, [r for r in rows if r.role == "item"])  # every row is a part of the total: none sums others
    for n, row in enumerate(rows[:-1]):
        loose = numbered and row.seq is None
        if row.role != "item" or not (loose or (row.adcode or "").endswith("00") or grammar.rule("allocations.own_level").search(rows[n + 1].name or "")):
            continue
        below = list(_run_below(rows, n, loose))
        if below and (loose and below[0].seq is not None or _own_level(row, below[0], grammar)
                      or _lies_above(row, below[0]) and (not whole and not numbered or _sums_some(row, below))):
            row.role = "subtotal"


def _own_level(row: AllocationRow, below: AllocationRow, grammar: Grammar) -> bool:
    """Whether the row below is the place's own share: 喀什地区 above 喀什地区本级."""
    name = below.name or ""
    return grammar.rule("allocations.own_level").search(name) is not None and name.startswith((row.name or "-")[:2])


def _lies_above(row: AllocationRow, below: AllocationRow) -> bool:
    return bool(row.adcode and below.adcode and row.adcode.endswith("00") and _under(below.adcode, row.adcode))
