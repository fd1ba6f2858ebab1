"""Printed places of a reading, told so that they are found again after its blocks have changed.

Ids of blocks count up, so one paragraph more shifts them all, and a table has the same words in many rows: neither the place nor the text
alone says which one is meant. A `Locator` therefore keeps the text, the nearest words before and after it (of a cell: those of its row), and
which one of all places it is that agree in these. Texts are compared folded and without white space, so a paragraph that is joined or divided
still agrees with what is left of it. Found is the nth of the places that agree, where they are as many as they were; else the only one there is;
of a locator written by hand, which counts nothing, else the one at the very place it names. What is then not clear is `Unplaced`: never guessed.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extractors import evidence
from extractors.folding import clean, fold
from extractors.reading import Block, Cell, Reading
from extractors.record import Evidence, Locator

_WORDS = 24  # characters kept before and after


class Unplaced(Exception):
    """What a correction is about is not in the document, or not clearly; says why, in Chinese."""


class Stretch(NamedTuple):
    """`[start, end)` of the bare text of a spot. They sort in reading order."""

    spot: int
    start: int
    end: int

    def meets(self, other: "Stretch") -> bool:
        return self.spot == other.spot and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Spot:
    """A text block or a cell. `text`: folded, without white space; `origins`: where each of its characters is printed; `left`, `right`: the rest of its row."""

    block: Block
    row: int
    cell: Cell | None
    text: str
    origins: tuple[int, ...]
    left: str = ""
    right: str = ""

    @property
    def printed(self) -> str:
        return self.cell.text if self.cell else self.block.text

    def raw(self, start: int, end: int) -> tuple[int, int]:
        return self.origins[start], self.origins[end - 1] + 1


class Places:
    """The spots of a reading, in reading order."""

    def __init__(self, reading: Reading) -> None:
        self.spots = [spot for block in reading.blocks for spot in _spots(block)]
        self.named = {(s.block.id, s.row, s.cell.column if s.cell else 0): n for n, s in enumerate(self.spots)}

    def stretch(self, where: Evidence) -> Stretch | None:
        """The place of an evidence in this reading; None where it has none."""
        key = (where.table, where.row, where.column) if where.table else (where.block, 0, 0)
        n = self.named.get(key)  # type: ignore[arg-type]
        if n is None:
            return None
        start, end = where.span or (0, len(self.spots[n].printed))
        found = Stretch(n, bisect_left(self.spots[n].origins, start), bisect_left(self.spots[n].origins, end))
        return found if found.start < found.end else None

    def evidence(self, at: Stretch) -> Evidence:
        spot = self.spots[at.spot]
        start, end = spot.raw(at.start, at.end)
        if spot.cell is None:
            return evidence.printed(spot.block, start, end)
        return evidence.cell(spot.block, spot.row, spot.cell, *(() if self.whole(at) else (start, end)))

    def whole(self, at: Stretch) -> bool:
        return (at.start, at.end) == (0, len(self.spots[at.spot].text))

    def text(self, at: Stretch) -> str:
        """As printed, less its layout."""
        return clean(self.spots[at.spot].printed[slice(*self.spots[at.spot].raw(at.start, at.end))])

    def locator(self, at: Stretch, fact: str | None = None) -> Locator:
        """What finds `at` again."""
        before, after = self._around(at)
        place = self.evidence(at).model_dump(exclude={"page", "bbox", "rule"})
        told = Locator(**place, text=self.text(at), before=before, after=after, fact=fact)
        found = self.agreeing(told)
        return told.model_copy(update={"occurrence": (found.index(at) + 1, len(found))})

    def find(self, told: Locator) -> Stretch:
        found = self.agreeing(told)
        if told.occurrence and told.occurrence[1] == len(found):
            return found[told.occurrence[0] - 1]
        if len(found) > 1 and not told.occurrence:
            found = [at for at in found if self._at_place(at, told)] or found
        if len(found) == 1:
            return found[0]
        raise Unplaced(f"原文中有 {len(found)} 处“{shortened(told.text)}”，分不清是哪一处" if found else f"原文中找不到“{shortened(told.text)}”")

    def agreeing(self, told: Locator) -> list[Stretch]:
        """Every place with the text of a locator whose surroundings agree with it."""
        before, after = _bare(told.before), _bare(told.after)
        return [at for at in self._holding(told) if _ends_alike(self._around(at)[0], before) and _begin_alike(self._around(at)[1], after)]

    def block_end(self, spot: int) -> int:
        """The last spot of the block of `spot`."""
        block = self.spots[spot].block
        while spot + 1 < len(self.spots) and self.spots[spot + 1].block is block:
            spot += 1
        return spot

    def same_row(self, one: Stretch, other: Stretch) -> bool:
        return (self.spots[one.spot].block.id, self.spots[one.spot].row) == (self.spots[other.spot].block.id, self.spots[other.spot].row)

    def same_column(self, one: Stretch, other: Stretch) -> bool:
        here, there = self.spots[one.spot], self.spots[other.spot]
        return bool(here.cell and there.cell) and (here.block.id, here.cell and here.cell.column) == (there.block.id, there.cell and there.cell.column)

    def in_words(self, *some: Stretch) -> bool:
        """Whether all stand in running text."""
        return all(self.spots[one.spot].cell is None for one in some)

    def _holding(self, told: Locator) -> Iterator[Stretch]:
        """A locator of a whole cell is held by whole cells, any other by every stretch with its text."""
        text = _bare(told.text)
        for n, spot in enumerate(self.spots):
            if told.table and told.span is None:
                if spot.cell and spot.text == text:
                    yield Stretch(n, 0, len(text))
            else:
                yield from (Stretch(n, at, at + len(text)) for at in _all(spot.text, text))

    def _around(self, at: Stretch) -> tuple[str, str]:
        spot = self.spots[at.spot]
        return (spot.left + spot.text[:at.start])[-_WORDS:], (spot.text[at.end:] + spot.right)[:_WORDS]

    def _at_place(self, at: Stretch, told: Locator) -> bool:
        where = self.evidence(at)
        return (where.block, where.table, where.row, where.column) == (told.block, told.table, told.row, told.column) and told.span in (None, where.span)


def shortened(text: str, most: int = 30) -> str:
    """A text for a message."""
    return text if len(text) <= most else f"{text[:most - 1]}…"


def _spots(block: Block) -> Iterator[Spot]:
    if not block.rows:
        yield Spot(block, 0, None, *_mapped(block.text))
    for n, row in enumerate(block.rows):
        texts = [_mapped(cell.text) for cell in row]
        for k, cell in enumerate(row):
            yield Spot(block, n, cell, *texts[k], left=_joined(t for t, _ in texts[:k]), right=_joined(t for t, _ in texts[k + 1:]))


def _joined(texts: Iterator[str]) -> str:
    return "|".join(filter(None, texts))


def _mapped(text: str) -> tuple[str, tuple[int, ...]]:
    told = fold(text)
    kept = [n for n, c in enumerate(told.text) if c != " "]
    return "".join(told.text[n] for n in kept), tuple(told.raw(n) for n in kept)


def _bare(text: str) -> str:
    return _mapped(text)[0]


def _all(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _ends_alike(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


def _begin_alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
