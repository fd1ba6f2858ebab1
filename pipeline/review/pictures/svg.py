"""A page drawn as SVG from its characters and lines: text stays text, and nothing outside the file is named."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape

from pipeline.pages.page import Glyph, Rule

_FONTS = "SimSun, 'Songti SC', 'Noto Serif CJK SC', 'Source Han Serif SC', 'WenQuanYi Zen Hei', 'Microsoft YaHei', 'PingFang SC', serif"
_ASCENT = 0.88  # of the height of a character's box: its baseline, in Chinese fonts
_THINNEST = 0.4  # points that a line is drawn thick at least


class Backdrop(NamedTuple):
    """What lies under the text: a picture file over a sheet of so many points."""

    webp: bytes
    width: float
    height: float


def drawn(width: float, height: float, glyphs: Iterable[Glyph], rules: Iterable[Rule], under: Backdrop | None = None) -> bytes:
    """The page of so many points. Characters stand in the middle of their boxes, in a font of whoever looks."""
    size = f'width="{_n(width)}" height="{_n(height)}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {_n(width)} {_n(height)}">', f'<rect {size} fill="#fff"/>',
             *([_picture(under)] if under else []), *_lines(rules),
             f'<g font-family="{_FONTS}" text-anchor="middle" direction="ltr" unicode-bidi="bidi-override">', *_texts(glyphs), "</g></svg>"]
    return "\n".join(parts).encode()


def _picture(under: Backdrop) -> str:
    return f'<image width="{_n(under.width)}" height="{_n(under.height)}" preserveAspectRatio="none" href="data:image/webp;base64,{b64encode(under.webp).decode()}"/>'


def _lines(rules: Iterable[Rule]) -> Iterator[str]:
    bars = "".join(map(_bar, rules))
    if bars:
        yield f'<path d="{bars}"/>'


def _bar(rule: Rule) -> str:
    left, top, right, bottom = rule
    thicker, higher = max(0.0, _THINNEST - right + left) / 2, max(0.0, _THINNEST - bottom + top) / 2
    return f"M{_n(left - thicker)} {_n(top - higher)}H{_n(right + thicker)}V{_n(bottom + higher)}H{_n(left - thicker)}z"


def _texts(glyphs: Iterable[Glyph]) -> Iterator[str]:
    """Characters that follow one another on a line are one text."""
    for (top, bottom, _), run in groupby(enumerate(glyphs), _line):
        told = [g for _, g in run]
        middles = " ".join(_n((g.left + g.right) / 2) for g in told)
        yield f'<text x="{middles}" y="{_n(top + _ASCENT * (bottom - top))}" font-size="{_n(bottom - top)}">{escape("".join(g.text for g in told))}</text>'


def _line(numbered: tuple[int, Glyph]) -> tuple[float, float, int | None]:
    """What characters of one text have in common. One that is more than a unit of UTF-16, of which browsers count the places, is a text of its own."""
    n, g = numbered
    return round(g.top, 1), round(g.bottom, 1), None if len(g.text) == 1 and g.text < "\U00010000" else n


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
