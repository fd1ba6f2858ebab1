"""Rows against their total: allocations, funds. Tolerances respect printed decimals; a single digit that would mend it is named."""

import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from extractors.allocations import Table
from extractors.quantities import mended
from extractors.record import Allocation, AllocationRow, Finding, Fund, Number
from pipeline.checks.findings import decimal, figure, finding, places, where
from pipeline.checks.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    for allocation in subject.record.allocations:
        yield from _allocation(allocation, subject)
        yield from _across(allocation, subject)
    for share in subject.shares:
        yield from _letters(share, subject)
    for table in subject.record.performance_tables:
        yield from _funds(table.funds, table.region or table.title or "绩效表", subject)


def _letters(share: Table, subject: Subject) -> Iterator[Finding]:
    """A figure of an allocation that was printed with letters for digits."""
    for row, items in zip(share.allocation.rows, share.items, strict=False):
        for label, value, item in zip(share.allocation.columns, row.values, items, strict=False):
            if item and value is not None and mended(item.text) == value:
                message = f"{row.name or '合计'}“{label}”印作“{item.printed}”，数字中夹有字母，按{figure(value)}读取，请核对（{where(item.evidence(), subject.document)}）。"
                yield finding("ocr-suspect", "warning", message, item.evidence(), expected=value, found=item.printed)


def _sum(values: Sequence[Number | None]) -> Decimal:
    return sum((decimal(v) for v in values if v is not None), Decimal(0))


def _explained(difference: Decimal, values: Sequence[Number | None]) -> bool:
    """Whether the rounding of figures printed with decimals can make the difference."""
    digits = max((places(v) for v in values if v is not None), default=0)
    return digits > 0 and abs(difference) <= Decimal(len(values)) * Decimal(10) ** -digits / 2


def _column(rows: Sequence[AllocationRow], n: int) -> list[Number | None]:
    return [r.values[n] if n < len(r.values) else None for r in rows]


def _allocation(allocation: Allocation, subject: Subject) -> Iterator[Finding]:
    rows = allocation.rows
    items = [r for r in rows if r.role == "item"]
    for n, row in enumerate(rows):
        if row.role == "subtotal":
            yield from _subtotal(allocation, n, subject)
        elif row.role == "total" and items:
            tops = _tops(rows)
            yield from _total(allocation, row, items, tops, subject)


def _tops(rows: Sequence[AllocationRow]) -> list[AllocationRow]:
    """Subtotals, with the items before the first of them."""
    before = itertools.takewhile(lambda r: r.role != "subtotal", rows)
    return [*(r for r in before if r.role == "item"), *(r for r in rows if r.role == "subtotal")]


def _total(allocation: Allocation, row: AllocationRow, items: list[AllocationRow], tops: list[AllocationRow], subject: Subject) -> Iterator[Finding]:
    for n, value in enumerate(row.values):
        parts = _column(items, n)
        told = [p for p in parts if p is not None]
        if value is None or len(told) < 2 and len(items) > 1 or any(_sum(_column(s, n)) == decimal(value) for s in (items, tops)):
            continue
        total = _sum(parts)
        explained = _explained(decimal(value) - total, [*told, value])
        title = allocation.title or "正文中的分配"
        yield finding("sum-mismatch", "info" if explained else "error",
                      f"《{title}》“{_label(allocation, n)}”各行之和为{figure(total)}，{row.name or '合计'}为{figure(value)}，相差{figure(decimal(value) - total)}"
                      f"（{where(row.evidence, subject.document)}）" + ("，四舍五入可以解释。" if explained else "。"),
                      row.evidence, expected=float(total) if total != int(total) else int(total), found=value,
                      suggestion=_mend(decimal(value) - total, [(r.name or "（无名称的行）", r.values[n]) for r in items if n < len(r.values)], (row.name or "合计", value)))
        return  # one finding for the row


def _label(allocation: Allocation, n: int) -> str:
    return allocation.columns[n] if n < len(allocation.columns) else "金额"


