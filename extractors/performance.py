"""Performance tables: target tables (绩效目标表) and self-evaluation tables (自评表), part by part."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extractors import categories, evidence, indicators
from extractors.align import align
from extractors.cells import Item, kind
from extractors.document import Document
from extractors.folding import clean
from extractors.forms import Form, money_unit, parse, rows_of, year_of
from extractors.indicators import COLUMNS, Read
from extractors.quantities import number, told
from extractors.record import Evidence, Fund, Goal, Management, PerformanceTable
from grammars.grammar import Grammar, bare

_YEAR_FIRST = regex.compile(r"^(?:19|20)\d{2}年度?")
_FORM_ROWS = 60  # rows within which a form shows its head
_SUFFIX = "省市县区州盟旗"
_BODIES = ("central_authority", "local_authority", "fund_user", "finance_department", "authority")


@dataclass
class Table:
    """A performance table with the form it was read from, for the checks and the accounting."""

    table: PerformanceTable
    form: Form
    reads: list[Read] = field(default_factory=list)

    def titled(self) -> Evidence:
        """Where the table's title is printed."""
        if self.form.caption.title_block:
            return evidence.whole(self.form.caption.title_block, "structure.caption")
        return self.form.title_item.evidence("structure.caption") if self.form.title_item else self.table.evidence

    def claimed(self) -> Iterator[Item]:
        """The cells that were read as a whole: heads, labels and their values, figures of funds and indicators."""
        form = self.form
        yield from (i for row in form.heads for i in row)
        yield from (i for values in form.labels.values() for i in values if i)
        yield from (i for row in form.funds for i in row)
        yield from (i for read in self.reads for i in read.used)
        yield from ([form.title_item] if form.title_item else [])


def find(document: Document) -> list[Table]:
    """The performance tables of a document; the categories of all of them are placed together, siblings helping each other."""
    forms: list[Form] = []
    for block in document.tables:
        rows = rows_of(block, document.grammar)
        if _is_form(rows, document.grammar):
            forms += [form for form in parse(block, document.captions[block.id], rows, document.grammar) if form.filled]
    _share_titles(forms)
    found = [_table(form, document) for form in forms]
    _place(found, document.grammar)
    return found


def _is_form(rows: list[list[Item]], grammar: Grammar) -> bool:
    """A table with the words of the form: a head of indicators or of funds, or labels."""
    words, roles = grammar.layouts["performance"], set()
    for row in rows[:_FORM_ROWS]:
        for item in row:
            roles |= {words.role("columns", item.text), words.role("labels", item.text), words.role("fund_columns", item.text)}
        if roles & {"level1", "level2"} or {"name", "target"} <= roles:
            return True
    funds = {"budget", "executed"} <= roles and bool(roles & {"program", "rate"})
    return funds and not any(grammar.layouts["allocation"].role("columns", i.text) == "seq" for row in rows[:3] for i in row)


def _table(form: Form, document: Document) -> Table:
    grammar = document.grammar
    title = form.caption.title
    kind_of = _kind(form, grammar)
    year = form.caption.year or year_of(title)
    made = PerformanceTable(
        kind=kind_of, title=title, year=year, program=None, region=None, **dict.fromkeys(_BODIES), total_score=None,
        funds=[], management=[], goals=[], indicators=[], evidence=form.first.evidence(COLUMNS) if form.first else None)
    _labels(made, form)
    made.funds = list(_funds(form, grammar))
    made.management = list(_management(form))
    made.goals = list(_goals(form, grammar))
    reads = indicators.read(form, kind_of, year, grammar)
    made.indicators = [r.indicator for r in reads]
    made.region = _region(made, form, document)
    return Table(made, form, reads)


def _kind(form: Form, grammar: Grammar) -> str:
    title = form.caption.title or ""
    if grammar.rule("performance.self_evaluation").search(title):
        return "self_evaluation"
    if "目标" in title and not form.management:
        return "target"
    roles = {c.role for c in form.head}
    told = form.management or "score" in roles or "actual" in roles and (form.fund_head or "remark" in roles)
    return "self_evaluation" if told else "target"


