"""How near a record comes to a golden answer, counted leaf by leaf.

A golden answer is a record made by hand, and partial (corpus/README.md): a key that it leaves out is not compared, one that it gives as null or [] must be
empty; `KEY_any` lists other right values, `LIST_optional` entries that cost nothing. Every leaf counts that is told on either side; what makes an
entry of the lists of `_WHOLE` the right one counts as one leaf. Texts are compared as the contract says: width, quotes, brackets and white space folded.
"""

import unicodedata
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import partial
from itertools import chain, starmap, zip_longest
from typing import Any, NamedTuple

import regex

from extractors.folding import folded
from pipeline.compare import facts
from pipeline.compare.facts import Data, Fact, Sort
from pipeline.compare.matching import matched

_QUOTES = str.maketrans("“”‘’", "\"\"''")
_ASIDE = frozenset(("about", "count", "shifted", "where"))  # what golden answers tell beside the facts
_GUIDANCE = frozenset((  # what they tell for their reader, in one of many right ways
    "source", "citations.short_name", "amounts.text", "amounts.value", "amounts.unit", "amounts.label", "transfers.program",
    "performance_tables.indicators.printed_level1", "performance_tables.indicators.printed_level2", "performance_tables.indicators.repaired",
    "performance_tables.indicators.values.label", "statements.actual.text", "statements.target.text",
    "findings.severity", "findings.message", "findings.expected", "findings.found", "findings.suggestion", "findings.note"))
_LABELS = {"performance_tables.funds": {"name", "source", "unit"}, "performance_tables.management": {"aspect"}}  # a row that says no more may be left out
# Lists in which an entry is right or is not, in any order: the fields that make it so, of several the first that it tells.
_WHOLE: dict[str, tuple[tuple[str, ...], ...]] = {
    "outline": (("number", "title", "level"),), "citations": (("doc_number",), ("title",)), "amounts": (("yuan", "per"),),
    "account_codes": (("code", "kind"),), "findings": (("code",),), "header.issuers": (("",),), "header.recipients": (("",),)}
_COLUMNS = "performance_tables.indicators.values"  # facts in the order of the printed columns
_NAMES = {"header.attachments": "title", "allocations.rows": "name", "performance_tables.funds": "name", "performance_tables.management": "aspect",
          "performance_tables.goals": "goal", "performance_tables.indicators": "name"}  # what is told under quite another name is told of another thing
_ALIKE = 0.6  # what two names of one thing share at least
_MANY = 100_000  # pairs of names: where more are without a mate, nobody can say which is which
_TRIMMED = {"performance_tables.funds.name": regex.compile(r"^其中:|\([百千万亿]*元\)$")}
_BESIDE = "attachments_optional"  # may stand beside the header too
_LISTS = frozenset((*_WHOLE, "allocations.columns", "allocations.rows.values", "findings.about"))
_OBJECTS = frozenset(("", "header", "header.doc_number_parts", "statements.actual", "statements.target"))

Mates = tuple[Data | None, Data | None]


