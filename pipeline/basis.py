"""What a result rests on: the facets of the grammar that each step asked, and the characters of the text they were asked about."""

import string
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from extractors.folding import folded
from extractors.reading import Block, Reading
from extractors.steps import Seen
from pipeline.sealed import packed, unpacked

# Characters of texts that the program puts together itself: separators, the name of a column that has none.
_OWN = string.printable + "金额"


class Basis(NamedTuple):
    """`seen`: step → facets asked and answered. `marks`: of values that are not kept. `letters`: every character that a rule could meet.

    `reading`: the digest of the normalized reading as it was written.
    """

    seen: Mapping[str, Seen]
    marks: Mapping[str, str]
    letters: str
    reading: str

    @property
    def asked(self) -> int:
        return union(tried for tried, _ in self.seen.values())

    @property
    def answered(self) -> int:
        return union(fired for _, fired in self.seen.values())


def union(masks: Iterable[int]) -> int:
    """All facets of some masks."""
    total = 0
    for mask in masks:
        total |= mask
    return total


def letters(reading: Reading) -> str:
    """The characters of a reading as its reader gave it, printed and folded, in order. What the normalizer makes of it has no others."""
    found = set(_OWN)
    for block in reading.blocks:
        found |= _letters(block)
    return "".join(sorted(found))


def _letters(block: Block) -> set[str]:
    return set().union(block.text, block.folded.text, *(c.text for row in block.rows for c in row), *(folded(c.text) for row in block.rows for c in row))


def to_bytes(basis: Basis) -> bytes:
    return packed([{name: [f"{a:x}", f"{b:x}"] for name, (a, b) in basis.seen.items()}, dict(basis.marks), basis.letters, basis.reading])


def from_bytes(blob: bytes) -> Basis:
    seen, marks, told, reading = unpacked(blob)
    return Basis({name: (int(a, 16), int(b, 16)) for name, (a, b) in seen.items()}, marks, told, reading)
