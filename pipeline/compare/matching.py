"""Which facts of two lists are one: the surest signs first, each in time that grows with the lists and not with their product.

1. the same content at the same place, then anywhere: nothing changed, whatever was put in before it
2. the same place and a key, then the same place
3. a key, the surest first
4. places that overlap: a span that grew, another cell of the row
5. the same turn between the same neighbours, where at least half of what they say agrees

Facts that show the same sign are paired in order. Every step treats both lists alike: swapped lists give the same pairs, swapped.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial

from pipeline.compare.facts import Fact, Sort, key
from pipeline.compare.places import Where

Sign = Callable[[Fact], Hashable]  # None: the fact does not show it
Areas = dict[Where, int]


def matched(old: Sequence[Fact], new: Sequence[Fact], sort: Sort) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Pairs of facts that are one, and facts that are alone, in the order of the new list; what was lost stands where it stood."""
    match = _Match(old, new)
    for sign in _signs(sort):
        match.by(sign)
    match.by(_within(sort, partial(_near, _areas([*match.old.values(), *match.new.values()]))))
    match.by_turn(sort)
    return match.told(old, new)


def _signs(sort: Sort) -> Iterator[Sign]:
    keys = [partial(key, fields=fields) for fields in sort.keys]
    yield lambda fact: (fact.content, fact.place)
    yield lambda fact: fact.content
    yield from (partial(_placed, one) for one in keys)
    yield _within(sort, lambda fact: fact.place)
    yield from (_within(sort, one) for one in keys)


def _placed(sign: Sign, fact: Fact) -> Hashable:
    shown = sign(fact)
    return None if shown is None or fact.place is None else (shown, fact.place)


def _within(sort: Sort, sign: Sign) -> Sign:
    """The sign among facts that can be one at all."""
    field = sort.apart
    return sign if field is None else lambda fact: None if (shown := sign(fact)) is None else (fact.data.get(field), shown)


class _Match:
    """`old` and `new`: facts that have no mate yet, by their place in the list; `mates`: old → new."""

    def __init__(self, old: Sequence[Fact], new: Sequence[Fact]) -> None:
        self.old, self.new, self.mates = dict(enumerate(old)), dict(enumerate(new)), dict[int, int]()

    def by(self, sign: Sign) -> None:
        """Facts without a mate that show the same sign, in their order."""
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for n, fact in self.new.items():
            waiting[sign(fact)].append(n)
        for o, fact in list(self.old.items()) if self.new else ():
            shown = sign(fact)
            if shown is not None and waiting.get(shown):
                self._pair(o, waiting[shown].popleft())

    def by_turn(self, sort: Sort) -> None:
        """Facts without a mate between the same neighbours: the first and the first, and so on."""
        turns: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for o, n in _before(self.mates, self.old):
            turns[n][0].append(o)
        for n, o in _before({n: o for o, n in self.mates.items()}, self.new):
            turns[self.mates.get(o, -1)][1].append(n)
        for o, n in [pair for turn in turns.values() for pair in zip(*turn, strict=False)]:
            if _alike(self.old[o], self.new[n], sort):
                self._pair(o, n)

    def told(self, old: Sequence[Fact], new: Sequence[Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
        lost = [((n, 1, o), (old[o], None)) for o, n in _before(self.mates, self.old)]
        alone = [((n, 0, 0), (None, new[n])) for n in self.new]
        pairs = [((n, 0, 0), (old[o], new[n])) for o, n in self.mates.items()]
        return (facts for _, facts in sorted([*lost, *alone, *pairs], key=lambda one: one[0]))

    def _pair(self, o: int, n: int) -> None:
        self.mates[o] = n
        del self.old[o], self.new[n]


def _before(mates: dict[int, int], alone: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Each index that is alone, with the mate of the nearest one before it that is not (-1: there is none)."""
    last = -1
    for index in sorted((*mates, *alone)):
        if index in mates:
            last = mates[index]
        else:
            yield index, last


def _alike(old: Fact, new: Fact, sort: Sort) -> bool:
    """At least half of what they say agrees."""
    apart = sort.apart is not None and old.data.get(sort.apart) != new.data.get(sort.apart)
    return not apart and 2 * len({*old.content} & {*new.content}) >= max(len(old.content), len(new.content), 1)


def _areas(facts: Sequence[Fact]) -> Areas:
    """The spans of running text as areas: spans of a block that overlap, one by one, are one area."""
    areas: Areas = {}
    block, end, area = None, 0, 0
    for place in sorted({f.place for f in facts if f.place and f.place.span and f.place.row is None}, key=lambda p: (str(p.block), p.span)):
        start, stop = place.span or (0, 0)
        if place.block != block or start >= end:
            block, end, area = place.block, stop, area + 1
        areas[place], end = area, max(end, stop)
    return areas


def _near(areas: Areas, fact: Fact) -> Hashable:
    """The area of a span; of a cell its row."""
    if fact.place is None or fact.place.row is not None:
        return fact.place and (fact.place.block, fact.place.row)
    return areas.get(fact.place)
