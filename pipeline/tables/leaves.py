"""The columns of a model: every scalar field of it, nested objects drawn out, dates beside the text they were printed as."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from extractors.record import Evidence, Locator, Model
from pipeline.results import Data
from pipeline.tables.table import Column, Kind, Value

_DATE = "_on"  # what the fields of dates end with
_PLAIN: dict[type, Kind] = {str: "text", int: "integer", float: "decimal", bool: "boolean"}


class Leaf(NamedTuple):
    """A column and where its value stands in an object: the keys that lead to it. `give`: the value as the column has it."""

    column: Column
    keys: tuple[str, ...]
    give: Callable[[Any], Value]

    def of(self, data: Data) -> Value:
        value: Any = data
        for key in self.keys:
            value = value.get(key) if value is not None else None
        return None if value is None else self.give(value)


def leaves(model: type[Model], prefix: str = "", keys: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """In the order of the model. Lists of scalars and of objects have tables of their own, evidence columns of its own."""
    for name, field in model.model_fields.items():
        kinds = _alternatives(field.annotation)
        here = (*keys, name)
        inner = next((one for one in kinds if isinstance(one, type) and issubclass(one, Model)), None)
        if inner is not None:
            yield from () if issubclass(inner, Evidence | Locator) else leaves(inner, f"{prefix}{name}_", here)
        elif not any(get_origin(one) is list or one is list or get_origin(one) is dict for one in kinds):
            yield from _scalar(f"{prefix}{name}", here, kinds)


def _scalar(name: str, keys: tuple[str, ...], kinds: set[Any]) -> Iterator[Leaf]:
    if name.endswith(_DATE):
        yield Leaf(Column(name, "date"), keys, day)
        yield Leaf(Column(f"{name}_text"), keys, str)
        return
    kind = _kind(kinds)
    yield Leaf(Column(name, kind), keys, as_json if Any in kinds else _GIVEN[kind])


def _kind(kinds: set[Any]) -> Kind:
    """A number that may be words too is text; so is what may be anything, as JSON."""
    told = {type(value) for one in kinds if get_origin(one) is Literal for value in get_args(one)} | {one for one in kinds if one in _PLAIN}
    if told == {int, float}:
        return "decimal"
    return _PLAIN[told.pop()] if len(told) == 1 else "text"


def _alternatives(annotation: Any) -> set[Any]:
    """What a field may be, beside None."""
    if get_origin(annotation) in (Union, UnionType):
        return {one for part in get_args(annotation) for one in _alternatives(part)} - {NoneType}
    return {annotation}


def day(text: str) -> date | None:
    """A whole day; None where only a month is told."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def decimal(value: int | float | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def as_json(value: Any) -> str:
    """A value that may be anything, as it stands in the record."""
    return json.dumps(value, ensure_ascii=False, default=_exact)


def _exact(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def words(value: Any) -> str:
    """A value that may be text or a number: as it is written."""
    return value if isinstance(value, str) else str(value)


_GIVEN: dict[Kind, Callable[[Any], Value]] = {"text": words, "integer": int, "decimal": decimal, "boolean": bool}
