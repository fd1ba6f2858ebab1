"""What of a fact can be corrected on its page: each leaf with the field, the place and the value that a correction line of it names.

A line is put together in the browser out of texts written here, so that no number passes through a script: what is written is what `gongwen correct` writes.

    Part("amounts", locator='{"block": "b8", "span": [112, 118], …}', called="760万元", values={"value": "760", "unit": "\\"万元\\"", …}, inner={})
    field = part.path + "." + key of a leaf        amounts.value, performance_tables.indicators.values.text, allocations.rows.values[金额]
    whole fact: field = part.path, was = {values}
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from extractors.reading import Reading
from extractors.record import AppliedCorrection, Header, Locator, Model, Record
from pipeline.compare.words import label
from pipeline.corrections.fields import called, facts, field, keys, nested
from pipeline.corrections.places import Stretch
from pipeline.corrections.slots import labels
from pipeline.review.places import IndexedPlaces

PATHS = (("outline",), ("citations",), ("amounts",), ("account_codes",), ("transfers",), ("allocations",), ("allocations", "rows"), ("performance_tables",),
         *(("performance_tables", name) for name in ("funds", "management", "goals", "indicators")), ("performance_tables", "indicators", "values"),
         ("statements",), ("header", "attachments"), ("header", "contacts"))
_FORMS = {**dict.fromkeys(("issued_on", "printed_on", "published_on", "received_on"), "date"), "adcode": "adcode", "level": "level"}
WITHOUT_PLACE = ("doc_type", "genre", "doc_number_parts")  # elements that are corrected without telling where they are printed


class Leaf(NamedTuple):
    """`kind`: number, integer, text, date, adcode, level, boolean, texts (a list of them), object, or a choice of `choices`. `empty`: whether it can be null."""

    label: str
    kind: str
    empty: bool
    choices: tuple[str, ...] = ()


class Part(NamedTuple):
    """A fact of the record, or an element of its header. `values`: JSON text of each key; `inner`: of each leaf within one; `was`: what the extraction gave
    where corrections stand, by field. `locator`: JSON text; None where the place is unknown, "" where none is needed."""

    path: str
    locator: str | None
    called: str
    values: Mapping[str, str]
    inner: Mapping[str, str]
    was: Mapping[str, str]
    whole: bool = True


def dumps(value: Any) -> str:
    """JSON as a correction line has it."""
    return json.dumps(value, ensure_ascii=False)


class Leaves:
    """The parts of one record."""

    def __init__(self, record: Record, reading: Reading) -> None:
        self.record, self.places = record, IndexedPlaces(reading)
        self._corrected: dict[str, list[AppliedCorrection]] = {}
        for entry in record.corrections:
            if entry.status != "unplaced":
                self._corrected.setdefault(entry.field, []).append(entry)
        self._at = Counter((path, self.places.stretch(fact.evidence)) for path in PATHS for _, _, fact in facts(record, path))

    def fact(self, path: tuple[str, ...], fact: Any, owner: Model) -> Part:
        """A fact of a list of `owner`."""
        at = self.places.stretch(fact.evidence)
        locator = self.places.locator(at, called(fact) if self._at[path, at] > 1 else None) if at else None
        name = ".".join(path)
        inner = {key: dumps(value) for key, value in _inner(fact, labels(owner, fact), _apart(name))}
        values = {key: dumps(value) for key, value in fact.model_dump(mode="json", exclude=set(_apart(name))).items()}
        was = self._was(locator, at, (name, *(f"{name}.{key}" for key in (*values, *inner))))
        return Part(name, _told(locator), called(fact), values, inner, was)

    def element(self, key: str) -> Part:
        """An element of the header, or `doc_type`."""
        holder: Model = self.record if key == "doc_type" else self.record.header
        known = self.record.header.evidence.get(key)
        at = self.places.stretch(known) if known else None
        locator = self.places.locator(at) if at else None
        value = getattr(holder, key)
        inner = {f"{key}.{k}": dumps(one) for k, one in value.model_dump(mode="json").items()} if isinstance(value, Model) else {}
        path = "" if key == "doc_type" else "header"
        names = [".".join(filter(None, (path, one))) for one in (key, *inner)]
        told = "" if not locator and key in WITHOUT_PLACE else _told(locator)
        plain = value.model_dump(mode="json") if isinstance(value, Model) else value
        return Part(path, told, label(names[0]), {key: dumps(plain)}, inner, self._was(locator, at, names), whole=False)

    def _was(self, locator: Locator | None, at: Stretch | None, names: Sequence[str]) -> dict[str, str]:
        """What stood where a correction stands now."""
        return {name: dumps(entry.original) for name in names for entry in self._corrected.get(name, ()) if self._about(entry, locator, at)}

    def _about(self, entry: AppliedCorrection, locator: Locator | None, at: Stretch | None) -> bool:
        same = entry.evidence and self.places.stretch(entry.evidence) == at and (entry.locator and entry.locator.fact) == (locator and locator.fact)
        return not field(entry.field).path or bool(same)


@lru_cache
def _apart(path: str) -> frozenset[str]:
    """What the facts of a path have beside values of their own."""
    return frozenset(("evidence", *nested(field(path).model)))


def _told(locator: Locator | None) -> str | None:
    return dumps(locator.model_dump(mode="json", exclude_none=True)) if locator else None


def _inner(fact: Model, columns: Sequence[str], apart: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """The leaves within leaves: of a quantity its own, of a list of numbers each by the label of its column."""
    for key in type(fact).model_fields:
        value = getattr(fact, key)
        if key in apart:
            continue
        if isinstance(value, Model):
            yield from ((f"{key}.{k}", one) for k, one in value.model_dump(mode="json").items())
        elif key == "values":
            yield from ((f"{key}[{_column(n, columns)}]", one) for n, one in enumerate(value))


def _column(n: int, names: Sequence[str]) -> str:
    """The label of a column in place of its number, where it is the only one of its name: columns move, labels stay."""
    name = names[n] if n < len(names) else ""
    plainly = name and not name.isdecimal() and not any(c in name for c in "[]") and names.count(name) == 1
    return name if plainly else str(n)


# --- kinds -------------------------------------------------------------------------------------------------------------


@lru_cache
def kinds() -> dict[str, dict[str, Leaf]]:
    """The leaves of every path, by key; one number of a list stands under `values[]`."""
    paths = {".".join(path): field(".".join(path)).model for path in PATHS}
    told = {path: dict(_leaves(path, model)) for path, model in paths.items()}
    return {"": {"doc_type": _leaf("", "doc_type", Record.model_fields["doc_type"].annotation)}, "header": dict(_leaves("header", Header)), **told}


def _leaves(path: str, model: type[Model], prefix: str = "") -> Iterator[tuple[str, Leaf]]:
    for key in keys(model):
        kind, name = model.model_fields[key].annotation, f"{prefix}{key}"
        if key in nested(model):
            continue
        if key == "values":
            yield f"{name}[]", _leaf(path, name, get_args(kind)[0])
            continue
        yield name, _leaf(path, name, kind)
        for inner in _members(kind):
            if isinstance(inner, type) and issubclass(inner, Model):
                yield from _leaves(path, inner, f"{name}.")


def _leaf(path: str, key: str, kind: Any) -> Leaf:
    full = f"{path}.{key}" if path else key
    members, told = _members(kind), "·".join(label(full).split("·")[len(path.split(".")) if path else 0:])
    empty = type(None) in get_args(kind)
    for one in members:
        if get_origin(one) is Literal:
            return Leaf(told, "choice", empty, get_args(one))
        if get_origin(one) is list:
            return Leaf(told, "texts", empty)
        if isinstance(one, type) and issubclass(one, Model):
            return Leaf(told, "object", empty)
    named = {bool: "boolean", str: "text", float: "number", int: "integer"}
    return Leaf(told, _FORMS.get(key) or next(word for type_, word in named.items() if type_ in members), empty)


def _members(kind: Any) -> tuple[Any, ...]:
    """The members of a union, `None` and annotations taken off."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return tuple(k for one in get_args(kind) for k in _members(one))
    return () if kind is type(None) else (kind,)