class Score(NamedTuple):
    """Leaves: `agreed` are both `told` by the record and `wanted` by the golden answer."""

    agreed: int = 0
    told: int = 0
    wanted: int = 0

    def __add__(self, other: "Score") -> "Score":  # type: ignore[override]
        return Score(self.agreed + other.agreed, self.told + other.told, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        return self.agreed / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        return self.agreed / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.agreed / (self.told + self.wanted) if self.told + self.wanted else 1.0

    @property
    def perfect(self) -> bool:
        return self.agreed == self.told == self.wanted


def total(scores: Iterable[Score]) -> Score:
    return sum(scores, Score())


def score(golden: Data, record: Data) -> dict[str, Score]:
    """By section of the record, those that the golden answer gives. Both are plain JSON data; an empty record has missed everything."""
    answer, told = _plain(golden, ""), _plain(record, "")
    if _BESIDE in answer:
        answer["header"] = {_BESIDE: answer[_BESIDE], **(answer.get("header") or {})}
    return {section: _element(answer, told, section, section) for section in _counted(answer, "")}


def misshapen(value: Any, field: str = "", entry: bool = False) -> Iterator[str]:
    """Fields of a golden answer that are of another kind than a record's: a list, an object, a value. "": all of it. `entry`: of a list."""
    listed = bool(facts.sort(field).name)
    many, whole = not entry and (listed or field in _LISTS), field in _OBJECTS or entry and listed
    if value is None and field and not (entry and listed):
        return
    if isinstance(value, list) != many or isinstance(value, Mapping) != whole or field.endswith(".count") and not isinstance(value, int):
        yield field
    elif many or whole:
        yield from chain.from_iterable(starmap(misshapen, _parts(value, field) if whole else ((one, field, True) for one in value)))


def _parts(value: Data, field: str) -> Iterator[tuple[Any, str]]:
    """The values of an object, other right ones too, each with its field."""
    for key, part in value.items():
        path = _path("header" if (field, key) == ("", _BESIDE) else field, key.removesuffix("_any").removesuffix("_optional"))
        if not (key.startswith("_") or key in ("shifted", "where") or path in _GUIDANCE):
            yield from ((one, path) for one in part) if key.endswith("_any") and isinstance(part, list) else [([part] if key.endswith("_any") else part, path)]


# --- what is compared --------------------------------------------------------------------------------------------------


def _path(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key


def _plain(value: Any, field: str) -> Any:
    """Plain data as it is compared."""
    match value:
        case str():
            text = "".join(unicodedata.normalize("NFKC", folded(value)).translate(_QUOTES).split())
            return (_TRIMMED[field].sub("", text) if field in _TRIMMED else text) or None
        case float():
            return round(value, 6)
        case Mapping():
            return {key: _plain(one, _path(field, key.removesuffix("_any").removesuffix("_optional"))) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one, field) for one in value]
    return value


def _counted(golden: Data, field: str) -> Iterator[str]:
    """The keys of an object that are compared."""
    for key in golden:
        path = _path(field, key)
        if not (key.startswith("_") or key.endswith(("_any", "_optional")) or key in _ASIDE or path in _GUIDANCE) and facts.compared(path):
            yield key


def _leaves(value: Any, field: str) -> Iterator[tuple[str, Hashable]]:
    """Every value that is told, with its field."""
    if isinstance(value, Mapping):
        for key in sorted(_counted(value, field)):
            yield from _leaves(value[key], _path(field, key))
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one, field)
    elif value is not None:
        yield field, value


# --- values ------------------------------------------------------------------------------------------------------------


def _objects(golden: Data | None, told: Data | None, field: str) -> Score:
    """Two objects that are one. None: there is none, and all that the other tells is missed, or too much."""
    answer = dict.fromkeys(told or ()) if golden is None else golden
    return total(_element(answer, told, key, _path(field, key)) for key in _counted(answer, field))


def _element(golden: Data, told: Data | None, key: str, field: str) -> Score:
    """A value of two objects. Another right one counts as much as the one that is preferred."""
    got, spare = (told or {}).get(key), golden.get(f"{key}_optional") or ()
    others = golden.get(f"{key}_any") or () if told is not None else ()
    preferred = _value(golden[key], got, field, spare)
    right = any(_value(one, got, field, spare).perfect for one in others)
    return Score(*[preferred.wanted] * 3) if right else preferred


def _value(golden: Any, told: Any, field: str, spare: Sequence[Any]) -> Score:
    if field in _WHOLE:
        return _wholes(golden or (), told or (), field, spare)
    if field != _COLUMNS and facts.sort(field).keys:
        return _facts(golden or (), told or (), field, spare)
    if isinstance(golden, list) or isinstance(told, list):
        return total(_value(a, b, field, ()) for a, b in zip_longest(golden or (), told or ()))
    if isinstance(golden, Mapping) or isinstance(told, Mapping):
        return _objects(golden, told, field)
    return Score(int(golden == told is not None), int(told is not None), int(golden is not None))


# --- lists of facts ----------------------------------------------------------------------------------------------------


def _facts(golden: Sequence[Data], told: Sequence[Data], field: str, spare: Sequence[Data]) -> Score:
    """Known as one by what makes facts of two records one. A fact that is known as a spare one costs nothing."""
    sort = facts.sort(field)
    answers = [_fact({**_named(one, told, sort), "_answer": one}, field) for one in golden]
    answers += [_fact(_named(one, told, sort), field) for one in _repeated(spare)]
    given = {path for one in answers for path, _ in one.content}
    pairs = matched(answers, [_fact(one, field, given) for one in told], sort)
    return total(_pair(a, b, field) for a, b in _renamed([(a and a.data, b and b.data) for a, b in pairs], field))


def _fact(data: Data, field: str, given: Container[str] | None = None) -> Fact:
    """What two facts are alike by is their leaves; of a record those that golden answers have `given`."""
    return Fact(data, tuple(dict.fromkeys(leaf for leaf in _leaves(data, field) if given is None or leaf[0] in given)), None)


