"""txt, md and html of a document."""

from html import escape

from scripts.samples.truth import Blank, Cell, Document, Line, Page, Part, Table

_INDENT = {"body": "　　", "heading": "　　", "inset": "　　　　　", "right": "　" * 20}
_CENTRED = ("letterhead", "number", "title", "centre")
_PAGE_CSS = """
@page { size: A4; margin: 25mm 20mm }
body { font-family: "WenQuanYi Zen Hei", serif; font-size: 12pt; line-height: 1.6 }
p { margin: 0 } .letterhead { font-size: 24pt; color: #d00 } .title { font-size: 16pt; font-weight: bold; margin: 8pt 0 } .page { break-before: page }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; line-height: 1.3 } td { border: 1px solid #000; padding: 2pt 3pt; height: 7mm }
"""
_BARE_CSS = "td { border: none; padding: 2pt 5pt }\n"


def txt(document: Document) -> str:
    """Cells divided by tabs; what a span covers is an empty cell."""
    return "\n".join(line for part in document.parts for line in _txt(part)) + "\n"


def _txt(part: Part) -> list[str]:
    match part:
        case Line(style, text):
            return [_INDENT.get(style, "") + text]
        case Blank(count):
            return [""] * count
        case Table():
            return ["\t".join(row) for row in full(part)]
        case _:
            return [""]


def md(document: Document) -> str:
    """Tables with pipes; what a span covers is an empty cell."""
    return "\n\n".join(text for part in document.parts if (text := _md(part))) + "\n"


def _md(part: Part) -> str:
    match part:
        case Line("title", text):
            return f"# {text}"
        case Line("heading", text):
            return f"## {text}"
        case Line(_, text):
            return text
        case Table():
            rows = ["| " + " | ".join(row) + " |" for row in full(part)]
            return "\n".join([rows[0], "|" + "---|" * len(part.widths), *rows[1:]])
        case _:
            return ""


def full(table: Table) -> list[list[str]]:
    """The whole grid as text."""
    grid = [[""] * len(table.widths) for _ in table.cells]
    for row in table.cells:
        for cell in row:
            grid[cell.row][cell.column] = "".join(cell.paragraphs)
    return grid


TIGHT_CSS = "body { font-size: 10.5pt } table { font-size: 8pt } td { height: 5mm }\n"
WIDE_CSS = "@page { margin: 37mm 26mm } body { font-size: 16pt } table { font-size: 9pt } td { height: 10mm; vertical-align: top }\n"


def html(document: Document, ruled: bool = True, style: str = "") -> str:
    """A page with its print style: A4, heads of tables repeated; `ruled`: tables have lines; `style`: what it looks like besides."""
    body = "\n".join(filter(None, (_html(part) for part in document.parts)))
    css = _PAGE_CSS + ("" if ruled else _BARE_CSS) + style
    title = next((p.text for p in document.parts if isinstance(p, Line) and p.style == "title"), document.name)
    return f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>{title}</title><style>{css}</style></head><body>\n{body}\n</body></html>\n'


def _html(part: Part) -> str:
    match part:
        case Line(style, text):
            return f'<p class="{style}"{_align(style)}>{_INDENT.get(style, "") if style != "right" else ""}{escape(text)}</p>'
        case Blank(count):
            return "<p>&nbsp;</p>\n" * count
        case Page():
            return '<div class="page"></div>'
        case Table():
            return _html_table(part)


def _align(style: str) -> str:
    side = "center" if style in _CENTRED else "right" if style == "right" else ""
    return f' style="text-align:{side}"' if side else ""


def _html_table(table: Table) -> str:
    rows = [f"<tr>{''.join(map(_td, row))}</tr>" for row in table.cells]
    columns = "".join(f'<col style="width:{100 * w / sum(table.widths):.2f}%">' for w in table.widths)
    head = ["<thead>", *rows[:table.head], "</thead>"] if table.head else []
    return "\n".join(["<table>", f"<colgroup>{columns}</colgroup>", *head, "<tbody>", *rows[table.head:], "</tbody>", "</table>"])


def _td(cell: Cell) -> str:
    spans = (f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else "") + (f' colspan="{cell.colspan}"' if cell.colspan > 1 else "")
    side = ' style="text-align:center"' if centred(cell) else ""
    return f"<td{spans}{side}>{'<br>'.join(map(escape, cell.paragraphs))}</td>"


def centred(cell: Cell) -> bool:
    """Labels and figures stand in the middle, texts run from the left."""
    return len(cell.text) <= 16
