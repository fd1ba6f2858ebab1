"""What of a record can be corrected, and by which name.

    doc_type                                  the document's kind
    header.title                              an element of the header
    amounts.value                             a leaf of a fact: of the one at the place that goes with the name
    statements.actual.number                  a leaf within a leaf
    allocations.rows.values[中央资金]           one number of a list: by the label of its column, or by its place `[0]`
    amounts                                   a whole fact: another one in its place, none (null), or one that was missed

A fact is what has evidence of its own and stands in a list. Facts within facts (the rows of a table, the values of an indicator) are corrected each by
itself: the value of a whole fact has neither them nor evidence, which is the place. What the program counts from the rest
(quantities, residue, findings, links) follows from the facts and is not corrected.
"""

import json
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

import regex
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from extractors import record
from extractors.quantities import yuan
from extractors.record import Header, Model, Record

SECTIONS = ("doc_type", "header", "outline", "citations", "amounts", "account_codes", "transfers", "allocations", "performance_tables", "statements")
SHARING = (record.Statement, record.Goal, record.Contact, record.IndicatorValue)  # several of them are read from one sentence or cell
_STEP = regex.compile(r"([a-z_0-9]+)(?:\[(.+?)\])?(?:\.(?=[a-z])|$)")
_CALLED: dict[type[Model], tuple[str, ...]] = {
    record.Heading: ("number", "title"), record.Citation: ("title", "doc_number"), record.AccountCode: ("code", "name"),
    record.Transfer: ("program", "document"), record.PerformanceTable: ("region", "title"), record.Management: ("aspect",), record.Amount: ("text",),
    record.Goal: ("goal", "completion"), record.IndicatorValue: ("label", "text"), record.Statement: ("scope", "indicator", "verdict"),
    record.Attachment: ("title",), record.Allocation: ("title",), record.Contact: ("organization", "name", "phone")}
_WORDS = {"missing": "缺少这一项", "extra_forbidden": "没有这一项", "string_type": "应是文字", "int_type": "应是整数", "float_type": "应是数",
          "bool_type": "应是 true 或 false", "list_type": "应是列表", "model_type": "应是对象", "dict_type": "应是对象", "none_required": "应是 null",
          "string_pattern_mismatch": "写法不对", "string_too_short": "不能为空", "tuple_type": "应是列表", "too_short": "个数不对", "too_long": "个数不对",
          "int_from_float": "应是整数", "greater_than_equal": "太小", "less_than_equal": "太大"}
