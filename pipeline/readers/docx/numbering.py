"""The numbers of list items as Word shows them: definitions of numbering.xml, and counters that go on with every item."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

import regex
from lxml import etree

from pipeline.readers.docx.numerals import numeral
from pipeline.readers.docx.package import W
from pipeline.readers.docx.styles import Style, flag, number_of, symbol_font
from pipeline.readers.docx.symbols import in_font

_PLACE = regex.compile(r"%([1-9])")
_PADDED = regex.compile(r"0+1")
_BULLET = "•"
_DEPTH, _LONGEST = 9, 64  # levels of a list, characters of a level's text: Word has no more


class Level(NamedTuple):
    """`text`: with `%1` for the count of the first level. `restart`: the level (from 1) whose items start it anew, 0 for never."""

    start: int
    form: str
    text: str
    restart: int
    legal: bool
    gap: str
    style: str

    def shown(self, count: int, legal: bool) -> str:
        if self.form.startswith("0"):  # a custom form by its first numeral, `001`
            return str(count).zfill(len(self.form))
        return numeral(count, "decimal" if legal and self.form != "none" else self.form)


class List(NamedTuple):
    """`counter`: what it counts with, which other lists may share. `starts`: of the levels that begin at a number of its own."""

    counter: str
    levels: dict[int, Level]
    starts: dict[int, int]

    def start(self, at: int) -> int:
        return self.starts.get(at, self.levels[at].start)


class Numbering:
    def __init__(self, root: etree._Element | None) -> None:
        self._root = root
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    @cached_property
    def _lists(self) -> dict[str, List]:
        if self._root is None:
            return {}
        counted = {node.get(f"{W}abstractNumId", ""): node for node in self._root.iterfind(f"{W}abstractNum")}
        by_style = {link.get(f"{W}val"): id for id, node in counted.items() if (link := node.find(f"{W}styleLink")) is not None}
        read = {id: _levels(node) for id, node in counted.items()}
        found = {}
        for node in self._root.iterfind(f"{W}num"):
            counter = _of(node, "abstractNumId")
            link = counted[counter].find(f"{W}numStyleLink") if counter in counted else None
            if link is not None:
                counter = by_style.get(link.get(f"{W}val"), counter)
            found[node.get(f"{W}numId", "")] = _list(node, counter, read.get(counter, {}))
        return found

    def label(self, style: Style) -> str:
        """What is printed before the next paragraph of this style, "" where it is not numbered. Counts on."""
        if not style.number or style.number not in self._lists:
            return ""
        held = self._lists[style.number]
        at = self._depth(held, style)
        level = held.levels.get(at)
        if level is None:
            return ""
        counts = self._count(style.number, held, at)
        if level.form == "bullet":
            return level.text and f"{level.text} "
        told = _PLACE.sub(lambda found: self._part(held, counts, int(found[1]) - 1, level.legal), level.text)
        return told + level.gap if regex.search(r"[!-~]$", told) else told  # 一、 and （一） stand close to what follows

    def _depth(self, held: List, style: Style) -> int:
        """A style is numbered at the level that names it, whatever level the style tells."""
        if style.linked:
            named = {level.style: at for at, level in held.levels.items() if level.style}
            for name in style.chain:
                if name in named:
                    return named[name]
        return style.level or 0

    def _count(self, number: str, held: List, at: int) -> dict[int, int]:
        """The counts of the levels with the next item in; levels above it that no item had yet count as begun."""
        counts = self._counts[held.counter]
        anew = at in held.starts and (number, at) not in self._begun
        self._begun.add((number, at))
        counts[at] = held.start(at) if anew or at not in counts else counts[at] + 1
        for above in [a for a in held.levels if a < at and a not in counts]:
            counts[above] = held.start(above)
        for deeper in [d for d in counts if d > at and (d not in held.levels or at < held.levels[d].restart)]:
            del counts[deeper]
        return counts

    def _part(self, held: List, counts: dict[int, int], at: int, legal: bool) -> str:
        return held.levels[at].shown(counts.get(at, held.start(at)), legal) if at in held.levels else ""


def _levels(node: etree._Element) -> dict[int, Level]:
    return {at: level for at, level in map(_level, node.iterfind(f"{W}lvl")) if 0 <= at < _DEPTH}


def _list(node: etree._Element, counter: str, levels: dict[int, Level]) -> List:
    """A `w:num`: the levels it shares, less what it says otherwise."""
    own, starts = {}, {}
    for override in node.iterfind(f"{W}lvlOverride"):
        own.update(_levels(override))
        if (start := number_of(_of(override, "startOverride"))) is not None:
            starts[number_of(override.get(f"{W}ilvl")) or 0] = start
    return List(counter, levels | own, starts)


def _level(node: etree._Element) -> tuple[int, Level]:
    at = number_of(node.get(f"{W}ilvl")) or 0
    run = node.find(f"{W}rPr")
    form, start, restart = _form(node), number_of(_of(node, "start")), number_of(_of(node, "lvlRestart"))
    text = _of(node, "lvlText")[:_LONGEST] if run is None or not flag(run, "vanish") else ""
    if form == "bullet" and (font := symbol_font(run)):
        text = in_font(text, font)[0]
    if form == "bullet" and text and not text.isprintable():
        text = _BULLET
    gap = "" if _of(node, "suff") == "nothing" else " "
    return at, Level(0 if start is None else start, form, text, at if restart is None else restart, bool(flag(node, "isLgl")), gap, _of(node, "pStyle"))


def _form(node: etree._Element) -> str:
    """The name of the level's format; of a custom one with zeros before it, its first numeral. Newer formats stand in a choice, beside what they fall back to."""
    forms = list(node.iter(f"{W}numFmt"))
    custom = next((found[0] for f in forms if (found := _PADDED.match(f.get(f"{W}format", "")))), "")
    return custom or (forms[-1].get(f"{W}val", "") if forms else "decimal")


def _of(node: etree._Element, name: str) -> str:
    found = node.find(W + name)
    return found.get(f"{W}val", "") if found is not None else ""
