"""Pages → blocks in reading order: paragraphs joined over lines and pages, tables over pages, margins set apart."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, groupby

from extractors.reading import Block, Box
from pipeline.pages import joining, prose
from pipeline.pages.askew import Lie, put_back
from pipeline.pages.lines import TextLine, places_of
from pipeline.pages.margins import furniture
from pipeline.pages.page import Page
from pipeline.pages.prose import Column, Paragraph
from pipeline.pages.sheet import Grid, Sheet, sheet_of


def blocks_of(pages: Iterable[Page]) -> list[Block]:
    """The blocks of a document from its pages, which are let go one by one."""
    sheets: list[Sheet] = []
    for page in pages:
        sheets.append(sheet_of(page, sheets[-1].carried if sheets else None))
    blocks = list(_Flow(sheets).blocks())
    askew = {s.number: Lie(s.width, s.height, s.skew) for s in sheets if s.skew}
    return [put_back(block, askew) for block in blocks] if askew else blocks


class _Flow:
    """Walks down the pages. `found`: what came so far; the last of it that is no furniture may go on on the next page."""

    def __init__(self, sheets: list[Sheet]) -> None:
        self.sheets = sheets
        self.margins = furniture(sheets)
        self.columns = _columns(sheets, self.margins)
        self.found: list[Block | Paragraph | list[Grid]] = []

    def blocks(self) -> Iterator[Block]:
        for s, sheet in enumerate(self.sheets):
            self.sheet(s, sheet)
        yield from map(_block, self.found, count(1))

    def sheet(self, s: int, sheet: Sheet) -> None:
        """A page: its text and tables, then what stands in its margins."""
        body = [part for p, part in enumerate(sheet.parts) if (s, p) not in self.margins]
        for of_lines, parts in groupby(body, key=lambda part: isinstance(part, TextLine)):
            if of_lines:
                self.lines([part for part in parts if isinstance(part, TextLine)], sheet)
            else:
                for part in parts:
                    self.grid(part, first=part is body[0])  # type: ignore[arg-type]  # what is no line is a grid
        for p, part in enumerate(sheet.parts):
            if (s, p) in self.margins and isinstance(part, TextLine):
                self.found.append(Block("", "furniture", part.text, page=sheet.number, places=places_of(part, sheet.number), gap=1))
        self.found += [Block("", "furniture", text, page=sheet.number, gap=1) for text in sheet.aside]

    def above(self) -> Block | Paragraph | list[Grid] | None:
        """What came last, furniture passed over."""
        return next((part for part in reversed(self.found) if not isinstance(part, Block)), None)

    def grid(self, grid: Grid, first: bool) -> None:
        above = self.above()
        if first and isinstance(above, list) and joining.continues(above, grid):
            above.append(grid)
        else:
            self.found.append([grid])

    def lines(self, lines: list[TextLine], sheet: Sheet) -> None:
        column = self.columns[round(sheet.width)]
        for line, tabular in zip(lines, prose.tabular(lines, column), strict=True):
            above = self.above()
            paragraph = above if isinstance(above, Paragraph) else None
            if paragraph and not tabular and prose.goes_on(paragraph, line, sheet.number, column):
                prose.extend(paragraph, line, sheet.number)
            else:
                self.found.append(prose.opened(line, sheet.number, paragraph, column, tabular))


def _block(part: Block | Paragraph | list[Grid], number: int) -> Block:
    """A part as a block, the `number`-th of the source."""
    if isinstance(part, Block):
        return replace(part, line=number)
    if isinstance(part, Paragraph):
        return prose.block_of(part, number)
    return Block("", "table", "", number, rows=tuple(map(tuple, joining.joined(part))), page=part[0].page)


def _columns(sheets: list[Sheet], margins: set[tuple[int, int]]) -> dict[int, Column]:
    """For each width of page the edges of its text."""
    lines: dict[int, list[TextLine]] = {}
    tables: dict[int, list[Box]] = {}
    for s, sheet in enumerate(sheets):
        width = round(sheet.width)
        lines.setdefault(width, []).extend(part for p, part in enumerate(sheet.parts) if isinstance(part, TextLine) and (s, p) not in margins)
        tables.setdefault(width, []).extend(part.box for part in sheet.parts if isinstance(part, Grid))
    return {width: prose.column_of(told, tables[width], width) for width, told in lines.items()}
