"""A PDF of a document, written by hand in milliseconds: A4, one Song font that every reader has the tables of, ruled tables, numbered pages.

Lengths are points; places count down from the top of the page.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import regex

from scripts.samples.plain import centred
from scripts.samples.truth import Blank, Cell, Document, Line, Page, Table

_WIDE, _HIGH, _MARGIN = 595.0, 842.0, 72.0
_INNER = _WIDE - 2 * _MARGIN
_SIZES = {"letterhead": 24.0, "title": 18.0}
_BODY, _SMALL, _PAD = 14.0, 9.0, 3.0
_LEADING = 1.6  # of the size; in cells 1.25
_INDENTS = {"body": 2, "heading": 2, "inset": 5}  # characters
_PIECES = regex.compile(r"(?:[!-~]+|.)[，。、；：！？）》”％]*")  # numbers and Latin words are not divided, and no line begins with a stop
_FONT = (b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
         b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
         b" /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R >>",
         b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 /StemV 90 /CapHeight 860 /FontBBox [-25 -254 1000 880] /Ascent 880 /Descent -120 >>")


def pdf(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    sheets = _Sheets()
    for part in document.parts:
        match part:
            case Line():
                sheets.line(part)
            case Blank(count):
                sheets.down(count * _BODY * _LEADING)
            case Page():
                sheets.turn()
            case Table():
                sheets.table(part)
    return _written([_numbered(ink, n) for n, ink in enumerate(sheets.pages, 1)])


def _wide(text: str) -> float:
    """In ems."""
    return sum(0.5 if ch < "\x7f" else 1.0 for ch in text)


def _wrapped(text: str, width: float, first: float = 0.0) -> Iterator[str]:
    """Lines of at most `width` ems, the first shorter by `first`."""
    line, left = "", width - first
    for piece in _PIECES.findall(text):
        needs = _wide(piece)
        if needs > left and line:
            yield line
            line, left = "", width
        line, left = line + piece, left - needs
    yield line


@dataclass
class _Sheets:
    """Pages being written: the ink of each, and how far down the last one is filled."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    at: float = _MARGIN

    def turn(self) -> None:
        self.pages.append([])
        self.at = _MARGIN

    def down(self, height: float) -> None:
        self.at += height

    def room(self, height: float) -> None:
        """A new page where this one has not so much left."""
        if self.at + height > _HIGH - _MARGIN:
            self.turn()

    def text(self, text: str, x: float, y: float, size: float) -> None:
        """`text` with the top left corner of its first character at (x, y)."""
        self.pages[-1].append(_text(text, x, y, size))

    def line(self, line: Line) -> None:
        size, indent = _SIZES.get(line.style, _BODY), _INDENTS.get(line.style, 0)
        size = min(size, _INNER / _wide(line.text)) if line.style == "letterhead" else size
        hanging = indent + 1.5 if line.style == "inset" else 0
        for n, text in enumerate(_wrapped(line.text, _INNER / size - hanging, indent - hanging)):
            self.room(size * _LEADING)
            free = _INNER - _wide(text) * size
            aside = {"right": free, "body": 0, "heading": 0, "inset": 0, "flush": 0}.get(line.style, free / 2)
            self.text(text, _MARGIN + aside + size * (hanging if n else indent), self.at, size)
            self.down(size * _LEADING)

    def table(self, table: Table) -> None:
        """As many rows on a page as it holds; the head stands on each."""
        xs = [_MARGIN + _INNER * x / sum(table.widths) for x in accumulate(table.widths, initial=0)]
        heights = _heights(table, xs)
        head, row = heights[:table.head], table.head
        while row < len(heights) or not row:
            self.room(sum(head) + heights[row])
            end = _fitting(table, heights, row, _HIGH - _MARGIN - self.at - sum(head))
            for start, stop in ((0, table.head), (row, end)):
                self.rows(table, xs, heights, start, stop)
            row = end
            if row < len(heights):
                self.turn()

    def rows(self, table: Table, xs: list[float], heights: list[float], start: int, end: int) -> None:
        """The cells that stand in the rows from `start` to `end`, cut to them."""
        ys = list(accumulate(heights[start:end], initial=self.at))
        for cell in (c for cells in table.cells[:end] for c in cells if c.row + c.rowspan > start):
            left, right = xs[cell.column], xs[cell.column + cell.colspan]
            top, bottom = ys[max(cell.row, start) - start], ys[min(cell.row + cell.rowspan, end) - start]
            self.pages[-1].append(f"{left:.1f} {_HIGH - bottom:.1f} {right - left:.1f} {bottom - top:.1f} re S")
            if cell.row >= start:
                self.cell(cell, left, right, top, bottom)
        self.at = ys[-1]

    def cell(self, cell: Cell, left: float, right: float, top: float, bottom: float) -> None:
        lines = _cell_lines(cell, right - left)
        y = (top + bottom - len(lines) * _SMALL * 1.25) / 2
        for n, text in enumerate(filter(None, lines)):
            free = right - left - _wide(text) * _SMALL
            self.text(text, left + (free / 2 if centred(cell) else _PAD), y + n * _SMALL * 1.25, _SMALL)


def _cell_lines(cell: Cell, width: float) -> list[str]:
    return [line for text in cell.paragraphs for line in _wrapped(text, (width - 2 * _PAD) / _SMALL)]


def _heights(table: Table, xs: list[float]) -> list[float]:
    """Of the rows; what a cell over several needs besides stands in its last."""
    heights = [20.0] * len(table.cells)
    for cell in sorted((c for row in table.cells for c in row), key=lambda c: c.row + c.rowspan):
        last = cell.row + cell.rowspan - 1
        needs = len(_cell_lines(cell, xs[cell.column + cell.colspan] - xs[cell.column])) * _SMALL * 1.25 + 2 * _PAD
        heights[last] = max(heights[last], needs - sum(heights[cell.row:last]))
    return heights


def _fitting(table: Table, heights: list[float], start: int, room: float) -> int:
    """Where the rows end that fit below `start`, at best between two that no cell joins; one row always fits."""
    end = start + 1
    while end < len(heights) and sum(heights[start:end + 1]) <= room:
        end += 1
    if end == len(heights):
        return end
    joined = {n for row in table.cells for c in row for n in range(c.row + 1, c.row + c.rowspan)}
    return next((n for n in range(end, start, -1) if n not in joined), end)


def _text(text: str, x: float, y: float, size: float) -> str:
    return f"BT /F {size:g} Tf {x:.2f} {_HIGH - y - 0.88 * size:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _numbered(ink: list[str], number: int) -> bytes:
    foot = f"— {number} —"
    return "\n".join(["0.5 w", *ink, _text(foot, (_WIDE - _wide(foot) * 12) / 2, _HIGH - 48, 12)]).encode()


def _written(pages: list[bytes]) -> bytes:
    """The file of these contents of pages."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(), *_FONT]
    for content in map(zlib.compress, pages):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDE:g} {_HIGH:g}] /Contents {len(objects) + 2} 0 R /Resources << /Font << /F 3 0 R >> >> >>".encode())
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(content), content))
    numbered = [b"%d 0 obj\n%b\nendobj\n" % (n, body) for n, body in enumerate(objects, 1)]
    starts = list(accumulate(map(len, numbered), initial=len(b"%PDF-1.4\n")))
    places = b"".join(b"%010d 00000 n \n" % start for start in starts[:-1])
    return b"".join([b"%PDF-1.4\n", *numbered, b"xref\n0 %d\n0000000000 65535 f \n" % len(starts), places,
                     b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(starts), starts[-1])])
