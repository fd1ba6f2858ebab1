"""A record as the facts a person checks one by one: in sections, each with what is shown of it, where it was read, and what of it can be corrected.

What is checked at one glance is one fact: an indicator with all its values, a row of an allocation, an element of the header.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import regex

from extractors.record import Allocation, AllocationRow, AppliedCorrection, Evidence, Finding, Fund, Indicator, IndicatorValue, Link, Model, PerformanceTable, Quantity, Record
from pipeline.compare.words import CHOICES, label, shown
from pipeline.corrections.tell import said
from pipeline.review.leaves import Leaves, Part
from pipeline.review.names import fragment
from pipeline.review.sizes import size

_LONG = regex.compile(r"[^\s\u2e80-\uffdc]{20,}")  # what is no Chinese and would take a column for itself
_PLACE_OF = {"doc_number_parts": "doc_number", "genre": "title"}  # elements of the header that are read from another one's place


@dataclass
class Cell:
    """One thing shown of a fact. `key`: the leaf it shows. `place`: its own, where it is not the fact's. `lines`: what is told beside it; of a named thing its name.

    `level`: of a heading. `repaired`: whether the category was concluded against what is printed.

    `was`: of a corrected value what was read, as (value,); `amended`: that in words.
    """

    text: str
    key: str = ""
    place: Evidence | None = None
    number: bool = False
    level: int = 0
    lines: tuple[str, ...] = ()
    repaired: bool = False
    was: tuple[Any, ...] = ()
    amended: str = ""

    @property
    def firm(self) -> bool:
        """Whether its words and numbers are short enough to stand unbroken."""
        return not _LONG.search(self.text)


@dataclass(eq=False)
class Fact:
    """`id` is made of what the fact says and where, so that it outlives a new run. `places`: where it was read, its own first; `related`: of a finding.

    `data`: the fact of the record; `emphasis`: a total, or the severity of a finding; `flags`: the findings about it; `targets`: of a finding what it is about.
    `amended`: what corrections changed of it that no cell shows.
    """

    id: str
    path: str
    name: str
    cells: list[Cell]
    places: list[Evidence]
    parts: list[Part] = field(default_factory=list)
    data: Any = None
    related: list[Evidence] = field(default_factory=list)
    emphasis: str = ""
    flags: list["Fact"] = field(default_factory=list)
    targets: list["Fact"] = field(default_factory=list)
    amended: list[str] = field(default_factory=list)

    @property
    def finding(self) -> bool:
        return self.path == "findings"


@dataclass
class Group:
    """Facts with the same columns: a table; without `heads` each fact is a list of named things."""

    title: str
    heads: Sequence[str]
    facts: list[Fact]
    numbers: frozenset[int] = frozenset()

    @property
    def broad(self) -> bool:
        """Whether there is little room for each column."""
        return len(self.heads) > 6

    @property
    def size(self) -> int:
        """Which of the heights of blocks."""
        return size(2 * len(self.facts) + 2)


@dataclass
class Note:
    """What is to be told of a section. `fields`: those that can be corrected at the command line only."""

    text: str
    fields: Sequence[str]


@dataclass
class Section:
    """`key`: the field of the record."""

    key: str
    title: str
    groups: list[Group]
    note: Note | None = None

    @property
    def size(self) -> int:
        return sum(len(group.facts) for group in self.groups)


class Facts:
    """The facts of one record, in the order they are shown."""

    def __init__(self, record: Record, leaves: Leaves) -> None:
        self.record, self.leaves = record, leaves
        self._ids: dict[str, int] = {}
        self.findings = Section("findings", label("findings"), [Group("", (), [self._finding(f) for f in _by_severity(record.findings)])])
        self.sections = [section for section in self._sections() if section.size]
        self.all = [fact for section in (self.findings, *self.sections) for group in section.groups for fact in group.facts]
        for fact in self.all:
            _amend(fact)

    def _sections(self) -> Iterator[Section]:
        record = self.record
        yield Section("header", label("header"), [Group("", ("项目", "内容"), list(self._elements())), *self._header_lists()], self._missing())
        yield self._list("outline", record.outline, ("编号", "标题"), lambda h: [Cell(h.number, "number"), Cell(h.title, "title", level=h.level)])
        yield self._list("citations", record.citations, ("标题", "发文字号", "简称", "次数"),
                         lambda c: [Cell(c.title or "", "title"), Cell(c.doc_number or "", "doc_number"), Cell(c.short_name or "", "short_name"), _number(c.count, "count")])
        yield self._list("amounts", record.amounts, ("名目", "原文", "数值", "折合元", "每"),
                         lambda a: [Cell(a.label or "", "label"), Cell(a.text, "text"), _number(a.value, "value", a.unit), _number(a.yuan, "yuan"), Cell(a.per or "", "per")])
        yield self._list("account_codes", record.account_codes, ("代码", "科目名称", "种类"),
                         lambda c: [Cell(c.code, "code"), Cell(c.name or "", "name"), Cell(CHOICES["account_codes.kind"][c.kind], "kind")])
        yield self._list("transfers", record.transfers, ("资金", "批次", "数值", "依据文号", "下达文号", "日期"),
                         lambda t: [Cell(t.program or "", "program"), _number(t.batch, "batch"), _number(t.value, "value", t.unit), Cell(t.basis or "", "basis"),
                                    Cell(t.document or "", "document"), Cell(t.issued_on or "", "issued_on")])
        yield Section("allocations", label("allocations"), [group for one in record.allocations for group in self._allocation(one)])
        yield Section("performance_tables", label("performance_tables"), [group for one in record.performance_tables for group in self._performance(one)])
        yield self._list("statements", record.statements, ("范围", "指标", "完成值", "目标值", "结论", "完成率%"),
                         lambda s: [Cell(s.scope or "", "scope"), Cell(s.indicator, "indicator", lines=tuple(filter(None, (s.level1, s.level2)))),
                                    _quantity(s.actual, "actual"), _quantity(s.target, "target"), Cell(s.verdict or "", "verdict"), _number(s.completion_rate, "completion_rate")])
        yield self._plain("quantities", record.quantities, ("名目", "原文", "比较符", "数字", "单位"),
                          lambda q: [Cell(q.label or ""), Cell(q.text), Cell(q.op or ""), _number(q.number), Cell(q.unit or "")])
        yield self._plain("residue", record.residue, ("原文", "上下文"), lambda r: [Cell(r.text), Cell(f"…{r.context}…")])

    # header

    def _elements(self) -> Iterator[Fact]:
        for key in ("doc_type", *(k for k in type(self.record.header).model_fields if k not in ("attachments", "contacts", "evidence"))):
            value = getattr(self.record if key == "doc_type" else self.record.header, key)
            if value not in (None, []):
                yield self._element(key, value)

    def _element(self, key: str, value: Any) -> Fact:
        path = key if key == "doc_type" else f"header.{key}"
        plain = value.model_dump(mode="json") if isinstance(value, Model) else value
        text = CHOICES["doc_type"][value] if key == "doc_type" else "、".join(value) if isinstance(value, list) else shown(plain, path)
        where = self.record.header.evidence.get(_PLACE_OF.get(key, key))
        name = label(path).split("·")[-1]
        return self._fact(path, name, [Cell(name), Cell(text, key)], where, plain, [self.leaves.element(key)])

    def _header_lists(self) -> Iterator[Group]:
        head = self.record.header
        yield Group("附件", ("附件号", "标题"), [self._of(("header", "attachments"), a, head, [_number(a.number, "number"), Cell(a.title, "title")]) for a in head.attachments],
                    frozenset({0}))
        yield Group("联系人", ("单位", "名称", "电话", "邮箱"), [self._of(("header", "contacts"), c, head, [
            Cell(c.organization or "", "organization"), Cell(c.name or "", "name"), Cell(c.phone or "", "phone"), Cell(c.email or "", "email")]) for c in head.contacts])

    def _missing(self) -> "Note | None":
        """Elements that every official document has and this one was not read to have."""
        none = [f"header.{key}" for key in ("title", "doc_number", "issuers", "issued_on") if not getattr(self.record.header, key)]
        return Note(f"没有读出：{'、'.join(label(field).split('·')[-1] for field in none)}。原文中有的，可以补上：", none) if none else None

    # lists

    def _list(self, key: str, some: Sequence[Any], heads: Sequence[str], cells: Callable[[Any], list[Cell]]) -> Section:
        return _section(key, heads, [self._of((key,), one, self.record, cells(one)) for one in some])

    def _plain(self, key: str, some: Sequence[Any], heads: Sequence[str], cells: Callable[[Any], list[Cell]]) -> Section:
        """Facts that follow from others and are not corrected."""
        return _section(key, heads, [self._fact(key, one.text, cells(one), one.evidence, one.model_dump(mode="json", exclude={"evidence"})) for one in some])

    def _allocation(self, told: Allocation) -> Iterator[Group]:
        name = " ".join(filter(None, (f"附件{told.attachment}" if told.attachment else "", told.title or "（正文中的分配）")))
        things = [_thing("allocations", told, key) for key in ("title", "attachment", "unit")]
        columns = Cell("、".join(told.columns), "columns", lines=(label("allocations.columns").split("·")[-1],))
        yield Group(name, (), [self._of(("allocations",), told, self.record, [*filter(None, things), columns])])
        heads = ("序号", "名称", *told.columns, "备注")
        yield Group("", heads, [self._of(("allocations", "rows"), row, told, _row(row, told.columns)) for row in told.rows], frozenset({0, *range(2, 2 + len(told.columns))}))

    def _performance(self, told: PerformanceTable) -> Iterator[Group]:
        name = " ".join(filter(None, (CHOICES["performance_tables.kind"][told.kind], told.region, told.title)))
        keys = [key for key in type(told).model_fields if key not in ("evidence", "funds", "management", "goals", "indicators")]
        things = [_thing("performance_tables", told, key) for key in keys]
        yield Group(name, (), [self._of(("performance_tables",), told, self.record, list(filter(None, things)))])
        if told.funds:
            yield self._funds(told)
        if told.management:
            yield Group("资金管理", ("方面", "情况", "问题"), [self._of(("performance_tables", "management"), m, told, [
                Cell(m.aspect, "aspect"), Cell(m.situation or "", "situation"), Cell(m.problems or "", "problems")]) for m in told.management])
        if told.goals:
            yield Group("总体目标", ("目标", "完成情况"), [self._of(("performance_tables", "goals"), g, told, [
                Cell(g.goal or "", "goal"), Cell(g.completion or "", "completion")]) for g in told.goals])
        if told.indicators:
            yield self._indicators(told)

    def _funds(self, told: PerformanceTable) -> Group:
        keys = [key for key in ("initial_budget", "budget", "executed", "rate", "weight", "score") if any(getattr(f, key) is not None for f in told.funds)]
        heads = ("资金", *(label(f"performance_tables.funds.{key}").split("·")[-1] + ("%" if key == "rate" else "") for key in keys), "单位")
        return Group("资金情况", heads, [self._of(("performance_tables", "funds"), fund, told, _fund(fund, keys)) for fund in told.funds], frozenset(range(1, 1 + len(keys))))

    def _indicators(self, told: PerformanceTable) -> Group:
        actual = any(v.role == "actual" for i in told.indicators for v in i.values)
        scored = any(i.weight is not None or i.score is not None for i in told.indicators)
        remarked = any(i.remark for i in told.indicators)
        heads = ("归类", "指标", "目标值", *(("完成值",) if actual else ()), *(("分值", "得分") if scored else ()), *(("说明",) if remarked else ()))
        numbers = frozenset(n for n, head in enumerate(heads) if head in ("分值", "得分"))
        return Group("指标", heads, [self._indicator(one, told, actual, scored, remarked) for one in told.indicators], numbers)

    def _indicator(self, one: Indicator, table: PerformanceTable, actual: bool, scored: bool, remarked: bool) -> Fact:
        path = ("performance_tables", "indicators")
        cells = [_category(one), Cell(one.name + (f"（{one.unit}）" if one.unit else ""), "name"), _values(one, "target", "baseline")]
        cells += [_values(one, "actual")] if actual else []
        cells += [_number(one.weight, "weight"), _number(one.score, "score")] if scored else []
        cells += [Cell(one.remark or "", "remark")] if remarked else []
        fact = self._of(path, one, table, cells)
        fact.places += [v.evidence for v in one.values]
        fact.parts += [self.leaves.fact((*path, "values"), value, one) for value in one.values]
        return fact

    # findings

    def _finding(self, one: Finding) -> Fact:
        told = one.model_dump(mode="json", exclude={"evidence", "related"})
        fact = self._fact("findings", one.message, [], one.evidence, told)
        fact.emphasis = one.severity
        fact.related = [one.related] if one.related else []
        return fact

    # one fact

    def _of(self, path: tuple[str, ...], one: Any, owner: Model, cells: list[Cell]) -> Fact:
        part = self.leaves.fact(path, one, owner)
        return self._fact(part.path, part.called, cells, one.evidence, part.values, [part], one)

    def _fact(self, path: str, name: str, cells: list[Cell], where: Evidence | None, told: Any, parts: Iterable[Part] = (), model: Any = None) -> Fact:
        places = [where] if where and fragment(where.model_dump()) else []
        emphasis = model.role if isinstance(model, AllocationRow) and model.role != "item" else ""
        return Fact(self._id(path, places, told), path, name, cells, places, list(parts), model if model is not None else told, emphasis=emphasis)

    def _id(self, path: str, places: list[Evidence], told: Any) -> str:
        text = json.dumps([path, [fragment(p.model_dump()) for p in places], told], ensure_ascii=True, sort_keys=True)
        digest = f"f{hashlib.sha256(text.encode()).hexdigest()[:10]}"
        self._ids[digest] = self._ids.get(digest, 0) + 1
        return digest if self._ids[digest] == 1 else f"{digest}-{self._ids[digest]}"


def _amend(fact: Fact) -> None:
    """What corrections changed is told at the cell that shows it, else at the fact."""
    for n, part in enumerate(fact.parts):
        for name, was in part.was.items():
            key, original = name.removeprefix(part.path).lstrip("."), json.loads(was)
            if original == json.loads(part.values.get(key) or part.inner.get(key) or "null"):
                continue
            cell = next((c for c in fact.cells if c.key and c.key == _shown_as(part, key, n)), None)
            if cell:
                cell.was, cell.amended = (original,), f"原为 {shown(original, name)}"
            else:
                fact.amended.append(f"{label(name)} 原为 {shown(original, name)}")


def _shown_as(part: Part, key: str, n: int) -> str:
    """The key of the cell that shows a leaf of the nth part: of a list of numbers `values[0]`, of an indicator's first value `values:0`."""
    if n:
        return f"values:{n - 1}"
    if key.startswith("values["):
        return f"values[{[one for one in part.inner if one.startswith('values[')].index(key)}]"
    return key.split(".")[0]


