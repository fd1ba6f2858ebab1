"""Steps of colour: numbers in up to five steps with the same number of members, equal numbers always in one step."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

STEPS = 5
NEGATIVE = -1  # money that is taken back stands apart


class Steps(NamedTuple):
    """The numbers, sorted; at least one."""

    values: tuple[Decimal, ...]

    @classmethod
    def of(cls, values: Sequence[Decimal]) -> "Steps":
        return cls(tuple(sorted(values)))

    @property
    def low(self) -> Decimal:
        return self.values[0]

    @property
    def high(self) -> Decimal:
        return self.values[-1]

    def step(self, value: Decimal | None) -> int | None:
        """From 0 to 4, `NEGATIVE` below nothing, None without a number."""
        if value is None:
            return None
        if value < 0:
            return NEGATIVE
        first = bisect_left(self.values, Decimal(0))
        return (bisect_left(self.values, value) - first) * STEPS // (len(self.values) - first)

    def told(self) -> Iterator[tuple[int, Decimal, Decimal, int]]:
        """Each step that has members: its number, its lowest and highest, how many."""
        for step in (NEGATIVE, *range(STEPS)):
            members = [value for value in self.values if self.step(value) == step]
            if members:
                yield step, members[0], members[-1], len(members)
