"""Locators of many places of one reading: what `Places` answers, looked up instead of searched, so that a page of 60,000 cells takes seconds."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from extractors.folding import fold
from extractors.reading import Reading
from extractors.record import Locator
from pipeline.corrections.places import Places, Stretch

_BETWEEN = "\n"  # stands in no bare text


class IndexedPlaces(Places):
    """`Places` with an index of whole cells by their text, and one long text that holds every spot's."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self._cells: dict[str, list[int]] = defaultdict(list)
        for n, spot in enumerate(self.spots):
            if spot.cell:
                self._cells[spot.text].append(n)
        self._all = _BETWEEN.join(spot.text for spot in self.spots)
        self._starts = [0, *accumulate(len(spot.text) + len(_BETWEEN) for spot in self.spots)]
        self._near: dict[Stretch, tuple[str, str]] = {}

    def _holding(self, told: Locator) -> Iterator[Stretch]:
        text = fold(told.text).text.replace(" ", "")
        if told.table and told.span is None:
            yield from (Stretch(n, 0, len(text)) for n in self._cells.get(text, ()))
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
