"""A correction made from a result: the field and the place that a person names, found in the record and its reading.

A place is written as evidence tells it, `b8`, `b8:98-106` (block, span), `t1:3`, `t1:3:2` (table, row, column, from 0 on), or as the text printed there.
Of several facts at one place, what the fact is called goes behind it: `b8:98-106 白沙县 供水保证率`.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import regex

from extractors.reading import Reading
from extractors.record import AppliedCorrection, Evidence, Locator, Model, Record
from pipeline.corrections.correction import Correction, plain_json
from pipeline.corrections.fields import SHARING, Field, called, content, facts, field
from pipeline.corrections.places import Places, Stretch, Unplaced, shortened
from pipeline.corrections.slots import labels, plain, slot_of
from pipeline.errors import UsageError

_PLACE = regex.compile(r"(?P<id>[a-z]\d+)(?::(?P<row>\d+)(?!\d*-)(?::(?P<column>\d+)(?!\d*-))?)?(?::(?P<start>\d+)-(?P<end>\d+))?")
_PLACELESS = ("genre", "doc_number_parts")


class Choice(NamedTuple):
    """What a field may mean: where it is, what it is called or printed, what the result says."""

    place: str
    called: str
    value: str


class Several(Exception):
    """A field and place that leave open what is meant; or nothing is there, and these are what there is."""

    def __init__(self, reason: str, choices: list[Choice]) -> None:
        self.reason, self.choices = reason, choices
        super().__init__(reason)


class _Meant(NamedTuple):
    owner: Model
    fact: Any
    at: Stretch


class Maker:
    """Makes corrections of one document."""

    def __init__(self, record: Record, reading: Reading) -> None:
        self.record, self.reading, self.places = record, reading, Places(reading)

    def make(self, name: str, text: str, place: str | None, reason: str, who: str, when: str) -> Correction:
        """The line that sets a field to the value that `text` tells. `UsageError`; `Several` where more than one could be meant."""
        try:
            target = field(name)
            value = told_value(target, text)
            target.value(value)
        except ValueError as error:
            raise UsageError(f"不能这样更正 {name}：{error}") from error
        try:
            told = self._found(target, value, place)
        except Unplaced as error:
            raise UsageError(f"不能这样更正 {name}：{error}") from error
        document = {"id": self.record.id, "name": self.record.source.path}
        return Correction.model_validate_json(json.dumps({"document": document, **told, "value": value, "reason": reason, "who": who, "when": when}), strict=True)

    def now(self, line: Correction) -> Any:
        """What the result says, corrections included, where a line would set a value."""
        entry = self._entry(line.field, line.locator)
        return entry.value if entry else line.was

    def _found(self, target: Field, value: Any, place: str | None) -> dict[str, Any]:
        """Locator, name of the field, and what the extraction gave."""
        if not target.path:
            return self._element(target, value, place)
        adds = target.whole and value is not None
        if adds and place is None:
            raise UsageError(f"补写或整体改写 {target.name} 的一项，请用 --at 指明它印在哪里")
        meant = self._other(target, value, place) if adds and place else self._one(target, place)
        if isinstance(meant, Stretch):
            beside = any(self._facts(target, [meant]))
            locator = self.places.locator(meant, called(target.value(value)) if beside else None)
            return {"locator": _data(locator), "field": target.name, "was": self._was(target.name, locator, None)}
        locator = self.places.locator(meant.at, called(meant.fact) if len(self._facts(target, [meant.at])) > 1 else None)
        if target.whole:
            return {"locator": _data(locator), "field": target.name, "was": self._was(target.name, locator, content(meant.fact))}
        slot = slot_of(target, meant.fact, meant.owner)
        name = target.name if target.item is None else _labelled(target.name, int(slot.path[-1]), labels(meant.owner, meant.fact))
        return {"locator": _data(locator), "field": name, "was": self._was(name, locator, plain(slot.get()))}

    def _element(self, target: Field, value: Any, place: str | None) -> dict[str, Any]:
        """An element of the header, or the kind of the document: its place is the one given, else the one it has."""
        known = self.record.header.evidence.get(target.leaf[-1]) if target.leaf[0] == "header" else None
        at = self._single(place) if place else self.places.stretch(known) if known else None
        if at is None and value not in (None, []) and target.leaf[0] == "header" and target.leaf[1] not in _PLACELESS:
            raise UsageError(f"{target.name} 现在没有出处，请用 --at 指明它印在哪里")
        locator = self.places.locator(at) if at else None
        now = plain(slot_of(target, self.record, self.record).get())
        return {"locator": _data(locator) if locator else None, "field": target.name, "was": self._was(target.name, locator, now)}

    def _was(self, name: str, locator: Locator | None, now: Any) -> Any:
        """What the extraction gave: where a correction stands, the value it took the place of."""
        entry = self._entry(name, locator)
        return entry.original if entry else now

    def _entry(self, name: str, locator: Locator | None) -> AppliedCorrection | None:
        at = self.places.find(locator) if locator else None
        for entry in self.record.corrections:
            headed = not field(name).path
            same = headed or entry.evidence and self.places.stretch(entry.evidence) == at and (entry.locator and entry.locator.fact) == (locator and locator.fact)
            if entry.field == name and entry.status != "unplaced" and same:
                return entry
        return None

    # what is meant

    def _one(self, target: Field, place: str | None) -> _Meant:
        """The one fact of a field, at a place or in the whole document."""
        every = self._facts(target, None)
        if not every:
            raise UsageError(f"结果中没有 {target.name}；漏读的一项请这样补写：更正 {'.'.join(target.path)}，值为整个对象，并用 --at 指明印在哪里")
        found = self._at(target, place) if place else every
        if len(found) == 1:
            return found[0]
        why = f"{target.name} 有 {len(found)} 处，请用 --at 指明是哪一处" if found else f"“{place}”处没有 {target.name}，有的是"
        raise Several(why, self._choices(target, found or every))

    def _other(self, target: Field, value: Any, place: str) -> "_Meant | Stretch":
        """The fact that another takes the place of; the place alone, where one was missed."""
        at = self._single(place)
        found = self._facts(target, [at])
        if issubclass(target.model, SHARING):
            found = [m for m in found if called(m.fact) == called(target.value(value))]
        if len(found) > 1:
            raise Several(f"此处有 {len(found)} 项 {target.name}，请分别更正", self._choices(target, found))
        return found[0] if found else at

    def _facts(self, target: Field, at: list[Stretch] | None) -> list[_Meant]:
        """The facts of a field: all, or those at some places; where none is, those in the same rows."""
        every = [_Meant(o, f, where) for o, _, f in facts(self.record, target.path) if (where := self.places.stretch(f.evidence))]
        if at is None:
            return every
        met = [m for m in every if any(m.at.meets(one) for one in at)]
        exact = [m for m in met if m.at in at]
        rows = [m for m in every if self.places.spots[m.at.spot].cell and any(self.places.same_row(m.at, one) for one in at)]
        return exact or met or (rows if not target.whole else [])

    def _at(self, target: Field, place: str) -> list[_Meant]:
        """The facts at a place; with a name behind it those of that name."""
        first, _, name = place.partition(" ")
        if not name or not _PLACE.fullmatch(first):
            return self._facts(target, list(self.at(place)))
        return [m for m in self._facts(target, list(self.at(first))) if called(m.fact) == name]

    def _choices(self, target: Field, some: list[_Meant]) -> list[Choice]:
        """Each with the place that means it alone."""
        places = [m.at for m in some]
        return [Choice(self.named(m.at) + (f" {called(m.fact)}" if places.count(m.at) > 1 else ""), called(m.fact), self._value(target, m)) for m in some]

    def _value(self, target: Field, meant: _Meant) -> str:
        if target.whole:
            return ""
        try:
            return json.dumps(plain(slot_of(target, meant.fact, meant.owner).get()), ensure_ascii=False)
        except Unplaced as why:
            return str(why)

    # places

    def at(self, place: str) -> Iterator[Stretch]:
        """Every stretch that a place means. `UsageError`: there is none."""
        found = list(self._named(place)) if _PLACE.fullmatch(place) else self.places.agreeing(Locator(text=place))
        if not found:
            raise UsageError(f"原文中没有“{place}”；可以写块号（b8、b8:98-106）、表的行列（t1:3:2，从 0 数），或印出的文字")
        yield from found

    def _single(self, place: str) -> Stretch:
        found = list(self.at(place))
        if len(found) > 1:
            raise Several(f"“{place}”有 {len(found)} 处，请用 --at 指明是哪一处", [Choice(self.named(at), self._around(at), "") for at in found])
        return found[0]

    def _named(self, place: str) -> Iterator[Stretch]:
        part = _PLACE.fullmatch(place)
        block = self.reading.by_id.get(part["id"]) if part else None
        if part is None or block is None:
            return
        span = (int(part["start"]), int(part["end"])) if part["start"] else None
        if not block.rows:
            places = [Evidence(block=block.id, span=span)] if part["row"] is None else []
        else:
            places = [Evidence(table=block.id, row=n, column=c.column, span=span) for n, row in enumerate(block.rows) for c in row
                      if part["row"] in (None, str(n)) and part["column"] in (None, str(c.column))]
        yield from (at for where in places if (at := self.places.stretch(where)))

    def named(self, at: Stretch) -> str:
        """A place as it is written."""
        where = self.places.evidence(at)
        whole = where.span is None or where.table is None and self.places.whole(at)
        name = where.block if where.table is None else f"{where.table}:{where.row}:{where.column}"
        return f"{name}" if whole or where.span is None else f"{name}:{where.span[0]}-{where.span[1]}"

    def _around(self, at: Stretch) -> str:
        told = self.places.locator(at)
        return f"…{told.before[-8:]}【{shortened(told.text)}】{told.after[:8]}…"


def told_value(target: Field, text: str) -> Any:
    """The value that a word of the command line tells: of a text field the word itself, else JSON; `null` is none."""
    if target.text and text != "null":
        return text
    try:
        return plain_json(text)
    except ValueError as error:
        raise ValueError(f"“{shortened(text)}”应写成 JSON（数、null、true、[…] 或 {{…}}）") from error


def _labelled(name: str, place: int, names: list[str]) -> str:
    """The label of a column in place of its number, where it is the only one of its name: columns move, labels stay."""
    label = names[place] if place < len(names) else ""
    plainly = label and not label.isdecimal() and not any(c in label for c in "[]") and names.count(label) == 1
    return f"{name[:name.index('[')]}[{label if plainly else place}]"


def _data(locator: Locator) -> dict[str, Any]:
    return locator.model_dump(mode="json", exclude_none=True)
