"""One spelling for matching: widths, brackets and dashes folded, layout white space taken out.

Patterns see only folded text, so a grammar need not know that an office writes `（`, `﹝` or `2024 年`.
Folding is one character for one character or none, so every span leads back to what was printed.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractors.lookalikes import LOOKALIKES

_PAIRS = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)} | {
    "﹝": "〔", "﹞": "〕", "[": "〔", "]": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕",
    "﹙": "(", "﹚": ")", "﹒": ".", "﹪": "%", "〈": "<", "〉": ">", "﹤": "<", "﹥": ">", "–": "-", "—": "-",
    "−": "-", "‐": "-", "─": "-", "∶": ":", "≧": "≥", "≦": "≤", "⩾": "≥", "⩽": "≤", "號": "号", "﹕": ":", "﹐": ",", "﹔": ";",
    "〞": "”", "〝": "“", "＂": "”", "「": "“", "」": "”", "『": "“", "』": "”", "〇": "〇", "○": "〇", "◯": "〇",
}
_TABLE = str.maketrans(_PAIRS) | LOOKALIKES
_RADICAL = regex.compile(r"[\u2e80-\u2fd5]")
_GAP = regex.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
# A gap stays (as one space) only between two words or two numbers that it keeps apart.
_BEFORE, _AFTER = regex.compile(r"[0-9A-Za-z.,%]"), regex.compile(r"[0-9A-Za-z.]")
_SHORT = 400


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` for matching; `raw(i)` is the place in the printed text of folded place `i`."""

    text: str
    starts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)

    def raw(self, position: int) -> int:
        if len(self.starts) == 1:
            return position
        at = bisect_right(self.starts, position) - 1
        return self.origins[at] + position - self.starts[at]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The printed span of a folded one: white space at its edges is not part of it."""
        return self.raw(start), (self.raw(end - 1) + 1 if end > start else self.raw(start))


def whole(text: str) -> str:
    """`text` with radicals as the characters they stand for."""
    return text.translate(LOOKALIKES) if _RADICAL.search(text) else text


def widths(text: str) -> str:
    """`text` with widths and brackets folded, character for character."""
    if len(text) <= _SHORT:
        return text.translate(_TABLE)
    text = whole(text)
    for old, new in _PAIRS.items():  # faster than translate on long text: most pairs do not occur
        if old in text:
            text = text.replace(old, new)
    return text


def fold(text: str) -> Folded:
    """`text` folded, with the way back to every character."""
    flat = widths(text)
    if not _GAP.search(flat):
        return Folded(flat)
    parts: list[str] = []
    starts, origins = [0], [0]
    last = length = 0
    for gap in _GAP.finditer(flat):
        begin, end = gap.span()
        keep = begin > 0 and end < len(flat) and bool(_BEFORE.match(flat[begin - 1])) and bool(_AFTER.match(flat[end]))
        piece = flat[last:begin] + (" " if keep else "")
        parts.append(piece)
        length += len(piece)
        starts.append(length)
        origins.append(end)
        last = end
    parts.append(flat[last:])
    return Folded("".join(parts), tuple(starts), tuple(origins))


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """The folded text alone, for cells and other short texts."""
    return fold(text).text


_LAYOUT = regex.compile(r"[ \t\r\n\u3000\u00a0\u200b-\u200f\u2060\ufeff\u00ad\f\v]+")
_WORD = regex.compile(r"[0-9A-Za-z]")


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """`text` as printed less its layout and the radicals of its font: no line breaks, no spaces but between words of Latin letters or numbers."""

    def gap(found: "regex.Match[str]") -> str:
        begin, end = found.span()
        inside = begin > 0 and end < len(text)
        return " " if inside and _WORD.match(text[begin - 1]) and _WORD.match(text[end]) else ""

    return whole(_LAYOUT.sub(gap, text))
