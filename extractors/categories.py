"""Printed and true 一级/二级指标 of a table's rows.

The national form is known: categories come in one order, each is one run of rows, and its label is printed somewhere
within the run. So the true categories are one segmentation of the rows under the ordered categories, the cheapest by the
evidence: where labels were printed, the vocabulary of known indicators, sibling tables, and cue words. A table whose
labels contradict nothing is taken as printed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grammars.categories import Categories, Category, plain_name
from grammars.grammar import Grammar

Votes = Mapping[str, Counter[str]]

_UNPRINTED = 3.0  # to use a category that no label names
_ABSENT = 2.5  # to leave a printed label without a row
_KNOWN, _SIBLING = 2.4, 2.4
_INSIDE, _LATE, _OUTSIDE, _FURTHER = 0.6, 0.35, 1.0, 0.1
_LEVEL1_INSIDE, _LEVEL1_OUTSIDE = 0.2, 0.7
_COUNTED, _CUE = 2.5, 0.55
_OWN_ORDER = 1.0  # to follow the printed order where it is not the national one
_DRIFT, _DRIFTED = 2, 1.0  # rows that all labels may have slipped together, and what each costs
_FAR = 1e9


@dataclass
class Row:
    """An indicator row as printed: its name and the category words beside it. `shifted`: it stands left of the others."""

    name: str
    level1: str | None = None
    level2: tuple[Category, ...] = ()
    shifted: bool = False
    after_label_only: bool = False
    doubled: bool = False
    unit: str | None = None
    numbered: int | None = None  # of 指标1：, where each category counts from 1


@dataclass
class Placed:
    """What was concluded for a row, and what was printed beside it."""

    category: Category | None
    printed_level1: str | None
    printed_level2: str | None
    repaired: bool = False


@dataclass
class Labelled:
    """The rows of a table with their printed labels resolved and carried down, and the signs of damage."""

    rows: list[Row]
    labels: list[Category | None]
    carried1: list[str | None]
    carried2: list[Category | None]
    damage: int = 0
    printed: list[Category] = field(default_factory=list)


def resolve(rows: Sequence[Row], grammar: Grammar) -> Labelled:
    """Each row's own label, and the labels carried down; a word that names two categories is read by the others."""
    costs = any(c.level1 == "成本指标" for row in rows for c in row.level2)
    labels = [_choose(row, costs) for row in rows]
    found = Labelled(list(rows), labels, [], [])
    one: str | None = None
    two: Category | None = None
    for row, label in zip(rows, labels, strict=True):
        one = row.level1 if row.level1 and not (row.level1 == "成本指标" and not costs) else one
        two = label or two
        found.carried1.append(one)
        found.carried2.append(two)
    found.printed = list(dict.fromkeys(c for c in labels if c))
    found.damage = _damage(found)
    return found


def _choose(row: Row, costs: bool) -> Category | None:
    options = [c for c in row.level2 if (c.level1 == "成本指标") == costs or c.level1 not in ("成本指标",) and c.name != "成本指标"]
    return options[0] if options else None


def _damage(found: Labelled) -> int:
    """Signs that labels do not stand where they stood in the form."""
    rows, labels = found.rows, found.labels
    signs = sum(r.shifted for r in rows) + sum(r.after_label_only for r in rows) + sum(r.doubled for r in rows)
    has1 = any(r.level1 for r in rows)
    signs += bool(rows) and found.carried2[0] is None or has1 and found.carried1[0] is None
    signs += sum(bool(c and one and c.level1 != one) for c, one in zip(found.carried2, found.carried1, strict=True))
    if any(labels):
        signs += sum(bool(r.level1) and c is None and r.level1 != "满意度指标" for r, c in zip(rows, labels, strict=True))
    repeats = sum(bool(c) and c in labels[:n] and found.carried2[n - 1] != c for n, c in enumerate(labels))
    return int(signs) + repeats


_SLIP = 1.0  # how much a cue must favour the next category for a row to look left behind by its label
_CERTAIN = "满意"
_UNSATISFIED = 1.8  # an indicator without the word under 满意度指标


def slips(found: Labelled, grammar: Grammar) -> int:
    """Rows at the end of a run whose name speaks for the next run: signs that labels stand a row too low. A satisfaction
    indicator outside 满意度指标 counts twice."""
    signs = 0
    for n, (row, here) in enumerate(zip(found.rows, found.carried2, strict=True)):
        if here is None:
            continue
        below = found.carried2[n + 1] if n + 1 < len(found.rows) else here
        if _CERTAIN in row.name and here.level1 != "满意度指标":
            signs += 2
        elif below is not None and below is not here:
            hint = f"{row.name}({row.unit})" if row.unit else row.name
            signs += grammar.categories.cue(below.name, hint) - grammar.categories.cue(here.name, hint) >= _SLIP
    return signs


