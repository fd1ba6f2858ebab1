"""Sentences against table rows: the same indicator told twice must have one number and one unit."""

from collections.abc import Iterator

from extractors.document import said
from extractors.evidence import span
from extractors.folding import clean, folded
from extractors.quantities import number, yuan
from extractors.record import Allocation, AllocationRow, Finding, Indicator, IndicatorValue, Number, PerformanceTable, Quantity, Statement
from extractors.statements import document_place
from extractors.words import likeness
from grammars.categories import plain_name
from pipeline.checks.findings import decimal, figure, finding, where
from pipeline.checks.indicators import scaled
from pipeline.checks.subject import Subject

_ALIKE = 0.62  # how alike two names must be to be one indicator
_AGREES = 0.3  # how much the same figure makes up for a name told otherwise
_CLEAR = 0.08  # by how much the best row must lead, unless its figures agree


def check(subject: Subject) -> Iterator[Finding]:
    yield from _shares(subject)
    yield from _own_sum(subject)
    for statement in subject.record.statements:
        if statement.actual is None or statement.actual.number is None or not (statement.level1 or statement.verdict or statement.target):
            continue
        row = _row(statement, subject)
        if row:
            yield from _compare(statement, *row, subject)


def _shares(subject: Subject) -> Iterator[Finding]:
    """A receiver's sum told in running text against its row of the allocation table."""
    rows = {clean(r.name or ""): (a, r) for a in subject.record.allocations if a.evidence.table for r in a.rows if r.role == "item"}
    rule = subject.grammar.rule("checks.row_share")
    for block in subject.document.body if rows else ():
        for m in rule.finditer(said(block)):
            allocation, row = rows.get(m["name"], (None, None))
            value = number(m["number"])
            if allocation is None or row is None or allocation.unit != m["unit"] or value is None or _has(row, value):
                continue
            at, told = span(block, m.start("name"), m.end("unit")), _told_column(allocation, row, m["what"])
            message = (f"正文写{m['name']}{m['what']}{m['number']}{m['unit']}（{where(at, subject.document)}），"
                       f"分配表中{row.name}为{figure(told)}{allocation.unit}（{where(row.evidence, subject.document)}），金额不一致。")
            yield finding("text-table-mismatch", "warning", message, at, expected=told, found=value, related=row.evidence)


def _has(row: AllocationRow, value: Number) -> bool:
    """The row has the sum, in a column or over all; a row without figures says nothing against it."""
    told = [decimal(v) for v in row.values if v is not None]
    return not told or decimal(value) in (*told, sum(told))


def _told_column(allocation: Allocation, row: AllocationRow, what: str) -> Number | None:
    """The row's figure in the column that the text names, else its first."""
    named = (v for c, v in zip(allocation.columns, row.values, strict=False) if what and what[:2] in c)
    return next(named, next((v for v in row.values if v is not None), None))


def _own_sum(subject: Subject) -> Iterator[Finding]:
    """The sum that a notice says it moves against the total of its one allocation table."""
    number_of = subject.record.header.doc_number
    own = next((t for t in subject.record.transfers if t.document == number_of and t.evidence.block), None)
    tables = [a for a in subject.record.allocations if a.evidence.table and a.unit]
    totals = [r for a in tables for r in a.rows if r.role == "total"]
    if own is None or own.yuan is None or subject.record.doc_type != "notice" or len(tables) != 1 or len(totals) != 1:
        return
    told = [yuan(v, tables[0].unit or "") for v in totals[0].values if v is not None]
    said_here = {a.yuan for a in subject.record.amounts if a.evidence.block == own.evidence.block}
    if _parts_differ(tables[0], totals[0]):
        return  # the table contradicts itself first
    rule = subject.grammar.rule("checks.now_column")
    now = [yuan(v, tables[0].unit or "") for c, v in zip(tables[0].columns, totals[0].values, strict=False) if v is not None and rule.search(c)]
    if len(now) > 1 and sum(now) == own.yuan:  # 本次下达 in two columns, one for each use
        return
    if len(now) == 1:  # 本次下达 beside what was given before
        told, said_here = now, {own.yuan}
    expected = next((v for v in totals[0].values if v is not None and yuan(v, tables[0].unit or "") in told[-1:]), None)
    if told and own.yuan not in told and own.yuan in said_here and sum(told) != own.yuan and not said_here & set(told):
        yield finding("text-table-mismatch", "warning", f"正文下达{figure(own.value)}{own.unit}（{where(own.evidence, subject.document)}），分配表{totals[0].name or '合计'}为"
                      f"{'、'.join(figure(v) for v in totals[0].values)}{tables[0].unit}（{where(totals[0].evidence, subject.document)}），金额不一致。",
                      own.evidence, expected=expected, found=own.value, related=totals[0].evidence)


