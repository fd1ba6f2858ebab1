"""html and htm: paragraphs and tables of a saved web page. Layout tables are walked through; data tables keep their spans.

What the page's own marks call furniture (navigation, search box, share buttons, footer) is kept as such, not lost.
"""

from collections.abc import Iterator

import regex
from lxml import etree, html

from extractors.reading import Block, Cell, Row
from pipeline.errors import DocumentError

_INLINE = frozenset([
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "label",
    "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
])
_SKIP = frozenset(["script", "style", "noscript", "head", "template", "svg", "canvas", "iframe", "object", "select", "textarea"])
_ASIDE = frozenset(["nav", "header", "footer", "aside", "button", "form", "menu"])
_MARKS = regex.compile(r"(?:^|[\s_-])(?:nav|navbar|menu|footer|foot|share|bdshare|breadcrumbs?|crumbs?|position|search|sidebar|pager|copyright|"
                       r"qrcode|qr|toolbar|tools|related|friendlink|links|topbar|banner|login|weizhi|dqwz|bshare|social|print|fontsize|prevnext)(?:$|[\s_-])", regex.I)
_SPACE = regex.compile(r"[ \t\r\n]+")
_LONG = 400
_MAX_SPAN = 1000


def html_blocks(text: str) -> list[Block]:
    """The blocks of a page, in reading order. `DocumentError` where nothing can be parsed."""
    try:
        parser = html.HTMLParser(encoding=None, huge_tree=True)
        root = html.fromstring(text.replace("\x00", ""), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("html", f"网页内容无法解析（{error}）", "请在浏览器中打开后另存为网页或文本再运行") from error
    if any(told.type_name == "ERR_RESOURCE_LIMIT" for told in parser.error_log):  # what follows would be lost without a word
        raise DocumentError("html", "网页标签嵌套过深，其后的内容读不到", "请在浏览器中打开，全选复制为文本再运行")
    title = root.find(".//head/title")
    walker = _Walker()
    if title is not None and title.text and title.text.strip():
        walker.blocks.append(Block("", "furniture", title.text.strip(), _line(title)))
    walker.walk(root, aside=False)
    walker.flush(root, False)
    return walker.blocks


class _Walker:
    """Collects the text of inline elements until a block element ends the line."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.line = 0
        self.centered = False

    def walk(self, root: etree._Element, aside: bool) -> None:
        """Depth first with a stack of our own: saved pages nest deeper than Python recurses."""
        stack: list[tuple[etree._Element, bool, bool]] = [(root, aside, False)]
        while stack:
            node, aside, leaving = stack.pop()
            if leaving:
                if _is_block(node):
                    self.flush(node, aside)
                self.add(node.tail, node)
                continue
            if not isinstance(node.tag, str) or node.tag in _SKIP:
                self.add(node.tail, node)
                continue
            inside = aside or _is_aside(node)
            if node.tag == "table" and not _is_layout(node):
                self.flush(node, aside)
                self.table(node, inside)
                self.add(node.tail, node)
                continue
            if node.tag == "br" or _is_block(node):
                self.flush(node, inside)
                self.centered = "text-align: center" in (node.get("style") or "").replace(":center", ": center") or node.get("align") == "center"
            stack.append((node, inside, True))
            self.add(node.text, node)
            stack.extend((child, inside, False) for child in reversed(node))

    def add(self, text: str | None, node: etree._Element) -> None:
        if text and text.strip("\r\n\t "):
            if not self.parts:
                self.line = _line(node)
            self.parts.append(_SPACE.sub(" ", text))
        elif text and self.parts:
            self.parts.append(" ")

    def flush(self, node: etree._Element, aside: bool) -> None:
        text = "".join(self.parts).strip(" \n")
        if text.strip():
            self.blocks.append(Block("", "furniture" if aside else "text", text, self.line, ((0, 0),), centered=self.centered))
        self.parts = []

    def table(self, node: etree._Element, aside: bool) -> None:
        rows = tuple(_rows(node))
        if rows:
            self.blocks.append(Block("", "furniture" if aside else "table", "", _line(node), rows=rows))


def _line(node: etree._Element) -> int:
    """The line of the source a node begins on; 0 where the parser does not say."""
    return int(node.sourceline) if isinstance(node.sourceline, int) else 0


def _is_block(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and node.tag not in _INLINE


def _is_aside(node: etree._Element) -> bool:
    if node.tag in ("html", "body", "table", "td", "tr", "tbody", "p"):
        return False
    mark = f"{node.get('class') or ''} {node.get('id') or ''}"
    if node.tag in _ASIDE or (len(mark) > 2 and _MARKS.search(mark)):
        return sum(len(t) for t in node.itertext() if t.strip()) < 3000  # a wrapper of the whole page is no aside
    return False


def _is_layout(table: etree._Element) -> bool:
    """A table that only places things: it holds another table, or one column, or a cell with a page of text."""
    if table.find(".//table") is not None:
        return True
    cells = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    if not any(len(row) > 1 for row in cells):
        return True
    return any(len(cell.findall(".//p")) > 12 and sum(len(t) for t in cell.itertext()) > _LONG for row in cells for cell in row if len(row) <= 2)


def _rows(table: etree._Element) -> Iterator[Row]:
    """The printed rows; a cell knows its column on the full grid and how far it spans."""
    taken: dict[int, int] = {}  # column -> rows still covered by a cell above
    for row in table.iter("tr"):
        cells, column = [], 0
        for node in row:
            if node.tag not in ("td", "th"):
                continue
            while taken.get(column, 0) > 0:
                column += 1
            rowspan, colspan = _span(node, "rowspan"), _span(node, "colspan")
            cells.append(Cell(_cell_text(node), column, rowspan, colspan))
            for c in range(column, column + colspan):
                taken[c] = max(taken.get(c, 0), rowspan)
            column += colspan
        taken = {c: n - 1 for c, n in taken.items() if n > 1}
        yield tuple(cells)


def _span(node: etree._Element, name: str) -> int:
    value = (node.get(name) or "1").strip()
    return max(1, min(int(value), _MAX_SPAN)) if value.isascii() and value.isdigit() else 1


def _cell_text(node: etree._Element) -> str:
    parts: list[str] = []
    for child in node.iter():
        if child is not node and child.tag in ("p", "br", "div", "li") and parts:
            parts.append("\n")
        if isinstance(child.tag, str) and child.tag not in _SKIP and child.text:
            parts.append(_SPACE.sub(" ", child.text))
        if child is not node and child.tail:
            parts.append(_SPACE.sub(" ", child.tail))
    return "".join(parts).strip()