def _labels(made: PerformanceTable, form: Form) -> None:
    for role in ("program", *_BODIES):
        values = form.labels.get(role)
        if values and values[0]:
            setattr(made, role, values[0].printed)
    scores = [n for i in form.labels.get("total_score", []) if i and (n := number(i.text)) is not None]
    if scores:
        made.total_score = scores[-1]
    if not made.program and "program" in form.caption.labels:
        made.program = form.caption.labels["program"][0]
    for role in _BODIES:
        if not getattr(made, role) and role in form.caption.labels:
            setattr(made, role, form.caption.labels[role][0])


def _region(made: PerformanceTable, form: Form, document: Document) -> str | None:
    """Whose table it is: of a line 实施城市, else the place of its own finance bureau or government, else of the title."""
    line = form.caption.labels.get("region_line")
    if line:
        return line[0]
    told_in = form.labels.get("region_line")
    if told_in and told_in[0]:
        return told_in[0].printed
    for name, body in (("bureau", made.finance_department), ("government", made.fund_user)):
        found = document.grammar.rule(f"performance.{name}").search(clean(body or ""))
        if found:
            return found["place"]
    return place_of_title(made.title, document)


def place_of_title(title: str | None, document: Document) -> str | None:
    """The place a title begins with, as printed."""
    if not title:
        return None
    title = _YEAR_FIRST.sub("", title)
    for end in range(min(len(title), 14), 1, -1):
        full = title[end - 1] in _SUFFIX
        if (full or end <= 3 and title[end:end + 1] not in _SUFFIX) and document.grammar.regions.resolve(title[:end]):
            return title[:end]
    return None


# funds

def _funds(form: Form, grammar: Grammar) -> Iterator[Fund]:
    unit = form.fund_unit
    head = [c for c in form.fund_head]
    for row in form.funds:
        if head:
            fund = _fund_row(row, form, grammar, unit)
            if fund:
                yield fund
        else:
            yield from _fund_pairs(row, grammar, unit)


_FUND_ROLES = {"weight": "fund_weight", "score": "fund_score"}  # printed for the total alone


def _fund_row(row: list[Item], form: Form, grammar: Grammar, unit: str | None) -> Fund | None:
    """A row under a head: its name, then figures by column."""
    at = next((n for n, i in enumerate(row) if grammar.layouts["performance"].role("fund_rows", bare(i.text)) and kind(i.text, grammar) == "T"), None)
    if at is None:
        return None
    name, figures = row[at], [i for i in row[at + 1:] if kind(i.text, grammar) in "PNRXWT"]
    if not figures:
        return None
    columns = form.fund_head
    if form.table.shape == "stream" and all(i.column - name.column - 1 < len(columns) for i in figures):
        placed: list[int | None] = [i.column - name.column - 1 for i in figures]
    elif len(figures) == len(columns):
        placed = list(range(len(columns)))
    else:
        placed = list(align(tuple((kind(i.text, grammar), i.column) for i in figures), tuple((_FUND_ROLES.get(c.role, c.role), c.place) for c in columns)))
    fund = _new_fund(name, grammar, unit)
    for item, n in zip(figures, placed, strict=True):
        if n is not None:
            _set(fund, columns[n].role, item, grammar)
    return fund


def _new_fund(name: Item, grammar: Grammar, unit: str | None) -> Fund:
    role = grammar.layouts["performance"].role("fund_rows", bare(name.text)) or "other"
    return Fund(name=name.printed.rstrip("：:"), source=role, initial_budget=None, budget=None, executed=None, rate=None, weight=None, score=None,
                                unit=money_unit(name.text, grammar) or unit, evidence=name.evidence("layouts/performance.fund_rows"))


def _set(fund: Fund, role: str, item: Item, grammar: Grammar) -> None:
    value = number(grammar.rule("performance.share_mark").less(item.text))
    if value is None:
        found = told(item.text, grammar)
        value = found.number
        if found.unit and role in ("budget", "executed", "initial_budget") and found.unit.endswith("元"):
            fund.unit = fund.unit or found.unit
    if value is not None:
        setattr(fund, role, value)


def _fund_pairs(row: list[Item], grammar: Grammar, unit: str | None) -> Iterator[Fund]:
    """Without a head: a name, then its one figure, which is the budget; heads may be fused in (`全年预算数(A) 240`)."""
    words = grammar.layouts["performance"]
    fund: Fund | None = None
    role = "budget"
    for item in row:
        column = words.role("fund_columns", item.text)
        if kind(item.text, grammar) in "PNR":
            if fund:
                _set(fund, role, item, grammar)
        elif column and fund and fund.source == "total" and column in ("budget", "executed", "rate", "initial_budget") and words.role("fund_rows", bare(item.text)) != "total":
            role = column
        elif words.role("fund_rows", bare(item.text)):
            if fund and _told(fund):
                yield fund
            role = "budget"
            fund = _new_fund(item, grammar, unit)
    if fund and _told(fund):
        yield fund