def _parts_differ(table: Allocation, total: AllocationRow) -> bool:
    items = [r for r in table.rows if r.role == "item"]
    return any(v is not None and sum(decimal(r.values[n] or 0) for r in items if n < len(r.values)) != decimal(v) for n, v in enumerate(total.values))


def _row(statement: Statement, subject: Subject) -> tuple[PerformanceTable, Indicator] | None:
    """The row of the statement's own place that is most like it; of rows alike, one with its figures."""
    name = plain_name(folded(statement.indicator))
    best: list[tuple[float, PerformanceTable, Indicator]] = []
    for table in subject.record.performance_tables:
        if not _same_place(statement, table, subject):
            continue
        for indicator in table.indicators:
            if statement.level1 and indicator.level1 and statement.level1 != indicator.level1:
                continue
            alike = likeness(name, plain_name(folded(indicator.name)), subject.grammar)
            agrees = _agrees(statement, indicator)
            if alike + (_AGREES if agrees else 0.0) >= _ALIKE and (agrees or _comparable(statement, indicator)):
                best.append((alike + (_AGREES if agrees else 0.0), table, indicator))
    if not best:
        return None
    best.sort(key=lambda b: -b[0])
    if len(best) > 1 and best[0][0] - best[1][0] < _CLEAR and not _agrees(statement, best[0][2]):
        return None
    return best[0][1], best[0][2]


def _same_place(statement: Statement, table: PerformanceTable, subject: Subject) -> bool:
    """The table is the statement's place's; a table that names no place is the document's."""
    if table.kind != "self_evaluation":
        return False
    region = table.region or document_place(subject.document, subject.record.header)
    if not region or not statement.scope:
        return len(subject.record.performance_tables) == 1
    return statement.scope in region or region in statement.scope


def _value(indicator: Indicator, role: str) -> IndicatorValue | None:
    return next((v for v in indicator.values if v.role == role and v.number is not None), None)


def _agrees(statement: Statement, indicator: Indicator) -> bool:
    value = _value(indicator, "actual")
    return value is not None and statement.actual is not None and _same_number(statement.actual, value, indicator)


def _comparable(statement: Statement, indicator: Indicator) -> bool:
    """People against yuan a person is not the same thing told twice."""
    value = _value(indicator, "actual")
    return value is None or statement.actual is None or _same_unit(statement.actual, value, indicator)


def _same_number(told: Quantity, value: IndicatorValue, indicator: Indicator) -> bool:
    if told.number is None or value.number is None:
        return False
    return told.number == value.number or scaled(told.number, told.unit)[0] == scaled(value.number, value.unit)[0]


def _same_unit(told: Quantity, value: IndicatorValue, indicator: Indicator) -> bool:
    """Units that say the same: one may be told in the name (人次（万）), or not at all."""
    one, two = scaled(1, told.unit)[1], scaled(1, value.unit)[1]
    return not one or not two or one == two or indicator.name.endswith(one) or two.split("/")[0] == one or one.split("/")[0] == two


def _compare(statement: Statement, table: PerformanceTable, indicator: Indicator, subject: Subject) -> Iterator[Finding]:
    for told, role, word in ((statement.actual, "actual", "完成"), (statement.target, "target", "目标")):
        value = _value(indicator, role)
        if told is None or told.number is None or value is None:
            continue
        same, unit = _same_number(told, value, indicator), _same_unit(told, value, indicator)
        if same and unit:
            if told.op != value.op:
                yield _finding("info", f"{word}的比较符号不同", told, value, statement, table, indicator, subject)
            continue
        yield _finding("warning", f"{word}{'数' if not same else '的单位'}不一致", told, value, statement, table, indicator, subject)
        return


def _finding(severity: str, what: str, told: Quantity, value: IndicatorValue, statement: Statement, table: PerformanceTable, indicator: Indicator, subject: Subject) -> Finding:
    place = statement.scope or table.region or ""
    return finding("text-table-mismatch", severity, f"正文写{place}“{statement.indicator}”{told.text}（{where(statement.evidence, subject.document)}），"  # type: ignore[arg-type]
                   f"表中“{indicator.name}”为{figure(value.number)}{value.unit or ''}（{where(value.evidence, subject.document)}），{what}。",
                   statement.evidence, expected=value.text, found=told.text, related=value.evidence)