def suspect(tables: Sequence[Labelled], grammar: Grammar) -> None:
    """Tables that look whole and yet contradict their own names, or a sibling that does not, are marked as damaged."""
    signs = [slips(t, grammar) for t in tables]
    listed = [{plain_name(r.name): c.name for r, c in zip(t.rows, t.carried2, strict=True) if c} for t in tables]
    for n, table in enumerate(tables):
        if table.damage or not signs[n]:
            continue
        against = any(signs[k] < signs[n] and not other.damage and any(listed[k].get(name, c) != c for name, c in listed[n].items())
                      for k, other in enumerate(tables) if k != n)
        if signs[n] > 1 or against:
            table.damage = signs[n]


def place(found: Labelled, grammar: Grammar, votes: Votes | None = None) -> list[Placed]:
    """The category of each row: as printed where nothing speaks against the print, else by the cheapest segmentation."""
    if not found.printed and any(found.carried1):
        return [Placed(None, one, None) for one in found.carried1]  # a form without 二级指标
    if not found.damage and all(found.carried2):
        chosen: list[Category | None] = list(found.carried2)
    else:
        chosen = _segment(found, grammar.categories, votes or {})
    return [_placed(c, one, two) for c, one, two in zip(chosen, found.carried1, found.carried2, strict=True)]


def _placed(category: Category | None, one: str | None, two: Category | None) -> Placed:
    printed2 = two.name if two else None
    differs = category is not None and (category.level1 != one or category.name != printed2) and (one is not None or two is not None)
    return Placed(category, one, printed2, differs)


def votes(tables: Sequence[tuple[Labelled, Sequence[Placed]]]) -> dict[str, Counter[str]]:
    """What sibling tables say of each indicator; a table without damage speaks louder."""
    told: dict[str, Counter[str]] = {}
    for found, placed in tables:
        weight = 1 if found.damage else 4
        for row, where in zip(found.rows, placed, strict=True):
            if where.category:
                told.setdefault(plain_name(row.name), Counter())[where.category.name] += weight
    return told


def _segment(found: Labelled, categories: Categories, told: Votes) -> list[Category | None]:
    """The cheapest segmentation: under the national order or the printed one, labels where they stand or all one or two rows up."""
    national = _states(found, categories)
    if not national:
        return [None] * len(found.rows)
    printed = sorted(national, key=lambda c: (_printed_place(found, c), c.order))
    speaks = [_emissions(row, national, categories, told) for row in found.rows]
    orders = [(0.0, national, speaks)]
    if printed != national:
        order = [national.index(c) for c in printed]
        orders.append((_OWN_ORDER, printed, [[costs[n] for n in order] for costs in speaks]))
    least = sum(min(costs) for costs in speaks)  # no segmentation is cheaper
    best = _FAR
    chosen: list[Category | None] = [None] * len(found.rows)
    for up in range(_DRIFT + 1):
        moved = _moved_up(found, up)
        for extra, states, costs in orders:
            if least + up * _DRIFTED + extra < best:
                total, told_by = _cheapest(moved, states, costs)
                if total + up * _DRIFTED + extra < best:
                    best, chosen = total + up * _DRIFTED + extra, list(told_by)
    return chosen


def _moved_up(found: Labelled, up: int) -> Labelled:
    """The table as if all its labels had slipped `up` rows down; a label that would meet another stays."""
    if not up:
        return found
    rows, labels = [replace(r, level1=None) for r in found.rows], [None] * len(found.rows)
    moved: list[Category | None] = list(labels)
    for n, (row, label) in enumerate(zip(found.rows, found.labels, strict=True)):
        to = n - up if n >= up and moved[n - up] is None and rows[n - up].level1 is None else n
        if label is not None:
            moved[to] = label
        if row.level1:
            rows[to].level1 = row.level1
    return replace(found, rows=rows, labels=moved)


def _states(found: Labelled, categories: Categories) -> list[Category]:
    """The categories that may occur: of 成本指标 either the level 1 with its three parts or the level 2."""
    costs = any(c.level1 == "成本指标" for c in found.printed)
    keep = [c for c in categories.level2 if (c.level1 == "成本指标") == costs or c.level1 != "成本指标" and c.name != "成本指标"]
    return [c for c in keep if not (costs and c.name == "成本指标" and c.level1 == "产出指标")]