def _told(fund: Fund) -> bool:
    return any(v is not None for v in (fund.budget, fund.executed, fund.rate, fund.initial_budget))


# management and goals

def _management(form: Form) -> Iterator[Management]:
    for row in form.management:
        aspect, rest = row[0], row[1:]
        late = len(rest) == 1 and rest[0].column - aspect.column > 1 and form.table.shape != "stream" and max(len(r) for r in form.management) > 2
        situation = rest[0].printed if rest and not late else None
        problems = rest[-1].printed if late or len(rest) > 1 else None
        if situation or problems:
            yield Management(aspect=aspect.printed, situation=situation, problems=problems, evidence=aspect.evidence("layouts/performance.aspects"))


def _goals(form: Form, grammar: Grammar) -> Iterator[Goal]:
    goals, completions = _goal_cells(form)
    for n in range(max(len(goals), len(completions))):
        goal = goals[n] if n < len(goals) else None
        completion = completions[n] if n < len(completions) else None
        yield from _goal_pairs(goal, completion, grammar)


def _goal_cells(form: Form) -> tuple[list[Item], list[Item]]:
    """The texts of goals, and those of completions: by column under a head, else in order."""
    second = [c.place for c in form.goal_head if c.role == "completion"]
    cells = [i for row in form.goals for i in row]
    if not second:
        return cells, []
    if form.table.shape == "stream":
        return cells[::2], cells[1::2]
    goals, completions = [], []
    for row in form.goals:
        if len(row) == 2:
            goals.append(row[0])
            completions.append(row[1])
        else:
            for item in row:
                (completions if item.column >= second[0] else goals).append(item)
    return goals, completions


def _goal_pairs(goal: Item | None, completion: Item | None, grammar: Grammar) -> Iterator[Goal]:
    """One entry for each 目标N and for a paragraph before the first; else one for the cell."""
    ones, twos = _parts(goal, grammar), _parts(completion, grammar)
    if len(ones) != len(twos) and ones and twos:
        ones, twos = ["".join(ones)], ["".join(twos)]
    where = goal or completion
    for n in range(max(len(ones), len(twos))):
        one, two = ones[n] if n < len(ones) else None, twos[n] if n < len(twos) else None
        if (one or two) and where:
            yield Goal(goal=one, completion=two, evidence=where.evidence("layouts/performance.section_heads"))


def _parts(item: Item | None, grammar: Grammar) -> list[str]:
    """The goals of a cell, less the word 年度目标 before the first."""
    if item is None:
        return []
    parts = [p for p in grammar.rule("performance.goal_begins").split(item.printed) if p]
    return parts[1:] if parts and grammar.rule("performance.goal_label").search(parts[0]) else parts


# titles and categories

def _share_titles(forms: list[Form]) -> None:
    """A title over many tables: those that follow it without one of their own in the same attachment have it too, and its year."""
    for above, below in itertools.pairwise(forms):
        if not below.caption.title and above.caption.title and above.caption.attachment == below.caption.attachment:
            below.caption.title = above.caption.title
            below.caption.year = below.caption.year or above.caption.year


def _place(found: list[Table], grammar: Grammar) -> None:
    resolved = [categories.resolve([r.row for r in t.reads], grammar) for t in found]
    categories.suspect(resolved, grammar)
    placed = [categories.place(r, grammar) for r in resolved]
    if len(found) > 1 and any(r.damage for r in resolved):
        told_by = categories.votes(list(zip(resolved, placed, strict=True)))
        placed = [categories.place(r, grammar, told_by) if r.damage else p for r, p in zip(resolved, placed, strict=True)]
    for table, places in zip(found, placed, strict=True):
        for read, where in zip(table.reads, places, strict=True):
            indicator = read.indicator
            indicator.level1 = where.category.level1 if where.category else where.printed_level1
            indicator.level2 = where.category.name if where.category else None
            indicator.printed_level1, indicator.printed_level2 = where.printed_level1, where.printed_level2
            indicator.repaired = where.repaired