def figure(value: Any) -> str:
    """A number with every digit it has and no exponent."""
    return "" if value is None else str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}".removesuffix(".0")


def grouped(number: str) -> str:
    """A number with its thousands set apart, and no digit more or less."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}" if len(whole.lstrip("-")) > 3 else number


def _number(value: Any, key: str = "", unit: str | None = None) -> Cell:
    return Cell(grouped(figure(value)), key, number=True, lines=(unit,) if unit else ())


def _quantity(told: Quantity | None, key: str) -> Cell:
    return Cell(told.text if told else "", key)


def _thing(path: str, told: Model, key: str) -> Cell | None:
    """A named thing: its name stands in `lines`."""
    value, name = getattr(told, key), label(f"{path}.{key}").split("·")[-1]
    if value is None:
        return None
    text = CHOICES.get(f"{path}.{key}", {}).get(value) if isinstance(value, str) else None
    return Cell(text or (value if isinstance(value, str) else figure(value)), key, lines=(name,))


def _row(row: AllocationRow, columns: Sequence[str]) -> list[Cell]:
    """A row that has more or fewer numbers than its table has columns is told with as many cells all the same."""
    values = [_number(value, f"values[{n}]") for n, value in enumerate(row.values)]
    short = [Cell("")] * (len(columns) - len(values))
    return [_number(row.seq, "seq"), Cell(row.name or "（无名称）", "name"), *values, *short, Cell(row.note or "", "note")]


def _fund(fund: Fund, keys: Sequence[str]) -> list[Cell]:
    return [Cell(fund.name, "name"), *(_number(getattr(fund, key), key) for key in keys), Cell(fund.unit or "", "unit")]


def _category(one: Indicator) -> Cell:
    """Where the indicator belongs; what is printed beside it, where that is something else."""
    here, printed = (one.level1, one.level2), (one.printed_level1, one.printed_level2)
    lines = (f"印作：{' / '.join(p or '（空）' for p in printed)}",) if printed != here else ()
    return Cell(" / ".join(level or "？" for level in here), "level2", lines=lines, repaired=one.repaired)


def _values(one: Indicator, *roles: str) -> Cell:
    some = [v for v in one.values if v.role in roles]
    told = [_value(v, len(some) > 1) for v in some]
    return Cell("；".join(told), f"values:{one.values.index(some[0])}" if some else "", place=some[0].evidence if some else None)


def _value(value: IndicatorValue, several: bool) -> str:
    return f"{value.label}：{value.text}" if several and value.label else value.text + ("（基期）" if value.role == "baseline" else "")


def _section(key: str, heads: Sequence[str], some: list[Fact]) -> Section:
    numbers = frozenset(n for n in range(len(heads)) if some and any(f.cells[n].number for f in some))
    return Section(key, label(key), [Group("", heads, some, numbers)])


def _by_severity(some: Sequence[Finding]) -> list[Finding]:
    order = list(CHOICES["severity"])
    return sorted(some, key=lambda one: order.index(one.severity))


def correction(one: AppliedCorrection) -> Mapping[str, Any]:
    """A correction as it is listed."""
    return {"field": label(one.field), "status": CHOICES["status"][one.status], "value": said(one.value), "original": said(one.original), "reason": one.reason,
            "who": one.who, "when": one.when, "place": one.evidence, "text": one.locator.text if one.locator else ""}


def link(one: Link) -> str:
    """A line about another document."""
    number = f"{one.number} " if one.number is not None else ""
    return f"{CHOICES['links.relation'][one.relation]} {number}{one.title}"


