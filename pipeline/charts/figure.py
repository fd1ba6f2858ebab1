"""What every picture has: a caption, the drawing, the same numbers as a table, and what was left out.

Drawings are 360 units wide and grow downwards, so that their letters stay readable on the screen of a telephone.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import regex
from markupsafe import Markup

from pipeline.charts.lettering import width
from pipeline.charts.markup import element, isolated, said
from pipeline.charts.numerals import exact

WIDTH = 360.0
SIZE = 12.0  # of letters
SMALL = 10.5
_SHEET = 200.0  # units of a drawing that stay on one page of paper
LINE = 14.0  # from one line of letters to the next
ROUNDED = "图中的数为约数，表格中的是原数"

_ID = regex.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Frame(NamedTuple):
    """`id` begins every id of the figure and is its own in the page (a letter, then letters, digits, `-`, `_`).

    `nothing` says why there would be nothing to draw; `notes` are told under the picture; `open` shows the table at once.
    """

    id: str
    title: str
    nothing: str = "没有可画的数"
    notes: tuple[str, ...] = ()
    open: bool = False


Cell = str | Decimal | None


class Grid(NamedTuple):
    """The table of a figure. A number is told with all its digits; None is `—`."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


class Part(NamedTuple):
    """What stands between `top` and `top + height` of a drawing, and nowhere else."""

    inside: Markup
    top: float
    height: float


class Drawing(NamedTuple):
    """Parts one under another, and what they show in one sentence. A page of paper may end between two of them."""

    parts: Sequence[Part]
    told: str


def figure(frame: Frame, drawing: Drawing | None, grid: Grid, notes: Iterable[str] = ()) -> Markup:
    """The whole figure. Without a drawing it says that there is nothing to draw, and why. `ValueError`: an id that cannot be one."""
    if not _ID.fullmatch(frame.id):
        raise ValueError(f"not an id: {frame.id}")
    pictures = [element("p", f"没有可画的图：{said(frame.nothing)}。", class_="chart-nothing")] if drawing is None else _pictures(frame, drawing)
    remarks = [element("p", f"{said(note)}。", class_="chart-note") for note in (*notes, *frame.notes)]
    table = [_table(frame, grid)] if grid.rows else []
    return element("figure", element("figcaption", isolated(frame.title)), *pictures, *remarks, *table, class_="chart", id=frame.id)


def letters(text: str, x: float, y: float, class_: str | None = None, anchor: str | None = None) -> Markup:
    """One line of text in a drawing, standing on `y`."""
    return element("text", said(text), x=x, y=y, class_=class_, text_anchor=anchor)


def hint(text: str) -> Markup:
    """What a drawn thing says when it is pointed at."""
    return element("title", said(text))


def paint(frame: Frame, name: str) -> str:
    """The paint of a pattern that every drawing has: `hatch`."""
    return f"url(#{frame.id}-{name})"


def room(texts: Iterable[str], size: float = SIZE) -> float:
    """The widest of some texts."""
    return max((width(said(text), size) for text in texts), default=0)


def _pictures(frame: Frame, drawing: Drawing) -> Iterator[Markup]:
    """The sheets of a drawing, which follow one another without a seam. The first speaks for all of them to those who do not see."""
    first, *rest = _sheets(drawing.parts)
    title, desc = f"{frame.id}-title", f"{frame.id}-desc"
    words = (element("title", said(frame.title), id=title), element("desc", said(drawing.told), id=desc))
    yield _svg(first, *words, _patterns(frame), role="img", aria_labelledby=f"{title} {desc}")
    yield from (_svg(sheet, aria_hidden="true") for sheet in rest)


def _svg(sheet: Sequence[Part], *before: Markup, **attributes: object) -> Markup:
    box = f"0 {sheet[0].top:g} {WIDTH:g} {sum(part.height for part in sheet):g}"
    return element("svg", *before, *(part.inside for part in sheet), xmlns="http://www.w3.org/2000/svg", viewBox=box, font_size=SIZE, **attributes)


def _sheets(parts: Sequence[Part]) -> Iterator[list[Part]]:
    sheet: list[Part] = []
    for part in parts:
        if sheet and part.top + part.height - sheet[0].top > _SHEET:
            yield sheet
            sheet = []
        sheet.append(part)
    yield sheet


def _patterns(frame: Frame) -> Markup:
    """A hatch is told from a plain colour on paper too."""
    stroke = element("path", d="M0 6 6 0M-1 1 1 -1M5 7 7 5", class_="chart-hatch")
    return element("defs", element("pattern", stroke, id=f"{frame.id}-hatch", width=6, height=6, patternUnits="userSpaceOnUse"))


def _table(frame: Frame, grid: Grid) -> Markup:
    head = element("tr", *(element("th", said(name), scope="col") for name in grid.heads))
    body = (element("tr", _first(first), *map(_cell, rest)) for first, *rest in grid.rows)
    table = element("table", element("caption", isolated(frame.title)), element("thead", head), element("tbody", *body))
    return element("details", element("summary", f"表格（{len(grid.rows):,} 行）"), table, open="" if frame.open else None)


def _first(cell: Cell) -> Markup:
    return element("th", _words(cell), scope="row")


def _cell(cell: Cell) -> Markup:
    return element("td", _words(cell), class_="number" if isinstance(cell, Decimal) else None)


def _words(cell: Cell) -> Markup:
    return Markup("—") if cell is None else Markup(exact(cell)) if isinstance(cell, Decimal) else isolated(cell)
