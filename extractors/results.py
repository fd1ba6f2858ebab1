"""One clause that tells a result: of which place, which indicator, which figure."""

from dataclasses import dataclass

import regex

from extractors.document import Document
from extractors.quantities import told
from extractors.record import Quantity
from grammars.grammar import Grammar

_AND = regex.compile(r"[、和及]")
_AND_FIGURE = regex.compile(r"、|[和及](?=[≥≤><]?\d)")
_BEFORE_FIGURE = regex.compile(r"\D{2,40}?(?=[≥≤><]?\d)")
_LAYERS = 6  # time, place, fund and verb that may stand before an indicator's name, one behind the other


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between commas, with its place in the paragraph."""

    text: str
    start: int
    end: int


@dataclass
class Result:
    """A result as gathered within a sentence; what follows it may add to it."""

    name: str
    actual: Quantity | None
    start: int
    end: int
    scope: str | None
    target: Quantity | None = None
    verdict: str | None = None
    rate: int | float | None = None
    rule: str = "statements.result"  # what read it


def read(clause: Clause, scope: str | None, document: Document) -> list[Result]:
    """The results that a clause tells: one for each name of a list, else one or none."""
    listed = _listed(clause, scope, document)
    if listed:
        return listed
    one = _unhappened(clause, scope, document) or _judged(clause, scope, document) or _measured(clause, scope, document)
    return [one] if one else []


def quantity(text: str | None, grammar: Grammar) -> Quantity | None:
    """The quantity that a text is; None where it is words."""
    found = told(text, grammar) if text else None
    return Quantity(text=text or "", op=found.op, number=found.number, unit=found.unit) if found and found.number is not None else None


def names_in(text: str) -> list[str]:
    """The names of a list: `A、B和C`."""
    return [n for n in _AND.split(text) if n]


def less_verb(name: str, grammar: Grammar) -> str:
    """A name less the verb before it: 实现销售额 → 销售额."""
    return grammar.rule("statements.verb_before").less(name)


# places

def place_before(text: str, scope: str | None, document: Document) -> str | None:
    """The place whose name a text begins with, if there is such a place, or one within `scope`."""
    found = document.grammar.rule("statements.place_before").search(text)
    return _known(found["place"], scope, document) if found else None


def _known(name: str, scope: str | None, document: Document) -> str | None:
    """The name, where it is a place's."""
    regions = document.grammar.regions
    if regions.resolve(name):
        return name
    within = regions.resolve(scope) if scope else None
    return name if within is not None and regions.resolve(name, within=within) else None


# one result

def _unhappened(clause: Clause, scope: str | None, document: Document) -> Result | None:
    found = document.grammar.rule("statements.none_happened").search(clause.text)
    return Result(found["name"], Quantity(text=found["actual"]), clause.start, clause.end, scope, rule="statements.none_happened") if found else None


def _judged(clause: Clause, scope: str | None, document: Document) -> Result | None:
    found = document.grammar.rule("statements.judged_within").search(clause.text)
    if not found:
        return None
    place, name = name_of(found["name"], scope, document)
    return Result(name, None, clause.start, clause.end, place, verdict=found["verdict"], target=quantity(found["target"], document.grammar),
                  rule="statements.judged_within")


def _measured(clause: Clause, scope: str | None, document: Document) -> Result | None:
    """An indicator with its figure, or with its target, whose result is still to come."""
    grammar = document.grammar
    scope, text = _less_lead(clause.text, scope, document)
    for rule in ("statements.target_then_actual", "statements.planned"):
        if aim := grammar.rule(rule).search(text):
            break
    if aim and "完成" not in aim["name"]:
        place, name = name_of(aim["name"], scope, document)
        return Result(name, None, clause.start, clause.end, place, target=quantity(aim["target"], grammar), rule=rule) if name else None
    found = grammar.rule("statements.result").search(text)
    if not found:
        return None
    place, name = name_of(found["name"], scope, document)
    actual = quantity(found["actual"], grammar)
    if actual is None or len(name) < 2 or actual.unit is None and "." not in actual.text:
        return None
    return Result(name, actual, clause.start, clause.end, place, target=quantity(found["target"], grammar))


def _less_lead(text: str, scope: str | None, document: Document, verbs: bool = False) -> tuple[str | None, str]:
    """The place that a clause is of, and the clause less the time, the place, the fund and (`verbs`) the verb that it begins with."""
    grammar, place = document.grammar, scope
    for _ in range(_LAYERS):
        before = text
        text = grammar.rule("statements.time_before").less(text).lstrip(",:、")
        text = grammar.rule("statements.everywhere").less(text)
        named = place_before(text, scope, document)
        if named:
            place, text = named, text[len(named):]
        elif scope and text.startswith(scope) and len(text) > len(scope):
            text = text[len(scope):]
        text = grammar.rule("statements.fund_before").less(text)
        text = less_verb(text, grammar) if verbs else text
        if text == before:
            break
    return place, text


def name_of(text: str, scope: str | None, document: Document) -> tuple[str | None, str]:
    """The place and the name of an indicator as a clause tells it."""
    place, name = _less_lead(text, scope, document, verbs=True)
    return place, document.grammar.rule("statements.verb_behind").less(name)


# many results

def _listed(clause: Clause, scope: str | None, document: Document) -> list[Result]:
    """`A、B、C分别为x、y、z`: names with their figures, or places with one name."""
    found = document.grammar.rule("statements.respectively").search(clause.text)
    if not found:
        return []
    names, parts = names_in(found["names"]), _AND_FIGURE.split(found["figures"])
    places = [_known(n, scope, document) for n in names]
    shared = _BEFORE_FIGURE.match(parts[0]) if all(places) else None  # 甲县、乙县分别带动增收0.31万户、0.22万户
    if shared:
        parts[0] = parts[0][shared.end():]
    figures = [q for part in parts if (q := quantity(part, document.grammar))]
    if len(names) < 2 or len(names) != len(figures):
        return []
    labels = _labels(names, places, shared[0] if shared else None, scope, document)
    return [Result(name, figure, clause.start, clause.end, place, rule="statements.respectively") for (place, name), figure in zip(labels, figures, strict=True)]


def _labels(names: list[str], places: list[str | None], shared: str | None, scope: str | None, document: Document) -> list[tuple[str | None, str]]:
    """Place and name of each figure of a list; `shared`: the one name of all, told behind 分别; else it may stand behind the last place."""
    if shared:
        return [(place, less_verb(shared, document.grammar)) for place in places]
    last = place_before(names[-1], scope, document)
    if last and all(places[:-1]):
        return [(place or last, names[-1][len(last):]) for place in places]
    return [(scope, less_verb(name, document.grammar)) for name in names]
