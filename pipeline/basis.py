"""What a result rests on: the facets of the grammar that each step asked, and what stands in the texts they were asked about."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from extractors.steps import Seen
from grammars.grams import Grams
from pipeline.sealed import packed, unpacked


class Basis(NamedTuple):
    """`seen`: step → facets asked and answered. `marks`: of values that are not kept. `grams`: of every text that a rule was asked about.

    `reading`: the digest of the normalized reading as it was written.
    """

    seen: Mapping[str, Seen]
    marks: Mapping[str, str]
    grams: Grams
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


def to_bytes(basis: Basis) -> bytes:
    return packed([{name: [f"{a:x}", f"{b:x}"] for name, (a, b) in basis.seen.items()}, dict(basis.marks), b64encode(basis.grams.bits).decode(), basis.reading])


def from_bytes(blob: bytes) -> Basis:
    seen, marks, told, reading = unpacked(blob)
    return Basis({name: (int(a, 16), int(b, 16)) for name, (a, b) in seen.items()}, marks, Grams(b64decode(told)), reading)
