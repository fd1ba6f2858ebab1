"""A sheet as the document it is: what stands above and below its tables as paragraphs, each table as one block.

Only geometry decides. Rows in which nothing is printed divide a sheet into bands. The first and last rows of a band are its captions and notes
where they hold one text, or stand outside the ruled part; what is left is one table, down to its last printed row and column.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from extractors.reading import Block, Cell, Row
from pipeline.readers.sheets.grid import LONGEST_BLANK, Place, Range, Sheet, too_large

MOST_AREA = 1_000_000  # cells of all tables of a sheet, empty ones too
_CENTERED = frozenset(("center", "centerContinuous"))


def blocks_of(sheet: Sheet, page: int) -> list[Block]:
    """The blocks of a sheet, after its name, which is set apart; none where nothing is printed. `DocumentError` (too-large): stray cells make it all table."""
    if not sheet.cells:
        return []
    blocks = [Block("", "furniture", sheet.name, page=page)]
    last = None
    for region in _regions(sheet):
        gap = region.area.top - last - 1 if last is not None else 0
        blocks += _blocks(region, gap, page)
        last = region.area.bottom
    return blocks


class _Region:
    """A part of a sheet. `spans`: merged cells by their first place; `covered`: the first place by each place they cover;
    `rows`: by row, the places of the texts that stand in it or reach into it."""

    def __init__(self, sheet: Sheet, area: Range, merges: list[Range]) -> None:
        self.sheet, self.area = sheet, area
        self.width = area.right - area.left + 1
        self.spans: dict[Place, Range] = {}
        self.covered: dict[Place, Place] = {}
        room = self.width * (area.bottom - area.top + 1)
        for merge in merges:
            span = _within(merge, area)
            room -= _size(span)
            if room < 0:  # merges that do not overlap have room
                break
            self.cover(span)
        self.rows = [self.texts(row) for row in range(area.top, area.bottom + 1)]

    def cover(self, span: Range) -> None:
        """Takes a merge, unless it would hide a table: then its cells are printed, as they are what the sheet has to tell."""
        places = [(row, column) for row in range(span.top, span.bottom + 1) for column in range(span.left, span.right + 1)]
        if len(places) < 2 or any(p in self.covered for p in places):
            return
        hidden = [p for p in places[1:] if p in self.sheet.cells]
        if hidden and (places[0] not in self.sheet.cells or len({r for r, _ in hidden}) > 1 and len({c for _, c in hidden}) > 1):
            return
        self.spans[places[0]] = span
        self.covered.update(dict.fromkeys(places, places[0]))

    def texts(self, row: int) -> list[Place]:
        found = (self.covered.get((row, column), (row, column)) for column in range(self.area.left, self.area.right + 1))
        return list(dict.fromkeys(p for p in found if p in self.sheet.cells))

    def span(self, place: Place) -> Range:
        row, column = place
        return self.spans.get(place) or Range(row, column, row, column)

    def across(self, place: Place) -> bool:
        """Merged over more than half the columns."""
        span = self.span(place)
        return span.left < span.right and 2 * (span.right - span.left + 1) > self.width

    def ruled(self, k: int) -> bool:
        return self.area.top + k in self.sheet.ruled

    def numeric(self, k: int) -> bool:
        return any(self.sheet.cells[p].numeric for p in self.rows[k])

    def part(self, places: list[Place]) -> "_Region":
        """The region from the first to the last of `places`, with the merges that were taken here."""
        rows, columns = [r for r, _ in places], [c for _, c in places]
        area = Range(min(rows), min(columns), max(self.span(p).bottom for p in places), max(columns))
        return _Region(self.sheet, area, [m for m in self.spans.values() if area.top <= m.top <= area.bottom and m.left <= area.right and m.right >= area.left])


def _within(merge: Range, area: Range) -> Range:
    return Range(max(merge.top, area.top), max(merge.left, area.left), min(merge.bottom, area.bottom), min(merge.right, area.right))


def _size(span: Range) -> int:
    return max(0, span.bottom - span.top + 1) * max(0, span.right - span.left + 1)


# a sheet into regions

def _regions(sheet: Sheet) -> Iterator[_Region]:
    """The bands of a sheet from the top, each with the merges that begin in it."""
    bands = _bands(sheet)
    if sum(_size(b) for b in bands) > MOST_AREA:
        raise too_large(f"工作表“{sheet.name}”的表格超过 {MOST_AREA} 格，多为空格")
    tops = [b.top for b in bands]
    merges: list[list[Range]] = [[] for _ in bands]
    for merge in sheet.merges:
        k = bisect_right(tops, merge.top) - 1
        if k >= 0 and merge.top <= bands[k].bottom:
            merges[k].append(merge)
    for band, merged in zip(bands, merges, strict=True):
        region = _Region(sheet, band, merged)
        _tell_hidden(region)
        yield region


def _tell_hidden(region: _Region) -> None:
    """Texts that a merged cell covers are not printed; those that say something else than it does are told."""
    cells = region.sheet.cells
    for place, first in region.covered.items():
        if place != first and place in cells and cells[place].text != cells[first].text:
            region.sheet.tell("hidden-by-merge", *place)


def _bands(sheet: Sheet) -> list[Range]:
    """Runs of printed rows: a merged cell with text is printed all the way, and so are a few ruled rows without text."""
    last, right = max(row for row, _ in sheet.cells), max(column for _, column in sheet.cells)
    printed = [Range(row, column, row, column) for row, column in sheet.cells]
    printed += [Range(m.top, m.left, min(m.bottom, last), min(m.right, right)) for m in sheet.merges if (m.top, m.left) in sheet.cells]
    bands: list[Range] = []
    for each in sorted(printed):
        if bands and _touch(bands[-1].bottom, each.top, sheet):
            bands[-1] = _around(bands[-1], each)
        else:
            bands.append(each)
    return _rejoined(bands, sheet)


def _touch(above: int, below: int, sheet: Sheet) -> bool:
    return below <= above + 1 or below - above <= LONGEST_BLANK and all(row in sheet.ruled for row in range(above + 1, below))


def _around(a: Range, b: Range) -> Range:
    return Range(min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))


def _rejoined(bands: list[Range], sheet: Sheet) -> list[Range]:
    """A band that begins with figures has no head of its own: it goes on with the table above, its blank rows left out."""
    columns: dict[int, list[int]] = {}
    for row, column in sorted(sheet.cells):
        columns.setdefault(row, []).append(column)
    joined: list[Range] = []
    for band in bands:
        if joined and _goes_on(joined[-1], band, columns, sheet):
            joined[-1] = _around(joined[-1], band)
        else:
            joined.append(band)
    return joined


def _goes_on(above: Range, below: Range, columns: dict[int, list[int]], sheet: Sheet) -> bool:
    first = columns[below.top]
    return (len(first) > 1 and any(sheet.cells[below.top, c].numeric for c in first) and above.top < above.bottom and len(columns.get(above.bottom, ())) > 1
            and above.left <= below.left and below.right <= above.right)


# a region into blocks

def _blocks(region: _Region, gap: int, page: int) -> Iterator[Block]:
    for part in _side_by_side(region):
        at = 0
        for top, bottom in _tables(part):
            yield from _paragraphs(part, range(at, top), gap if at == 0 else 0, page)
            table = part.part([p for texts in part.rows[top:bottom] for p in texts])
            yield Block("", "table", "", table.area.top + 1, rows=tuple(_rows(table, page)), gap=gap if top == 0 else 0, page=page)
            at = bottom
        yield from _paragraphs(part, range(at, len(part.rows)), gap if at == 0 else 0, page)


def _side_by_side(region: _Region) -> list[_Region]:
    """Tables beside each other, a blank column between them, where each has a caption of its own; else the region is one."""
    places = sorted({p for texts in region.rows for p in texts})
    used = sorted({c for p in places for c in range(region.span(p).left, region.span(p).right + 1)})
    edges = [column for before, column in pairwise(used) if column > before + 1]
    groups: list[list[Place]] = [[] for _ in range(len(edges) + 1)]
    for place in places:
        groups[bisect_right(edges, place[1])].append(place)
    parts = [region.part(places) for places in groups] if len(groups) > 1 else []
    return parts if parts and all(_captioned(part) for part in parts) else [region]


def _captioned(region: _Region) -> bool:
    return region.width > 1 and len(region.rows[0]) == 1 and any(len(texts) > 1 for texts in region.rows)


def _tables(region: _Region) -> Iterator[tuple[int, int]]:
    """Of each table the first row and the one after its last; the rows between them are paragraphs.

    Where tables are ruled, rows without rules divide them. Rows that hold one text remain in a table where they are ruled as it is and not
    merged across, and where they are merged with one of its rows.
    """
    rows = region.rows
    boxed = any(region.ruled(k) for k, texts in enumerate(rows) if len(texts) > 1)
    loose = [boxed and _loose(region, k) for k in range(len(rows))]
    solid = [k for k, texts in enumerate(rows) if len(texts) > 1 and not loose[k]]
    apart = [loose[k] or _alone(region, k) for k in range(len(rows))]
    runs: list[list[int]] = []
    for k in solid:
        if runs and not (boxed and any(apart[j] and not region.ruled(j) for j in range(runs[-1][-1] + 1, k))):
            runs[-1].append(k)
        else:
            runs.append([k])
    end = 0
    for run, after in pairwise([*runs, [len(rows)]]):
        if len(run) > 1 or region.ruled(run[0]) or region.numeric(run[0]):
            top, end = _edges(region, apart, end, run, after[0])
            yield top, end


def _edges(region: _Region, apart: list[bool], begin: int, run: list[int], end: int) -> tuple[int, int]:
    """The table around the rows of `run`, between the rows `begin` and `end`."""
    top = max((k for k in range(begin, run[0]) if apart[k]), default=begin - 1) + 1
    while top > begin and any(region.span(p).bottom >= region.area.top + top for p in region.rows[top - 1]):
        top -= 1
    bottom = min((k for k in range(run[-1] + 1, end) if apart[k]), default=end)
    while bottom < end and any(row < region.area.top + bottom for row, _ in region.rows[bottom]):
        bottom += 1
    return top, bottom


def _loose(region: _Region, k: int) -> bool:
    """A row that is not ruled and has words in no more than half its columns: `填报单位：…　　　　单位：万元`."""
    return not region.ruled(k) and 0 < 2 * len(region.rows[k]) <= region.width and not region.numeric(k)


def _alone(region: _Region, k: int) -> bool:
    """A row with one text that no lines hold in a table, or that is merged across it."""
    texts = region.rows[k]
    return len(texts) == 1 and not region.numeric(k) and (not region.ruled(k) or region.across(texts[0]))


def _paragraphs(region: _Region, rows: range, gap: int, page: int) -> Iterator[Block]:
    """The texts of rows, each a paragraph; of a cell with line breaks each line is one."""
    for k in rows:
        for place in region.rows[k]:
            if place[0] != region.area.top + k:
                continue
            printed = region.sheet.cells[place]
            centered = printed.align in _CENTERED or not printed.align and region.across(place)
            lines = [line.strip() for line in printed.text.split("\n") if line.strip()]
            for line in lines:
                yield Block("", "text", line, place[0] + 1, gap=gap, centered=centered, page=page, whole=len(lines) == 1)
                gap = 0
        gap = gap if region.rows[k] else gap + 1


def _rows(region: _Region, page: int) -> Iterator[Row]:
    for k, row in enumerate(range(region.area.top, region.area.bottom + 1)):
        if region.rows[k] or region.ruled(k) or any((row, c) in region.covered for c in range(region.area.left, region.area.right + 1)):
            yield tuple(_cells(region, row, page))


def _cells(region: _Region, row: int, page: int) -> Iterator[Cell]:
    for column in range(region.area.left, region.area.right + 1):
        place = row, column
        if region.covered.get(place, place) == place:
            span, printed = region.span(place), region.sheet.cells.get(place)
            yield Cell(printed.text if printed else "", column - region.area.left, span.bottom - row + 1, span.right - column + 1, page=page)
