"""Locators of many places of one reading: what `Places` answers, looked up instead of searched, so that a page of 60,000 cells takes seconds.

A locator counts the places that agree with it. Of a text that thousands of cells hold (100%) those are looked up by the words around it: words agree where
one ends with the other, so those that end with the longer words stand side by side in a list that is sorted backwards, and what they end with can be listed.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from extractors.folding import fold
from extractors.reading import Reading
from extractors.record import Locator
from pipeline.corrections.places import Places, Stretch

_BETWEEN = "\n"  # stands in no bare text
_LAST = "\U0010ffff"
_FEW = 30  # cells: so few are compared one by one


class IndexedPlaces(Places):
    """`Places` with an index of whole cells by their text, and one long text that holds every spot's."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        cells = defaultdict(list)
        for n, spot in enumerate(self.spots):
            if spot.cell:
                cells[spot.text].append(n)
        self._cells = {text: _Alike(self, some) for text, some in cells.items()}
        self._all = _BETWEEN.join(spot.text for spot in self.spots)
        self._starts = [0, *accumulate(len(spot.text) + len(_BETWEEN) for spot in self.spots)]
        self._near: dict[Stretch, tuple[str, str]] = {}

    def around(self, at: Stretch) -> tuple[str, str]:
        return self._around(at)

    def _holding(self, told: Locator) -> Iterator[Stretch]:
        text = _bare(told.text)
        if told.table and told.span is None:
            found = self._cells[text].near(_bare(told.before), _bare(told.after)) if text in self._cells else ()
            yield from (Stretch(n, 0, len(text)) for n in found)
        else:
            yield from (self._stretch(at, len(text)) for at in self._found(text))

    def _found(self, text: str) -> Iterator[int]:
        at = self._all.find(text) if text else -1
        while at >= 0:
            yield at
            at = self._all.find(text, at + 1)

    def _stretch(self, at: int, length: int) -> Stretch:
        n = bisect_right(self._starts, at) - 1
        return Stretch(n, at - self._starts[n], at - self._starts[n] + length)

    def _around(self, at: Stretch) -> tuple[str, str]:
        if at not in self._near:
            self._near[at] = super()._around(at)
        return self._near[at]


class _Alike:
    """Whole cells with one text, by number of spot."""

    def __init__(self, places: IndexedPlaces, spots: Sequence[int]) -> None:
        self._places, self._spots = places, spots

    def near(self, before: str, after: str) -> Sequence[int]:
        """Those that may agree with the words around: all that do, and others."""
        if len(self._spots) <= _FEW:
            return self._spots
        left, right = _beginning(self._befores, before[::-1]), _beginning(self._afters, after)
        return sorted(left if len(left) < len(right) else right)

    @cached_property
    def _befores(self) -> list[tuple[str, int]]:
        return sorted((before[::-1], n) for n, (before, _) in self._words())

    @cached_property
    def _afters(self) -> list[tuple[str, int]]:
        return sorted((after, n) for n, (_, after) in self._words())

    def _words(self) -> Iterator[tuple[int, tuple[str, str]]]:
        return ((n, self._places.around(Stretch(n, 0, len(self._places.spots[n].text)))) for n in self._spots)


def _beginning(words: Sequence[tuple[str, int]], with_: str) -> list[int]:
    """The numbers of the words that begin with some others, and of those that these begin with."""
    found = [n for _, n in words[bisect_left(words, (with_, -1)):bisect_left(words, (with_ + _LAST, -1))]]
    for length in range(len(with_)):
        start = bisect_left(words, (with_[:length], -1))
        while start < len(words) and words[start][0] == with_[:length]:
            found.append(words[start][1])
            start += 1
    return found


def _bare(text: str) -> str:
    return fold(text).text.replace(" ", "")
