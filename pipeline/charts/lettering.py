"""How much room text takes in a drawing, before any browser has set it: a little more than it will."""

from unicodedata import combining, east_asian_width

import regex

_WIDE, _NARROW, _BROAD = 1.0, 0.6, 0.95  # of the size of the letters
_BROAD_LETTERS = frozenset("MWmw@%")
_ELLIPSIS = "…"


def width(text: str, size: float) -> float:
    return size * sum(map(_advance, text))


def _advance(character: str) -> float:
    if combining(character):
        return 0
    if east_asian_width(character) in "WFA":
        return _WIDE
    return _BROAD if character in _BROAD_LETTERS else _NARROW


def wrapped(text: str, size: float, room: float, lines: int) -> list[str]:
    """`text` on at most `lines` lines as wide as `room`; one that had to be cut ends in …."""
    told = [""]
    letters: list[str] = regex.findall(r"\X", text)
    for letter in letters:
        if not told[-1] or width(told[-1] + letter, size) <= room:
            told[-1] += letter
        elif len(told) < lines:
            told.append(letter.lstrip())
        else:
            return [*told[:-1], _ended(told[-1], size, room)]
    return told


def _ended(line: str, size: float, room: float) -> str:
    letters: list[str] = regex.findall(r"\X", line)
    while letters and width("".join(letters) + _ELLIPSIS, size) > room:
        letters.pop()
    return "".join(letters) + _ELLIPSIS
