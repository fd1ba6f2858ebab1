"""What was gained, lost and changed between two results of one document."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from extractors.reading import Reading
from pipeline.compare import facts
from pipeline.compare.facts import Data, Fact
from pipeline.compare.matching import matched
from pipeline.compare.places import Blocks, Evidence, Spot, known, spot, text

Kind = Literal["gained", "lost", "changed"]
Group = Literal["document", "value", "finding", "residue", "correction"]
DOCUMENT = "document"  # the field of a document that has a result in one run only
_APART: dict[str, Group] = {DOCUMENT: "document", "source": "document", "findings": "finding", "residue": "residue", "corrections": "correction"}


class Pair(NamedTuple):
    """One document in two runs.

    `old`, `new`: the record's plain JSON data; None where there was no result then. `old_reading`, `new_reading`: the normalized readings that the
    evidence points into; without one its places are told without their text. `causes`: section of the record → the changed rules that decided it.
    """

    name: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    old_reading: Reading | None = None
    new_reading: Reading | None = None
    causes: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """One fact or one leaf that is not what it was.

    `about` names the facts it belongs to, from the outside inwards. `old` and `new` are exact; a gained or lost fact is told whole, without its places.
    Texts are what stands at the places, cut when long; None where there is no reading, or nothing on that side.
    """

    document: str
    field: str
    kind: Kind
    about: tuple[str, ...]
    old: Any
    new: Any
    old_text: str | None
    new_text: str | None
    old_place: Spot | None
    new_place: Spot | None
    rules: tuple[str, ...] = ()

    @property
    def group(self) -> Group:
        """What is counted together: findings, residue and corrections are no values."""
        return _APART.get(_section(self.field), "value")


def to_data(change: Change) -> dict[str, Any]:
    """Plain data for JSON, the document's name left to what holds it."""
    places = {side: place and place._asdict() for side, place in (("old_place", change.old_place), ("new_place", change.new_place))}
    return {**{key: value for key, value in asdict(change).items() if key != "document"}, **places}


def from_data(document: str, data: Mapping[str, Any]) -> Change:
    """The change that `to_data` told."""
    places = {side: Spot(**data[side]) if data[side] else None for side in ("old_place", "new_place")}
    return Change(document, **{**data, **places, "about": tuple(data["about"]), "rules": tuple(data["rules"])})


def changes(pair: Pair) -> list[Change]:
    """Everything that differs between the two results, in the order of the record. What merely moved is no change."""
    if pair.old is None or pair.new is None:
        return [_appeared(pair)] if pair.old != pair.new else []
    return [] if pair.old == pair.new else list(_Sides(pair).within("", pair.old, pair.new, (None, None), ()))


def _appeared(pair: Pair) -> Change:
    """A document that has a result in one run only: told as one change, with what names it and how many facts it holds."""
    old, new = (_summary(side) if side is not None else None for side in (pair.old, pair.new))
    named = facts.name(old or new or {}, DOCUMENT)
    return Change(pair.name, DOCUMENT, _kind(old, new), (named,) if named else (), old, new, None, None, None, None)


def _summary(record: Data) -> dict[str, Any]:
    header = record.get("header") or {}
    held = {section: facts.count(value) for section, value in record.items()}
    return {"doc_number": header.get("doc_number"), "title": header.get("title"), "facts": {section: n for section, n in held.items() if n}}


class _Side(NamedTuple):
    reading: Reading | None
    blocks: Blocks


class _Sides:
    """Both results of a document with the readings they point into."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        old, new = known(pair.old_reading, pair.new_reading)
        self.old, self.new = _Side(pair.old_reading, old), _Side(pair.new_reading, new)

    def within(self, field: str, old: Data, new: Data, around: tuple[Evidence | None, Evidence | None], about: tuple[str, ...]) -> Iterator[Change]:
        """The differences of two objects that are one. `around`: where the object around each was read."""
        for element, path in facts.elements(old, new, field):
            a, b = old.get(element), new.get(element)
            at = (facts.evidence(old, element, around[0]), facts.evidence(new, element, around[1]))
            if facts.is_facts(a) or facts.is_facts(b):
                yield from self.lists(path, a, b, about)
            elif isinstance(a, Mapping) and isinstance(b, Mapping):
                yield from self.within(path, a, b, at, about)
            elif facts.comparable(a, element) != facts.comparable(b, element):
                yield self.change(path, a, b, at, about)

    def lists(self, field: str, old: Any, new: Any, about: tuple[str, ...]) -> Iterator[Change]:
        for a, b in matched(facts.facts(old, self.old.blocks), facts.facts(new, self.new.blocks), facts.sort(field)):
            if a is None or b is None:
                yield self.alone(field, a, b, about)
            elif a.content != b.content:
                named = facts.name(b.data, field) or facts.name(a.data, field)
                yield from self.within(field, a.data, b.data, (None, None), (*about, named) if named else about)

    def alone(self, field: str, old: Fact | None, new: Fact | None, about: tuple[str, ...]) -> Change:
        """A whole fact that is on one side only."""
        a, b = (fact.data if fact else None for fact in (old, new))
        named = facts.name(a or b or {}, field)
        return self.change(field, a, b, ((a or {}).get("evidence"), (b or {}).get("evidence")), (*about, named) if named else about)

    def change(self, field: str, old: Any, new: Any, at: tuple[Evidence | None, Evidence | None], about: tuple[str, ...]) -> Change:
        old_at, new_at = (where if not _empty(value) else None for where, value in zip(at, (old, new), strict=True))
        return Change(self.pair.name, field, _kind(old, new), about, facts.bare(old), facts.bare(new),
                      text(old_at, self.old.reading), text(new_at, self.new.reading), spot(old_at), spot(new_at),
                      tuple(self.pair.causes.get(_section(field), ())))


def _section(field: str) -> str:
    return field.split(".")[0]


def _empty(value: Any) -> bool:
    return value is None or value == [] or value == ()


def _kind(old: Any, new: Any) -> Kind:
    """A list that only grew gained, one that only shrank lost."""
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        a, b = (Counter(facts.comparable(one) for one in value if one is not None) for value in (old, new))
        return "changed" if a == b or not (a <= b or b <= a) else "gained" if a <= b else "lost"
    return "gained" if _empty(old) else "lost" if _empty(new) else "changed"
