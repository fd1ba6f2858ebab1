"""Rows of 三级指标: names, units, values, weights, scores, remarks; their categories are placed afterwards."""

from dataclasses import dataclass, field, replace

import regex

from extractors.align import align
from extractors.categories import Row
from extractors.cells import Item, kind
from extractors.folding import folded
from extractors.forms import Column, Form
from extractors.quantities import number, told
from extractors.record import Indicator, IndicatorValue
from grammars.grammar import Grammar
from grammars.watch import remembered

COLUMNS = "layouts/performance.columns"
_OWN_YEAR = regex.compile(r"((?:19|20)\d{2})")
_UNIT = regex.compile(r"[（(]((?:[^（()）]|[（(][^（()）]{1,4}[)）]){1,14})[)）]$")
_NAME_AND_FIGURE = regex.compile(r"^(?P<name>.{3,}\([^()]{1,6}\))(?P<figure>[≥≤]?\d[\d,.]*)$")
_VALUES = ("baseline", "target", "actual")


@dataclass
class Read:
    """An indicator row as read, before its category is known."""

    indicator: Indicator
    row: Row
    items: list[Item] = field(default_factory=list)
    used: list[Item] = field(default_factory=list)


def read(form: Form, kind_of_form: str, year: int | None, grammar: Grammar) -> list[Read]:
    """The indicator rows of a form, in printed order. A label on a row of its own goes to the row below it."""
    columns = [c for c in form.head if c.role not in ("section", "level1", "level2")]
    if not any(c.role == "name" for c in columns):
        columns = [Column("name", _name_place(form), "三级指标"), *columns]
        columns.sort(key=lambda c: c.place)
    second = any(c.role == "level2" for c in form.head) or not any(c.role == "level1" for c in form.head)
    found: list[Read] = []
    waiting: list[Item] = []
    for row in form.indicators:
        labels, rest = _split(row, grammar)
        if not rest:
            waiting += labels
            continue
        done = _row(labels, waiting, rest, columns, kind_of_form, year, grammar, second)
        if done:
            found.append(done)
            waiting = []
    _shifts(found, form)
    return found


def _name_place(form: Form) -> int:
    before = [c.place for c in form.head if c.role in ("level1", "level2")]
    return max(before, default=-1) + 1


def _split(row: list[Item], grammar: Grammar) -> tuple[list[Item], list[Item]]:
    """Category labels before the name, and the rest. A category word with a value and no name beside it is the name."""
    row = _unfused(row, grammar)
    at = 0
    while at < len(row) and (kind(row[at].text, grammar) == "C" or grammar.layouts["performance"].role("columns", row[at].text) == "section"):
        at += 1
    labels, rest = row[:at], row[at:]
    if rest and labels and kind(rest[0].text, grammar) in "NPRX" and (len(labels) > 2 or kind(labels[-1].text, grammar) == "C"):
        return labels[:-1], [labels[-1], *rest]
    return [i for i in labels if kind(i.text, grammar) == "C"], rest


def _unfused(row: list[Item], grammar: Grammar) -> list[Item]:
    """`时效指标指标1资金支付及时率` in one cell is a label and a name."""
    fused = grammar.rule("performance.label_and_name").search(row[0].text)
    if not fused or not any(grammar.categories.label(fused["label"])):
        return _unfigured(row)
    at = row[0].printed.find(fused["label"]) + len(fused["label"])
    name = replace(row[0], text=fused["name"], column=row[0].column + 1, cell=replace(row[0].cell, text=row[0].printed[at:]))
    return [replace(row[0], text=fused["label"]), name, *(replace(i, column=i.column + 1) for i in row[1:])]


def _unfigured(row: list[Item]) -> list[Item]:
    """`封填取水井(眼)310` in one cell is a name and its first value."""
    for n, item in enumerate(row[:3]):
        found = _NAME_AND_FIGURE.match(item.text)
        if found:
            cut = item.printed.rfind(found["figure"]) if found["figure"] in item.printed else len(item.printed) - len(found["figure"])
            name = replace(item, text=found["name"], cell=replace(item.cell, text=item.printed[:cut]))
            figure = replace(item, text=found["figure"], column=item.column + 1, cell=replace(item.cell, text=item.printed[cut:]))
            return [*row[:n], name, figure, *(replace(i, column=i.column + 1) for i in row[n + 1:])]
    return row


def _parted(row: list[Item], rule: str, grammar: Grammar) -> list[Item]:
    """Two cells that were run into one put apart: `10≥95%` is a weight and a value, `6.8万人7.05万人` a target and a result."""
    for n, item in enumerate(row):
        found = grammar.rule(f"performance.{rule}").search(item.text)
        if found:
            one, two = (t for t in found.groups() if t)
            cut = len(item.printed) - len(two)
            first = replace(item, text=one, cell=replace(item.cell, text=item.printed[:cut]))
            second = replace(item, text=two, column=item.column + 1, cell=replace(item.cell, text=item.printed[cut:]))
            return [*row[:n], first, second, *(replace(i, column=i.column + 1) for i in row[n + 1:])]
    return row


