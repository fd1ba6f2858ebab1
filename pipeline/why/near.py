"""How near a text comes to a pattern that does not match it: what of it matches, what was to come next, and what stood there instead."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

import regex

from pipeline.why.parts import Parts, divided, greedy, least, source

LONGEST = 2000  # characters of a text that are looked at
_PATIENCE = 0.2  # seconds for one look
_BRANCHES = 12  # of a choice that are looked into
_PLACES = 30  # of a text where a beginning is tried
_RATHER = 0.5  # of a character: that one stands for another is told rather than that it is too many
_EXTRA, _INSTEAD, _AHEAD = "(?P<gap_>.{1,12}?)", "(?P<gap_>.{0,12}?)", "(?P<gap_>.{0,12})"

Manner = Literal["search", "match", "whole"]
Kind = Literal["instead", "barred", "extra", "goes on", "ends"]


class Near(NamedTuple):
    """`[start, end)` of the text matches the pattern up to `expected`; `[end, again)` stands there, and `[again, upto)` matches the rest, where it is not empty.

    `kind`: what stands there, stands `instead` of the part that was to come; `barred`: a guard, which takes no characters, does not hold; `extra`: without it the text
    would match; `goes on`: all matches, and the text is longer; `ends`: nothing of what was to come matches.
    `share`: how much matches, by the characters of the pattern and those that are too many, 0 to 1.
    """

    start: int
    end: int
    again: int
    upto: int
    expected: str
    kind: Kind
    share: float


class _Stop(NamedTuple):
    """Where a text leaves a pattern: `before` it matches, then a part and what is `behind` it to the end of the pattern. `got`, `lost`, `left`: their least characters."""

    before: str
    closing: str
    part: str
    guard: bool
    behind: str
    got: int
    lost: int
    left: int


def matches(pattern: str, manner: Manner, text: str, at: int = 0) -> "regex.Match[str] | None":
    """The match in a text; None too where it takes too long."""
    compiled = _compiled(pattern)
    if compiled is None:
        return None
    look = {"search": compiled.search, "match": compiled.match, "whole": compiled.fullmatch}[manner]
    try:
        return look(text, at, timeout=_PATIENCE)
    except TimeoutError:
        return None


def nearest(pattern: str, manner: Manner, text: str, at: int = 0) -> Near | None:
    """How near `text` comes from `at` on; None where nothing of the pattern that takes characters matches, or where all of it does."""
    text = text[:LONGEST]
    if matches(pattern, manner, text, at):
        return None
    found = [near for branch in divided(pattern) if (near := _of_branch(branch, manner, text, at))]
    return max(found, key=lambda n: (n.share, n.upto - n.start), default=None)


def _of_branch(parts: Parts, manner: Manner, text: str, at: int) -> Near | None:
    begins: Manner = "search" if manner == "search" else "match"
    stops = list(_stops(parts, _Stop("", "", "", False, "", 0, 0, 0), begins, text, at))
    if not stops:
        return _goes_on(parts, text, at) if manner == "whole" else None
    found = (near for stop in stops for near in (_without(stop, source(parts), manner, text, at), _instead(stop, manner, text, at), _beginning(stop, begins, text, at)))
    return max(filter(None, found), key=lambda n: (n.share, n.upto - n.start), default=None)


def _stops(parts: Parts, around: _Stop, begins: Manner, text: str, at: int) -> Iterator[_Stop]:
    """Where the text leaves these parts, and, of a group it leaves within, where it leaves each of its branches. `around`: what encloses them."""
    for n, part in enumerate(parts):
        before, rest = around.before + greedy(parts[:n]), parts[n + 1:]
        if matches(before + part.greedy + around.closing, begins, text, at):
            continue
        got, behind, left = around.got + least(parts[:n]), source(rest) + around.behind, least(rest) + around.left
        inside = _Stop(before + part.opening, ")" + around.closing, "", False, ")" + part.times + behind, got, 0, left)
        for branch in part.branches[:_BRANCHES] if not part.guard else ():
            yield from _stops(branch, inside, begins, text, at) if len(branch) > 1 else ()
        yield _Stop(before, around.closing, part.source, part.guard, behind, got, part.least, left)
        return


def _without(stop: _Stop, pattern: str, manner: Manner, text: str, at: int) -> Near | None:
    """Without what stands too much the text matches."""
    found = matches(stop.before + _EXTRA + stop.part + stop.behind, manner, text, at) if stop.got and not stop.guard else None
    if not found or not matches(pattern, manner, text[:found.start("gap_")] + text[found.end("gap_"):], at):  # a guard may forbid it all the same
        return None
    total = stop.got + stop.lost + stop.left
    return Near(found.start(), *found.span("gap_"), found.end(), stop.part, "extra", total / (total + _RATHER + len(found["gap_"])))


def _instead(stop: _Stop, manner: Manner, text: str, at: int) -> Near | None:
    """With the part that was to come the text would match."""
    matched = stop.got + stop.left
    open_end = manner != "whole" and not stop.left and not stop.guard  # nothing follows that could be found again
    gap = "(?P<gap_>)" if stop.guard else _INSTEAD if stop.got else _AHEAD
    found = matches(stop.before + gap + stop.behind, manner, text, at) if matched and not open_end else None
    if not found:
        return None
    return Near(found.start(), *found.span("gap_"), found.end(), stop.part, "barred" if stop.guard else "instead", matched / (matched + max(1, stop.lost, len(found["gap_"]))))


def _beginning(stop: _Stop, begins: Manner, text: str, at: int) -> Near | None:
    """The longest that matches up to the stop."""
    compiled = _compiled(stop.before + stop.closing)
    if compiled is None or not stop.got:
        return None
    try:
        places = islice(compiled.finditer(text, at, timeout=_PATIENCE), _PLACES) if begins == "search" else filter(None, [compiled.match(text, at, timeout=_PATIENCE)])
        found = max(places, key=lambda m: len(m[0]), default=None)
    except TimeoutError:
        return None
    share = stop.got / (stop.got + max(1, stop.lost) + stop.left)
    return Near(*found.span(), found.end(), found.end(), stop.part + stop.behind, "ends", share) if found else None


def _goes_on(parts: Parts, text: str, at: int) -> Near | None:
    """All of the pattern matches, and the text is longer."""
    found = matches(greedy(parts), "match", text, at)
    if not found or not found.end() > found.start():
        return None
    total = max(1, least(parts))
    return Near(*found.span(), found.end(), found.end(), "", "goes on", total / (total + len(text) - found.end()))


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> "regex.Pattern[str] | None":
    """None where what is left of a pattern is none any more: a group is asked for that is not there."""
    try:
        return regex.compile(pattern)
    except regex.error:
        return None