_DATE = (regex.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?"), "2024-05-23（只有月份写 2024-05）")
_FORMS = {**dict.fromkeys(("issued_on", "printed_on", "published_on", "received_on"), _DATE), "adcode": (regex.compile(r"\d{6}"), "六位区划代码")}
_CONTROL = regex.compile(r"\p{Cc}")
_BRANCHES = ("int", "float", "str")  # of a union, as pydantic names them among the places of an error


@dataclass(frozen=True)
class Field:
    """`path`: the lists to the facts, empty for the header and `doc_type`. `leaf`: the keys from there on, empty of a whole fact.

    `item`: which of a list of values. `model`: of the fact. `kind`: what the value must be.
    """

    name: str
    path: tuple[str, ...]
    leaf: tuple[str, ...]
    item: str | None
    model: type[Model]
    kind: Any

    @property
    def whole(self) -> bool:
        return not self.leaf

    @property
    def text(self) -> bool:
        """Whether its values are texts."""
        return not self.whole and any(k is str or get_origin(k) is not None and all(isinstance(a, str) for a in get_args(k)) for k in _choices(self.kind))

    def value(self, value: Any) -> Any:
        """A value from JSON as the record holds it. `ValueError` where it is no value of this field."""
        if self.whole:
            return None if value is None else self._fact(value)
        _formed(self.leaf[-1], value)
        return _checked(TypeAdapter(self.kind), value)

    def _fact(self, value: Any) -> Model:
        if not isinstance(value, dict):
            raise ValueError("应是对象，或 null（表示删去这一项）")
        apart: dict[str, Any] = {"evidence": {}, **{key: [] for key in nested(self.model)}}
        for key in apart:
            if key in value:
                raise ValueError(f"{key}：不写在这里（{'出处由 locator 指明' if key == 'evidence' else f'请用 {self.name}.{key} 逐项更正'}）")
        for key, one in value.items():
            _formed(key, one)
        fact: Model = _checked(TypeAdapter(self.model), _with_yuan(value, self.model) | apart)
        return fact


def _with_yuan(value: dict[str, Any], model: type[Model]) -> dict[str, Any]:
    """A sum with its amount in 元, which follows from value and unit."""
    number, unit = value.get("value"), value.get("unit")
    if "yuan" not in model.model_fields or isinstance(number, bool) or not isinstance(number, int | float) or not isinstance(unit, str):
        return value
    right = yuan(number, unit)
    if value.get("yuan", right) != right:
        raise ValueError(f"yuan：{value['yuan']} 与 value、unit 不符，应是 {right}")
    return {**value, "yuan": right}


def _formed(key: str, value: Any) -> None:
    """Texts of a form of their own, and what no text of a record holds."""
    if key in _FORMS and isinstance(value, str) and not _FORMS[key][0].fullmatch(value):
        raise ValueError(f"{key}：应写作 {_FORMS[key][1]}")
    if any(map(_CONTROL.search, _texts(value))):
        raise ValueError(f"{key}：文字中不能有换行和控制字符")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


@lru_cache(maxsize=1024)
def field(name: str) -> Field:
    """The field of a name. `ValueError` says which names there are."""
    steps = _steps(name)
    path: tuple[str, ...] = ()
    leaf: tuple[str, ...] = ()
    model: type[Model] | None = Record
    fact: type[Model] = Record
    kind: Any = None
    for key, _ in steps:
        if model is None or key not in keys(model):
            raise ValueError(f"没有“{name}”这个字段" + (f"；{'.'.join((*path, *leaf)) or '开头'} 可以是 {'、'.join(keys(model))}" if model else ""))
        kind, model = _kind(model.model_fields[key]), _model(model.model_fields[key].annotation)
        leaf = (*leaf, key)
        if model and _listed(kind):
            path, leaf, fact = (*path, *leaf), (), model
    item = steps[-1][1]
    if any(one for _, one in steps[:-1]) or item and (model or not _listed(kind)):
        raise ValueError(f"“{name}”：[ ] 只用来指明一列数中的一个，例如 allocations.rows.values[中央资金]")
    if model is Header:
        raise ValueError(f"请写明版头的哪一项：header. 加上 {'、'.join(keys(Header))}")
    return Field(name, path, leaf, item, fact, get_args(_listed(kind))[0] if item else kind)


def _steps(name: str) -> list[tuple[str, str | None]]:
    found, at = [], 0
    while at < len(name) and (step := _STEP.match(name, at)) and step.end() > at:
        found.append((step[1], step[2]))
        at = step.end()
    if not found or at < len(name) or name.endswith("."):
        raise ValueError(f"“{name}”不是字段的名字；例如 header.title、amounts.value、allocations.rows.values[中央资金]")
    return found


def keys(model: type[Model]) -> tuple[str, ...]:
    """The keys of a model that can be corrected."""
    return SECTIONS if model is Record else tuple(k for k in model.model_fields if k != "evidence")


def nested(model: type[Model]) -> tuple[str, ...]:
    """The lists of facts within a fact."""
    return tuple(k for k, info in model.model_fields.items() if k != "evidence" and _listed(info.annotation) and _model(info.annotation))


def content(fact: Model) -> dict[str, Any]:
    """A fact's own values as JSON."""
    return fact.model_dump(mode="json", exclude={"evidence", *nested(type(fact))})


def called(fact: Any) -> str:
    """What a person calls the fact, as printed."""
    words = [getattr(fact, key) for key in _CALLED.get(type(fact), ("name",))]
    if isinstance(fact, record.Statement) and fact.actual:
        words.append(fact.actual.text)
    return " ".join(filter(None, words)) or "（无名称）"


def facts(root: Model, path: Sequence[str]) -> Iterator[tuple[Model, list[Any], Any]]:
    """Every fact at the end of a path, with the list it stands in and whose list that is."""
    for owner, siblings in lists(root, path):
        yield from ((owner, siblings, fact) for fact in list(siblings))


def lists(root: Model, path: Sequence[str]) -> Iterator[tuple[Model, list[Any]]]:
    """Every list at the end of a path, with the fact, header or record it belongs to."""
    held, rest = getattr(root, path[0]), path[1:]
    if not rest:
        yield root, held
    else:
        for one in held if isinstance(held, list) else [held]:
            yield from lists(one, rest)


# --- kinds -------------------------------------------------------------------------------------------------------------


def _kind(info: FieldInfo) -> Any:
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def _choices(kind: Any) -> tuple[Any, ...]:
    """The members of a union, `None` and annotations taken off."""
    if get_origin(kind) is Annotated:
        return _choices(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return tuple(k for one in get_args(kind) for k in _choices(one))
    return () if kind is type(None) else (kind,)


def _listed(kind: Any) -> Any:
    return next((k for k in _choices(kind) if get_origin(k) is list), None)


def _model(kind: Any) -> type[Model] | None:
    """The model that a kind is, or is a list of."""
    for one in _choices(kind):
        inner = get_args(one)[0] if get_origin(one) is list else one
        if isinstance(inner, type) and issubclass(inner, Model):
            return inner
    return None


def _checked(adapter: "TypeAdapter[Any]", value: Any) -> Any:
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise ValueError(told(error)) from error


def told(error: ValidationError) -> str:
    """The first thing wrong, in Chinese."""
    found = error.errors(include_url=False)
    first, kinds = found[0], {e["type"] for e in found}
    place = ".".join(str(p) for p in first["loc"] if p not in _BRANCHES)
    if first["type"] == "value_error":
        reason = str(first["ctx"]["error"])
    elif first["type"] == "literal_error":
        reason = f"应是 {first['ctx']['expected'].replace(' or ', '、').replace(', ', '、')} 之一"
    else:
        reason = "应是数" if {"int_type", "float_type"} <= kinds else _WORDS.get(first["type"], first["msg"])
    return f"{place}：{reason}" if place else reason
