"""What a page of an OFD file draws: the objects of its layers, of its templates, and of what they are composed of."""

from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from pipeline.pages.page import Glyph, Rule
from pipeline.readers.ofd.document import Resources
from pipeline.readers.ofd.geometry import Matrix, number, numbers, placed
from pipeline.readers.ofd.path import rules_of
from pipeline.readers.ofd.text import Nameless, letters

_DEEPEST = 24  # blocks and composites within one another
_MOST = 100_000  # objects and characters of a page; of a path, so many bytes are as much as an object:
_BYTES = 16
_LINE_WIDTH = 0.353  # millimetres, where the file tells none
_LAYERS = {"Background": 0, "Body": 1, "Foreground": 2}


class Picture(NamedTuple):
    """An image resource, from the unit square to the page."""

    media: str
    matrix: Matrix


@dataclass(slots=True)
class Ink:
    """What was drawn, in points. `hidden`: characters that are not printed; `slanted`: text written aslant, one object an entry.

    `quarters`: how many characters are turned by 0, 1, 2, 3 right angles. `missing`: resources that are not there. `cost`: objects and characters it took;
    `cut`: there was too much to draw.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    hidden: list[Glyph] = field(default_factory=list)
    nameless: list[Nameless] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    slanted: list[str] = field(default_factory=list)
    quarters: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    missing: set[str] = field(default_factory=set)
    cost: int = 0
    cut: bool = False

    def add(self, other: "Ink") -> None:
        """What another ink drew, too."""
        for name in ("glyphs", "hidden", "nameless", "rules", "pictures", "slanted"):
            getattr(self, name).extend(getattr(other, name))
        self.quarters = [a + b for a, b in zip(self.quarters, other.quarters, strict=True)]
        self.missing |= other.missing
        self.cost += other.cost
        self.cut = self.cut or other.cut


class _Around(NamedTuple):
    """What an object inherits from what it is in."""

    matrix: Matrix
    hidden: bool = False
    width: float = _LINE_WIDTH
    depth: int = 0


def drawn(root: etree._Element, resources: Resources, matrix: Matrix) -> Ink:
    """The layers of a page or of a template, in the order they lie on one another. `matrix`: from millimetres of the page to points."""
    pen = _Pen(resources)
    for layer in sorted(root.iterfind("{*}Content/{*}Layer"), key=lambda n: _LAYERS.get(n.get("Type") or "", 1)):
        pen.all(layer, _Around(matrix, width=pen.width(layer, _LINE_WIDTH)))
    return pen.ink


def drawn_block(block: etree._Element, resources: Resources, matrix: Matrix) -> Ink:
    """One block of objects: the appearance of an annotation."""
    pen = _Pen(resources)
    pen.all(block, _Around(placed(block, matrix)))
    return pen.ink


class _Pen:
    """Draws objects one after the other, as many as a page may have."""

    def __init__(self, resources: Resources) -> None:
        self.ink = Ink()
        self._resources = resources
        self._kinds = {"TextObject": self._text, "PathObject": self._path, "ImageObject": self._image,
                       "CompositeObject": self._composite, "PageBlock": self._block}

    def all(self, parent: etree._Element, around: _Around) -> None:
        """The objects in an element."""
        if around.depth > _DEEPEST:
            self.ink.cut = True
            return
        for node in parent:
            draw = self._kinds.get(node.tag[node.tag.rfind("}") + 1:]) if isinstance(node.tag, str) else None
            if draw and self._spent(1):
                draw(node, around)

    def _spent(self, cost: int) -> bool:
        """Whether there is that much left to draw with."""
        self.ink.cost += cost
        self.ink.cut = self.ink.cut or self.ink.cost > _MOST
        return self.ink.cost <= _MOST

    def width(self, node: etree._Element, inherited: float) -> float:
        """The line width of an object: its own, or that of its drawing parameters and of those they rest on."""
        own, param = node.get("LineWidth"), node.get("DrawParam")
        for _ in range(_DEEPEST):
            found = self._resources.params.get(param or "") if own is None else None
            if found is None:
                break
            own, param = found.get("LineWidth"), found.get("Relative")
        return number(own, inherited)

    def _text(self, node: etree._Element, around: _Around) -> None:
        if not self._spent(sum(map(len, node.itertext()))):
            return
        found = letters(node, around.matrix)
        if found.quarter is None:
            self.ink.slanted.append("".join(g.text for g in found.glyphs))
        elif around.hidden or _unseen(node):
            self.ink.hidden += found.glyphs
        else:
            self.ink.glyphs += found.glyphs
            self.ink.nameless += found.nameless
            self.ink.quarters[found.quarter] += len(found.glyphs)

    def _path(self, node: etree._Element, around: _Around) -> None:
        data = node.findtext("{*}AbbreviatedData")
        stroked, filled = node.get("Stroke") not in _NO, node.get("Fill") in _YES
        if data and (stroked or filled) and self._spent(len(data) // _BYTES) and not around.hidden and not _invisible(node):
            width = self.width(node, around.width)
            self.ink.rules.extend(rules_of(data, placed(node, around.matrix), width, stroked, filled))

    def _image(self, node: etree._Element, around: _Around) -> None:
        corner = numbers(node.get("Boundary"))
        matrix = placed(node, around.matrix)
        if not node.get("CTM") and len(corner) == 4:  # the unit square is the whole boundary then
            a, b, c, d, e, f = matrix
            matrix = (a * corner[2], b * corner[2], c * corner[3], d * corner[3], e, f)
        if not around.hidden and not _invisible(node):
            self.ink.pictures.append(Picture(node.get("ResourceID") or "", matrix))

    def _composite(self, node: etree._Element, around: _Around) -> None:
        unit = self._resources.units.get(node.get("ResourceID") or "")
        content = unit.find("{*}Content") if unit is not None else None
        if content is None:
            self.ink.missing.add(f"复合图元 {node.get('ResourceID') or '（无编号）'}")
            return
        self.all(content, _Around(placed(node, around.matrix), around.hidden or _invisible(node), self.width(node, around.width), around.depth + 1))

    def _block(self, node: etree._Element, around: _Around) -> None:
        self.all(node, around._replace(depth=around.depth + 1))


_YES, _NO = ("true", "1", "True"), ("false", "0", "False")


def _invisible(node: etree._Element) -> bool:
    return node.get("Visible") in _NO or number(node.get("Alpha"), 255.0) <= 0


def _unseen(text: etree._Element) -> bool:
    """Text that is laid under an image to be searched, or hidden."""
    if _invisible(text) or text.get("Fill") in _NO and text.get("Stroke") not in _YES:
        return True
    color = text.find("{*}FillColor")
    return color is not None and number(color.get("Alpha"), 255.0) <= 0 and text.get("Stroke") not in _YES
