"""Pictures and text boxes as a docx places them: how large, and whether above the paragraph they hang on."""

import regex
from lxml import etree

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_EMU = 12700  # to a point
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, "": 0.75}
_MEASURE = regex.compile(r"(?:^|;)\s*(width|height|margin-top)\s*:\s*(-?\d{1,6}(?:\.\d{1,6})?)(pt|in|cm|mm|px|)(?![\w.%])", regex.I)
_HIGH = 280  # points: a third of a page


def picture_area(node: etree._Element) -> float:
    """Square points that a `pic:pic` or a `v:imagedata` takes; 0 where it is not told."""
    parent = node.getparent()
    if parent is None:
        return 0.0
    if not node.tag.endswith("}pic"):
        sizes = _measures(parent)
        return sizes.get("width", 0.0) * sizes.get("height", 0.0)
    placed = next(node.iterancestors(f"{_WP}inline", f"{_WP}anchor"), None)
    alone = parent.tag == f"{_A}graphicData"
    extent = placed.find(f"{_WP}extent") if alone and placed is not None else next(node.iter(f"{_A}ext"), None)
    return _length(extent, "cx") * _length(extent, "cy")


def above(node: etree._Element) -> bool:
    """Whether a `w:drawing` or `w:pict` stands above the text of its paragraph."""
    anchor = node.find(f"{_WP}anchor")
    if anchor is None:
        return _drawn_above(node)
    vertical = anchor.find(f"{_WP}positionV")
    if vertical is None:
        return False
    by_text = vertical.get("relativeFrom") in ("paragraph", "line")
    if (align := vertical.findtext(f"{_WP}align")) is not None:
        return align == "top" and not by_text
    offset = _number(vertical.findtext(f"{_WP}posOffset")) / _EMU
    return offset < (0 if by_text else _HIGH)


def _drawn_above(node: etree._Element) -> bool:
    shape = next((child for child in node if "margin-top" in child.get("style", "")), None)
    if shape is None:
        return False
    by_text = not regex.search(r"vertical-relative:\s*(?:page|margin|top)", shape.get("style", ""))
    return _measures(shape).get("margin-top", 0.0) < (0 if by_text else _HIGH)


def _measures(shape: etree._Element) -> dict[str, float]:
    """Width, height and top of a VML shape in points."""
    return {name.lower(): float(value) * _POINTS[unit.lower()] for name, value, unit in _MEASURE.findall(shape.get("style", ""))}


def _length(node: etree._Element | None, name: str) -> float:
    return _number(node.get(name)) / _EMU if node is not None else 0.0


def _number(value: str | None) -> float:
    return float(value) if value and regex.fullmatch(r"-?\d{1,12}", value.strip()) else 0.0
