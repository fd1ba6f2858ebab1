"""Why a field of a document is what it is: what was tried for it, by which steps, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extractors.document import Document
from extractors.steps import Steps
from grammars.grammar import LIST, REGIONS, Grammar
from pipeline.process import started
from pipeline.why import fields, rules, tables, words
from pipeline.why.fields import Field, Value
from pipeline.why.listening import Ear, Heard
from pipeline.why.places import Places
from pipeline.why.source import Source
from pipeline.why.written import Written


class Block(NamedTuple):
    """The block that is asked about, and what the document holds it for."""

    id: str
    role: str


@dataclass(frozen=True)
class Why:
    """`values`: what the grammar gives now; `stands`: what the result says, where that is something else. `steps`: those of the field and all that they take from,
    in their order. `rules`: what was tried; `untried`: rules the field rests on that no step asked; `beside`: regions, word lists that its steps looked at.
    """

    name: str
    field: Field
    grammar: Grammar
    written: Written
    places: Places
    notes: tuple[str, ...]
    values: tuple[Value, ...]
    stands: tuple[Value, ...] | None
    steps: tuple[str, ...]
    block: Block | None
    rules: tuple[rules.Told, ...]
    untried: tuple[str, ...]
    groups: tuple[words.Group, ...]
    beside: tuple[str, ...]
    tables: tuple[tables.Taken, ...]


def why(source: Source, name: str, grammar: Grammar, at: str | None = None) -> Why:
    """All there is to say of a field. `at`: only of what is tried there. `UsageError`: there is no such field or place."""
    field = fields.field(name)
    table = started(lambda: source.reading, grammar).table
    steps = Heard(table, grammar, field.steps, Ear(field.rests_on))
    places = Places(steps["reading"], at)
    values = _shown(fields.values(field, steps), places)
    for step in field.steps:  # a section may stand before all of them are made
        steps[step]
    document: Document = steps["document"]
    heard = steps.ear.heard
    return Why(
        name=source.name, field=field, grammar=grammar, written=Written(grammar.folder), places=places, notes=tuple(_notes(source, field)), values=values,
        stands=_stands(source, field, values, places), steps=_chain(field, steps), block=Block(places.at.id, document.roles[places.at.id]) if places.at else None,
        rules=tuple(rules.told(heard, grammar, places)), untried=tuple(_untried(field, steps, grammar)), groups=tuple(words.told(heard, grammar, places)),
        beside=tuple(_beside(field, steps)), tables=tuple(tables.taken(steps, grammar, places)) if field.of_tables else ())


def _notes(source: Source, field: Field) -> Iterator[str]:
    yield from source.notes
    corrected = [c for c in source.record.corrections if c.status != "unplaced" and f"{c.field}.".startswith(f"{field.name}.")] if source.record else []
    if corrected:
        yield f"结果文件中这里有 {len(corrected)} 项人工更正；这里说的是更正前的值从何而来"


def _shown(values: list[Value], places: Places) -> tuple[Value, ...]:
    return tuple(v for v in values if places.shown(v.evidence))


def _stands(source: Source, field: Field, values: tuple[Value, ...], places: Places) -> tuple[Value, ...] | None:
    """What the result says, where that is not what the grammar gives now."""
    if source.record is None:
        return None
    stands = _shown(fields.values_of(field, source.record), places)
    return None if [v.value for v in stands] == [v.value for v in values] else stands


def _chain(field: Field, steps: Steps) -> tuple[str, ...]:
    found, pending = set(field.steps), list(field.steps)
    while pending:
        new = [one for one in steps.table[pending.pop()].inputs if one not in found]
        found.update(new)
        pending += new
    return tuple(name for name in steps.table if name in found)


def _untried(field: Field, steps: Heard, grammar: Grammar) -> Iterator[str]:
    """The field's own rules that no step asked; whether one is asked rests on what came before."""
    asked = {one.facet for one in steps.ear.heard}
    yield from (name for name in rules.named(grammar) if name not in asked and field.owns(name))


def _beside(field: Field, steps: Steps) -> Iterator[str]:
    """The regions and the lists of words that the field's steps looked at, in whole."""
    seen = 0
    for step in field.steps:
        seen |= steps.seen[step][0]
    for n, name in enumerate(steps.grammar.facets.names):
        if seen >> n & 1 and (name == REGIONS or name.endswith(LIST)):
            yield name.removesuffix(LIST)
