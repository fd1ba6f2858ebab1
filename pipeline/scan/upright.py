"""Which way up a page lies: on its side its lines are tall, and on its head they read badly."""

from collections.abc import Iterable
from statistics import fmean

import numpy as np

from pipeline.scan import engine
from pipeline.scan.engine import Letter
from pipeline.scan.picture import Area, Picture

_TALL = 2.5  # times their width that lines on their side are high, at least; a digit alone is less
_SAMPLE = 3  # lines that are read both ways
_POOR, _GOOD, _BETTER = 0.75, 0.8, 0.15  # confidence: of a page on its head at most; of lines turned right at least, and how much more than the other way


def quarters(page: Picture, areas: list[Area], lines: Iterable[list[Letter]]) -> int:
    """Quarter turns anticlockwise that set the page upright. `areas`: where its lines stand; `lines`: what was read there."""
    if _on_its_side(areas):
        return _better(page, areas, (1, 3))
    return _better(page, areas, (0, 2)) if _poor(lines) else 0


def quarter_turned(page: Picture, turns: int) -> Picture:
    return np.ascontiguousarray(np.rot90(page, turns))


def _on_its_side(areas: list[Area]) -> bool:
    """Whether most lines run up or down the page."""
    tall = sum(a.height > _TALL * a.width for a in areas)
    return tall > 2 * sum(a.width > _TALL * a.height for a in areas)


def _poor(lines: Iterable[list[Letter]]) -> bool:
    sure = [letter.confidence for line in lines for letter in line]
    return bool(sure) and fmean(sure) < _POOR


def _better(page: Picture, areas: list[Area], ways: tuple[int, int]) -> int:
    """Of two numbers of turns the one after which the longest lines read better; none where neither stands out."""
    longest = sorted(areas, key=lambda a: -max(a.width, a.height))[:_SAMPLE]
    first, second = (fmean(_sureness(page, area, turns) for area in longest) for turns in ways)
    if max(first, second) < _GOOD or abs(first - second) < _BETTER:
        return 0
    return ways[0] if first > second else ways[1]


def _sureness(page: Picture, area: Area, turns: int) -> float:
    letters = engine.read(quarter_turned(area.of(page), turns))
    return fmean(letter.confidence for letter in letters) if letters else 0.0
