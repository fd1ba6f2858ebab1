"""docx of a document: merged cells as `gridSpan` and `vMerge`, repeated heads, a running head and page numbers as fields."""

import io
from typing import Any

import docx
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from scripts.samples.plain import centred
from scripts.samples.steady import THEN, repacked
from scripts.samples.truth import Blank, Cell, Document, Line, Page, Part, Table

HAN, LATIN = "WenQuanYi Zen Hei", "DejaVu Serif Condensed"  # Chinese characters, and letters and digits, as 仿宋 and Times New Roman
_WIDTH = 170  # mm of text on a page
_SIZES = {"letterhead": 24, "title": 16}
_SIDES = {"letterhead": ALIGN.CENTER, "number": ALIGN.CENTER, "title": ALIGN.CENTER, "centre": ALIGN.CENTER, "right": ALIGN.RIGHT}
_INDENTS = {"body": 2, "heading": 2, "inset": 5}  # characters


def word(document: Document) -> bytes:
    made = docx.Document()
    _set_up(made, document.running)
    for part in document.parts:
        _add(made, part)
    return _saved(made)


def _saved(made: Any) -> bytes:
    made.core_properties.created = made.core_properties.modified = THEN
    made.core_properties.author = ""
    packed = io.BytesIO()
    made.save(packed)
    return repacked(packed.getvalue())


def _set_up(made: Any, running: str | None) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), HAN)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(0), 1.3
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm((210 - _WIDTH) / 2)
    if running:
        page.header.paragraphs[0].text = running
    _number_pages(page.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """— 1 — with the number as a field."""
    paragraph.alignment = ALIGN.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(OxmlElement("w:r"))
    field[0].append(OxmlElement("w:t"))
    field[0][0].text = "1"
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _add(made: Any, part: Part) -> None:
    match part:
        case Line():
            _line(made.add_paragraph(), part)
        case Blank(count):
            for _ in range(count):
                made.add_paragraph()
        case Page():
            _last_paragraph(made).add_run().add_break(WD_BREAK.PAGE)
        case Table():
            _table(made, part)


def _last_paragraph(made: Any) -> Any:
    """The paragraph that the text ends with; a new one after a table."""
    return made.add_paragraph() if made.element.body[-2].tag == qn("w:tbl") else made.paragraphs[-1]


def _line(paragraph: Any, line: Line) -> None:
    run = paragraph.add_run(line.text)
    run.font.size = Pt(_SIZES.get(line.style, 12))
    run.bold = line.style == "title"
    paragraph.alignment = _SIDES.get(line.style)
    if line.style in _INDENTS:
        paragraph.paragraph_format.first_line_indent = Pt(12 * _INDENTS[line.style])


def _table(made: Any, table: Table) -> None:
    grid = made.add_table(len(table.cells), len(table.widths), style="Table Grid")
    grid.autofit = False
    for column, width in zip(grid.columns, table.widths, strict=True):
        column.width = Mm(_WIDTH * width / sum(table.widths))
    rows = [row.cells for row in grid.rows]
    for cell in (c for row in table.cells for c in row):
        first, last = rows[cell.row][cell.column], rows[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1]
        _fill(first.merge(last) if first is not last else first, cell)
    for row in grid.rows:
        row.height = Mm(8.5)  # at least
    for row in grid.rows[:table.head]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(made: Any, cell: Cell) -> None:
    for extra in made.paragraphs[1:]:  # merging gathers the empty paragraphs of all it covers
        extra._p.getparent().remove(extra._p)
    for number, text in enumerate(cell.paragraphs):
        paragraph = made.add_paragraph() if number else made.paragraphs[0]
        paragraph.add_run(text).font.size = Pt(10.5)
        paragraph.paragraph_format.line_spacing = 1.0
        paragraph.alignment = ALIGN.CENTER if centred(cell) else None
    made.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
