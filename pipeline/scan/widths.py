"""Punctuation as printed: recognition often gives the narrow form of a wide mark, and square brackets for those of a document number.

A mark is made wide only where the room it takes, or what stands on both its sides, shows that it is. Digits and points stay as they were read.
"""

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import regex

from pipeline.scan.engine import Letter

_WIDE = dict(zip(",:;?!()<>", "，：；？！（）〈〉", strict=True))
_ANGLES = "<>"  # signs of comparison, unless they stand between Chinese characters
_STOPS = ",:;?!"  # at the end of a line, after a Chinese character, these are Chinese marks
_ROOM = 0.72  # ems: a narrow mark takes 0.25 to 0.5, a wide one 1
_YEAR = regex.compile(r"(?:(?<=\p{Han})|^(?=.{6}\d+号))[\[〔［](?=(?:19|20)\d\d([\]〕］])(?=\d|$))")
_HAN, _NARROW = 1.0, 0.5  # ems that neighbours take


def as_printed(letters: list[Letter]) -> list[Letter]:
    """The letters of a line with wide marks and the brackets of document numbers restored."""
    text = list(_bracketed("".join(letter.text for letter in letters)))
    em = _em(letters)
    for n in _marks(text):
        if _is_wide(letters, n, em):
            text[n] = _WIDE[text[n]]
    _pair(text)
    return [letter._replace(text=c) for letter, c in zip(letters, text, strict=True)]


def _bracketed(text: str) -> str:
    """`财社[2024]33号` as `财社〔2024〕33号`."""
    for found in _YEAR.finditer(text):
        text = text[:found.start()] + "〔" + text[found.end():found.start(1)] + "〕" + text[found.end(1):]
    return text


def _pair(text: list[str]) -> None:
    """Of a pair of brackets both are wide where one is."""
    opened: list[int] = []
    for n, c in enumerate(text):
        if c in "(（":
            opened.append(n)
        elif c in ")）" and opened:
            start = opened.pop()
            if text[start] + c in ("(）", "（)"):
                text[start], text[n] = "（", "）"


def _marks(text: list[str]) -> Iterator[int]:
    """Marks that have a wide form and a Chinese character or mark beside them."""
    for n, c in enumerate(text):
        if c in _WIDE and any(wide(beside) for beside in text[max(0, n - 1):n + 2] if beside != c):
            yield n


def _is_wide(letters: list[Letter], n: int, em: float | None) -> bool:
    before, after = letters[n - 1] if n else None, letters[n + 1] if n + 1 < len(letters) else None
    if not before or not after:
        return before is not None and letters[n].text in _STOPS and wide(before.text)
    if letters[n].text in _ANGLES or em is None:
        return wide(before.text) and wide(after.text)
    room = (after.at - before.at) / em - sum(_HAN if wide(beside.text) else _NARROW for beside in (before, after)) / 2
    return room > _ROOM


def _em(letters: list[Letter]) -> float | None:
    """How far apart Chinese characters stand, as a share of the line; None where too few tell."""
    apart = [b.at - a.at for a, b in pairwise(letters) if _han(a.text) and _han(b.text)]
    return median(apart) if len(apart) > 1 else None


def _han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff"


def wide(c: str) -> bool:
    """A character as wide as it is high."""
    return c >= "\u2e80" or c in "—…“”‘’≥≤"
