"""Elements as text: every value escaped, every text on one line, what would turn or hide its neighbours made visible."""

from decimal import Decimal

from markupsafe import Markup

from pipeline.terminal import printable


def element(tag: str, *inside: str, **attributes: object) -> Markup:
    """`<tag …>inside</tag>`. Plain text inside is escaped. `class_` is told as `class`, `stroke_width` as `stroke-width`; None is left out."""
    told = Markup("").join(Markup(' {}="{}"').format(_name(key), _value(value)) for key, value in attributes.items() if value is not None)
    return Markup("<{0}{1}>{2}</{0}>").format(tag, told, Markup("").join(inside))


def said(text: str) -> str:
    """Text of a document on one line, without what could steer the text around it."""
    return printable(" ".join(text.split()))


def isolated(text: str) -> Markup:
    """`text` whose direction ends with it."""
    return element("bdi", said(text))


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    """Lengths to a hundredth of a unit: nobody sees less, and the same data give the same page everywhere."""
    if isinstance(value, int | float | Decimal):
        return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")
    return str(value)
