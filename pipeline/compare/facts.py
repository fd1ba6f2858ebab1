"""A record as facts: what of it is compared, what names a fact to people, and by what two facts are known as one.

A *fact* is an object in a list (an amount, a row, an indicator); facts may hold lists of facts. A *leaf* is a value, or a list of values.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, NamedTuple

import regex

from pipeline.compare.places import Blocks, Evidence, Where, where

Data = Mapping[str, Any]
Content = tuple[tuple[str, Hashable], ...]

_KEEPING = frozenset(("evidence", "related", "locator", "id", "schema_version", "provenance"))  # places and the record's own keeping, not what the document says
_ELEMENTS = {"doc_number_parts": "doc_number", "genre": "title"}  # elements of the header that are read from another one's place
_PLACE = regex.compile(r"(?:第\d+页)?表\w+?第\d+行|原文第\d+[行段]|第\d+页(?=）)")  # as a message of a check tells it: a place that moved is no change


class Sort(NamedTuple):
    """The facts of one list. `name`: fields that tell people which fact it is. `keys`: fields that two facts share if they are one, the surest first.

    `told`: fields that a person wants to see of a fact that is new or gone, beside its name. `apart`: a field in which two facts that are one cannot differ.
    """

    name: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    told: tuple[str, ...] = ()
    apart: str | None = None


_SORTS = {
    "document": Sort(("title",), told=("doc_number", "facts")),
    "header.attachments": Sort(("number", "title"), (("title",), ("number",))),
    "header.contacts": Sort(("organization", "name", "phone"), (("name",), ("phone",), ("email",), ("organization",)), ("email",)),
    "outline": Sort(("number", "title"), (("number", "title"), ("title",))),
    "citations": Sort(("title", "doc_number"), (("doc_number",), ("title",)), ("short_name", "count")),
    "amounts": Sort(("label", "text"), (("text", "label"),), ("yuan", "per")),
    "account_codes": Sort(("code", "name"), (("code",), ("name",)), ("kind",)),
    "transfers": Sort(("program", "value", "unit"), (("program", "batch", "value"), ("document", "value"), ("program",), ("document",)), ("batch", "basis", "document")),
    "allocations": Sort(("title",), (("title", "attachment"), ("title",)), ("unit", "columns", "rows")),
    "allocations.rows": Sort(("name",), (("name", "seq"), ("name", "role"), ("name",)), ("adcode", "values", "note")),
    "performance_tables": Sort(("title", "region"), (("title", "region", "program"), ("title", "region"), ("region",), ("title",)),
                               ("program", "funds", "goals", "indicators")),
    "performance_tables.funds": Sort(("name",), (("name", "source"), ("name",), ("source",)), ("initial_budget", "budget", "executed", "rate", "score", "unit")),
    "performance_tables.management": Sort(("aspect",), (("aspect",),), ("situation", "problems")),
    "performance_tables.goals": Sort(("goal",), (("goal",), ("completion",)), ("completion",)),
    "performance_tables.indicators": Sort(("name",), (("name", "level2"), ("name",)), ("level2", "unit", "values", "weight", "score")),
    "performance_tables.indicators.values": Sort(("label",), (("label", "role", "year"), ("label",), ("role", "year")), ("text", "op", "number", "unit")),
    "statements": Sort(("scope", "indicator"), (("scope", "indicator"), ("indicator",)), ("actual", "target", "verdict", "completion_rate")),
    "findings": Sort(("code",), told=("message", "suggestion"), apart="code"),
    "quantities": Sort(("label", "text"), (("text", "label"),)),
    "residue": Sort(("text",), told=("context",)),
    "links": Sort(("title",), (("path",), ("title", "number")), ("relation", "path"), apart="relation"),
    "corrections": Sort(("field",), (("field", "when", "who"), ("field",)), ("value", "original", "status", "reason")),
}


class Fact(NamedTuple):
    """`content`: what it says, without places; `place`: where it was read."""

    data: Data
    content: Content
    place: Where | None


def sort(field: str) -> Sort:
    """How the facts of a list are told and known; of a list that is not described, by content, place and order alone."""
    return _SORTS.get(field, Sort())


def compared(field: str) -> bool:
    """Whether a field says something of the document: of `source` only its path does."""
    return field.rpartition(".")[2] not in _KEEPING and (not field.startswith("source.") or field == "source.path")


def facts(data: Any, blocks: Blocks) -> list[Fact]:
    """The facts of a list of objects (or of None)."""
    return [Fact(one, said(one), where(one.get("evidence"), blocks)) for one in data or ()]


def is_facts(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, Mapping) for one in value)


def said(data: Data) -> Content:
    """What an object says, without places and without what is empty, so that a key that is missing and one that is null are the same."""
    told = ((key, comparable(value, key)) for key, value in sorted(data.items()) if key not in _KEEPING)
    return tuple((key, value) for key, value in told if value is not None)


def comparable(value: Any, key: str = "") -> Hashable:
    """A value as it is compared, an empty list like None; `key` is the field's."""
    if isinstance(value, Mapping):
        return said(value)
    if isinstance(value, list | tuple):
        return tuple(map(comparable, value)) or None
    return _PLACE.sub("", value) if key == "message" and isinstance(value, str) else value


def bare(value: Any) -> Any:
    """A value as it is told: exact, places left out."""
    if isinstance(value, Mapping):
        return {key: bare(one) for key, one in value.items() if key not in _KEEPING}
    return [bare(one) for one in value] if isinstance(value, list | tuple) else value


def count(value: Any) -> int:
    """How many facts a value holds."""
    if isinstance(value, Mapping):
        return sum(map(count, value.values()))
    return sum(isinstance(one, Mapping) + count(one) for one in value) if isinstance(value, list | tuple) else 0


def name(data: Data, field: str) -> str:
    """A fact in a few words."""
    return " ".join(str(data[key]) for key in sort(field).name if data.get(key) not in (None, ""))


def key(fact: Fact, fields: tuple[str, ...]) -> Hashable:
    """The values of `fields`; None where the first, which names the fact, is not told."""
    return tuple(comparable(fact.data.get(field)) for field in fields) if fact.data.get(fields[0]) is not None else None


def evidence(data: Data, element: str, around: Evidence | None) -> Evidence | None:
    """Where `element` of an object was read: of the header each has its own place; else the object's, else that of the object around it."""
    own = data.get("evidence")
    if own and all(isinstance(one, Mapping) for one in own.values()):
        found: Evidence | None = own.get(_ELEMENTS.get(element, element))
        return found
    return own or around


def elements(old: Data, new: Data, field: str) -> Iterator[tuple[str, str]]:
    """The keys of two objects that are one, each with its field."""
    for one in dict.fromkeys((*old, *new)):
        path = f"{field}.{one}" if field else one
        if compared(path):
            yield one, path
