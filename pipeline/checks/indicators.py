"""Indicator rows by themselves: repaired categories, missed targets, missing units, figures that OCR may have changed."""

from collections.abc import Iterator
from decimal import Decimal

import regex

from extractors.record import Finding, Indicator, IndicatorValue, Number, PerformanceTable
from grammars.grammar import Grammar
from pipeline.checks.findings import decimal, finding, where
from pipeline.checks.subject import Subject

_SCALE = regex.compile(r"^(百万|千万|万|亿|千|百)?(.*)$")
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, None: 1, "": 1}
BLANK = ("无", "无。", "-", "—", "/", "")
_LETTERS = regex.compile(r"[≥≤><=]?[\dOoIl工,.]*[OoIl工][\dOoIl工,.]*(?:%|％|\p{Han}{0,3})")


def scaled(number: Number | Decimal, unit: str | None) -> tuple[Decimal, str]:
    """A figure without the 万 of its unit: 1.5 万人 → (15000, 人)."""
    found = _SCALE.match(unit or "")
    prefix, rest = (found[1], found[2]) if found else (None, unit or "")
    return decimal(number) * _SCALES[prefix], rest


def check(subject: Subject) -> Iterator[Finding]:
    for table in subject.record.performance_tables:
        name = table.region or table.title or "绩效表"
        for indicator in table.indicators:
            if indicator.repaired:
                yield finding("category-repaired", "info", f"{name}“{indicator.name}”旁印的是{indicator.printed_level1 or '空'}／{indicator.printed_level2 or '空'}，"
                              f"按全国统一格式归入{indicator.level1}／{indicator.level2}（{where(indicator.evidence, subject.document)}）。", indicator.evidence,
                              expected=indicator.level2, found=indicator.printed_level2)
            yield from _units(indicator, name, subject)
            yield from _suspect(indicator, name, subject)
        if table.kind == "self_evaluation":
            yield from _missed(table, name, subject)


def _units(indicator: Indicator, name: str, subject: Subject) -> Iterator[Finding]:
    bare = [v for v in indicator.values if v.number is not None and v.unit is None]
    if bare:
        message = f"{name}“{indicator.name}”的{'、'.join(v.text for v in bare)}没有计量单位（{where(bare[0].evidence, subject.document)}）。"
        yield finding("unit-missing", "info", message, bare[0].evidence, found=bare[0].text)


def _suspect(indicator: Indicator, name: str, subject: Subject) -> Iterator[Finding]:
    rate = subject.grammar.rule("checks.rate_name").search(indicator.name) is not None
    for value in indicator.values:
        above = rate and value.unit == "%" and value.number is not None and value.number > 100 and (value.op != "≥" or subject.record.source.ocr)
        letters = _LETTERS.fullmatch(value.text) is not None
        if above or letters:
            why = f"比率{value.text}超过100%" if above else f"数字“{value.text}”中夹有字母"
            message = f"{name}“{indicator.name}”的{why}，可能是识别错误（{where(value.evidence, subject.document)}）。"
            yield finding("ocr-suspect", "warning", message, value.evidence, found=value.text)


def _missed(table: PerformanceTable, name: str, subject: Subject) -> Iterator[Finding]:
    for indicator in table.indicators:
        target = next((v for v in indicator.values if v.role == "target"), None)
        actual = next((v for v in indicator.values if v.role == "actual"), None)
        if target and actual and (indicator.remark or "").strip() in BLANK and missed(indicator, target, actual, subject):
            message = f"{name}“{indicator.name}”目标{target.text}，实际{actual.text}，未完成而未填写原因（{where(indicator.evidence, subject.document)}）。"
            yield finding("target-missed-unexplained", "warning", message, actual.evidence, expected=target.number, found=actual.number, related=target.evidence)


def missed(indicator: Indicator, target: IndicatorValue, actual: IndicatorValue, subject: Subject) -> bool:
    """Whether the result falls short of the target; of costs and events less is better."""
    if target.number is None or actual.number is None or any(_LETTERS.fullmatch(v.text) for v in (target, actual)):
        return False
    (want, unit), (have, other) = scaled(target.number, target.unit), scaled(actual.number, actual.unit)
    if unit != other and unit and other:
        return False
    if target.unit == "%" and target.number > 100 and subject.grammar.rule("checks.rate_name").search(indicator.name):
        return False  # the target itself cannot be right
    less = target.op in ("≤", "<") or target.op == "=" and (want == 0 or less_is_better(indicator.name, indicator.level2, subject.grammar))
    return have > want if less else have < want


def less_is_better(name: str, level2: str | None, grammar: Grammar) -> bool:
    """Of costs and of what should not happen, where no sign of comparison tells; not of the rate at which that was mended or spared."""
    if grammar.rule("checks.higher_is_better").search(name):
        return False
    return "成本" in (level2 or "") or grammar.rule("checks.lower_is_better").search(name) is not None
