"""What the styles of a document say of its paragraphs and runs, with `basedOn` followed."""

from typing import NamedTuple

from lxml import etree

from pipeline.readers.docx.package import W
from pipeline.readers.docx.symbols import FONTS

_FONTS = (f"{W}ascii", f"{W}hAnsi")
_DEEPEST = 64  # styles based on one another: some times what Word allows


class Style(NamedTuple):
    """`chain`: its id and those it is based on, nearest first. `number`, `level`: the list it is numbered by, and how deep in it (None: not told);
    `linked`: the list is a style's, and not the paragraph's own. `contents`: a line of the table of contents that Word makes."""

    chain: tuple[str, ...] = ()
    number: str | None = None
    level: int | None = None
    linked: bool = True
    centered: bool = False
    new_page: bool = False
    hidden: bool = False
    contents: bool = False


class Styles:
    def __init__(self, root: etree._Element | None) -> None:
        self._nodes = {node.get(f"{W}styleId", ""): node for node in root.iterfind(f"{W}style")} if root is not None else {}
        self._read: dict[str, Style] = {}
        self._usual = next((id for id, node in self._nodes.items() if node.get(f"{W}type") == "paragraph" and on(node, f"{W}default")), "")

    def paragraph(self, properties: etree._Element | None) -> Style:
        """What holds for a paragraph: its own properties (`w:pPr`) before those of its style."""
        style = self.style(_named(properties, "pStyle") or self._usual)
        return style if properties is None else _over(style, properties)

    def hidden(self, run: etree._Element | None, paragraph: Style) -> bool:
        """Whether a run (its `w:rPr`) is hidden text: a toggle, so a hidden style within a hidden one shows."""
        if run is None:
            return paragraph.hidden
        own = flag(run, "vanish")
        return own if own is not None else self.style(_named(run, "rStyle")).hidden != paragraph.hidden

    def style(self, id: str) -> Style:
        if id not in self._read:
            self._read[id] = self._resolved(id)
        return self._read[id]

    def _resolved(self, id: str) -> Style:
        chain: list[str] = []
        while id in self._nodes and id not in chain and len(chain) < _DEEPEST:
            chain.append(id)
            id = _named(self._nodes[id], "basedOn")
        style = Style(tuple(chain), contents=any(_named(self._nodes[name], "name").lower().startswith("toc ") for name in chain))
        for name in reversed(chain):
            node = self._nodes[name]
            properties, run = node.find(f"{W}pPr"), node.find(f"{W}rPr")
            style = style if properties is None else _over(style, properties)
            hidden = flag(run, "vanish") if run is not None else None
            style = style if hidden is None else style._replace(hidden=hidden)
        return style._replace(linked=True)


def _over(style: Style, properties: etree._Element) -> Style:
    """`style` with what the properties of a paragraph say put over it."""
    told = {child.tag: child for child in properties}
    if (align := told.get(f"{W}jc")) is not None:
        style = style._replace(centered=align.get(f"{W}val") == "center")
    if (new_page := told.get(f"{W}pageBreakBefore")) is not None:
        style = style._replace(new_page=on(new_page))
    if (number := told.get(f"{W}numPr")) is not None:
        level = number_of(_value(number, "ilvl"))
        style = style._replace(number=_value(number, "numId") or style.number, level=style.level if level is None else level, linked=False)
    return style


def symbol_font(run: etree._Element | None) -> str:
    """The symbol font that a run (its `w:rPr`) is set in, "" where it is none."""
    fonts = run.find(f"{W}rFonts") if run is not None else None
    return next((name for key in _FONTS if (name := fonts.get(key, "")).lower() in FONTS), "") if fonts is not None else ""


def flag(properties: etree._Element, name: str) -> bool | None:
    """A property that is on or off; None where it is not told."""
    node = properties.find(W + name)
    return None if node is None else on(node)


def on(node: etree._Element, attribute: str = f"{W}val") -> bool:
    """An on-off element without a value is on; an attribute that is not there is off."""
    return node.get(attribute, "1" if attribute == f"{W}val" else "0") in ("1", "true", "on")


def number_of(value: str | None) -> int | None:
    """A whole number as the format writes it (`12`, `12.0`, never a word); None where it is none, or absurdly long."""
    head = (value or "").split(".")[0]
    digits = head.removeprefix("-")
    return int(head) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def _value(node: etree._Element, name: str) -> str | None:
    found = node.find(W + name)
    return found.get(f"{W}val") if found is not None else None


def _named(node: etree._Element | None, name: str) -> str:
    return (_value(node, name) or "") if node is not None else ""
