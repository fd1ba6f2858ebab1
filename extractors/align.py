"""Which cell of a row belongs to which column, where cells may have been shifted, dropped or left out.

Cells keep their order, and so do columns: a monotone alignment, scored by how well a cell's kind fits a column and how
steadily the row is shifted against the head. Rows of one shape are aligned once.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

# How badly a kind of cell fits a role; what is not listed fits well (0).
_MISFIT: Mapping[str, Mapping[str, float]] = {
    "name": {"H": 3, "R": 5, "N": 4, "P": 5, "X": 3, "W": 4, "C": 2},
    "weight": {"T": 6, "L": 8, "N": 1.0, "R": 4, "W": 4, "X": 0.5, "C": 6},
    "score": {"T": 6, "L": 8, "N": 1.0, "R": 4, "W": 3, "X": 0.5, "C": 6},
    "target": {"W": 2.5, "L": 1.2, "T": 0.6, "P": 0.1, "C": 3},
    "actual": {"W": 2.0, "L": 1.2, "T": 0.6, "P": 0.1, "C": 3},
    "baseline": {"W": 2.0, "L": 1.5, "T": 0.8, "P": 0.1, "C": 3},
    "fund_weight": {"T": 6, "L": 8, "N": 1.0, "R": 4, "X": 0.5}, "fund_score": {"T": 6, "L": 8, "N": 1.0, "R": 4, "X": 0.5},
    "remark": {"R": 3, "N": 3, "P": 3.5, "C": 3},
    "unit": {"R": 5, "N": 4, "P": 6, "L": 8, "C": 5},
    "seq": {"R": 4, "T": 3, "L": 6, "N": 1.5},
    "money": {"R": 1, "H": 4, "T": 3, "L": 6, "N": 0.3, "W": 1},
    "measure": {"T": 3, "L": 6, "W": 1},
    "note": {"R": 1, "P": 1.5, "N": 1.2},
    "explanation": {"R": 1, "P": 2, "N": 1, "X": 0.2},
    "code": {"T": 2, "L": 5, "X": 0.5},
    "project": {"R": 2, "P": 2.0, "N": 1.5, "X": 0.5},
    "rate": {"T": 4, "L": 6}, "budget": {"R": 3, "T": 4, "L": 6}, "executed": {"R": 3, "T": 4, "L": 6}, "initial_budget": {"R": 3, "T": 4, "L": 6},
}
# What it costs that a column of a role is left without a cell.
_SKIP: Mapping[str, float] = {"name": 4, "target": 1.5, "actual": 1.2, "weight": 1.5, "score": 1.5, "baseline": 1.2, "remark": 0.2, "unit": 0.8,
                              "code": 0.5, "explanation": 0.4, "seq": 0.4, "fund_weight": 0.3, "fund_score": 0.3, "money": 0.9, "measure": 0.9,
                              "note": 0.1, "project": 0.6, "rate": 0.8, "budget": 1, "executed": 1, "initial_budget": 1}
_UNPLACED = 5.0
_TURN, _SHIFT = 0.35, 0.12


@lru_cache(maxsize=16384)
def align(cells: tuple[tuple[str, int], ...], columns: tuple[tuple[str, int], ...]) -> tuple[int | None, ...]:
    """For each cell (kind, printed column) the index of its column among `columns` (role, printed column), or None.

    >>> align((("T", 3), ("N", 4)), (("name", 3), ("target", 4), ("remark", 5)))
    (0, 1)
    """
    straight = _straight(cells, columns)
    return straight if straight is not None else _best(cells, columns)


def _misfit(kind: str, role: str) -> float:
    return _MISFIT.get(role, {}).get(kind, 0.0)


def _straight(cells: Sequence[tuple[str, int]], columns: Sequence[tuple[str, int]]) -> tuple[int | None, ...] | None:
    """The alignment that needs no search: every cell stands right under a column it fits, and no needed column is empty."""
    places = {place: n for n, (_, place) in enumerate(columns)}
    found = [places.get(place) for _, place in cells]
    if None in found or any(_misfit(kind, columns[n][0]) > 1 for (kind, _), n in zip(cells, found, strict=True) if n is not None):
        return None
    missing = [role for n, (role, _) in enumerate(columns) if n not in found and _SKIP.get(role, 1.0) > 1.3]
    return None if missing else tuple(found)


def _best(cells: Sequence[tuple[str, int]], columns: Sequence[tuple[str, int]]) -> tuple[int | None, ...]:
    n, m = len(cells), len(columns)
    skips = [0.0]
    for role, _ in columns:
        skips.append(skips[-1] + _SKIP.get(role, 1.0))
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {}
    for i in range(n):
        for j in range(m):
            fit = _misfit(cells[i][0], columns[j][0])
            shift = cells[i][1] - columns[j][1]
            options: list[tuple[float, tuple[int, int] | None]] = [(fit + i * _UNPLACED + skips[j] + abs(shift) * _SHIFT, None)]
            for a in range(i):
                for b in range(j):
                    cost = best[(a, b)][0] + fit + (i - a - 1) * _UNPLACED + skips[j] - skips[b + 1]
                    turn = abs(shift - (cells[a][1] - columns[b][1]))
                    options.append((cost + turn * _TURN, (a, b)))
            best[(i, j)] = min(options, key=lambda o: o[0])
    last = min(best, key=lambda k: best[k][0] + (n - k[0] - 1) * _UNPLACED + skips[m] - skips[k[1] + 1])
    found: list[int | None] = [None] * n
    at: tuple[int, int] | None = last
    while at is not None:
        found[at[0]] = at[1]
        at = best[at][1]
    return tuple(found)
