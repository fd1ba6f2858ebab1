"""Text objects of an OFD page → characters in their places."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import islice, repeat, zip_longest
from math import atan2, cos, degrees, radians, sin
from typing import NamedTuple
from unicodedata import east_asian_width

import regex
from lxml import etree

from extractors.reading import Box
from pipeline.pages.page import Glyph
from pipeline.readers.ofd.geometry import Matrix, box_of, number, numbers, placed, times

_ASCENT, _DESCENT = 0.88, 0.12  # ems above and below the baseline: the body of a Chinese font
_SLANT = 10  # degrees: what leans more is written across the page (a watermark, the ring of a seal)
_LETTER_SPACED = 1.05  # ems: a longer step to the next character is a gap, not width
_BLANK = frozenset(" \t\r\xa0\xad\u2002\u2003\u2009\u200b\u200c\u200d\u3000\ufeff")  # white space is told by the gaps
_UNNAMED = regex.compile(r"[¤\ufffd\p{Co}\p{Cc}]")
MOST_GLYPHS = 0xFFFD  # of a font


class Nameless(NamedTuple):
    """A character known only by its shape: glyph `glyph` of font `font`, from (x, y) on the baseline at `size` in the space of `matrix`."""

    font: str
    glyph: int
    matrix: Matrix
    x: float
    y: float
    size: float
    stretch: float


class Letters(NamedTuple):
    """What one text object prints. `quarter`: turned clockwise by so many right angles, None where it is written aslant."""

    glyphs: list[Glyph]
    nameless: list[Nameless]
    quarter: int | None


class _Type(NamedTuple):
    """How the letters of an object are set. `reading`, `turn` in degrees, clockwise."""

    font: str
    matrix: Matrix
    size: float
    stretch: float
    reading: float
    turn: float


Stop = tuple[str, float, float, float]  # a character, where the pen is, and the room it has along the line


def letters(node: etree._Element, outer: Matrix) -> Letters:
    """The characters of a `TextObject` in the space of the page."""
    style = _type(node, outer)
    box = _placer(style)
    glyphs: list[Glyph] = []
    nameless: list[Nameless] = []
    shapes: dict[int, int] = {}
    x = y = 0.0
    for child in node.iterchildren(etree.Element):
        if child.tag.endswith("CGTransform"):
            shapes.update(_shapes(child))
        elif child.tag.endswith("TextCode"):
            x, y = number(child.get("X"), x), number(child.get("Y"), y)
            for n, (char, left, base, width) in enumerate(_stops(child, _written(child, shapes), x, y, style)):
                if n in shapes and unnamed(char):
                    nameless.append(Nameless(style.font, shapes[n], style.matrix, left, base, style.size, style.stretch))
                elif char not in _BLANK:
                    glyphs.append(Glyph(*box(left, base, width), char))
            shapes = {}
    return Letters(glyphs, nameless, _quarter(style))


def unnamed(text: str) -> int:
    """How many characters stand for a shape without a code: private use, controls, and the placeholders."""
    return len(_UNNAMED.findall(text))


def _type(node: etree._Element, outer: Matrix) -> _Type:
    corner = numbers(node.get("Boundary"))
    size = number(node.get("Size"), 0.0)
    if size <= 0:  # left out: the line is as high as its letters
        size = corner[3] if len(corner) == 4 and corner[3] > 0 else 1.0
    return _Type(node.get("Font") or "", placed(node, outer), size, number(node.get("HScale"), 1.0) or 1.0,
                 number(node.get("ReadDirection"), 0.0), number(node.get("CharDirection"), 0.0))


def _shapes(transform: etree._Element) -> Iterator[tuple[int, int]]:
    """(position in the text, glyph) of a transform of codes one by one; ligatures by their first glyph."""
    start, codes = int(number(transform.get("CodePosition"), 0)), int(number(transform.get("CodeCount"), 1))
    ids = numbers(transform.findtext("{*}Glyphs"))[:max(codes, 1)]
    return ((start + n, int(glyph)) for n, glyph in enumerate(ids) if 0 <= glyph < MOST_GLYPHS)


def _written(code: etree._Element, shapes: dict[int, int]) -> str:
    """The text of a `TextCode`; where it has none, a placeholder for every shape. Line ends are of the XML, not of the text."""
    text = code.text or ""
    if "\n" in text:
        text = "".join(line.strip(" \t\r") for line in text.split("\n"))
    return text or "\ufffd" * len(shapes)


def _stops(code: etree._Element, text: str, x: float, y: float, style: _Type) -> Iterator[Stop]:
    """Where each character stands: by the offsets that the file gives, by its own width where it gives none."""
    em = style.size * style.stretch
    own = [em if _wide(char) else em / 2 for char in text]
    across, down = _offsets(code.get("DeltaX"), len(text) - 1), _offsets(code.get("DeltaY"), len(text) - 1)
    if not across and not down:
        across, down = _by_width(own, style)
    room = em * _LETTER_SPACED
    for char, width, step, fall in zip_longest(text, own, across, down, fillvalue=0.0):
        yield char, x, y, step if 0 < step <= room else width  # type: ignore[misc]  # the text is the longest
        x, y = x + step, y + fall


def _by_width(own: list[float], style: _Type) -> tuple[list[float], list[float]]:
    """Offsets in the direction of reading: of the width of each character, or of its height where they stand on one another."""
    along = own if style.reading % 180 == style.turn % 180 else [style.size] * len(own)
    angle = radians(style.reading)
    return [w * cos(angle) for w in along], [w * sin(angle) for w in along]


def _offsets(told: str | None, most: int) -> list[float]:
    """The offsets of a delta list, `most` in all; a list that is too short goes on with its last one."""
    words = (told or "").split() if most > 0 else []
    try:
        found = list(map(float, words[:most]))
    except ValueError:
        found = list(islice(_repeated(words, most), most))
    return found + found[-1:] * (most - len(found))


def _repeated(words: list[str], most: int) -> Iterator[float]:
    """The offsets of a list with `g n d`, which is n times d; of a damaged one what it tells until there."""
    rest = iter(words)
    with suppress(ValueError, StopIteration):
        for word in rest:
            count = min(int(next(rest)), most) if word.lower() == "g" else 1
            yield from repeat(float(next(rest) if word.lower() == "g" else word), count)


@cache
def _wide(char: str) -> bool:
    return east_asian_width(char) in "WFA"  # ambiguous ones are wide in Chinese fonts


def _placer(style: _Type) -> Callable[[float, float, float], Box]:
    """From a place on the baseline and a width to the box of a letter on the page."""
    up, under = style.size * _ASCENT, style.size * _DESCENT
    a, b, c, d, e, f = matrix = style.matrix
    if style.turn % 360:
        angle = radians(style.turn)
        turned = (cos(angle), sin(angle), -sin(angle), cos(angle))
        return lambda x, y, width: box_of(times((*turned, x, y), matrix), 0.0, -up, width, under)
    if b or c or a <= 0 or d <= 0:
        return lambda x, y, width: box_of(matrix, x, y - up, x + width, y + under)
    return lambda x, y, width: (a * x + e, d * (y - up) + f, a * (x + width) + e, d * (y + under) + f)  # nearly all


def _quarter(style: _Type) -> int | None:
    angle = degrees(atan2(style.matrix[1], style.matrix[0])) + style.turn
    quarter = round(angle / 90)
    return quarter % 4 if abs(angle - quarter * 90) <= _SLANT else None