def _row(labels: list[Item], waiting: list[Item], rest: list[Item], columns: list[Column], form: str, year: int | None, grammar: Grammar, second: bool) -> Read | None:
    # the head's other columns come with the name's shift, so a row that moved left is read as a whole
    if any(c.role == "weight" for c in columns):
        rest = _parted(rest, "weight_and_value", grammar)
    if sum(c.role in _VALUES for c in columns) > 1 and len(rest) < sum(c.role not in ("level1", "level2", "section") for c in columns):
        rest = _parted(rest, "two_values", grammar)
    cells = tuple((kind(i.text, grammar), i.column) for i in rest)
    if cells[0][0] == "C":
        cells = (("T", cells[0][1]), *cells[1:])
    placed = align(cells, tuple((c.role, c.place) for c in columns))
    by_role: dict[int, Item] = {}
    for item, n in zip(rest, placed, strict=True):
        if n is not None:
            by_role[n] = item
    name = next((by_role[n] for n, c in enumerate(columns) if c.role == "name" and n in by_role), None)
    if name is None or kind(name.text, grammar) in "NPRX":
        return None
    indicator = _indicator(name, by_role, columns, form, year, grammar)
    printed = [*waiting, *labels]
    one = next((level for i in reversed(printed) if (level := _level1(i, labels, grammar))), None)
    two = next((c for i in reversed(printed) if (c := grammar.categories.label(i.text)[1]) and not _only_level1(i, printed, grammar)), ())
    doubled = len({i.text for i in labels}) < len(labels) and not all("满意" in i.text for i in labels)
    row = Row(indicator.name, one, two if second else (), after_label_only=bool(waiting), doubled=doubled, numbered=_number_of(name.text, grammar), unit=indicator.unit)
    used = [i for n, i in by_role.items() if columns[n].role != "remark"]
    return Read(indicator, row, rest, [*labels, *used])


def _number_of(name: str, grammar: Grammar) -> int | None:
    found = grammar.rule("performance.numbered").search(name)
    return int(found["number"]) if found else None


def _level1(item: Item, labels: list[Item], grammar: Grammar) -> str | None:
    one, two = grammar.categories.label(item.text)
    return one if one and not (two and _second(item, labels, grammar)) else None


def _second(item: Item, labels: list[Item], grammar: Grammar) -> bool:
    """A word of both levels (满意度指标, 成本指标) stands for level 2 where another label stands before it."""
    at = labels.index(item) if item in labels else 0
    return at > 0 and bool(grammar.categories.label(labels[at - 1].text)[0])


def _only_level1(item: Item, printed: list[Item], grammar: Grammar) -> bool:
    one, two = grammar.categories.label(item.text)
    others = [i for i in printed if i is not item and grammar.categories.label(i.text)[1]]
    return bool(one and two) and bool(others) and not _second(item, printed, grammar)


def _indicator(name: Item, by_role: dict[int, Item], columns: list[Column], form: str, year: int | None, grammar: Grammar) -> Indicator:
    text, unit = name_and_unit(name.printed, grammar)
    others = {c.role: by_role[n] for n, c in enumerate(columns) if n in by_role and c.role not in (*_VALUES, "name")}
    unit = unit or (others["unit"].printed if "unit" in others else None)
    values = [_value(by_role.get(n), c, name, form, year, unit, grammar) for n, c in enumerate(columns) if c.role in _VALUES]
    remark = others["remark"].printed if "remark" in others else None
    return Indicator(
        level1=None, level2=None, printed_level1=None, printed_level2=None, repaired=False, name=text, unit=unit,
        weight=_number(others.get("weight"), grammar), score=_number(others.get("score"), grammar), values=[v for v in values if v],
        remark=remark or None, evidence=name.evidence(COLUMNS))


def _number(item: Item | None, grammar: Grammar) -> int | float | None:
    return number(grammar.rule("performance.share_mark").less(item.text)) if item else None


def _value(item: Item | None, column: Column, name: Item, form: str, year: int | None, unit: str | None, grammar: Grammar) -> IndicatorValue | None:
    if item is None:
        return None
    own = _OWN_YEAR.search(column.label)
    here = int(own[1]) if own else year
    role = column.role
    if role == "actual" and form == "target" or role == "actual" and here and year and here < year and own:
        role = "baseline"
    found = told(item.text, grammar)
    return IndicatorValue(label=column.label, role=role, year=here, text=item.printed, op=found.op, number=found.number,
                          unit=found.unit or (folded(unit) if unit else None), evidence=item.evidence(COLUMNS))


@remembered(16384)
def name_and_unit(printed: str, grammar: Grammar) -> tuple[str, str | None]:
    """A name less 指标1： and its unit bracket; `（100%）` after a rate means `%`."""
    text = grammar.rule("performance.numbered").less(printed) if "指标" in printed else printed
    found = _UNIT.search(text)
    if not found or not is_unit(folded(found[1]), grammar):
        return text, None
    unit = folded(found[1])
    unit = "%" if unit in ("100%", "%") else "是/否" if grammar.words.has("quantities.yes_no", unit) else found[1]
    return text[:found.start()].rstrip(), grammar.rule("performance.unit_label").less(unit)


def is_unit(text: str, grammar: Grammar) -> bool:
    """A folded text that stands as a unit in the bracket behind a name."""
    return grammar.is_unit(text) or grammar.rule("quantities.unit").search(text) is not None


def _shifts(found: list[Read], form: Form) -> None:
    """Rows whose name stands left of where the table's names stand, though its labels do not explain it."""
    if form.table.shape == "stream":
        return
    places = [read.items[0].column for read in found]
    if not places or len(set(places)) == 1:
        return
    labels = [sum(1 for _ in (r.row.level1, r.row.level2) if _) for r in found]
    if all(p == n or p == max(places) for p, n in zip(places, labels, strict=True)) and min(places) == 0:
        return  # merged labels were dropped with their cells: a row begins where its labels end
    usual = max(set(places), key=lambda p: (places.count(p), p))
    for read, at in zip(found, places, strict=True):
        read.row.shifted = at != usual
