"""For what every table of a document was taken, by which words of its head, and why not for something else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from extractors.allocation_tables import _columns, _head_rows, _is_data, grids
from extractors.cells import Item, kind
from extractors.document import Caption, Document
from extractors.forms import Form, rows_of
from extractors.reading import Block
from extractors.steps import Steps
from grammars.grammar import Grammar
from pipeline.why.places import Places, Spot
from pipeline.why.words import Like, Unknown, in_form, likest, may_be_head

_ALLOCATION = "layouts/allocation.columns"
_FORM = ("layouts/performance.columns", "layouts/performance.labels", "layouts/performance.fund_columns", "layouts/performance.section_heads")
_FORM_ROWS, _HEAD_ROWS = 60, 8  # rows within which a form, a table of allocations shows its head
# What makes a table a form: roles that must all be there, and of which one must be there beside them.
_WAYS = ((frozenset[str](), frozenset(("level1", "level2"))), (frozenset(("name", "target")), frozenset[str]()),
         (frozenset(("budget", "executed")), frozenset(("program", "rate"))))
_FUNDS = 2  # the way that holds only where no rows are numbered
_NAMES, _FIGURES = ("name", "seq", "project"), ("money", "measure")
_ALIKE, _MORE_ALIKE = 0.4, 0.6  # shares of characters that a word has in common with a known one: in the head, further down


class Word(NamedTuple):
    """A word of a head, and what it is known as: `group` and role."""

    word: str
    group: str
    role: str
    spot: Spot


class Layout(NamedTuple):
    """Whether a table was taken for a layout, and why."""

    taken: bool
    because: str


@dataclass(frozen=True)
class Taken:
    """A table. `role`: what it is in the document; `size`: rows and columns; `unknown`: words about its head that no layout knows, with the likest that one does."""

    id: str
    size: tuple[int, int]
    title: str | None
    role: str
    known: tuple[Word, ...]
    unknown: tuple[Unknown, ...]
    strange: tuple[str, ...]
    form: Layout
    allocation: Layout


def taken(steps: Steps, grammar: Grammar, places: Places) -> list[Taken]:
    """Every table of the document, in its order."""
    document: Document = steps["document"]
    forms = [t.form for t in steps["tables"]]
    shares = {a.block.id for a in steps["shares"] if a.block}
    tables = [b for b in document.reading.blocks if b.rows and (places.at is None or places.at.id == b.id)]
    return [_Table(b, document, grammar, [f for f in forms if f.table.id == b.id], b.id in shares).told() for b in tables]


class _Table:
    def __init__(self, block: Block, document: Document, grammar: Grammar, forms: Sequence[Form], shared: bool) -> None:
        self.block, self.document, self.grammar, self.forms, self.shared = block, document, grammar, forms, shared
        self.role = document.roles[block.id]

    @cached_property
    def rows(self) -> list[list[Item]]:
        return rows_of(self.block, self.grammar)

    def told(self) -> Taken:
        caption, width = self.document.captions.get(self.block.id, Caption()), max((c.column + c.colspan for row in self.block.rows for c in row), default=0)
        known, strange = self.words()
        unknown = [Unknown(i.text, like, (_spot(i),)) for i in strange if (like := self.likest(i)) and like.share >= _ALIKE]
        return Taken(self.block.id, (len(self.block.rows), width), caption.title, self.role, tuple(known), tuple(sorted(unknown, key=lambda u: -u.like.share)),
                     tuple(i.text for i in strange), self.as_form(), self.as_allocation())

    # words

    def words(self) -> tuple[list[Word], list[Item]]:
        """What the layouts know of the head, and what they do not; of a table that is no table for them, nothing. Words of money are everywhere: they tell
        something only of a table that allocates."""
        known: dict[tuple[str, str], Word] = {}
        strange: dict[str, Item] = {}
        for item, in_head in self.items() if self.role == "table" else ():
            found = [(group, role) for group in self.groups() if (role := self.known_as(group, item.text)) and (self.shared or role not in _FIGURES)]
            for group, role in found:
                known.setdefault((item.text, group), Word(item.text, group, role, _spot(item)))
            if not found and self.may_be_head(item) and (in_head or self.near(item)):
                strange.setdefault(item.text, item)
        return list(known.values()), list(strange.values())

    def may_be_head(self, item: Item) -> bool:
        return may_be_head(item.text) and kind(item.text, self.grammar) == "T" and not in_form(item.text, self.grammar)

    def near(self, item: Item) -> bool:
        like = None if self.forms or self.shared else self.likest(item)
        return like is not None and like.share >= _MORE_ALIKE

    def groups(self) -> tuple[str, ...]:
        """Of a table that was taken for one layout, that one's words."""
        return _FORM if self.forms else (_ALLOCATION,) if self.shared else (_ALLOCATION, *_FORM)

    def items(self) -> Iterator[tuple[Item, bool]]:
        """The items among which head words stand, and whether they stand in the head. A form has them wherever its parts begin."""
        heads = {_spot(i) for row in self.head() for i in row}
        rows = self.rows if self.forms else self.head() if self.shared else self.rows[:_FORM_ROWS]
        yield from ((i, _spot(i) in heads) for row in rows for i in row)

    def head(self) -> list[list[Item]]:
        """The rows of the head: of a form as it was read, else those before the first figures."""
        if self.forms:
            return [row for form in self.forms for row in form.heads]
        start, end = _head_rows(self.rows, self.grammar)
        if start is None:
            return self.rows[:next((n for n, row in enumerate(self.rows[:_HEAD_ROWS]) if _is_data(row, self.grammar)), _HEAD_ROWS)]
        return self.rows[start:end]

    def known_as(self, group: str, text: str) -> str | None:
        layout, _, name = group.removeprefix("layouts/").partition(".")
        return self.grammar.layouts[layout].role(name, text)

    def likest(self, item: Item) -> Like | None:
        return likest(item.text, self.groups(), self.grammar)

    # layouts

    def as_form(self) -> Layout:
        if self.role != "table":
            return Layout(False, _ROLES.get(self.role, self.role))
        roles = self.form_roles()
        if self.forms:
            return Layout(True, f"有 {_listed(self.deciding(roles))}")
        ways = [n for n, (needed, some) in enumerate(_WAYS) if needed <= roles.keys() and (not some or some & roles.keys())]
        if not ways:
            lacking = filter(None, (_lacking(needed, some, roles) for needed, some in _WAYS))
            return Layout(False, f"{'有 ' + _listed(roles) + '，' if roles else ''}缺 {'；或 '.join(lacking)}")
        seq = self.seq() if ways == [_FUNDS] else None
        but = f"前 3 行有序号列“{seq}”" if seq else "没有读出指标、资金或管理的表头，标签也不到两个"
        return Layout(False, f"有 {_listed(self.deciding(roles))}，但{but}")

    def form_roles(self) -> dict[str, str]:
        """Role → the first word that is known so, of the groups that decide."""
        found: dict[str, str] = {}
        for item in (i for row in self.rows[:_FORM_ROWS] for i in row):
            for group in _FORM[:3]:
                if role := self.known_as(group, item.text):
                    found.setdefault(role, item.text)
        return found

    def deciding(self, roles: dict[str, str]) -> dict[str, str]:
        asked = frozenset().union(*(needed | some for needed, some in _WAYS))
        return {role: word for role, word in roles.items() if role in asked}

    def seq(self) -> str | None:
        return next((i.text for row in self.rows[:3] for i in row if self.known_as(_ALLOCATION, i.text) == "seq"), None)

    def as_allocation(self) -> Layout:
        if self.role != "table":
            return Layout(False, _ROLES.get(self.role, self.role))
        if self.forms:
            return Layout(False, "已作绩效表读出")
        found = grids(self.rows, self.grammar)
        if self.shared or found:
            columns = "、".join(f"{c.label}={c.role}" for c in found[0].columns) if found else ""
            return Layout(self.shared, f"表头 {columns}" + ("" if self.shared else f"；但单位{self.unit()}不是钱（词表 allocations.money_units）"))
        start, end = _head_rows(self.rows, self.grammar)
        return Layout(False, self.headless() if start is None else self.unfit(start, end))

    def unit(self) -> str:
        caption = self.document.captions.get(self.block.id)
        return f"“{caption.unit}”" if caption and caption.unit else ""

    def headless(self) -> str:
        """No row is a head; the row that comes nearest."""
        rows = [(row, self.lacks(row)) for row in self.rows[:_HEAD_ROWS]]
        if not rows:
            return "没有内容"
        row, lacking = min(rows, key=lambda r: (len(r[1]), -sum(bool(self.known_as(_ALLOCATION, i.text)) for i in r[0])))
        words = "、".join(f"{i.text}={self.known_as(_ALLOCATION, i.text) or '？'}" for i in row[:8])
        return f"前 {len(rows)} 行中没有表头；最接近的是第 {row[0].row + 1} 行（{words}）：{'，'.join(lacking)}"

    def lacks(self, row: list[Item]) -> list[str]:
        """What keeps a row from being a head."""
        roles = {self.known_as(_ALLOCATION, i.text) for i in row}
        told = (("只有一格", len(row) < 2), (f"没有 {'、'.join(_NAMES)} 列", not roles & set(_NAMES)),
                (f"没有 {'、'.join(_FIGURES)} 列", len(row) < 3 and not roles & set(_FIGURES)), ("有数字", _is_data(row, self.grammar)))
        return [reason for reason, holds in told if holds]

    def unfit(self, start: int, end: int) -> str:
        """There is a head, and it allocates nothing."""
        data = self.rows[end:]
        columns = _columns(self.rows[start:end], data, self.grammar)
        roles = {c.role for c in columns}
        told = ((f"没有 {'、'.join(_NAMES)} 列", not roles & set(_NAMES)), ("没有 money 列（名目像钱而下面多半不是数字的不算）", "money" not in roles),
                ("表头下面没有数字行", not any(_is_data(row, self.grammar) for row in data)))
        return f"表头 {'、'.join(f'{c.label}={c.role}' for c in columns)}：{'，'.join(reason for reason, holds in told if holds)}"


_ROLES = {"furniture": "没有数字，表头词也不到两个，当作网页的版面", "metadata": "有两个以上的信息标签（规则 structure.metadata_label），当作网页的信息表"}


def _spot(item: Item) -> Spot:
    return Spot(item.table.id, item.row, item.cell.column)


def _listed(roles: dict[str, str]) -> str:
    return "、".join(f"{word}={role}" for role, word in list(roles.items())[:8])


def _lacking(needed: Iterable[str], some: frozenset[str], roles: dict[str, str]) -> str:
    """What of one way is not there."""
    lacking = sorted(role for role in needed if role not in roles)
    either = "" if some & roles.keys() or not some else " 或 ".join(sorted(some))
    return "、".join(filter(None, (*lacking, either)))
