"""A docx of a document, written by hand: paragraphs with their sides, tables with merged cells. python-docx needs a tenth of a second for one."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from scripts.samples.plain import centred
from scripts.samples.steady import zipped
from scripts.samples.truth import Blank, Cell, Document, Line, Page, Part, Table

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = (f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
          f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>')
_LINKS = f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>'
_SIDES = {"letterhead": "center", "number": "center", "title": "center", "centre": "center", "right": "right"}
_INDENTS = {"body": 2, "heading": 2, "inset": 5}  # characters
_TWIPS = 9600  # of the text's width
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def docx(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    body = "".join(map(_part, document.parts))
    text = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
    return zipped([("[Content_Types].xml", _TYPES.encode()), ("_rels/.rels", _LINKS.encode()), ("word/document.xml", text.encode())])


def _part(part: Part) -> str:
    match part:
        case Line(style, text):
            return _paragraph(text, _SIDES.get(style, ""), _INDENTS.get(style, 0))
        case Blank(count):
            return "<w:p/>" * count
        case Page():
            return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        case Table():
            return _table(part)


def _paragraph(text: str, side: str = "", indent: int = 0) -> str:
    told = (f'<w:ind w:firstLineChars="{100 * indent}" w:firstLine="{280 * indent}"/>' if indent else "") + (f'<w:jc w:val="{side}"/>' if side else "")
    return f'<w:p><w:pPr>{told}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _table(table: Table) -> str:
    widths = [_TWIPS * width // sum(table.widths) for width in table.widths]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if r < table.head else ''}{''.join(_cells(table, r))}</w:tr>" for r in range(len(table.cells)))
    return f"<w:tbl><w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"


def _cells(table: Table, row: int) -> Iterator[str]:
    """The cells of a row; one that began above goes on with an empty paragraph."""
    standing = (c for cells in table.cells[:row + 1] for c in cells if c.row + c.rowspan > row)
    for cell in sorted(standing, key=lambda c: c.column):
        span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        merge = "" if cell.rowspan == 1 else '<w:vMerge w:val="restart"/>' if cell.row == row else "<w:vMerge/>"
        yield f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_texts(cell) if cell.row == row else '<w:p/>'}</w:tc>"


def _texts(cell: Cell) -> str:
    return "".join(_paragraph(text, "center" if centred(cell) else "") for text in cell.paragraphs)
