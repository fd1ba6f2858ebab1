"""Cells lost from rows of an allocation: which columns the figures that are left stand in, told by the sums they must make.

A copied table may drop its empty cells, so that a row holds fewer figures than the head has columns. Where a total or
subtotal fails as the rows stand, every way to place such rows is tried; if exactly one makes all its sums, they stand so.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product
from math import comb, prod
from typing import TypeVar

from extractors.cells import Item
from extractors.record import Allocation, AllocationRow, Number

T = TypeVar("T")
Line = tuple[Number | None, ...]
_MOST = 5000  # ways that are tried for one total


def place(allocation: Allocation, items: list[list[Item | None]]) -> None:
    """Put the figures of rows that lost cells where the totals want them; `items` are their cells, moved likewise."""
    width = len(allocation.columns)
    if width < 2 or len(items) != len(allocation.rows):
        return
    for total, members in _groups(allocation.rows):
        short = [n for n in members if 0 < _told(allocation.rows[n]) < width == len(allocation.rows[n].values)]
        ways = [list(combinations(range(width), _told(allocation.rows[n]))) for n in short]
        if not short or len(total.values) != width or prod(comb(width, len(w[0])) for w in ways) > _MOST or _fits(total, [tuple(allocation.rows[n].values) for n in members]):
            continue
        fixed = [tuple(allocation.rows[n].values) for n in members if n not in short]
        fitting = [way for way in product(*ways) if _fits(total, [*fixed, *(_put(allocation.rows[n].values, w, width) for n, w in zip(short, way, strict=True))])]
        if len(fitting) == 1:
            for n, columns in zip(short, fitting[0], strict=True):
                allocation.rows[n].values = list(_put(allocation.rows[n].values, columns, width))
                items[n] = list(_put(items[n], columns, width))


def _groups(rows: list[AllocationRow]) -> Iterator[tuple[AllocationRow, list[int]]]:
    """Each subtotal with the items below it, or above it where none are below; without subtotals the total with all items."""
    items = [n for n, r in enumerate(rows) if r.role == "item"]
    sums = [n for n, r in enumerate(rows) if r.role == "subtotal"]
    if not sums:
        yield from ((r, items) for r in rows if r.role == "total")
    bounds = [n for n, r in enumerate(rows) if r.role != "item"]
    below = bool(sums) and sums[0] < (items[0] if items else -1)
    for n in sums:
        edge = next((b for b in (bounds if below else reversed(bounds)) if (b > n if below else b < n)), len(rows) if below else -1)
        yield rows[n], [k for k in items if min(n, edge) < k < max(n, edge)]


def _told(row: AllocationRow) -> int:
    return sum(v is not None for v in row.values)


def _put(values: Sequence[T | None], columns: tuple[int, ...], width: int) -> tuple[T | None, ...]:
    """The values that are there, in order, in the given columns."""
    left = dict(zip(columns, (v for v in values if v is not None), strict=False))
    return tuple(left.get(n) for n in range(width))


def _fits(total: AllocationRow, rows: list[Line]) -> bool:
    """Whether the rows make the total in every column that it prints."""
    return all(v is None or sum((Decimal(str(r[n])) for r in rows if n < len(r) and r[n] is not None), Decimal(0)) == Decimal(str(v))
               for n, v in enumerate(total.values))
