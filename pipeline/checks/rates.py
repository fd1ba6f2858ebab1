"""Printed rates against the figures they are made of."""

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from extractors.record import Finding, Fund, Number, PerformanceTable
from pipeline.checks.findings import decimal, figure, finding, places, where
from pipeline.checks.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    for table in subject.record.performance_tables:
        for fund in table.funds:
            yield from _fund(fund, table, subject)
        yield from _indicator(table, subject)
    for s in subject.record.statements:
        if s.completion_rate is not None and s.actual and s.target and s.actual.number is not None and s.target.number and s.actual.unit == s.target.unit:
            low, high = _range(s.actual.number, s.target.number)
            if not _within(s.completion_rate, low, high):
                rate = _percent(s.actual.number, s.target.number)
                yield finding("rate-mismatch", "warning", f"“{s.indicator}”完成{figure(s.actual.number)}、目标{figure(s.target.number)}，完成率应为{figure(rate)}%，"
                              f"文中写{figure(s.completion_rate)}%（{where(s.evidence, subject.document)}）。", s.evidence, expected=float(rate), found=s.completion_rate)


def _percent(part: Number, whole: Number) -> Decimal:
    return round(decimal(part) / decimal(whole) * 100, 2)


def _range(part: Number, whole: Number) -> tuple[Decimal, Decimal]:
    """The rates that the rounding of the two printed figures allows."""
    a, b = Decimal(10) ** -places(part) / 2, Decimal(10) ** -places(whole) / 2
    top, bottom = decimal(part), decimal(whole)
    low = (top - a) / (bottom + b) * 100
    return low, (top + a) / max(bottom - b, Decimal("1e-9")) * 100


def _within(rate: Number, low: Decimal, high: Decimal, slack: Decimal = Decimal("0.5")) -> bool:
    step = Decimal(10) ** -places(rate) * slack
    return low - step <= decimal(rate) <= high + step


def _cut_off(rate: Number, exact: Decimal) -> bool:
    """The printed rate is the exact one with its further decimals left out."""
    return exact.quantize(Decimal(10) ** -places(rate), rounding=ROUND_DOWN) == decimal(rate)


def _fund(fund: Fund, table: PerformanceTable, subject: Subject) -> Iterator[Finding]:
    if fund.rate is None or not fund.budget or fund.executed is None:
        return
    rate = _percent(fund.executed, fund.budget)
    exact = decimal(fund.executed) / decimal(fund.budget) * 100
    if _within(fund.rate, exact, exact):
        return
    low, high = _range(fund.executed, fund.budget)
    explained = _within(fund.rate, low, high) or _cut_off(fund.rate, exact)
    yield finding("rate-mismatch", "info" if explained else "warning",
                  f"{_of(table)}“{fund.name}”执行{figure(fund.executed)}、预算{figure(fund.budget)}，执行率应为{figure(rate)}%，填报{figure(fund.rate)}%（"
                  f"{where(fund.evidence, subject.document)}）" + ("，四舍五入可以解释。" if explained else "。"), fund.evidence, expected=float(rate), found=fund.rate)


def _of(table: PerformanceTable) -> str:
    return table.region or table.title or "绩效表"


def _indicator(table: PerformanceTable, subject: Subject) -> Iterator[Finding]:
    """An indicator 预算执行率 against the funds of its own table."""
    total = next((f for f in table.funds if f.source == "total"), None)
    if total is None:
        return
    rate = _percent(total.executed, total.budget) if total.executed is not None and total.budget else decimal(total.rate) if total.rate is not None else None
    if rate is None:
        return
    for indicator in table.indicators:
        actual = next((v for v in indicator.values if v.role == "actual" and v.number is not None), None)
        if actual is None or actual.number is None or not subject.grammar.rule("checks.execution_rate").search(indicator.name):
            continue
        if not _within(actual.number, rate - Decimal("0.01"), rate + Decimal("0.01")) and (actual.op in ("=", None)):
            yield finding("rate-mismatch", "warning", f"{_of(table)}“{indicator.name}”填报{figure(actual.number)}%，而资金情况中执行率为{figure(rate)}%（"
                          f"{figure(total.executed)}/{figure(total.budget)}，{where(total.evidence, subject.document)}）。", actual.evidence,
                          expected=float(rate), found=actual.number, related=total.evidence)
