"""The answer on a terminal: what the field is, then the rules that matched, those that did not with what came nearest, words, tables."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from extractors.record import Evidence
from grammars.grammar import REGIONS
from pipeline.compare import places as where
from pipeline.compare.contrast import cut
from pipeline.compare.words import label, shown
from pipeline.terminal import printable
from pipeline.why.fields import TABLES, Value
from pipeline.why.near import Near
from pipeline.why.places import Spot
from pipeline.why.rules import Match, Miss, Told
from pipeline.why.tables import Taken
from pipeline.why.why import Why
from pipeline.why.words import Group, Unknown

_VALUES, _MATCHED, _MISSED, _EACH, _ALIKE, _WORDS = 10, 6, 6, 2, 4, 8  # how many are printed where not all are asked for
_NEAR = 0.25  # how much of a rule matches in a text that is told for near
_AROUND, _ROOM, _TEXT = 12, 60, 120  # characters beside a match; of a pattern; of a value or a text


class View:
    """The parts of the view. `all`: everything; else as much as a person reads."""

    def __init__(self, why: Why, all: bool = False) -> None:
        self.why, self.all = why, all

    def parts(self) -> Iterator[RenderableType]:
        yield from self._head()
        yield from self._rules("命中的规则", [t for t in self.why.rules if t.hit], _MATCHED)
        yield from self._rules("没有命中的规则，最接近的在前", [t for t in self.why.rules if not t.hit], _MISSED)
        if self.why.field.section != TABLES:  # told table by table
            yield from self._words()
        yield from self._tables()
        yield from self._rest()

    def some(self, many: Sequence[object], limit: int) -> int:
        """How many of them are printed."""
        return len(many) if self.all else min(len(many), limit)

    def more(self, many: Sequence[object], limit: int, indent: int) -> Iterator[RenderableType]:
        if left := len(many) - self.some(many, limit):
            yield _line(indent, f"…… 另有 {left} 项，用 --all 查看", "dim")

    # what it is

    def _head(self) -> Iterator[RenderableType]:
        why, field = self.why, self.why.field
        yield _line(0, why.name, "bold", f"  {'表的归类' if field.section == TABLES else label(field.name)}  {field.name}", "")
        if field.section != TABLES:
            yield from self._values("现在", why.values)
        if why.stands is not None:
            yield from self._values("结果文件中", why.stands)
        yield _line(0, "步骤：", "bold", f"{' → '.join(why.steps)}；下面是 {'、'.join(field.steps)} 中所试的", "")
        yield _line(0, "语法：", "bold", f"{why.written.place('')}（{why.grammar.fingerprint}）", "")
        if why.block:
            yield _line(0, f"只看 {why.block.id}：", "bold", f"它在文件中是 {why.block.role}", "")
        yield from (_line(0, "注意：", "yellow", note, "") for note in why.notes)
        yield Text()

    def _values(self, title: str, values: Sequence[Value]) -> Iterator[RenderableType]:
        if len(values) < 2:
            yield _line(0, f"{title}：", "bold", *(self._value(values[0]) if values else ("（没有）", "")))
            return
        yield _line(0, f"{title} {len(values)} 项：", "bold")
        yield from (_line(2, *self._value(value)) for value in values[:self.some(values, _VALUES)])
        yield from self.more(values, _VALUES, 2)

    def _value(self, value: Value) -> Iterable[str]:
        text = where.text(value.evidence.model_dump(), self.why.places.reading) if value.evidence else None
        return cut(shown(value.value, self.why.field.name), _TEXT), "", f"  {_evidence(value.evidence)}", "dim", f"「{cut(text, _ROOM)}」" if text else "", "dim"

    # rules

    def _rules(self, title: str, told: Sequence[Told], limit: int) -> Iterator[RenderableType]:
        if told:
            yield _line(0, f"{title}（{len(told)}）", "bold")
            for one in told[:self.some(told, limit)]:
                yield from self._rule(one)
            yield from self.more(told, limit, 2)
            yield Text()

    def _rule(self, told: Told) -> Iterator[RenderableType]:
        rule, written = told.rule, self.why.written
        yield _line(2, rule.name, "green" if told.hit else "red", f"  {written.place(rule.file, rule.line)}", "dim", f"  {written.about(rule) or ''}", "")
        yield _line(6, f"{'、'.join(told.steps)} 中试过 {told.texts} 处，命中 {told.hit} 处{_needs(told)}", "")
        yield from (_line(6, *self._matched(match), _groups(match), "") for match in islice(told.matched, None if self.all else _EACH))
        yield from self.more(told.matched, _EACH, 6)
        yield from (_line(6, "没有 needs 就会命中：", "red", *self._matched(match)) for match in told.needed)
        for miss in told.near if self.all else [m for m in told.near[:1] if not told.hit and m.near.share >= _NEAR]:
            yield from self._miss(miss)
        for match in told.elsewhere if self.all or not self.why.values else ():
            yield _line(6, "没有在那里试，试了会命中：", "yellow", *self._matched(match))

    def _miss(self, miss: Miss) -> Iterator[RenderableType]:
        near, text = miss.near, miss.text
        end = max(near.again, near.upto)
        yield _line(6, f"最接近（{near.share:.0%}）：{self._place(miss.text)}", "", f"「{_before(text, near.start)}", "dim", text[near.start:near.end], "green",
                    text[near.end:near.again], "red", text[near.again:near.upto], "green", f"{_after(text, end)}」", "dim")
        yield _line(10, self._said(near, text), "")

    def _said(self, near: Near, text: str) -> str:
        """How far it got, what was to come next, and what stood there."""
        got, found, again = (cut(part, _ROOM) for part in (text[near.start:near.end], text[near.end:near.again], text[near.again:near.upto]))
        so_far, rest = f"“{got}”相符，" if got else "", f"“{cut(text[near.end:], _AROUND)}”" if near.end < len(text) else "文字的末尾"
        expected = cut(self.why.written.pattern(near.expected), _ROOM)
        match near.kind:
            case "goes on":
                return f"“{got}”已全部相符，但规则要文字到此为止，后面还有{rest}"
            case "extra":
                return f"{so_far}接着多出“{found}”，没有它就会命中"
            case "barred":
                return f"{so_far}但 {expected} 不让它在{rest}前命中"
            case "instead" if not got:
                return f"“{again}”相符，它前面应是 {expected}" + (f"，却是“{found}”" if found else "")
            case "instead":
                return f"{so_far}接下来应是 {expected}，{f'却是“{found}”' if found else '这里没有'}" + (f"；其后“{again}”又相符" if again else "")
        return f"{so_far}接下来应是 {expected}，却是{rest}"

    def _matched(self, match: Match) -> Iterable[str]:
        """A match with what stands beside it, and their styles."""
        text, (start, end, _) = match.text, match.hit
        return f"{self._place(text)}「{_before(text, start)}", "dim", f"【{cut(text[start:end], _TEXT)}】", "bold", f"{_after(text, end)}」", "dim"

    def _place(self, text: str) -> str:
        return _place(self.why.places.spots(text))

    # words

    def _words(self) -> Iterator[RenderableType]:
        if self.why.groups:
            yield _line(0, "查过的词", "bold")
            for group in self.why.groups:
                yield from self._group(group)
            yield Text()

    def _group(self, group: Group) -> Iterator[RenderableType]:
        known = [f"{k.word}={k.role}" for k in group.known]
        told = "、".join(known[:self.some(known, _WORDS)]) + (" ……" if self.some(known, _WORDS) < len(known) else "")
        yield _line(2, group.name, "", f"  {self.why.written.place(group.file)}", "dim", f"  查 {group.looked_up} 处，认得 {len(known)}{'：' if known else ''}{told}", "")
        yield from self._unknown(group.unknown)

    def _unknown(self, unknown: Sequence[Unknown]) -> Iterator[RenderableType]:
        for one in unknown[:self.some(unknown, _ALIKE)]:
            like = one.like
            known = f"“{like.word}”={like.role}（{like.group}，{self.why.written.place(like.place)}）"
            yield _line(6, f"不认得“{one.word}”", "red", f"  {_place(one.spots)}", "dim", f"  最像 {known}，同有“{like.common}”", "")
        yield from self.more(unknown, _ALIKE, 6)

    # tables

    def _tables(self) -> Iterator[RenderableType]:
        if self.why.field.of_tables:
            yield _line(0, f"表（{len(self.why.tables)}）" if self.why.tables else "没有读出表", "bold")
            for table in self.why.tables:
                yield from self._table(table)
            yield Text()

    def _table(self, table: Taken) -> Iterator[RenderableType]:
        layouts = {"绩效表": table.form, "分配表": table.allocation}
        taken = next((name for name, one in layouts.items() if one.taken), None)
        yield _line(2, table.id, "bold", f"  {table.size[0]} 行 {table.size[1]} 列  {cut(table.title or '', _ROOM)}  ", "",
                    f"→ {taken or '没有归入任何一种'}", "green" if taken else "red")
        if known := list(dict.fromkeys(f"{w.word}={w.role}" for w in table.known)):
            yield _line(6, f"表头认得：{'、'.join(known[:self.some(known, 2 * _WORDS)])}", "")
        yield from (_line(6, f"{'是' if one.taken else '不是'}{name}：{one.because}", "") for name, one in layouts.items())
        yield from self._unknown(table.unknown)
        if plain := [word for word in table.strange if word not in {u.word for u in table.unknown}]:
            yield _line(6, f"不认得，也没有相近的词：{'、'.join(plain[:self.some(plain, _WORDS)])}", "")

    # the rest

    def _rest(self) -> Iterator[RenderableType]:
        why = self.why
        if why.untried:
            yield _line(0, "没有试到的规则：", "bold", f"{'、'.join(why.untried[:self.some(why.untried, _WORDS)])}（前面的条件没有满足）", "")
            yield from self.more(why.untried, _WORDS, 2)
        if why.beside:
            yield _line(0, "还查过：", "bold", "、".join("行政区划 regions.csv" if name == REGIONS else f"词表 {name}" for name in why.beside), "")
        if not (why.rules or why.groups or why.tables):
            yield _line(0, "这里没有试过与它有关的规则" if why.block else "没有试过与它有关的规则", "bold")


def _line(indent: int, *told: str) -> RenderableType:
    """Texts and their styles in turn, from a column on."""
    styled = zip(told[::2], (*told[1::2], ""), strict=False)
    return _Line(indent, Text().join(Text(printable(text), style=style) for text, style in styled))


class _Line:
    """A text that goes on below itself, broken at any character: Chinese has no spaces to break at."""

    def __init__(self, indent: int, text: Text) -> None:
        self.indent, self.text = indent, text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room, width, ends = max(8, options.max_width - self.indent), 0, []
        for n, letter in enumerate(self.text.plain):
            width += cell_len(letter)
            if width > room:
                ends.append(n)
                width = cell_len(letter)
        yield from (Text(" " * self.indent).append_text(part) for part in self.text.divide(ends))


def _needs(told: Told) -> str:
    return f"；{told.kept_out} 处没有“{'”“'.join(told.rule.needs)}”，按 needs 不试" if told.kept_out else ""


def _evidence(evidence: Evidence | None) -> str:
    spot = where.spot(evidence.model_dump(exclude_none=True)) if evidence else None
    return spot.told if spot else ""


def _place(spots: Sequence[Spot]) -> str:
    """The first place, and how many there are."""
    first = _evidence(spots[0].evidence) if spots else "（拼合的文字）"
    return f"{first} 等 {len(spots)} 处" if len(spots) > 1 else first


def _before(text: str, start: int) -> str:
    return ("…" if start > _AROUND else "") + text[max(0, start - _AROUND):start]


def _after(text: str, end: int) -> str:
    return text[end:end + _AROUND] + ("…" if end + _AROUND < len(text) else "")


def _groups(match: Match) -> str:
    return "".join(f"  {name}={cut(text, _ROOM)}" for name, text in match.hit.groups.items())