def _printed_place(found: Labelled, category: Category) -> float:
    """The place of a category in the printed order; one that is not printed keeps its place in the national order."""
    if category in found.printed:
        return float(found.printed.index(category))
    before = [found.printed.index(c) for c in found.printed if c.order < category.order]
    return (max(before) if before else -1) + 0.5


def _cheapest(found: Labelled, states: list[Category], speaks: list[list[float]]) -> tuple[float, list[Category]]:
    """One pass over the rows: cost of standing in each category, coming from the same or any earlier one. `speaks`: what
    each row's name and siblings say of each category."""
    trust = 1.0 if found.damage else 3.0
    begins = [trust * _LATE if c in found.printed else _UNPRINTED for c in states]
    absent = [_ABSENT if c in found.printed else 0.0 for c in states]
    counts_anew = sum(r.numbered == 1 for r in found.rows) > 1
    costs: list[float] = []
    back: list[list[int]] = []
    for row, label, spoken in zip(found.rows, found.labels, speaks, strict=True):
        emission = _level1_costs(row, states, spoken, trust)
        goes_on, enters = _numbering(row.numbered, counts_anew)
        own = states.index(label) if label is not None and label in states else None
        if own is not None:
            emission = [e + (trust * (_OUTSIDE + _FURTHER * (abs(s - own) - 1)) if s != own else 0.0) for s, e in enumerate(emission)]
        costs, came = _step(costs, absent, [enters + (c if s != own else 0.0) for s, c in enumerate(begins)], own, goes_on, goes_on + trust * _INSIDE)
        costs = [c + e for c, e in zip(costs, emission, strict=True)]
        back.append(came)
    return _walk_back(costs, back, states, found)


def _step(before: list[float], absent: list[float], begins: list[float], own: int | None, stays: float, stays_at_label: float) -> tuple[list[float], list[int]]:
    """The cheapest way into each category for the next row, and where it comes from. Whoever enters behind a printed
    label leaves it without a row. `own`: the category whose label stands beside the row."""
    costs, came = [], []
    best, origin = (0.0, -1) if not before else (_FAR, -1)
    for s, begin in enumerate(begins):
        entering = best + begin
        here = before[s] if before else _FAR
        staying = here + (stays_at_label if s == own else stays)
        if staying <= entering:
            costs.append(staying)
            came.append(s)
        else:
            costs.append(entering)
            came.append(origin)
        if here < best:
            best, origin = here, s
        else:
            best += absent[s]
    return costs, came


def _numbering(number: int | None, counts_anew: bool) -> tuple[float, float]:
    """What it costs that 指标1 goes on in a category, and that 指标2 begins one."""
    if not counts_anew or number is None:
        return 0.0, 0.0
    return (_COUNTED, 0.0) if number == 1 else (0.0, _COUNTED)


def _walk_back(costs: list[float], back: list[list[int]], states: list[Category], found: Labelled) -> tuple[float, list[Category]]:
    if not costs:
        return 0.0, []
    behind = [_ABSENT * sum(c in found.printed for c in states[s + 1:]) for s in range(len(states))]
    at = min(range(len(states)), key=lambda s: costs[s] + behind[s])
    total, chosen = costs[at] + behind[at], [at]
    for came in reversed(back[1:]):
        chosen.append(came[chosen[-1]])
    return total, [states[s] for s in reversed(chosen)]


def _emissions(row: Row, states: list[Category], categories: Categories, told: Votes) -> list[float]:
    known = categories.known(row.name)
    hint = f"{row.name}({row.unit})" if row.unit else row.name
    votes_here = told.get(plain_name(row.name))
    total = sum(votes_here.values()) if votes_here else 0
    cost = []
    for c in states:
        here = _KNOWN if known and c.name not in known else 0.0
        if votes_here:
            here += _SIBLING * (1 - votes_here[c.name] / total)
        if c.level1 == "满意度指标" and _CERTAIN not in row.name:
            here += _UNSATISFIED
        cost.append(here - _CUE * min(categories.cue(c.name, hint), 6.0))
    return cost


def _level1_costs(row: Row, states: list[Category], spoken: list[float], trust: float) -> list[float]:
    if not row.level1 or row.level1 == "成本指标":
        return spoken
    return [e if c.level1 == row.level1 else e + trust * _LEVEL1_OUTSIDE for e, c in zip(spoken, states, strict=True)]
