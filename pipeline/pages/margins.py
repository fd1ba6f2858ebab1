"""What stands in the margins of pages: page numbers, running heads and feet. They are set apart from the text, not lost."""

from collections import Counter
from collections.abc import Sequence

import regex

from pipeline.pages.lines import TextLine
from pipeline.pages.sheet import Sheet

_MARGIN = 57.0  # points: 2 cm, where no text of a page stands
_SMALL = 0.85  # of the usual letter: print of a browser in the margin
_FOOT = 0.88  # of the height, under which a number alone is the page's
_NUMBER = regex.compile(r"{dash}*第?\s*\d{1,4}\s*页?{dash}*(?:[/／共,，]\s*共?\s*\d{1,4}\s*页?)?".replace("{dash}", r"[-‐‑‒–—―−─－~～·•\s]"))
_DIGITS = regex.compile(r"\d+")


def furniture(sheets: Sequence[Sheet]) -> set[tuple[int, int]]:
    """(index of the sheet, index of the part) of what is no text of the document."""
    edges = [(s, p, line) for s, sheet in enumerate(sheets) for p, line in _outermost(sheet)]
    repeated = Counter(_shape(line, sheets[s]) for s, _, line in edges if _in_margin(line, sheets[s]))
    often = min(3, max(2, len(sheets)))
    body = _letter(sheets)
    return {(s, p) for s, p, line in edges if _is_number(line, sheets[s]) or _in_margin(line, sheets[s])
            and (repeated[_shape(line, sheets[s])] >= often or line.box[3] - line.box[1] < _SMALL * body)}


def _letter(sheets: Sequence[Sheet]) -> float:
    """The letter height of most lines."""
    heights = sorted(part.box[3] - part.box[1] for sheet in sheets for part in sheet.parts if isinstance(part, TextLine))
    return heights[len(heights) // 2] if heights else 0.0


def _outermost(sheet: Sheet) -> list[tuple[int, TextLine]]:
    """The first and last lines of a page, up to the first part that is a table."""
    found: dict[int, TextLine] = {}
    for order in (range(len(sheet.parts)), range(len(sheet.parts) - 1, -1, -1)):
        for p in list(order)[:3]:
            part = sheet.parts[p]
            if not isinstance(part, TextLine):
                break
            found[p] = part
    return list(found.items())


def _in_margin(line: TextLine, sheet: Sheet) -> bool:
    return line.box[3] < _MARGIN or line.box[1] > sheet.height - _MARGIN


def _is_number(line: TextLine, sheet: Sheet) -> bool:
    """A page number: alone on its line, at the foot of the page or in its margin."""
    low = line.box[1] > sheet.height * _FOOT
    return (low or _in_margin(line, sheet)) and _NUMBER.fullmatch(line.text.strip()) is not None


def _shape(line: TextLine, sheet: Sheet) -> tuple[str, bool]:
    """The text with its numbers as one, and whether it stands at the head."""
    return _DIGITS.sub("0", line.text), line.box[1] < sheet.height / 2
