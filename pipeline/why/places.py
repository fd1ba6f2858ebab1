"""Where in a reading a text stands that a rule was tried on, and what is meant by `--at`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import regex

from extractors.folding import folded
from extractors.reading import Block, Reading
from extractors.record import Evidence
from pipeline.errors import UsageError

_AT = regex.compile(r"(?P<id>[a-z]\w*)(?::(?P<row>\d+)(?::(?P<column>\d+))?)?")
_OWN = 6  # characters of a block by which it is known in a text that several blocks were put together to


class Spot(NamedTuple):
    """A text block (`row` and `column` None), or a cell: its 0-based row and its printed column."""

    id: str
    row: int | None = None
    column: int | None = None

    @property
    def evidence(self) -> Evidence:
        return Evidence(block=self.id) if self.row is None else Evidence(table=self.id, row=self.row, column=self.column)


class Places:
    """The texts of a reading, folded as rules see them. `at`: the place that alone is asked about."""

    def __init__(self, reading: Reading, at: str | None = None) -> None:
        self.reading = reading
        self.at = _at(at, reading) if at else None
        self._known: dict[str, tuple[Spot, ...]] = {}

    @cached_property
    def texts(self) -> dict[str, list[Spot]]:
        """Every text with the places where it stands, in the order of the document."""
        found: dict[str, list[Spot]] = defaultdict(list)
        for spot, text in _texts(self.reading.blocks):
            if text:
                found[text].append(spot)
        return dict(found)

    def of(self, text: str) -> tuple[Spot, ...]:
        """Where a text stands: as a whole, else within, else those that it was put together of. Empty where the program made it."""
        if text not in self._known:
            self._known[text] = tuple(self._find(text))
        return self._known[text]

    def _find(self, text: str) -> list[Spot]:
        if not text.strip():
            return []
        if text in self.texts:
            return self.texts[text]
        within = [spot for whole, spots in self.texts.items() if text in whole for spot in spots]
        return within or [spot for part, spots in self.texts.items() if len(part) >= _OWN and part in text for spot in spots]

    def meant(self, text: str) -> bool:
        """Whether a text stands at the place that is asked about, as `of` finds it."""
        if self.at is None:
            return True
        if text in self.texts:
            return any(map(self.here, self.texts[text]))
        return any(text in one or len(one) >= _OWN and one in text for one in self.asked) if text.strip() else False

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The texts at the place that is asked about; all of them where none is."""
        return tuple(text for text, spots in self.texts.items() if any(map(self.here, spots)))

    def here(self, spot: Spot) -> bool:
        return self.at is None or all(mine is None or mine == other for mine, other in zip(self.at, spot, strict=True))

    def shown(self, evidence: Evidence | None) -> bool:
        """Whether evidence lies at the place that is asked about."""
        if self.at is None:
            return True
        return evidence is not None and self.here(Spot(evidence.table or evidence.block or "", evidence.row, evidence.column))

    def spots(self, text: str) -> tuple[Spot, ...]:
        """Where it stands at the place that is asked about; of several, which one a rule was tried on is not known."""
        return tuple(filter(self.here, self.of(text)))


def _texts(blocks: Sequence[Block]) -> Iterator[tuple[Spot, str]]:
    for block in blocks:
        if block.rows:
            yield from ((Spot(block.id, n, cell.column), folded(cell.text)) for n, row in enumerate(block.rows) for cell in row)
        else:
            yield Spot(block.id), block.folded.text


def _at(told: str, reading: Reading) -> Spot:
    """`b12`, `t2`, `t2:3` (a row), `t2:3:1` (a cell), counted from 0 as in evidence."""
    found = _AT.fullmatch(told)
    block = reading.by_id.get(found["id"]) if found else None
    if found is None or block is None:
        raise UsageError(f"--at {told}：没有这个位置；可以是 {_span(reading)}，表中的一行如 t1:3，一格如 t1:3:2（从 0 数，同结果中的 evidence）")
    row, column = (int(found[part]) if found[part] else None for part in ("row", "column"))
    if row is not None and row >= len(block.rows):
        raise UsageError(f"--at {told}：{block.id} " + (f"只有第 0–{len(block.rows) - 1} 行" if block.rows else "不是表"))
    return Spot(block.id, row, column)


def _span(reading: Reading) -> str:
    ids = [b.id for b in reading.blocks if not b.rows], [b.id for b in reading.blocks if b.rows]
    return "、".join(f"{some[0]}–{some[-1]}" if len(some) > 1 else some[0] for some in ids if some)