def _subtotal(allocation: Allocation, at: int, subject: Subject) -> Iterator[Finding]:
    row = allocation.rows[at]
    below: list[AllocationRow] = []
    for r in allocation.rows[at + 1:]:
        if r.role != "item":
            break
        below.append(r)
    above: list[AllocationRow] = []
    for r in reversed(allocation.rows[:at]):
        if r.role != "item":
            break
        above.append(r)
    runs = [s[:k] for s in (below, above) for k in range(1, len(s) + 1)]
    if not below and not above or not any(v is not None for v in row.values):
        return
    if any(all(v is None or _sum(_column(run, n)) == decimal(v) for n, v in enumerate(row.values)) for run in runs):
        return
    members = below or above
    n = next((n for n, v in enumerate(row.values) if v is not None and _sum(_column(members, n)) != decimal(v)), 0)
    total, value = _sum(_column(members, n)), row.values[n]
    if value is None or _explained(decimal(value) - total, [*_column(members, n), value]):
        return
    yield finding("sum-mismatch", "error",
                  f"《{allocation.title or '正文中的分配'}》{row.name or '小计'}的“{_label(allocation, n)}”为{figure(value)}，所属各行之和为{figure(total)}（"
                  f"{where(row.evidence, subject.document)}）。", row.evidence, expected=figure(total), found=value,
                  suggestion=_mend(decimal(value) - total, [(r.name or "（无名称的行）", r.values[n]) for r in members if n < len(r.values)], (row.name or "合计", value)))


def _across(allocation: Allocation, subject: Subject) -> Iterator[Finding]:
    """A column 合计 against the other columns of each row, where that holds for most rows."""
    at = next((n for n, c in enumerate(allocation.columns) if subject.grammar.rule("checks.total_column").search(c)), None)
    if at is None or len(allocation.columns) < 3:
        return
    rows = [r for r in allocation.rows if len(r.values) == len(allocation.columns) and r.values[at] is not None and sum(v is not None for v in r.values) > 2]
    wrong = [r for r in rows if _sum([v for n, v in enumerate(r.values) if n != at]) != decimal(r.values[at] or 0)]
    if not rows or len(wrong) * 3 > len(rows):
        return
    for row in wrong:
        parts = [v for n, v in enumerate(row.values) if n != at]
        value = row.values[at]
        if value is not None and not _explained(decimal(value) - _sum(parts), [*parts, value]):
            whole = f"{row.name or '合计'}“{allocation.columns[at]}”为{figure(value)}"
            yield finding("sum-mismatch", "error", f"《{allocation.title or '分配'}》{whole}，其余各列之和为{figure(_sum(parts))}（"
                          f"{where(row.evidence, subject.document)}）。", row.evidence, expected=figure(_sum(parts)), found=value)


def _funds(funds: list[Fund], name: str, subject: Subject) -> Iterator[Finding]:
    total = next((f for f in funds if f.source == "total"), None)
    parts = [f for f in funds if f is not total and f.source != "total"]
    if total is None or len(parts) < 2:
        return
    for key, label in (("initial_budget", "年初预算数"), ("budget", "全年预算数"), ("executed", "全年执行数")):
        value = getattr(total, key)
        told = [getattr(f, key) for f in parts if getattr(f, key) is not None]
        if value is None or len(told) < 2 or _adds_up(decimal(value), [decimal(v) for v in told]):
            continue
        difference = decimal(value) - _sum(told)
        explained = _explained(difference, [*told, value])
        yield finding("sum-mismatch", "info" if explained else "error",
                      f"{name}的{label}：{total.name}{figure(value)}，各项之和{figure(_sum(told))}，相差{figure(difference)}（{where(total.evidence, subject.document)}）。",
                      total.evidence, expected=figure(_sum(told)), found=value, related=parts[0].evidence,
                      suggestion=_mend(difference, [(f.name, getattr(f, key)) for f in parts], (total.name, value)))
        if not explained:
            return


def _adds_up(total: Decimal, parts: list[Decimal]) -> bool:
    """The parts, or some of them (the rest being parts of parts), sum to the total."""
    return any(sum(some) == total for k in range(len(parts), 0, -1) for some in combinations(parts, k))if len(parts) <= 8 else sum(parts) == total


def _mend(difference: Decimal, cells: Sequence[tuple[str, Number | None]], total: tuple[str, Number]) -> str | None:
    """The single cell in which one wrong digit, or two that changed places, would explain the difference."""
    able = [(name, decimal(v), decimal(v) + difference) for name, v in cells if v is not None and _one_slip(figure(v), figure(decimal(v) + difference))]
    if _one_slip(figure(total[1]), figure(decimal(total[1]) - difference)):
        able.append((total[0], decimal(total[1]), decimal(total[1]) - difference))
    if len(able) != 1:
        return None
    name, was, would = able[0]
    return f"若“{name}”的{figure(was)}应为{figure(would)}，则相符"


def _one_slip(one: str, other: str) -> bool:
    if len(one) != len(other) or one == other or "-" in other:
        return False
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(apart) == 1 or len(apart) == 2 and apart[1] == apart[0] + 1 and one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
