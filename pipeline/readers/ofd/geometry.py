"""Places of an OFD page: lists of numbers, affine matrices, boxes. Millimetres become points in the outermost matrix."""

from math import hypot, isfinite

from lxml import etree

from extractors.reading import Box

# (a, b, c, d, e, f) as the standard writes it: x' = ax + cy + e, y' = bx + dy + f; y goes down
Matrix = tuple[float, float, float, float, float, float]

POINTS = 72 / 25.4  # in a millimetre
_A4: Box = (0.0, 0.0, 210.0, 297.0)


def numbers(text: str | None) -> list[float]:
    """The numbers of a list like `0 0 210 297`; empty where one of them is none."""
    try:
        found = [float(word) for word in (text or "").replace(",", " ").split()]
    except ValueError:
        return []
    return found if all(map(isfinite, found)) else []


def number(text: str | None, default: float) -> float:
    """One number, or the default where there is none."""
    found = numbers(text)
    return found[0] if found else default


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """The matrix that does `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def placed(node: etree._Element, outer: Matrix) -> Matrix:
    """From the space of an object to that of the page: its CTM, then the corner of its Boundary."""
    corner, own = numbers(node.get("Boundary")), numbers(node.get("CTM"))
    x, y = corner[:2] if len(corner) >= 2 else (0.0, 0.0)
    if len(own) == 6:
        a, b, c, d, e, f = own
        return times((a, b, c, d, e + x, f + y), outer)
    p, q, r, s, t, u = outer
    return (p, q, r, s, x * p + y * r + t, x * q + y * s + u)


def box_of(matrix: Matrix, left: float, top: float, right: float, bottom: float) -> Box:
    """The upright box around a box that the matrix moves."""
    a, b, c, d, e, f = matrix
    if not b and not c and a > 0 and d > 0:
        return (a * left + e, d * top + f, a * right + e, d * bottom + f)
    xs = [a * x + c * y + e for x in (left, right) for y in (top, bottom)]
    ys = [b * x + d * y + f for x in (left, right) for y in (top, bottom)]
    return (min(xs), min(ys), max(xs), max(ys))


def scale(matrix: Matrix) -> float:
    """How much longer an upright stroke gets."""
    return hypot(matrix[2], matrix[3])


def sheet(*areas: etree._Element | None) -> Box:
    """The paper in millimetres: the first of the areas (the page's own, the document's) that tells it, else A4."""
    for area in (a for a in areas if a is not None):
        for name in ("PhysicalBox", "ApplicationBox", "ContentBox"):
            found = numbers(area.findtext(f"{{*}}{name}"))
            if len(found) == 4 and 1 <= found[2] <= 1e5 and 1 <= found[3] <= 1e5:
                return (found[0], found[1], found[0] + found[2], found[1] + found[3])
    return _A4
