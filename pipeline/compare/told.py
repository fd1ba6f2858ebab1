"""A comparison on a terminal: totals first, then the changes of each document, as many as a person reads; how many more there are is told."""

from collections.abc import Iterator, Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.compare.changes import Change
from pipeline.compare.comparison import Comparison
from pipeline.compare.contrast import cut
from pipeline.compare.places import Spot
from pipeline.compare.totals import Tally, Totals
from pipeline.compare.words import COUNTED_FROM, GROUPS, KINDS, MARKS, gist, good, is_whole, label, sides, urgent_first
from pipeline.terminal import printable

SHOWN, SHOWN_OF_DOCUMENT = 60, 8  # changes that are printed where not all are asked for
_ROOM = 60  # characters of a value or a text
_COLORS = {True: "green", False: "red", None: "yellow"}


def view(comparison: Comparison, all: bool = False) -> Iterator[RenderableType]:
    """The parts of the view. `all`: every change; else the first of the first documents, losses before the rest."""
    totals = comparison.totals
    yield _head(totals)
    if not totals.touched:
        return
    yield _tallies("", {GROUPS[group]: tally for group, tally in totals.groups.items() if tally.total})
    yield _tallies("按字段", {f"{label(name)}  {name}": tally for name, tally in sorted(totals.fields.items())})
    if totals.rules:
        unruled = {"（不由规则决定）": totals.unruled} if totals.unruled.total else {}
        yield _tallies("按规则", dict(sorted(totals.rules.items())) | unruled)
    yield from _documents(comparison, totals.changes.total if all else SHOWN, totals.changes.total if all else SHOWN_OF_DOCUMENT)


def _head(totals: Totals) -> Text:
    if not totals.touched:
        return Text(f"比较 {totals.compared} 份文件，没有变化", style="bold")
    counts = "、".join(f"{KINDS[kind]} {getattr(totals.changes, kind)}" for kind in KINDS)
    return Text(f"比较 {totals.compared} 份文件，有变化 {totals.touched} 份：{counts}", style="bold")


def _tallies(title: str, tallies: Mapping[str, Tally]) -> Table:
    table = Table(title=Text(title, style="bold") if title else None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    table.add_column("", overflow="fold")
    for head in (*KINDS.values(), "文件"):
        table.add_column(head, justify="right", no_wrap=True)
    for name, t in tallies.items():
        table.add_row(Text(printable(name)), *(Text(f"{n:,}" if n else "·") for n in (t.gained, t.lost, t.changed, t.documents)))
    return table


def _documents(comparison: Comparison, limit: int, of_document: int) -> Iterator[RenderableType]:
    left, told = limit, 0
    for name, changes in comparison.documents():
        if left <= 0:
            break
        some = urgent_first(changes)[:min(left, of_document)]
        yield _document(name, some, len(changes) - len(some))
        left, told = left - len(some), told + len(some)
    yield Text(f"（{COUNTED_FROM}）", style="dim")
    if more := comparison.totals.changes.total - told:
        yield Text(f"另有 {more:,} 处，用 --all 查看", style="bold")


def _document(name: str, changes: list[Change], more: int) -> RenderableType:
    lines = [line for change in changes for line in _lines(change)]
    left = [_line(2, f"…… 这份文件另有 {more:,} 处", "dim")] if more else []
    return Group(_line(0, name, "bold"), *lines, *left, "")


def _lines(change: Change) -> Iterator[RenderableType]:
    """What it is, what it was and is, where it was read and by which rules."""
    color = _COLORS[good(change)]
    about = "".join(f"  {cut(one, _ROOM)}" for one in change.about[-2:])
    yield _line(2, f"{MARKS[change.kind]} {KINDS[change.kind]} {label(change.field)}", color, f"  {change.field}", "dim", about, "")
    yield from (_line(6, value) for value in _values(change))
    rules = [f"规则 {'、'.join(change.rules)}"] if change.rules else []
    if place := "  ".join((*dict.fromkeys(filter(None, (_place(change.old_place, change.old_text), _place(change.new_place, change.new_text)))), *rules)):
        yield _line(6, place, "dim")


def _line(indent: int, *told: str) -> RenderableType:
    """Texts and their styles in turn, from a column on, whatever the width; line breaks in them are marked."""
    styled = zip(told[::2], (*told[1::2], ""), strict=False)
    text = Text().join(Text("↵".join(map(printable, text.split("\n"))), style=style) for text, style in styled)
    return Padding(text, (0, 0, 0, indent), expand=False)


def _values(change: Change) -> Iterator[str]:
    """`62 → 63`, longer ones under each other; of a fact that is new or gone what it says beside its name."""
    if is_whole(change):
        yield from filter(None, [cut(gist(change), 2 * _ROOM)])
        return
    old, new = ("".join(parts) for parts in sides(change, _ROOM))
    yield from [f"{old} → {new}"] if len(old) + len(new) <= _ROOM // 2 else [f"原：{old}", f"新：{new}"]


def _place(spot: Spot | None, text: str | None) -> str:
    return "" if spot is None else spot.told + (f"「{cut(text, _ROOM)}」" if text else "")
