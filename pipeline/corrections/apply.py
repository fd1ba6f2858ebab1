"""Corrections put into a record: after extraction, before the accounting and the checks, so that these see the corrected values.

Each line is examined against what the extraction gives now:

- the corrected value itself: *confirmed*, the line is needed no more (an info finding);
- what it gave when the line was written, or the line does not know that: *applied*;
- a third value: *conflict*. A person has looked at the page and the program has not, so the person's value stands; since the grounds have shifted
  someone should look again (a warning);
- nothing that the line could be about: *unplaced*. Nothing is changed, and a warning says so.

Lines are taken in order. One about the same thing as an earlier one, or about the whole of it, takes its place: the earlier is undone first, so
`original` is always what was extracted, and is listed no more. A line about a fact that an earlier line added, or about a part of what an earlier line
gave, stands beside it. The objects of the record are changed where they are and never replaced by copies: the checks hold the same ones.

What follows from a corrected value by calculation alone is corrected along with it, as an entry of its own: the amount in 元 of a sum, the parts
of a document number. What follows by a rule of the grammar (the genre of a title, the list of recipients) is not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from extractors.folding import folded
from extractors.quantities import yuan
from extractors.reading import Reading
from extractors.record import Allocation, AllocationRow, AppliedCorrection, DocNumberParts, Evidence, Finding, Header, Indicator, Model, Record
from pipeline.corrections import tell
from pipeline.corrections.correction import Correction
from pipeline.corrections.fields import SHARING, Field, called, content, facts, lists, nested
from pipeline.corrections.places import Places, Stretch, Unplaced
from pipeline.corrections.slots import Path, Slot, plain, slot_of

_NUMBER = regex.compile(r"(.+)〔(\d{4})〕(\d+)号")  # the canonical form of the contract
_WITHOUT_PLACE = ("genre", "doc_number_parts")  # elements of the header that follow from others


def apply(record: Record, reading: Reading, some: Sequence[Correction]) -> list[Finding]:
    """Put `some` into `record`, in their order, and list them in `record.corrections`; what is to be told of them."""
    if not some:
        record.corrections = []
        return []
    work = _Work(record, Places(reading), some)
    for line in some:
        work.take(line)
    work.follow()
    record.corrections = [held.entry for held in work.held]
    return [finding for held in work.held if (finding := held.finding())]


@dataclass(eq=False)
class _Held:
    """A line that stands. `root`, `path`: the fact (or the record) and the keys from there to what was changed; `undo` takes it back."""

    line: Correction
    entry: AppliedCorrection
    root: Model | None = None
    path: Path = ()
    undo: Callable[[], object] = lambda: None
    why: str | None = None

    def finding(self) -> Finding | None:
        return tell.finding(self.line, self.entry, self.why)


class _Work:
    """A record in the course of being corrected."""

    def __init__(self, record: Record, places: Places, some: Sequence[Correction]) -> None:
        self.record, self.places = record, places
        self.held: list[_Held] = []
        self.removed: list[tuple[Field, Model, list[Any], Any]] = []
        self.columns = {id(one): list(one.columns) for one in record.allocations}  # as read: a line may be written before the labels were corrected
        self.names = {id(fact): called(fact) for path in {c.target.path for c in some if c.target.path} for _, _, fact in facts(record, path)}

    def take(self, line: Correction) -> None:
        try:
            at = self.places.find(line.locator) if line.locator else None
            if not line.target.path:
                self._leaf(line, self.record, self.record, at)
            elif at:
                self._fact(line, at)
        except Unplaced as why:
            self.held.append(_Held(line, _entry(line, None, "unplaced", None), why=str(why)))

    # facts

    def _fact(self, line: Correction, at: Stretch) -> None:
        owner, siblings, fact = self._meant(line, at)
        if line.target.whole:
            self._whole(line, at, siblings, fact)
        elif fact is None:
            raise Unplaced("此处现在没有读出这一项")
        elif not any(one is fact for one in siblings):
            raise Unplaced("这一项已由另一条更正删去")
        else:
            self._leaf(line, fact, owner, at)

    def _meant(self, line: Correction, at: Stretch) -> tuple[Model, list[Any], Any]:
        """The fact a line is about, with its list and whose that is; None for it where there is none."""
        met = [(o, s, f, where) for o, s, f in self._facts(line.target) if (where := self.places.stretch(f.evidence)) and where.meets(at)]
        near = [(o, s, f) for o, s, f, where in met if where == at] or [(o, s, f) for o, s, f, _ in met]
        near = [one for one in near if self._answers(line, one[2])] or [one for one in near if _named(line) and _settled(line, one[2])]
        if len(near) > 1:
            raise Unplaced(f"此处读出 {len(near)} 项，分不清是哪一项")
        return near[0] if near else (self.record, [], None)

    def _facts(self, target: Field) -> Iterator[tuple[Model, list[Any], Any]]:
        """Those in the record, and those a line removed: a later line may be about them."""
        yield from facts(self.record, target.path)
        yield from ((owner, siblings, fact) for field, owner, siblings, fact in self.removed if field.path == target.path)

    def _answers(self, line: Correction, fact: Model) -> bool:
        """Whether a fact at the place can be the one that is meant: by the name it is told with, where several stood there."""
        names = {called(fact), self.names.get(id(fact), "")}
        if _named(line):
            return _named(line) in names
        if isinstance(fact, SHARING) and line.target.whole and line.value is not None and line.was is None:  # another that was missed at the same place?
            return _alike(called(line.target.value(line.value)), called(fact))
        return True

    def _whole(self, line: Correction, at: Stretch, siblings: list[Any], fact: Any) -> None:
        former = self._take_back(fact, ()) if fact is not None else []
        if former:
            fact = fact if any(one is fact for one in siblings) else None  # one that a line added
        original = content(fact) if fact is not None else None
        new = line.target.value(line.value)
        status = _status(line, original, content(new) if new else None, former)
        held = _Held(line, _entry(line, original, status, self.places.evidence(at)), fact, ())
        if status == "confirmed":
            pass
        elif new is None:
            held.undo = self._remove(line.target, siblings, fact)
        elif fact is not None:
            held.undo = _overwrite(fact, new)
        else:
            held.root, held.undo = new, self._add(line.target, at, new)
        self.held.append(held)

    def _remove(self, target: Field, siblings: list[Any], fact: Any) -> Callable[[], None]:
        n = next(n for n, one in enumerate(siblings) if one is fact)
        gone = (target, self.record, siblings, fact)
        siblings.pop(n)
        self.removed.append(gone)

        def undo() -> None:
            siblings.insert(min(n, len(siblings)), fact)
            self.removed.remove(gone)

        return undo

    def _add(self, target: Field, at: Stretch, new: Any) -> Callable[[], None]:
        new.evidence = self.places.evidence(at)
        siblings = self._home(target, at)
        siblings.insert(self._rank(siblings, at), new)
        self.names[id(new)] = called(new)

        def undo() -> None:
            siblings[:] = [one for one in siblings if one is not new]

        return undo

    def _rank(self, siblings: list[Any], at: Stretch) -> int:
        """Where in a list a fact belongs: in reading order; in a table of blocks side by side, whose list is not in that order, down its own column."""
        found = [(where, n) for n, one in enumerate(siblings) if (where := self.places.stretch(one.evidence))]
        column = [one for one in found if self.places.same_column(one[0], at)] if found != sorted(found) else []
        later = next((n for where, n in column or found if where > at), None)
        return later if later is not None else column[-1][1] + 1 if column else len(siblings)

    def _home(self, target: Field, at: Stretch) -> list[Any]:
        """The list that a fact printed at a place belongs to: of the table, or allocation in words, that begins last before it and reaches it.

        The first or last line of an allocation in words may be what was missed: one that ends right beside the place is it, where that is the only one.
        """
        homes = list(lists(self.record, target.path))
        if len(homes) == 1 and isinstance(homes[0][0], Record | Header):
            return homes[0][1]
        reaches = [(reach, siblings) for owner, siblings in homes if (reach := self._reach(owner, siblings, at))]
        around = [(begin, n) for n, ((begin, last), _) in enumerate(reaches) if begin <= at and at.spot <= self.places.block_end(last.spot)]
        beside = [n for n, ((begin, last), _) in enumerate(reaches) if at.spot in (begin.spot - 1, last.spot + 1) and self.places.in_words(begin, last, at)]
        if not around and len(beside) != 1:
            raise Unplaced("看不出这一项属于哪一张表")
        return reaches[max(around)[1] if around else beside[0]][1]

    def _reach(self, owner: Any, siblings: list[Any], at: Stretch) -> tuple[Stretch, Stretch] | None:
        """From where to where an owner is printed; the values of an indicator stand in its row."""
        begin = self.places.stretch(owner.evidence)
        if begin is None or isinstance(owner, Indicator) and not self.places.same_row(begin, at):
            return None
        return begin, max([begin, *(s for one in siblings if (s := self.places.stretch(one.evidence)))])

    # leaves

    def _leaf(self, line: Correction, root: Any, owner: Model, at: Stretch | None) -> None:
        slot = slot_of(line.target, root, owner, self.columns.get(id(owner), ()))
        former = self._take_back(root, slot.path)
        original, new = plain(slot.get()), line.target.value(line.value)
        status = _status(line, original, plain(new), former)
        undo = slot.put(new) if status != "confirmed" else lambda: None
        if line.target.path:
            where = self.places.evidence(at) if at else None
        else:
            where, undo = self._headed(line.target, at, new, status, undo)
        self.held.append(_Held(line, _entry(line, original, status, where), root, slot.path, undo))

    def _headed(self, target: Field, at: Stretch | None, new: Any, status: str, undo: Callable[[], object]) -> tuple[Evidence | None, Callable[[], object]]:
        """An element of the header has its evidence beside it: the place of the line, where that names one."""
        key, told, where = target.leaf[-1], self.record.header.evidence, self.places.evidence(at) if at else None
        if target.leaf[0] != "header" or target.leaf[1] in _WITHOUT_PLACE or status == "confirmed":
            return where or told.get(key), undo
        before = told.get(key)
        _put(told, key, None if new in (None, []) else where or before)

        def both() -> None:
            undo()
            _put(told, key, before)

        return where or before, both

    # what holds no more, and what follows

    def _take_back(self, root: Model, path: Path) -> list[Any]:
        """Undo what earlier lines did to this, or to a part of it, last first; what they had set."""
        former = [h for h in reversed(self.held) if h.root is root and h.path[:len(path)] == path]
        for held in former:
            held.undo()
            self.held.remove(held)
        return [held.line.value for held in former]

    def follow(self) -> None:
        """Correct what is counted from a corrected value, unless a line corrects that itself."""
        for held in list(self.held):
            for name, path, value in _following(held):
                if not any(h.root is held.root and h.path == path for h in self.held):
                    self._followed(held, name, path, value)
        for held in self.held:
            held.why = held.why or _misfit(held, self.record)

    def _followed(self, held: _Held, name: str, path: Path, value: Any) -> None:
        slot = Slot(held.root, path)
        original = plain(slot.get())
        if original != plain(value):
            slot.put(value)
            entry = held.entry.model_copy(update={"field": name, "value": plain(value), "original": original, "status": "applied"})
            self.held.insert(self.held.index(held) + 1, _Held(held.line, entry, held.root, path))


def _following(held: _Held) -> Iterator[tuple[str, Path, Any]]:
    """Field, path and value of what follows from a line that changed something."""
    if held.root is None or held.entry.status not in ("applied", "conflict"):
        return
    fact: Any = held.root
    if held.path in (("value",), ("unit",)) and "yuan" in type(fact).model_fields:
        value = yuan(fact.value, fact.unit) if fact.value is not None and fact.unit else None
        yield f"{held.line.field.rpartition('.')[0]}.yuan", ("yuan",), value
    if held.path == ("header", "doc_number"):
        found = _NUMBER.fullmatch(fact.header.doc_number or "")
        parts = DocNumberParts(agency_code=found[1], year=int(found[2]), serial=int(found[3])) if found else None
        yield "header.doc_number_parts", ("header", "doc_number_parts"), parts


def _misfit(held: _Held, record: Record) -> str | None:
    """A row with more or fewer numbers than its table has columns, once all lines are in."""
    if held.path not in ((), ("values",), ("columns",)) or not isinstance(held.root, AllocationRow | Allocation):
        return None
    for table in record.allocations:
        rows = [r for r in table.rows if (r is held.root or table is held.root) and len(r.values) != len(table.columns)]
        if rows:
            return f"更正后“{rows[0].name or '（无名称）'}”有 {len(rows[0].values)} 个数，表有 {len(table.columns)} 列"
    return None


# --- values ------------------------------------------------------------------------------------------------------------


def _overwrite(fact: Any, new: Any) -> Callable[[], object]:
    """The values of another fact put into this one, which stays the same object with its place and the facts within it."""
    own = [k for k in type(fact).model_fields if k != "evidence" and k not in nested(type(fact))]
    old = {k: getattr(fact, k) for k in own}

    def put(values: dict[str, Any]) -> None:
        for key, value in values.items():
            setattr(fact, key, value)

    put({k: getattr(new, k) for k in own})
    return lambda: put(old)


def _status(line: Correction, now: Any, value: Any, former: Sequence[Any]) -> str:
    """`former`: what earlier lines had set: who wrote this one may have seen that instead of what was extracted."""
    if now == value:
        return "confirmed"
    return "applied" if not line.knew or any(_same(line.was, one) for one in (now, *former)) else "conflict"


def _same(was: Any, now: Any) -> bool:
    """A fact has kept its values, though it may have got more keys since."""
    if isinstance(was, dict) and isinstance(now, dict):
        return all(key in now and _same(value, now[key]) for key, value in was.items())
    return bool(was == now)


def _named(line: Correction) -> str | None:
    """Which of several facts at one place is meant."""
    return line.locator.fact if line.locator else None


def _settled(line: Correction, fact: Model) -> bool:
    """Whether a fact has the corrected value already."""
    if line.target.whole:
        return line.value is not None and content(line.target.value(line.value)) == content(fact)
    try:
        return bool(plain(slot_of(line.target, fact, fact).get()) == line.value)
    except Unplaced:
        return False


def _alike(one: str, other: str) -> bool:
    one, other = folded(one), folded(other)
    return one in other or other in one


def _put(held: dict[str, Evidence], key: str, where: Evidence | None) -> None:
    if where:
        held[key] = where
    else:
        held.pop(key, None)


def _entry(line: Correction, original: Any, status: Any, where: Evidence | None) -> AppliedCorrection:
    return AppliedCorrection(field=line.field, locator=line.locator, value=line.value, original=original, reason=line.reason, who=line.who,
                             when=line.when, status=status, evidence=where)