def _named(golden: Data, told: Sequence[Data], sort: Sort) -> dict[str, Any]:
    """A fact under those of its right names that are told."""
    names = {key: [golden.get(key), *golden[f"{key}_any"]] for keys in sort.keys for key in keys if golden.get(f"{key}_any")}
    return {**golden, **{key: next((one for one in some if any(fact.get(key) == one for fact in told)), some[0]) for key, some in names.items()}}


def _repeated(spare: Iterable[Any]) -> Iterator[Any]:
    """Spare entries, each as often as it may appear."""
    for one in spare:
        yield from [one] * (one.get("count", 1) if isinstance(one, Mapping) else 1)


def _renamed(pairs: Iterable[Mates], field: str) -> Iterator[Mates]:
    """What is told under quite another name is told of another thing. Of what has no mate then, two are one whose names are alike."""
    wanted, told = list[Data](), list[Data]()
    for a, b in pairs:
        if a and b and _likeness(a, b, field) >= _ALIKE:
            yield a, b
        else:
            wanted += [a] if a else []
            told += [b] if b else []
    sought = field in _NAMES and len(wanted) * len(told) <= _MANY
    for a in wanted:
        likest = max(told, key=partial(_likeness, a, field=field), default=None) if sought else None
        mate = likest if likest and _likeness(a, likest, field) >= _ALIKE else None
        told = [b for b in told if b is not mate]
        yield a, mate
    yield from ((None, b) for b in told)


def _likeness(golden: Data, told: Data, field: str) -> float:
    """The share of characters that two names have in common; 1 where facts have no name."""
    a, b = (str(one.get(_NAMES.get(field, "")) or "") for one in (golden, told))
    return 1.0 if a == b else SequenceMatcher(None, a, b, autojunk=False).quick_ratio()


def _pair(golden: Data | None, told: Data | None, field: str) -> Score:
    if golden and "_answer" not in golden:  # a spare one
        return Score()
    answer = golden and golden["_answer"]
    alone = answer if told is None else told if golden is None else None
    return Score() if alone and _blank(alone, field) else _objects(answer, told, field)


def _blank(fact: Data, field: str) -> bool:
    """A printed row with nothing beside its label."""
    return field in _LABELS and all(fact[key] is None for key in _counted(fact, field) if key not in _LABELS[field])


# --- lists of entries that are right or not ----------------------------------------------------------------------------


def _wholes(golden: Sequence[Any], told: Sequence[Any], field: str, spare: Sequence[Any]) -> Score:
    """What makes an entry the right one counts as one, each other leaf for itself. Entries that say what they are about take theirs first."""
    left, found = [_entry(one) for one in told if not _remark(one)], Score()
    for one in sorted((_entry(one) for one in golden if not _remark(one)), key=lambda one: "about" not in one):
        fields = _naming(one, field)
        mate = _taken(one, left, fields)
        found += Score(int(bool(mate)), int(bool(mate)), 1) + _objects(_rest(one, fields), mate, field)
    for one in map(_entry, _repeated(spare)):
        _taken(one, left, _naming(one, field))
    return total([found, *(Score(0, 1, 0) + _objects(None, _rest(one, _naming(one, field)), field) for one in left)])


def _naming(entry: Data, field: str) -> tuple[str, ...]:
    return next((some for some in _WHOLE[field] if entry.get(some[0]) is not None), _WHOLE[field][-1])


def _rest(entry: Data, fields: tuple[str, ...]) -> Data:
    return {key: value for key, value in entry.items() if key not in fields}


def _entry(one: Any) -> Data:
    return one if isinstance(one, Mapping) else {"": one}


def _remark(one: Any) -> bool:
    """A finding that tells of nothing wrong."""
    return isinstance(one, Mapping) and one.get("severity") == "info"


def _taken(golden: Data, left: list[Data], fields: tuple[str, ...]) -> Data | None:
    """The first entry that is the right one, taken out of `left`."""
    at = next((n for n, one in enumerate(left) if _fits(golden, one, fields)), None)
    return None if at is None else left.pop(at)


def _fits(golden: Data, told: Data, fields: tuple[str, ...]) -> bool:
    said = "".join(str(told.get(key) or "") for key in ("message", "expected", "found")) if "about" in golden else ""
    named = all(told.get(key) in (golden[key], *(golden.get(f"{key}_any") or ())) for key in fields if key in golden)
    return named and ("about" not in golden or any(str(word) in said for word in golden["about"]))
